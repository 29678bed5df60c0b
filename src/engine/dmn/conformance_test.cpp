// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/conformance.h>

#include <gtest/gtest.h>

#include <fstream>
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

TEST(DmnConformance, says_where_an_expression_is_not_known)
{
    const auto folder = std::filesystem::path(testing::TempDir()) / "dmn-unknown/level-3/0001-x";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "0001-x.dmn") <<
        R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="u" name="n">
<decision id="d" name="d"><question>What?</question>
<dance/></decision>
<decision id="e" name="e"><list><literalExpression><text>1</text></literalExpression>
<dance/></list></decision></definitions>)";
    std::ofstream(folder / "0001-x-test-01.xml") <<
        R"(<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"><modelName>0001-x.dmn</modelName>
<testCase id="1"><resultNode name="d"><expected><value>1</value></expected></resultNode></testCase>
<testCase id="2"><resultNode name="e"><expected><value>1</value></expected></resultNode></testCase></testCases>)";
    std::ostringstream printed;
    EXPECT_EQ(test_folder(folder.parent_path().parent_path(), false, printed), 1);
    EXPECT_NE(printed.str().find("expected 1, got null (0001-x.dmn:3: <dance> is no expression.)"),
              std::string::npos)
        << printed.str();
    EXPECT_NE(printed.str().find("got [1, null] (0001-x.dmn:5: <dance> is no expression.)"),
              std::string::npos)
        << printed.str();
    std::filesystem::remove_all(folder.parent_path().parent_path());
}

TEST(DmnConformance, says_when_there_is_nothing_to_run)
{
    std::ostringstream printed;
    EXPECT_EQ(test_folder("/nonexistent", false, printed), 2);
    EXPECT_EQ(printed.str(), "There are no DMN test cases in /nonexistent.\n");
}

}  // namespace
}  // namespace engine::dmn
