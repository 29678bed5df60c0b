// SPDX-License-Identifier: Apache-2.0
// What becomes of tasks when people change, are away or leave.
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using namespace testing_processes;

class StaffingTest : public testing::Test, protected Processes {
protected:
    StaffingTest()
    {
        define(std::string{start} + variables_known +
               R"(<endEvent id="end"/>
                  <userTask id="first" yungui:actor="staff" yungui:task="first" yungui:skill="review"
                    yungui:result="made"><extensionElements><yungui:outcome code="go"/></extensionElements></userTask>
                  <userTask id="second" yungui:actor="staff" yungui:task="second" yungui:skill="review"
                    yungui:candidates="[made.by]" yungui:result="checked"><extensionElements>
                    <yungui:outcome code="yes"/></extensionElements></userTask>)" +
               flow("start", "init") + flow("init", "first") + flow("first", "second") +
               flow("second", "end"));
        id_ = begin();
    }
    Task now() { return staff_task(id_); }
    std::size_t stranded()
    {
        return book_
            ->read([&](Snapshot& snapshot) {
                return engine_->tasks(snapshot, {.view = TaskView::stranded});
            })
            .value()
            .tasks.size();
    }
    std::string last_kind()
    {
        const auto instance = look(id_);
        return book_->read([&](Snapshot& snapshot) { return engine_->history(snapshot, instance); })
            .back()
            .kind;
    }

    InstanceId id_;
    const Worker anna_{"anna", {"review"}, {}};
    const Worker berta_{"berta", {"review"}, {}};
    const Worker anna_unskilled_{"anna", {"other"}, {}};
};

TEST_F(StaffingTest, WhoLosesTheSkillLosesTheTaskOnceAndItIsTold)
{
    ASSERT_TRUE(engine_->claim(now().id, anna_));
    EXPECT_EQ(engine_->review_people({anna_, berta_}).returned, 0);
    EXPECT_EQ(now().claimed_by, "anna");
    EXPECT_EQ(engine_->review_people({anna_unskilled_, berta_}).returned, 1);
    EXPECT_EQ(now().state, TaskState::open);
    EXPECT_EQ(last_kind(), "returned");
    EXPECT_EQ(engine_->review_people({anna_unskilled_, berta_}).returned, 0);
    EXPECT_EQ(engine_->complete(now().id, "anna", {.outcome = "go"}).error().reason,
              "task.not_claimed");
    EXPECT_TRUE(engine_->claim(now().id, berta_));
}

TEST_F(StaffingTest, WhatNobodyMayTakeIsStrandedUntilSomebodyMay)
{
    EXPECT_EQ(engine_->review_people({anna_unskilled_}).stranded, 1);
    EXPECT_EQ(stranded(), 1U);
    EXPECT_TRUE(now().stranded);
    EXPECT_EQ(last_kind(), "stranded");
    EXPECT_EQ(engine_->review_people({}).stranded, 1);
    EXPECT_EQ(engine_->review_people({anna_}).stranded, 0);
    EXPECT_EQ(stranded(), 0U);
    EXPECT_FALSE(now().stranded);
}

TEST_F(StaffingTest, WhoIsAwayIsNoCandidateButWhoStandsInForThemIs)
{
    ASSERT_TRUE(engine_->claim(now().id, anna_));
    ASSERT_TRUE(engine_->complete(now().id, "anna", {.outcome = "go"}));
    EXPECT_EQ(engine_->review_people({anna_, berta_}).stranded, 0);
    const auto begins = clock_.now();
    ASSERT_TRUE(engine_->set_absence({"anna", "carl", begins, base::after_seconds(begins, 3600)}));
    EXPECT_EQ(engine_->review_people({anna_, berta_}).stranded, 1) << "carl does not work here";
    ASSERT_TRUE(engine_->set_absence({"anna", "berta", begins, base::after_seconds(begins, 3600)}));
    EXPECT_EQ(engine_->review_people({anna_, berta_}).stranded, 0);
}

