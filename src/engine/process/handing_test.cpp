// SPDX-License-Identifier: Apache-2.0
// Tasks between people.
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace engine::process {
namespace {

using namespace testing_processes;

class HandingTest : public testing::Test, protected Processes {
protected:
    HandingTest()
    {
        define(std::string{start} + variables_known +
               R"(<endEvent id="end"/>
                  <userTask id="first" yungui:actor="staff" yungui:task="first" yungui:skill="review"
                    yungui:result="made"><extensionElements><yungui:outcome code="go"/></extensionElements></userTask>
                  <userTask id="second" yungui:actor="staff" yungui:task="second" yungui:skill="review"
                    yungui:excluded="made.by" yungui:sendBackTo="first" yungui:result="checked"><extensionElements>
                    <yungui:outcome code="yes"/></extensionElements></userTask>)" +
               flow("start", "init") + flow("init", "first") + flow("first", "second") +
               flow("second", "end"));
        id_ = begin();
    }

    /// The task of the step that is next, in that person's hands.
    Task taken(const Worker& by)
    {
        const Task task = staff_task(id_);
        base::ensure(engine_->claim(task.id, by).has_value());
        return task;
    }
    std::string kinds()
    {
        const auto instance = look(id_);
        std::string all;
        for (const auto& entry : book_->read(
                 [&](Snapshot& snapshot) { return engine_->history(snapshot, instance); })) {
            all += entry.kind + (entry.who.empty() ? "" : ":" + entry.who) + " ";
        }
        return all;
    }
    std::vector<Signature> signatures(const Task& task)
    {
        return book_->read([&](Snapshot& snapshot) { return engine_->signatures(snapshot, task); });
    }
    std::size_t listed(TaskView view, const std::string& who)
    {
        return book_
            ->read([&](Snapshot& snapshot) {
                return engine_->tasks(snapshot, {.view = view, .worker = who});
            })
            .value()
            .tasks.size();
    }

    InstanceId id_;
    Worker anna_{"anna", {"review"}, {}};
    Worker berta_{"berta", {"review"}, {}};
    Worker carl_{"carl", {"other"}, {}};
};

TEST_F(HandingTest, WhoMadeItDoesNotCheckItNotEvenInAnothersStead)
{
    ASSERT_TRUE(engine_->complete(taken(anna_).id, "anna", {.outcome = "go"}));
    const Task second = staff_task(id_);
    EXPECT_EQ(engine_->claim(second.id, anna_).error().reason, "task.not_for_you");
    Worker instead = anna_;
    instead.stands_in_for = {"berta"};
    EXPECT_EQ(engine_->claim(second.id, instead).error().reason, "task.not_for_you");
    EXPECT_TRUE(engine_->claim(second.id, berta_));
    EXPECT_EQ(engine_->hand_over(second.id, "berta", anna_, "please").error().reason,
              "task.not_for_them");
}

TEST_F(HandingTest, ATaskGoesBackToAnEarlierStepWithItsReason)
{
    ASSERT_TRUE(engine_->complete(taken(anna_).id, "anna", {.outcome = "go"}));
    const Task second = taken(berta_);
    EXPECT_EQ(engine_->send_back(second.id, "berta", "first", " ").error().reason,
              "task.reason_missing");
    EXPECT_EQ(engine_->send_back(second.id, "berta", "init", "wrong").error().reason,
              "task.send_back_unknown");
    EXPECT_EQ(engine_->send_back(second.id, "anna", "first", "wrong").error().reason,
              "task.already_claimed");
    EXPECT_TRUE(engine_->send_back(second.id, "berta", "first", "a page is missing"));
    EXPECT_EQ(engine_->complete(second.id, "berta", {.outcome = "yes"}).error().reason,
              "task.ended");
    EXPECT_EQ(staff_task(id_).element, "first");
    EXPECT_NE(kinds().find("sent-back:berta"), std::string::npos);
    ASSERT_TRUE(engine_->complete(taken(carl_.id == "carl" ? berta_ : carl_).id, "berta",
                                  {.outcome = "go"}));
    EXPECT_EQ(staff_task(id_).excluded, std::vector<std::string>{"berta"})
        << "who made it now is who may not check it";
}

TEST_F(HandingTest, ATaskIsHandedToSomebodyWhoMayDoIt)
{
    const Task task = taken(anna_);
    EXPECT_EQ(engine_->hand_over(task.id, "berta", berta_, "mine").error().reason,
              "task.already_claimed");
    EXPECT_EQ(engine_->hand_over(task.id, "anna", carl_, "yours").error().reason,
              "task.not_for_them");
    EXPECT_EQ(engine_->hand_over(task.id, "anna", berta_, "").error().reason,
              "task.reason_missing");
    EXPECT_TRUE(engine_->hand_over(task.id, "anna", berta_, "I go home"));
    EXPECT_EQ(engine_->complete(task.id, "anna", {.outcome = "go"}).error().reason,
              "task.already_claimed");
    EXPECT_TRUE(engine_->complete(task.id, "berta", {.outcome = "go"}));
    EXPECT_NE(kinds().find("handed-over:anna"), std::string::npos);
}

TEST_F(HandingTest, SignersAskedInOrderSignInOrderBeforeItIsDecided)
{
    const Task task = taken(anna_);
    EXPECT_EQ(engine_->ask_to_sign(task.id, "anna", {anna_}, true, "see").error().reason,
              "task.signers_missing");
    ASSERT_TRUE(engine_->ask_to_sign(task.id, "anna", {berta_, carl_, berta_}, true, "see"));
    EXPECT_EQ(signatures(task).size(), 2U);
    EXPECT_EQ(engine_->complete(task.id, "anna", {.outcome = "go"}).error().reason,
              "task.signatures_missing");
    EXPECT_EQ(engine_->sign(task.id, "carl", true, "").error().reason, "task.not_asked_to_sign")
        << "it is not his turn";
    EXPECT_EQ(listed(TaskView::to_sign, "berta"), 1U);
    EXPECT_EQ(listed(TaskView::to_sign, "carl"), 0U);
    EXPECT_TRUE(engine_->sign(task.id, "berta", true, ""));
    EXPECT_EQ(engine_->sign(task.id, "berta", true, "").error().reason, "task.not_asked_to_sign");
    EXPECT_EQ(engine_->sign(task.id, "carl", false, "").error().reason, "task.comment_missing");
    EXPECT_TRUE(engine_->sign(task.id, "carl", false, "not with me"));
    EXPECT_TRUE(engine_->complete(task.id, "anna", {.outcome = "go"}));
    const auto instance = look(id_);
    const auto& all = *(*instance.variables.find("made"))["signed"].array();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_TRUE(all[0]["agrees"].boolean_or(false));
    EXPECT_FALSE(all[1]["agrees"].boolean_or(true));
    EXPECT_EQ(all[1]["comment"].text_or(), "not with me");
    EXPECT_NE(kinds().find("not-signed:carl"), std::string::npos);
    const auto stored = book_->read([&](Snapshot& snapshot) {
        auto row = snapshot.query("select comment from process_signature where signer = 'carl'");
        row.next();
        return row.string(0);
    });
    EXPECT_EQ(stored.rfind("sealed:", 0), 0U);
}

TEST_F(HandingTest, SignersAskedTogetherSignInAnyOrder)
{
    const Task task = taken(anna_);
    ASSERT_TRUE(engine_->ask_to_sign(task.id, "anna", {berta_, carl_}, false, "see"));
    EXPECT_EQ(listed(TaskView::to_sign, "berta"), 1U);
    EXPECT_EQ(listed(TaskView::to_sign, "carl"), 1U);
    EXPECT_TRUE(engine_->sign(task.id, "carl", true, ""));
    EXPECT_EQ(engine_->complete(task.id, "anna", {.outcome = "go"}).error().reason,
              "task.signatures_missing")
        << "one is not enough";
    EXPECT_TRUE(engine_->sign(task.id, "berta", true, ""));
    EXPECT_TRUE(engine_->complete(task.id, "anna", {.outcome = "go"}));
    const auto instance = look(id_);
    EXPECT_EQ((*instance.variables.find("made"))["signed"].array()->size(), 2U);
}

TEST_F(HandingTest, ALookIsRecordedOnceForEachPerson)
{
    const Task task = staff_task(id_);
    for (const char* who : {"anna", "anna", "berta", "anna"}) {
        EXPECT_TRUE(engine_->seen(task.id, who));
    }
    const std::string all = kinds();
    EXPECT_NE(all.find("seen:anna seen:berta "), std::string::npos) << all;
    EXPECT_EQ(all.find("seen:anna"), all.rfind("seen:anna"));
}

TEST_F(HandingTest, AStandInTakesWhatIsAnothersByNameWhileHeIsAway)
{
    define(std::string{start} + variables_known +
           R"(<endEvent id="end"/><userTask id="only" yungui:actor="staff" yungui:task="t"
                yungui:candidates="&quot;berta&quot;"><extensionElements><yungui:outcome code="go"/></extensionElements></userTask>)" +
           flow("start", "init") + flow("init", "only") + flow("only", "end"));
    id_ = begin();
    const auto now = clock_.now();
    const auto as_anna = [&] {
        Worker worker = anna_;
        worker.stands_in_for = book_->read(
            [&](Snapshot& snapshot) { return engine_->stands_in_for(snapshot, "anna"); });
        return worker;
    };
    const auto task = staff_task(id_);
    EXPECT_EQ(engine_->claim(task.id, as_anna()).error().reason, "task.not_for_you");
    EXPECT_EQ(engine_->set_absence({"berta", "berta", now, now}).error().reason,
              "absence.stand_in_invalid");
    EXPECT_EQ(engine_->set_absence({"berta", "anna", now, now}).error().reason,
              "absence.dates_invalid");
    ASSERT_TRUE(engine_->set_absence(
        {"berta", "anna", base::after_seconds(now, 60), base::after_seconds(now, 120)}));
    EXPECT_EQ(engine_->claim(task.id, as_anna()).error().reason, "task.not_for_you") << "not yet";
    clock_.advance_seconds(61);
    EXPECT_TRUE(engine_->claim(task.id, as_anna()));
    EXPECT_TRUE(engine_->release(task.id, "anna"));
    clock_.advance_seconds(60);
    EXPECT_EQ(engine_->claim(task.id, as_anna()).error().reason, "task.not_for_you") << "back";
}

