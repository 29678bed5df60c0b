// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>

namespace engine::process {
namespace {

using namespace testing_processes;
namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

class StaffTest : public testing::Test, protected Processes {
protected:
    StaffTest()
    {
        define(std::string{start} + done + variables_known +
               R"(<userTask id="look" yungui:actor="staff" yungui:task="look" yungui:skill="review"
                    yungui:dueInBusinessHours="4" yungui:escalateTo="boss" yungui:result="decision">
                  <extensionElements><yungui:outcome code="yes"/>
                  <yungui:outcome code="more" when="asked = null" needs="comment"/>
                  <yungui:outcome code="no" needs="reason"/><yungui:out name="asked">true</yungui:out>
                  </extensionElements></userTask>
                  <exclusiveGateway id="gate" default="end_flow"/>
                  <sequenceFlow id="end_flow" sourceRef="gate" targetRef="done"/>)" +
               flow("start", "init") + flow("init", "look") + flow("look", "gate") +
               flow("gate", "look", "decision.outcome = \"more\""));
    }
    Worker anna_{"anna", {"review"}, {"teller"}};
    Worker berta_{"berta", {"review"}, {"teller"}};
    Worker boss_{"boss", {}, {"boss"}};
};

TEST_F(StaffTest, OnlyOneOfTwoClaimsATask)
{
    const auto task = staff_task(begin());
    EXPECT_TRUE(engine_->claim(task.id, anna_));
    EXPECT_TRUE(engine_->claim(task.id, anna_)) << "claiming one's own again changes nothing";
    EXPECT_EQ(engine_->claim(task.id, berta_).error().reason, "task.already_claimed");
    EXPECT_EQ(engine_->complete(task.id, "berta", {.outcome = "yes"}).error().reason,
              "task.already_claimed");
    EXPECT_EQ(engine_->release(task.id, "berta").error().reason, "task.already_claimed");
    EXPECT_TRUE(engine_->release(task.id, "anna"));
    EXPECT_EQ(engine_->complete(task.id, "anna", {.outcome = "yes"}).error().reason,
              "task.not_claimed");
    EXPECT_TRUE(engine_->claim(task.id, berta_));
}

TEST_F(StaffTest, ManyClaimAtOnceAndOneWins)
{
    const auto task = staff_task(begin());
    std::atomic<int> won = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                if (engine_->claim(task.id, {"w" + std::to_string(i), {"review"}, {}})) ++won;
            });
        }
    }
    EXPECT_EQ(won, 1);
}

TEST_F(StaffTest, OutcomesAskForReasonsAndRunOut)
{
    const auto id = begin();
    auto task = staff_task(id);
    ASSERT_TRUE(engine_->claim(task.id, anna_));
    EXPECT_EQ(engine_->complete(task.id, "anna", {.outcome = "maybe"}).error().reason,
              "task.outcome_unknown");
    EXPECT_EQ(engine_->complete(task.id, "anna", {.outcome = "no"}).error().reason,
              "task.reason_missing");
    EXPECT_EQ(engine_->complete(task.id, "anna", {.outcome = "more"}).error().reason,
              "task.comment_missing");
    EXPECT_TRUE(engine_->complete(task.id, "anna", {.outcome = "more", .comment = "which?"}));
    task = staff_task(id);
    ASSERT_TRUE(engine_->claim(task.id, anna_));
    EXPECT_EQ(
        engine_->complete(task.id, "anna", {.outcome = "more", .comment = "again"}).error().reason,
        "task.outcome_unavailable");
    EXPECT_TRUE(engine_->complete(task.id, "anna", {.outcome = "no", .reason = "r"}));
    EXPECT_EQ(look(id).state, InstanceState::ended);
    const auto instance = look(id);
    const auto history =
        book_->read([&](Snapshot& snapshot) { return engine_->history(snapshot, instance); });
    EXPECT_TRUE(std::any_of(history.begin(), history.end(), [](const HistoryEntry& entry) {
        return entry.kind == "completed" && entry.who == "anna" && entry.comment == "which?";
    }));
}

TEST_F(StaffTest, NobodyGrantsMoreThanHisLimit)
{
    define(std::string{start} + done + variables_known +
           R"(<userTask id="look" yungui:actor="staff" yungui:task="look" yungui:skill="review">
                <extensionElements><yungui:outcome code="yes" amount="amount"/>
                <yungui:outcome code="no"/></extensionElements></userTask>)" +
           flow("start", "init") + flow("init", "look") + flow("look", "done"));
    const auto ends = [&](const json::Value& amount, std::optional<std::int64_t> authority,
                          const std::string& outcome = "yes") {
        const auto task = staff_task(begin({{"amount", amount}}));
        base::ensure(engine_->claim(task.id, anna_).has_value());
        Completion completion{.outcome = outcome};
        if (authority) completion.authority = *authority;
        const auto ended = engine_->complete(task.id, "anna", completion);
        return ended ? std::string{} : ended.error().reason;
    };
    EXPECT_EQ(ends("5000.00", 5000), "");
    EXPECT_EQ(ends("5000.01", 5000), "task.over_limit");
    EXPECT_EQ(ends(5001, 5000), "task.over_limit");
    EXPECT_EQ(ends(5001, std::nullopt), "");
    EXPECT_EQ(ends(json::Value{}, 0), "") << "nothing is granted";
    EXPECT_EQ(ends("much", 5000), "task.over_limit") << "what is no number is above every limit";
    EXPECT_EQ(ends("1e400", 5000), "task.over_limit");
    EXPECT_EQ(ends("5000.01", 5000, "no"), "") << "refusing grants nothing";
}

