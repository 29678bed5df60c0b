// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/secrets.h>
#include <bank/authentication/proof.h>
#include <platform/crypto/encoding.h>

#include <algorithm>

namespace bank::authentication {

namespace crypto = platform::crypto;
using base::Result;

namespace {

constexpr std::string_view purpose = "proof";
constexpr std::size_t payload_size = 8 + 4 + 8 + 4 + 8 + 4 + 32;
constexpr std::size_t token_size = payload_size + 32;

crypto::Bytes payload(const Proof& proof, crypto::KeyId key)
{
    crypto::Bytes bytes;
    bytes.reserve(token_size);
    crypto::append_u64(bytes, proof.id.value);
    crypto::append_u32(bytes, static_cast<std::uint32_t>(proof.book));
    crypto::append_u64(bytes, proof.subject);
    crypto::append_u32(bytes, static_cast<std::uint32_t>(proof.method));
    crypto::append_u64(bytes, static_cast<std::uint64_t>(proof.expires.micros));
    crypto::append_u32(bytes, key);
    bytes.insert(bytes.end(), proof.content.begin(), proof.content.end());
    return bytes;
}

std::uint64_t number(crypto::ByteView bytes)
{
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = (value << 8) | byte;
    return value;
}

base::Error forged()
{
    return base::forbidden("authentication.proof_forged", "this is not a proof of this bank");
}

}  // namespace

std::string write_proof(const Environment& environment, const Proof& proof)
{
    const crypto::KeyId key = environment.keyring.current_id();
    crypto::Bytes bytes = payload(proof, key);
    const crypto::Digest code = mac(environment, purpose, key, bytes).value();
    bytes.insert(bytes.end(), code.begin(), code.end());
    return crypto::to_base64url(bytes);
}

Result<Proof> read_proof(const Environment& environment, std::string_view token)
{
    const auto decoded = crypto::from_base64url(token);
    if (!decoded || decoded.value().size() != token_size) return forged();
    const crypto::ByteView bytes = decoded.value();
    const auto field = [&](std::size_t at, std::size_t size) {
        return number(bytes.subspan(at, size));
    };
    const auto key = static_cast<crypto::KeyId>(field(32, 4));
    const auto code = mac(environment, purpose, key, bytes.first(payload_size));
    if (!code || !crypto::equal_constant_time(code.value(), bytes.subspan(payload_size))) {
        return forged();
    }
    Proof proof{.id = ProofId{field(0, 8)},
                .book = static_cast<int>(field(8, 4)),
                .subject = field(12, 8),
                .method = static_cast<Method>(field(20, 4)),
                .content = {},
                .expires = {static_cast<std::int64_t>(field(24, 8))}};
    std::ranges::copy(bytes.subspan(36, 32), proof.content.begin());
    return proof;
}

}  // namespace bank::authentication
