// SPDX-License-Identifier: Apache-2.0
// Instances that begin by themselves, and those that a former release left.
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using namespace testing_processes;

class StartsTest : public testing::Test, protected Processes {
protected:
    void deploy(const std::string& name)
    {
        const auto deployed = book_->write(
            [&](Transaction& transaction) { return engine_->deploy(transaction, name); });
        if (!deployed) ADD_FAILURE() << deployed.error().reason << " " << deployed.error().detail;
    }
    std::int64_t count()
    {
        return book_->read([](Snapshot& snapshot) {
            auto row = snapshot.query("select count(*) from process_instance");
            row.next();
            return row.integer(0);
        });
    }
    void tick(std::int64_t seconds)
    {
        clock_.advance_seconds(seconds);
        engine_->poll();
    }
    static std::string by_time(const std::string& cycle)
    {
        return R"(<startEvent id="at"><timerEventDefinition><timeCycle>)" + cycle +
               R"(</timeCycle></timerEventDefinition></startEvent><endEvent id="end"/>)" +
               flow("at", "end");
    }
};

TEST_F(StartsTest, AMessageStartsTheDeployedVersionOnce)
{
    define(
        R"(<startEvent id="on" yungui:result="heard"><messageEventDefinition messageRef="m"/></startEvent>
              <endEvent id="end"/>)" +
            flow("on", "end"),
        "test@1");
    EXPECT_TRUE(engine_->deliver("partner.reply", "early", {}));
    EXPECT_EQ(count(), 0);
    deploy("test@1");
    const json::Object content{{"value", json::Value{3}}};
    EXPECT_TRUE(engine_->deliver("partner.reply", "a", content));
    EXPECT_TRUE(engine_->deliver("partner.reply", "a", content));
    EXPECT_TRUE(engine_->deliver("partner.reply", "b", content));
    EXPECT_EQ(count(), 2);
    const auto id = book_->read([](Snapshot& snapshot) {
        auto row = snapshot.query("select min(id) from process_instance");
        row.next();
        return row.id<InstanceId>(0);
    });
    EXPECT_EQ(look(id).state, InstanceState::ended);
    EXPECT_EQ((*look(id).variables.find("heard"))["value"].integer_or(0), 3);
    book_
        ->write([&](Transaction& transaction) -> base::Result<void> {
            engine_->retire(transaction, "test");
            return {};
        })
        .value();
    EXPECT_TRUE(engine_->deliver("partner.reply", "c", content));
    EXPECT_EQ(count(), 2);
}

TEST_F(StartsTest, AStarterSaysForWhomAndCanRefuseWhatWokeIt)
{
    define(
        R"(<startEvent id="on"><messageEventDefinition messageRef="m"/></startEvent><endEvent id="end"/>)" +
            flow("on", "end"),
        "test@1");
    deploy("test@1");
    bool refuses = true;
    engine_->on_start([&](Transaction&, Start& wanted) -> base::Result<void> {
        if (refuses) return base::unavailable("test.later", "later");
        wanted.subject = "person-9";
        return {};
    });
    EXPECT_EQ(engine_->deliver("partner.reply", "a", {}).error().reason, "test.later");
    EXPECT_EQ(count(), 0);
    refuses = false;
    EXPECT_TRUE(engine_->deliver("partner.reply", "a", {})) << "the message was not used up";
    EXPECT_EQ(count(), 1);
}

