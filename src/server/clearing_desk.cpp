// SPDX-License-Identifier: Apache-2.0
#include <server/clearing_desk.h>

#include <platform/log/log.h>

#include <algorithm>

namespace server {

namespace clearing = bank::clearing;
namespace iso20022 = bank::iso20022;
namespace partner = bank::partner;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

constexpr std::string_view network_route = "network";
constexpr std::string_view clearing_house = "clearing";
constexpr std::int64_t group_patience_seconds = 10;
constexpr std::int64_t network_patience_seconds = 60;  // Longer than the partner's own deadline.
constexpr std::int64_t most_patience_seconds = 600;
constexpr int looked_at_once = 500;

/// What cannot be read, or is another's, will not get better by being brought again.
Result<void> over_and_done(const std::string& from, const base::Error& why)
{
    platform::log::warning("clearing.message_refused",
                           {{"from", from}, {"reason", why.reason}, {"detail", why.detail}});
    return why;
}

}  // namespace

ClearingDesk::ClearingDesk(const Parts& parts) : parts_(parts)
{
    parts_.outbox.subscribe({.name = "clearing",
                             .types = {"clearing.requested"},
                             .act = [this](const bank::outbox::Event& event) -> Result<void> {
                                 return send(
                                     TRY(base::parse_id<clearing::PaymentId>(event.subject)));
                             }});
    parts_.partners.on_answer(
        "pacs.008", [this](auto& tx, const auto& answer) { return house_answered(tx, answer); });
    for (const char* type : {"status", "return", "payment"}) {
        parts_.partners.on_notice(
            std::string{clearing_house}, type,
            [this](auto& tx, const auto& notice) { return house_told(tx, notice); });
    }
    parts_.mail.join(parts_.own_code, [this](const std::string& from, const std::string& message) {
        return receive(from, message);
    });
}

Result<void> ClearingDesk::send(clearing::PaymentId id)
{
    struct Letter {
        std::string message;
        std::string route;
    };
    const auto read = parts_.book.read([&](sql::Snapshot& snapshot) -> Result<Letter> {
        const auto payment = TRY(parts_.outgoing.payment(snapshot, id));
        return Letter{TRY(parts_.outgoing.message(snapshot, id)), payment.route};
    });
    if (!read) return read.error();
    const Letter& letter = read.value();
    bool open = false;
    const auto marked = parts_.book.write([&](sql::Transaction& transaction) -> Result<void> {
        open = parts_.outgoing.mark_sent(transaction, id);
        if (!open || letter.route != network_route) return {};
        const auto payment = TRY(parts_.outgoing.payment(transaction, id));
        // Each time under a name of its own: the house knows the payment by its end-to-end id.
        TRY(parts_.partners.ask(transaction,
                                {std::string{clearing_house}, "pacs.008",
                                 to_string(id) + "." + std::to_string(payment.attempts),
                                 Object{{"message", letter.message}}}));
        return {};
    });
    if (!marked) return marked;
    if (!open || letter.route == network_route) return {};
    return parts_.mail.send(parts_.own_code, letter.route, letter.message);
}

Result<void> ClearingDesk::receive(const std::string& from, const std::string& message)
{
    const auto kind = iso20022::kind_of(message);
    if (!kind) return over_and_done(from, kind.error());
    if (kind.value() == "pacs.002") {
        const auto report = iso20022::read_status_report(message);
        if (!report) return over_and_done(from, report.error());
        const auto told = parts_.book.write([&](sql::Transaction& transaction) {
            return parts_.outgoing.told(transaction, from, report.value());
        });
        if (!told && told.error().kind != base::ErrorKind::unavailable)
            return over_and_done(from, told.error());
        return told;
    }
    if (kind.value() != "pacs.008")
        return over_and_done(from, base::invalid("iso20022.another_message",
                                                 "not taken from an institution of the group"));
    const auto* sender = parts_.directory.find(from);
    if (sender == nullptr)
        return over_and_done(from, base::forbidden("clearing.sender_differs", "not of the group"));
    const auto prepared = parts_.book.read([&](sql::Snapshot& snapshot) {
        return parts_.incoming.prepare(snapshot, from, sender->clearing_code, message);
    });
    if (!prepared) return over_and_done(from, prepared.error());
    const auto report = TRY(parts_.book.write([&](sql::Transaction& transaction) {
        return parts_.incoming.record(transaction, prepared.value());
    }));
    const std::string answer = TRY(iso20022::write(report));
    // An answer that gets lost is asked for again, with the same message.
    return parts_.mail.send(parts_.own_code, from, answer);
}

/// The clearing house's word on a payment that was asked for. Silence is no answer.
Result<void> ClearingDesk::house_answered(sql::Transaction& transaction,
                                          const partner::Answer& answer)
{
    if (answer.status == "timeout") return {};
    if (answer.status == "answered") {
        const auto report = TRY(iso20022::read_status_report(answer.content["message"].text_or()));
        return parts_.outgoing.told(transaction, network_route, report);
    }
    // It would not even look at it: no money moved there.
    const std::string id = answer.correlation.substr(0, answer.correlation.find('.'));
    return parts_.outgoing.told(
        transaction, network_route,
        {.message_id = "R" + id,
         .created = transaction.now(),
         .original_message_id = id,
         .original_end_to_end_id = id,
         .status = iso20022::Status::rejected,
         .reason = "NARR",
         .detail = std::string{answer.content["reason"].text_or(answer.status)}.substr(0, 105)});
}

Result<void> ClearingDesk::house_told(sql::Transaction& transaction, const partner::Notice& notice)
{
    const auto message = notice.content["message"].text_or();
    if (notice.type == "status") {
        const auto report = TRY(iso20022::read_status_report(message));
        return parts_.outgoing.told(transaction, network_route, report);
    }
    if (notice.type == "return") {
        const auto back = TRY(iso20022::read_return(message));
        return parts_.outgoing.given_back(transaction, network_route, back);
    }
    const auto prepared = TRY(parts_.incoming.prepare(transaction, network_route, {}, message));
    const auto report = TRY(parts_.incoming.record(transaction, prepared));
    const std::string answer = TRY(iso20022::write(report));
    TRY(parts_.partners.ask(transaction,
                            {std::string{clearing_house}, "pacs.002", report.original_message_id,
                             Object{{"message", answer}}}));
    return {};
}

void ClearingDesk::ask_again()
{
    const auto now = parts_.book.clock().now();
    const auto waiting = parts_.book.read([&](sql::Snapshot& snapshot) {
        return parts_.outgoing.unfinished(
            snapshot, base::after_seconds(now, -group_patience_seconds), looked_at_once);
    });
    for (const auto& payment : waiting) {
        if (payment.route == network_route) {
            const auto patience = std::min(
                most_patience_seconds, network_patience_seconds * std::max(1, payment.attempts));
            const auto since = payment.touched_at;
            if (now < base::after_seconds(since, patience)) continue;
        }
        const auto sent = send(payment.id);
        if (!sent) {
            platform::log::warning("clearing.not_sent", {{"payment", to_string(payment.id)},
                                                         {"reason", sent.error().reason}});
        }
    }
}

}  // namespace server
