// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/test_house.h>
#include <platform/crypto/otp.h>

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace bank::authentication {
namespace {

class SessionTest : public testing::Test, protected TestHouse {};

TEST_F(SessionTest, LoginsAreFoundByPhoneAndNameAndExistOnce)
{
    const auto by_phone = [&](std::string_view phone) {
        return house_->read(
            [&](sql::Snapshot& s) { return find_logins_by_phone(s, environment_, phone); });
    };
    ASSERT_EQ(by_phone("+86 13800001234").size(), 1U);
    EXPECT_EQ(by_phone(phone_)[0].subject, 77U);
    EXPECT_TRUE(by_phone("13900005678").empty());
    EXPECT_TRUE(by_phone("x").empty());
    const auto customer = [&](int book, std::uint64_t id) {
        return reason(in_house([&](sql::Transaction& tx) {
            return create_customer_login(tx, environment_, book, id, phone_, clock_.now());
        }));
    };
    EXPECT_EQ(customer(4, 77), "authentication.login_exists");
    EXPECT_EQ(customer(5, 77), "fine");
    EXPECT_EQ(by_phone(phone_).size(), 2U);
    const auto staff = [&](std::uint64_t id, std::string_view name) {
        return reason(in_house([&](sql::Transaction& tx) {
            return create_staff_login(tx, environment_, 0, id, name, clock_.now());
        }));
    };
    EXPECT_EQ(staff(1, "a.b-1"), "fine");
    EXPECT_EQ(staff(2, "a.b-1"), "authentication.login_exists");
    EXPECT_EQ(staff(1, "other"), "authentication.login_exists");
    for (const char* name : {"", "a", "A.B", "a b", "名字", "x'; --"}) {
        EXPECT_EQ(staff(9, name), "authentication.name_malformed") << name;
    }
    EXPECT_TRUE(house_->read([&](sql::Snapshot& s) { return find_staff_login(s, "a.b-1"); }));
    ASSERT_TRUE(in_house([&](sql::Transaction& tx) {
        return change_phone(tx, environment_, login_, "13900005678");
    }));
    EXPECT_EQ(by_phone("13900005678").size(), 1U);
    ASSERT_TRUE(in_house([&](sql::Transaction& tx) { return close_login(tx, login_); }));
    EXPECT_TRUE(by_phone("13900005678").empty());
}

TEST_F(SessionTest, SessionsEndByIdlenessAndByTime)
{
    const auto open = [&] {
        return in_house([&](sql::Transaction& tx) {
                   const Login login = find_login(tx, login_).value();
                   return open_session(tx, environment_, login, "password", true, clock_.now());
               })
            .value();
    };
    const auto find = [&](std::string_view token) {
        return house_->read(
            [&](sql::Snapshot& s) { return find_session(s, environment_, token, clock_.now()); });
    };
    const OpenedSession opened = open();
    EXPECT_EQ(opened.token.size(), 43U);
    const Session session = find(opened.token).value();
    EXPECT_EQ(session.kind, SessionKind::customer);
    EXPECT_EQ(session.subject, 77U);
    EXPECT_EQ(session.book, 4);
    EXPECT_TRUE(csrf_matches(session, opened.session.csrf_token));
    EXPECT_FALSE(csrf_matches(session, ""));
    EXPECT_FALSE(csrf_matches(session, open().session.csrf_token));
    EXPECT_EQ(reason(find("")), "authentication.session_unknown");
    EXPECT_EQ(reason(find(std::string(43, 'A'))), "authentication.session_unknown");
    EXPECT_EQ(reason(find(opened.token + "A")), "authentication.session_unknown");

    EXPECT_FALSE(is_touch_due(session, clock_.now()));
    clock_.advance_seconds(899);
    EXPECT_TRUE(is_touch_due(session, clock_.now()));
    EXPECT_EQ(reason(find(opened.token)), "fine");
    in_house([&](sql::Transaction& tx) -> base::Result<void> {
        touch_session(tx, session.id, clock_.now());
        return {};
    }).value();
    clock_.advance_seconds(899);
    EXPECT_EQ(reason(find(opened.token)), "fine");
    clock_.advance_seconds(1);
    EXPECT_EQ(reason(find(opened.token)), "authentication.session_expired");

    const OpenedSession busy = open();
    for (int i = 0; i < 72; ++i) {
        clock_.advance_seconds(600);
        in_house([&](sql::Transaction& tx) -> base::Result<void> {
            touch_session(tx, busy.session.id, clock_.now());
            return {};
        }).value();
    }
    EXPECT_EQ(reason(find(busy.token)), "authentication.session_expired");

    const OpenedSession first = open();
    const OpenedSession second = open();
    EXPECT_EQ(house_->read([&](sql::Snapshot& s) {
        return sessions_of(s, environment_, login_, clock_.now()).size();
    }),
              2U);
    in_house([&](sql::Transaction& tx) -> base::Result<int> {
        return end_sessions(tx, login_, second.session.id);
    }).value();
    EXPECT_EQ(reason(find(first.token)), "authentication.session_unknown");
    EXPECT_EQ(reason(find(second.token)), "fine");
}

TEST_F(SessionTest, AVisitorsPhoneIsKeptSealed)
{
    const OpenedSession visitor =
        in_house([&](sql::Transaction& tx) {
            return open_session(
                tx, environment_,
                {.kind = SessionKind::visitor, .method = "code", .phone = "138-0000-1234"},
                clock_.now());
        }).value();
    EXPECT_EQ(house_
                  ->read([&](sql::Snapshot& s) {
                      return visitor_phone(s, environment_, visitor.session.id);
                  })
                  .value(),
              phone_);
    const IssuedCode code = issue(phone_).value();
    house_.reset();
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(folder_)) {
        std::ostringstream content;
        content << std::ifstream(file.path(), std::ios::binary).rdbuf();
        all += content.str();
    }
    ASSERT_NE(all.find("visitor"), std::string::npos);
    for (const std::string& secret : {phone_, code.code, visitor.token}) {
        EXPECT_EQ(all.find(secret), std::string::npos) << secret;
    }
}

TEST_F(SessionTest, RotationKeepsLoginsFoundAndTheirSecretsReadable)
{
    const crypto::Bytes secret = random_.bytes(20);
    ASSERT_TRUE(in_house(
        [&](sql::Transaction& tx) { return enrol_totp(tx, environment_, login_, secret); }));
    for (std::uint64_t i = 0; i < 4; ++i) {
        ASSERT_TRUE(in_house([&](sql::Transaction& tx) {
            return create_customer_login(tx, environment_, 4, 100 + i, phone_, clock_.now());
        }));
    }
    keyring_->rotate(random_, clock_.now());
    LoginId after;
    int steps = 0;
    do {
        after = in_house([&](sql::Transaction& tx) {
                    return rotate_login_keys(tx, environment_, after, 2);
                }).value();
        ++steps;
    } while (after);
    EXPECT_EQ(steps, 4);
    ASSERT_TRUE(keyring_->remove(1));
    EXPECT_EQ(house_->read([&](sql::Snapshot& s) {
        return find_logins_by_phone(s, environment_, phone_).size();
    }),
              5U);
    EXPECT_EQ(
        house_->read([&](sql::Snapshot& s) { return phone_of(s, environment_, login_); }).value(),
        phone_);
    EXPECT_EQ(reason(recorded([&](sql::Transaction& tx) {
                  return settle_totp(tx, environment_, login_,
                                     crypto::hotp(secret, crypto::totp_step(clock_.now())),
                                     clock_.now());
              })),
              "fine");
}

TEST_F(SessionTest, PurgingTakesWhatRanOutOnly)
{
    ASSERT_TRUE(issue(phone_));
    set_password_to(login_, "tea-house 42");
    ASSERT_TRUE(challenge(Method::password, payment_));
    const auto purge = [&] {
        return in_house([&](sql::Transaction& tx) -> base::Result<int> {
                   return purge_house(tx, clock_.now(), 100);
               })
            .value();
    };
    EXPECT_EQ(purge(), 0);
    clock_.advance_seconds(301);
    EXPECT_EQ(purge(), 1);  // The challenge; the code is still counted by the caps.
    clock_.advance_seconds(90000);
    EXPECT_EQ(purge(), 1);
}

}  // namespace
}  // namespace bank::authentication
