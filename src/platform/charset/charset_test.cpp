// SPDX-License-Identifier: Apache-2.0
#include <platform/charset/charset.h>

#include <gtest/gtest.h>

namespace platform::charset {
namespace {

TEST(Charset, SaysWhereUtf8Ends)
{
    EXPECT_FALSE(bad_utf8(""));
    EXPECT_FALSE(bad_utf8("工资 wages 𠮷"));
    EXPECT_EQ(bad_utf8("ab\xFF"), 2U);
    EXPECT_EQ(bad_utf8("a\xC0\x80"), 1U);         // Overlong.
    EXPECT_EQ(bad_utf8("\xED\xA0\x80"), 0U);      // Surrogate.
    EXPECT_EQ(bad_utf8("\xF4\x90\x80\x80"), 0U);  // Past the end.
    EXPECT_EQ(bad_utf8("好\xE5\xA5"), 3U);        // Cut off.
}

TEST(Charset, ReadsWhatItWroteInGb18030)
{
    const std::string text = "姓名,柜立春,𠮷,8500.00";
    BadByte bad;
    EXPECT_EQ(utf8_of_gb18030(gb18030_of_utf8(text), bad), text);
    EXPECT_FALSE(bad);
}

TEST(Charset, SaysWhereGb18030Ends)
{
    BadByte bad;
    EXPECT_EQ(utf8_of_gb18030("ab\xFF"
                              "c",
                              bad),
              "ab");
    EXPECT_EQ(bad, 2U);
    utf8_of_gb18030("ab\xB9", bad);  // Half a character.
    EXPECT_EQ(bad, 2U);
}

}  // namespace
}  // namespace platform::charset
