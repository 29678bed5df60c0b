// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/model.h>

#include <gtest/gtest.h>

namespace engine::dmn {
namespace {

const base::ManualClock clock{base::Instant{}};

/// A model with the input data a (number) and b (string) and one decision "d" with that table.
std::string model_of(std::string_view table)
{
    return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:t" name="t">
<inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>
<inputData id="b" name="b"><variable name="b" typeRef="string"/></inputData>
<decision id="d" name="d"><variable name="d"/>
<informationRequirement><requiredInput href="#a"/></informationRequirement>
<informationRequirement><requiredInput href="#b"/></informationRequirement>
)" + std::string(table) +
           "\n</decision></definitions>";
}

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) out += c == '<' ? "&lt;" : std::string(1, c);
    return out;
}

/// One line a rule: "a-test | b-test | output".
std::string table_of(std::string_view policy, const std::vector<std::vector<std::string>>& rules,
                     std::string_view output = "<output name=\"o\"/>")
{
    std::string out = "<decisionTable " + std::string(policy) + ">";
    out += "<input><inputExpression typeRef=\"number\"><text>a</text></inputExpression></input>";
    out += "<input><inputExpression typeRef=\"string\"><text>b</text></inputExpression></input>";
    out += output;
    int number = 0;
    for (const auto& rule : rules) {
        out += "\n<rule id=\"r" + std::to_string(++number) + "\">";
        for (std::size_t at = 0; at < rule.size(); ++at) {
            const std::string entry = at < 2 ? "inputEntry" : "outputEntry";
            out += "<" + entry + "><text>" + escaped(rule[at]) + "</text></" + entry + ">";
        }
        out += "<annotationEntry><text>because of " + std::to_string(number) +
               "</text></annotationEntry></rule>";
    }
    return out + "</decisionTable>";
}

feel::Value ask(const std::string& text, const feel::Context& inputs,
                const LoadOptions& options = {})
{
    const auto model = load(text, "t.dmn", options);
    if (!model) return feel::Value(model.error().detail);
    feel::Evaluation evaluation(clock);
    return model.value().evaluate("d", inputs, evaluation).value();
}

std::string text_of(const feel::Value& answer)
{
    return feel::to_text(answer);
}

const std::vector<std::vector<std::string>> ages{
    {"< 18", "-", "\"minor\""}, {"[18..60)", "\"x\"", "\"adult\""}, {">= 60", "-", "\"senior\""}};

TEST(Dmn, answers_from_the_one_rule_that_matches_and_says_which)
{
    const auto model = load(model_of(table_of("", ages)), "t.dmn");
    ASSERT_TRUE(model) << model.error().detail;
    feel::Evaluation evaluation(clock);
    EXPECT_EQ(text_of(model.value().evaluate("d", {{"a", 20}, {"b", "x"}}, evaluation).value()),
              "adult");
    const auto rules = model.value().matched(evaluation);
    ASSERT_EQ(rules.size(), 1U);
    EXPECT_EQ(rules[0].decision, "d");
    EXPECT_EQ(rules[0].number, 2);
    EXPECT_EQ(rules[0].id, "r2");
    EXPECT_EQ(rules[0].annotations, std::vector<std::string>{"because of 2"});
    EXPECT_EQ(text_of(ask(model_of(table_of("", ages)), {{"a", 20}, {"b", "y"}})), "null");
}

TEST(Dmn, follows_each_hit_policy)
{
    struct Row {
        std::string_view policy;
        std::string_view expected;
    };
    const std::vector<std::vector<std::string>> rules{
        {"> 1", "-", "10"}, {"> 2", "-", "30"}, {"> 3", "-", "20"}, {"> 9", "-", "99"}};
    const std::string output =
        "<output name=\"o\"><outputValues><text>99, 30, 20, 10</text></outputValues></output>";
    for (const Row& row :
         {Row{"hitPolicy=\"FIRST\"", "10"}, Row{"hitPolicy=\"RULE ORDER\"", "[10, 30, 20]"},
          Row{"hitPolicy=\"COLLECT\"", "[10, 30, 20]"},
          Row{"hitPolicy=\"COLLECT\" aggregation=\"SUM\"", "60"},
          Row{"hitPolicy=\"COLLECT\" aggregation=\"MIN\"", "10"},
          Row{"hitPolicy=\"COLLECT\" aggregation=\"MAX\"", "30"},
          Row{"hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", "3"},
          Row{"hitPolicy=\"PRIORITY\"", "30"}, Row{"hitPolicy=\"OUTPUT ORDER\"", "[30, 20, 10]"},
          Row{"hitPolicy=\"ANY\"", "null"}}) {
        EXPECT_EQ(
            text_of(ask(model_of(table_of(row.policy, rules, output)), {{"a", 5}, {"b", "x"}})),
            row.expected)
            << row.policy;
    }
}

TEST(Dmn, refuses_a_unique_table_whose_rules_overlap_and_names_them)
{
    const std::vector<std::vector<std::string>> rules{{"< 18", "-", "1"},
                                                      {"[10..20]", "\"x\"", "2"}};
    const auto model = load(model_of(table_of("", rules)), "t.dmn");
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().reason, "dmn.rules_overlap");
    EXPECT_EQ(model.error().detail, "t.dmn:9: Rules 1 and 2 of \"d\" both match 10, \"x\".");
    LoadOptions options;
    options.refuse_overlaps = false;
    EXPECT_EQ(text_of(ask(model_of(table_of("", rules)), {{"a", 15}, {"b", "x"}}, options)),
              "null");
    EXPECT_EQ(text_of(ask(model_of(table_of("", rules)), {{"a", 15}, {"b", "y"}}, options)), "1");
}

