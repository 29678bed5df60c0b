// SPDX-License-Identifier: Apache-2.0
#include "bank_side.h"

#include <map>

namespace tests {
namespace {

json::Object person(std::string name = "林试一", std::string number = "330999199003072017")
{
    return {{"name", std::move(name)}, {"number", std::move(number)}, {"portrait", "sha-256:0"}};
}

json::Object five_elements(const char* account = "9988000000000000213",
                           const char* phone = "16400001001", int elements = 5)
{
    return {{"elements", elements},
            {"name", "林试一"},
            {"id_number", "330999199003072017"},
            {"phone", phone},
            {"account_number", account}};
}

json::Object pulling(const char* amount)
{
    return {{"account_number", "9988000000000000213"}, {"amount", amount}, {"currency", "CNY"}};
}

class Partners : public BankSide {};

}  // namespace

TEST_F(Partners, AnswerFromWhatTheyKnow)
{
    run();
    ASSERT_TRUE(ask("police", "identity-check", "a", person()));
    ASSERT_TRUE(ask("police", "identity-check", "b", person("林换名")));
    ASSERT_TRUE(ask("police", "identity-check", "c", person("林试一", "330999199003072000")));
    ASSERT_TRUE(ask("bank", "account-check", "d", five_elements()));
    ASSERT_TRUE(
        ask("bank", "account-check", "e", five_elements("9988000000000000213", "16400001002")));
    ASSERT_TRUE(ask("bank", "account-check", "f", five_elements("9988000000000000296")));
    ASSERT_TRUE(
        ask("bank", "account-check", "g", five_elements("9988000000000000296", "16400001001", 4)));
    ASSERT_TRUE(ask("bank", "account-check", "h", five_elements("1")));
    std::map<std::string, std::string> status;
    for (const auto& answer : answers(8)) status[answer.correlation] = answer.status;
    EXPECT_EQ(status, (std::map<std::string, std::string>{{"a", "match"},
                                                          {"b", "mismatch"},
                                                          {"c", "unknown"},
                                                          {"d", "match"},
                                                          {"e", "mismatch"},
                                                          {"f", "mismatch"},
                                                          {"g", "match"},
                                                          {"h", "unknown"}}));
}

TEST_F(Partners, SeeTheirDataChangeWhileTheyRun)
{
    run();
    ASSERT_TRUE(ask("police", "identity-check", "before", person("新人")));
    EXPECT_EQ(answers(1).back().status, "mismatch");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    knows("police", "people:\n  - {number: \"330999199003072017\", name: 新人}\n");
    ASSERT_TRUE(ask("police", "identity-check", "after", person("新人")));
    EXPECT_EQ(answers(2).back().status, "match");
    const auto replaced = client_.send({.method = http::Method::put,
                                        .url = sandbox_url("/control/data/police"),
                                        .body = R"({"people": []})"});
    ASSERT_EQ(replaced.value().status, 204);
    ASSERT_TRUE(ask("police", "identity-check", "replaced", person("新人")));
    EXPECT_EQ(answers(3).back().status, "unknown");
}

TEST_F(Partners, GiveATimeoutWhenTheyAreSilentAndTheLateAnswerOnceMore)
{
    run();
    behave("police", R"({"mode":"silent"})");
    ASSERT_TRUE(ask("police", "identity-check", "a", person()));
    auto got = answers(1);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].status, "timeout");
    EXPECT_EQ(view("police", "a")->attempts, 3);
    EXPECT_EQ(view("police", "a")->last_trouble, "http.no_answer");

    behave("police", R"({"mode":"answer"})");
    ASSERT_TRUE(ask("police", "identity-check", "a", person()));
    got = answers(2);
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[1].status, "match");
}

TEST_F(Partners, TakeALateAnswerByNotice)
{
    run();
    behave("police", R"({"mode":"later","seconds":0.3})");
    ASSERT_TRUE(ask("police", "identity-check", "a", person()));
    EXPECT_TRUE(soon([&] { return view("police", "a")->state == partner::CallState::accepted; }));
    const auto got = answers(1);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].status, "match");
    EXPECT_FALSE(got[0].after_timeout);
}

