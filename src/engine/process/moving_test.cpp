// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using namespace testing_processes;
namespace json = platform::json;
using platform::sql::Snapshot;

constexpr const char* finish_line = R"(<endEvent id="done" yungui:outcome="done"/>)";

std::string task(const std::string& id, const std::string& code)
{
    return "<userTask id=\"" + id + "\" yungui:actor=\"staff\" yungui:task=\"" + code +
           "\"><extensionElements><yungui:outcome code=\"yes\"/></extensionElements></userTask>";
}

std::string late(const std::string& host, const std::string& hours)
{
    return "<boundaryEvent id=\"late\" attachedToRef=\"" + host +
           "\"><timerEventDefinition><timeDuration>PT" + hours +
           "H</timeDuration></timerEventDefinition></boundaryEvent>"
           "<endEvent id=\"silent\" yungui:outcome=\"silent\"/>" +
           flow("late", "silent");
}

class MovingTest : public testing::Test, protected Processes {
protected:
    MovingTest()
    {
        define(std::string{start} + finish_line + task("look", "look") + flow("start", "look") +
               flow("look", "done"));
    }

    std::vector<Move> moves(const std::string& to, int limit = 10)
    {
        return book_
            ->read([&](Snapshot& snapshot) {
                return engine_->moves(snapshot, "test@1", to, {}, limit);
            })
            .value();
    }
    void finish(InstanceId id)
    {
        const auto open = staff_task(id);
        EXPECT_TRUE(engine_->claim(open.id, {"anna", {}, {}}));
        EXPECT_TRUE(engine_->complete(open.id, "anna", {.outcome = "yes"}));
    }
};

TEST_F(MovingTest, AnInstanceGoesOnUnderAnotherVersionFromWhereItStands)
{
    define(std::string{start} + finish_line + task("look", "look") + task("again", "again") +
               flow("start", "look") + flow("look", "again") + flow("again", "done"),
           "test@2");
    const auto id = begin();
    const auto plan = moves("test@2");
    ASSERT_EQ(plan.size(), 1u);
    EXPECT_TRUE(plan[0].obstacles.empty());
    EXPECT_EQ(plan[0].elements, std::vector<std::string>{"look"});
    EXPECT_EQ(look(id).definition, "test@1") << "looking moves nothing";

    EXPECT_TRUE(engine_->move(id, "test@2", "boss", "a step was missing", {{"n", json::Value{1}}}));
    EXPECT_EQ(look(id).definition, "test@2");
    EXPECT_EQ(look(id).variables.find("n")->integer_or(0), 1);
    EXPECT_EQ(staff_task(id).definition, "test@2");
    EXPECT_TRUE(moves("test@2").empty());
    finish(id);
    EXPECT_EQ(look(id).elements, std::vector<std::string>{"again"});
    finish(id);
    EXPECT_EQ(look(id).outcome, "done");
    const auto history = book_->read([&](Snapshot& snapshot) {
        return engine_->history(snapshot, engine_->instance(snapshot, id).value());
    });
    const auto moved = std::find_if(history.begin(), history.end(),
                                    [](const auto& each) { return each.kind == "moved"; });
    ASSERT_NE(moved, history.end());
    EXPECT_EQ(moved->who + " " + moved->outcome + " " + moved->comment,
              "boss test@2 a step was missing");
    EXPECT_EQ(engine_->move(id, "test@2", "boss", "").error().reason, "process.ended");
}

TEST_F(MovingTest, WhatStandsInTheWayIsSaidForEachInstance)
{
    const auto id = begin();
    const std::string ends = std::string{start} + finish_line;
    struct InTheWay {
        std::string inside;
        std::string_view reason;
    };
    const InTheWay rows[] = {
        {ends + task("other", "look") + flow("start", "other") + flow("other", "done"),
         "process.element_missing"},
        {ends + task("look", "something") + flow("start", "look") + flow("look", "done"),
         "process.element_changed"},
        {ends + "<manualTask id=\"look\"/>" + flow("start", "look") + flow("look", "done"),
         "process.element_changed"},
        {ends + "<subProcess id=\"in\"><startEvent id=\"s2\"/>" + task("look", "look") +
             "<endEvent id=\"e2\"/>" + flow("s2", "look") + flow("look", "e2") + "</subProcess>" +
             flow("start", "in") + flow("in", "done"),
         "process.element_changed"},
    };
    for (const InTheWay& row : rows) {
        define(row.inside, "test@2");
        const auto plan = moves("test@2");
        ASSERT_EQ(plan.at(0).obstacles.size(), 1u) << row.inside;
        EXPECT_EQ(plan[0].obstacles[0].reason, row.reason);
        EXPECT_EQ(plan[0].obstacles[0].element, "look");
        EXPECT_EQ(engine_->move(id, "test@2", "boss", "why").error().reason, "process.cannot_move");
    }
    EXPECT_EQ(look(id).definition, "test@1");
    EXPECT_EQ(engine_->move(id, "test@9", "boss", "why").error().reason,
              "process.definition_unknown");
    finish(id);
}

TEST_F(MovingTest, WatchersStayWithWhomTheyWatch)
{
    define(std::string{start} + finish_line + task("look", "look") + late("look", "1") +
               flow("start", "look") + flow("look", "done"),
           "test@2");
    const auto unwatched = begin();
    EXPECT_EQ(moves("test@2").at(0).not_watched, std::vector<std::string>{"late"});
    EXPECT_TRUE(engine_->move(unwatched, "test@2", "boss", "why"));
    clock_.advance_seconds(2 * 3600);
    while (engine_->poll() > 0) {
    }
    EXPECT_EQ(look(unwatched).state, InstanceState::running);
    finish(unwatched);

    definitions_["test@1"] = definitions_["test@2"];
    define(std::string{start} + finish_line + task("look", "look") + late("look", "5") +
               flow("start", "look") + flow("look", "done"),
           "test@2");
    const auto watched = begin();
    EXPECT_TRUE(engine_->move(watched, "test@2", "boss", "why"));
    clock_.advance_seconds(2 * 3600);  // Its hour was set when it came there.
    while (engine_->poll() > 0) {
    }
    EXPECT_EQ(look(watched).outcome, "silent");
}

TEST_F(MovingTest, AGatewayThatWaitsForOthersMustBeReachedFromTheSamePlaces)
{
    const auto model = [](const std::string& second) {
        return std::string{start} + finish_line +
               "<parallelGateway id=\"split\"/><parallelGateway id=\"join\"/>" + task("a", "a") +
               task(second, "b") + flow("start", "split") + flow("split", "a") +
               flow("split", second) + flow("a", "join") + flow(second, "join") +
               flow("join", "done");
    };
    define(model("b"));
    const auto id = begin();
    const auto open =
        book_->read([&](Snapshot& snapshot) { return engine_->staff_tasks(snapshot, id); });
    ASSERT_EQ(open.size(), 2u);
    for (const auto& each : open) {
        if (each.code != "a") continue;
        EXPECT_TRUE(engine_->claim(each.id, {"anna", {}, {}}));
        EXPECT_TRUE(engine_->complete(each.id, "anna", {.outcome = "yes"}));
    }
    define(model("b"), "test@2");
    EXPECT_TRUE(moves("test@2").at(0).obstacles.empty());
    define(model("c"), "test@2");
    std::set<std::string_view> reasons;
    const auto found = moves("test@2");
    for (const auto& each : found.at(0).obstacles) reasons.insert(each.reason);
    EXPECT_EQ(reasons,
              (std::set<std::string_view>{"process.element_missing", "process.ways_changed"}));
}

}  // namespace
}  // namespace engine::process
