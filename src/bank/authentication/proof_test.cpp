// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/test_house.h>

#include <gtest/gtest.h>

namespace bank::authentication {
namespace {

class ProofTest : public testing::Test, protected TestHouse {};

TEST_F(ProofTest, AProofBySmsIsForExactlyWhatTheMessageSaid)
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

TEST_F(ProofTest, AProofIsUsedOnceInTheBookThatActsOnIt)
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

TEST_F(ProofTest, AForgedProofIsNone)
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

TEST_F(ProofTest, AChallengeRunsOutAndNeedsWhatItAsksFor)
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

TEST_F(ProofTest, FieldsOfAContentCannotRunIntoEachOther)
{
    EXPECT_NE(digest({"a", {{"b", "cd"}}}), digest({"a", {{"bc", "d"}}}));
    EXPECT_NE(digest({"ab", {}}), digest({"a", {{"b", ""}}}));
    EXPECT_NE(digest({"a", {{"b", "c"}, {"d", "e"}}}), digest({"a", {{"b", "cd"}, {"", "e"}}}));
}

}  // namespace
}  // namespace bank::authentication
