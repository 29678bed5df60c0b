// SPDX-License-Identifier: Apache-2.0
#include <platform/pinyin/pinyin.h>

#include <gtest/gtest.h>

namespace platform::pinyin {
namespace {

using Words = std::vector<std::string>;

TEST(Pinyin, GivesASyllableForEachCharacter)
{
    EXPECT_EQ(syllables("云川市白塔区"), (Words{"yun", "chuan", "shi", "bai", "ta", "qu"}));
    EXPECT_EQ(syllables("自来水费"), (Words{"zi", "lai", "shui", "fei"}));
}

TEST(Pinyin, LeavesLettersAndFiguresAndDropsTheRest)
{
    EXPECT_EQ(syllables("ABC 12、水"), (Words{"abc", "12", "shui"}));
    EXPECT_TRUE(syllables("").empty());
    EXPECT_TRUE(syllables("。！\xff\xfe").empty());
}

TEST(Pinyin, NamesAreWrittenAsTheyAreRead)
{
    EXPECT_EQ(of_name("曾小明"), "zeng xiao ming");
    EXPECT_EQ(of_name("单田芳"), "shan tian fang");
    EXPECT_EQ(of_name("吕布"), "lu bu");
    EXPECT_EQ(of_name("Ægir Þór"), "aegir thor");
    EXPECT_EQ(of_name(""), "");
    EXPECT_EQ(initials(of_name("柜立春")), "glc");
}

TEST(Pinyin, AnyBytesGo)
{
    EXPECT_FALSE(of_name("\xff\xfe\x80").empty());
    EXPECT_FALSE(of_name("张\xe5\xbc").empty());
}

}  // namespace
}  // namespace platform::pinyin
