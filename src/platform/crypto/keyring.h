// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>
#include <platform/crypto/aead.h>

#include <filesystem>
#include <map>
#include <mutex>

namespace platform::crypto {

/// The master keys, from a file outside every database. One is current and seals; earlier ones
/// still open until they are removed after a rotation. Keys for use are derived from them by
/// purpose, so no two uses share a key. Thread-safe.
///
/// The file is text: "yungui-keys 1", then one line a key, "<id> <created> <base64url>", oldest
/// first; the last is current. Losing it loses the personal data: it is backed up apart from the
/// books.
class Keyring {
public:
    /// Reads `path`, or creates it (mode 0600, flushed to disk) with one key.
    /// Errors: keyring.exposed (others may read the file), keyring.malformed.
    static base::Result<std::unique_ptr<Keyring>> open_or_create(const std::filesystem::path& path,
                                                                 Random& random, base::Instant now);

    /// One fresh key that no file holds, for tests and tools.
    static std::unique_ptr<Keyring> in_memory(Random& random);

    KeyId current_id() const;
    std::vector<KeyId> ids() const;  // Oldest first.

    /// The key that seals for `purpose` now.
    SealingKey sealing_key(std::string_view purpose) const;

    /// The key that sealed for `purpose` under `id`. Errors: keyring.unknown_key.
    base::Result<SealingKey> sealing_key(std::string_view purpose, KeyId id) const;

    /// The key for `purpose` under the oldest id: for codes that must come out the same after a
    /// rotation. The oldest key can then never be removed.
    SealingKey first_sealing_key(std::string_view purpose) const;

    /// Adds a fresh key and makes it current.
    KeyId rotate(Random& random, base::Instant now);

    /// Forgets a key that nothing needs any more. Errors: keyring.unknown_key, keyring.in_use (it
    /// is the current one).
    base::Result<void> remove(KeyId id);

private:
    struct Entry {
        std::string created;
        SecretKey key;
    };

    Keyring() = default;
    SealingKey derived(KeyId id, const SecretKey& master, std::string_view purpose) const;
    void save() const;

    mutable std::mutex mutex_;
    std::filesystem::path path_;  // Empty: in memory.
    std::map<KeyId, Entry> entries_;
    /// Deriving costs more than most of what keys are used for.
    mutable std::map<KeyId, std::map<std::string, SecretKey, std::less<>>> derived_;
};

}  // namespace platform::crypto
