// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/aead.h>

#include <platform/crypto/internal/openssl.h>

#include <openssl/evp.h>

#include <algorithm>

namespace platform::crypto {

namespace {

using Cipher = Owned<EVP_CIPHER, EVP_CIPHER_free>;
using CipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::uint8_t version = 1;
constexpr std::size_t header_size = 5;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t overhead = header_size + nonce_size + tag_size;

base::Error unreadable()
{
    return base::rejected("crypto.unreadable", "the sealed data cannot be opened with this key");
}

const EVP_CIPHER* aes()
{
    static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
    must(cipher != nullptr, "AES-256-GCM");
    return cipher.get();
}

EVP_CIPHER_CTX* cipher_scratch()
{
    thread_local const CipherContext context(EVP_CIPHER_CTX_new());
    must(context != nullptr, "EVP_CIPHER_CTX_new");
    return context.get();
}

/// Feeds header and associated data: the key id is authenticated with the rest.
void feed(EVP_CIPHER_CTX* context, ByteView header, ByteView associated)
{
    int length = 0;
    for (const ByteView part : {header, associated}) {
        must(EVP_CipherUpdate(context, nullptr, &length, part.data(),
                              static_cast<int>(part.size())) == 1,
             "EVP_CipherUpdate");
    }
}

void start(EVP_CIPHER_CTX* context, const SealingKey& key, const std::uint8_t* nonce, int encrypt)
{
    must(EVP_CipherInit_ex2(context, aes(), key.key.view().data(), nonce, encrypt, nullptr) == 1,
         "EVP_CipherInit_ex2");
}

}  // namespace

Bytes seal(const SealingKey& key, ByteView associated, ByteView plain, Random& random)
{
    Bytes sealed;
    sealed.reserve(plain.size() + overhead);
    sealed.push_back(version);
    append_u32(sealed, key.id);
    sealed.resize(plain.size() + overhead);
    const auto nonce = std::span(sealed).subspan(header_size, nonce_size);
    random.fill(nonce);

    EVP_CIPHER_CTX* context = cipher_scratch();
    start(context, key, nonce.data(), 1);
    feed(context, ByteView(sealed).first(header_size), associated);
    std::uint8_t* body = sealed.data() + header_size + nonce_size;
    int length = 0;
    must(
        EVP_CipherUpdate(context, body, &length, plain.data(), static_cast<int>(plain.size())) == 1,
        "EVP_CipherUpdate");
    must(EVP_CipherFinal_ex(context, body + length, &length) == 1, "EVP_CipherFinal_ex");
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size),
                             body + plain.size()) == 1,
         "EVP_CTRL_AEAD_GET_TAG");
    return sealed;
}

base::Result<Bytes> unseal(const SealingKey& key, ByteView associated, ByteView sealed)
{
    if (TRY(sealing_key_id(sealed)) != key.id) return unreadable();
    const ByteView nonce = sealed.subspan(header_size, nonce_size);
    const ByteView body = sealed.subspan(header_size + nonce_size, sealed.size() - overhead);
    Bytes tag = to_bytes(sealed.last(tag_size));

    EVP_CIPHER_CTX* context = cipher_scratch();
    start(context, key, nonce.data(), 0);
    feed(context, sealed.first(header_size), associated);
    Bytes plain(body.size() + 1);  // One more, so that data() is never null.
    int length = 0;
    must(EVP_CipherUpdate(context, plain.data(), &length, body.data(),
                          static_cast<int>(body.size())) == 1,
         "EVP_CipherUpdate");
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size),
                             tag.data()) == 1,
         "EVP_CTRL_AEAD_SET_TAG");
    if (EVP_CipherFinal_ex(context, plain.data() + length, &length) != 1) return unreadable();
    plain.resize(body.size());
    return plain;
}

base::Result<KeyId> sealing_key_id(ByteView sealed)
{
    if (sealed.size() < overhead || sealed[0] != version) return unreadable();
    KeyId id = 0;
    for (const std::uint8_t byte : sealed.subspan(1, 4)) id = (id << 8) | byte;
    return id;
}

}  // namespace platform::crypto
