// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using namespace testing_processes;
namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

class MessageTest : public testing::Test, protected Processes {
protected:
    MessageTest()
    {
        define(std::string{start} + done + variables_known +
               R"(<receiveTask id="wait" messageRef="m" yungui:result="answer"><extensionElements>
                    <yungui:correlation>"key-" + string(amount)</yungui:correlation></extensionElements></receiveTask>
                  <boundaryEvent id="late" attachedToRef="wait"><timerEventDefinition>
                    <timeDuration>duration("PT2M")</timeDuration></timerEventDefinition></boundaryEvent>
                  <endEvent id="silent" yungui:outcome="silent"/>)" +
               flow("start", "init") + flow("init", "wait") + flow("wait", "done") +
               flow("late", "silent"));
    }
    base::Result<void> answer(const std::string& key, int value)
    {
        return engine_->deliver("partner.reply", key, json::Object{{"value", json::Value{value}}});
    }
};

TEST_F(MessageTest, TheFirstMessageOfACorrelationCounts)
{
    const auto id = begin();
    EXPECT_TRUE(answer("key-9", 1));
    EXPECT_EQ(look(id).state, InstanceState::running);
    EXPECT_TRUE(answer("key-5", 2));
    EXPECT_TRUE(answer("key-5", 3));
    EXPECT_EQ(look(id).state, InstanceState::ended);
    EXPECT_EQ((*look(id).variables.find("answer"))["value"].integer_or(0), 2);
}

TEST_F(MessageTest, AMessageThatComesBeforeItIsWaitedForIsKept)
{
    EXPECT_TRUE(answer("key-5", 4));
    const auto id = begin();
    EXPECT_EQ(look(id).state, InstanceState::ended);
    EXPECT_EQ((*look(id).variables.find("answer"))["value"].integer_or(0), 4);
}

TEST_F(MessageTest, AMessageRecordedJustBeforeAKillIsTakenUpByThePoll)
{
    const auto id = begin();
    const auto recorded = book_->write([&](Transaction& transaction) -> base::Result<void> {
        std::vector<InstanceId> woken;
        EXPECT_TRUE(engine_->deliver(transaction, "partner.reply", "key-5",
                                     json::Object{{"value", json::Value{8}}}, woken));
        EXPECT_EQ(woken.size(), 1u);
        return {};
    });
    ASSERT_TRUE(recorded);
    engine_.reset();
    engine_ = make_engine();
    EXPECT_EQ(engine_->poll(), 1);
    EXPECT_EQ((*look(id).variables.find("answer"))["value"].integer_or(0), 8);
    EXPECT_EQ(engine_->poll(), 0);
}

TEST_F(MessageTest, WhatOnlyAMessageCanWakeIsListed)
{
    const auto idle = [&](std::int64_t seconds, InstanceId after = {}, int limit = 10) {
        return book_->read([&](Snapshot& snapshot) {
            return engine_->idle(snapshot, base::after_seconds(clock_.now(), -seconds), after,
                                 limit);
        });
    };
    const auto id = begin();
    EXPECT_TRUE(idle(0).empty());  // Its timer will wake it.
    define(std::string{start} + done + variables_known + R"(
        <receiveTask id="wait" messageRef="m"><extensionElements>
          <yungui:correlation>"key-" + string(amount)</yungui:correlation></extensionElements></receiveTask>
        <userTask id="look" yungui:actor="staff" yungui:task="look"><extensionElements>
          <yungui:outcome code="yes"/></extensionElements></userTask>)" +
           flow("start", "init") + flow("init", "wait") + flow("wait", "look") +
           flow("look", "done"));
    const auto first = begin({{"amount", json::Value{7}}});
    const auto second = begin({{"amount", json::Value{8}}});
    clock_.advance_seconds(3600);
    EXPECT_TRUE(idle(3601).empty());
    const auto found = idle(3600);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].id, first);
    EXPECT_EQ(found[0].elements, std::vector<std::string>{"wait"});
    EXPECT_EQ(found[0].since, base::after_seconds(clock_.now(), -3600));
    EXPECT_EQ(idle(0, first).at(0).id, second);
    EXPECT_EQ(idle(0, {}, 1).size(), 1u);
    EXPECT_TRUE(answer("key-7", 1));  // A task is open now; the other one waits on.
    EXPECT_EQ(idle(0).size(), 1u);
    const auto one = [&](InstanceId which) {
        return book_->read([&](Snapshot& snapshot) { return engine_->idle(snapshot, which); });
    };
    EXPECT_EQ(one(id).error().reason, "process.not_idle");
    const auto left = idle(0).at(0).id;
    ASSERT_TRUE(one(left));
    ASSERT_TRUE(engine_->cancel(left, "anna", "it never comes"));
    EXPECT_EQ(one(left).error().reason, "process.not_idle");
}

TEST_F(MessageTest, TimersFireOnceAfterARestartAndAJumpOfTheClock)
{
    const auto id = begin();
    engine_.reset();
    book_.reset();
    open();
    engine_ = make_engine();
    EXPECT_EQ(engine_->poll(), 0);
    clock_.advance_seconds(3 * 86'400);
    EXPECT_EQ(engine_->poll(), 1);
    EXPECT_EQ(look(id).outcome, "silent");
    EXPECT_TRUE(answer("key-5", 1)) << "an answer after the end has no effect";
    EXPECT_EQ(look(id).outcome, "silent");
    clock_.set(base::parse_instant("2020-01-01T00:00:00Z").value());
    EXPECT_EQ(engine_->poll(), 0);
}

}  // namespace
}  // namespace engine::process