TEST_F(StaffTest, LateTasksEscalateToThoseNamed)
{
    const auto task = staff_task(begin());
    int told = 0;
    engine_->observe([&](auto&, const Change& change) { told += change.id == task.instance; });
    EXPECT_EQ(base::to_string(*task.due_at), "2026-11-23T06:00:00Z");
    EXPECT_EQ(engine_->claim(task.id, boss_).error().reason, "task.not_for_you");
    clock_.advance_seconds(4 * 3600 + 1);
    EXPECT_EQ(engine_->poll(), 1);
    EXPECT_EQ(engine_->poll(), 0);
    EXPECT_EQ(told, 1) << "pages that show the task learn that it is late";
    const auto late = staff_task(task.instance);
    EXPECT_TRUE(late.late);
    EXPECT_TRUE(late.escalated);
    EXPECT_TRUE(engine_->claim(task.id, boss_));
}

TEST_F(StaffTest, PeopleAreRemindedOnceBeforeTheDeadline)
{
    define(std::string{start} + done + variables_known +
           R"(<userTask id="look" yungui:actor="staff" yungui:task="look" yungui:skill="review"
                yungui:dueInBusinessHours="4" yungui:remindBefore="duration(&quot;PT1H&quot;) "><extensionElements>
                <yungui:outcome code="yes"/></extensionElements></userTask>)" +
           flow("start", "init") + flow("init", "look") + flow("look", "done"));
    const auto task = staff_task(begin());
    const auto other = staff_task(begin());
    int told = 0;
    engine_->observe([&](auto&, const Change& change) { told += change.id == task.instance; });
    clock_.advance_seconds(3 * 3600 - 1);
    EXPECT_EQ(engine_->poll(), 0);
    ASSERT_TRUE(engine_->claim(other.id, anna_));
    ASSERT_TRUE(engine_->complete(other.id, "anna", {.outcome = "yes"}));
    clock_.advance_seconds(2);
    EXPECT_EQ(engine_->poll(), 2);
    EXPECT_EQ(engine_->poll(), 0);
    EXPECT_EQ(told, 1) << "pages that show the task learn that it is due soon";
    EXPECT_TRUE(staff_task(task.instance).reminded);
    EXPECT_FALSE(staff_task(task.instance).late);
    clock_.advance_seconds(3600);
    EXPECT_EQ(engine_->poll(), 1);
    EXPECT_TRUE(staff_task(task.instance).late);
    const auto gone = look(other.instance);
    const auto history =
        book_->read([&](Snapshot& snapshot) { return engine_->history(snapshot, gone); });
    EXPECT_TRUE(std::none_of(history.begin(), history.end(), [](const HistoryEntry& entry) {
        return entry.kind == "reminded";
    })) << "nobody is reminded of what is done";
}

TEST_F(StaffTest, ListsByDeadlineAndGoesOnByCursor)
{
    for (int i = 0; i < 5; ++i) {
        begin();
        clock_.advance_seconds(60);
    }
    std::vector<TaskId> seen;
    TaskQuery query{.limit = 2};
    do {
        const auto page =
            book_->read([&](Snapshot& snapshot) { return engine_->tasks(snapshot, query); })
                .value();
        for (const auto& task : page.tasks) seen.push_back(task.id);
        query.cursor = page.next_cursor;
    } while (!query.cursor.empty());
    EXPECT_EQ(seen.size(), 5u);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    query.cursor = "nonsense";
    EXPECT_EQ(book_->read([&](Snapshot& snapshot) { return engine_->tasks(snapshot, query); })
                  .error()
                  .reason,
              "task.cursor_malformed");
    const auto counts =
        book_->read([&](Snapshot& snapshot) { return engine_->counts(snapshot, "anna"); });
    EXPECT_EQ(counts.open, 5);
    EXPECT_EQ(counts.mine, 0);
}

TEST_F(StaffTest, CountsNoFurtherThanAskedFor)
{
    for (int i = 0; i < 5; ++i) begin();
    const auto page = book_->read([&](Snapshot& snapshot) {
        return engine_->tasks(snapshot, TaskQuery{.limit = 3}).value();
    });
    for (const auto& task : page.tasks) ASSERT_TRUE(engine_->claim(task.id, anna_));
    clock_.advance_seconds(365 * 24 * 3600);
    while (engine_->poll() > 0) {
    }
    const auto counted = [&](std::int64_t most) {
        const auto counts = book_->read(
            [&](Snapshot& snapshot) { return engine_->counts(snapshot, "anna", most); });
        return std::array{counts.open, counts.mine, counts.late, counts.claimed};
    };
    EXPECT_EQ(counted(1'000), (std::array<std::int64_t, 4>{2, 3, 5, 3}));
    EXPECT_EQ(counted(3), (std::array<std::int64_t, 4>{2, 3, 3, 3}));
    EXPECT_EQ(counted(1), (std::array<std::int64_t, 4>{1, 1, 1, 1}));
}

}  // namespace
}  // namespace engine::process
