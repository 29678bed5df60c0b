// SPDX-License-Identifier: Apache-2.0
#include <platform/transliteration/pinyin.h>

#include <gtest/gtest.h>

namespace platform::transliteration {
namespace {

TEST(Pinyin, NamesAreWrittenAsTheyAreRead)
{
    EXPECT_EQ(pinyin("曾小明"), "zeng xiao ming");
    EXPECT_EQ(pinyin("单田芳"), "shan tian fang");
    EXPECT_EQ(pinyin("吕布"), "lu bu");
    EXPECT_EQ(pinyin("Ægir Þór"), "aegir thor");
    EXPECT_EQ(pinyin(""), "");
    EXPECT_EQ(initials(pinyin("柜立春")), "glc");
}

TEST(Pinyin, AnyBytesGo)
{
    EXPECT_FALSE(pinyin("\xff\xfe\x80").empty());
    EXPECT_FALSE(pinyin("张\xe5\xbc").empty());
}

}  // namespace
}  // namespace platform::transliteration
