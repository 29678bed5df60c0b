// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/crypto/random.h>
#include <platform/signing/message_signature.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>

namespace platform::signing {

/// The secrets shared with partners, by name, from a file outside every database: text, one line a
/// key, "<name> <base64url of 32 bytes>", readable by its owner only.
class SharedKeys {
public:
    /// Reads the file; where there is none, makes it with a fresh key for each of `names`, so that
    /// of two programs that start together both get the keys of the one that was first. Errors:
    /// shared_keys.exposed (others may read it), shared_keys.malformed, shared_keys.unwritable,
    /// shared_keys.missing (no key of one of `names`).
    static base::Result<SharedKeys> open_or_create(const std::filesystem::path& path,
                                                   std::span<const std::string> names,
                                                   crypto::Random& random);

    /// For tests: fresh keys that no file holds.
    static SharedKeys in_memory(std::span<const std::string> names, crypto::Random& random);

    std::optional<crypto::SecretKey> find(std::string_view name) const;

private:
    std::map<std::string, crypto::SecretKey, std::less<>> keys_;
};

}  // namespace platform::signing