TEST(Dmn, finds_the_gaps_of_a_table)
{
    const auto model = load(model_of(table_of("", ages)), "t.dmn");
    ASSERT_TRUE(model);
    ASSERT_EQ(model.value().findings().size(), 1U);
    EXPECT_EQ(to_string(model.value().findings()[0]),
              "t.dmn:8: No rule of \"d\" answers a 18, b anything else.");
}

TEST(Dmn, says_file_line_and_column_of_a_wrong_cell)
{
    const std::vector<std::vector<std::string>> rules{{"< 18", "-", "1"}, {">= 18 18", "-", "2"}};
    const auto model = load(model_of(table_of("", rules)), "t.dmn");
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().reason, "dmn.expression");
    EXPECT_EQ(model.error().detail, "t.dmn:9: 1:7 Expected \",\" or the end, found \"1\".");
}

TEST(Dmn, refuses_models_that_are_broken)
{
    struct Row {
        std::string_view body;
        std::string_view reason;
    };
    const std::string open =
        R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="u" name="n">)";
    for (const Row& row :
         {Row{"<decision id='x' name='x'><informationRequirement><requiredDecision "
              "href='#x'/></informationRequirement></decision>",
              "dmn.cyclic_requirements"},
          Row{"<decision id='x' name='x'><informationRequirement><requiredDecision "
              "href='#y'/></informationRequirement></decision>",
              "dmn.no_such_reference"},
          Row{"<decision id='x' name='x'/><decision id='y' name='x'/>", "dmn.duplicate_name"},
          Row{"<decision id='x' name='x'><variable name='x' typeRef='tNothing'/></decision>",
              "dmn.unknown_type"},
          Row{"<wish id='x'/>", "dmn.unknown_element"},
          Row{"<decision id='x' name='x'><wish/></decision>", "dmn.unknown_element"},
          Row{"<decision id='x' name='x'><list><wish/></list></decision>", "dmn.unknown_element"},
          Row{"<decision id='x' name='x'><conditional><if><wish/></if></conditional></decision>",
              "dmn.unknown_element"},
          Row{"<decision id='x' name='x'><literalExpression><text>1 + "
              "nothing</text></literalExpression></decision>",
              "dmn.expression"},
          Row{"<decision id='x' name='x'><decisionTable "
              "hitPolicy='LAST'><output/></decisionTable></decision>",
              "dmn.unknown_hit_policy"},
          Row{"<decision id='x' "
              "name='x'><decisionTable><output/><rule/></decisionTable></decision>",
              "dmn.rule_width"}}) {
        const auto model = load(open + std::string(row.body) + "</definitions>", "t.dmn");
        ASSERT_FALSE(model) << row.body;
        EXPECT_EQ(model.error().reason, row.reason) << row.body;
    }
    EXPECT_EQ(load("<html/>", "t.dmn").error().reason, "dmn.not_a_model");
}

TEST(Dmn, refuses_recursion_without_end_and_answers_a_big_table)
{
    const std::string endless =
        R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="u" name="n">
<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="n"/><literalExpression><text>f(n + 1)</text></literalExpression>
</encapsulatedLogic><knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement></businessKnowledgeModel>
<decision id="d" name="d"><knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>
<literalExpression><text>f(1)</text></literalExpression></decision></definitions>)";
    const auto model = load(endless, "t.dmn");
    ASSERT_TRUE(model) << model.error().detail;
    feel::Evaluation evaluation(clock);
    const auto answer = model.value().evaluate("d", {}, evaluation);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, "feel.too_deep");

    std::vector<std::vector<std::string>> rules;
    for (int rule = 0; rule < 400; ++rule)
        rules.push_back({"[" + std::to_string(rule) + ".." + std::to_string(rule + 1) + ")", "-",
                         std::to_string(rule)});
    EXPECT_EQ(text_of(ask(model_of(table_of("", rules)), {{"a", 399}, {"b", "x"}})), "399");
    for (int rule = 400; rule < 600; ++rule)
        rules.push_back({"[" + std::to_string(rule) + ".." + std::to_string(rule + 1) + ")", "-",
                         std::to_string(rule)});
    const auto large = load(model_of(table_of("", rules)), "t.dmn");
    ASSERT_TRUE(large);
    ASSERT_EQ(large.value().findings().size(), 1U);
    EXPECT_EQ(large.value().findings()[0].reason, "dmn.table_not_checked");
}

TEST(Dmn, an_input_that_does_not_fit_its_type_is_null)
{
    const std::string model =
        model_of("<literalExpression><text>a = null</text></literalExpression>");
    EXPECT_EQ(text_of(ask(model, {{"a", true}})), "true");
    EXPECT_EQ(text_of(ask(model, {{"a", 1}})), "false");
    EXPECT_EQ(text_of(ask(model, {{"a", "12.5"}})), "false");
}

}  // namespace
}  // namespace engine::dmn