TEST_F(HandingTest, AStandInTakesOverWhatTheOtherHasTaken)
{
    const auto now = clock_.now();
    const auto as_anna = [&] {
        Worker worker = anna_;
        worker.stands_in_for = book_->read(
            [&](Snapshot& snapshot) { return engine_->stands_in_for(snapshot, "anna"); });
        return worker;
    };
    const Task task = taken(berta_);
    EXPECT_EQ(engine_->claim(task.id, as_anna()).error().reason, "task.already_claimed");
    ASSERT_TRUE(engine_->set_absence(
        {"berta", "anna", base::after_seconds(now, 60), base::after_seconds(now, 120)}));
    EXPECT_EQ(engine_->claim(task.id, as_anna()).error().reason, "task.already_claimed")
        << "berta is there still";
    clock_.advance_seconds(61);
    Worker unskilled = as_anna();
    unskilled.skills = {};
    unskilled.roles = {};
    EXPECT_EQ(engine_->claim(task.id, unskilled).error().reason, "task.not_for_you");
    ASSERT_TRUE(engine_->claim(task.id, as_anna()));
    EXPECT_EQ(staff_task(id_).claimed_by, "anna");
    EXPECT_EQ(engine_->complete(task.id, "berta", {.outcome = "go"}).error().reason,
              "task.already_claimed");
    ASSERT_TRUE(engine_->lend(task.id, "anna", berta_, "please"));
    Worker for_anna = carl_;
    for_anna.stands_in_for = {"anna", "berta"};
    EXPECT_EQ(engine_->claim(task.id, for_anna).error().reason, "task.already_claimed")
        << "what is lent goes back first";
}

