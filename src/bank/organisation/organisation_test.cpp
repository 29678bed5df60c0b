// SPDX-License-Identifier: Apache-2.0
#include <bank/organisation/organisation.h>
#include <bank/proposal/proposals.h>

#include <bank/catalog/catalog.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>

namespace bank::organisation {
namespace {

class OrganisationTest : public testing::Test {
protected:
    OrganisationTest()
    {
        catalog::Findings findings;
        bank_ =
            catalog::load_bank(std::filesystem::path{YUNGUI_SOURCE_DIR} / "banks/demo", findings);
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        EXPECT_TRUE(book_->migrate(proposal::migrations()));
        EXPECT_TRUE(book_->migrate(migrations()));
        organisation_ = std::make_unique<Organisation>(*book_, *bank_);
        EXPECT_TRUE(organisation_->load());
    }
    ~OrganisationTest() override
    {
        organisation_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }
    Staff staff(std::string_view login) { return organisation_->by_login(login).value(); }

    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("organisation-test-" + std::to_string(getpid()));
    std::shared_ptr<const catalog::Bank> bank_;
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<Organisation> organisation_;
};

TEST_F(OrganisationTest, LoadingTwiceKeepsIds)
{
    const auto before = staff("yc.teller1");
    ASSERT_TRUE(organisation_->load());
    EXPECT_EQ(staff("yc.teller1").id, before.id);
    EXPECT_EQ(organisation_->by_id(before.id).value().login, "yc.teller1");
    EXPECT_EQ(organisation_->by_login("nobody").error().reason, "staff.unknown");
}

TEST_F(OrganisationTest, NobodySeesAnotherInstitution)
{
    struct Row {
        const char* login;
        bool yunchuan;
        bool lanwan;
        bool qingxi;
    };
    const Row rows[] = {
        {"yc.teller1", true, false, false}, {"lw.manager", false, true, false},
        {"qx.manager", false, false, true}, {"group.audit", true, true, true},
        {"group.admin", true, true, true},
    };
    for (const Row& row : rows) {
        const Staff who = staff(row.login);
        EXPECT_EQ(organisation_->sees_institution(who, "yunchuan"), row.yunchuan) << row.login;
        EXPECT_EQ(organisation_->sees_institution(who, "lanwan"), row.lanwan) << row.login;
        EXPECT_EQ(organisation_->sees_institution(who, "qingxi"), row.qingxi) << row.login;
    }
    EXPECT_EQ(organisation_->check(staff("yc.teller1"), "task.work", "lanwan").error().reason,
              "staff.out_of_scope");
    EXPECT_EQ(organisation_->check(staff("group.audit"), "task.work", "lanwan").error().reason,
              "staff.not_permitted");
    EXPECT_TRUE(organisation_->check(staff("yc.teller1"), "task.work", "yunchuan"));
}

TEST_F(OrganisationTest, AUnitsScopeGoesDownTheTreeOnly)
{
    const Staff manager = staff("yc.relations");  // Of one outlet, scope unit.
    EXPECT_TRUE(organisation_->sees_unit(manager, "P-YC-BT-NG"));
    EXPECT_TRUE(organisation_->sees_unit(manager, "P-YC-BT-NG-01"));
    EXPECT_FALSE(organisation_->sees_unit(manager, "P-YC-BT"));
    EXPECT_FALSE(organisation_->sees_unit(manager, "P-YC-BT-HZ"));
    EXPECT_FALSE(organisation_->sees_unit(manager, "P-LW-GT"));
    EXPECT_FALSE(organisation_->sees_unit(manager, "no-such-unit"));
}

TEST_F(OrganisationTest, APersonWorksAtALevelAndForTheUnitsBelow)
{
    EXPECT_EQ(organisation_->level_of(staff("yc.relations")), "town");
    EXPECT_EQ(organisation_->level_of(staff("yc.teller1")), "county");
    EXPECT_EQ(organisation_->level_of(staff("yc.compliance")), "city");
    EXPECT_EQ(organisation_->level_of(staff("group.audit")), "province");
    const auto units = organisation_->units_of(staff("yc.relations"));
    EXPECT_EQ(units, (std::vector<std::string>{"P-YC-BT-NG", "P-YC-BT-NG-01", "P-YC-BT-NG-02"}));
    Staff nowhere = staff("yc.relations");
    nowhere.unit = "no-such-unit";
    EXPECT_EQ(organisation_->level_of(nowhere), "");
    EXPECT_TRUE(organisation_->units_of(nowhere).empty());
}

TEST_F(OrganisationTest, TheTreeHasFiveLevelsAndIsCutToWhatOneSees)
{
    const auto whole = organisation_->tree(staff("group.audit"));
    ASSERT_EQ(whole.size(), 1u);
    int depth = 1;
    for (const UnitNode* at = &whole[0]; !at->children.empty(); at = &at->children[0]) ++depth;
    EXPECT_EQ(depth, 5);
    EXPECT_EQ(whole[0].children.size(), 3u);
    const auto cut = organisation_->tree(staff("lw.teller1"));
    ASSERT_EQ(cut.size(), 1u);
    ASSERT_EQ(cut[0].children.size(), 1u);
    EXPECT_EQ(cut[0].children[0].unit.code, "P-LW");
    EXPECT_TRUE(cut[0].staff.empty()) << "above one's scope only the way is shown";
}

TEST_F(OrganisationTest, LimitsHold)
{
    EXPECT_TRUE(organisation_->check_limit(staff("yc.teller1"), {5'000'000, {"CNY", 2}}));
    EXPECT_EQ(
        organisation_->check_limit(staff("yc.teller1"), {5'000'001, {"CNY", 2}}).error().reason,
        "staff.over_limit");
}

}  // namespace
}  // namespace bank::organisation