TEST_F(Partners, RecordAnAnswerOnceThatComesTwice)
{
    run();
    behave("police", R"({"mode":"twice"})");
    ASSERT_TRUE(ask("police", "identity-check", "a", person()));
    EXPECT_TRUE(soon([&] { return view("police", "a")->duplicates == 1; }));
    EXPECT_EQ(answers(1).size(), 1U);
    EXPECT_EQ(counted("partner_answers_total", "police", "duplicate"), 1U);
}

TEST_F(Partners, PassOnARefusalWithItsReason)
{
    run();
    behave("bank", R"({"mode":"refuse","reason":"account_frozen"})");
    ASSERT_TRUE(ask("bank", "pull", "p1", pulling("10.00")));
    const auto got = answers(1);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].status, "refused");
    EXPECT_EQ(got[0].content["reason"].text_or(), "account_frozen");
}

TEST_F(Partners, PullMoneyOnceThoughTheAnswerWasLost)
{
    run();
    behave("bank", R"({"mode":"lost"})");
    ASSERT_TRUE(ask("bank", "pull", "p1", pulling("60.00")));
    EXPECT_EQ(answers(1).back().status, "timeout");
    behave("bank", R"({"mode":"answer"})");
    ASSERT_TRUE(ask("bank", "pull", "p1", pulling("60.00")));
    EXPECT_EQ(answers(2).back().status, "paid");
    // 40.00 are left: it was debited once.
    ASSERT_TRUE(ask("bank", "pull", "p2", pulling("40.01")));
    EXPECT_EQ(answers(3).back().content["reason"].text_or(), "no_funds");
    ASSERT_TRUE(ask("bank", "pull", "p3", pulling("40.00")));
    EXPECT_EQ(answers(4).back().status, "paid");
}

TEST_F(Partners, RememberOverARestartOfTheSandbox)
{
    run();
    ASSERT_TRUE(ask("bank", "pull", "p1", pulling("60.00")));
    EXPECT_EQ(answers(1).back().status, "paid");
    sandbox_.reset();
    start_sandbox();
    http::Call call{.url = sandbox_url("/bank/questions"),
                    .body = json::serialise(json::Object{{"call", "other"},
                                                         {"institution", "yunchuan"},
                                                         {"question", "pull"},
                                                         {"content", pulling("60.00")}})};
    platform::signing::sign(call, {"partner-bank", *keys_->find("partner-bank")}, clock_.now(),
                            random_);
    EXPECT_EQ(client_.send(call).value().body, R"({"status":"refused","reason":"no_funds"})");
}

TEST_F(Partners, AreNotBelievedUnsigned)
{
    run();
    behave("police", R"({"mode":"unsigned"})");
    ASSERT_TRUE(ask("police", "identity-check", "a", person()));
    EXPECT_EQ(answers(1).back().status, "timeout");
    EXPECT_EQ(view("police", "a")->last_trouble, "partner.answer_not_genuine");

    const auto forged = client_.send(
        {.url =
             "http://127.0.0.1:" + std::to_string(server_->port()) + "/v1/partners/police/answers",
         .body =
             R"({"notice":"1","type":"answer","institution":"yunchuan","call":"x","content":{}})"});
    EXPECT_EQ(forged.value().status, 403);
    const auto unsigned_question =
        client_.send({.url = sandbox_url("/police/questions"), .body = "{}"});
    EXPECT_EQ(unsigned_question.value().status, 403);
}

