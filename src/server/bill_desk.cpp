// SPDX-License-Identifier: Apache-2.0
#include <server/bill_desk.h>

#include <platform/log/log.h>

namespace server {

namespace bill = bank::bill;
namespace partner = bank::partner;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

constexpr std::int64_t patience_seconds = 60;
constexpr int asked_at_once = 100;

bill::InquiryState state_of(std::string_view status)
{
    if (status == "due") return bill::InquiryState::due;
    if (status == "nothing_due") return bill::InquiryState::nothing_due;
    if (status == "unknown_number") return bill::InquiryState::unknown_number;
    return bill::InquiryState::unavailable;
}

}  // namespace

BillDesk::BillDesk(Parts parts) : parts_(std::move(parts))
{
    parts_.partners.on_answer("bill-query", [this](auto& transaction, const auto& answer) {
        return inquiry_answered(transaction, answer);
    });
    parts_.partners.on_answer("bill-pay", [this](auto& transaction, const auto& answer) {
        return payment_answered(transaction, answer);
    });
    parts_.outbox.subscribe({.name = "bills",
                             .types = {"bill.requested"},
                             .act = [this](const bank::outbox::Event& event) -> Result<void> {
                                 const auto id = TRY(base::parse_id<bill::BillId>(event.subject));
                                 return send(id);
                             }});
}

Result<bill::Inquiry> BillDesk::ask(bank::customer::CustomerId person, std::string_view item,
                                    const Object& data)
{
    const auto wanted = parts_.bills.items().find(item);
    if (wanted && !wanted->institution.empty() && wanted->institution != parts_.institution) {
        return base::not_found("bill.item_unknown", "there is no such bill item");
    }
    const bool joined = wanted && !wanted->institution.empty();
    if (parts_.partner.empty() && !joined) {
        return base::unavailable("bill.no_partner", "no biller can be asked at present");
    }
    return parts_.book.write([&](sql::Transaction& transaction) -> Result<bill::Inquiry> {
        const auto made = TRY(parts_.bills.inquire(transaction, person, item, data));
        if (joined) {
            const auto* number = data.find("number");
            return answer_for_joined(transaction, made, *wanted,
                                     number == nullptr ? std::string_view{} : number->text_or());
        }
        TRY(parts_.partners.ask(transaction,
                                {parts_.partner, "bill-query", to_string(made.id),
                                 Object{{"item", made.item},
                                        {"biller", parts_.bills.items().find(item)->biller},
                                        {"data", data}}}));
        return made;
    });
}

/// What a biller that joined has told of lies in the book: it is answered at once.
Result<bill::Inquiry> BillDesk::answer_for_joined(sql::Transaction& transaction,
                                                  const bill::Inquiry& inquiry,
                                                  const bill::Item& item, std::string_view number)
{
    bill::Inquiry said = inquiry;
    said.state = bill::InquiryState::nothing_due;
    if (const auto due = parts_.joined.due(transaction, item, number)) {
        said.state = bill::InquiryState::due;
        said.amount = due->amount;
        said.reference = due->reference;
        said.payer = due->payer;
        said.period = due->period;
    }
    return parts_.bills.answered(transaction, said);
}

/// Taken for the biller in the same unit of work, or refused as it would refuse.
Result<void> BillDesk::pay_joined(sql::Transaction& transaction, const bill::Bill& bill,
                                  const bill::Item& item)
{
    const auto inquiry = TRY(parts_.bills.inquiry(transaction, bill.person, bill.inquiry));
    const auto taken =
        parts_.joined.take(transaction, item, inquiry.reference, bill.id, bill.amount,
                           parts_.accounts.business_date(transaction.now()));
    if (taken) {
        TRY(parts_.bills.paid(transaction, bill.id, taken.value()));
    } else {
        TRY(parts_.bills.failed(transaction, bill.id, taken.error().reason));
    }
    return {};
}

/// The biller's word on what is due. Silence is told as such; a late answer still counts.
Result<void> BillDesk::inquiry_answered(sql::Transaction& transaction,
                                        const partner::Answer& answer)
{
    bill::Inquiry said{.id = TRY(base::parse_id<bill::InquiryId>(answer.correlation)),
                       .person = {},
                       .item = {},
                       .state = state_of(answer.status)};
    if (said.state == bill::InquiryState::due) {
        const auto amount = base::parse_money(answer.content["amount"].text_or(), {"CNY", 2});
        if (amount && amount.value().minor_units > 0) {
            said.amount = amount.value();
        } else {
            said.state = bill::InquiryState::unavailable;  // It said nothing that can be paid.
        }
        said.reference = answer.content["reference"].text_or();
        said.payer = answer.content["payer"].text_or();
        said.period = answer.content["period"].text_or();
    }
    TRY(parts_.bills.answered(transaction, said));
    return {};
}

Result<void> BillDesk::send(bill::BillId id)
{
    return parts_.book.write([&](sql::Transaction& transaction) -> Result<void> {
        const auto sent = parts_.bills.mark_sent(transaction, id);
        if (!sent) {
            return sent.error().reason == "bill.over" ? Result<void>{} : Result<void>{sent.error()};
        }
        const auto inquiry =
            TRY(parts_.bills.inquiry(transaction, sent.value().person, sent.value().inquiry));
        if (const auto item = parts_.bills.items().find(inquiry.item);
            item && !item->institution.empty()) {
            return pay_joined(transaction, sent.value(), *item);
        }
        auto content = TRY(parts_.bills.question(inquiry));
        content.set("reference", inquiry.reference);
        content.set("day", base::to_string(sent.value().asked_on));
        content.set("bill", to_string(id));
        content.set("amount", base::to_decimal(sent.value().amount));
        content.set("currency", sent.value().amount.currency.code);
        TRY(parts_.partners.ask(transaction,
                                {parts_.partner, "bill-pay", to_string(id), std::move(content)}));
        return {};
    });
}

/// The biller's word on a payment. Silence is no answer: it is asked again until it speaks.
Result<void> BillDesk::payment_answered(sql::Transaction& transaction,
                                        const partner::Answer& answer)
{
    const auto id = TRY(base::parse_id<bill::BillId>(answer.correlation));
    if (answer.status == "timeout") return {};
    if (answer.status == "paid") {
        TRY(parts_.bills.paid(transaction, id, answer.content["reference"].text_or()));
        return {};
    }
    const std::string reason{answer.content["reason"].text_or(answer.status)};
    TRY(parts_.bills.failed(transaction, id,
                            reason.find('.') == std::string::npos ? "partner." + reason : reason));
    return {};
}

void BillDesk::tick()
{
    const auto now = parts_.book.clock().now();
    const auto waiting = parts_.book.read([&](sql::Snapshot& snapshot) {
        return parts_.bills.unfinished(snapshot, base::after_seconds(now, -patience_seconds),
                                       asked_at_once);
    });
    for (const auto& one : waiting) {
        if (const auto sent = send(one.id); !sent) {
            platform::log::warning("bill.not_sent",
                                   {{"bill", to_string(one.id)}, {"reason", sent.error().reason}});
        }
    }
}

}  // namespace server
