// SPDX-License-Identifier: Apache-2.0
// What asking a table takes from the heap: nothing, once the model is compiled and the inputs are
// there.
#include <engine/dmn/model.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <new>
#include <sstream>

namespace {

thread_local std::int64_t taken = 0;

}  // namespace

// Counted for this whole program; what they do is as always.
void* operator new(std::size_t size)
{
    ++taken;
    void* place = std::malloc(size == 0 ? 1 : size);
    if (place == nullptr) throw std::bad_alloc();
    return place;
}

void operator delete(void* place) noexcept
{
    std::free(place);
}

void operator delete(void* place, std::size_t) noexcept
{
    std::free(place);
}

namespace engine::dmn {
namespace {

const base::SystemClock wall;

Model compiled(const std::string& rules, const std::string& policy = "")
{
    const std::string text =
        R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="u" name="n">
<inputData id="t" name="tier"><variable name="tier" typeRef="string"/></inputData>
<inputData id="a" name="amount"><variable name="amount" typeRef="number"/></inputData>
<decision id="d" name="risk"><informationRequirement><requiredInput href="#t"/></informationRequirement>
<informationRequirement><requiredInput href="#a"/></informationRequirement><decisionTable )" +
        policy + R"(>
<input><inputExpression><text>tier</text></inputExpression></input>
<input><inputExpression><text>amount</text></inputExpression></input>
<output name="level"/><output name="points"/>)" +
        rules + "</decisionTable></decision></definitions>";
    auto model = load(text, "t.dmn");
    base::ensure(model.has_value());
    return std::move(model).value();
}

std::string many_rules(int count)
{
    std::string rules;
    for (int at = 0; at < count; ++at) {
        const std::string from = std::to_string(at * 100);
        const std::string to = std::to_string(at * 100 + 100);
        rules +=
            "<rule><inputEntry><text>\"gold\", \"silver\"</text></inputEntry><inputEntry><text>[" +
            from + ".." + to +
            ")</text></inputEntry><outputEntry><text>\"a level with a long "
            "name\"</text></outputEntry>"
            "<outputEntry><text>" +
            from + "</text></outputEntry></rule>";
    }
    return rules;
}

std::int64_t taken_by(const Model& model, const feel::Context& inputs)
{
    const std::size_t decision = model.find("risk");
    const std::int64_t before = taken;
    feel::Evaluation evaluation(wall);
    const auto answer = model.evaluate(decision, inputs, evaluation);
    const std::int64_t after = taken;
    EXPECT_TRUE(answer);
    return after - before;
}

TEST(DmnAllocation, AskingATableTakesNothingFromTheHeap)
{
    const feel::Context last{{"tier", "silver"}, {"amount", 950}};
    for (const char* policy : {"", "hitPolicy=\"FIRST\""}) {
        EXPECT_EQ(taken_by(compiled(many_rules(10), policy), last), 0) << policy;
        EXPECT_EQ(taken_by(compiled(many_rules(200), policy), last), 0) << policy;
        const feel::Context none{{"tier", "silver"}, {"amount", 99950}};
        EXPECT_LE(taken_by(compiled(many_rules(10), policy), none), 2) << "why it is null";
    }
    std::int64_t made = taken;
    delete new int(1);
    EXPECT_EQ(taken - made, 1) << "the count counts";
}

}  // namespace
}  // namespace engine::dmn
