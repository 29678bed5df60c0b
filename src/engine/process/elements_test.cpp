// SPDX-License-Identifier: Apache-2.0
// Each element of the profile in a small model of its own: what it does, and where it leaves off.
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using namespace testing_processes;

/// A model's way is read off the marks that its script tasks leave, in order.
class ElementsTest : public testing::Test, protected Processes {
protected:
    void define_with_marks(const std::string& inside)
    {
        define(
            std::string{start} + variables_known + inside +
            R"(<scriptTask id="marks0" scriptFormat="feel" yungui:result="marks"><script>[]</script></scriptTask>)" +
            flow("start", "init") + flow("init", "marks0"));
    }
    std::string marks(InstanceId id)
    {
        std::string all;
        const auto instance = look(id);
        const json::Value* found = instance.variables.find("marks");
        if (found == nullptr || found->array() == nullptr) return "?";
        for (const auto& each : *found->array()) all += each.text_or("?");
        return all;
    }
    void tick(std::int64_t seconds)
    {
        clock_.advance_seconds(seconds);
        engine_->poll();
    }
    base::Result<void> message(const char* name, const char* key, int value = 1)
    {
        return engine_->deliver(name, key, json::Object{{"value", json::Value{value}}});
    }
    void forget_messages()
    {
        book_
            ->write([](Transaction& transaction) -> base::Result<void> {
                transaction.execute("delete from process_message");
                return {};
            })
            .value();
    }
    void complete_all(InstanceId id)
    {
        for (auto task = customer_task(id); task; task = customer_task(id)) {
            ASSERT_TRUE(engine_->complete(task->id, "person-1", {}));
        }
    }
};

std::string mark(const std::string& letter)
{
    return "<scriptTask id=\"" + letter +
           "\" scriptFormat=\"feel\" yungui:result=\"marks\"><script>append(marks, \"" + letter +
           "\")</script></scriptTask>";
}

std::string ask(const std::string& id, const std::string& more = {})
{
    return "<userTask id=\"" + id + "\" yungui:actor=\"customer\" yungui:section=\"s\"" +
           (more.empty() ? "/>" : ">" + more + "</userTask>");
}

std::string end(const std::string& id, const std::string& inside = {})
{
    return "<endEvent id=\"" + id + "\">" + inside + "</endEvent>";
}

const std::string correlated =
    R"(<extensionElements><yungui:correlation>"k"</yungui:correlation></extensionElements>)";

TEST_F(ElementsTest, AnEventGatewayTakesWhatComesFirstAndForgetsTheRest)
{
    define_with_marks(
        R"(<eventBasedGateway id="g"/>
           <intermediateCatchEvent id="word" yungui:result="got">)" +
        correlated + R"(<messageEventDefinition messageRef="m"/></intermediateCatchEvent>
           <intermediateCatchEvent id="late"><timerEventDefinition><timeDuration>PT1M</timeDuration>
             </timerEventDefinition></intermediateCatchEvent>)" +
        mark("a") + mark("b") + end("done") + flow("marks0", "g") + flow("g", "word") +
        flow("g", "late") + flow("word", "a") + flow("late", "b") + flow("a", "done") +
        flow("b", "done"));
    const auto by_time = begin();
    tick(61);
    EXPECT_EQ(marks(by_time), "b");
    EXPECT_TRUE(message("partner.reply", "k"));
    EXPECT_EQ(marks(by_time), "b");
    const auto by_word = begin();  // The word has come before it is waited for.
    EXPECT_EQ(marks(by_word), "a");
    EXPECT_EQ((*look(by_word).variables.find("got"))["value"].integer_or(0), 1);
}

TEST_F(ElementsTest, AnInclusiveGatewayTakesEveryTrueWayAndWaitsForThoseOnly)
{
    define_with_marks(R"(<inclusiveGateway id="fork" default="f_d"/><inclusiveGateway id="meet"/>
        <sequenceFlow id="f_d" sourceRef="fork" targetRef="d"/>)" +
                      ask("u") + mark("a") + mark("b") + mark("d") + mark("e") + end("done") +
                      flow("marks0", "fork") + flow("fork", "u", "amount > 1") +
                      flow("fork", "b", "amount > 2") + flow("u", "a") + flow("a", "meet") +
                      flow("b", "meet") + flow("d", "meet") + flow("meet", "e") +
                      flow("e", "done"));
    EXPECT_EQ(marks(begin({{"amount", json::Value{0}}})), "de") << "none is true: the default";
    const auto one = begin({{"amount", json::Value{2}}});
    EXPECT_EQ(marks(one), "");
    complete_all(one);
    EXPECT_EQ(marks(one), "ae") << "the way that nothing can come by is not waited for";
    const auto two = begin({{"amount", json::Value{3}}});
    EXPECT_EQ(marks(two), "b") << "the other way can still come";
    complete_all(two);
    EXPECT_EQ(marks(two), "bae");
}

