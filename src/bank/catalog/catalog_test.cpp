// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/catalog.h>
#include <bank/catalog/internal/search.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <algorithm>
#include <fstream>
#include <set>

namespace bank::catalog {
namespace {

namespace fs = std::filesystem;

const fs::path demo = fs::path{YUNGUI_SOURCE_DIR} / "banks/demo";

std::string text_of(const Findings& findings)
{
    std::string text;
    for (const auto& finding : findings) text += platform::config::to_string(finding) + "\n";
    return text;
}

class CatalogTest : public testing::Test {
protected:
    CatalogTest()
    {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        fs::copy(demo, bank_, fs::copy_options::recursive);
        // One service is enough here; tools/test/scenarios.py holds all of them.
        for (const auto& service : fs::directory_iterator{demo / "services"}) {
            const auto name = service.path().filename();
            if (name != "account-opening") fs::remove_all(bank_ / "services" / name);
        }
        book_ = platform::sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        EXPECT_TRUE(book_->migrate(migrations()));
    }
    ~CatalogTest() override
    {
        book_.reset();
        fs::remove_all(folder_);
    }

    std::unique_ptr<Catalog> open(Gate gate = {})
    {
        findings_.clear();
        return Catalog::open(bank_, *book_, std::move(gate), findings_);
    }

