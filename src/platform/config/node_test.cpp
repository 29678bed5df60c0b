// SPDX-License-Identifier: Apache-2.0
#include <platform/config/node.h>

#include <gtest/gtest.h>

namespace platform::config {
namespace {

TEST(Node, KnowsWhereItStands)
{
    const Node root = parse_yaml("a: 1\nb:\n  - x\n  - {c: \"2\"}\n", "demo.yaml").value();
    ASSERT_EQ(root.kind(), Node::Kind::map);
    EXPECT_EQ(root.find("a")->text(), "1");
    EXPECT_EQ(root.find("b")->items()[1].find("c")->where(), "demo.yaml:4:9");
    EXPECT_TRUE(root.find("b")->items()[1].find("c")->quoted());
    EXPECT_EQ(root.find("nothing"), nullptr);
}

TEST(Node, BecomesJsonWithQuotedNumbersAsTexts)
{
    const Node root =
        parse_yaml("{n: 12, t: \"12\", z: 007, d: 1.50, yes: true, none: ~}", "x").value();
    EXPECT_EQ(json::serialise(root.to_json()),
              R"({"n":12,"t":"12","z":"007","d":"1.50","yes":true,"none":null})");
}

TEST(Node, AnEmptyFileIsNull)
{
    EXPECT_TRUE(parse_yaml("", "x").value().is_null());
    EXPECT_TRUE(parse_yaml("# only a remark\n", "x").value().is_null());
}

struct Refusal {
    const char* text;
    std::string_view reason;
    const char* place;
};

TEST(Node, RefusesWhatExpandsOrHidesAndSaysWhere)
{
    const Refusal refusals[] = {
        {"a: &x 1\nb: *x\n", "config.alias_refused", "f:1:"},
        {"a: 1\na: 2\n", "config.duplicate_name", "f:2:1"},
        {"a: !!python/object x\n", "config.malformed", "f:1:4"},
        {"a: [1, 2\n", "config.malformed", "f:"},
        {"? [a, b]\n: c\n", "config.malformed", "f:1:"},
        {"a: 1\n---\nb: 2\n", "config.malformed", "f"},
    };
    for (const auto& refusal : refusals) {
        const auto result = parse_yaml(refusal.text, "f");
        ASSERT_FALSE(result) << refusal.text;
        EXPECT_EQ(result.error().reason, refusal.reason) << refusal.text;
        EXPECT_EQ(result.error().detail.rfind(refusal.place, 0), 0u) << result.error().detail;
    }
}

TEST(Node, StopsAtItsLimits)
{
    EXPECT_EQ(parse_yaml(std::string(50, '[') + std::string(50, ']'), "f").error().reason,
              "config.too_deep");
    EXPECT_EQ(parse_yaml("[1, 2, 3]", "f", {.bytes = 100, .depth = 5, .nodes = 3}).error().reason,
              "config.too_many_nodes");
    EXPECT_EQ(parse_yaml("[1, 2, 3]", "f", {.bytes = 5}).error().reason, "config.too_large");
    EXPECT_EQ(read_yaml("/nonexistent/file", "f").error().reason, "config.unreadable");
}

}  // namespace
}  // namespace platform::config