TEST_F(ElementsTest, AJoinThatNothingCanCompleteIsAnIncidentThatCanBeSkipped)
{
    define_with_marks(R"(<exclusiveGateway id="x" default="f_b"/><parallelGateway id="meet"/>
        <sequenceFlow id="f_b" sourceRef="x" targetRef="b"/>)" +
                      mark("a") + mark("b") + mark("c") + end("done") + flow("marks0", "x") +
                      flow("x", "a", "amount > 1") + flow("a", "meet") + flow("b", "meet") +
                      flow("meet", "c") + flow("c", "done"));
    const auto id = begin();
    EXPECT_EQ(look(id).state, InstanceState::running);
    ASSERT_EQ(incidents().size(), 1U);
    EXPECT_EQ(incidents()[0].reason, "process.waits_for_ever");
    EXPECT_EQ(incidents()[0].element, "meet");
    EXPECT_TRUE(engine_->retry(incidents()[0].id, "ops"));
    ASSERT_EQ(incidents().size(), 1U) << "trying again changes nothing here";
    EXPECT_TRUE(engine_->skip(incidents()[0].id, "ops", "one way only"));
    EXPECT_EQ(marks(id), "ac");
    EXPECT_TRUE(incidents().empty());
}

TEST_F(ElementsTest, ASubProcessEndsWhenNothingGoesOnInIt)
{
    define_with_marks(R"(<subProcess id="sub"><startEvent id="in"/><parallelGateway id="both"/>)" +
                      mark("a") + ask("u") + end("end_a") + end("end_u") + flow("in", "both") +
                      flow("both", "a") + flow("both", "u") + flow("a", "end_a") +
                      flow("u", "end_u") + "</subProcess>" + mark("z") + end("done") +
                      flow("marks0", "sub") + flow("sub", "z") + flow("z", "done"));
    const auto id = begin();
    EXPECT_EQ(marks(id), "a");
    EXPECT_EQ(look(id).elements, (std::vector<std::string>{"sub", "u"}));
    complete_all(id);
    EXPECT_EQ(marks(id), "az");
    EXPECT_EQ(look(id).state, InstanceState::ended);
}

TEST_F(ElementsTest, TerminateEndsOnlyTheSubProcessThatItStandsIn)
{
    define_with_marks(R"(<subProcess id="sub"><startEvent id="in"/><parallelGateway id="both"/>)" +
                      ask("u") + mark("a") + end("stop", "<terminateEventDefinition/>") +
                      end("end_u") + flow("in", "both") + flow("both", "u") + flow("both", "a") +
                      flow("a", "stop") + flow("u", "end_u") + "</subProcess>" + mark("z") +
                      ask("after") + end("done") + flow("marks0", "sub") + flow("sub", "z") +
                      flow("z", "after") + flow("after", "done"));
    const auto id = begin();
    EXPECT_EQ(marks(id), "az");
    ASSERT_TRUE(customer_task(id)) << "the task inside is void, the one behind is open";
    EXPECT_EQ(customer_task(id)->element, "after");
    EXPECT_EQ(look(id).state, InstanceState::running);
}

TEST_F(ElementsTest, AnErrorEndIsCaughtOutsideElseEndsTheProcess)
{
    const std::string inside = R"(<subProcess id="sub"><startEvent id="in"/>)" +
                               end("bad", R"(<errorEventDefinition errorRef="stop"/>)") +
                               flow("in", "bad") + "</subProcess>" + mark("a") + end("done") +
                               flow("marks0", "sub") + flow("sub", "a") + flow("a", "done");
    define_with_marks(inside +
                      R"(<boundaryEvent id="caught" attachedToRef="sub" yungui:result="why">
        <errorEventDefinition errorRef="stop"/></boundaryEvent>)" +
                      mark("b") + end("end_b") + flow("caught", "b") + flow("b", "end_b"));
    const auto caught = begin();
    EXPECT_EQ(marks(caught), "b");
    EXPECT_EQ((*look(caught).variables.find("why"))["reason"].text_or(), "bad.stop");
    define_with_marks(inside);
    const auto uncaught = look(begin());
    EXPECT_EQ(uncaught.state, InstanceState::ended);
    EXPECT_EQ(uncaught.reason, "bad.stop");
}

