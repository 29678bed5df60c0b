// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/crypto/hash.h>
#include <platform/crypto/keyring.h>

#include <string>

namespace bank::customer {

/// The keys of one institution's personal data: one that wraps each person's data key, and one that
/// turns an identity number or a phone number into what it is looked up by. Thread-safe.
class Vault {
public:
    /// `institution` is the stable code of the institution. Both references outlive the vault.
    Vault(const platform::crypto::Keyring& keyring, platform::crypto::Random& random,
          std::string institution);

    platform::crypto::KeyId current_key_id() const;
    std::vector<platform::crypto::KeyId> key_ids() const;
    platform::crypto::Random& random() const { return random_; }

    /// The wrapping key under a master key. Errors: keyring.unknown_key.
    base::Result<platform::crypto::SealingKey> wrapping_key(platform::crypto::KeyId id) const;

    /// The keyed hash of a normalised value under a master key. Errors: keyring.unknown_key.
    base::Result<platform::crypto::Digest> lookup_hash(std::string_view kind,
                                                       std::string_view value,
                                                       platform::crypto::KeyId id) const;

private:
    const platform::crypto::Keyring& keyring_;
    platform::crypto::Random& random_;
    std::string institution_;
};

}  // namespace bank::customer
