// SPDX-License-Identifier: Apache-2.0
// What is done several times, what is called, and what is undone.
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using namespace testing_processes;

class RoundsTest : public testing::Test, protected Processes {
protected:
    RoundsTest()
    {
        operations_.add("money.log",
                        [this](const OperationCall& call) -> base::Result<json::Value> {
                            const json::Value* what = call.arguments.find("what");
                            log_ += what == nullptr ? "?" : what->text_or("?");
                            log_ += " ";
                            const bool refuses = what != nullptr && what->text_or() == refused_;
                            if (refuses) return base::rejected("money.none", "no");
                            return json::Value{log_};
                        });
    }
    std::vector<Task> tasks_of(InstanceId id)
    {
        return book_->read([&](Snapshot& snapshot) { return engine_->staff_tasks(snapshot, id); });
    }
    void decide(const Task& task, const std::string& outcome)
    {
        ASSERT_TRUE(engine_->claim(task.id, {"w", {}, {}}));
        ASSERT_TRUE(engine_->complete(task.id, "w", {.outcome = outcome}));
    }
    std::string log_;
    std::string refused_;
};

const char* rounds_done = R"(<endEvent id="done"/>)";

std::string countersign(const std::string& attributes, const std::string& until = {})
{
    return std::string{start} + variables_known + rounds_done +
           R"(<userTask id="sign" yungui:actor="staff" yungui:task="sign" yungui:candidates="who"
                yungui:result="signed"><extensionElements><yungui:outcome code="yes"/><yungui:outcome code="no"/>
                <yungui:out name="agreed">count(signed[item.outcome = "yes"])</yungui:out></extensionElements>
                <multiInstanceLoopCharacteristics )" +
           attributes + R"( yungui:collection="amount" yungui:item="who">)" + until +
           "</multiInstanceLoopCharacteristics></userTask>" + flow("start", "init") +
           flow("init", "sign") + flow("sign", "done");
}

const json::Value three{
    json::Array{json::Value{"anna"}, json::Value{"berta"}, json::Value{"carl"}}};

TEST_F(RoundsTest, SeveralSignTogetherEachHisOwn)
{
    define(countersign(""));
    const auto id = begin({{"amount", three}});
    const auto tasks = tasks_of(id);
    ASSERT_EQ(tasks.size(), 3U);
    EXPECT_EQ(engine_->claim(tasks[0].id, {"berta", {}, {}}).error().reason, "task.not_for_you");
    for (const Task& task : tasks) {
        const std::string who = task.candidates.at(0);
        ASSERT_TRUE(engine_->claim(task.id, {who, {}, {}}));
        ASSERT_TRUE(engine_->complete(task.id, who, {.outcome = who == "carl" ? "no" : "yes"}));
    }
    const auto instance = look(id);
    EXPECT_EQ(instance.state, InstanceState::ended);
    EXPECT_EQ(instance.variables.find("agreed")->integer_or(0), 2);
    EXPECT_EQ((*instance.variables.find("signed")->array())[2]["by"].text_or(), "carl");
    EXPECT_EQ(instance.variables.find("who"), nullptr) << "what a round knows stays in it";
}

TEST_F(RoundsTest, SeveralSignInOrder)
{
    define(countersign("isSequential=\"true\""));
    const auto id = begin({{"amount", three}});
    for (const char* who : {"anna", "berta", "carl"}) {
        const auto tasks = tasks_of(id);
        ASSERT_EQ(tasks.size(), 1U);
        EXPECT_EQ(tasks[0].candidates, std::vector<std::string>{who});
        ASSERT_TRUE(engine_->claim(tasks[0].id, {who, {}, {}}));
        ASSERT_TRUE(engine_->complete(tasks[0].id, who, {.outcome = "yes"}));
    }
    EXPECT_EQ(look(id).state, InstanceState::ended);
}

