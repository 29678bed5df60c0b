// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/catalog.h>
#include <bank/catalog/changes.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <algorithm>
#include <fstream>
#include <functional>

namespace bank::catalog {
namespace {

namespace fs = std::filesystem;

const fs::path source = fs::path{YUNGUI_SOURCE_DIR};

std::string read(const fs::path& file)
{
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// A bank with one small service, "paper-request@1".
class VersionsTest : public testing::Test {
protected:
    VersionsTest()
    {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        fs::copy(source / "banks/demo", bank_, fs::copy_options::recursive);
        fs::remove_all(bank_ / "services");
        fs::create_directories(bank_ / "services");
        fs::copy(source / "tests/data/services/paper-request", bank_ / "services/paper-request");
        house_ = platform::sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        EXPECT_TRUE(house_->migrate(migrations()));
        open();
    }
    ~VersionsTest() override
    {
        catalog_.reset();
        house_.reset();
        fs::remove_all(folder_);
    }

    void open()
    {
        Findings findings;
        catalog_.reset();
        catalog_ = Catalog::open(
            bank_, *house_,
            [this](const ServicePtr&, const auto&) {
                ++proofs_;
                if (during_proof_ != nullptr) during_proof_();
                return gate_;
            },
            findings);
        ASSERT_NE(catalog_, nullptr) << (findings.empty() ? "" : findings[0].message);
    }

    void replace(const std::string& file, const std::string& what, const std::string& with)
    {
        const fs::path path = bank_ / "services/paper-request" / file;
        std::string text = read(path);
        const auto at = text.find(what);
        ASSERT_NE(at, std::string::npos) << what;
        std::ofstream{path} << text.replace(at, what.size(), with);
    }

    /// What the folder would hold with that name for the service.
    std::map<std::string, std::string> files(const std::string& name)
    {
        std::map<std::string, std::string> all;
        for (const auto& entry : fs::directory_iterator{bank_ / "services/paper-request"})
            all[entry.path().filename()] = read(entry.path());
        auto& manifest = all["service.yaml"];
        const std::string was = "Ask for a paper receipt";
        manifest.replace(manifest.find(was), was.size(), name);
        return all;
    }
    std::string deploy(const std::string& name, const std::optional<Trial>& trial = {})
    {
        const auto done = catalog_->deploy("paper-request", files(name), trial).value();
        return done.deployed.empty() ? done.findings.at(0).message : done.deployed[0];
    }
    base::Result<ServicePtr> carry_out(const Release& release, const Catalog::Also& also = {})
    {
        TRY(catalog_->carry_out(release, also));
        return catalog_->service(release.service);
    }
    base::Result<ServicePtr> try_out(const Trial& trial, const Catalog::Also& also = {})
    {
        return carry_out({.service = "paper-request",
                          .act = Act::try_out,
                          .version = trial.version,
                          .trial = trial},
                         also);
    }
    int on_offer() const { return catalog_->service("paper-request")->version; }
    int version_for(const std::string& applicant, const std::string& institution = "yunchuan")
    {
        return catalog_->service_for("paper-request", institution, applicant)->version;
    }

    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    fs::path folder_ = fs::temp_directory_path() / ("versions-test-" + std::to_string(getpid()));
    fs::path bank_ = folder_ / "bank";
    std::unique_ptr<platform::sql::Book> house_;
    std::unique_ptr<Catalog> catalog_;
    Findings gate_;
    int proofs_ = 0;
    std::function<void()> during_proof_;
};

TEST_F(VersionsTest, WhatWasRolledBackStaysSoUntilTheFolderSaysSomethingNew)
{
    EXPECT_EQ(carry_out({.service = "paper-request", .act = Act::roll_back}).error().reason,
              "service.no_former_version");
    replace("service.yaml", "Ask for a paper receipt", "Paper");
    EXPECT_EQ(catalog_->reload().deployed, std::vector<std::string>{"paper-request@2"});
    const int proofs = proofs_;
    EXPECT_EQ(carry_out({.service = "paper-request", .act = Act::roll_back}).value()->version, 1);
    EXPECT_EQ(on_offer(), 1);
    EXPECT_EQ(proofs_, proofs) << "it has passed its scenario before";
    EXPECT_EQ(catalog_->search("ask for a paper receipt").at(0).service->version, 1);
    EXPECT_TRUE(catalog_->reload().deployed.empty());
    open();
    EXPECT_EQ(on_offer(), 1) << "a restart does not bring it back";

    replace("service.yaml", "Paper", "Paper and ink");
    EXPECT_EQ(catalog_->reload().deployed, std::vector<std::string>{"paper-request@3"});
    EXPECT_EQ(carry_out({.service = "paper-request", .version = 2}).value()->version, 2);
    EXPECT_EQ(carry_out({.service = "paper-request", .act = Act::roll_back}).value()->version, 1);
    EXPECT_EQ(carry_out({.service = "paper-request", .version = 9}).error().reason,
              "service.version_unknown");
    EXPECT_EQ(carry_out({.service = "nothing", .version = 1}).error().reason, "service.unknown");
    EXPECT_EQ(carry_out({.service = "nothing", .act = Act::roll_back}).error().reason,
              "service.unknown");
}

TEST_F(VersionsTest, FilesFromElsewhereAreProvenAndOutliveTheFolder)
{
    EXPECT_EQ(deploy("Paper"), "paper-request@2");
    EXPECT_EQ(on_offer(), 2);
    open();
    EXPECT_EQ(on_offer(), 2);
    EXPECT_EQ(deploy("Paper"), "paper-request@2") << "the same again is the same version";
    EXPECT_EQ(deploy("Ask for a paper receipt"), "paper-request@1");

    gate_ = {{"scenario.yaml", 4, "does not hold"}};
    EXPECT_EQ(deploy("Other"), "does not hold");
    gate_.clear();
    auto some = files("Other");
    some["../../etc/passwd"] = "x";
    EXPECT_EQ(catalog_->deploy("paper-request", some, {}).value().findings.at(0).message,
              "does not belong in a service's folder");
    some = files("Other");
    some.erase("form.json");
    EXPECT_EQ(catalog_->deploy("paper-request", some, {}).value().findings.at(0).message,
              "is missing");
    for (const auto& [attribute, said] :
         {std::pair{R"(yungui:level="parish")", "there is no level \"parish\""},
          std::pair{R"(yungui:skill="magic")", "there is no skill \"magic\""},
          std::pair{R"(yungui:role="wizard")", "there is no role \"wizard\""}}) {
        some = files("Other");
        auto& process = some["process.bpmn"];
        process.insert(process.find("yungui:task=\"print\""), std::string{attribute} + " ");
        const auto found = catalog_->deploy("paper-request", some, {}).value().findings;
        ASSERT_FALSE(found.empty()) << attribute;
        EXPECT_NE(found.at(0).message.find(said), std::string::npos) << found.at(0).message;
    }
    EXPECT_FALSE(catalog_->deploy("../x", files("Other"), {}).value().findings.empty());
    EXPECT_EQ(on_offer(), 1);

    auto other = files("Elsewhere");
    auto& manifest = other["service.yaml"];
    manifest.replace(manifest.find("code: paper-request"), 19, "code: paper-other");
    EXPECT_EQ(catalog_->deploy("paper-other", other, {}).value().deployed.at(0), "paper-other@1");
    EXPECT_TRUE(catalog_->reload().removed.empty()) << "it was never in the folder";
    fs::remove_all(bank_ / "services/paper-request");
    EXPECT_EQ(catalog_->reload().removed, std::vector<std::string>{"paper-request"});
    EXPECT_NE(catalog_->service("paper-other"), nullptr);
}

TEST_F(VersionsTest, ATrialIsForTheSamePeopleEachTimeAndGrows)
{
    EXPECT_EQ(deploy("Paper", Trial{.institutions = {"yunchuan"}, .percent = 20}),
              "paper-request@2");
    EXPECT_EQ(on_offer(), 1);
    std::vector<std::string> chosen;
    for (int i = 0; i < 2000; ++i) {
        const std::string who = "customer-" + std::to_string(i);
        if (version_for(who) == 2) chosen.push_back(who);
        EXPECT_EQ(version_for(who, "lanwan"), 1);
    }
    EXPECT_GT(chosen.size(), 320u);
    EXPECT_LT(chosen.size(), 480u);
    EXPECT_EQ(version_for(""), 1) << "what starts by itself waits for all of them";
    open();
    for (const auto& who : chosen) EXPECT_EQ(version_for(who), 2);
    EXPECT_TRUE(try_out({.version = 2, .percent = 50}));
    for (const auto& who : chosen) {
        EXPECT_EQ(version_for(who), 2);
        EXPECT_EQ(version_for(who, "lanwan"), 2);
    }
    EXPECT_TRUE(try_out({.version = 2, .institutions = {"lanwan"}}));
    EXPECT_EQ(version_for("", "lanwan"), 2);
    EXPECT_EQ(version_for("", "yunchuan"), 1);
    EXPECT_TRUE(carry_out({.service = "paper-request", .act = Act::end_trial}));
    EXPECT_EQ(version_for(chosen[0]), 1);

    EXPECT_EQ(carry_out({.service = "paper-request", .act = Act::end_trial}).error().reason,
              "service.no_trial");
    const auto refusal = [&](const Trial& trial) { return try_out(trial).error().reason; };
    EXPECT_EQ(refusal({.version = 1}), "service.trial_is_on_offer");
    EXPECT_EQ(refusal({.version = 2, .percent = 0}), "service.trial_share");
    EXPECT_EQ(refusal({.version = 2, .percent = 101}), "service.trial_share");
    EXPECT_EQ(refusal({.version = 2, .institutions = {"nowhere"}}), "service.institution_unknown");
    EXPECT_EQ(refusal({.version = 7}), "service.version_unknown");

    const auto stored = catalog_->deployments("paper-request").size();
    const auto served = catalog_->service("paper-request")->name.at("en");
    EXPECT_EQ(deploy(served, Trial{.percent = 20}),
              "everybody has that version already; there is nothing to try");
    EXPECT_EQ(catalog_->deployments("paper-request").size(), stored);
}

TEST_F(VersionsTest, ScenariosRunWhileOthersChangeVersions)
{
    deploy("second");
    bool rolled_back = false;
    during_proof_ = [&] {
        rolled_back = carry_out({.service = "paper-request", .act = Act::roll_back}).has_value();
    };
    EXPECT_EQ(deploy("third"), "paper-request@3");
    EXPECT_TRUE(rolled_back) << "it would wait for ever, were the proof under the lock";
}

TEST_F(VersionsTest, AVersionThatIsTakenAwayLeavesTheOneBefore)
{
    EXPECT_EQ(
        carry_out({.service = "paper-request", .act = Act::withdraw, .version = 1}).error().reason,
        "service.no_former_version");
    (void)deploy("Two");
    (void)deploy("Three");
    EXPECT_TRUE(carry_out({.service = "paper-request", .act = Act::withdraw, .version = 2}));
    EXPECT_EQ(on_offer(), 3);
    EXPECT_EQ(carry_out({.service = "paper-request", .act = Act::withdraw, .version = 3})
                  .value()
                  ->version,
              1);
    EXPECT_EQ(on_offer(), 1);
    EXPECT_EQ(carry_out({.service = "paper-request", .version = 2}).error().reason,
              "service.version_withdrawn");
    EXPECT_EQ(
        carry_out({.service = "paper-request", .act = Act::withdraw, .version = 2}).error().reason,
        "service.version_withdrawn");
    EXPECT_EQ(
        carry_out({.service = "paper-request", .act = Act::withdraw, .version = 8}).error().reason,
        "service.version_unknown");
    EXPECT_NE(catalog_->version("paper-request@3"), nullptr) << "what runs on it goes on";
    EXPECT_EQ(deploy("Three"), "paper-request@3") << "deployed again it is back";
    const auto all = catalog_->deployments("paper-request");
    ASSERT_EQ(all.size(), 3u);
    EXPECT_TRUE(all[1].withdrawn);
    EXPECT_TRUE(all[2].on_offer && !all[2].withdrawn);
}

TEST_F(VersionsTest, WhatSomebodyDidIsWrittenWithIt)
{
    (void)deploy("Two");
    std::vector<std::string> told;
    const auto also = [&](platform::sql::Transaction&,
                          const std::string& version) -> base::Result<void> {
        told.push_back(version);
        return {};
    };
    EXPECT_TRUE(carry_out({.service = "paper-request", .act = Act::roll_back}, also));
    EXPECT_TRUE(try_out({.version = 2}, also));
    EXPECT_TRUE(carry_out({.service = "paper-request", .version = 2}, also));
    EXPECT_EQ(told,
              (std::vector<std::string>{"paper-request@1", "paper-request@2", "paper-request@2"}));
}

TEST_F(VersionsTest, WhatIsKeptIsForNobodyUntilItIsOffered)
{
    std::vector<std::string> told;
    const Catalog::Also also = [&](platform::sql::Transaction&,
                                   const std::string& version) -> base::Result<void> {
        told.push_back(version);
        return {};
    };
    const auto before = catalog_->standing("paper-request");
    const auto keep = [&](const std::string& name) {
        return catalog_->deploy("paper-request", files(name), {}, also, Catalog::For::nobody);
    };
    EXPECT_EQ(keep("Two").value().deployed, std::vector<std::string>{"paper-request@2"});
    replace("service.yaml", "Ask for a paper receipt", "Three");
    EXPECT_EQ(catalog_->reload(also).deployed, std::vector<std::string>{"paper-request@3"});
    EXPECT_TRUE(catalog_->reload(also).deployed.empty()) << "it was taken in before";
    EXPECT_EQ(told, (std::vector<std::string>{"paper-request@2", "paper-request@3"}));
    EXPECT_EQ(on_offer(), 1);
    EXPECT_EQ(catalog_->standing("paper-request"), before);
    EXPECT_TRUE(carry_out({.service = "paper-request", .version = 3}));
    EXPECT_EQ(carry_out({.service = "paper-request", .act = Act::roll_back}).value()->version, 1)
        << "nobody ever got 2";
    fs::remove_all(bank_ / "services/paper-request");
    EXPECT_EQ(catalog_->reload(also).removed, std::vector<std::string>{"paper-request"});
    EXPECT_EQ(on_offer(), 1) << "it is only named";
}

TEST_F(VersionsTest, ARefusalUndoesTheRelease)
{
    (void)deploy("Two");
    const Catalog::Also refuse = [](platform::sql::Transaction&,
                                    const std::string&) -> base::Result<void> {
        return base::conflict("test.refused", "No.");
    };
    const Release back{.service = "paper-request", .act = Act::roll_back};
    EXPECT_EQ(carry_out(back, refuse).error().reason, "test.refused");
    EXPECT_EQ(catalog_->deploy("paper-request", files("Three"), {}, refuse).error().reason,
              "test.refused");
    EXPECT_EQ(on_offer(), 2);
    EXPECT_EQ(catalog_->deployments("paper-request").size(), 2u);
    EXPECT_EQ(catalog_->carry_out(back, {}, "1").error().reason, "service.release_overtaken");
    EXPECT_TRUE(catalog_->carry_out(back, {}, catalog_->standing("paper-request")));
    EXPECT_EQ(on_offer(), 1);
}

TEST_F(VersionsTest, DifferencesAreSaidInWords)
{
    const auto before = catalog_->service("paper-request");
    replace("process.bpmn", "who = \"person\"", "who = \"somebody\"");
    replace("process.bpmn", "<exclusiveGateway id=\"g\"",
            "<manualTask id=\"stamp\" name=\"Stamp it\"/>\n  <exclusiveGateway id=\"g\"");
    replace("process.bpmn", "sourceRef=\"who\" targetRef=\"g\"/>",
            "sourceRef=\"who\" targetRef=\"stamp\"/><sequenceFlow id=\"f9\" sourceRef=\"stamp\" "
            "targetRef=\"g\"/>");
    replace("copies.dmn", "<rule id=\"r2\">",
            "<rule id=\"r9\"><inputEntry><text>0</text></inputEntry>"
            "<outputEntry><text>\"nobody\"</text></outputEntry></rule><rule id=\"r2\">");
    replace("copies.dmn", "&lt;= 3", "[1..3]");
    replace("form.json", "\"maximum\": 99", "\"maximum\": 9");
    replace("form.json", "{\"name\": \"copies\"",
            "{\"name\": \"note\", \"label\": {\"zh\": \"备注\", \"en\": \"Note\"}, \"input\": "
            "\"text\"}, {\"name\": \"copies\"");
    replace("form.json", "\"properties\": {",
            "\"properties\": {\"note\": {\"type\": \"string\"}, ");
    replace("messages.yaml", "en: Posted}}\npages", "en: Sent}}\npages");
    replace("phrases.txt", "打印回单", "打印凭证");
    const auto reloaded = catalog_->reload();
    ASSERT_EQ(reloaded.deployed.size(), 1u)
        << (reloaded.findings.empty() ? "" : reloaded.findings[0].message);
    const auto all = changes(*before, *catalog_->service("paper-request"));
    const auto said = [&](std::string_view language) {
        std::string text;
        for (const auto& each : all)
            text += std::string{base::in_language(each.text, language)} + "\n";
        return text;
    };
    for (const char* line :
         {"Way “f5” was changed (process.bpmn): ", "Step “Stamp it” was added (process.bpmn)",
          "Way “f9” was added (process.bpmn)",
          "Rule “who prints/t #2” was added (copies.dmn): 0 → \"nobody\"",
          "Rule “who prints/t #1” was changed (copies.dmn): from “<= 3 → \"machine\"” to “[1..3] "
          "→ \"machine\"”",
          "Field “sections/ask/fields/note” was added (form.json)",
          "maximum” was changed (form.json): from “99” to “9”",
          "Entry “messages/ready/text/en” was changed (messages.yaml): from “Posted” to “Sent”",
          "Phrase “打印回单” was removed (phrases.txt)",
          "Phrase “打印凭证” was added (phrases.txt)"}) {
        EXPECT_NE(said("en").find(line), std::string::npos) << line << "\n" << said("en");
    }
    EXPECT_NE(said("zh").find("新增流程步骤“Stamp it”（process.bpmn）"), std::string::npos)
        << said("zh");
    EXPECT_EQ(std::count_if(all.begin(), all.end(),
                            [](const Change& each) { return each.element == "stamp"; }),
              1);
    EXPECT_TRUE(changes(*before, *before).empty());
}

}  // namespace
}  // namespace bank::catalog
