// SPDX-License-Identifier: Apache-2.0
#include <bank/paycode/code.h>

#include <gtest/gtest.h>

namespace bank::paycode {
namespace {

const platform::crypto::Bytes secret(32, 7);
const platform::crypto::Hmac key{secret};
const Issuer issuer{"yungui-demo", "Yunchuan Rural Commercial Bank", key};
const base::Instant now{1'795'331'666'480'732};
const base::Currency cny{"CNY", 2};

TEST(Paycode, AStaticCodeIsReadAsItWasWritten)
{
    const std::string text = write(issuer, {"yunchuan", "9901000000000313"});
    EXPECT_TRUE(text.starts_with("00020101021126"));
    EXPECT_NE(text.find("5303156"), std::string::npos);
    EXPECT_NE(text.find("5925Yunchuan Rural Commercial"), std::string::npos);
    const auto code = read(issuer, " " + text + "\n", now);
    ASSERT_TRUE(code) << code.error().reason;
    EXPECT_EQ(code.value().account_number, "9901000000000313");
    EXPECT_EQ(code.value().institution, "yunchuan");
    EXPECT_FALSE(code.value().amount || code.value().expires_at);
    EXPECT_EQ(code.value().purpose, "");
}

TEST(Paycode, AmountPurposeAndExpiryCome)
{
    const Code wish{"yunchuan", "9901000000000313", base::Money{12'34, cny}, "还饭钱 02040099",
                    base::after_seconds(now, 600)};
    const std::string text = write(issuer, wish);
    const auto code = read(issuer, text, now);
    ASSERT_TRUE(code) << code.error().reason;
    EXPECT_EQ(code.value().amount, wish.amount);
    EXPECT_EQ(code.value().purpose, wish.purpose);
    EXPECT_EQ(read(issuer, text, base::after_seconds(now, 601)).error().reason, "paycode.expired");
}

/// The known answer of the algorithm's catalogue, and of EMVCo's own form: the CRC covers "6304".
TEST(Paycode, TheChecksumIsThatOfTheStandard)
{
    const std::string text = write(issuer, {"yunchuan", "9901000000000313"});
    unsigned crc = 0xFFFF;
    for (const char c : text.substr(0, text.size() - 4)) {
        unsigned x = ((crc >> 8U) ^ static_cast<unsigned char>(c)) & 0xFFU;
        x ^= x >> 4U;
        crc = ((crc << 8U) ^ (x << 12U) ^ (x << 5U) ^ x) & 0xFFFFU;
    }
    EXPECT_EQ(std::stoul(text.substr(text.size() - 4), nullptr, 16), crc);
}

TEST(Paycode, EveryChangedCharacterIsNoticed)
{
    const std::string text = write(issuer, {"yunchuan", "9901000000000313", base::Money{100, cny},
                                            "x", base::after_seconds(now, 600)});
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string bad = text;
        bad[i] = bad[i] == '1' ? '2' : '1';
        EXPECT_FALSE(read(issuer, bad, now)) << i;
        EXPECT_FALSE(read(issuer, text.substr(0, i), now)) << i;
    }
}

std::string with_crc(std::string body)
{
    // A forger computes the checksum, which is no secret; here by trying all.
    for (unsigned crc = 0; crc <= 0xFFFF; ++crc) {
        char digits[5];
        std::snprintf(digits, sizeof digits, "%04X", crc);
        const auto seen = read(issuer, body + digits, now);
        if (seen || seen.error().reason != "paycode.damaged") return body + digits;
    }
    return body;
}

TEST(Paycode, WhatTheBankHasNotSignedIsForged)
{
    const auto honest = write(issuer, {"yunchuan", "9901000000000313", base::Money{100, cny}, "",
                                       base::after_seconds(now, 600)});
    const auto body = honest.substr(0, honest.size() - 4);
    std::string dearer = body;
    dearer.replace(dearer.find("54041.00"), 8, "54049.00");
    EXPECT_EQ(read(issuer, with_crc(dearer), now).error().reason, "paycode.forged");
    std::string endless = write(issuer, {"yunchuan", "9901000000000313"});
    endless = endless.substr(0, endless.size() - 4);
    endless.replace(endless.find("010211"), 6, "010212");
    EXPECT_EQ(read(issuer, with_crc(endless), now).error().reason, "paycode.forged");
    const platform::crypto::Hmac other{platform::crypto::Bytes(32, 8)};
    EXPECT_EQ(read({"yungui-demo", "x", other}, honest, now).error().reason, "paycode.forged");
}

TEST(Paycode, OtherCodesAreToldApart)
{
    EXPECT_EQ(read(issuer, "https://example.test/pay", now).error().reason, "paycode.malformed");
    EXPECT_EQ(read(issuer, "", now).error().reason, "paycode.malformed");
    EXPECT_EQ(read(issuer, std::string(5000, '0'), now).error().reason, "paycode.malformed");
    const auto foreign = write({"other-bank", "x", key}, {"there", "123456789"});
    EXPECT_EQ(read(issuer, foreign, now).error().reason, "paycode.foreign");
    auto damaged = write(issuer, {"yunchuan", "9901000000000313"});
    damaged.back() = damaged.back() == '0' ? '1' : '0';
    EXPECT_EQ(read(issuer, damaged, now).error().reason, "paycode.damaged");
}

}  // namespace
}  // namespace bank::paycode