TEST_F(RoundsTest, EnoughSignaturesMakeTheOthersVoid)
{
    define(countersign("",
                       "<completionCondition>loop.done &gt;= 2 or "
                       "loop.results[item.outcome = \"no\"] != []</completionCondition>"));
    const auto id = begin({{"amount", three}});
    const auto tasks = tasks_of(id);
    ASSERT_TRUE(engine_->claim(tasks[1].id, {"berta", {}, {}}));
    ASSERT_TRUE(engine_->complete(tasks[1].id, "berta", {.outcome = "no"}));
    const auto instance = look(id);
    EXPECT_EQ(instance.state, InstanceState::ended);
    EXPECT_TRUE(tasks_of(id).empty());
    const auto& all = *instance.variables.find("signed")->array();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_TRUE(all[0].is_null());
    EXPECT_EQ(all[1]["outcome"].text_or(), "no");
}

TEST_F(RoundsTest, RoundsAreBoundedAndNoneIsEnough)
{
    define(countersign(""));
    EXPECT_EQ(look(begin({{"amount", json::Value{json::Array{}}}})).state, InstanceState::ended);
    begin({{"amount", json::Value{json::Array(1001, json::Value{"x"})}}});
    begin({{"amount", json::Value{7}}});
    ASSERT_EQ(incidents().size(), 2U);
    EXPECT_EQ(incidents()[0].reason, "process.too_many_rounds");
    EXPECT_EQ(incidents()[1].reason, "process.no_list");
}

TEST_F(RoundsTest, SubProcessesRunSeveralTimesWithTheirOwnNames)
{
    define(
        std::string{start} + variables_known + rounds_done +
        R"(<subProcess id="each" yungui:result="sums"><multiInstanceLoopCharacteristics yungui:collection="amount"
                yungui:item="n" yungui:collect="twice"/><startEvent id="in"/>
              <serviceTask id="log" yungui:operation="money.log"><extensionElements>
                <yungui:in name="what">string(n) + "/" + string(loop.count)</yungui:in></extensionElements></serviceTask>
              <scriptTask id="double" scriptFormat="feel" yungui:result="twice"><script>n * 2</script></scriptTask>
              <endEvent id="out"/>)" +
        flow("in", "log") + flow("log", "double") + flow("double", "out") + "</subProcess>" +
        flow("start", "init") + flow("init", "each") + flow("each", "done"));
    const auto instance = look(begin(
        {{"amount", json::Value{json::Array{json::Value{1}, json::Value{2}, json::Value{5}}}}}));
    EXPECT_EQ(instance.state, InstanceState::ended);
    EXPECT_EQ(log_, "1/3 2/3 5/3 ");
    EXPECT_EQ(json::serialise(*instance.variables.find("sums")), "[2,4,10]");
    EXPECT_EQ(instance.variables.find("twice"), nullptr);
}

TEST_F(RoundsTest, WhatTakesTooLongOrHoldsTooMuchIsAnIncidentWithItsPlace)
{
    struct Row {
        const char* script;
        const char* reason;
    };
    const Row rows[] = {
        {"for i in 1..1000000 return i", "process.too_much_data"},
        {"count(for i in 1..10000, k in 1..10000 return i)", "feel.too_many_steps"},
        {"for i in 1..200000 return \"0123456789\"", "process.too_much_data"},
    };
    for (const Row& row : rows) {
        define(std::string{start} + rounds_done +
               "<scriptTask id=\"big\" scriptFormat=\"feel\" yungui:result=\"all\"><script>" +
               row.script + "</script></scriptTask>" + flow("start", "big") + flow("big", "done"));
        begin();
        const auto all = incidents();
        ASSERT_FALSE(all.empty()) << row.script;
        EXPECT_EQ(all.back().element, "big");
        EXPECT_TRUE(all.back().reason == row.reason || all.back().reason.starts_with("feel.too"))
            << row.script << ": " << all.back().reason;
    }
}

const std::string undone =
    R"(<boundaryEvent id="c1" attachedToRef="one"><compensateEventDefinition/></boundaryEvent>
       <boundaryEvent id="c2" attachedToRef="two"><compensateEventDefinition/></boundaryEvent>
       <serviceTask id="undo1" isForCompensation="true" yungui:operation="money.log"><extensionElements>
         <yungui:in name="what">"-one:" + compensated</yungui:in></extensionElements></serviceTask>
       <serviceTask id="undo2" isForCompensation="true" yungui:operation="money.log"><extensionElements>
         <yungui:in name="what">"-two"</yungui:in></extensionElements></serviceTask>
       <association id="a1" sourceRef="c1" targetRef="undo1"/><association id="a2" sourceRef="c2" targetRef="undo2"/>)";