TEST_F(HandingTest, WhatIsLentIsPreparedAndGivenBack)
{
    const Task task = taken(anna_);
    EXPECT_EQ(engine_->give_back(task.id, "anna", "").error().reason, "task.not_lent");
    EXPECT_EQ(engine_->lend(task.id, "anna", carl_, "please").error().reason, "task.not_for_them");
    EXPECT_EQ(engine_->lend(task.id, "anna", anna_, "please").error().reason, "task.not_for_them");
    EXPECT_EQ(engine_->lend(task.id, "anna", berta_, " ").error().reason, "task.reason_missing");
    ASSERT_TRUE(engine_->lend(task.id, "anna", berta_, "please prepare it"));
    EXPECT_EQ(listed(TaskView::lent, "anna"), 1U);
    EXPECT_EQ(listed(TaskView::mine, "berta"), 1U);
    EXPECT_EQ(listed(TaskView::mine, "anna"), 0U);
    EXPECT_EQ(engine_->complete(task.id, "berta", {.outcome = "go"}).error().reason, "task.lent");
    EXPECT_EQ(engine_->complete(task.id, "anna", {.outcome = "go"}).error().reason,
              "task.already_claimed");
    EXPECT_EQ(engine_->lend(task.id, "berta", anna_, "you").error().reason, "task.lent");
    EXPECT_EQ(engine_->release(task.id, "berta").error().reason, "task.lent");
    EXPECT_EQ(engine_->give_back(task.id, "carl", "").error().reason, "task.already_claimed");
    ASSERT_TRUE(engine_->give_back(task.id, "berta", "all is there"));
    EXPECT_EQ(listed(TaskView::lent, "anna"), 0U);
    ASSERT_TRUE(engine_->lend(task.id, "anna", berta_, "again"));
    ASSERT_TRUE(engine_->give_back(task.id, "anna", "")) << "its owner takes it back";
    ASSERT_TRUE(engine_->lend(task.id, "anna", berta_, "and again"));
    ASSERT_TRUE(engine_->release(task.id, "boss", true)) << "a supervisor frees it for all";
    ASSERT_TRUE(engine_->claim(task.id, anna_));
    EXPECT_TRUE(engine_->complete(task.id, "anna", {.outcome = "go"}));
    EXPECT_NE(kinds().find("lent:anna given-back:berta"), std::string::npos) << kinds();
}

}  // namespace
}  // namespace engine::process
