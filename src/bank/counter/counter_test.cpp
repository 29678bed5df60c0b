// SPDX-License-Identifier: Apache-2.0
#include <bank/counter/counter.h>
#include <bank/counter/scenario.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <fstream>

namespace bank::counter {
namespace {

namespace fs = std::filesystem;
namespace json = platform::json;
using engine::process::OperationCall;

const fs::path demo = fs::path{YUNGUI_SOURCE_DIR} / "banks/demo";

std::string text_of(const catalog::Findings& findings)
{
    std::string text;
    for (const auto& finding : findings) text += platform::config::to_string(finding) + "\n";
    return text;
}

/// Another service altogether: one question, a table, a task.
const fs::path paper_request = fs::path{YUNGUI_SOURCE_DIR} / "tests/data/services/paper-request";

std::string text_of(const fs::path& file)
{
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

class PlainSealer final : public engine::process::Sealer {
public:
    std::string seal(std::string_view, std::string_view plain) override
    {
        return std::string{plain};
    }
    base::Result<std::string> open(std::string_view, std::string_view sealed) override
    {
        return std::string{sealed};
    }
};

class CounterTest : public testing::Test {
protected:
    CounterTest()
    {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        fs::copy(demo, bank_, fs::copy_options::recursive);
        // One service is enough here; tools/test/scenarios.py holds all of them.
        for (const auto& service : fs::directory_iterator{demo / "services"}) {
            const auto name = service.path().filename();
            if (name != "account-opening") fs::remove_all(bank_ / "services" / name);
        }
        house_ = platform::sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        EXPECT_TRUE(house_->migrate(catalog::migrations()));
        catalog::Findings findings;
        catalog_ = catalog::Catalog::open(bank_, *house_, run_scenarios, findings);
        EXPECT_NE(catalog_, nullptr) << text_of(findings);
        operations();
        open();
        EXPECT_TRUE(book_->migrate(engine::process::migrations()));
        EXPECT_TRUE(book_->migrate(migrations()));
    }
    ~CounterTest() override
    {
        close();
        catalog_.reset();
        house_.reset();
        fs::remove_all(folder_);
    }

    void open()
    {
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 1});
        counter_ = std::make_unique<Counter>(*book_, *catalog_, "yunchuan", operations_, sealer_,
                                             [this](const CaseChange&) { ++changes_; });
    }
    void close()
    {
        counter_.reset();
        book_.reset();
    }

    void operations()
    {
        const auto answer = [this](const std::string& name, const char* text) {
            operations_.add(
                name, [this, name, value = json::parse(text).value()](const OperationCall&) {
                    ++calls_[name];
                    const auto said = says_.find(name);
                    return base::Result<json::Value>{said == says_.end() ? value : said->second};
                });
        };
        answer("identity.check-card", R"({"status":"ok","age":36,"edited":[]})");
        answer("identity.check-face", R"({"status":"ok","similarity":0.9,"threshold":0.5})");
        answer("risk.screen", R"({"status":"clear"})");
        answer("account.check-class-limit", R"({"allowed":true})");
        answer("account.open", R"({"id":"1S0KQ8Z0M0009","number":"9901010000000015"})");
        answer("authentication.has-password", R"({"set":true})");
        answer("message.send", "{}");
        operations_.add(
            "partner.ask", [this](const OperationCall& call) -> base::Result<json::Value> {
                asked_.push_back(std::string{call.arguments.find("correlation")->text_or()});
                return json::Value{json::Object{}};
            });
    }

    void partners_answer(const char* text = R"({"status":"match"})")
    {
        auto asked = std::move(asked_);
        asked_.clear();
        for (const auto& correlation : asked) {
            EXPECT_TRUE(counter_->engine().deliver("partner.reply", correlation,
                                                   json::parse(text).value()));
        }
    }

    json::Object data(const std::string& section)
    {
        const auto& scenario = catalog_->service("account-opening")->scenario;
        return *scenario.find("given")->find("data")->find(section)->to_json().object();
    }

    Submission submit(CaseId id, const std::string& section)
    {
        auto taken = counter_->submit(id, "anna", section, data(section));
        partners_answer();
        return taken;
    }

    CaseView view(CaseId id) { return counter_->view(id, "anna").value(); }

    /// A case of anna's in which she has agreed to what comes.
    CaseId begun()
    {
        const auto id = counter_->start("account-opening", {"anna", {}}).value().id;
        EXPECT_FALSE(submit(id, "consent").error);
        return id;
    }