std::string log_step(const std::string& id, const std::string& what)
{
    return "<serviceTask id=\"" + id +
           "\" yungui:operation=\"money.log\" yungui:result=\"logged\"><extensionElements>"
           "<yungui:in name=\"what\">\"" +
           what + "\"</yungui:in></extensionElements></serviceTask>";
}

TEST_F(RoundsTest, WhatWasDoneIsUndoneTheLatestFirstEachOnce)
{
    define(
        std::string{start} + undone + log_step("one", "one") + log_step("two", "two") +
        R"(<intermediateThrowEvent id="back"><compensateEventDefinition/></intermediateThrowEvent>
              <endEvent id="done"><compensateEventDefinition/></endEvent>)" +
        flow("start", "one") + flow("one", "two") + flow("two", "back") + flow("back", "done"));
    const auto id = begin();
    EXPECT_EQ(look(id).state, InstanceState::ended);
    EXPECT_EQ(log_, "one two -two -one:one  ") << "with what the step had answered";
}

TEST_F(RoundsTest, OneActivityAloneIsUndoneAndARefusalThereIsAnIncident)
{
    refused_ = "-two";
    define(
        std::string{start} + undone + log_step("one", "one") + log_step("two", "two") +
        R"(<intermediateThrowEvent id="back"><compensateEventDefinition activityRef="two"/></intermediateThrowEvent>
              <endEvent id="done"/>)" +
        flow("start", "one") + flow("one", "two") + flow("two", "back") + flow("back", "done"));
    const auto id = begin();
    EXPECT_EQ(log_, "one two -two ");
    ASSERT_EQ(incidents().size(), 1U);
    EXPECT_EQ(incidents()[0].element, "undo2");
    refused_.clear();
    EXPECT_TRUE(engine_->retry(incidents()[0].id, "ops"));
    EXPECT_EQ(log_, "one two -two -two ");
    EXPECT_EQ(look(id).state, InstanceState::ended);
}

TEST_F(RoundsTest, StepsOfABrokenSubProcessCanStillBeUndone)
{
    refused_ = "three";
    define(
        std::string{start} + R"(<subProcess id="sub"><startEvent id="in"/>)" + undone +
        log_step("one", "one") + log_step("two", "two") + log_step("three", "three") +
        R"(<endEvent id="out"/>)" + flow("in", "one") + flow("one", "two") + flow("two", "three") +
        flow("three", "out") + "</subProcess>" +
        R"(<boundaryEvent id="bad" attachedToRef="sub"><errorEventDefinition errorRef="e"/></boundaryEvent>
              <intermediateThrowEvent id="back"><compensateEventDefinition/></intermediateThrowEvent>
              <endEvent id="done"/><endEvent id="no" yungui:outcome="refused"/>)" +
        flow("start", "sub") + flow("sub", "done") + flow("bad", "back") + flow("back", "no"));
    EXPECT_EQ(look(begin()).outcome, "refused");
    EXPECT_EQ(log_, "one two three -two -one:one  ");
}

class CallTest : public RoundsTest {
protected:
    std::vector<platform::config::Finding> define_calling(
        const std::string& inside, const std::map<std::string, std::string>& others)
    {
        std::vector<platform::config::Finding> findings;
        definitions_["test@1"] =
            Definition::compile(bpmn(inside), "test.bpmn", std::make_shared<Sizes>(), findings,
                                [&](const std::string& name) -> std::optional<ProcessFile> {
                                    const auto found = others.find(name);
                                    if (found == others.end()) return std::nullopt;
                                    return ProcessFile{bpmn(found->second), name + ".bpmn"};
                                });
        return findings;
    }
    std::string caller(const std::string& name = "other")
    {
        return std::string{start} + variables_known + rounds_done +
               "<callActivity id=\"call\" calledElement=\"" + name +
               R"(" yungui:result="answer"><extensionElements><yungui:in name="given">amount + 1</yungui:in>
                    <yungui:out name="sum">answer.own + 100</yungui:out></extensionElements></callActivity>)" +
               flow("start", "init") + flow("init", "call") + flow("call", "done");
    }
    const std::string called_ =
        R"(<extensionElements><yungui:parameter name="given"/></extensionElements><startEvent id="start"/>
           <scriptTask id="work" scriptFormat="feel" yungui:result="own"><script>given * 2</script></scriptTask>
           <userTask id="ask" yungui:actor="customer" yungui:section="s" yungui:result="asked"/>
           <endEvent id="done" yungui:outcome="refused" yungui:reason="&quot;so&quot;"/>)" +
        flow("start", "work") + flow("work", "ask") + flow("ask", "done");
};

