// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/crypto/keyring.h>
#include <platform/sql/transaction.h>

#include <string>
#include <string_view>

namespace bank::partner {

/// Seals short-lived texts (a question to a partner, a message on its way) under the installation's
/// keyring, for one purpose and bound to the row that holds them. Thread-safe.
class Sealer {
public:
    Sealer(const platform::crypto::Keyring& keyring, platform::crypto::Random& random,
           std::string purpose)
        : keyring_(keyring), random_(random), purpose_(std::move(purpose))
    {
    }

    platform::crypto::Bytes seal(std::uint64_t row, std::string_view plain) const;
    /// Errors: crypto.unreadable, keyring.unknown_key.
    base::Result<std::string> open(std::uint64_t row, platform::sql::Bytes sealed) const;

    /// A keyed hash of a value, to find it again and to count by it; another after the keyring has
    /// been rotated.
    std::string fingerprint(std::string_view value) const;

private:
    const platform::crypto::Keyring& keyring_;
    platform::crypto::Random& random_;
    const std::string purpose_;
};

/// Sealed bytes as a parameter of a statement.
platform::sql::Bytes column(const platform::crypto::Bytes& bytes);

}  // namespace bank::partner
