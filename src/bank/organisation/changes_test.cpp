// SPDX-License-Identifier: Apache-2.0
#include <bank/organisation/changes.h>

#include <bank/catalog/catalog.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>

namespace bank::organisation {
namespace {

class StaffChangesTest : public testing::Test {
protected:
    StaffChangesTest()
    {
        catalog::Findings findings;
        bank_ =
            catalog::load_bank(std::filesystem::path{YUNGUI_SOURCE_DIR} / "banks/demo", findings);
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        EXPECT_TRUE(book_->migrate(proposal::migrations()));
        EXPECT_TRUE(book_->migrate(migrations()));
        open(*bank_);
    }
    ~StaffChangesTest() override
    {
        changes_.reset();
        organisation_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open(const catalog::Bank& bank)
    {
        changes_.reset();
        organisation_ = std::make_unique<Organisation>(*book_, bank);
        EXPECT_TRUE(organisation_->load());
        changes_ = std::make_unique<StaffChanges>(*book_, bank, *organisation_);
    }
    Staff staff(std::string_view login) { return organisation_->known(login).value(); }
    base::Result<StaffChange> propose(std::string_view by, std::string_view login,
                                      const Post& after, std::string_view why = "a test")
    {
        return changes_->propose(staff(by), login, after, why, count());
    }
    base::Result<StaffChange> decide(std::string_view by, ChangeId id, bool confirm)
    {
        return changes_->decide(staff(by), id, confirm, "a test", count());
    }
    StaffChanges::Also count()
    {
        return [this](platform::sql::Transaction&, const StaffChange&) { ++recorded_; };
    }

    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("changes-test-" + std::to_string(getpid()));
    std::shared_ptr<const catalog::Bank> bank_;
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<Organisation> organisation_;
    std::unique_ptr<StaffChanges> changes_;
    int recorded_ = 0;
    const Post moved_{"P-YC-SQ", {"senior-teller"}, {"case-review"}, true};
};

TEST_F(StaffChangesTest, OneProposesAnotherConfirmsAndItCountsAtOnce)
{
    const auto times = organisation_->times_changed();
    const auto proposed = propose("yc.operations", "yc.teller2", moved_).value();
    EXPECT_EQ(staff("yc.teller2").unit, "P-YC-BT") << "it counts before it is confirmed";
    EXPECT_EQ(decide("yc.operations", proposed.id, true).error().reason, "proposal.same_person");
    EXPECT_EQ(decide("lw.operations", proposed.id, true).error().reason, "proposal.unknown");
    const auto confirmed = decide("group.admin", proposed.id, true).value();
    EXPECT_EQ(confirmed.state, proposal::State::confirmed);
    EXPECT_EQ(staff("yc.teller2").unit, "P-YC-SQ");
    EXPECT_EQ(staff("yc.teller2").roles, std::vector<std::string>{"senior-teller"});
    EXPECT_GT(organisation_->times_changed(), times);
    EXPECT_EQ(recorded_, 2);
    EXPECT_EQ(decide("group.admin", proposed.id, false).error().reason, "proposal.decided");
}

TEST_F(StaffChangesTest, NobodyChangesHisOwnPost)
{
    EXPECT_EQ(propose("yc.operations", "yc.operations", moved_).error().reason, "staff.own_change");
    const auto proposed = propose("group.admin", "yc.operations", moved_).value();
    EXPECT_EQ(decide("yc.operations", proposed.id, true).error().reason, "staff.own_change");
    EXPECT_EQ(decide("group.admin", proposed.id, false).value().state, proposal::State::refused)
        << "who proposed it takes it back";
}

TEST_F(StaffChangesTest, WhatMakesNoSenseIsRefused)
{
    const auto reason = [&](std::string_view login, const Post& post,
                            std::string_view why = "a test") {
        const auto result = propose("yc.operations", login, post, why);
        return result ? std::string_view{} : result.error().reason;
    };
    EXPECT_EQ(reason("nobody", moved_), "staff.unknown");
    EXPECT_EQ(reason("lw.teller1", moved_), "staff.unknown");
    EXPECT_EQ(reason("yc.teller1", moved_, "  "), "proposal.reason_missing");
    EXPECT_EQ(reason("yc.teller1", {"NOWHERE", {"teller"}, {}, true}), "staff.unit_unknown");
    EXPECT_EQ(reason("yc.teller1", {"P-LW-GT", {"teller"}, {}, true}), "staff.out_of_scope");
    EXPECT_EQ(reason("yc.teller1", {"P-YC", {"emperor"}, {}, true}), "staff.role_unknown");
    EXPECT_EQ(reason("yc.teller1", {"P-YC", {}, {"juggling"}, true}), "staff.skill_unknown");
    const auto same = staff("yc.teller1");
    EXPECT_EQ(reason("yc.teller1", {same.unit, same.roles, same.skills, true}),
              "staff.nothing_changes");
    ASSERT_EQ(reason("yc.teller1", moved_), "");
    EXPECT_EQ(reason("yc.teller1", moved_), "proposal.open");
}

TEST_F(StaffChangesTest, WhoLeftIsGoneUntilTheFolderSaysSomethingNew)
{
    Post left{"P-YC-BT", {"teller"}, {}, false};
    ASSERT_TRUE(
        decide("group.admin", propose("yc.operations", "yc.teller1", left).value().id, true));
    EXPECT_EQ(organisation_->by_login("yc.teller1").error().reason, "staff.unknown");
    open(*bank_);
    EXPECT_EQ(organisation_->by_login("yc.teller1").error().reason, "staff.unknown")
        << "a start forgets the change";
    catalog::Bank later = *bank_;
    for (auto& member : later.staff) {
        if (member.login == "yc.teller1") member.skills = {"branch-visit"};
    }
    open(later);
    EXPECT_TRUE(organisation_->by_login("yc.teller1"));
    changes_.reset();
    organisation_.reset();
}

TEST_F(StaffChangesTest, AnOutdatedChangeIsOnlyRefused)
{
    const auto first = propose("yc.operations", "yc.teller1", moved_).value();
    catalog::Bank later = *bank_;
    for (auto& member : later.staff) {
        if (member.login == "yc.teller1") member.skills = {"branch-visit"};
    }
    open(later);
    EXPECT_EQ(decide("group.admin", first.id, true).error().reason, "staff.change_outdated");
    EXPECT_TRUE(decide("group.admin", first.id, false));
    changes_.reset();
    organisation_.reset();
}

}  // namespace
}  // namespace bank::organisation
