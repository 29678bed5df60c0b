// SPDX-License-Identifier: Apache-2.0
// Paying somebody: the payee, the transfer itself, its receipt.
#include <api/orders.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <platform/http/problem.h>

#include <array>

namespace api {

namespace http = platform::http;
namespace payment = bank::payment;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr std::size_t payees_shown = 20;

Object transfer_shape(const payment::Transfer& transfer)
{
    Object object{{"id", to_string(transfer.id)},
                  {"receipt_number", transfer.receipt_number},
                  {"verification_code", transfer.verification_code},
                  {"from", to_string(transfer.from)},
                  {"from_account", transfer.from_number},
                  {"to_account", transfer.to_number},
                  {"payee_name", transfer.payee_name},
                  {"amount", shape(transfer.amount)},
                  {"at", shape(transfer.at)},
                  {"state", "posted"}};
    if (!transfer.purpose.empty()) object.set("purpose", transfer.purpose);
    return object;
}

Result<http::Response> look_up(Call& call, Parts& parts)
{
    if (auto refusal = too_many_look_ups(call, parts)) return std::move(*refusal);
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto payee = TRY(institution.transfers.look_up(snapshot, read_payee(call.body)));
        return ok(
            Object{{"masked_name", payee.masked_name}, {"account_number", payee.masked_number}});
    });
}

Result<http::Response> payees(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        Array items;
        for (const auto& own : institution.accounts.of_holder(snapshot, call.caller->customer)) {
            for (const auto& payee :
                 institution.transfers.recent_payees(snapshot, own.id, payees_shown)) {
                if (items.size() == payees_shown) break;
                items.push_back(Object{{"account_number", payee.number},
                                       {"masked_name", payee.masked_name},
                                       {"last_paid_at", shape(payee.last_paid_at)}});
            }
        }
        return ok(Object{{"items", std::move(items)}});
    });
}

/// The payer sees the balance after; it is nobody else's business.
Object receipt_shape(const payment::Transfer& transfer, bool to_payer)
{
    Object object = transfer_shape(transfer);
    if (to_payer) object.set("balance_after", shape(transfer.balance_after));
    return object;
}

Result<http::Response> receipt(Institution& institution, bank::customer::CustomerId viewer,
                               payment::EntryId id, int status)
{
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto transfer = TRY(institution.transfers.transfer(snapshot, viewer, id));
        const auto from = institution.accounts.account(snapshot, transfer.from);
        return ok(receipt_shape(transfer, from && from.value().holder == viewer), status);
    });
}

Result<http::Response> view_transfer(Call& call, Parts&)
{
    return receipt(*call.caller->institution, call.caller->customer,
                   TRY(call.id<payment::EntryId>("transfer")), 200);
}

/// Refusals that stand for good under their key: what the bank decided, not what was mistyped.
bool lasts(const base::Error& error)
{
    return error.kind == base::ErrorKind::rejected && error.reason.starts_with("payment.");
}

/// A payment from its request to its answer.
class Paying : public std::enable_shared_from_this<Paying> {
public:
    Paying(Parts& parts, Call call, http::Reply reply)
        : parts_(parts),
          institution_(*call.caller->institution),
          call_(std::move(call)),
          reply_(std::move(reply))
    {
    }

    void begin()
    {
        const auto order = read_order(call_.body["transfer"]);
        if (!order) return send(order.error());
        order_ = order.value();
        auto planned = plan();
        if (planned.answered) return settle(*planned.answered);
        if (planned.plan) return pay(std::move(*planned.plan));
        if (!lasts(*planned.refusal)) return send(*planned.refusal);
        submit(
            [self = shared_from_this(), why = *planned.refusal](sql::Transaction& transaction) {
                return self->institution_.transfers.refuse(transaction, self->payer(), self->order_,
                                                           self->key(), why);
            },
            [] {});
    }

private:
    /// All of a payment before its unit of work: one of the three.
    struct Planned {
        std::optional<payment::Answer> answered = {};
        std::optional<payment::Plan> plan = {};
        std::optional<base::Error> refusal = {};
    };

    bank::customer::CustomerId payer() const { return call_.caller->customer; }
    std::string_view key() const { return call_.request.header("Idempotency-Key"); }

