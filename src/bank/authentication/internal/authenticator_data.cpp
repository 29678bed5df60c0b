// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/authenticator_data.h>

#include <bank/authentication/internal/client_data.h>
#include <platform/crypto/hash.h>

namespace bank::authentication {

namespace cbor = platform::cbor;
namespace crypto = platform::crypto;
using base::Result;

namespace {

constexpr std::uint8_t flag_user_present = 0x01, flag_user_verified = 0x04;
constexpr std::uint8_t flag_backup_eligible = 0x08, flag_backed_up = 0x10;
constexpr std::uint8_t flag_attested = 0x40, flag_extensions = 0x80;
constexpr std::size_t aaguid_size = 16;

base::Error malformed_data()
{
    return refused("webauthn.authenticator_data", "the authenticator data cannot be read");
}

class DataReader {
public:
    explicit DataReader(crypto::ByteView bytes) : rest_(bytes) {}

    Result<crypto::ByteView> take(std::size_t count)
    {
        if (rest_.size() < count) return malformed_data();
        const crypto::ByteView taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    Result<std::uint64_t> number(std::size_t count)
    {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : TRY(take(count))) value = (value << 8) | byte;
        return value;
    }

    /// The bytes of one CBOR map.
    Result<crypto::ByteView> map()
    {
        const auto prefix = cbor::decode_prefix(rest_);
        if (!prefix || prefix.value().value.map() == nullptr) return malformed_data();
        return take(prefix.value().size);
    }

    bool at_end() const { return rest_.empty(); }

private:
    crypto::ByteView rest_;
};

Result<AttestedCredential> read_credential(DataReader& reader)
{
    crypto::Bytes aaguid = crypto::to_bytes(TRY(reader.take(aaguid_size)));
    const std::uint64_t id_size = TRY(reader.number(2));
    crypto::Bytes id = crypto::to_bytes(TRY(reader.take(id_size)));
    crypto::Bytes public_key = crypto::to_bytes(TRY(reader.map()));
    // Not inside the braces below: GCC leaks what was built there when TRY returns.
    CoseKey key = TRY(decode_cose_key(public_key));
    return AttestedCredential{std::move(aaguid), std::move(id), std::move(public_key),
                              std::move(key)};
}

}  // namespace

Result<AuthenticatorData> read_authenticator_data(crypto::ByteView bytes)
{
    DataReader reader(bytes);
    const crypto::Bytes rp_id_hash = crypto::to_bytes(TRY(reader.take(crypto::Digest{}.size())));
    const std::uint64_t flags = TRY(reader.number(1));
    const auto sign_count = static_cast<std::uint32_t>(TRY(reader.number(4)));
    AuthenticatorData data{.rp_id_hash = rp_id_hash,
                           .user_present = (flags & flag_user_present) != 0,
                           .user_verified = (flags & flag_user_verified) != 0,
                           .backup_eligible = (flags & flag_backup_eligible) != 0,
                           .backed_up = (flags & flag_backed_up) != 0,
                           .sign_count = sign_count,
                           .credential = {}};
    if ((flags & flag_attested) != 0) data.credential = TRY(read_credential(reader));
    if ((flags & flag_extensions) != 0) TRY(reader.map());
    if (!reader.at_end()) return malformed_data();
    return data;
}

Result<void> check_authenticator_data(const AuthenticatorData& data, const Demand& demand)
{
    // 7.1 step 14, 7.2 step 15: made for our relying-party id.
    const crypto::Digest expected = crypto::sha256(crypto::as_bytes(demand.relying_party.id));
    if (!crypto::equal_constant_time(data.rp_id_hash, expected)) {
        return refused("webauthn.rp_id", "the passkey is of another site");
    }
    // 7.1 step 15, 7.2 step 16: somebody was there.
    if (!data.user_present) {
        return refused("webauthn.user_not_present", "the authenticator saw nobody");
    }
    // 7.1 step 16, 7.2 step 17: it was the owner, where that is demanded.
    if (demand.user_verification && !data.user_verified) {
        return refused("webauthn.user_not_verified", "the authenticator did not verify its owner");
    }
    // 7.1 step 17, 7.2 step 18: what cannot be backed up is not backed up.
    if (data.backed_up && !data.backup_eligible) {
        return refused("webauthn.backup_flags", "the backup flags contradict each other");
    }
    return {};
}

}  // namespace bank::authentication
