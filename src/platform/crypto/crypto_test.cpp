// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/aead.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>
#include <platform/crypto/otp.h>
#include <platform/crypto/password.h>
#include <platform/crypto/random.h>

#include <gtest/gtest.h>

#include <set>

namespace platform::crypto {
namespace {

Bytes hex(std::string_view text)
{
    return from_hex(text).value();
}

Bytes repeated(std::uint8_t byte, std::size_t count)
{
    return Bytes(count, byte);
}

TEST(Encoding, GivesTheTextsOfRfc4648)
{
    EXPECT_EQ(to_base64(as_bytes("")), "");
    EXPECT_EQ(to_base64(as_bytes("f")), "Zg==");
    EXPECT_EQ(to_base64(as_bytes("fo")), "Zm8=");
    EXPECT_EQ(to_base64(as_bytes("foobar")), "Zm9vYmFy");
    EXPECT_EQ(to_base64url(hex("fbff")), "-_8");
    EXPECT_EQ(to_base32(as_bytes("foobar")), "MZXW6YTBOI");
    EXPECT_EQ(as_text(from_base32("mzxw6ytboi").value()), "foobar");
    EXPECT_EQ(from_base32("MZXW6YTBOJ").error().reason, "encoding.malformed");
    EXPECT_EQ(from_base32("MZXW6YT1").error().reason, "encoding.malformed");
    EXPECT_EQ(to_hex(as_bytes("foobar")), "666f6f626172");
}

TEST(Encoding, ReadsWhatItWroteForEveryLength)
{
    SystemRandom random;
    for (std::size_t length = 0; length < 70; ++length) {
        const Bytes bytes = random.bytes(length);
        EXPECT_EQ(from_base64url(to_base64url(bytes)).value(), bytes);
        EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
        EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
    }
}

TEST(Encoding, RefusesTextsThatAreNotTheOneTextOfAValue)
{
    for (const char* text : {"Zg==", "Zh", "Z", "Zm9 v", "Zm9v\n", "+/8", "Zm9vY"}) {
        EXPECT_FALSE(from_base64url(text)) << text;
    }
    for (const char* text : {"Zg", "Zh==", "Zg=", "====", "Zm9v=", "Zm=v"}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
    for (const char* text : {"0", "0g", "0x", " 0"}) EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Hash, GivesTheValuesOfFips180)
{
    EXPECT_EQ(to_hex(sha256(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(hash(HashAlgorithm::sha1, as_bytes("abc"))),
              "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hash(HashAlgorithm::sha384, {}).size(), 48U);
    EXPECT_EQ(hash(HashAlgorithm::sha512, {}).size(), 64U);

    Sha256 pieces;
    pieces.update(as_bytes("a"));
    EXPECT_EQ(pieces.digest(), sha256(as_bytes("a")));
    pieces.update(as_bytes("bc"));
    EXPECT_EQ(pieces.digest(), sha256(as_bytes("abc")));
}

TEST(Hash, HmacGivesTheValuesOfRfc4231)
{
    const Hmac first(repeated(0x0b, 20));
    EXPECT_EQ(to_hex(first.code256(as_bytes("Hi There"))),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(to_hex(Hmac(as_bytes("Jefe")).code(as_bytes("what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    const Hmac long_key(repeated(0xaa, 131));
    for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(to_hex(long_key.code256(
                      as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
                  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }
}

TEST(Hash, HkdfGivesTheValuesOfRfc5869)
{
    EXPECT_EQ(
        to_hex(hkdf(repeated(0x0b, 22), hex("000102030405060708090a0b0c"),
                    hex("f0f1f2f3f4f5f6f7f8f9"), 42)),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    EXPECT_EQ(
        to_hex(hkdf(repeated(0x0b, 22), {}, {}, 42)),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Random, DrawsEveryNumberBelowTheBoundAndNoOther)
{
    SystemRandom random;
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 2000; ++i) seen.insert(random.below(7));
    EXPECT_EQ(seen.size(), 7U);
    EXPECT_EQ(*seen.rbegin(), 6U);
    EXPECT_EQ(random.below(1), 0U);
    EXPECT_NE(to_hex(random.bytes(32)), to_hex(random.bytes(32)));
}

class Sealing : public testing::Test {
protected:
    SystemRandom random;
    SealingKey key{7, random.key()};
    Bytes sealed = seal(key, as_bytes("customer 1, phone"), as_bytes("13800001234"), random);

    std::string_view opened(const SealingKey& with, std::string_view associated, ByteView what)
    {
        const auto plain = unseal(with, as_bytes(associated), what);
        return plain ? "opened" : plain.error().reason;
    }
};

TEST_F(Sealing, OpensWhatItSealedAndNamesTheKey)
{
    EXPECT_EQ(as_text(unseal(key, as_bytes("customer 1, phone"), sealed).value()), "13800001234");
    EXPECT_EQ(sealing_key_id(sealed).value(), 7U);
    EXPECT_EQ(sealed.size(), 11U + 33U);
    EXPECT_NE(seal(key, {}, {}, random), seal(key, {}, {}, random));
    EXPECT_TRUE(unseal(key, {}, seal(key, {}, {}, random)).value().empty());
}

TEST_F(Sealing, RefusesAnotherKeyOtherAssociatedDataAndEveryFlippedBit)
{
    EXPECT_EQ(opened({7, random.key()}, "customer 1, phone", sealed), "crypto.unreadable");
    EXPECT_EQ(opened({8, key.key}, "customer 1, phone", sealed), "crypto.unreadable");
    EXPECT_EQ(opened(key, "customer 2, phone", sealed), "crypto.unreadable");
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes altered = sealed;
        altered[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_EQ(opened(key, "customer 1, phone", altered), "crypto.unreadable") << bit;
    }
    for (std::size_t length = 0; length < sealed.size(); ++length) {
        EXPECT_EQ(opened(key, "customer 1, phone", ByteView(sealed).first(length)),
                  "crypto.unreadable");
    }
}

TEST(Password, MatchesItselfOnlyAndKnowsItsParameters)
{
    const std::string hash = hash_password("correct horse");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=32768,t=2,p=1$")) << hash;
    EXPECT_TRUE(password_matches(hash, "correct horse"));
    EXPECT_FALSE(password_matches(hash, "correct horsf"));
    EXPECT_FALSE(password_matches(hash, ""));
    EXPECT_FALSE(password_matches("", "correct horse"));
    EXPECT_FALSE(password_matches(std::string(500, '$'), "correct horse"));
    EXPECT_NE(hash, hash_password("correct horse"));
    EXPECT_FALSE(password_hash_is_outdated(hash));
    EXPECT_TRUE(
        password_hash_is_outdated("$argon2id$v=19$m=12288,t=3,p=1$8syxPATWKv/MZvfT7HfLpA$"
                                  "mMKHywQl0No6baDEpg6aTb40k72DymM+XupvMyM/gds"));
}

TEST(OneTimeCode, GivesTheValuesOfRfc4226)
{
    const char* expected[] = {"755224", "287082", "359152", "969429", "338314",
                              "254676", "287922", "162583", "399871", "520489"};
    for (std::uint64_t counter = 0; counter < 10; ++counter) {
        EXPECT_EQ(hotp(as_bytes("12345678901234567890"), counter), expected[counter]);
    }
}

TEST(OneTimeCode, GivesTheValuesOfRfc6238)
{
    const auto at = [](std::int64_t seconds, HashAlgorithm algorithm, std::string_view secret) {
        return hotp(as_bytes(secret), totp_step({seconds * base::micros_per_second}), 8, algorithm);
    };
    const std::string digits = "1234567890123456789012345678901234567890123456789012345678901234";
    const std::string_view s1 = std::string_view(digits).substr(0, 20);
    const std::string_view s256 = std::string_view(digits).substr(0, 32);
    EXPECT_EQ(at(59, HashAlgorithm::sha1, s1), "94287082");
    EXPECT_EQ(at(59, HashAlgorithm::sha256, s256), "46119246");
    EXPECT_EQ(at(59, HashAlgorithm::sha512, digits), "90693936");
    EXPECT_EQ(at(1111111109, HashAlgorithm::sha1, s1), "07081804");
    EXPECT_EQ(at(20000000000, HashAlgorithm::sha1, s1), "65353130");
    EXPECT_EQ(at(20000000000, HashAlgorithm::sha512, digits), "47863826");
}

TEST(OneTimeCode, IsGoodInItsStepAndTheNeighbours)
{
    const Bytes secret = to_bytes(as_bytes("12345678901234567890"));
    const auto now = [](std::int64_t seconds) {
        return base::Instant{seconds * base::micros_per_second};
    };
    const std::string code = hotp(secret, 1000);
    EXPECT_EQ(matching_totp_step(secret, code, now(1000 * 30)), 1000U);
    EXPECT_EQ(matching_totp_step(secret, code, now(1001 * 30 + 29)), 1000U);
    EXPECT_EQ(matching_totp_step(secret, code, now(999 * 30)), 1000U);
    EXPECT_EQ(matching_totp_step(secret, code, now(1002 * 30)), std::nullopt);
    EXPECT_EQ(matching_totp_step(secret, "", now(1000 * 30)), std::nullopt);
    EXPECT_EQ(totp_address(as_bytes("foobar"), "Demo Bank", "t:1"),
              "otpauth://totp/Demo%20Bank:t%3a1?secret=MZXW6YTBOI&issuer=Demo%20Bank");
}

}  // namespace
}  // namespace platform::crypto
