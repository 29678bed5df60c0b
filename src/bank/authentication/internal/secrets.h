// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/environment.h>
#include <platform/crypto/hash.h>
#include <platform/sql/transaction.h>

namespace bank::authentication {

inline platform::sql::Bytes blob(platform::crypto::ByteView bytes)
{
    return std::as_bytes(bytes);
}

inline platform::crypto::Bytes bytes_of(platform::sql::Bytes blob)
{
    const auto* start = reinterpret_cast<const std::uint8_t*>(blob.data());
    return {start, start + blob.size()};
}

/// What a normalised phone number is found by, under one master key.
/// Errors: keyring.unknown_key.
base::Result<platform::crypto::Digest> phone_hash(const Environment& environment,
                                                  std::string_view phone,
                                                  platform::crypto::KeyId key);

/// The same under the current key, for codes and caps, which live for a day.
platform::crypto::Digest phone_hash(const Environment& environment, std::string_view phone);

/// Sealed under the current key, bound to what it is ("phone", "totp") and whose.
platform::crypto::Bytes seal_for(const Environment& environment, std::string_view what,
                                 std::uint64_t whose, platform::crypto::ByteView plain);

/// Errors: crypto.unreadable, keyring.unknown_key.
base::Result<platform::crypto::Bytes> unseal_for(const Environment& environment,
                                                 std::string_view what, std::uint64_t whose,
                                                 platform::crypto::ByteView sealed);

/// A MAC under a key for one purpose.
/// Errors: keyring.unknown_key.
base::Result<platform::crypto::Digest> mac(const Environment& environment, std::string_view purpose,
                                           platform::crypto::KeyId key,
                                           platform::crypto::ByteView message);

/// How long a lock lasts after this many wrong tries in a row: none before the limit, then
/// `lock_seconds`, doubled with every further `tries`, to a day.
std::int64_t lock_seconds(const Policy& policy, int tries, int failures);

}  // namespace bank::authentication
