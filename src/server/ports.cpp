// SPDX-License-Identifier: Apache-2.0
#include <server/ports.h>

#include <api/orders.h>

#include <bank/authentication/login.h>
#include <bank/authentication/passkey.h>
#include <bank/customer/person.h>
#include <bank/payment/figures.h>

#include <platform/crypto/encoding.h>

namespace server {

namespace authentication = bank::authentication;
namespace customer = bank::customer;
namespace payment = bank::payment;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::string_view purpose_of_payments = "payment-purpose";
constexpr std::string_view purpose_of_cases = "case";

}  // namespace

Result<customer::CustomerId> People::by_phone(sql::Snapshot& snapshot, std::string_view phone)
{
    // A record that holds a phone alone is nobody who can be paid.
    for (const auto id : customer::find_by_phone(snapshot, vault_, phone)) {
        const auto person = customer::find(snapshot, id);
        if (person && person.value().state == customer::State::active &&
            person.value().knowledge != customer::Knowledge::claimed) {
            return id;
        }
    }
    return base::not_found("payment.payee_unknown", "nobody here has this phone number");
}

std::string People::name(sql::Snapshot& snapshot, customer::CustomerId person)
{
    auto name = customer::read_field(snapshot, vault_, person, customer::field::name);
    return name ? std::move(name).value() : std::string{};
}

std::string People::seal(customer::CustomerId person, std::string_view text)
{
    auto sealed = sealing_.seal(person, purpose_of_payments, text);
    return sealed ? std::move(sealed).value() : std::string{};
}

std::string People::unseal(sql::Snapshot&, customer::CustomerId person, std::string_view sealed)
{
    auto text = sealing_.open(person, purpose_of_payments, sealed);
    return text ? std::move(text).value() : std::string{};
}

Result<std::uint64_t> ProofDesk::put(std::string_view token)
{
    const auto proof = TRY(authentication::read_proof(environment_, token));
    const std::lock_guard lock{mutex_};
    proofs_.emplace(++last_, proof);
    return last_;
}

void ProofDesk::take(std::uint64_t number)
{
    const std::lock_guard lock{mutex_};
    proofs_.erase(number);
}

std::optional<authentication::Proof> ProofDesk::find(std::uint64_t number) const
{
    const std::lock_guard lock{mutex_};
    const auto it = proofs_.find(number);
    if (it == proofs_.end()) return std::nullopt;
    return it->second;
}

Result<payment::Proof> Proofs::answer(base::Money sum, bool payee_known, bool has_passkey) const
{
    const auto amount = platform::decimal::Decimal::parse(base::to_decimal(sum));
    base::ensure(amount.has_value());
    engine::feel::Context inputs;
    inputs.put("amount", engine::feel::Value{amount.value()});
    inputs.put("has passkey", engine::feel::Value{has_passkey});
    inputs.put("payee known", engine::feel::Value{payee_known});
    engine::feel::Evaluation evaluation{house_.clock()};
    const auto answer = TRY(table_.evaluate("proof", inputs, evaluation));
    const auto* name = answer.string();
    for (const auto proof :
         {payment::Proof::password, payment::Proof::sms, payment::Proof::passkey}) {
        if (name != nullptr && *name == payment::to_string(proof)) return proof;
    }
    return payment::Proof::branch;  // What the table does not know is not done from afar.
}

Result<payment::Proof> Proofs::needed(sql::Snapshot& snapshot,
                                      const payment::ProofQuestion& question)
{
    (void)snapshot;  // Passkeys are the house book's.
    // The table is asked for every case: that costs less than to look up a fact that changes
    // nothing.
    std::array<std::array<payment::Proof, 2>, 2> answers{};  // By payee known, has passkey.
    for (const bool known : {false, true}) {
        for (const bool passkey : {false, true}) {
            answers[known][passkey] = TRY(answer(question.amount, known, passkey));
        }
    }
    const bool known = answers[false] != answers[true] && TRY(question.payee_known());
    const auto& by_passkey = answers[known];
    if (by_passkey[false] == by_passkey[true]) return by_passkey[false];
    const bool has_passkey = house_.read_lately([&](sql::Snapshot& house) {
        return authentication::has_passkey(house, book_, question.payer.value);
    });
    return by_passkey[has_passkey];
}

Result<void> Proofs::consume(sql::Transaction& transaction, customer::CustomerId payer,
                             std::uint64_t number, payment::Proof needed, std::string_view subject)
{
    const auto proof = desk_.find(number);
    if (!proof) return base::forbidden("payment.proof_missing", "this payment needs a proof first");
    const auto least = needed == payment::Proof::passkey ? authentication::Method::passkey
                       : needed == payment::Proof::sms   ? authentication::Method::code
                                                         : authentication::Method::password;
    TRY(authentication::check_proof(*proof, book_, payer.value, api::content_of_payment(subject),
                                    least, transaction.now()));
    return authentication::consume_proof(transaction, *proof, transaction.now());
}

void Events::append(sql::Transaction& transaction, std::string_view type, std::string_view subject,
                    const platform::json::Object& data)
{
    outbox_.append(transaction, type, subject, data);
}

/// What is sealed stands in columns of text: a letter for the kind of key, then base64url. Under a
/// small letter, as it was written before, the bytes stand as they are.
std::string CaseSealer::seal(std::string_view subject, std::string_view plain)
{
    if (const auto person = base::parse_id<customer::CustomerId>(subject)) {
        if (auto sealed = sealing_.seal(person.value(), purpose_of_cases, plain))
            return "P" + platform::crypto::to_base64url(platform::crypto::as_bytes(sealed.value()));
    }
    namespace crypto = platform::crypto;
    return "K" + crypto::to_base64url(crypto::seal(keyring_.sealing_key(purpose_of_cases),
                                                   crypto::as_bytes(subject),
                                                   crypto::as_bytes(plain), random_));
}

Result<std::string> CaseSealer::open(std::string_view subject, std::string_view sealed)
{
    namespace crypto = platform::crypto;
    crypto::Bytes decoded;
    const char kind = sealed.empty() ? ' ' : sealed.front();
    crypto::ByteView bytes = crypto::as_bytes(sealed.substr(sealed.empty() ? 0 : 1));
    if (kind == 'P' || kind == 'K') {
        decoded = TRY(crypto::from_base64url(sealed.substr(1)));
        bytes = decoded;
    }
    if (kind == 'p' || kind == 'P') {
        return sealing_.open(TRY(base::parse_id<customer::CustomerId>(subject)), purpose_of_cases,
                             crypto::as_text(bytes));
    }
    if (kind != 'k' && kind != 'K')
        return base::invalid("crypto.unreadable", "this was sealed by something else");
    const auto id = TRY(crypto::sealing_key_id(bytes));
    const auto key = TRY(keyring_.sealing_key(purpose_of_cases, id));
    return crypto::as_text(TRY(crypto::unseal(key, crypto::as_bytes(subject), bytes)));
}

}  // namespace server
