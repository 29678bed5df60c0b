// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/password.h>

#include <platform/crypto/internal/openssl.h>

#include <sodium.h>

#include <array>
#include <cstring>

namespace platform::crypto {

namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = 32UL << 20;

void start_library()
{
    static const bool started = sodium_init() >= 0;
    must(started, "sodium_init");
}

}  // namespace

std::string hash_password(std::string_view password)
{
    start_library();
    std::array<char, crypto_pwhash_STRBYTES> text{};
    must(crypto_pwhash_str_alg(text.data(), password.data(), password.size(), passes, memory_bytes,
                               crypto_pwhash_ALG_ARGON2ID13) == 0,
         "Argon2id has no memory");
    return text.data();
}

bool password_matches(std::string_view hash, std::string_view password)
{
    start_library();
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (hash.size() >= text.size()) return false;
    std::memcpy(text.data(), hash.data(), hash.size());
    return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

bool password_hash_is_outdated(const std::string& hash)
{
    start_library();
    return crypto_pwhash_str_needs_rehash(hash.c_str(), passes, memory_bytes) != 0;
}

}  // namespace platform::crypto
