// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/proof.h>

#include <bank/authentication/internal/challenge.h>
#include <bank/authentication/internal/passkey_options.h>
#include <bank/authentication/internal/secrets.h>

#include <algorithm>
#include <array>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::array<std::string_view, 3> methods{"password", "code", "passkey"};
constexpr std::string_view code_purpose = "proof";

Result<Challenge> open_of_method(sql::Snapshot& snapshot, ProofId id, LoginId login, Method method,
                                 base::Instant now)
{
    Challenge challenge = TRY(open_challenge(snapshot, id, login, now));
    if (challenge.kind != ChallengeKind::proof || challenge.method != method) {
        return challenge_unknown();
    }
    return challenge;
}

Recorded<Proof> answered(sql::Transaction& transaction, const Challenge& challenge)
{
    close(transaction, challenge.id);
    return {proven(transaction, challenge)};
}

}  // namespace

std::string_view to_string(Method method)
{
    return methods[static_cast<std::size_t>(method)];
}

Result<Method> parse_method(std::string_view name)
{
    const auto found = std::ranges::find(methods, name);
    if (found == methods.end()) {
        return base::invalid("authentication.method_unknown", "no such method of proof");
    }
    return static_cast<Method>(found - methods.begin());
}

crypto::Digest digest(const Content& content)
{
    auto values = content.values;
    std::ranges::sort(values);
    crypto::Bytes message;
    crypto::append_framed(message, crypto::as_bytes(content.operation));
    for (const auto& [name, value] : values) {
        crypto::append_framed(message, crypto::as_bytes(name));
        crypto::append_framed(message, crypto::as_bytes(value));
    }
    return crypto::sha256(message);
}

Result<ProofChallenge> open_proof_challenge(sql::Transaction& transaction,
                                            const Environment& environment, LoginId login,
                                            Method method, const Content& content,
                                            base::Instant now)
{
    const Login found = TRY(find_login(transaction, login));
    Challenge challenge = new_challenge(transaction, environment, ChallengeKind::proof, login, now);
    challenge.method = method;
    challenge.content = digest(content);
    ProofChallenge opened{challenge.id, method, challenge.expires, {}, {}};
    switch (method) {
        case Method::password:
            if (found.password_hash.empty()) {
                return base::rejected("authentication.no_password", "no password was set");
            }
            break;
        case Method::code: {
            const std::string phone = TRY(phone_of(transaction, environment, login));
            opened.code = TRY(
                issue_code(transaction, environment, code_purpose, phone, challenge.content, now));
            challenge.code = opened.code->id;
            break;
        }
        case Method::passkey:
            opened.passkey = TRY(
                assertion_options(transaction, environment, login, signed_challenge(challenge)));
            break;
    }
    store(transaction, challenge);
    return opened;
}

Recorded<Proof> answer_with_password(sql::Transaction& transaction, const Environment& environment,
                                     ProofId id, const PasswordCheck& check, base::Instant now)
{
    const auto challenge = open_of_method(transaction, id, check.login, Method::password, now);
    if (!challenge) return {challenge.error()};
    const auto settled_check = settle_password(transaction, environment, check, now);
    if (!settled_check.answer) return {settled_check.answer.error()};
    return answered(transaction, challenge.value());
}

Recorded<Proof> answer_with_code(sql::Transaction& transaction, const Environment& environment,
                                 ProofId id, LoginId login, std::string_view code,
                                 base::Instant now)
{
    const auto challenge = open_of_method(transaction, id, login, Method::code, now);
    if (!challenge) return {challenge.error()};
    const auto phone = phone_of(transaction, environment, login);
    if (!phone) return {phone.error()};
    const auto redeemed =
        redeem_code(transaction, environment, challenge.value().code, code_purpose, phone.value(),
                    challenge.value().content, code, now);
    if (!redeemed.answer) return {redeemed.answer.error()};
    return answered(transaction, challenge.value());
}

Result<void> check_proof(const Proof& proof, int book, std::uint64_t subject,
                         const Content& content, Method at_least, base::Instant now)
{
    if (proof.book != book || proof.subject != subject) {
        return base::forbidden("authentication.proof_of_another", "this proof is not yours");
    }
    if (proof.content != digest(content)) {
        return base::forbidden("authentication.proof_of_other_content",
                               "this proof was given for something else");
    }
    if (proof.method < at_least) {
        return base::rejected("authentication.proof_too_weak",
                              "a stronger proof is needed: " + std::string(to_string(at_least)));
    }
    if (now >= proof.expires) {
        return base::rejected("authentication.proof_expired", "this proof has run out");
    }
    return {};
}

Result<void> consume_proof(sql::Transaction& transaction, const Proof& proof, base::Instant now)
{
    if (now >= proof.expires) {
        return base::rejected("authentication.proof_expired", "this proof has run out");
    }
    const auto inserted = transaction.execute(
        "insert into authentication_used_proof(id, expires) values (?, ?) on conflict do nothing",
        proof.id, proof.expires);
    if (inserted == 0) {
        return base::conflict("authentication.proof_used", "this proof was used already");
    }
    return {};
}

}  // namespace bank::authentication
