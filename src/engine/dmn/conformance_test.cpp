// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/conformance.h>

#include <gtest/gtest.h>

#include <iostream>
#include <sstream>

namespace engine::dmn {
namespace {

const std::filesystem::path kit =
    std::filesystem::path(YUNGUI_SOURCE_DIR) / "../shared/data/dmn-tck";

TEST(DmnConformance, passes_the_compatibility_kit)
{
    if (!std::filesystem::exists(kit)) GTEST_SKIP() << "../shared/data/dmn-tck is not here";
    const auto outcome = run_conformance(kit);
    ASSERT_TRUE(outcome);
    std::ostringstream printed;
    test_folder(kit, false, printed);
    std::cout << printed.str();
    const auto& level_2 = outcome.value().levels.at("2");
    const auto& level_3 = outcome.value().levels.at("3");
    EXPECT_EQ(level_2.passed, level_2.all);
    EXPECT_GE(level_3.passed * 100, level_3.all * 98);
    EXPECT_GE(level_3.value_passed * 100, level_3.value_all * 98);
}

TEST(DmnConformance, says_when_there_is_nothing_to_run)
{
    std::ostringstream printed;
    EXPECT_EQ(test_folder("/nonexistent", false, printed), 2);
    EXPECT_EQ(printed.str(), "There are no DMN test cases in /nonexistent.\n");
}

}  // namespace
}  // namespace engine::dmn
