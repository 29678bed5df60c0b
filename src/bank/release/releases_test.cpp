// SPDX-License-Identifier: Apache-2.0
#include <bank/release/releases.h>

#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace bank::release {
namespace {

namespace fs = std::filesystem;
using catalog::Act;
using proposal::State;

constexpr const char* code = "paper-request";

class ReleasesTest : public testing::Test {
protected:
    ReleasesTest()
    {
        const fs::path source = YUNGUI_SOURCE_DIR;
        fs::remove_all(folder_);
        fs::create_directories(bank_);
        fs::copy(source / "banks/demo", bank_, fs::copy_options::recursive);
        fs::remove_all(bank_ / "services");
        fs::create_directories(bank_ / "services");
        fs::copy(source / "tests/data/services" / code, bank_ / "services" / code,
                 fs::copy_options::recursive);
        house_ = platform::sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        EXPECT_TRUE(house_->migrate(proposal::migrations()));
        EXPECT_TRUE(house_->migrate(catalog::migrations()));
        catalog::Findings findings;
        catalog_ = catalog::Catalog::open(bank_, *house_, {}, findings);
        EXPECT_NE(catalog_, nullptr) << (findings.empty() ? "" : findings[0].message);
        releases_ = std::make_unique<Releases>(*house_, *catalog_);
    }
    ~ReleasesTest() override
    {
        releases_.reset();
        catalog_.reset();
        house_.reset();
        fs::remove_all(folder_);
    }