TEST_F(ElementsTest, ARefusalInsideIsCaughtByTheBorderOfTheSubProcess)
{
    refusal_ = base::rejected("money.none", "no");
    define_with_marks(
        R"(<subProcess id="sub"><startEvent id="in"/><serviceTask id="take" yungui:operation="money.take"/>)" +
        end("in_end") + flow("in", "take") + flow("take", "in_end") + "</subProcess>" +
        R"(<boundaryEvent id="caught" attachedToRef="sub"><errorEventDefinition errorRef="e"/></boundaryEvent>)" +
        mark("a") + mark("b") + end("done") + flow("marks0", "sub") + flow("sub", "a") +
        flow("a", "done") + flow("caught", "b") + flow("b", "done"));
    EXPECT_EQ(marks(begin()), "b");
    refusal_ = base::rejected("other.none", "no");
    begin();
    ASSERT_EQ(incidents().size(), 1U) << "what nobody catches waits for the staff";
    EXPECT_EQ(incidents()[0].element, "take");
}

TEST_F(ElementsTest, AnEscalationTellsWithoutInterruptingUnlessItShall)
{
    for (const bool interrupts : {false, true}) {
        define_with_marks(
            R"(<subProcess id="sub"><startEvent id="in"/><intermediateThrowEvent id="tell">
                 <escalationEventDefinition escalationRef="up"/></intermediateThrowEvent>)" +
            mark("a") + end("in_end") + flow("in", "tell") + flow("tell", "a") +
            flow("a", "in_end") + "</subProcess>" +
            R"(<boundaryEvent id="told" attachedToRef="sub" cancelActivity=")" +
            (interrupts ? "true" : "false") +
            R"("><escalationEventDefinition escalationRef="up"/></boundaryEvent>)" + mark("b") +
            mark("z") + end("done") + end("done_b") + flow("marks0", "sub") + flow("sub", "z") +
            flow("z", "done") + flow("told", "b") + flow("b", "done_b"));
        EXPECT_EQ(marks(begin()), interrupts ? "b" : "abz");
    }
    define_with_marks(end("loud", R"(<escalationEventDefinition escalationRef="up"/>)") +
                      flow("marks0", "loud"));
    EXPECT_EQ(look(begin()).state, InstanceState::ended) << "nobody listens: it goes on";
}

TEST_F(ElementsTest, EventSubProcessesRunBesideOrInstead)
{
    for (const bool interrupts : {false, true}) {
        define_with_marks(
            ask("u") + mark("z") + end("done") + flow("marks0", "u") + flow("u", "z") +
            flow("z", "done") +
            R"(<subProcess id="esp" triggeredByEvent="true"><startEvent id="on" isInterrupting=")" +
            (interrupts ? "true" : "false") + R"(" yungui:result="heard">)" + correlated +
            R"(<messageEventDefinition messageRef="m"/></startEvent>)" + mark("e") +
            end("esp_end") + flow("on", "e") + flow("e", "esp_end") + "</subProcess>");
        const auto id = begin();
        EXPECT_TRUE(message("partner.reply", "k", 7));
        engine_->poll();
        EXPECT_EQ(marks(id), "e");
        EXPECT_EQ((*look(id).variables.find("heard"))["value"].integer_or(0), 7);
        EXPECT_EQ(look(id).state, interrupts ? InstanceState::ended : InstanceState::running);
        EXPECT_EQ(customer_task(id).has_value(), !interrupts);
        complete_all(id);
        EXPECT_EQ(marks(id), interrupts ? "e" : "ez");
        forget_messages();
    }
}

TEST_F(ElementsTest, AMessageAtTheBorderTakesOverOrIsHeardBeside)
{
    for (const bool interrupts : {false, true}) {
        define_with_marks(
            ask("u") + R"(<boundaryEvent id="told" attachedToRef="u" yungui:result="heard"
              cancelActivity=")" +
            (interrupts ? "true" : "false") + R"(">)" + correlated +
            R"(<messageEventDefinition messageRef="m"/></boundaryEvent>)" + mark("b") + mark("z") +
            end("done") + end("done_b") + flow("marks0", "u") + flow("u", "z") + flow("z", "done") +
            flow("told", "b") + flow("b", "done_b"));
        const auto id = begin();
        EXPECT_TRUE(message("partner.reply", "other", 1));
        EXPECT_TRUE(message("other.word", "k", 2));
        EXPECT_EQ(marks(id), "") << "another correlation, another message";
        EXPECT_TRUE(message("partner.reply", "k", 3));
        engine_->poll();
        EXPECT_EQ(marks(id), "b");
        EXPECT_EQ((*look(id).variables.find("heard"))["value"].integer_or(0), 3);
        EXPECT_EQ(customer_task(id).has_value(), !interrupts);
        complete_all(id);
        EXPECT_EQ(marks(id), interrupts ? "b" : "bz");
        EXPECT_EQ(look(id).state, InstanceState::ended);
        forget_messages();
    }
}

