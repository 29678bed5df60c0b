// SPDX-License-Identifier: Apache-2.0
#include <bank/partner/sealed.h>

#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

namespace bank::partner {

namespace crypto = platform::crypto;
namespace sql = platform::sql;

crypto::Bytes Sealer::seal(std::uint64_t row, std::string_view plain) const
{
    crypto::Bytes bound;
    crypto::append_u64(bound, row);
    return crypto::seal(keyring_.sealing_key(purpose_), bound, crypto::as_bytes(plain), random_);
}

base::Result<std::string> Sealer::open(std::uint64_t row, sql::Bytes sealed) const
{
    crypto::Bytes bound;
    crypto::append_u64(bound, row);
    const crypto::ByteView bytes{reinterpret_cast<const std::uint8_t*>(sealed.data()),
                                 sealed.size()};
    const auto id = TRY(crypto::sealing_key_id(bytes));
    const auto key = TRY(keyring_.sealing_key(purpose_, id));
    return crypto::as_text(TRY(crypto::unseal(key, bound, bytes)));
}

std::string Sealer::fingerprint(std::string_view value) const
{
    const auto key = keyring_.first_sealing_key(purpose_ + "-fingerprint");
    return crypto::to_hex(crypto::Hmac(key.key.view()).code256(crypto::as_bytes(value)));
}

sql::Bytes column(const crypto::Bytes& bytes)
{
    return {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()};
}

}  // namespace bank::partner