TEST_F(Partners, TellOfCreditsOnceEachAndNeverByReplay)
{
    std::vector<std::string> credits;
    run([&] {
        partners_->on_notice(
            "bank", "credit",
            [&](sql::Transaction&, const partner::Notice& notice) -> base::Result<void> {
                const std::lock_guard lock(mutex_);
                credits.emplace_back(notice.content["amount"].text_or());
                return {};
            });
    });
    const std::string to =
        "http://127.0.0.1:" + std::to_string(server_->port()) + "/v1/partners/bank/credits";
    const auto notice = [&](const char* id) {
        http::Call call{
            .url = to,
            .body = json::serialise(json::Object{{"notice", id},
                                                 {"type", "credit"},
                                                 {"institution", "yunchuan"},
                                                 {"content", json::Object{{"amount", "7.00"}}}})};
        platform::signing::sign(call, {"partner-bank", *keys_->find("partner-bank")}, clock_.now(),
                                random_);
        return call;
    };
    const auto first = notice("n1");
    EXPECT_EQ(client_.send(first).value().status, 200);
    const auto replayed = client_.send(first);
    EXPECT_EQ(replayed.value().status, 409);
    EXPECT_NE(replayed.value().body.find("partner.replayed"), std::string::npos);
    EXPECT_EQ(client_.send(notice("n1")).value().status,
              200);  // The same notice, sent again properly.
    EXPECT_EQ(client_.send(notice("n2")).value().status, 200);
    EXPECT_EQ(credits.size(), 2U);

    const auto sent =
        client_.send({.url = sandbox_url("/control/notices/bank"),
                      .body = R"({"institution":"yunchuan","content":{"amount":"9.00"}})"});
    EXPECT_EQ(sent.value().status, 204);
    EXPECT_TRUE(soon([&] {
        const std::lock_guard lock(mutex_);
        return credits.size() == 3 && credits.back() == "9.00";
    }));
}

TEST_F(Partners, KeepACallWhoseListenerRefusedAsTrouble)
{
    run();
    listener_refuses_ = true;
    ASSERT_TRUE(ask("police", "identity-check", "a", person()));
    EXPECT_TRUE(soon([&] { return view("police", "a")->last_trouble == "test.refused"; }));
    EXPECT_EQ(view("police", "a")->state, partner::CallState::answered);
    const auto open = book_->read([&](sql::Snapshot& s) { return partners_->unsettled(s, 10); });
    EXPECT_EQ(open.size(), 1U);
}

TEST_F(Partners, MakeOneCallOfOneCorrelation)
{
    run();
    const auto first = ask("police", "identity-check", "a", person());
    EXPECT_EQ(ask("police", "identity-check", "a", person()).value(), first.value());
    EXPECT_EQ(ask("police", "other", "a", person()).error().reason, "partner.correlation_reused");
    EXPECT_EQ(ask("nobody", "x", "a", person()).error().reason, "partner.unknown");
    answers(1);
    EXPECT_EQ(ask("police", "identity-check", "a", person()).value(), first.value());
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_EQ(answers(1).size(), 1U);
}

TEST_F(Partners, DoNotHoldUpEachOther)
{
    auto times = quick();
    times.answer_timeout_ms = 3000;
    run({}, times);
    behave("police", R"({"mode":"silent"})");
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(ask("police", "identity-check", std::to_string(i), person()));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(ask("bank", "account-check", "d", five_elements()));
    EXPECT_EQ(answers(1).back().partner, "bank");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
}

TEST_F(Partners, AreNotFloodedWhileTheyAreDown)
{
    run();
    behave("police", R"({"mode":"unavailable"})");
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(ask("police", "identity-check", std::to_string(i), person()));
    EXPECT_EQ(answers(20).size(), 20U);
    // Without the breaker there would be 60 attempts.
    EXPECT_LT(counted("partner_calls_total", "police", "partner.unavailable"), 25U);
    for (const auto& answer : answers(20)) EXPECT_EQ(answer.status, "timeout");
}

TEST_F(Partners, KeepNoPersonalDataInTheClear)
{
    run();
    ASSERT_TRUE(ask("police", "identity-check", "a", person()));
    ASSERT_TRUE(soon([&] { return view("police", "a")->state == partner::CallState::answered; }));
    book_->read([&](sql::Snapshot& snapshot) {
        auto call = snapshot.query("select content from partner_call");
        EXPECT_TRUE(call.next());
        EXPECT_TRUE(call.is_null(0));
        const auto events = outbox_->events(snapshot, {}, 1);
        EXPECT_EQ(
            events.at(0).data,
            R"({"partner":"police","question":"identity-check","correlation":"a","status":"match"})");
        return 0;
    });
}

}  // namespace tests
