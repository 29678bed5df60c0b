// SPDX-License-Identifier: Apache-2.0
// Proofs that are bound to one transfer or bill: password, SMS code or passkey, as the bank's table
// asks.
#include <api/case_proof.h>
#include <api/orders.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/account/number.h>
#include <bank/authentication/passkey.h>
#include <bank/authentication/proof.h>
#include <bank/customer/mask.h>

namespace api {

namespace authentication = bank::authentication;
namespace http = platform::http;
namespace payment = bank::payment;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

Result<authentication::Method> method_for(payment::Proof needed)
{
    switch (needed) {
        case payment::Proof::none:
        case payment::Proof::password:
            return authentication::Method::password;
        case payment::Proof::sms:
            return authentication::Method::code;
        case payment::Proof::passkey:
            return authentication::Method::passkey;
        case payment::Proof::branch:
            break;
    }
    return base::rejected("payment.at_a_branch",
                          "a sum this large is paid at a branch, or with a passkey");
}

std::string_view shown(authentication::Method method)
{
    return method == authentication::Method::code ? "sms" : authentication::to_string(method);
}

/// What is to be proven: an order that could be done as of now.
struct Provable {
    payment::Proof needed;
    std::string subject;
    std::string masked_name;
    std::string masked_number;
    base::Money amount;
    std::string_view message = "authentication.payment-code";  // That brings the code.
};

Result<Provable> provable(Call& call, Parts& parts)
{
    const Caller& caller = *call.caller;
    Institution& institution = *caller.institution;
    if (call.body["outgoing"].object() != nullptr) {
        const auto order = TRY(read_out_order(call.body["outgoing"]));
        const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.outgoing.plan(snapshot, caller.customer, order);
        }));
        return Provable{plan.proof_needed, plan.subject,
                        bank::customer::masked_name(plan.order.to.name),
                        bank::account::masked_number(plan.order.to.number), order.amount};
    }
    if (call.body["standing"].object() != nullptr || call.body["change"].object() != nullptr) {
        const bool fresh = call.body["standing"].object() != nullptr;
        const auto& asked = call.body[fresh ? "standing" : "change"];
        const auto order = TRY(fresh ? read_standing(asked) : read_standing_change(asked));
        bank::standing::OrderId changes;
        if (!fresh)
            changes = TRY(base::parse_id<bank::standing::OrderId>(asked["order"].text_or()));
        const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.orders.plan(snapshot, caller.customer, order, changes);
        }));
        return Provable{plan.proof_needed, plan.subject, plan.masked_name, plan.masked_number,
                        order.amount};
    }
    if (call.body["wallet"].object() != nullptr || call.body["wallet_limits"].object() != nullptr) {
        const bool fresh = call.body["wallet"].object() != nullptr;
        const auto order = TRY(read_wallet_order(call.body[fresh ? "wallet" : "wallet_limits"]));
        const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.wallets.plan(snapshot, caller.customer, order);
        }));
        const auto* provider = parts.directory.find(plan.order.provider);
        base::ensure(provider != nullptr);
        return Provable{plan.proof_needed,
                        plan.subject,
                        std::string{base::in_language(provider->name, call.language())},
                        {},
                        order.limits.per_day,
                        "authentication.wallet-code"};
    }
    if (call.body["wallet_top_up"].object() != nullptr) {
        const auto asked = TRY(read_wallet_top_up(call.body["wallet_top_up"]));
        const auto order = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.wallets.top_up(snapshot, caller.customer, asked.wallet,
                                              asked.amount);
        }));
        const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.outgoing.plan(snapshot, caller.customer, order);
        }));
        return Provable{plan.proof_needed, plan.subject,
                        bank::customer::masked_name(plan.order.to.name),
                        bank::account::masked_number(plan.order.to.number), asked.amount};
    }
    if (call.body["card"].object() != nullptr) {
        const auto repayment = TRY(read_repayment(call.body["card"]));
        const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.cards.plan(snapshot, caller.customer, repayment);
        }));
        return Provable{plan.payment.proof_needed, plan.payment.subject,
                        bank::customer::masked_name(plan.payment.order.to.name),
                        bank::account::masked_number(plan.payment.order.to.number),
                        repayment.amount};
    }
    if (call.body["bill"].object() != nullptr) {
        const auto order = TRY(read_bill_order(call.body["bill"]));
        const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.bills.plan(snapshot, caller.customer, order);
        }));
        return Provable{plan.proof_needed, plan.subject,
                        std::string{base::in_language(plan.item.biller_name(), call.language())},
                        std::string{base::in_language(plan.item.name(), call.language())},
                        plan.from_account()};
    }
    const auto order = TRY(read_order(call.body["transfer"]));
    const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.transfers.plan(snapshot, caller.customer, order);
    }));
    return Provable{plan.proof_needed, plan.subject, plan.payee.masked_name,
                    plan.payee.masked_number, order.amount};
}

