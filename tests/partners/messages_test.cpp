// SPDX-License-Identifier: Apache-2.0
#include "bank_side.h"

#include <bank/message/messages.h>

namespace tests {
namespace {

namespace message = bank::message;
using bank::customer::CustomerId;

const message::Template code{.code = "authentication.sign-in-code",
                             .purpose = "code",
                             .channels = {"sms"},
                             .text = {{"zh", "【云柜】验证码{code}，{minutes}分钟内有效。"},
                                      {"en", "[Yungui] Code {code}, {minutes} minutes."}}};
const message::Template received{
    .code = "payment.received",
    .purpose = "transaction",
    .channels = {"push", "sms"},
    .text = {{"zh", "收到{amount}元"}, {"en", "{amount} CNY came in"}}};

class Messages : public BankSide {
protected:
    void run_messages(message::Caps caps = {}, message::QuietHours quiet_hours = {})
    {
        run([&] {
            ASSERT_TRUE(book_->migrate(message::migrations()));
            messages_ = std::make_unique<message::Messages>(message::Messages::Environment{
                .book = *book_,
                .outbox = *outbox_,
                .partners = *partners_,
                .sealer = message_sealer_,
                .push =
                    [this](CustomerId, message::MessageId, const std::string& text) {
                        const std::lock_guard lock(mutex_);
                        if (page_open_) pushed_.push_back(text);
                        return page_open_;
                    },
                .caps = caps,
                .quiet_hours = quiet_hours});
        });
    }
    ~Messages() override
    {
        partners_->stop();
        outbox_->stop();
        server_->stop(0);
    }

    base::Result<message::MessageId> send(const message::Template& what, json::Object values,
                                          std::string once = {}, std::string phone = "16400001001",
                                          std::string language = "zh")
    {
        return book_->write([&](sql::Transaction& tx) {
            return messages_->send(tx, {.customer = CustomerId{7},
                                        .phone = phone,
                                        .language = language,
                                        .message = what,
                                        .values = values,
                                        .once = once});
        });
    }

    std::string state(message::MessageId id, const char* column = "state")
    {
        return book_->read([&](sql::Snapshot& snapshot) {
            auto row =
                snapshot.query("select " + std::string(column) + " from message where id = ?", id);
            row.next();
            return row.string(0);
        });
    }

    std::vector<message::Shown> shown()
    {
        return book_->read(
            [&](sql::Snapshot& s) { return messages_->of_customer(s, CustomerId{7}, {}, 10); });
    }

    partner::Sealer message_sealer_{*keyring_, random_, "message"};
    std::unique_ptr<message::Messages> messages_;
    bool page_open_ = false;
    std::vector<std::string> pushed_;
};

}  // namespace

TEST_F(Messages, ReachTheHandsetAndAreReceipted)
{
    run_messages();
    const auto id = send(code, {{"code", "048213"}, {"minutes", 5}});
    ASSERT_TRUE(id) << id.error().reason;
    EXPECT_TRUE(soon([&] { return state(id.value()) == "delivered"; }));
    const auto got = handset("16400001001");
    ASSERT_EQ(got.array()->size(), 1U);
    EXPECT_EQ((*got.array())[0]["text"].text_or(), "【云柜】验证码048213，5分钟内有效。");
    EXPECT_EQ((*got.array())[0]["channel"].text_or(), "sms");
    EXPECT_TRUE(handset("16400001002").array()->empty());
}

TEST_F(Messages, ForgetACodeAsSoonAsItIsSentAndNeverListIt)
{
    run_messages();
    const auto id = send(code, {{"code", "048213"}, {"minutes", 5}});
    ASSERT_TRUE(id);
    EXPECT_TRUE(soon([&] { return state(id.value()) != "waiting"; }));
    EXPECT_EQ(state(id.value(), "coalesce(length(content), 0)"), "0");
    EXPECT_TRUE(shown().empty());
}

TEST_F(Messages, GoToTheOpenPageElseToThePhone)
{
    run_messages();
    const auto by_sms = send(received, {{"amount", "5.00"}}, {}, "16400001001", "en");
    ASSERT_TRUE(by_sms);
    EXPECT_TRUE(soon([&] { return state(by_sms.value()) == "delivered"; }));
    {
        const std::lock_guard lock(mutex_);
        page_open_ = true;
    }
    const auto by_push = send(received, {{"amount", "6.00"}});
    ASSERT_TRUE(by_push);
    EXPECT_TRUE(soon([&] { return state(by_push.value()) == "delivered"; }));
    EXPECT_EQ(pushed_, (std::vector<std::string>{"收到6.00元"}));
    const auto list = shown();
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].channel + ": " + list[0].text, "push: 收到6.00元");
    EXPECT_EQ(list[1].channel + ": " + list[1].text, "sms: 5.00 CNY came in");
    EXPECT_EQ(handset("16400001001").array()->size(), 1U);
}

TEST_F(Messages, AreSentOnceForOneCause)
{
    run_messages();
    const auto first = send(received, {{"amount", "5.00"}}, "event-1");
    EXPECT_EQ(send(received, {{"amount", "5.00"}}, "event-1").value(), first.value());
    EXPECT_TRUE(soon([&] { return state(first.value()) == "delivered"; }));
    EXPECT_EQ(handset("16400001001").array()->size(), 1U);
}

