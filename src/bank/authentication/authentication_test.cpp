// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/code.h>
#include <bank/authentication/password.h>
#include <bank/authentication/proof.h>
#include <bank/authentication/schema.h>
#include <bank/authentication/session.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/otp.h>
#include <platform/crypto/password.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>

namespace bank::authentication {
namespace {

namespace crypto = platform::crypto;
namespace sql = platform::sql;

class AuthenticationTest : public testing::Test {
protected:
    AuthenticationTest()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        house_ = sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        book_ = sql::open_test_book(folder_ / "book.db", clock_, {.number = 4});
        EXPECT_TRUE(house_->migrate(house_migrations()));
        EXPECT_TRUE(book_->migrate(institution_migrations()));
    }
    ~AuthenticationTest() override
    {
        house_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    template <class Work>
    auto in_house(Work work)
    {
        return house_->write([&](sql::Transaction& tx) { return work(tx); });
    }

    void SetUp() override
    {
        login_ = in_house([&](sql::Transaction& tx) {
                     return create_customer_login(tx, environment_, 4, 77, phone_, clock_.now());
                 }).value();
    }

    /// A unit of work whose answer is kept although it refuses.
    template <class Work>
    auto recorded(Work work)
    {
        using R = std::invoke_result_t<Work&, sql::Transaction&>;
        return settled(
            house_->write([&](sql::Transaction& tx) -> base::Result<R> { return work(tx); }));
    }

    template <class T>
    static std::string reason(const base::Result<T>& result)
    {
        return result ? "fine" : std::string(result.error().reason);
    }

    base::Result<IssuedCode> issue(std::string_view phone, std::string_view purpose = "sign-up")
    {
        return in_house([&](sql::Transaction& tx) {
            return issue_code(tx, environment_, purpose, phone, {}, clock_.now());
        });
    }

    std::string redeem(const IssuedCode& code, std::string_view text, std::string_view phone,
                       std::string_view purpose = "sign-up", const crypto::Digest& content = {})
    {
        return reason(recorded([&](sql::Transaction& tx) {
            return redeem_code(tx, environment_, code.id, purpose, phone, content, text,
                               clock_.now());
        }));
    }

    static std::string other_than(const std::string& code)
    {
        return code == "000000" ? "000001" : "000000";
    }

    void set_password_to(LoginId login, std::string_view password)
    {
        const std::string hash = crypto::hash_password(password);
        ASSERT_TRUE(in_house([&](sql::Transaction& tx) { return set_password(tx, login, hash); }));
    }

    PasswordCheck compare(std::string_view password)
    {
        return check_password(
            house_->read([&](sql::Snapshot& s) { return find_login(s, login_); }).value(),
            password);
    }

    std::string try_password(const PasswordCheck& check)
    {
        return reason(recorded([&](sql::Transaction& tx) {
            return settle_password(tx, environment_, check, clock_.now());
        }));
    }

    base::Result<ProofChallenge> challenge(Method method, const Content& content)
    {
        return in_house([&](sql::Transaction& tx) {
            return open_proof_challenge(tx, environment_, login_, method, content, clock_.now());
        });
    }

    const std::string phone_ = "13800001234";
    const Content payment_{
        "payment.transfer",
        {{"from", "a1"}, {"payee", "b2"}, {"amount", "12.50"}, {"currency", "CNY"}}};
    base::ManualClock clock_{base::parse_instant("2026-11-21T00:00:00Z").value()};
    crypto::SystemRandom random_;
    std::unique_ptr<crypto::Keyring> keyring_ = crypto::Keyring::in_memory(random_);
    Environment environment_{*keyring_, random_};
    std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                    ("authentication-test-" + std::to_string(getpid()));
    std::unique_ptr<sql::Book> house_;
    std::unique_ptr<sql::Book> book_;
    LoginId login_;
};

// Codes by SMS

TEST_F(AuthenticationTest, ACodeIsGoodOnceForItsPhoneAndPurpose)
{
    const IssuedCode code = issue("138 0000 1234").value();
    EXPECT_EQ(code.phone, phone_);
    EXPECT_EQ(code.code.size(), 6U);
    EXPECT_EQ(redeem(code, code.code, "13900005678"), "authentication.code_wrong");
    EXPECT_EQ(redeem(code, code.code, phone_, "sign-in"), "authentication.code_wrong");
    EXPECT_EQ(redeem(code, code.code, phone_), "fine");
    EXPECT_EQ(redeem(code, code.code, phone_), "authentication.code_used");
}

TEST_F(AuthenticationTest, ACodeIsVoidAfterFiveWrongTries)
{
    const IssuedCode code = issue(phone_).value();
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(redeem(code, other_than(code.code), phone_), "authentication.code_wrong");
    }
    EXPECT_EQ(redeem(code, other_than(code.code), phone_), "authentication.code_void");
    EXPECT_EQ(redeem(code, code.code, phone_), "authentication.code_void");
}

TEST_F(AuthenticationTest, ACodeRunsOutAndANewerOneReplacesIt)
{
    const IssuedCode first = issue(phone_).value();
    clock_.advance_seconds(61);
    const IssuedCode second = issue(phone_).value();
    EXPECT_EQ(redeem(first, first.code, phone_), "authentication.code_void");
    clock_.advance_seconds(299);
    EXPECT_EQ(redeem(second, other_than(second.code), phone_), "authentication.code_wrong");
    clock_.advance_seconds(1);
    EXPECT_EQ(redeem(second, second.code, phone_), "authentication.code_expired");
    EXPECT_EQ(redeem({CodeId{12345}, "", "", {}}, "123456", phone_), "authentication.code_wrong");
    for (const char* text : {"", "12345", "1234567", "１２３４５６", "' or 1=1"}) {
        clock_.advance_seconds(3600);
        const IssuedCode code = issue(phone_).value();
        EXPECT_EQ(redeem(code, text, phone_), "authentication.code_wrong");
    }
}

TEST_F(AuthenticationTest, TheNewestCodeIsFoundByPhoneAndPurpose)
{
    const auto latest = [&](std::string_view purpose, std::string_view phone) {
        return house_->read(
            [&](sql::Snapshot& s) { return latest_code(s, environment_, purpose, phone); });
    };
    EXPECT_EQ(latest("sign-up", phone_), std::nullopt);
    EXPECT_EQ(latest("sign-up", "nonsense"), std::nullopt);
    ASSERT_TRUE(issue(phone_));
    clock_.advance_seconds(61);
    const IssuedCode second = issue(phone_).value();
    EXPECT_EQ(latest("sign-up", "+86 13800001234"), second.id);
    EXPECT_EQ(latest("sign-in", phone_), std::nullopt);
}

TEST_F(AuthenticationTest, CodesToOnePhoneAreCapped)
{
    EXPECT_EQ(reason(issue("12345")), "customer.phone_malformed");
    EXPECT_EQ(reason(issue(phone_)), "fine");
    EXPECT_EQ(reason(issue(phone_)), "authentication.code_too_soon");
    EXPECT_EQ(reason(issue("13900005678")), "fine");
    for (int i = 0; i < 5; ++i) {
        clock_.advance_seconds(61);
        EXPECT_EQ(reason(issue(phone_)), "fine");
    }
    clock_.advance_seconds(61);
    EXPECT_EQ(reason(issue(phone_)), "authentication.code_cap");
    EXPECT_EQ(reason(issue(phone_, "proof")), "authentication.code_cap");
    int sent = 6;
    for (int i = 0; i < 20; ++i) {
        clock_.advance_seconds(901);
        sent += issue(phone_).has_value();
    }
    EXPECT_EQ(sent, environment_.policy.codes_per_day);
    clock_.advance_seconds(86400);
    EXPECT_EQ(reason(issue(phone_)), "fine");
}

// Passwords

TEST_F(AuthenticationTest, PasswordRulesSayWhatIsWrong)
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

TEST_F(AuthenticationTest, WrongPasswordsLockByTimeAndRightOnesClear)
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

TEST_F(AuthenticationTest, NobodyLearnsWhoHasAPassword)
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

TEST_F(AuthenticationTest, AnAuthenticatorCodeIsGoodOnce)
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

// Logins and sessions

TEST_F(AuthenticationTest, LoginsAreFoundByPhoneAndNameAndExistOnce)
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

TEST_F(AuthenticationTest, SessionsEndByIdlenessAndByTime)
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

TEST_F(AuthenticationTest, AVisitorsPhoneIsKeptSealed)
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

// Proofs

TEST_F(AuthenticationTest, AProofBySmsIsForExactlyWhatTheMessageSaid)
{
    const ProofChallenge opened = challenge(Method::code, payment_).value();
    ASSERT_TRUE(opened.code);
    EXPECT_EQ(opened.code->phone, phone_);
    const auto answer = [&](LoginId login, const std::string& text) {
        return recorded([&](sql::Transaction& tx) {
            return answer_with_code(tx, environment_, opened.id, login, text, clock_.now());
        });
    };
    EXPECT_EQ(reason(answer(LoginId{1}, opened.code->code)), "authentication.challenge_unknown");
    EXPECT_EQ(reason(answer(login_, other_than(opened.code->code))), "authentication.code_wrong");
    const Proof proof = answer(login_, opened.code->code).value();
    EXPECT_EQ(reason(answer(login_, opened.code->code)), "authentication.challenge_used");

    const auto check = [&](const Content& content, Method at_least, std::uint64_t subject = 77) {
        return reason(check_proof(proof, 4, subject, content, at_least, clock_.now()));
    };
    EXPECT_EQ(check(payment_, Method::code), "fine");
    EXPECT_EQ(check(payment_, Method::password), "fine");
    EXPECT_EQ(check(payment_, Method::passkey), "authentication.proof_too_weak");
    EXPECT_EQ(check(payment_, Method::code, 78), "authentication.proof_of_another");
    for (std::size_t i = 0; i < payment_.values.size(); ++i) {
        Content other = payment_;
        other.values[i].second += "0";
        EXPECT_EQ(check(other, Method::code), "authentication.proof_of_other_content");
    }
    Content other = payment_;
    other.operation = "payment.request";
    EXPECT_EQ(check(other, Method::code), "authentication.proof_of_other_content");
    Content turned = payment_;
    std::swap(turned.values[0], turned.values[1]);
    EXPECT_EQ(check(turned, Method::code), "fine");
    clock_.advance_seconds(300);
    EXPECT_EQ(check(payment_, Method::code), "authentication.proof_expired");
}

TEST_F(AuthenticationTest, AProofIsUsedOnceInTheBookThatActsOnIt)
{
    set_password_to(login_, "tea-house 42");
    const ProofChallenge opened = challenge(Method::password, payment_).value();
    const auto answer = [&](std::string_view password) {
        const PasswordCheck check = compare(password);
        return recorded([&](sql::Transaction& tx) {
            return answer_with_password(tx, environment_, opened.id, check, clock_.now());
        });
    };
    EXPECT_EQ(reason(answer("tea-house 43")), "authentication.password_wrong");
    const std::string token = write_proof(environment_, answer("tea-house 42").value());

    keyring_->rotate(random_, clock_.now());
    const Proof proof = read_proof(environment_, token).value();
    EXPECT_EQ(proof.subject, 77U);
    EXPECT_EQ(proof.content, digest(payment_));
    const auto use = [&] {
        return reason(book_->write(
            [&](sql::Transaction& tx) { return consume_proof(tx, proof, clock_.now()); }));
    };
    EXPECT_EQ(use(), "fine");
    EXPECT_EQ(use(), "authentication.proof_used");
    clock_.advance_seconds(300);
    EXPECT_EQ(use(), "authentication.proof_expired");
    EXPECT_EQ(book_
                  ->write([&](sql::Transaction& tx) -> base::Result<int> {
                      return purge_institution(tx, base::after_seconds(clock_.now(), 1), 10);
                  })
                  .value(),
              1);
}

TEST_F(AuthenticationTest, AForgedProofIsNone)
{
    const Proof proof{ProofId{9},
                      4,
                      77,
                      Method::password,
                      digest(payment_),
                      base::after_seconds(clock_.now(), 60)};
    const std::string token = write_proof(environment_, proof);
    EXPECT_EQ(reason(read_proof(environment_, token)), "fine");
    const crypto::Bytes bytes = crypto::from_base64url(token).value();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        crypto::Bytes altered = bytes;
        altered[i] ^= 1;
        EXPECT_EQ(reason(read_proof(environment_, crypto::to_base64url(altered))),
                  "authentication.proof_forged");
    }
    EXPECT_EQ(reason(read_proof(environment_, "")), "authentication.proof_forged");
    EXPECT_EQ(reason(read_proof(environment_, token + "AAAA")), "authentication.proof_forged");
    const auto other_ring = crypto::Keyring::in_memory(random_);
    const Environment other{*other_ring, random_};
    EXPECT_EQ(reason(read_proof(other, token)), "authentication.proof_forged");
}