    void replace(const std::string& file, const std::string& what, const std::string& with)
    {
        std::ifstream in{bank_ / file};
        std::string text{std::istreambuf_iterator<char>{in}, {}};
        const auto at = text.find(what);
        ASSERT_NE(at, std::string::npos) << what;
        text.replace(at, what.size(), with);
        std::ofstream{bank_ / file} << text;
    }

    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    fs::path folder_ = fs::temp_directory_path() / ("catalog-test-" + std::to_string(getpid()));
    fs::path bank_ = folder_ / "bank";
    std::unique_ptr<platform::sql::Book> book_;
    Findings findings_;
};

TEST_F(CatalogTest, TheDemoBankIsInOrder)
{
    const auto catalog = open();
    ASSERT_NE(catalog, nullptr) << text_of(findings_);
    const Bank& bank = catalog->bank();
    EXPECT_EQ(bank.institutions.size(), 3u);
    EXPECT_EQ(bank.staff.size(), 21u);
    EXPECT_EQ(bank.customers.size(), 50u);
    EXPECT_EQ(bank.products.at("class-3").balance_limit->minor_units, 200'000);
    EXPECT_EQ(bank.products.at("class-2").limits.size(), 4u);
    ASSERT_NE(catalog->service("account-opening"), nullptr);
    EXPECT_EQ(catalog->service("account-opening")->version, 1);
}

TEST_F(CatalogTest, SettingsAreNumbersUnlessTheyStandInQuotes)
{
    replace("services/account-opening/service.yaml", "  least_age: 16",
            "  share: 0.25\n  price: \"12.50\"\n  parts: [1.5, yes]\n  least_age: 16");
    const auto catalog = open();
    ASSERT_NE(catalog, nullptr) << text_of(findings_);
    const auto& settings = catalog->service("account-opening")->settings;
    EXPECT_EQ(platform::json::serialise(settings["share"]), "0.25");
    EXPECT_EQ(settings["price"].text_or(), "12.50");
    EXPECT_EQ(platform::json::serialise(settings["parts"]), R"([1.5,"yes"])");
    EXPECT_EQ(settings["partner_wait"].text_or(), "PT2M");
}

TEST_F(CatalogTest, EveryFaultIsFoundInOneRunWithFileAndLine)
{
    replace("products/class-2.yaml", "class: 2", "class: 9");
    replace("staff.yaml", "unit: P-YC-BT,", "unit: NOWHERE,");
    replace("roles.yaml", "task.work", "task.wrok");
    replace("services/account-opening/form.json", "\"pattern\": \"^[0-9]{12,25}$\"",
            "\"patern\": \"x\"");
    replace("services/account-opening/service.yaml", "audience: visitor", "audience: visitors");
    replace("institutions/yunchuan.yaml", "Asia/Shanghai", "Asia/Atlantis");
    replace("bank-directory.yaml", "OTHBCNDEMO9", "OTHB");
    replace("bank-directory.yaml", "\"998901\"", "\"9989O1\"");
    replace("bank-directory.yaml", "code: beiling", "code: xinghai");
    replace("payment-rules.yaml", "attempts: 3", "attempts: many");
    replace("payment-rules.yaml", "\"08:00\"", "\"24:00\"");
    replace("payment-rules.yaml", "notice: {from", "notice: {form: x, from");
    replace("payouts.yaml", "bank: xinghai", "bank: nowhere");
    replace("payouts.yaml", "\"9989020000000000101\"", "\"99890200000000001O1\"");
    EXPECT_EQ(open(), nullptr);
    const std::string all = text_of(findings_);
    for (const char* said :
         {"products/class-2.yaml:4:", "staff.yaml:", "task.wrok", "Asia/Atlantis",
          "bank-directory.yaml:7: \"clearing_code\" must have 8 or 11 characters",
          "bank-directory.yaml:8: \"prefixes\" must hold digits only",
          "bank-directory.yaml:9: \"xinghai\" is given twice",
          "payment-rules.yaml:7: \"attempts\" must be a whole number",
          "payment-rules.yaml:5: \"at\" must be a time of day",
          "payment-rules.yaml:10: \"form\" is not known here",
          "payouts.yaml:7: \"bank\" names no bank",
          "payouts.yaml:8: \"number\" must have 8 to 34 digits"}) {
        EXPECT_NE(all.find(said), std::string::npos) << said << "\n" << all;
    }
    EXPECT_NE(all.find("names no unit"), std::string::npos) << all;
    const auto house = book_->read([](platform::sql::Snapshot& snapshot) {
        auto rows = snapshot.query("select count(*) from catalog_offer");
        rows.next();
        return rows.integer(0);
    });
    EXPECT_EQ(house, 0) << "nothing may be deployed";
}

TEST_F(CatalogTest, FaultsOfAServiceNameTheirLine)
{
    struct Row {
        const char* file;
        const char* what;
        const char* with;
        const char* said;
    };
    const Row rows[] = {
        {"form.json", "\"input\": \"money\"", "\"input\": \"mony\"",
         ": \"input\" must be one of text"},
        {"service.yaml", "value: id_card.name,", "value: id_crd.name,", "FEEL"},
        {"messages.yaml", "  opened:\n    purpose", "  opend:\n    purpose",
         "no message \"opened\""},
        {"review.dmn", "<text>&gt;= 75</text>", "<text>&gt;= </text>", "review.dmn"},
        {"service.yaml", "      refuse:", "      deny:", "does not name the outcome \"refuse\""},
        {"service.yaml", "code: account-opening", "code: other", "must be the folder's name"},
        {"service.yaml", "process: apply-verify-decide", "process: ../../etc/passwd",
         "must name a file"},
    };
    for (const Row& row : rows) {
        const fs::path file = bank_ / "services/account-opening" / row.file;
        fs::copy_file(demo / "services/account-opening" / row.file, file,
                      fs::copy_options::overwrite_existing);
        replace(std::string{"services/account-opening/"} + row.file, row.what, row.with);
        EXPECT_EQ(open(), nullptr) << row.with;
        EXPECT_NE(text_of(findings_).find(row.said), std::string::npos) << row.said << " not in\n"
                                                                        << text_of(findings_);
        fs::copy_file(demo / "services/account-opening" / row.file, file,
                      fs::copy_options::overwrite_existing);
    }
}

TEST_F(CatalogTest, ReloadDeploysWhatChangedAndKeepsOldVersions)
{
    auto catalog = open();
    ASSERT_NE(catalog, nullptr) << text_of(findings_);
    EXPECT_TRUE(catalog->reload().deployed.empty()) << "what is as it was is not deployed again";
    const auto first = catalog->service("account-opening");
    replace("services/account-opening/service.yaml", "Open an account", "Open your account");
    EXPECT_EQ(catalog->reload().deployed, std::vector<std::string>{"account-opening@2"});
    EXPECT_EQ(catalog->service("account-opening")->version, 2);
    EXPECT_EQ(catalog->version("account-opening@1")->hash, first->hash);

    fs::remove_all(bank_ / "services/account-opening");
    EXPECT_EQ(catalog->reload().removed, std::vector<std::string>{"account-opening"});
    EXPECT_EQ(catalog->service("account-opening"), nullptr);
    EXPECT_TRUE(catalog->search("开户").empty());
    ASSERT_NE(catalog->version("account-opening@2"), nullptr);

    // A new catalogue on the same book still knows both, and the old content comes back as what it
    // was.
    catalog.reset();
    fs::copy(demo / "services/account-opening", bank_ / "services/account-opening");
    catalog = open();
    ASSERT_NE(catalog, nullptr) << text_of(findings_);
    EXPECT_EQ(catalog->service("account-opening")->version, 1);
    ASSERT_NE(catalog->version("account-opening@2"), nullptr);
    EXPECT_EQ(catalog->version("account-opening@7"), nullptr);
    EXPECT_EQ(catalog->version("nonsense"), nullptr);
}

TEST_F(CatalogTest, AFaultyChangeIsNotDeployedAndTheOldStays)
{
    auto catalog = open();
    ASSERT_NE(catalog, nullptr) << text_of(findings_);
    replace("services/account-opening/form.json", "\"title\"", "\"titel\"");
    const auto reloaded = catalog->reload();
    EXPECT_TRUE(reloaded.deployed.empty());
    EXPECT_FALSE(reloaded.findings.empty());
    EXPECT_EQ(catalog->service("account-opening")->version, 1);
}

TEST_F(CatalogTest, TheGateRefusesAService)
{
    EXPECT_EQ(open([](const ServicePtr& service, const std::shared_ptr<const Bank>&) -> Findings {
                  return {{"services/" + service->code + "/scenario.yaml", 3, "does not hold"}};
              }),
              nullptr);
    EXPECT_EQ(text_of(findings_), "services/account-opening/scenario.yaml:3: does not hold\n");
}

TEST_F(CatalogTest, FindsWhatPeopleAskFor)
{
    auto catalog = open();
    ASSERT_NE(catalog, nullptr) << text_of(findings_);
    for (const char* asked :
         {"我想开个户", "开户", "我要开个账号", "开互", "我想在你们这里开一个账户",
          "怎么办银行卡呢", "开二类户", "kh", "open acount", "I want to open an account", "ＫＨ",
          "给孩子开户", "kaihu", "kaihv", "kaizhanghu"}) {
        const auto hits = catalog->search(asked);
        ASSERT_FALSE(hits.empty()) << asked;
        EXPECT_EQ(hits[0].service->code, "account-opening") << asked;
    }
    for (const char* asked : {"天气预报", "股票", "weather", "", "？！", "zzz", "tianqi"}) {
        EXPECT_TRUE(catalog->search(asked).empty()) << asked;
    }
}

TEST_F(CatalogTest, FindsEveryServiceByEachOfItsPhrasesAndWithALetterMissing)
{
    fs::copy(demo / "services", bank_ / "services",
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    auto catalog = open();
    ASSERT_NE(catalog, nullptr) << text_of(findings_);
    int phrases = 0;
    int mistyped = 0;
    for (const auto& folder : fs::directory_iterator{bank_ / "services"}) {
        const std::string code = folder.path().filename();
        std::ifstream file{folder.path() / "phrases.txt"};
        for (std::string phrase; std::getline(file, phrase);) {
            if (phrase.empty() || phrase.front() == '#') continue;
            const auto hits = catalog->search(phrase);
            ++phrases;
            ASSERT_FALSE(hits.empty()) << code << ": " << phrase;
            EXPECT_EQ(hits[0].service->code, code) << phrase;
            const bool letters =
                std::all_of(phrase.begin(), phrase.end(), [](char c) { return c >= ' '; });
            if (phrase.size() < 5 || !letters) continue;
            phrase.erase(2, 1);
            ++mistyped;
            const auto near = catalog->search(phrase, 3);
            EXPECT_TRUE(std::any_of(near.begin(), near.end(),
                                    [&](const auto& hit) {
                                        return hit.service != nullptr && hit.service->code == code;
                                    }))
                << code << ": " << phrase;
        }
    }
    EXPECT_GE(phrases, 200);
    EXPECT_GE(mistyped, 60);
}

/// A form of one section with that schema's properties and fields; answers the findings as lines.
std::string findings_of(const std::string& properties, const std::string& fields)
{
    const std::string text =
        R"({"sections": [{"code": "a", "title": {"zh": "a", "en": "a"}, "widget": "form", "schema": {"type": "object", "properties": {)" +
        properties + R"(}}, "fields": [)" + fields + "]}]}";
    std::vector<platform::config::Finding> findings;
    Form::read(text, "form.json", findings);
    return text_of(findings);
}

TEST(Form, RepeatsGroupsAndAsksForPicturesAndOwnAccounts)
{
    const std::string people =
        R"("people": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}})";
    EXPECT_EQ(
        findings_of(
            people + R"(, "photo": {"type": "string"}, "account": {"type": "string"})",
            R"({"name": "people", "label": {"zh": "x", "en": "x"}, "input": "group", "fields": [{"name": "name", "label": {"zh": "x", "en": "x"}, "input": "text"}]},
               {"name": "photo", "label": {"zh": "x", "en": "x"}, "input": "file"}, {"name": "known", "label": {"zh": "x", "en": "x"}, "input": "summary"},
               {"name": "account", "label": {"zh": "x", "en": "x"}, "input": "account", "options_from": "accounts"})"),
        "");
    EXPECT_NE(
        findings_of(
            people,
            R"({"name": "people", "label": {"zh": "x", "en": "x"}, "input": "group", "fields": [{"name": "age", "label": {"zh": "x", "en": "x"}, "input": "text"}]})")
            .find("is no property of the items of \"people\""),
        std::string::npos);
    EXPECT_NE(
        findings_of(
            people,
            R"({"name": "people", "label": {"zh": "x", "en": "x"}, "input": "group", "fields": [{"name": "name", "label": {"zh": "x", "en": "x"}, "input": "group"}]})"),
        "");
    EXPECT_NE(
        findings_of(R"("a": {"type": "string"})",
                    R"({"name": "a", "label": {"zh": "x", "en": "x"}, "options_from": "anybody"})"),
        "");
    EXPECT_NE(findings_of(R"("a": {"type": "string"})",
                          R"({"name": "a", "label": {"zh": "x", "en": "x"}, "input": "hologram"})"),
              "");
}

TEST(Form, NamesEveryFieldThatIsWrong)
{
    std::ifstream in{demo / "services/account-opening/form.json"};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    std::vector<platform::config::Finding> findings;
    const Form form = Form::read(text, "form.json", findings);
    ASSERT_TRUE(findings.empty()) << text_of(findings);
    const base::ManualClock clock{base::parse_instant("2026-11-23T02:00:00Z").value()};
    const auto faults = [&](std::string_view section, const char* json) {
        std::string all;
        const auto data = platform::json::parse(json).value();
        for (const auto& fault : form.section(section)->faults(*data.object(), clock, {})) {
            all += fault.field + ":" + fault.reason + " ";
        }
        return all;
    };
    const std::string good =
        R"("bound_bank":"他行","bound_account":"9988000000000000213","bound_phone":"16400001001",
        "occupation":"office","address":"云柜路7号","purpose":"daily","tax_residence":"china",
        "agreement_account":"2026-11")";
    EXPECT_EQ(faults("details", ("{\"class\":\"2\"," + good + "}").c_str()), "");
    EXPECT_EQ(faults("details", R"({"class":"1"})"), "");
    EXPECT_EQ(faults("details", R"({"class":"1","occupation":"office"})"),
              "occupation:form.not_asked_for ");
    EXPECT_EQ(faults("details", ("{\"class\":\"2\",\"limit_day\":\"0\"," + good + "}").c_str()),
              "limit_day:form.not_positive ");
    EXPECT_EQ(faults("details", ("{\"class\":\"3\",\"limit_day\":\"5000\"," + good + "}").c_str()),
              "limit_day:form.over_legal_limit ");
    EXPECT_NE(faults("details", R"({"class":"2"})").find("bound_account:form.required"),
              std::string::npos);
    EXPECT_NE(faults("details", R"({"class":"4"})").find("class:"), std::string::npos);
    EXPECT_NE(faults("details", R"({"class":"1","x":1})").find("x:"), std::string::npos);
}

/// What stands in quotes and is named like a reason; not the names of operations.
std::vector<std::string> quoted_reasons(std::string_view text)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_.";
    std::vector<std::string> reasons;
    for (auto at = text.find('"'); at != text.npos; at = text.find('"', at + 1)) {
        const auto end = text.find_first_not_of(letters, at + 1);
        if (end == text.npos || text[end] != '"') continue;
        if (text.substr(0, at).ends_with("operation=")) continue;
        const auto word = text.substr(at + 1, end - at - 1);
        if (word.starts_with("identity.") || word.starts_with("account.") ||
            word.starts_with("risk.")) {
            reasons.emplace_back(word);
        }
    }
    return reasons;
}

TEST_F(CatalogTest, EveryReasonThatTheServiceCanGiveHasASentence)
{
    const auto catalog = open();
    ASSERT_NE(catalog, nullptr);
    const auto service = catalog->service("account-opening");
    std::set<std::string> given{
        // What operations answer; see identity_operations.cpp and account_operations.cpp.
        "identity.under_age",
        "identity.card_expired",
        "identity.card_not_yet_valid",
        "identity.known_under_other_phone",
        "account.known_under_other_phone",
        "identity.phone_of_other_person",
        "account.phone_of_other_person",
        "account.too_many_of_class",
        "account.remote_not_allowed",
        "account.bound_account_needed",
        "account.product_unknown"};
    for (const char* file : {"process.bpmn", "review.dmn"}) {
        for (const auto& reason : quoted_reasons(service->files.at(file))) given.insert(reason);
    }
    EXPECT_GT(given.size(), 15u);
    for (const auto& each : given) {
        EXPECT_TRUE(service->reasons.contains(each) || service->review_reasons.contains(each))
            << each;
    }
}

TEST(PinyinInitials, OfCommonCharacters)
{
    EXPECT_EQ(internal::pinyin_initials(U"开户"), "kh");
    EXPECT_EQ(internal::pinyin_initials(U"转账abc"), "zzabc");
}

}  // namespace
}  // namespace bank::catalog