/// The proof of a service's case: the code names the service, no payee.
Result<http::Response> start_case_proof(Call& call, Parts& parts)
{
    const Caller& caller = *call.caller;
    const auto asked = TRY(provable_case(call, call.body["case"].text_or()));
    const auto challenge = TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::open_proof_challenge(transaction, parts.authentication,
                                                    caller.session.login, asked.method,
                                                    asked.content, transaction.now());
    }));
    Object object{{"id", to_string(challenge.id)},
                  {"method", shown(challenge.method)},
                  {"state", "waiting"},
                  {"expires_at", shape(challenge.expires)}};
    if (challenge.code) {
        TRY(parts.send_sms(*caller.institution, challenge.code->phone,
                           "authentication.service-code",
                           Object{{"code", challenge.code->code},
                                  {"service", asked.service},
                                  {"minutes", parts.authentication.policy.code_seconds / 60}},
                           call.language()));
        object.set("sent_to", bank::customer::masked_phone(challenge.code->phone));
    }
    if (challenge.method == authentication::Method::passkey) {
        object.set("options", challenge.passkey);
    }
    return ok(object, 201);
}

Result<http::Response> start_proof(Call& call, Parts& parts)
{
    if (call.body["case"].string() != nullptr) return start_case_proof(call, parts);
    const Caller& caller = *call.caller;
    const auto plan = TRY(provable(call, parts));
    const auto method = TRY(method_for(plan.needed));
    const auto challenge = TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::open_proof_challenge(
            transaction, parts.authentication, caller.session.login, method,
            content_of_payment(plan.subject), transaction.now());
    }));
    Object object{{"id", to_string(challenge.id)},
                  {"method", shown(challenge.method)},
                  {"state", "waiting"},
                  {"expires_at", shape(challenge.expires)},
                  {"payee", Object{{"masked_name", plan.masked_name},
                                   {"account_number", plan.masked_number}}}};
    if (challenge.code) {
        TRY(parts.send_sms(*caller.institution, challenge.code->phone, plan.message,
                           Object{{"code", challenge.code->code},
                                  {"payee", plan.masked_name},
                                  {"amount", base::to_decimal(plan.amount)},
                                  {"minutes", parts.authentication.policy.code_seconds / 60}},
                           call.language()));
        object.set("sent_to", bank::customer::masked_phone(challenge.code->phone));
    }
    if (method == authentication::Method::passkey) object.set("options", challenge.passkey);
    return ok(object, 201);
}

Result<authentication::Proof> answered(Call& call, Parts& parts, authentication::ProofId id)
{
    using Answer = authentication::Recorded<authentication::Proof>;
    const auto login_id = call.caller->session.login;
    if (const auto* password = call.body["password"].string()) {
        const auto login = TRY(parts.house.read([&](sql::Snapshot& snapshot) {
            return authentication::find_login(snapshot, login_id);
        }));
        const auto checked = authentication::check_password(login, *password);
        return authentication::settled(
            parts.house.write([&](sql::Transaction& transaction) -> Result<Answer> {
                return authentication::answer_with_password(transaction, parts.authentication, id,
                                                            checked, transaction.now());
            }));
    }
    if (const auto* code = call.body["code"].string()) {
        return authentication::settled(
            parts.house.write([&](sql::Transaction& transaction) -> Result<Answer> {
                return authentication::answer_with_code(transaction, parts.authentication, id,
                                                        login_id, *code, transaction.now());
            }));
    }
    if (call.body["credential"].is_null()) {
        return base::invalid("authentication.answer_missing",
                             "give the password, the code or the passkey's answer");
    }
    const auto checked = TRY(parts.house.read([&](sql::Snapshot& snapshot) {
        return authentication::check_assertion(snapshot, parts.authentication, id,
                                               call.body["credential"], parts.clock.now());
    }));
    return parts.house.write([&](sql::Transaction& transaction) {
        return authentication::answer_with_passkey(transaction, checked, login_id,
                                                   transaction.now());
    });
}

Result<http::Response> answer(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<authentication::ProofId>("proof"));
    const auto proof = TRY(answered(call, parts, id));
    return ok(Object{{"id", to_string(proof.id)},
                     {"method", shown(proof.method)},
                     {"state", "given"},
                     {"expires_at", shape(proof.expires)},
                     {"token", authentication::write_proof(parts.authentication, proof)}});
}

}  // namespace

authentication::Content content_of_payment(std::string_view subject)
{
    return {"payment.transfer", {{"subject", std::string{subject}}}};
}

void add_proof_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("startProof", Access::customer, with(start_proof));
    routes.add("answerProof", Access::customer, with(answer));
}

}  // namespace api