TEST_F(AuthenticationTest, AChallengeRunsOutAndNeedsWhatItAsksFor)
{
    EXPECT_EQ(reason(challenge(Method::password, payment_)), "authentication.no_password");
    EXPECT_EQ(reason(challenge(Method::passkey, payment_)), "authentication.no_passkey");
    set_password_to(login_, "tea-house 42");
    const ProofId id = challenge(Method::password, payment_).value().id;
    clock_.advance_seconds(300);
    const PasswordCheck check = compare("tea-house 42");
    EXPECT_EQ(reason(recorded([&](sql::Transaction& tx) {
                  return answer_with_password(tx, environment_, id, check, clock_.now());
              })),
              "authentication.challenge_expired");
}

TEST_F(AuthenticationTest, FieldsOfAContentCannotRunIntoEachOther)
{
    EXPECT_NE(digest({"a", {{"b", "cd"}}}), digest({"a", {{"bc", "d"}}}));
    EXPECT_NE(digest({"ab", {}}), digest({"a", {{"b", ""}}}));
    EXPECT_NE(digest({"a", {{"b", "c"}, {"d", "e"}}}), digest({"a", {{"b", "cd"}, {"", "e"}}}));
}

TEST_F(AuthenticationTest, RotationKeepsLoginsFoundAndTheirSecretsReadable)
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

TEST_F(AuthenticationTest, PurgingTakesWhatRanOutOnly)
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