    std::map<std::string, std::string> files(const std::string& name)
    {
        std::map<std::string, std::string> all;
        for (const auto& entry : fs::directory_iterator{bank_ / "services" / code}) {
            std::ostringstream text;
            text << std::ifstream{entry.path()}.rdbuf();
            all[entry.path().filename()] = text.str();
        }
        auto& manifest = all["service.yaml"];
        const std::string was = "Ask for a paper receipt";
        manifest.replace(manifest.find(was), was.size(), name);
        return all;
    }
    /// What is proposed by deploying.
    ReleaseId deploy(const std::string& name, const std::optional<catalog::Trial>& trial = {})
    {
        const auto done = releases_->deploy("ann", code, files(name), trial, "new", count());
        EXPECT_TRUE(done) << done.error().reason;
        return releases_->latest(code).at(0).proposal.id;
    }
    base::Result<ProposedRelease> decide(ReleaseId id, const std::string& by, bool confirm = true,
                                         const std::string& comment = "seen")
    {
        return releases_->decide(code, id, {.by = by, .confirm = confirm, .comment = comment},
                                 count());
    }
    base::Result<ProposedRelease> propose(const catalog::Release& release,
                                          const std::string& why = "why")
    {
        return releases_->propose("ann", release, why, count());
    }
    base::Result<ProposedRelease> alone(const std::string& by, Act act)
    {
        return releases_->do_alone(by, {.service = code, .act = act}, "it is broken", count());
    }
    Releases::Also count()
    {
        return [this](platform::sql::Transaction&, const ProposedRelease&) { ++recorded_; };
    }
    int on_offer() const { return catalog_->service(code)->version; }
    ProposedRelease latest() const { return releases_->latest(code).at(0); }

    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    fs::path folder_ = fs::temp_directory_path() / ("releases-test-" + std::to_string(getpid()));
    fs::path bank_ = folder_ / "bank";
    std::unique_ptr<platform::sql::Book> house_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<Releases> releases_;
    int recorded_ = 0;
};

TEST_F(ReleasesTest, WhatOneDeploysIsForNobodyUntilAnotherConfirms)
{
    const auto id = deploy("Two");
    EXPECT_EQ(on_offer(), 1);
    EXPECT_EQ(decide(id, "ann").error().reason, "proposal.same_person");
    EXPECT_EQ(recorded_, 1) << "nothing is recorded that did not happen";
    const auto done = decide(id, "bob").value();
    EXPECT_EQ(done.proposal.state, State::confirmed);
    EXPECT_EQ(done.proposal.decided_by, "bob");
    EXPECT_EQ(on_offer(), 2);
    EXPECT_EQ(recorded_, 2);
    EXPECT_EQ(decide(id, "bob").error().reason, "proposal.decided");
    EXPECT_EQ(releases_->decide("other", deploy("Three"), {.by = "bob", .confirm = true}, count())
                  .error()
                  .reason,
              "proposal.unknown");
}

TEST_F(ReleasesTest, RefusedItSaysWhyAndStaysForNobody)
{
    const auto id = deploy("Two");
    EXPECT_EQ(decide(id, "bob", false, " ").error().reason, "proposal.reason_missing");
    EXPECT_EQ(decide(id, "bob", false, "spelling").value().proposal.comment, "spelling");
    EXPECT_EQ(on_offer(), 1);
    EXPECT_EQ(decide(id, "bob").error().reason, "proposal.decided");
    EXPECT_TRUE(propose({.service = code, .version = 2})) << "it may be proposed again";
    EXPECT_EQ(decide(latest().proposal.id, "ann", false, "").value().proposal.state, State::refused)
        << "who proposed it takes it back, and need not say why";
}

TEST_F(ReleasesTest, OneWaitsForAService)
{
    deploy("Two");
    EXPECT_EQ(releases_->deploy("bob", code, files("Three"), {}, "why", count()).error().reason,
              "proposal.open");
    EXPECT_EQ(catalog_->deployments(code).size(), 2u) << "what was refused is not kept";
    EXPECT_EQ(propose({.service = code, .version = 2}).error().reason, "proposal.open");
}

TEST_F(ReleasesTest, WhatCannotBeDoneIsNotProposed)
{
    EXPECT_EQ(propose({.service = code, .version = 1}).error().reason, "service.on_offer_already");
    EXPECT_EQ(propose({.service = code, .version = 7}).error().reason, "service.version_unknown");
    EXPECT_EQ(propose({.service = "none", .version = 1}).error().reason, "service.unknown");
    EXPECT_EQ(propose({.service = code, .act = Act::roll_back}).error().reason,
              "service.no_former_version");
    EXPECT_EQ(propose({.service = code, .act = Act::end_trial}).error().reason, "service.no_trial");
    EXPECT_EQ(propose({.service = code, .act = Act::remove}, "\n").error().reason,
              "proposal.reason_missing");
    EXPECT_EQ(recorded_, 0);
    EXPECT_TRUE(releases_->latest(code).empty());
}

TEST_F(ReleasesTest, ATrialIsBegunAndEndedByTwo)
{
    const auto id = deploy("Two", catalog::Trial{.institutions = {"lanwan"}, .percent = 30});
    EXPECT_EQ(latest().release.trial.percent, 30);
    EXPECT_EQ(catalog_->standing(code), "1");
    EXPECT_TRUE(decide(id, "bob"));
    EXPECT_EQ(catalog_->standing(code), "1 trial 2 30% lanwan");
    EXPECT_TRUE(propose({.service = code, .act = Act::end_trial}));
    EXPECT_TRUE(decide(latest().proposal.id, "bob"));
    EXPECT_EQ(catalog_->standing(code), "1");
}

TEST_F(ReleasesTest, RolledBackAloneItIsConfirmedAfterwards)
{
    ASSERT_TRUE(decide(deploy("Two"), "bob"));
    ASSERT_TRUE(decide(deploy("Three"), "bob"));
    deploy("Four");
    EXPECT_EQ(alone("ann", Act::withdraw).error().reason, "release.not_alone");
    const auto done = alone("ann", Act::roll_back).value();
    EXPECT_EQ(on_offer(), 2);
    EXPECT_TRUE(done.proposal.alone);
    EXPECT_EQ(done.release.version, 2);
    EXPECT_EQ(done.proposal.state, State::proposed);
    const auto before = releases_->latest(code).at(1);
    EXPECT_EQ(before.proposal.state, State::overtaken);
    EXPECT_EQ(before.proposal.comment, "it is broken");

    EXPECT_EQ(alone("bob", Act::roll_back).error().reason, "proposal.open");
    EXPECT_EQ(on_offer(), 2) << "what is refused is undone";
    EXPECT_EQ(decide(done.proposal.id, "ann").error().reason, "proposal.same_person");
    EXPECT_EQ(decide(done.proposal.id, "ann", false).error().reason, "proposal.same_person");
    EXPECT_TRUE(propose({.service = code, .version = 4})) << "the way ahead is not barred";
    EXPECT_TRUE(decide(done.proposal.id, "bob"));
    EXPECT_EQ(on_offer(), 2);
    EXPECT_TRUE(alone("ann", Act::roll_back));
    EXPECT_EQ(on_offer(), 1);
    EXPECT_EQ(decide(latest().proposal.id, "bob", false, "was not needed").value().proposal.state,
              State::refused);
}

TEST_F(ReleasesTest, WhatWasJudgedAgainstSomethingElseIsOvertaken)
{
    ASSERT_TRUE(decide(deploy("Two"), "bob"));
    const auto id = deploy("Three");
    ASSERT_TRUE(catalog_->carry_out({.service = code, .version = 1})) << "by the folder, say";
    EXPECT_TRUE(latest().overtaken);
    EXPECT_EQ(decide(id, "bob").error().reason, "service.release_overtaken");
    EXPECT_EQ(on_offer(), 1);
    EXPECT_TRUE(propose({.service = code, .version = 3}, "again"));
    const auto all = releases_->latest(code);
    EXPECT_EQ(all.at(1).proposal.state, State::overtaken);
    EXPECT_FALSE(all.at(0).overtaken);
    EXPECT_TRUE(decide(all.at(0).proposal.id, "bob"));
    EXPECT_EQ(on_offer(), 3);
}

TEST_F(ReleasesTest, WhatTheFolderSaysIsProposed)
{
    const auto two = files("Two")["service.yaml"];
    std::ofstream{bank_ / "services" / code / "service.yaml"} << two;
    EXPECT_EQ(releases_->reload("ann", "read", count()).deployed,
              std::vector<std::string>{"paper-request@2"});
    EXPECT_EQ(on_offer(), 1);
    EXPECT_TRUE(decide(latest().proposal.id, "bob"));
    EXPECT_EQ(on_offer(), 2);
    fs::remove_all(bank_ / "services" / code);
    EXPECT_EQ(releases_->reload("ann", "read", count()).removed, std::vector<std::string>{code});
    EXPECT_EQ(releases_->reload("ann", "read", count()).findings.size(), 1u) << "it waits already";
    EXPECT_TRUE(decide(latest().proposal.id, "bob"));
    EXPECT_EQ(catalog_->service(code), nullptr);
}

}  // namespace
}  // namespace bank::release
