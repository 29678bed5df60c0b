// SPDX-License-Identifier: Apache-2.0
// Boxed expressions, imports, types with checks, and the figures of a conformance run as JSON.
#include <engine/dmn/conformance.h>
#include <engine/dmn/model.h>

#include <platform/json/value.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace engine::dmn {
namespace {

const base::ManualClock boxes_clock{base::Instant{}};

std::string definitions(std::string_view inside, std::string_view name = "t")
{
    return "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"urn:" +
           std::string(name) + "\" name=\"" + std::string(name) + "\">" + std::string(inside) +
           "</definitions>";
}

std::string box(std::string_view text)
{
    return "<literalExpression><text>" + std::string(text) + "</text></literalExpression>";
}

std::string decision(std::string_view expression, std::string_view variable = "")
{
    return "<inputData id=\"a\" name=\"a\"><variable name=\"a\" " + std::string(variable) +
           "/></inputData><decision id=\"d\" name=\"d\"><variable name=\"d\"/>"
           "<informationRequirement><requiredInput href=\"#a\"/></informationRequirement>" +
           std::string(expression) + "</decision>";
}

std::string answer_of(const std::string& text, const feel::Context& inputs,
                      const LoadOptions& options = {})
{
    const auto model = load(text, "t.dmn", options);
    if (!model) return std::string(model.error().reason);
    feel::Evaluation evaluation(boxes_clock);
    return feel::to_text(model.value().evaluate("d", inputs, evaluation).value());
}

TEST(DmnBoxes, ARelationIsAListOfContexts)
{
    const std::string relation =
        "<relation><column name=\"name\"/><column name=\"age\"/>"
        "<row>" +
        box("\"A\"") + box("a") + "</row><row>" + box("\"B\"") + box("a + 1") + "</row></relation>";
    EXPECT_EQ(answer_of(definitions(decision(relation)), {{"a", 7}}),
              "[{name: \"A\", age: 7}, {name: \"B\", age: 8}]");
    EXPECT_EQ(answer_of(definitions(decision("<relation><column name=\"name\"/></relation>")),
                        {{"a", 7}}),
              "[]");
}

TEST(DmnBoxes, AFilterKeepsWhatMatches)
{
    const auto filter = [](std::string_view of, std::string_view match) {
        return definitions(
            decision("<filter><in>" + box(of) + "</in><match>" + box(match) + "</match></filter>"));
    };
    EXPECT_EQ(answer_of(filter("[1, 5, 9]", "item &gt; a"), {{"a", 4}}), "[5, 9]");
    EXPECT_EQ(answer_of(filter("[{n: 1}, {n: 6}]", "n &gt; a"), {{"a", 4}}), "[{n: 6}]");
    EXPECT_EQ(answer_of(filter("[1, 2]", "item &gt; a"), {{"a", 4}}), "[]");
    EXPECT_EQ(answer_of(definitions(decision("<filter><in>" + box("[1]") + "</in></filter>")),
                        {{"a", 4}}),
              "dmn.missing");
}

TEST(DmnBoxes, SomeAndEveryAskOfEachItem)
{
    const auto asks = [](std::string_view which, std::string_view of) {
        const std::string tag{which};
        return definitions(decision("<" + tag + " iteratorVariable=\"n\"><in>" + box(of) +
                                    "</in><satisfies>" + box("n &gt; a") + "</satisfies></" + tag +
                                    ">"));
    };
    EXPECT_EQ(answer_of(asks("some", "[1, 5]"), {{"a", 4}}), "true");
    EXPECT_EQ(answer_of(asks("some", "[1, 2]"), {{"a", 4}}), "false");
    EXPECT_EQ(answer_of(asks("some", "[]"), {{"a", 4}}), "false");
    EXPECT_EQ(answer_of(asks("every", "[1, 5]"), {{"a", 4}}), "false");
    EXPECT_EQ(answer_of(asks("every", "[5, 6]"), {{"a", 4}}), "true");
    EXPECT_EQ(answer_of(asks("every", "[]"), {{"a", 4}}), "true");
}

TEST(DmnImports, NameAModelThatIsThereAndNoCircle)
{
    constexpr std::string_view type = "importType=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"";
    const auto import = [&](std::string_view name) {
        return "<import name=\"" + std::string(name) + "\" namespace=\"urn:" + std::string(name) +
               "\" " + std::string(type) + "/>";
    };
    const std::string uses =
        "<decision id=\"d\" name=\"d\"><variable name=\"d\"/><informationRequirement>"
        "<requiredDecision href=\"urn:other#x\"/></informationRequirement>" +
        box("other.x + 1") + "</decision>";
    const std::string gives =
        "<decision id=\"x\" name=\"x\"><variable name=\"x\"/>" + box("41") + "</decision>";
    LoadOptions with;
    with.files = {{"urn:other", definitions(gives, "other"), "other.dmn"}};
    EXPECT_EQ(answer_of(definitions(import("other") + uses), {}, with), "42");
    EXPECT_EQ(answer_of(definitions(import("other") + uses), {}), "dmn.no_such_import");
    EXPECT_EQ(answer_of(definitions(import("nothing") + uses), {}, with), "dmn.no_such_import");
    with.files[0].text = definitions(import("t") + gives, "other");
    with.files.push_back({"urn:t", definitions(import("other") + uses), "t.dmn"});
    EXPECT_EQ(answer_of(definitions(import("other") + uses), {}, with), "dmn.no_such_import");
    with.files[0].text = "<html/>";
    EXPECT_EQ(answer_of(definitions(import("other") + uses), {}, with), "dmn.not_a_model");
}

TEST(DmnTypes, ValuesAreHeldToWhatTheirTypeAllows)
{
    const auto typed = [](std::string_view item) {
        return definitions("<itemDefinition name=\"tA\"" + std::string(item) + "</itemDefinition>" +
                           decision(box("a"), "typeRef=\"tA\""));
    };
    const std::string small =
        typed("><typeRef>number</typeRef><allowedValues><text>[1..5]</text></allowedValues>");
    EXPECT_EQ(answer_of(small, {{"a", 5}}), "5");
    EXPECT_EQ(answer_of(small, {{"a", 6}}), "null");
    EXPECT_EQ(answer_of(small, {{"a", "x"}}), "null");
    // Of a list, allowedValues is what each item may be, and typeConstraint what the list may be.
    const std::string items = typed(
        " isCollection=\"true\"><typeRef>number</typeRef>"
        "<allowedValues><text>[1..5]</text></allowedValues>");
    const feel::Value three(feel::List{feel::Value(1), feel::Value(2), feel::Value(3)});
    const feel::Value large(feel::List{feel::Value(1), feel::Value(9)});
    EXPECT_EQ(answer_of(items, {{"a", three}}), "[1, 2, 3]");
    EXPECT_EQ(answer_of(items, {{"a", large}}), "null");
    const std::string whole = typed(
        " isCollection=\"true\"><typeRef>number</typeRef>"
        "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint>");
    EXPECT_EQ(answer_of(whole, {{"a", large}}), "[1, 9]");
    EXPECT_EQ(answer_of(whole, {{"a", three}}), "null");
}

TEST(DmnConformance, says_its_figures_as_json)
{
    const auto root = std::filesystem::path(testing::TempDir()) / "dmn-json";
    const auto folder = root / "compliance-level-2/0001-x";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "0001-x.dmn") << definitions(
        "<decision id=\"d\" name=\"d\"><variable name=\"d\"/>" + box("1") + "</decision>");
    std::ofstream(folder / "0001-x-test-01.xml") <<
        R"(<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"><modelName>0001-x.dmn</modelName>
<testCase id="1"><resultNode name="d"><expected><value>1</value></expected></resultNode></testCase>
<testCase id="2"><resultNode name="d"><expected><value>2</value></expected></resultNode></testCase>
<testCase id="3"><resultNode name="d"><expected/></resultNode></testCase></testCases>)";
    std::ostringstream printed;
    EXPECT_EQ(test_folder(root, true, printed), 1);
    const auto said = platform::json::parse(printed.str());
    ASSERT_TRUE(said) << printed.str();
    const auto& two = said.value()["levels"]["2"];
    EXPECT_EQ(platform::json::serialise(two),
              R"({"passed":1,"all":3,"value_passed":1,"value_all":2})");
    EXPECT_EQ(said.value()["failures"].array()->size(), 2U) << printed.str();
    std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace engine::dmn
