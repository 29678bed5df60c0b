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

}  // namespace
}  // namespace platform::pinyin