TEST_F(StaffingTest, WhatIsLentToWhoLeavesGoesBackToItsOwner)
{
    ASSERT_TRUE(engine_->claim(now().id, anna_));
    ASSERT_TRUE(engine_->lend(now().id, "anna", berta_, "prepare it"));
    EXPECT_EQ(engine_->review_people({anna_}).returned, 1);
    EXPECT_EQ(now().claimed_by, "anna");
    EXPECT_TRUE(now().owner.empty());
    ASSERT_TRUE(engine_->lend(now().id, "anna", berta_, "prepare it"));
    EXPECT_EQ(engine_->review_people({berta_}).returned, 1);
    EXPECT_EQ(now().state, TaskState::open);
}

TEST_F(StaffingTest, WhoLeftIsNotWaitedForToSign)
{
    const Worker carl{"carl", {"review"}, {}};
    ASSERT_TRUE(engine_->claim(now().id, anna_));
    ASSERT_TRUE(engine_->ask_to_sign(now().id, "anna", {berta_, carl}, true, "two more eyes"));
    EXPECT_EQ(engine_->review_people({anna_, carl}).signers_gone, 1);
    EXPECT_EQ(engine_->review_people({anna_, carl}).signers_gone, 0);
    EXPECT_EQ(engine_->sign(now().id, "berta", true, "").error().reason, "task.not_asked_to_sign");
    EXPECT_TRUE(engine_->sign(now().id, "carl", true, "")) << "the next in order is not asked";
    EXPECT_TRUE(engine_->complete(now().id, "anna", {.outcome = "go"}));
}

TEST_F(StaffingTest, NobodyDecidesHisOwnCaseNorThatOfHisStaff)
{
    const std::string subject = look(id_).subject;
    ASSERT_FALSE(subject.empty());
    Worker own = anna_;
    own.himself = {"another", subject};
    Worker manager = berta_;
    manager.his_staff = {subject};
    EXPECT_EQ(engine_->claim(now().id, own).error().reason, "task.own_case");
    EXPECT_EQ(engine_->claim(now().id, manager).error().reason, "task.of_your_staff");
    EXPECT_EQ(engine_->review_people({own, manager}).stranded, 1);
    const Worker carl{"carl", {"review"}, {}};
    EXPECT_EQ(engine_->review_people({own, manager, carl}).stranded, 0);
    ASSERT_TRUE(engine_->claim(now().id, carl));
    EXPECT_EQ(engine_->hand_over(now().id, "carl", own, "why").error().reason,
              "task.their_own_case");
    EXPECT_EQ(engine_->lend(now().id, "carl", manager, "why").error().reason,
              "task.of_their_staff");
    EXPECT_EQ(engine_->ask_to_sign(now().id, "carl", {own}, false, "why").error().reason,
              "task.their_own_case");
    ASSERT_TRUE(engine_->hand_over(now().id, "carl", berta_, "why"));
    EXPECT_EQ(engine_->independent(now().id, manager).error().reason, "task.of_your_staff");
    EXPECT_EQ(engine_->review_people({own, manager, carl}).returned, 1) << "she became his manager";
}

TEST_F(StaffingTest, MoreThanOnePageOfTasksIsReviewedWhole)
{
    for (int i = 0; i < 510; ++i) (void)begin();
    const Worker own{"carl", {"review"}, {}, {}, {"somebody else"}};
    EXPECT_EQ(engine_->review_people({anna_unskilled_}).stranded, 511);
    EXPECT_EQ(engine_->review_people({anna_unskilled_}).stranded, 511) << "again it is the same";
    EXPECT_EQ(last_kind(), "stranded");
    EXPECT_EQ(stranded(), 20u) << "the list's first page";
    EXPECT_EQ(engine_->review_people({own}).stranded, 0) << "it is nobody's he knows";
    EXPECT_EQ(stranded(), 0u);
    ASSERT_TRUE(engine_->claim(now().id, anna_));
    EXPECT_EQ(engine_->review_people({berta_}).returned, 1);
}

}  // namespace
}  // namespace engine::process
