// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/packed_rows.h>

#include <gtest/gtest.h>

namespace platform::sql {
namespace {

TEST(PackedRows, GiveBackWhatWasPutIn)
{
    const std::string texts[] = {"",   "plain", "tab\tline\nback\\slash",    "\\t",
                                 "\\", "柜\n",  std::string("zero\0byte", 9)};
    PackedRows rows;
    for (const std::string& text : texts) {
        rows.field(text).field(INT64_MIN).field(text).end_row();
    }
    EXPECT_EQ(rows.count(), 7U);
    EXPECT_EQ(rows.text().find('\0'), std::string_view::npos);
    PackedReader reader{rows.text()};
    for (const std::string& text : texts) {
        ASSERT_TRUE(reader.next());
        EXPECT_EQ(reader.text(), text);
        EXPECT_EQ(reader.integer(), INT64_MIN);
        EXPECT_EQ(reader.text(), text);
        EXPECT_EQ(reader.text(), "");
    }
    EXPECT_FALSE(reader.next());
    rows.clear();
    EXPECT_EQ(rows.text(), "");
}

TEST(PackedRows, DamagedOnesGiveNoMoreThanIsThere)
{
    PackedReader reader{"a\\\n\n12x\tz"};
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(reader.text(), "a");
    EXPECT_EQ(reader.integer(), 0);
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(reader.text(), "");
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(reader.integer(), 12);
    EXPECT_EQ(reader.text(), "z");
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(PackedReader{""}.next());
}

}  // namespace
}  // namespace platform::sql
