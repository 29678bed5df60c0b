// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/entry.h>

#include <platform/crypto/hash.h>

namespace bank::ledger {

namespace {

std::uint64_t eight_bytes(const platform::crypto::Digest& digest, std::size_t from)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | digest[from + i];
    return value;
}

platform::crypto::Digest digest_of(std::initializer_list<std::string_view> parts)
{
    platform::crypto::Bytes framed;
    for (const std::string_view part : parts) {
        platform::crypto::append_framed(framed, platform::crypto::as_bytes(part));
    }
    return platform::crypto::sha256(framed);
}

}  // namespace

ClientId client_id(std::initializer_list<std::string_view> parts)
{
    const auto digest = digest_of(parts);
    return {eight_bytes(digest, 0), eight_bytes(digest, 8)};
}

std::uint64_t content_of(std::initializer_list<std::string_view> parts)
{
    return eight_bytes(digest_of(parts), 0);
}

}  // namespace bank::ledger