TEST_F(Messages, RefuseCodesAboveTheCapAndRecordOthersAsFailed)
{
    run_messages({.per_phone_hour = 2, .per_phone_day = 5, .codes_in_all_minute = 4});
    const json::Object values{{"code", "1"}, {"minutes", 5}};
    EXPECT_TRUE(send(code, values));
    EXPECT_TRUE(send(code, values));
    EXPECT_EQ(send(code, values).error().reason, "message.too_many");
    const auto other = send(received, {{"amount", "5.00"}});
    ASSERT_TRUE(other);
    EXPECT_TRUE(soon([&] { return state(other.value()) == "failed"; }));
    EXPECT_EQ(state(other.value(), "reason"), "message.too_many");
    EXPECT_TRUE(send(code, values, {}, "16400001002"));
    EXPECT_TRUE(send(code, values, {}, "16400001003"));
    EXPECT_EQ(send(code, values, {}, "16400001004").error().reason, "message.too_many");
}

TEST_F(Messages, GoToTheOpenPageHoweverManyThereAreAndToThePhoneUpToTheCap)
{
    run_messages({.per_phone_hour = 2, .per_phone_day = 5});
    std::vector<message::MessageId> ids;
    for (int i = 0; i < 30; ++i) ids.push_back(send(received, {{"amount", i}}).value());
    const auto in_state = [&](const char* wanted) {
        return std::count_if(ids.begin(), ids.end(),
                             [&](message::MessageId id) { return state(id) == wanted; });
    };
    EXPECT_TRUE(soon([&] { return in_state("delivered") + in_state("failed") == 30; }));
    EXPECT_EQ(in_state("delivered"), 2);
    EXPECT_EQ(handset("16400001001").array()->size(), 2U);
    EXPECT_EQ(shown().size(), 10U) << "all stand in the customer's list";
    {
        const std::lock_guard lock(mutex_);
        page_open_ = true;
    }
    const auto seen = send(received, {{"amount", "7.00"}});
    EXPECT_TRUE(soon([&] { return state(seen.value()) == "delivered"; }));
    EXPECT_EQ(pushed_, (std::vector<std::string>{"收到7.00元"}));
    // What a cap counts stays as small as the cap: each message reads so many rows, and no more.
    const auto counted = book_->read([](sql::Snapshot& snapshot) {
        auto row = snapshot.query(
            "select count(*) from message where channel = 'sms' and reason <> 'message.too_many'");
        row.next();
        return row.integer(0);
    });
    EXPECT_EQ(counted, 2);
}

TEST_F(Messages, SayWhyTheyFailed)
{
    run_messages();
    behave("sms", R"({"mode":"refuse","reason":"number_unreachable"})");
    const auto id = send(received, {{"amount", "5.00"}});
    ASSERT_TRUE(id);
    EXPECT_TRUE(soon([&] { return state(id.value()) == "failed"; }));
    EXPECT_EQ(state(id.value(), "reason"), "number_unreachable");
    EXPECT_EQ(send(received, {}).error().reason, "message.value_missing");
    EXPECT_EQ(send(code, {{"code", "1"}, {"minutes", 5}}, {}, "").error().reason,
              "message.no_phone");
}

TEST_F(Messages, KeepMarketingForTheMorning)
{
    const auto minute = static_cast<int>(clock_.now().micros / 60'000'000 % 1440);
    message::Template offer = received;
    offer.purpose = "marketing";
    run_messages(
        {}, {.from = (minute + 1430) % 1440, .to = (minute + 10) % 1440, .utc_offset_minutes = 0});
    const auto kept = send(offer, {{"amount", "5.00"}});
    ASSERT_TRUE(kept);
    const auto at_once = send(received, {{"amount", "6.00"}});
    EXPECT_TRUE(soon([&] { return state(at_once.value()) == "delivered"; }));
    EXPECT_EQ(state(kept.value()), "waiting");
    EXPECT_EQ(handset("16400001001").array()->size(), 1U);
}

TEST_F(Messages, AreWipedWithThePerson)
{
    run_messages();
    const auto id = send(received, {{"amount", "5.00"}});
    EXPECT_TRUE(soon([&] { return state(id.value()) == "delivered"; }));
    EXPECT_EQ(shown().size(), 1U);
    EXPECT_TRUE(book_->write([&](sql::Transaction& tx) -> base::Result<void> {
        messages_->forget(tx, CustomerId{7});
        return {};
    }));
    EXPECT_TRUE(shown().empty());
}

TEST(Templates, FillInValuesAndNeverReadThemAgain)
{
    const message::Template greeting{
        .code = "x", .purpose = "service", .channels = {}, .text = {{"zh", "{a}对{b}说{a} {"}}};
    EXPECT_EQ(message::render(greeting, "zh", {{"a", "{b}"}, {"b", 7}}).value(), "{b}对7说{b} {");
    EXPECT_EQ(message::render(greeting, "zh", {{"a", "1"}}).error().reason,
              "message.value_missing");
}

}  // namespace tests
