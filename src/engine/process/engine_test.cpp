// SPDX-License-Identifier: Apache-2.0
#include <engine/process/engine.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <map>
#include <thread>

namespace engine::process {
namespace {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

class PlainSealer final : public Sealer {
public:
    std::string seal(std::string_view, std::string_view plain) override
    {
        return "sealed:" + std::string{plain};
    }
    base::Result<std::string> open(std::string_view, std::string_view sealed) override
    {
        return std::string{sealed.substr(7)};
    }
};

/// One decision: "size" says "big" from 100 on.
class Sizes final : public Decisions {
public:
    bool has(std::string_view decision) const override { return decision == "size"; }
    base::Result<feel::Value> decide(std::string_view, const feel::Context& variables,
                                     feel::Evaluation&) const override
    {
        const auto* amount = variables.find("amount");
        return feel::Value{amount->number()->to_double() >= 100 ? "big" : "small"};
    }
};

std::string bpmn(const std::string& inside)
{
    return R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yungui="urn:yungui:bpmn:1">
<message id="m" name="partner.reply"/><error id="e" errorCode="money.*"/>
<process id="p" name="Test" isExecutable="true">)" +
           inside + "</process></definitions>";
}

std::string flow(const std::string& from, const std::string& to, const std::string& condition = {})
{
    static int count = 0;
    const std::string body = condition.empty() ? "/>"
                                               : "><conditionExpression>" + condition +
                                                     "</conditionExpression></sequenceFlow>";
    return "<sequenceFlow id=\"f" + std::to_string(++count) + "\" sourceRef=\"" + from +
           "\" targetRef=\"" + to + "\"" + body;
}

const char* start = R"(<startEvent id="start"/>)";
const char* done = R"(<endEvent id="done" yungui:outcome="done" yungui:show="{n: amount}"/>)";

class EngineTest : public testing::Test {
protected:
    EngineTest()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        open();
        EXPECT_TRUE(book_->migrate(migrations()));
        operations_.add(
            "money.take", [this](const OperationCall& call) -> base::Result<json::Value> {
                ++calls_;
                keys_.push_back(call.key);
                if (refusal_) return *refusal_;
                return json::Value{json::Object{{"taken", call.arguments.find("amount") == nullptr
                                                              ? json::Value{}
                                                              : *call.arguments.find("amount")}}};
            });
        engine_ = make_engine();
    }
    ~EngineTest() override
    {
        engine_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    void open() { book_ = platform::sql::open_test_book(folder_ / "b.db", clock_, {.number = 7}); }

    std::unique_ptr<Engine> make_engine()
    {
        auto calendar =
            BusinessCalendar::make("Asia/Shanghai", {9 * 60, 17 * 60},
                                   {false, false, false, false, false, true, true}, {}, {})
                .value();
        return std::make_unique<Engine>(
            *book_, operations_,
            [this](std::string_view name) -> std::shared_ptr<const Definition> {
                const auto found = definitions_.find(name);
                return found == definitions_.end() ? nullptr : found->second;
            },
            calendar, sealer_);
    }

    void define(const std::string& inside, const std::string& name = "test@1")
    {
        std::vector<platform::config::Finding> findings;
        definitions_[name] =
            Definition::compile(bpmn(inside), "test.bpmn", std::make_shared<Sizes>(), findings);
        for (const auto& finding : findings) ADD_FAILURE() << platform::config::to_string(finding);
        ASSERT_NE(definitions_[name], nullptr);
    }

    InstanceId begin(json::Object variables = {{"amount", json::Value{5}}})
    {
        const auto id = book_->write([&](Transaction& transaction) {
            return engine_->start(transaction,
                                  {"test@1", "case-1", "person-1", "person-1", variables});
        });
        EXPECT_TRUE(id);
        EXPECT_TRUE(engine_->advance(id.value()));
        return id.value();
    }

    Instance look(InstanceId id)
    {
        return book_->read([&](Snapshot& snapshot) { return engine_->instance(snapshot, id); })
            .value();
    }
    std::optional<Task> customer_task(InstanceId id)
    {
        return book_->read(
            [&](Snapshot& snapshot) { return engine_->customer_task(snapshot, id); });
    }
    Task staff_task(InstanceId id)
    {
        return book_->read([&](Snapshot& snapshot) { return engine_->staff_tasks(snapshot, id); })
            .at(0);
    }
    std::vector<Incident> incidents()
    {
        return book_->read([&](Snapshot& snapshot) { return engine_->incidents(snapshot, 10); });
    }

    base::ManualClock clock_{
        base::parse_instant("2026-11-23T02:00:00Z").value()};  // Monday, 10:00.
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("engine-test-" + std::to_string(getpid()));
    std::unique_ptr<platform::sql::Book> book_;
    OperationRegistry operations_;
    std::map<std::string, std::shared_ptr<const Definition>, std::less<>> definitions_;
    PlainSealer sealer_;
    std::unique_ptr<Engine> engine_;
    int calls_ = 0;
    std::vector<std::string> keys_;
    std::optional<base::Error> refusal_;
};

const std::string variables_known =
    R"(<scriptTask id="init" scriptFormat="feel" yungui:result="amount"><script>amount</script></scriptTask>)";

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

class StaffTest : public EngineTest {
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

class MessageTest : public EngineTest {
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
        engine_->deliver(transaction, "partner.reply", "key-5",
                         json::Object{{"value", json::Value{8}}}, woken);
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

class OperationTest : public EngineTest {
protected:
    OperationTest()
    {
        define(std::string{start} + done + variables_known +
               R"(<serviceTask id="take" yungui:operation="money.take" yungui:result="taken"/>
                  <boundaryEvent id="refused" attachedToRef="take"><errorEventDefinition errorRef="e"
                    yungui:result="problem"/></boundaryEvent>
                  <endEvent id="no" yungui:outcome="refused" yungui:reason="problem.reason"/>)" +
               flow("start", "init") + flow("init", "take") + flow("take", "done") +
               flow("refused", "no"));
    }
};

TEST_F(OperationTest, ARefusalGoesToTheBoundaryThatTakesIt)
{
    refusal_ = base::rejected("money.none", "no money");
    const auto instance = look(begin());
    EXPECT_EQ(instance.outcome, "refused");
    EXPECT_EQ(instance.reason, "money.none");
}

TEST_F(OperationTest, UnavailableIsTriedAgainUnderTheSameKeyThenBecomesAnIncident)
{
    refusal_ = base::unavailable("money.away", "later");
    const auto id = begin();
    EXPECT_EQ(calls_, 1);
    for (int i = 0; i < 10; ++i) {
        clock_.advance_seconds(3601);
        engine_->poll();
    }
    EXPECT_EQ(calls_, 5);
    EXPECT_EQ(std::set<std::string>(keys_.begin(), keys_.end()).size(), 1u);
    ASSERT_EQ(incidents().size(), 1u);
    EXPECT_EQ(incidents()[0].reason, "money.away");
    EXPECT_TRUE(look(id).incident);

    refusal_.reset();
    EXPECT_TRUE(engine_->retry(incidents()[0].id, "ops"));
    EXPECT_EQ(look(id).outcome, "done");
    EXPECT_TRUE(incidents().empty());
}

TEST_F(OperationTest, AnIncidentCanBeSkippedWithAReasonOrTheInstanceCancelled)
{
    refusal_ = base::conflict("other.reason", "nobody takes this");
    const auto first = begin();
    const auto second = begin();
    ASSERT_EQ(incidents().size(), 2u);
    EXPECT_EQ(engine_->skip(incidents()[0].id, "ops", "").error().reason,
              "incident.reason_missing");
    EXPECT_TRUE(engine_->skip(incidents()[0].id, "ops", "done by hand"));
    EXPECT_EQ(look(first).state, InstanceState::ended);
    EXPECT_TRUE(engine_->cancel(second, "ops", "customer asked"));
    EXPECT_EQ(look(second).state, InstanceState::cancelled);
    EXPECT_TRUE(incidents().empty());
    EXPECT_EQ(engine_->cancel(second, "ops", "again").error().reason, "process.ended");
}

TEST_F(OperationTest, AnUnknownOperationIsAnIncident)
{
    define(std::string{start} + done + variables_known +
               R"(<serviceTask id="take" yungui:operation="no.such"/>)" + flow("start", "init") +
               flow("init", "take") + flow("take", "done"),
           "test@1");
    begin();
    ASSERT_EQ(incidents().size(), 1u);
    EXPECT_EQ(incidents()[0].reason, "process.operation_unknown");
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
        auto row = snapshot.query("select variables from process_instance where id = ?", id);
        row.next();
        return row.string(0);
    });
    EXPECT_EQ(stored.rfind("sealed:", 0), 0u);
}

}  // namespace
}  // namespace engine::process
