// SPDX-License-Identifier: Apache-2.0
// Random well-formed models, moved by random answers: none may lose a token, wait for nothing or
// go beyond its end.
#include <engine/process/internal/machine.h>

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace engine::process {
namespace {

namespace json = platform::json;

class NoDecision final : public Decisions {
public:
    bool has(std::string_view) const override { return false; }
    base::Result<feel::Value> decide(std::string_view, const feel::Context&,
                                     feel::Evaluation&) const override
    {
        return feel::Value{};
    }
};

/// Blocks within blocks, each with one way in and one way out.
class ModelWriter {
public:
    explicit ModelWriter(std::mt19937& random) : random_(random) {}

    std::string model()
    {
        const auto [first, last] = sequence(3);
        text_ += R"(<startEvent id="start"/><endEvent id="end"/>
            <scriptTask id="count" scriptFormat="feel" yungui:result="finished"><script>
              if finished = null then 1 else finished + 1</script></scriptTask>)";
        flow("start", first);
        flow(last, "count");
        flow("count", "end");
        return R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yungui="urn:yungui:bpmn:1">
            <message id="m" name="word"/><error id="e" errorCode="no"/><process id="p" isExecutable="true">)" +
               text_ + "</process></definitions>";
    }

private:
    using Block = std::pair<std::string, std::string>;

    int upto(int most) { return std::uniform_int_distribution<int>{0, most}(random_); }
    std::string name(const char* kind) { return kind + std::to_string(++count_); }
    void flow(const std::string& from, const std::string& to, const std::string& condition = {})
    {
        text_ += "<sequenceFlow id=\"" + name("f") + "\" sourceRef=\"" + from + "\" targetRef=\"" +
                 to + "\">";
        if (!condition.empty())
            text_ += "<conditionExpression>" + condition + "</conditionExpression>";
        text_ += "</sequenceFlow>";
    }

    Block sequence(int depth)
    {
        Block all = block(depth);
        for (int more = upto(2); more > 0; --more) {
            const Block next = block(depth);
            flow(all.second, next.first);
            all.second = next.second;
        }
        return all;
    }

    Block block(int depth)
    {
        switch (upto(depth > 0 ? 8 : 3)) {
            case 0:
                return task("userTask", R"(yungui:actor="customer" yungui:section="s")");
            case 1:
                return task("serviceTask", R"(yungui:operation="o" yungui:result="r")");
            case 2:
                return task(
                    "scriptTask",
                    R"(scriptFormat="feel" yungui:result="r"><script>now()</script></scriptTask)");
            case 3:
                return waiting();
            case 4:
                return fork("parallelGateway", depth);
            case 5:
                return fork("inclusiveGateway", depth);
            case 6:
                return fork("exclusiveGateway", depth);
            case 7:
                return inside(depth);
            default:
                return first_of_two(depth);
        }
    }

    Block task(const std::string& kind, const std::string& how)
    {
        const std::string id = name("t");
        text_ += "<" + kind + " id=\"" + id + "\" " + how;
        if (kind == "scriptTask") {
            text_ += ">";
        } else if (upto(3) == 0) {
            text_ += "><multiInstanceLoopCharacteristics isSequential=\"" +
                     std::string{upto(1) == 0 ? "true" : "false"} + "\"><loopCardinality>" +
                     std::to_string(upto(3)) + "</loopCardinality>";
            if (upto(1) == 0) text_ += "<completionCondition>loop.done = 2</completionCondition>";
            text_ += "</multiInstanceLoopCharacteristics></" + kind + ">";
        } else {
            text_ += "/>";
        }
        if (kind == "scriptTask" || upto(2) != 0) return {id, id};
        return {id, late(id)};
    }

    /// A timer beside or instead of an activity, and where both ways meet.
    std::string late(const std::string& host)
    {
        const std::string timer = name("b");
        const std::string meet = name("x");
        const bool beside = upto(1) == 0;
        text_ += "<boundaryEvent id=\"" + timer + "\" attachedToRef=\"" + host +
                 "\" cancelActivity=\"" + (beside ? "false" : "true") +
                 "\"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
                 "</boundaryEvent><exclusiveGateway id=\"" +
                 meet + "\"/>";
        flow(host, meet);
        if (beside) {
            const std::string end = name("e");
            text_ += "<endEvent id=\"" + end + "\"/>";
            flow(timer, end);
        } else {
            flow(timer, meet);
        }
        return meet;
    }

    Block waiting()
    {
        const std::string id = name("w");
        text_ += "<intermediateCatchEvent id=\"" + id + "\">";
        text_ +=
            upto(1) == 0
                ? "<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>"
                : "<extensionElements><yungui:correlation>\"k\"</yungui:correlation>"
                  "</extensionElements><messageEventDefinition messageRef=\"m\"/>";
        text_ += "</intermediateCatchEvent>";
        return {id, id};
    }

    Block fork(const std::string& kind, int depth)
    {
        const std::string split = name("g");
        const std::string meet = name("g");
        const std::string preset = name("f");
        const bool chooses = kind != "parallelGateway";
        text_ += "<" + kind + " id=\"" + split + "\"" +
                 (chooses ? " default=\"" + preset + "\"" : "") + "/><" + kind + " id=\"" + meet +
                 "\"/>";
        const int ways = 2 + upto(1);
        for (int i = 0; i < ways; ++i) {
            const Block way = sequence(depth - 1);
            if (i == 0 && chooses) {
                text_ += "<sequenceFlow id=\"" + preset + "\" sourceRef=\"" + split +
                         "\" targetRef=\"" + way.first + "\"/>";
            } else {
                flow(split, way.first, !chooses ? "" : upto(1) == 0 ? "true" : "false");
            }
            flow(way.second, meet);
        }
        return {split, meet};
    }

    Block inside(int depth)
    {
        const std::string id = name("s");
        const std::string start = name("s");
        const std::string end = name("e");
        text_ += "<subProcess id=\"" + id + "\">";
        if (upto(3) == 0) {
            text_ +=
                "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
                "</multiInstanceLoopCharacteristics>";
        }
        text_ += "<startEvent id=\"" + start + "\"/><endEvent id=\"" + end + "\">" +
                 (upto(2) == 0 ? "<terminateEventDefinition/>" : "") + "</endEvent>";
        const Block all = sequence(depth - 1);
        flow(start, all.first);
        flow(all.second, end);
        if (upto(1) == 0) handler();
        text_ += "</subProcess>";
        return {id, id};
    }

    void handler()
    {
        const std::string start = name("h");
        const std::string end = name("e");
        text_ += "<subProcess id=\"" + name("h") +
                 "\" triggeredByEvent=\"true\"><startEvent id=\"" + start + "\" isInterrupting=\"" +
                 (upto(1) == 0 ? "true" : "false") +
                 "\"><timerEventDefinition><timeDuration>PT2H</timeDuration>"
                 "</timerEventDefinition></startEvent><endEvent id=\"" +
                 end + "\"/>";
        flow(start, end);
        text_ += "</subProcess>";
    }

    Block first_of_two(int depth)
    {
        const std::string gate = name("g");
        const std::string meet = name("x");
        text_ += "<eventBasedGateway id=\"" + gate + "\"/><exclusiveGateway id=\"" + meet + "\"/>";
        for (int i = 0; i < 2; ++i) {
            const Block event = waiting();
            const Block then = sequence(depth - 1);
            flow(gate, event.first);
            flow(event.second, then.first);
            flow(then.second, meet);
        }
        return {gate, meet};
    }

    std::mt19937& random_;
    std::string text_;
    int count_ = 0;
};

