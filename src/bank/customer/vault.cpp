// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/vault.h>

namespace bank::customer {

namespace crypto = platform::crypto;

Vault::Vault(const crypto::Keyring& keyring, crypto::Random& random, std::string institution)
    : keyring_(keyring), random_(random), institution_(std::move(institution))
{
}

crypto::KeyId Vault::current_key_id() const
{
    return keyring_.current_id();
}

std::vector<crypto::KeyId> Vault::key_ids() const
{
    return keyring_.ids();
}

base::Result<crypto::SealingKey> Vault::wrapping_key(crypto::KeyId id) const
{
    return keyring_.sealing_key("customer/" + institution_ + "/wrap", id);
}

base::Result<crypto::Digest> Vault::lookup_hash(std::string_view kind, std::string_view value,
                                                crypto::KeyId id) const
{
    const auto key = TRY(keyring_.sealing_key("customer/" + institution_ + "/lookup", id));
    crypto::Bytes message;
    crypto::append_framed(message, crypto::as_bytes(kind));
    crypto::append_framed(message, crypto::as_bytes(value));
    return crypto::Hmac(key.key.view()).code256(message);
}

}  // namespace bank::customer