    /// What can be paid is looked up under its key by the unit of work, and all that the plan rests
    /// on is checked there again, so that an earlier moment will do. A refusal is of this moment.
    Planned plan()
    {
        auto early = institution_.book.read_lately(
            [&](sql::Snapshot& snapshot) { return plan_of(snapshot); });
        if (early && take_proof()) return {.plan = std::move(early).value()};
        return institution_.book.read([&](sql::Snapshot& snapshot) -> Planned {
            auto plan = plan_of(snapshot);
            if (plan && take_proof()) return {.plan = std::move(plan).value()};
            auto before = institution_.transfers.answered(snapshot, payer(), order_, key());
            if (!before) return {.refusal = before.error()};
            if (before.value()) return {.answered = std::move(before).value()};
            return {.refusal = plan ? proof_fault_ : plan.error()};
        });
    }

    Result<payment::Plan> plan_of(sql::Snapshot& snapshot)
    {
        return institution_.transfers.plan(snapshot, payer(), order_,
                                           payment::Transfers::Money::later);
    }

    /// False where what was given as a proof is none.
    bool take_proof()
    {
        const std::string_view token = call_.body["proof"].text_or();
        if (token.empty() || proof_ != 0) return true;
        const auto put = parts_.proof_desk.put(token);
        if (!put) {
            proof_fault_ = put.error();
            return false;
        }
        proof_ = put.value();
        return true;
    }

    void pay(payment::Plan plan)
    {
        const std::array parties{plan.order.from, plan.payee.account};
        submit(
            [self = shared_from_this(), plan = std::move(plan)](sql::Transaction& transaction) {
                return self->institution_.transfers.pay(transaction, plan, self->key(),
                                                        self->proof_);
            },
            [self = shared_from_this(), parties] {
                self->institution_.transfers.expect(parties.front(), parties.back());
            });
    }

    /// The writer's commit completes the answer.
    template <class Run, class Prepare>
    void submit(Run run, Prepare prepare)
    {
        institution_.book.submit(
            std::move(run),
            [self = shared_from_this()](const Result<payment::Answer>& answer) {
                if (self->proof_ != 0) self->parts_.proof_desk.take(self->proof_);
                if (!answer) return self->send(answer.error());
                self->settle(answer.value());
            },
            std::move(prepare));
    }

    /// A lasting answer: the receipt, or the refusal again. What has to be read for it is read on
    /// another thread, so that the writer goes on.
    void settle(const payment::Answer& answer)
    {
        if (answer.refused) return send(*answer.refused);
        if (answer.receipt) return send(ok(receipt_shape(*answer.receipt, true), 201));
        parts_.run_later([self = shared_from_this(), paid = *answer.paid] {
            self->send(receipt(self->institution_, self->payer(), paid, 201));
        });
    }

    void send(const Result<http::Response>& response)
    {
        reply_.send(response ? response.value()
                             : http::problem(response.error(), call_.request.id));
    }

    Parts& parts_;
    Institution& institution_;
    const Call call_;
    http::Reply reply_;
    payment::Order order_ = {};
    std::uint64_t proof_ = 0;
    std::optional<base::Error> proof_fault_ = {};
};

}  // namespace

payment::PayeeAddress read_payee(const platform::json::Value& value)
{
    return {std::string{value["account_number"].text_or()}, std::string{value["phone"].text_or()}};
}

Result<payment::Order> read_order(const platform::json::Value& value)
{
    return payment::Order{TRY(base::parse_id<bank::account::AccountId>(value["from"].text_or())),
                          read_payee(value["to"]), std::string{value["payee_name"].text_or()},
                          TRY(read_money(value["amount"])),
                          std::string{value["purpose"].text_or()}};
}

void add_payment_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("lookUpPayee", Access::customer, with(look_up));
    routes.add("listPayees", Access::customer, with(payees));
    routes.add_late("transfer", Access::customer, [&parts](Call call, http::Reply reply) {
        std::make_shared<Paying>(parts, std::move(call), std::move(reply))->begin();
    });
    routes.add("getTransfer", Access::customer, with(view_transfer));
}

}  // namespace api