class Walk {
public:
    Walk(std::shared_ptr<const Definition> definition, std::mt19937& random) : random_(random)
    {
        state_.definition = std::move(definition);
        Effects effects;
        Machine{state_, effects, calendar_, clock_}.start(state_.definition->start(), {});
    }

    /// True where it ended in the end; false where a promise is broken, which is told.
    bool to_the_end()
    {
        for (int step = 0; step < 2'000; ++step) {
            Effects effects;
            Machine machine{state_, effects, calendar_, clock_};
            machine.run();
            take(effects);
            if (state_.state == InstanceState::ended) return open_tasks_.empty();
            if (!holds_together() || !survives_storing()) return false;
            something_happens();
        }
        ADD_FAILURE() << "it never ends";
        return false;
    }

    const State& state() const { return state_; }

private:
    void take(const Effects& effects)
    {
        for (const std::int64_t token : effects.ended_tasks) open_tasks_.erase(token);
        for (const NewTask& task : effects.tasks) open_tasks_.insert(task.token);
        for (const NewIncident& incident : effects.incidents) {
            ADD_FAILURE() << incident.element << " " << incident.reason;
        }
    }

    bool holds_together()
    {
        std::set<std::int64_t> holders{0};
        std::set<std::int64_t> held;
        for (const Token& token : state_.tokens) holders.insert(token.number);
        for (const Scope& scope : state_.scopes) holders.insert(scope.number);
        for (const Timer& timer : state_.timers) held.insert(timer.holder);
        for (const Subscription& each : state_.subscriptions) held.insert(each.holder);
        for (const Scope& scope : state_.scopes) held.insert(scope.host);
        EXPECT_FALSE(state_.tokens.empty()) << "it runs without a token";
        for (const std::int64_t each : held) {
            EXPECT_TRUE(holders.contains(each)) << "somebody waits for what is gone";
        }
        std::set<std::int64_t> working;
        for (const Token& token : state_.tokens) {
            const ElementKind kind = state_.definition->element(token.element).kind;
            const bool task = open_tasks_.contains(token.number);
            if (task) working.insert(token.number);
            if (token.stage != Stage::waiting) continue;
            EXPECT_TRUE(task || held.contains(token.number)) << "a token waits for nothing";
            EXPECT_TRUE(task || kind != ElementKind::user_task ||
                        state_.definition->element(token.element).loop);
        }
        EXPECT_EQ(working, open_tasks_) << "a task without token";
        return !testing::Test::HasFailure();
    }

