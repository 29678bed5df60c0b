// SPDX-License-Identifier: Apache-2.0
// Tasks that are done at a level of the organisation, or at one unit of it.
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using namespace testing_processes;

/// Somebody who can review, in a unit with those below it.
Worker at(const std::string& level, std::vector<std::string> units)
{
    Worker worker{level, {"review"}, {}};
    worker.level = level;
    worker.units = std::move(units);
    return worker;
}

class PlaceTest : public testing::Test, protected Processes {
protected:
    InstanceId begin_with(const std::string& attributes)
    {
        define(std::string{start} + variables_known +
               R"(<endEvent id="end"/>
                  <userTask id="visit" yungui:actor="staff" yungui:task="visit" yungui:skill="review"
                    yungui:dueInBusinessHours="4" yungui:escalateTo="boss" )" +
               attributes +
               R"(><extensionElements><yungui:outcome code="go"/></extensionElements></userTask>)" +
               flow("start", "init") + flow("init", "visit") + flow("visit", "end"));
        return begin();
    }
    std::string refused(InstanceId id, const Worker& who)
    {
        const auto claimed = engine_->claim(staff_task(id).id, who);
        if (!claimed) return std::string{claimed.error().reason};
        base::ensure(engine_->release(staff_task(id).id, who.id).has_value());
        return {};
    }

    const Worker city_ = at("city", {"C", "C-1", "C-1-a", "C-2"});
    const Worker county_ = at("county", {"C-1", "C-1-a"});
    const Worker other_county_ = at("county", {"C-2"});
    const Worker town_ = at("town", {"C-1-a"});
    const Worker nowhere_{"nowhere", {"review"}, {}};
};

TEST_F(PlaceTest, ALevelIsAskedOfWhoeverTakesIt)
{
    const auto id = begin_with(R"(yungui:level="county city")");
    EXPECT_EQ(refused(id, town_), "task.not_for_you");
    EXPECT_EQ(refused(id, nowhere_), "task.not_for_you");
    EXPECT_EQ(refused(id, county_), "");
    EXPECT_EQ(refused(id, other_county_), "");
    EXPECT_EQ(refused(id, city_), "");
    Worker unskilled = county_;
    unskilled.skills = {};
    EXPECT_EQ(refused(id, unskilled), "task.not_for_you");
    EXPECT_EQ(engine_->review_people({town_, unskilled}).stranded, 1);
    EXPECT_EQ(engine_->review_people({town_, county_}).stranded, 0);
}

TEST_F(PlaceTest, AUnitsWorkIsDoneThereOrAboveIt)
{
    const auto id = begin_with(R"(yungui:unit="&quot;C-1&quot;")");
    EXPECT_EQ(refused(id, town_), "task.not_for_you");
    EXPECT_EQ(refused(id, other_county_), "task.not_for_you");
    EXPECT_EQ(refused(id, nowhere_), "task.not_for_you");
    EXPECT_EQ(refused(id, county_), "");
    EXPECT_EQ(refused(id, city_), "");
    EXPECT_EQ(engine_->review_people({town_, other_county_}).stranded, 1);
    EXPECT_EQ(engine_->review_people({town_, city_}).stranded, 0);
}

TEST_F(PlaceTest, WhoMovesToAnotherUnitLosesItsTasks)
{
    const auto id = begin_with(R"(yungui:unit="&quot;C-1&quot;")");
    ASSERT_TRUE(engine_->claim(staff_task(id).id, county_));
    Worker moved = other_county_;
    ASSERT_EQ(moved.id, county_.id);
    EXPECT_EQ(engine_->review_people({county_, town_}).returned, 0);
    EXPECT_EQ(engine_->review_people({moved, town_}).returned, 1);
    EXPECT_EQ(staff_task(id).state, TaskState::open);
}

TEST_F(PlaceTest, EscalationAsksForNoLevelButStaysInTheUnit)
{
    const auto id = begin_with(R"(yungui:level="town" yungui:unit="&quot;C-1&quot;")");
    Worker boss = at("county", {"C-1", "C-1-a"});
    boss.skills = {};
    boss.roles = {"boss"};
    Worker boss_elsewhere = boss;
    boss_elsewhere.units = {"C-2"};
    EXPECT_EQ(refused(id, boss), "task.not_for_you");
    clock_.advance_seconds(8 * 3600);
    EXPECT_EQ(engine_->poll(), 1);
    ASSERT_TRUE(staff_task(id).escalated);
    EXPECT_EQ(refused(id, boss), "");
    EXPECT_EQ(refused(id, boss_elsewhere), "task.not_for_you");
}

TEST_F(PlaceTest, AnExpressionThatNamesNoUnitIsAnIncident)
{
    for (const char* unit :
         {"null", "&quot;&quot;", "[&quot;C&quot;, &quot;C-1&quot;]", "[]", "7"}) {
        begin_with(std::string{"yungui:unit=\""} + unit + "\"");
        const auto found = incidents();
        ASSERT_FALSE(found.empty()) << unit;
        EXPECT_EQ(found.front().reason, "process.no_unit_named") << unit;
    }
}

}  // namespace
}  // namespace engine::process
