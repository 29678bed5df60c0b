// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using namespace testing_processes;
namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

class EngineTest : public testing::Test, protected Processes {};

TEST_F(EngineTest, RunsScriptDecisionGatewayAndOperationToTheEnd)
{
    define(std::string{start} + variables_known + done +
           R"(<businessRuleTask id="rule" yungui:decision="size" yungui:result="size"/>
              <exclusiveGateway id="gate" default="to_small"/>
              <serviceTask id="take" yungui:operation="money.take" yungui:result="taken"><extensionElements>
                <yungui:in name="amount">amount * 2</yungui:in>
                <yungui:out name="double">taken.taken + 1</yungui:out></extensionElements></serviceTask>
              <sequenceFlow id="to_small" sourceRef="gate" targetRef="done"/>)" +
           flow("start", "init") + flow("init", "rule") + flow("rule", "gate") +
           flow("gate", "take", "size = \"big\"") + flow("take", "done"));
    const auto small = look(begin());
    EXPECT_EQ(small.state, InstanceState::ended);
    EXPECT_EQ(small.outcome, "done");
    EXPECT_EQ(calls_, 0);
    const auto big = look(begin({{"amount", json::Value{100}}}));
    EXPECT_EQ(calls_, 1);
    EXPECT_EQ(big.variables.find("double")->integer_or(0), 201);
    EXPECT_EQ(big.show["n"].integer_or(0), 100);
}

TEST_F(EngineTest, CustomerTasksWaitAndTakeTheirDataOnce)
{
    define(
        std::string{start} + done + variables_known +
        R"(<userTask id="ask" yungui:actor="customer" yungui:section="name" yungui:result="answer"/>)" +
        flow("start", "init") + flow("init", "ask") + flow("ask", "done"));
    const auto id = begin();
    const auto task = customer_task(id);
    ASSERT_TRUE(task);
    EXPECT_EQ(task->code, "name");
    EXPECT_TRUE(engine_->complete(task->id, "person-1", {.data = {{"x", json::Value{1}}}}));
    EXPECT_EQ(look(id).state, InstanceState::ended);
    EXPECT_EQ(engine_->complete(task->id, "person-1", {}).error().reason, "task.ended");
    EXPECT_FALSE(customer_task(id));
}

TEST_F(EngineTest, TheHistoryTellsWhichFieldsAStepAnsweredAnewHasChanged)
{
    define(
        std::string{start} + done + variables_known +
        R"(<userTask id="ask" yungui:actor="customer" yungui:section="name" yungui:result="answer"/>
           <exclusiveGateway id="gate" default="enough"/>
           <sequenceFlow id="enough" sourceRef="gate" targetRef="done"/>)" +
        flow("start", "init") + flow("init", "ask") + flow("ask", "gate") +
        flow("gate", "ask", "answer.again"));
    const auto id = begin();
    const auto answer = [&](json::Object data) {
        ASSERT_TRUE(engine_->complete(customer_task(id)->id, "p", {.data = std::move(data)}));
    };
    answer({{"again", json::Value{true}}, {"street", "one"}, {"city", "a"}});
    answer({{"again", json::Value{true}}, {"street", "two"}, {"city", "a"}, {"door", "3"}});
    answer({{"again", json::Value{true}}, {"street", "two"}, {"city", "a"}, {"door", "3"}});
    answer({{"again", json::Value{false}}, {"street", "two"}, {"city", "a"}});
    const auto instance = look(id);
    std::vector<std::vector<std::string>> changed;
    for (const auto& entry :
         book_->read([&](Snapshot& snapshot) { return engine_->history(snapshot, instance); })) {
        if (entry.kind == "completed") changed.push_back(entry.changed);
    }
    const std::vector<std::vector<std::string>> expected{
        {}, {"door", "street"}, {}, {"again", "door"}};
    EXPECT_EQ(changed, expected);
}

TEST_F(EngineTest, ParallelWaysMeetAgain)
{
    define(std::string{start} + done + variables_known +
           R"(<parallelGateway id="split"/><parallelGateway id="meet"/>
              <userTask id="a" yungui:actor="customer" yungui:section="a"/>
              <serviceTask id="b" yungui:operation="money.take"/>)" +
           flow("start", "init") + flow("init", "split") + flow("split", "a") + flow("split", "b") +
           flow("a", "meet") + flow("b", "meet") + flow("meet", "done"));
    const auto id = begin();
    EXPECT_EQ(calls_, 1);
    EXPECT_EQ(look(id).state, InstanceState::running);
    EXPECT_TRUE(engine_->complete(customer_task(id)->id, "p", {}));
    EXPECT_EQ(look(id).state, InstanceState::ended);
}

TEST_F(EngineTest, ALoopWithoutWaitingIsAnIncidentNotAnEndlessOne)
{
    define(
        std::string{start} + done + variables_known +
        R"(<exclusiveGateway id="gate" default="out"/><sequenceFlow id="out" sourceRef="gate" targetRef="done"/>)" +
        flow("start", "init") + flow("init", "gate") + flow("gate", "init", "true"));
    begin();
    ASSERT_EQ(incidents().size(), 1u);
    EXPECT_EQ(incidents()[0].reason, "process.goes_in_circles");
}

TEST_F(EngineTest, WhatWasStartedButNotAdvancedGoesOnWithThePoll)
{
    define(std::string{start} + done + variables_known + flow("start", "init") +
           flow("init", "done"));
    const auto id = book_->write([&](Transaction& transaction) {
        return engine_->start(transaction, {"test@1", "c", "s", "s", {{"amount", json::Value{1}}}});
    });
    EXPECT_EQ(look(id.value()).state, InstanceState::running);
    engine_->poll();
    EXPECT_EQ(look(id.value()).state, InstanceState::ended);
}

TEST_F(EngineTest, VariablesAreSealedInTheBook)
{
    define(std::string{start} + done + variables_known + flow("start", "init") +
           flow("init", "done"));
    const auto id = begin();
    const auto stored = book_->read([&](Snapshot& snapshot) {
        auto row = snapshot.query("select record from process_instance where id = ?", id);
        row.next();
        return row.string(0);
    });
    EXPECT_EQ(stored.rfind("sealed:", 0), 0u);
}

}  // namespace
}  // namespace engine::process