    bool survives_storing()
    {
        State again;
        again.definition = state_.definition;
        const std::string record = to_record(state_);
        const auto read = read_record(record, again);
        EXPECT_TRUE(read);
        EXPECT_EQ(to_record(again), record);
        state_.tokens = std::move(again.tokens);
        state_.scopes = std::move(again.scopes);
        state_.timers = std::move(again.timers);
        return static_cast<bool>(read);
    }

    void something_happens()
    {
        clock_.advance_seconds(std::uniform_int_distribution<int>{1, 1'200}(random_));
        for (Subscription& each : state_.subscriptions) {
            if (random_() % 3 == 0) each.arrived = json::Value{1};
        }
        Effects effects;
        Machine machine{state_, effects, calendar_, clock_};
        std::vector<std::int64_t> can;
        for (const Token& token : state_.tokens) {
            if (token.stage == Stage::ready || open_tasks_.contains(token.number)) {
                can.push_back(token.number);
            }
        }
        if (can.empty() || random_() % 4 == 0) return;
        const std::int64_t chosen = can[random_() % can.size()];
        if (state_.token(chosen)->stage == Stage::ready) {
            machine.executed(chosen, json::Value{"answer"});
        } else {
            open_tasks_.erase(chosen);
            machine.complete(chosen, json::Object{});
        }
        take(effects);
    }

    std::mt19937& random_;
    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    BusinessCalendar calendar_;
    State state_;
    std::set<std::int64_t> open_tasks_;
};

TEST(RandomModels, EndAndNeverLoseAToken)
{
    const unsigned models = std::getenv("YUNGUI_SOAK") != nullptr ? 20'000 : 300;
    for (unsigned seed = 1; seed <= models; ++seed) {
        std::mt19937 random{seed};
        const std::string text = ModelWriter{random}.model();
        std::vector<platform::config::Finding> findings;
        const auto definition =
            Definition::compile(text, "random.bpmn", std::make_shared<NoDecision>(), findings);
        for (const auto& finding : findings) ADD_FAILURE() << platform::config::to_string(finding);
        ASSERT_NE(definition, nullptr) << "seed " << seed << "\n" << text;
        Walk walk{definition, random};
        ASSERT_TRUE(walk.to_the_end()) << "seed " << seed << "\n" << text;
        const json::Value* finished = walk.state().variables.find("finished");
        ASSERT_NE(finished, nullptr) << "seed " << seed;
        ASSERT_EQ(finished->integer_or(0), 1) << "seed " << seed << "\n" << text;
    }
}

}  // namespace
}  // namespace engine::process
