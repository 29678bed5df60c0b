// SPDX-License-Identifier: Apache-2.0
#include <platform/zone/zone.h>

#include <gtest/gtest.h>

namespace platform::zone {
namespace {

constexpr std::int64_t day = 86'400;

TEST(Zone, is_found_by_its_name_only)
{
    ASSERT_TRUE(find("Asia/Shanghai"));
    EXPECT_EQ(find("Asia/Shanghai"), find("Asia/Shanghai"));
    EXPECT_EQ(name(*find("Asia/Shanghai")), "Asia/Shanghai");
    for (const std::string_view wrong : {"", "Asia/Nowhere", "asia/shanghai!", "../etc/passwd"})
        EXPECT_FALSE(find(wrong)) << wrong;
}

TEST(Zone, knows_summer_time_and_the_years_far_away)
{
    const Id paris = find("Europe/Paris").value();
    const std::int64_t january = 17'897 * day;  // 2019-01-01
    const std::int64_t july = january + 181 * day;
    EXPECT_EQ(offset_at(paris, january), 3600);
    EXPECT_EQ(offset_at(paris, july), 7200);
    EXPECT_EQ(offset_at_local(paris, july), 7200);
    EXPECT_EQ(offset_at(paris, july + 146'097LL * day * 1000), 7200);
    EXPECT_EQ(offset_at(paris, -day * 365 * 100'000), 561);  // Local mean time.
}

TEST(Zone, takes_the_earlier_of_two_readings_and_the_offset_before_a_gap)
{
    const Id paris = find("Europe/Paris").value();
    const std::int64_t autumn = 18'196 * day + 5 * 1800;  // 2019-10-27T02:30, twice
    const std::int64_t spring = 17'986 * day + 5 * 1800;  // 2019-03-31T02:30, never
    EXPECT_EQ(offset_at_local(paris, autumn), 7200);
    EXPECT_EQ(offset_at_local(paris, spring), 3600);
}

}  // namespace
}  // namespace platform::zone
