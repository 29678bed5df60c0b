// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/secrets.h>

#include <algorithm>

namespace bank::authentication {

namespace crypto = platform::crypto;
using base::Result;

namespace {

constexpr std::int64_t day_seconds = 86400;

crypto::Bytes binding(std::string_view what, std::uint64_t whose)
{
    crypto::Bytes bytes;
    crypto::append_framed(bytes, crypto::as_bytes(what));
    crypto::append_u64(bytes, whose);
    return bytes;
}

std::string purpose_of(std::string_view what)
{
    return "authentication/" + std::string(what);
}

}  // namespace

Result<crypto::Digest> mac(const Environment& environment, std::string_view purpose,
                           crypto::KeyId key, crypto::ByteView message)
{
    const auto secret = TRY(environment.keyring.sealing_key(purpose_of(purpose), key));
    return crypto::Hmac(secret.key.view()).code256(message);
}

Result<crypto::Digest> phone_hash(const Environment& environment, std::string_view phone,
                                  crypto::KeyId key)
{
    return mac(environment, "phone-hash", key, crypto::as_bytes(phone));
}

crypto::Digest phone_hash(const Environment& environment, std::string_view phone)
{
    return phone_hash(environment, phone, environment.keyring.current_id()).value();
}

crypto::Bytes seal_for(const Environment& environment, std::string_view what, std::uint64_t whose,
                       crypto::ByteView plain)
{
    return crypto::seal(environment.keyring.sealing_key(purpose_of(what)), binding(what, whose),
                        plain, environment.random);
}

Result<crypto::Bytes> unseal_for(const Environment& environment, std::string_view what,
                                 std::uint64_t whose, crypto::ByteView sealed)
{
    const crypto::KeyId id = TRY(crypto::sealing_key_id(sealed));
    const auto key = TRY(environment.keyring.sealing_key(purpose_of(what), id));
    return crypto::unseal(key, binding(what, whose), sealed);
}

std::int64_t lock_seconds(const Policy& policy, int tries, int failures)
{
    if (failures < tries || failures % tries != 0) return 0;
    std::int64_t seconds = policy.lock_seconds;
    for (int again = failures / tries; again > 1 && seconds < day_seconds; --again) seconds *= 2;
    return std::min(seconds, day_seconds);
}

}  // namespace bank::authentication
