// SPDX-License-Identifier: Apache-2.0
#include <sandbox/journal.h>
#include <sandbox/knowledge.h>
#include <sandbox/partners.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace sandbox {
namespace {

namespace json = platform::json;
namespace fs = std::filesystem;

class Files : public testing::Test {
protected:
    Files() { fs::create_directories(folder); }
    ~Files() override { fs::remove_all(folder); }
    void write(const std::string& name, std::string_view text) const
    {
        std::ofstream(folder / name) << text;
    }

    const fs::path folder =
        fs::temp_directory_path() / ("sandbox-test-" + std::to_string(getpid()));
};

json::Value behaviour(const char* text)
{
    return json::parse(text).value();
}

}  // namespace

TEST(Behaviour, IsReadFromDataAndFromControl)
{
    const auto slow = read_behaviour(behaviour(R"({"behaviour":"slow","seconds":5})")).value();
    EXPECT_EQ(slow.mode, Mode::slow);
    EXPECT_EQ(slow.seconds, 5);
    EXPECT_EQ(read_behaviour(behaviour(R"({"mode":"later","seconds":"0.5"})")).value().seconds,
              0.5);
    EXPECT_EQ(read_behaviour(behaviour("{}")).value().mode, Mode::answer);
    EXPECT_EQ(read_behaviour(behaviour(R"({"mode":"sulk"})")).error().reason,
              "sandbox.behaviour_unknown");
}

TEST_F(Files, OfKnowledgeThatBecomeUnreadableLeaveWhatWasKnown)
{
    write("police.yaml", "people: [{number: \"1\", name: a}]\n");
    Knowledge knowledge(folder);
    EXPECT_EQ((*knowledge.of("police")["people"].array())[0]["name"].text_or(), "a");
    write("police.yaml", "people: [{number: \"1\", name: b}\n");
    fs::last_write_time(folder / "police.yaml",
                        fs::file_time_type::clock::now() + std::chrono::seconds(2));
    EXPECT_EQ((*knowledge.of("police")["people"].array())[0]["name"].text_or(), "a");
    EXPECT_TRUE(knowledge.of("nobody").is_null());
    EXPECT_FALSE(knowledge.replace("police", "a: [b"));
}

TEST_F(Files, OfTheJournalSurviveALineThatWasCutOff)
{
    const json::Value account = json::Object{{"number", "9"}, {"balance", "10.00"}};
    const Asked six{.call = "c1",
                    .question = "pull",
                    .content = json::Object{{"account_number", "9"}, {"amount", "6.00"}}};
    Asked again = six;
    again.call = "c2";
    {
        Journal journal(folder / "journal");
        EXPECT_EQ(answer_bank(account, six, journal)["status"].text_or(), "paid");
    }
    std::ofstream(folder / "journal", std::ios::app) << R"({"call":"c9","answer":{"sta)";
    {
        Journal journal(folder / "journal");
        EXPECT_EQ(answer_bank(account, again, journal)["reason"].text_or(), "no_funds");
        EXPECT_EQ(answer_bank(account, six, journal)["status"].text_or(), "paid");
        EXPECT_FALSE(journal.answer_to("c9"));
    }
    Journal journal(folder / "journal");
    EXPECT_EQ(journal.changed("9"), -600);
    EXPECT_EQ(answer_bank(account, again, journal)["reason"].text_or(), "no_funds");
}

TEST_F(Files, OfTheJournalTakeNoAmountThatIsNone)
{
    Journal journal(folder / "journal");
    const json::Value account = json::Object{{"number", "9"}, {"balance", "10.00"}};
    int number = 0;
    for (const char* amount : {"0", "-1", "0.001", "1e3", "", "9999999999999999999"}) {
        const Asked asked{.call = std::to_string(++number),
                          .question = "pull",
                          .content = json::Object{{"account_number", "9"}, {"amount", amount}}};
        EXPECT_EQ(answer_bank(account, asked, journal)["reason"].text_or(), "amount_malformed")
            << amount;
    }
    EXPECT_EQ(journal.changed("9"), 0);
}

}  // namespace sandbox
