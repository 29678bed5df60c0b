// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/test_house.h>
#include <platform/crypto/otp.h>

#include <gtest/gtest.h>

namespace bank::authentication {
namespace {

class PasswordTest : public testing::Test, protected TestHouse {};

TEST_F(PasswordTest, PasswordRulesSayWhatIsWrong)
{
    const std::vector<std::string> personal{phone_, "1990-01-31", "110101199001311234"};
    const auto rule = [&](std::string_view password) {
        return reason(check_password_rules(password, personal));
    };
    EXPECT_EQ(rule("short1!"), "authentication.password_too_short");
    EXPECT_EQ(rule(""), "authentication.password_too_short");
    EXPECT_EQ(rule(std::string(129, 'x')), "authentication.password_too_long");
    for (const char* simple :
         {"aaaaaaaa", "12345678", "1234567890", "98765432", "abcdefgh", "ABCDEFGH", "abcabcabc",
          "12121212", "Password1", "password!!!", "P@ssw0rd123", "qwertyui", "asdfghjkl",
          "woaini1314", "11111111111"}) {
        EXPECT_EQ(rule(simple), "authentication.password_too_simple") << simple;
    }
    for (const char* own : {"x13800001234", "380000pass", "my19900131", "abc110101x"}) {
        EXPECT_EQ(rule(own), "authentication.password_personal") << own;
    }
    for (const char* good :
         {"tea-house 42", "correct horse", "中文密码可以", "zx9!mQ2p", "88tea66moon"}) {
        EXPECT_EQ(rule(good), "fine") << good;
    }
}

TEST_F(PasswordTest, WrongPasswordsLockByTimeAndRightOnesClear)
{
    set_password_to(login_, "tea-house 42");
    const PasswordCheck right = compare("tea-house 42");
    const PasswordCheck wrong = compare("tea-house 43");
    EXPECT_TRUE(right.right);
    EXPECT_FALSE(wrong.right);
    EXPECT_EQ(try_password(right), "fine");
    for (int i = 0; i < 4; ++i) EXPECT_EQ(try_password(wrong), "authentication.password_wrong");
    EXPECT_EQ(try_password(right), "fine");  // Clears the count.
    for (int i = 0; i < 4; ++i) EXPECT_EQ(try_password(wrong), "authentication.password_wrong");
    EXPECT_EQ(try_password(wrong), "authentication.locked");
    EXPECT_EQ(try_password(right), "authentication.locked");
    clock_.advance_seconds(901);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(try_password(wrong), "authentication.password_wrong");
    EXPECT_EQ(try_password(wrong), "authentication.locked");
    clock_.advance_seconds(901);  // The second lock is twice as long.
    EXPECT_EQ(try_password(right), "authentication.locked");
    clock_.advance_seconds(900);
    EXPECT_EQ(try_password(right), "fine");
}

TEST_F(PasswordTest, NobodyLearnsWhoHasAPassword)
{
    EXPECT_EQ(try_password(check_password(std::nullopt, "whatever it is")),
              "authentication.password_wrong");
    EXPECT_EQ(try_password(compare("")), "authentication.password_wrong");
    set_password_to(login_, "tea-house 42");
    const PasswordCheck old = compare("tea-house 42");
    set_password_to(login_, "moon garden 9");
    EXPECT_EQ(try_password(old), "authentication.password_changed");
    ASSERT_TRUE(in_house([&](sql::Transaction& tx) { return close_login(tx, login_); }));
    EXPECT_EQ(try_password(compare("moon garden 9")), "authentication.password_wrong");
}

TEST_F(PasswordTest, AnAuthenticatorCodeIsGoodOnce)
{
    const LoginId staff =
        in_house([&](sql::Transaction& tx) {
            return create_staff_login(tx, environment_, 0, 5, "teller.1", clock_.now());
        }).value();
    const auto attempt = [&](std::string_view code) {
        return reason(recorded([&](sql::Transaction& tx) {
            return settle_totp(tx, environment_, staff, code, clock_.now());
        }));
    };
    EXPECT_EQ(attempt("123456"), "authentication.totp_missing");
    const crypto::Bytes secret = random_.bytes(20);
    ASSERT_TRUE(in_house(
        [&](sql::Transaction& tx) { return enrol_totp(tx, environment_, staff, secret); }));
    const std::string code = crypto::hotp(secret, crypto::totp_step(clock_.now()));
    EXPECT_EQ(attempt(code), "fine");
    EXPECT_EQ(attempt(code), "authentication.totp_wrong");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(attempt("nonsense"), "authentication.totp_wrong");
    EXPECT_EQ(attempt(""), "authentication.locked");
    clock_.advance_seconds(901);
    EXPECT_EQ(attempt(crypto::hotp(secret, crypto::totp_step(clock_.now()))), "fine");
}

}  // namespace
}  // namespace bank::authentication