TEST_F(CallTest, ACalledProcessSeesOnlyItsParametersAndAnswersWhatItKnows)
{
    EXPECT_TRUE(define_calling(caller(), {{"other", called_}}).empty());
    const auto id = begin();
    EXPECT_EQ(look(id).elements, (std::vector<std::string>{"call", "call/ask"}));
    ASSERT_TRUE(customer_task(id));
    const auto seen = book_
                          ->read([&](Snapshot& snapshot) {
                              return engine_->variables(snapshot, *customer_task(id));
                          })
                          .value();
    EXPECT_EQ(seen.find("given")->integer_or(0), 6);
    EXPECT_EQ(seen.find("amount"), nullptr) << "what the caller knows is not seen inside";
    EXPECT_TRUE(engine_->complete(customer_task(id)->id, "p", {}));
    const auto instance = look(id);
    EXPECT_EQ(instance.state, InstanceState::ended);
    EXPECT_EQ(instance.outcome, "done") << "how the called process ended is its own affair";
    EXPECT_EQ((*instance.variables.find("answer"))["outcome"].text_or(), "refused");
    EXPECT_EQ((*instance.variables.find("answer"))["reason"].text_or(), "so");
    EXPECT_EQ(instance.variables.find("sum")->integer_or(0), 112);
    EXPECT_EQ(instance.variables.find("own"), nullptr);
}

TEST_F(CallTest, CallsInCirclesAndWithWrongParametersAreRefusedWithThePlace)
{
    const auto said = [&](const std::string& inside,
                          const std::map<std::string, std::string>& all) {
        std::string text;
        for (const auto& finding : define_calling(inside, all)) {
            text += platform::config::to_string(finding) + "\n";
        }
        return text;
    };
    const std::string loop = std::string{start} + rounds_done +
                             R"(<callActivity id="again" calledElement="b"/>)" +
                             flow("start", "again") + flow("again", "done");
    const std::string back = std::string{start} + rounds_done +
                             R"(<callActivity id="back" calledElement="a"/>)" +
                             flow("start", "back") + flow("back", "done");
    EXPECT_NE(said(loop, {{"a", loop}, {"b", back}}).find("calls \"b\", which calls this"),
              std::string::npos);
    EXPECT_NE(said(caller(), {{"other", back}, {"a", called_}}).find("has no parameter \"given\""),
              std::string::npos);
    const std::string none = std::string{start} + rounds_done +
                             R"(<callActivity id="c" calledElement="other"/>)" +
                             flow("start", "c") + flow("c", "done");
    EXPECT_NE(said(none, {{"other", called_}}).find("needs a yungui:in \"given\""),
              std::string::npos);
    EXPECT_NE(said(none, {{"other", "<task id=\"t\"/>"}}).find("other.bpmn:"), std::string::npos);
}

TEST_F(CallTest, CallsThatMultiplyAreRefusedAtOnce)
{
    // Ten calls of what calls ten times …: the elements are counted, not the files.
    std::map<std::string, std::string> all;
    for (int level = 0; level < 7; ++level) {
        std::string inside = std::string{start} + rounds_done;
        std::string last = "start";
        for (int i = 0; i < 10; ++i) {
            const std::string id = "c" + std::to_string(i);
            inside += "<callActivity id=\"" + id + "\" calledElement=\"l" +
                      std::to_string(level + 1) + "\"/>" + flow(last, id);
            last = id;
        }
        all["l" + std::to_string(level)] = inside + flow(last, "done");
    }
    all["l7"] = std::string{start} + rounds_done + flow("start", "done");
    const auto begun = std::chrono::steady_clock::now();
    const auto findings = define_calling(all["l0"], all);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{1});
    ASSERT_FALSE(findings.empty());
    EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const auto& finding) {
        return finding.message.find("more than 1000 elements") != std::string::npos;
    }));
}

}  // namespace
}  // namespace engine::process
