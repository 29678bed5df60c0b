// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/hash.h>

#include <base/ensure.h>
#include <platform/crypto/internal/openssl.h>

#include <openssl/evp.h>

#include <algorithm>

namespace platform::crypto {

namespace {

using Md = Owned<EVP_MD, EVP_MD_free>;
using MdContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

/// Fetched once: a fetch costs more than hashing a short message.
const EVP_MD* implementation(HashAlgorithm algorithm)
{
    static const std::array<Md, 4> all = [] {
        std::array<Md, 4> fetched;
        constexpr std::array names{"SHA1", "SHA256", "SHA384", "SHA512"};
        for (std::size_t i = 0; i < names.size(); ++i) {
            fetched[i].reset(EVP_MD_fetch(nullptr, names[i], nullptr));
            must(fetched[i] != nullptr, names[i]);
        }
        return fetched;
    }();
    return all[static_cast<std::size_t>(algorithm)].get();
}

MdContext new_context()
{
    MdContext context(EVP_MD_CTX_new());
    must(context != nullptr, "EVP_MD_CTX_new");
    return context;
}

EVP_MD_CTX* digest_scratch()
{
    thread_local const MdContext context = new_context();
    return context.get();
}

std::size_t finish(EVP_MD_CTX* context, std::span<std::uint8_t, 64> out)
{
    unsigned length = 0;
    must(EVP_DigestFinal_ex(context, out.data(), &length) == 1, "EVP_DigestFinal_ex");
    return length;
}

void add(EVP_MD_CTX* context, ByteView bytes)
{
    must(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1, "EVP_DigestUpdate");
}

void start(EVP_MD_CTX* context, HashAlgorithm algorithm)
{
    must(EVP_DigestInit_ex2(context, implementation(algorithm), nullptr) == 1,
         "EVP_DigestInit_ex2");
}

void copy(EVP_MD_CTX* to, const EVP_MD_CTX* from)
{
    must(EVP_MD_CTX_copy_ex(to, from) == 1, "EVP_MD_CTX_copy_ex");
}

Digest first_32(std::span<const std::uint8_t, 64> bytes)
{
    Digest digest;
    std::copy_n(bytes.begin(), digest.size(), digest.begin());
    return digest;
}

}  // namespace

Bytes hash(HashAlgorithm algorithm, ByteView bytes)
{
    std::array<std::uint8_t, 64> out;
    start(digest_scratch(), algorithm);
    add(digest_scratch(), bytes);
    const std::size_t length = finish(digest_scratch(), out);
    return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(length)};
}

Digest sha256(ByteView bytes)
{
    std::array<std::uint8_t, 64> out;
    start(digest_scratch(), HashAlgorithm::sha256);
    add(digest_scratch(), bytes);
    finish(digest_scratch(), out);
    return first_32(out);
}

struct Sha256::Context {
    MdContext md = new_context();
};

Sha256::Sha256() : context_(std::make_unique<Context>())
{
    start(context_->md.get(), HashAlgorithm::sha256);
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteView bytes)
{
    add(context_->md.get(), bytes);
}

Digest Sha256::digest() const
{
    std::array<std::uint8_t, 64> out;
    copy(digest_scratch(), context_->md.get());
    finish(digest_scratch(), out);
    return first_32(out);
}

/// The states after the inner and the outer pad, copied for each message.
struct Hmac::Context {
    MdContext inner = new_context();
    MdContext outer = new_context();
};

Hmac::Hmac(ByteView key, HashAlgorithm algorithm) : context_(std::make_unique<Context>())
{
    const auto block = static_cast<std::size_t>(EVP_MD_get_block_size(implementation(algorithm)));
    Bytes padded = key.size() > block ? hash(algorithm, key) : to_bytes(key);
    padded.resize(block, 0);
    const auto start_with = [&](EVP_MD_CTX* context, std::uint8_t pad) {
        Bytes masked = padded;
        for (std::uint8_t& byte : masked) byte ^= pad;
        start(context, algorithm);
        add(context, masked);
        OPENSSL_cleanse(masked.data(), masked.size());
    };
    start_with(context_->inner.get(), 0x36);
    start_with(context_->outer.get(), 0x5c);
    OPENSSL_cleanse(padded.data(), padded.size());
}

Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

std::size_t Hmac::write(ByteView message, std::span<std::uint8_t, 64> out) const
{
    copy(digest_scratch(), context_->inner.get());
    add(digest_scratch(), message);
    const std::size_t length = finish(digest_scratch(), out);
    copy(digest_scratch(), context_->outer.get());
    add(digest_scratch(), {out.data(), length});
    return finish(digest_scratch(), out);
}

Bytes Hmac::code(ByteView message) const
{
    std::array<std::uint8_t, 64> out;
    const std::size_t length = write(message, out);
    return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(length)};
}

Digest Hmac::code256(ByteView message) const
{
    std::array<std::uint8_t, 64> out;
    base::ensure(write(message, out) == Digest{}.size());
    return first_32(out);
}

Bytes hkdf(ByteView key, ByteView salt, ByteView info, std::size_t length)
{
    base::ensure(length <= 255 * Digest{}.size());
    const Hmac expand(Hmac(salt).code256(key));
    Bytes out;
    Bytes previous;
    for (std::uint8_t counter = 1; out.size() < length; ++counter) {
        Bytes message = previous;
        message.insert(message.end(), info.begin(), info.end());
        message.push_back(counter);
        previous = expand.code(message);
        out.insert(out.end(), previous.begin(), previous.end());
    }
    out.resize(length);
    return out;
}

SecretKey derive_key(const SecretKey& master, std::string_view purpose)
{
    Bytes derived = hkdf(master.view(), {}, as_bytes(purpose), SecretKey::size);
    SecretKey key(std::span<const std::uint8_t, SecretKey::size>{derived});
    OPENSSL_cleanse(derived.data(), derived.size());
    return key;
}

}  // namespace platform::crypto