    CaseId until_review()
    {
        says_["identity.check-card"] =
            json::parse(R"({"status":"ok","age":80,"edited":["address"]})").value();
        const auto id = counter_->start("account-opening", {"anna", {}}).value().id;
        for (const char* section : {"consent", "id-card", "face", "details"}) {
            EXPECT_FALSE(submit(id, section).error) << section;
        }
        return id;
    }

    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    fs::path folder_ = fs::temp_directory_path() / ("counter-test-" + std::to_string(getpid()));
    fs::path bank_ = folder_ / "bank";
    PlainSealer sealer_;
    engine::process::OperationRegistry operations_;
    std::map<std::string, int> calls_;
    std::map<std::string, json::Value> says_;
    std::vector<std::string> asked_;
    std::atomic<int> changes_ = 0;
    std::unique_ptr<platform::sql::Book> house_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<Counter> counter_;
};

TEST_F(CounterTest, OpensAnAccountFromTheFirstStepToTheLast)
{
    const auto started = counter_->start("account-opening", {"anna", {}});
    ASSERT_TRUE(started);
    const CaseId id = started.value().id;
    EXPECT_EQ(view(id).step->code, "consent");
    EXPECT_EQ(view(id).steps.at(0).state, "current");
    EXPECT_EQ(view(id).steps.at(1).state, "ahead");
    for (const char* section : {"consent", "id-card", "face", "details", "password", "passkey"}) {
        ASSERT_EQ(view(id).step->code, section);
        EXPECT_FALSE(submit(id, section).error) << section;
    }
    const auto end = view(id);
    EXPECT_EQ(end.state, CaseState::done);
    EXPECT_EQ(end.result["number"].text_or(), "9901010000000015");
    EXPECT_FALSE(end.message.empty());
    EXPECT_EQ(calls_["account.open"], 1);
    EXPECT_GT(changes_, 5);
    EXPECT_EQ(counter_->consents("anna").size(), 3u);
    EXPECT_EQ(counter_->consents("anna")[0].version, "2026-11");
    const auto figures = counter_->figures("account-opening");
    EXPECT_EQ(figures.done, 1);
    EXPECT_EQ(counter_->by_hour(24).back().done, 1);
}

TEST_F(CounterTest, AStartedCaseIsGoneOnWithAlsoAfterARestart)
{
    const auto first = counter_->start("account-opening", {"anna", {}}).value();
    EXPECT_FALSE(submit(first.id, "consent").error);
    EXPECT_FALSE(submit(first.id, "id-card").error);
    close();
    open();
    clock_.advance_seconds(86'400);
    const auto again = counter_->start("account-opening", {"anna", {}}).value();
    EXPECT_TRUE(again.existed);
    EXPECT_EQ(again.id, first.id);
    EXPECT_EQ(view(first.id).step->code, "face");
    EXPECT_FALSE(counter_->start("account-opening", {"berta", {}}).value().existed);
}

TEST_F(CounterTest, AnsweringAStepTwiceHasOneEffectAndOthersAreRefused)
{
    const CaseId id = begun();
    EXPECT_FALSE(submit(id, "id-card").error);
    EXPECT_FALSE(submit(id, "id-card").error) << "the back button and a double tap";
    EXPECT_EQ(calls_["identity.check-card"], 1);
    EXPECT_EQ(submit(id, "details").error->reason, "case.step_not_current");
    EXPECT_EQ(counter_->submit(id, "berta", "face", data("face")).error->reason, "case.unknown");
    EXPECT_EQ(counter_->view(id, "berta").error().reason, "case.unknown");
    EXPECT_EQ(counter_->cancel(id, "berta").error().reason, "case.unknown");
    EXPECT_EQ(counter_->start("no-such", {"anna", {}}).error().reason, "case.service_unknown");
}

TEST_F(CounterTest, FieldsThatAreWrongAreNamedAndNothingMoves)
{
    const CaseId id = begun();
    auto card = data("id-card");
    card.set("number", "330999199003072018X");
    card.erase("name");
    const auto taken = counter_->submit(id, "anna", "id-card", card);
    EXPECT_EQ(taken.error->reason, "form.invalid");
    EXPECT_EQ(taken.faults.size(), 2u);
    EXPECT_EQ(view(id).step->code, "id-card");
}

TEST_F(CounterTest, WhatWasEnteredComesBackWithAWordOnWhatWasWrong)
{
    says_["identity.check-card"] =
        json::parse(R"({"status":"again","reason":"identity.number_check_digit"})").value();
    const CaseId id = begun();
    EXPECT_FALSE(submit(id, "id-card").error);
    const auto step = view(id).step;
    EXPECT_EQ(step->code, "id-card");
    EXPECT_EQ(step->prefill["name"].text_or(), "林试一");
    EXPECT_NE(base::in_language(step->note, "en").find("last character"), std::string_view::npos);
}

TEST_F(CounterTest, KnowsWhatWasAgreedToInWhichCase)
{
    const CaseId id = counter_->start("account-opening", {"anna", {}}).value().id;
    EXPECT_FALSE(counter_->has_agreed(id, "agreement_face"));
    auto half = data("consent");
    half.erase("agreement_face");
    EXPECT_EQ(counter_->submit(id, "anna", "consent", half).error->reason, "form.invalid");
    EXPECT_FALSE(counter_->has_agreed(id, "agreement_face"));
    EXPECT_FALSE(submit(id, "consent").error);
    EXPECT_TRUE(counter_->has_agreed(id, "agreement_face"));
    EXPECT_FALSE(counter_->has_agreed(id, "agreement_account"));
    EXPECT_FALSE(counter_->has_agreed(counter_->start("account-opening", {"berta", {}}).value().id,
                                      "agreement_face"));
}

TEST_F(CounterTest, ClassOneIsOfferedAtTheInstitutionsOwnBranches)
{
    const CaseId id = begun();
    (void)submit(id, "id-card");
    (void)submit(id, "face");
    EXPECT_FALSE(counter_->submit(id, "anna", "details", {{"class", json::Value{"1"}}}).error);
    const auto step = view(id).step;
    ASSERT_EQ(step->code, "appointment");
    const json::Value branch = (*step->section["fields"].array())[0];
    EXPECT_EQ(branch["options"].array()->size(), 5u);
    auto elsewhere = data("appointment");
    elsewhere.set("branch", "P-LW-GT");
    EXPECT_EQ(counter_->submit(id, "anna", "appointment", elsewhere).faults.at(0).reason,
              "form.not_offered");
    EXPECT_FALSE(submit(id, "appointment").error);
    EXPECT_EQ(view(id).state, CaseState::bank);
}

TEST_F(CounterTest, WhatWasDecidedIsRatedOnceByWhoeverAsked)
{
    const CaseId running = begun();
    EXPECT_EQ(counter_->rate(running, "anna", 5).error().reason, "case.not_ended");
    EXPECT_EQ(counter_->rate(running, "berta", 5).error().reason, "case.unknown");
    const CaseId id = until_review();
    const auto rows = counter_->tasks({.worker = "t1"}).value();
    const TaskId task = rows.rows[0].task.id;
    ASSERT_TRUE(counter_->claim(task, {"t1", {"account-review"}, {"teller"}}));
    ASSERT_TRUE(
        counter_->complete(task, "t1", {.outcome = "refuse", .reason = "account.sanctions"}));
    EXPECT_EQ(view(id).state, CaseState::refused);
    EXPECT_FALSE(view(id).rating);
    for (const int stars : {0, 6, -1}) {
        EXPECT_EQ(counter_->rate(id, "anna", stars).error().reason, "case.rating_out_of_range");
    }
    EXPECT_EQ(counter_->rate(id, "berta", 5).error().reason, "case.unknown");
    ASSERT_TRUE(counter_->rate(id, "anna", 2));
    ASSERT_TRUE(counter_->rate(id, "anna", 4));
    EXPECT_EQ(view(id).rating, 4);
    EXPECT_EQ(counter_->figures("account-opening").ratings, 1);
    EXPECT_EQ(counter_->figures("account-opening").stars, 4);
}

TEST_F(CounterTest, TheTellerSeesFactsMaskedAndDecidesOnce)
{
    const CaseId id = until_review();
    EXPECT_EQ(view(id).state, CaseState::bank);
    EXPECT_EQ(base::to_string(*view(id).due_at), "2026-11-23T06:00:00Z");
    const auto rows = counter_->tasks({.worker = "t1"}).value();
    ASSERT_EQ(rows.rows.size(), 1u);
    EXPECT_EQ(rows.counts.open, 1);
    EXPECT_EQ(rows.rows[0].customer_name, "林**");
    const TaskId task = rows.rows[0].task.id;
    EXPECT_TRUE(counter_->task(task, "t1").value().outcomes.empty());

    const engine::process::Worker first{"t1", {"account-review"}, {"teller"}};
    const engine::process::Worker second{"t2", {"account-review"}, {"teller"}};
    EXPECT_TRUE(counter_->claim(task, first));
    EXPECT_EQ(counter_->claim(task, second).error().reason, "task.already_claimed");
    const auto detail = counter_->task(task, "t1").value();
    EXPECT_EQ(detail.outcomes.size(), 3u);
    EXPECT_EQ(detail.evidence.size(), 2u);
    EXPECT_FALSE(detail.prompts.empty());
    std::string all;
    for (const auto& group : detail.facts) {
        for (const auto& row : group.rows) all += row.value + "|";
    }
    EXPECT_NE(all.find("3309**********2017"), std::string::npos) << all;
    EXPECT_EQ(all.find("330999199003072017"), std::string::npos) << all;

    EXPECT_EQ(
        counter_->complete(task, "t1", {.outcome = "refuse", .reason = "made.up"}).error().reason,
        "task.reason_unknown");
    EXPECT_TRUE(
        counter_->complete(task, "t1", {.outcome = "more-material", .comment = "请说明用途"}));
    EXPECT_EQ(base::in_language(view(id).step->note, "zh"), "请说明用途");
    EXPECT_FALSE(submit(id, "material").error);
    const auto next = counter_->tasks({}).value().rows.at(0).task.id;
    EXPECT_TRUE(counter_->claim(next, second));
    const auto last = counter_->task(next, "t2").value();
    for (const auto& outcome : last.outcomes) {
        EXPECT_EQ(outcome.available, outcome.code != "more-material");
    }
    EXPECT_TRUE(counter_->complete(next, "t2",
                                   {.outcome = "refuse", .reason = "account.purpose_doubtful"}));
    EXPECT_EQ(view(id).state, CaseState::refused);
    EXPECT_FALSE(view(id).message.empty());
    EXPECT_EQ(counter_->complete(next, "t2", {.outcome = "open"}).error().reason, "task.ended");
    EXPECT_EQ(calls_["account.open"], 0);
}

TEST_F(CounterTest, GivingUpIsPossibleUntilTheAccountIsOpen)
{
    const CaseId id = until_review();
    EXPECT_TRUE(view(id).can_give_up);
    EXPECT_TRUE(counter_->cancel(id, "anna"));
    EXPECT_FALSE(view(id).can_give_up);
    EXPECT_TRUE(counter_->cancel(id, "anna")) << "twice is as once";
    EXPECT_EQ(view(id).state, CaseState::cancelled);
    EXPECT_TRUE(counter_->tasks({}).value().rows.empty());
    says_.clear();
    const CaseId other = counter_->start("account-opening", {"anna", {}}).value().id;
    for (const char* section : {"consent", "id-card", "face", "details"})
        (void)submit(other, section);
    EXPECT_EQ(view(other).step->code, "password");
    EXPECT_FALSE(view(other).can_give_up);
    EXPECT_EQ(counter_->cancel(other, "anna").error().reason, "case.cannot_cancel");
    EXPECT_EQ(counter_->list("anna", "", 1).value().next_cursor.empty(), false);
    EXPECT_EQ(counter_->list("anna", "", 10).value().cases.size(), 2u);
}

TEST_F(CounterTest, AServiceFolderDroppedInAppearsEverywhereWithoutARebuild)
{
    EXPECT_TRUE(catalog_->search("打印回单").empty());
    const fs::path folder = bank_ / "services/paper-request";
    fs::copy(paper_request, folder);
    const auto reloaded = catalog_->reload();
    ASSERT_EQ(reloaded.deployed, std::vector<std::string>{"paper-request@1"})
        << text_of(reloaded.findings);

    EXPECT_EQ(catalog_->services().size(), 2u);  // The menu.
    EXPECT_EQ(catalog_->search("我要打印回单").at(0).service->code, "paper-request");
    const CaseId id = counter_->start("paper-request", {"anna", {}}).value().id;
    EXPECT_EQ(view(id).step->section["fields"].array()->size(), 1u);  // The form.
    EXPECT_EQ(counter_->submit(id, "anna", "ask", {{"copies", json::Value{0}}}).error->reason,
              "form.invalid");
    EXPECT_FALSE(counter_->submit(id, "anna", "ask", {{"copies", json::Value{5}}}).error);
    const auto rows = counter_->tasks({.service = "paper-request"}).value().rows;
    ASSERT_EQ(rows.size(), 1u);  // The task.
    EXPECT_TRUE(counter_->claim(rows[0].task.id, {"t1", {}, {}}));
    EXPECT_EQ(counter_->task(rows[0].task.id, "t1").value().facts.at(0).rows.at(0).value, "5");
    EXPECT_TRUE(counter_->complete(rows[0].task.id, "t1", {.outcome = "printed"}));
    EXPECT_EQ(calls_["message.send"], 1);  // The message.
    EXPECT_EQ(base::in_language(view(id).title, "en"), "Posted");
    EXPECT_EQ(counter_->figures("paper-request").done, 1);  // The statistics.
}

TEST_F(CounterTest, RunningCasesStayOnTheirVersion)
{
    const CaseId id = counter_->start("account-opening", {"anna", {}}).value().id;
    const fs::path manifest = bank_ / "services/account-opening/service.yaml";
    std::string text = text_of(manifest);
    text.replace(text.find("Open an account"), 15, "Open one's account");
    std::ofstream{manifest} << text;
    EXPECT_EQ(catalog_->reload().deployed, std::vector<std::string>{"account-opening@2"});
    EXPECT_EQ(view(id).service->version, 1);
    EXPECT_FALSE(submit(id, "consent").error);
    EXPECT_EQ(view(id).step->code, "id-card");
    const CaseId newer = counter_->start("account-opening", {"berta", {}}).value().id;
    EXPECT_EQ(counter_->view(newer, "berta").value().service->version, 2);
}

TEST_F(CounterTest, AServiceWithoutAPassingScenarioIsNotDeployed)
{
    const fs::path folder = bank_ / "services/paper-request";
    fs::copy(paper_request, folder);
    fs::remove(folder / "scenario.yaml");
    auto reloaded = catalog_->reload();
    EXPECT_TRUE(reloaded.deployed.empty());
    EXPECT_NE(text_of(reloaded.findings).find("scenario"), std::string::npos)
        << text_of(reloaded.findings);

    std::string wrong = text_of(paper_request / "scenario.yaml");
    wrong.replace(wrong.find("state: done"), 11, "state: refused");
    std::ofstream{folder / "scenario.yaml"} << wrong;
    reloaded = catalog_->reload();
    EXPECT_TRUE(reloaded.deployed.empty());
    EXPECT_EQ(reloaded.findings.at(0).line, 5) << text_of(reloaded.findings);
    EXPECT_EQ(catalog_->service("paper-request"), nullptr);
}

TEST_F(CounterTest, WhatStartsByItselfFollowsTheVersionOnOffer)
{
    const fs::path folder = bank_ / "services/paper-request";
    fs::copy(paper_request, folder);
    std::string nightly = text_of(folder / "process.bpmn");
    nightly.replace(nightly.find("</process>"), 10,
                    R"(<startEvent id="night"><timerEventDefinition><timeCycle>R/PT24H</timeCycle>
                       </timerEventDefinition></startEvent><endEvent id="slept" yungui:outcome="done"
                       yungui:page="posted"/><sequenceFlow id="f8" sourceRef="night"
                       targetRef="slept"/></process>)");
    std::ofstream{folder / "process.bpmn"} << nightly;
    auto reloaded = catalog_->reload();
    ASSERT_EQ(reloaded.deployed.size(), 1u) << text_of(reloaded.findings);
    const auto started_by = [&] {
        counter_->poll();
        return book_->read([](platform::sql::Snapshot& snapshot) {
            auto row = snapshot.query("select definition from process_start");
            return row.next() ? row.string(0) : std::string{"nothing"};
        });
    };
    EXPECT_EQ(started_by(), "paper-request@1");
    std::ofstream{folder / "process.bpmn"} << text_of(paper_request / "process.bpmn");
    ASSERT_EQ(catalog_->reload().deployed, std::vector<std::string>{"paper-request@2"});
    EXPECT_EQ(started_by(), "nothing");
    EXPECT_TRUE(catalog_->carry_out(
        {.service = "paper-request", .act = catalog::Act::withdraw, .version = 2}));
    EXPECT_EQ(started_by(), "paper-request@1") << "the former start events are back";
}

}  // namespace
}  // namespace bank::counter