TEST_F(StartsTest, ATimerStartsOnItsDaysAlsoAfterARestartAndNotTwiceForAJump)
{
    define(by_time("R/P1D"), "test@1");
    deploy("test@1");
    deploy("test@1");
    tick(3600);
    EXPECT_EQ(count(), 0);
    tick(86'400);
    EXPECT_EQ(count(), 1);
    engine_.reset();
    book_.reset();
    open();
    engine_ = make_engine();
    tick(10 * 86'400);
    EXPECT_EQ(count(), 2) << "ten days at once are one start";
    tick(0);
    EXPECT_EQ(count(), 2);
    tick(86'400);
    EXPECT_EQ(count(), 3);
}

TEST_F(StartsTest, ANewVersionTakesOverTheFormersStarts)
{
    define(by_time("R2/PT1H"), "test@1");
    define(by_time("R1/PT3H"), "test@2");
    deploy("test@1");
    tick(3601);
    EXPECT_EQ(count(), 1);
    deploy("test@2");
    tick(3601);
    EXPECT_EQ(count(), 1) << "the former's time is void";
    tick(2 * 3600);
    EXPECT_EQ(count(), 2);
    tick(30 * 3600);
    EXPECT_EQ(count(), 2) << "once and no more";
    deploy("test@1");  // Taken back: the former's starts come back.
    tick(3601);
    EXPECT_EQ(count(), 3);
}

TEST_F(StartsTest, WhatAFormerReleaseLeftGoesOn)
{
    define(std::string{start} + variables_known + done +
           R"(<receiveTask id="wait" messageRef="m" yungui:result="answer"><extensionElements>
                <yungui:correlation>"k"</yungui:correlation></extensionElements></receiveTask>
              <boundaryEvent id="late" attachedToRef="wait"><timerEventDefinition><timeDuration>PT1H</timeDuration>
                </timerEventDefinition></boundaryEvent><endEvent id="silent" yungui:outcome="silent"/>)" +
           flow("start", "init") + flow("init", "wait") + flow("wait", "done") +
           flow("late", "silent"));
    const auto as_before = [&](std::int64_t id) {
        book_
            ->write([&](Transaction& transaction) -> base::Result<void> {
                transaction.execute(
                    "insert into process_instance(id, definition, business_key, subject, state,"
                    " outcome, page, reason, started_by, started_at, version, next_token, "
                    "variables,"
                    " shown, attention_at) values (?, 'test@1', 'c', 's', 'running', '', '', '', "
                    "'s',"
                    " 0, 3, 9, 'sealed:{\"amount\":4}', 'sealed:null', 0)",
                    id);
                transaction.execute(
                    "insert into process_token(instance, number, element, stage, attempts) values"
                    " (?, 7, 'wait', 'waiting', 0)",
                    id);
                transaction.execute(
                    "insert into process_timer(instance, token, element, due) values (?, 7, "
                    "'late', ?)",
                    id, base::after_seconds(transaction.now(), 60));
                transaction.execute(
                    "insert into process_subscription(instance, token, message, correlation) values"
                    " (?, 7, 'partner.reply', ?)",
                    id, "k" + std::to_string(id));
                return {};
            })
            .value();
        return InstanceId{static_cast<std::uint64_t>(id)};
    };
    const auto by_word = as_before(11);
    const auto by_time = as_before(12);
    EXPECT_TRUE(engine_->deliver("partner.reply", "k11", json::Object{{"value", json::Value{5}}}));
    EXPECT_EQ(look(by_word).outcome, "done");
    EXPECT_EQ(look(by_word).show["n"].integer_or(0), 4);
    engine_->poll();
    EXPECT_EQ(look(by_time).state, InstanceState::running);
    tick(61);
    EXPECT_EQ(look(by_time).outcome, "silent");
    const auto left = book_->read([](Snapshot& snapshot) {
        auto row = snapshot.query(
            "select (select count(*) from process_token) + (select count(*) from process_timer) +"
            " (select count(*) from process_subscription)");
        row.next();
        return row.integer(0);
    });
    EXPECT_EQ(left, 0);
}

TEST_F(StartsTest, ARecordThatCannotBeReadIsAnIncidentAndNotLookedAtForEver)
{
    define(std::string{start} + variables_known + done + flow("start", "init") +
           flow("init", "done"));
    const auto id = book_->write([&](Transaction& transaction) {
        return engine_->start(transaction, {"test@1", "c", "s", "s", {{"amount", json::Value{1}}}});
    });
    const auto good = book_->read([&](Snapshot& snapshot) {
        auto row = snapshot.query("select record from process_instance");
        row.next();
        return row.string(0);
    });
    const auto put = [&](const std::string& record) {
        book_
            ->write([&](Transaction& transaction) -> base::Result<void> {
                transaction.execute("update process_instance set record = ?", record);
                return {};
            })
            .value();
    };
    put("sealed:{\"tokens\":7}");
    engine_->poll();
    engine_->poll();
    ASSERT_EQ(incidents().size(), 1U);
    EXPECT_EQ(incidents()[0].reason, "process.record_malformed");
    put(good);
    EXPECT_TRUE(engine_->retry(incidents()[0].id, "ops"));
    EXPECT_EQ(look(id.value()).state, InstanceState::ended);
    EXPECT_TRUE(incidents().empty());
}

}  // namespace
}  // namespace engine::process
