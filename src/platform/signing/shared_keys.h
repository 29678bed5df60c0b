// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/crypto/random.h>
#include <platform/signing/message_signature.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace platform::signing {

/// The secrets shared with partners, by name, from a file outside every database: text, one line a
/// key, "<name> <base64url of 32 bytes>", readable by its owner only.
class SharedKeys {
public:
    /// Reads the file; makes it, or adds to it, with a fresh key for each of `names` that it lacks,
    /// so that of programs that start together all get the keys of the one that was first. Errors:
    /// shared_keys.exposed (others may read it), shared_keys.malformed, shared_keys.unwritable.
    static base::Result<SharedKeys> open_or_create(const std::filesystem::path& path,
                                                   std::span<const std::string> names,
                                                   crypto::Random& random);

    /// For tests: fresh keys that no file holds.
    static SharedKeys in_memory(std::span<const std::string> names, crypto::Random& random);

    std::optional<crypto::SecretKey> find(std::string_view name) const;

    /// Names whose keys were added to a file that was there before; tell them to the partners.
    const std::vector<std::string>& added() const { return added_; }

private:
    static base::Result<SharedKeys> read(const std::filesystem::path& path);

    std::map<std::string, crypto::SecretKey, std::less<>> keys_;
    std::vector<std::string> added_;
};

}  // namespace platform::signing