TEST_F(ElementsTest, ATimerOrAnEscalationStartsAnEventSubProcess)
{
    const auto beside = [](bool interrupts, const std::string& event) {
        return R"(<subProcess id="esp" triggeredByEvent="true"><startEvent id="on" isInterrupting=")" +
               std::string{interrupts ? "true" : "false"} + "\">" + event + "</startEvent>" +
               mark("e") + end("esp_end") + flow("on", "e") + flow("e", "esp_end") +
               "</subProcess>";
    };
    for (const bool interrupts : {false, true}) {
        define_with_marks(ask("u") + mark("z") + end("done") + flow("marks0", "u") +
                          flow("u", "z") + flow("z", "done") +
                          beside(interrupts,
                                 "<timerEventDefinition><timeDuration>PT1H</timeDuration>"
                                 "</timerEventDefinition>"));
        const auto id = begin();
        tick(3599);
        EXPECT_EQ(marks(id), "");
        tick(2);
        EXPECT_EQ(marks(id), "e");
        EXPECT_EQ(look(id).state, interrupts ? InstanceState::ended : InstanceState::running);
        tick(7200);
        EXPECT_EQ(marks(id), "e") << "once";
        complete_all(id);
        EXPECT_EQ(marks(id), interrupts ? "e" : "ez");

        define_with_marks(
            R"(<intermediateThrowEvent id="tell"><escalationEventDefinition escalationRef="up"/>
               </intermediateThrowEvent>)" +
            mark("a") + end("done") + flow("marks0", "tell") + flow("tell", "a") +
            flow("a", "done") +
            beside(interrupts, R"(<escalationEventDefinition escalationRef="up"/>)"));
        const auto told = begin();
        const auto seen = marks(told);
        if (interrupts) {
            EXPECT_EQ(seen, "e");
        } else {
            EXPECT_EQ(seen.size(), 2u) << seen;
            EXPECT_NE(seen.find('a'), std::string::npos);
            EXPECT_NE(seen.find('e'), std::string::npos);
        }
        EXPECT_EQ(look(told).state, InstanceState::ended);
    }
}

TEST_F(ElementsTest, ASendTaskWithoutOperationSendsItsMessage)
{
    define(std::string{start} + variables_known +
               R"(<receiveTask id="wait" messageRef="n" yungui:result="heard">)" + correlated +
               "</receiveTask>" + end("done") + flow("start", "init") + flow("init", "wait") +
               flow("wait", "done"),
           "test@1");
    const auto waiting = begin();
    define(std::string{start} + variables_known +
               R"(<sendTask id="say" messageRef="n"><extensionElements>
                  <yungui:correlation>"k"</yungui:correlation>
                  <yungui:content>{value: amount * 2}</yungui:content></extensionElements></sendTask>)" +
               end("done") + flow("start", "init") + flow("init", "say") + flow("say", "done"),
           "talker@1");
    const auto talker = book_->write([&](Transaction& transaction) {
        return engine_->start(transaction, {"talker@1", "", "", "", {{"amount", json::Value{4}}}});
    });
    ASSERT_TRUE(engine_->advance(talker.value()));
    EXPECT_EQ(look(talker.value()).state, InstanceState::ended);
    engine_->poll();
    EXPECT_EQ(look(waiting).state, InstanceState::ended);
    EXPECT_EQ((*look(waiting).variables.find("heard"))["value"].integer_or(0), 8);
    EXPECT_EQ(calls_, 0);
}

TEST_F(ElementsTest, AnErrorSubProcessTakesWhatHappensBesideIt)
{
    refusal_ = base::rejected("money.none", "no");
    define_with_marks(
        R"(<serviceTask id="take" yungui:operation="money.take"/>)" + end("done") +
        flow("marks0", "take") + flow("take", "done") +
        R"(<subProcess id="esp" triggeredByEvent="true"><startEvent id="on" yungui:result="why">
             <errorEventDefinition errorRef="e"/></startEvent>)" +
        mark("e") +
        R"(<endEvent id="esp_end" yungui:outcome="refused" yungui:reason="why.reason"/>)" +
        flow("on", "e") + flow("e", "esp_end") + "</subProcess>");
    const auto instance = look(begin());
    EXPECT_EQ(instance.outcome, "refused");
    EXPECT_EQ(instance.reason, "money.none");
}

