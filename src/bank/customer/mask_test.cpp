// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/mask.h>
#include <bank/customer/phone.h>

#include <gtest/gtest.h>

namespace bank::customer {
namespace {

std::string normal(std::string_view text)
{
    const auto phone = normal_phone(text);
    return phone ? phone.value() : std::string(phone.error().reason);
}

TEST(Phone, HasOneTextHoweverItIsWritten)
{
    for (const char* text : {"13800001234", "138 0000 1234", "+86 138-0000-1234", "008613800001234",
                             "+86(138)00001234"}) {
        EXPECT_EQ(normal(text), "13800001234") << text;
    }
    EXPECT_EQ(normal("+852 5123 4567"), "+85251234567");
    EXPECT_EQ(normal("0044 20 7946 0000"), "+442079460000");
}

TEST(Phone, RefusesWhatIsNone)
{
    for (const char* text :
         {"", "12800001234", "1380000123", "138000012345", "+8613800", "+0123456789", "+",
          "138a0001234", "13800001234'--", "１３８００００１２３４", "+1234567890123456",
          "                                        "}) {
        EXPECT_EQ(normal(text), "customer.phone_malformed") << text;
    }
}

TEST(Mask, ShowsTheFirstLetterOfANameInAnyScript)
{
    EXPECT_EQ(masked_name("张三"), "张*");
    EXPECT_EQ(masked_name("欧阳娜娜"), "欧***");
    EXPECT_EQ(masked_name("阿卜杜拉·买买提"), "阿*******");
    EXPECT_EQ(masked_name("Ann Lee"), "A*** L***");
    EXPECT_EQ(masked_name("e\xcc\x81lodie"), "e\xcc\x81***");
    EXPECT_EQ(masked_name("محمد علي"), "م*** ع***");
    EXPECT_EQ(masked_name("𠮷田"), "𠮷*");
    EXPECT_EQ(masked_name("张"), "*");
    EXPECT_EQ(masked_name(""), "*");
    EXPECT_EQ(masked_name("   "), "*");
    EXPECT_EQ(masked_name("\xff\xfe"), "\xef\xbf\xbd***");
    EXPECT_EQ(masked_name("a b c d e f g"), "a*** b*** c*** d***");
    EXPECT_LE(masked_name(std::string(100000, 'x')).size(), 64U);
    std::string zalgo = "张";
    for (int i = 0; i < 1000; ++i) zalgo += "\xcc\x81";
    EXPECT_LE(masked_name(zalgo + "三").size(), 64U);
}

TEST(Mask, KeepsTheEndsOfNumbers)
{
    EXPECT_EQ(masked_phone("13800001234"), "138****1234");
    EXPECT_EQ(masked_phone("+85251234567"), "+852****4567");
    EXPECT_EQ(masked_phone("5551234"), "*****34");
    EXPECT_EQ(masked_phone("123"), "***");
    EXPECT_EQ(masked_phone(""), "");
    EXPECT_EQ(masked_document("110101199001011234"), "110101********1234");
    EXPECT_EQ(masked_document("E12345678"), "E1*****78");
    EXPECT_EQ(masked_document("123"), "***");
    EXPECT_EQ(masked_document(""), "");
    EXPECT_EQ(masked_account("6222020000000001234"), "**** 1234");
    EXPECT_EQ(masked_account("1234"), "****");
    EXPECT_EQ(masked_address("北京市东城区景山前街4号"), "北京市东城区****");
    EXPECT_EQ(masked_address("北京"), "北****");
    EXPECT_EQ(masked_address(""), "****");
}

}  // namespace
}  // namespace bank::customer