TEST_F(ElementsTest, ARepeatedTimerRemindsUntilTheTaskIsDone)
{
    define_with_marks(
        ask("u") + R"(<boundaryEvent id="remind" attachedToRef="u" cancelActivity="false">
          <timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>)" +
        mark("r") + mark("z") + end("done") + end("reminded") + flow("marks0", "u") +
        flow("u", "z") + flow("z", "done") + flow("remind", "r") + flow("r", "reminded"));
    const auto id = begin();
    tick(3601);
    EXPECT_EQ(marks(id), "r");
    tick(3601);
    EXPECT_EQ(marks(id), "rr");
    tick(100);
    EXPECT_EQ(marks(id), "rr");
    tick(10 * 3600);
    EXPECT_EQ(marks(id), "rrr") << "a jump over several times counts once";
    tick(10 * 3600);
    EXPECT_EQ(marks(id), "rrr") << "three times and no more";
    complete_all(id);
    EXPECT_EQ(marks(id), "rrrz");
}

TEST_F(ElementsTest, ADeadlineTakesAStepThatIsTriedAgainAndAgain)
{
    refusal_ = base::unavailable("money.away", "later");
    define_with_marks(
        R"(<serviceTask id="take" yungui:operation="money.take" yungui:attempts="20"/>
           <boundaryEvent id="late" attachedToRef="take"><timerEventDefinition>
             <timeDuration>duration("PT30S")</timeDuration></timerEventDefinition></boundaryEvent>)" +
        mark("a") + end("done") + end("given_up") + flow("marks0", "take") + flow("take", "done") +
        flow("late", "a") + flow("a", "given_up"));
    const auto id = begin();
    for (int i = 0; i < 4; ++i) tick(6);
    EXPECT_GT(calls_, 1);
    EXPECT_EQ(marks(id), "");
    tick(30);
    EXPECT_EQ(marks(id), "a");
    EXPECT_EQ(look(id).state, InstanceState::ended);
}

TEST_F(ElementsTest, ThrownMessagesReachOtherInstances)
{
    define(std::string{start} + variables_known +
               R"(<receiveTask id="wait" messageRef="n" yungui:result="heard">)" + correlated +
               "</receiveTask>" + end("done") + flow("start", "init") + flow("init", "wait") +
               flow("wait", "done"),
           "test@1");
    const auto waiting = begin();
    define(std::string{start} + variables_known +
               R"(<endEvent id="say"><extensionElements><yungui:correlation>"k"</yungui:correlation>
                  <yungui:content>{value: amount}</yungui:content></extensionElements>
                  <messageEventDefinition messageRef="n"/></endEvent>)" +
               flow("start", "init") + flow("init", "say"),
           "talker@1");
    const auto talker = book_->write([&](Transaction& transaction) {
        return engine_->start(transaction, {"talker@1", "", "", "", {{"amount", json::Value{9}}}});
    });
    ASSERT_TRUE(engine_->advance(talker.value()));
    engine_->poll();
    EXPECT_EQ(look(waiting).state, InstanceState::ended);
    EXPECT_EQ((*look(waiting).variables.find("heard"))["value"].integer_or(0), 9);
}

TEST_F(ElementsTest, ManualTasksAreRecordedAndLanesGiveRoles)
{
    define(std::string{start} + R"(<laneSet id="l"><lane id="desk" name="Desk" yungui:role="teller">
             <flowNodeRef>look</flowNodeRef></lane></laneSet><manualTask id="hand" name="Stamp it"/>
             <userTask id="look" yungui:actor="staff" yungui:task="look"><extensionElements>
             <yungui:outcome code="yes"/></extensionElements></userTask>)" +
           end("done") + flow("start", "hand") + flow("hand", "look") + flow("look", "done"));
    const auto id = begin();
    EXPECT_EQ(staff_task(id).roles, (std::vector<std::string>{"teller"}));
    const auto instance = look(id);
    const auto history =
        book_->read([&](Snapshot& snapshot) { return engine_->history(snapshot, instance); });
    EXPECT_TRUE(std::any_of(history.begin(), history.end(), [](const HistoryEntry& entry) {
        return entry.kind == "by-hand" && entry.element == "hand";
    }));
}

}  // namespace
}  // namespace engine::process
