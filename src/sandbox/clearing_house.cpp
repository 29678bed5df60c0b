// SPDX-License-Identifier: Apache-2.0
#include <sandbox/clearing_house.h>

#include <base/money.h>

namespace sandbox {

namespace iso20022 = bank::iso20022;
namespace json = platform::json;

namespace {

constexpr base::Currency yuan{"CNY", 2};

base::Result<iso20022::CreditTransfer> transfer_of(const Asked& asked)
{
    return iso20022::read_credit_transfer(asked.content["message"].text_or());
}

json::Value find_account(const json::Value& known, const iso20022::Party& creditor)
{
    if (const auto* list = known["accounts"].array()) {
        for (const auto& record : *list) {
            if (record["number"].text_or() == creditor.account &&
                record["bank"].text_or() == creditor.agent) {
                return record;
            }
        }
    }
    return {};
}

/// "08:30" in minutes.
int minutes_of(std::string_view text, int otherwise)
{
    if (text.size() != 5 || text[2] != ':') return otherwise;
    const auto digit = [&](std::size_t at) { return text[at] - '0'; };
    return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4);
}

std::string reason_against(const json::Value& account, const iso20022::CreditTransfer& transfer)
{
    if (account.is_null()) return "AC01";
    if (account["state"].text_or("open") == "closed") return "AC04";
    if (account["state"].text_or("open") == "blocked") return "AC06";
    if (account["name"].text_or() != transfer.creditor.name) return "BE01";
    if (transfer.currency != yuan.code) return "AM03";
    if (!base::parse_money(transfer.amount, yuan)) return "AM12";
    return {};
}

}  // namespace

bool is_open(const json::Value& known, base::Instant now)
{
    const auto gate = known["gate"].text_or();
    if (!gate.empty()) return gate == "open";
    const auto& hours = known["hours"];
    const auto offset = hours["offset_minutes"].integer_or(480);
    const auto minutes = now.micros / base::micros_per_second / 60 + offset;
    const auto weekday = (minutes / 1440 + 3) % 7;  // Monday is 0; 1970-01-01 was a Thursday.
    const auto minute = minutes % 1440;
    return weekday < 5 && minute >= minutes_of(hours["open"].text_or(), 510) &&
           minute < minutes_of(hours["close"].text_or(), 1035);
}

json::Value creditor_account(const json::Value& known, const Asked& asked)
{
    const auto transfer = transfer_of(asked);
    return transfer ? find_account(known, transfer.value().creditor) : json::Value{};
}

json::Value answer_clearing(const json::Value& known, const Asked& asked, Journal& journal,
                            base::Instant now)
{
    if (asked.question == "pacs.002") return json::Object{{"status", "noted"}};
    if (asked.question != "pacs.008")
        return json::Object{{"status", "refused"}, {"reason", "question_unknown"}};
    const auto read = transfer_of(asked);
    if (!read) return json::Object{{"status", "refused"}, {"reason", read.error().reason}};
    const auto& transfer = read.value();
    const auto decided = journal.settle(
        "clearing/" + transfer.end_to_end_id, transfer.creditor.account,
        [&](std::int64_t) -> Journal::Decision {
            const auto reason = reason_against(find_account(known, transfer.creditor), transfer);
            const auto amount = base::parse_money(transfer.amount, yuan);
            const auto limit = base::parse_money(known["large_from"].text_or("50000.00"), yuan);
            const bool large =
                amount && limit && amount.value().minor_units >= limit.value().minor_units;
            return {json::Object{{"status", "decided"},
                                 {"reason", reason},
                                 {"amount", transfer.amount},
                                 {"creditor", transfer.creditor.account},
                                 {"waits", large && !is_open(known, now)}},
                    reason.empty() ? amount.value().minor_units : 0};
        });
    iso20022::StatusReport report{.message_id = "H" + transfer.message_id.substr(0, 34),
                                  .created = now,
                                  .original_message_id = transfer.message_id,
                                  .original_end_to_end_id = transfer.end_to_end_id,
                                  .status = iso20022::Status::settled,
                                  .reason = std::string{decided["reason"].text_or()}};
    if (decided["amount"] != json::Value{transfer.amount} ||
        decided["creditor"] != json::Value{transfer.creditor.account}) {
        report.status = iso20022::Status::rejected;  // Another payment under a used id.
        report.reason = "AM05";
    } else if (decided["waits"].boolean_or(false) && !is_open(known, now)) {
        report.status = iso20022::Status::pending;
        report.reason = "ED06";  // Settlement system not available.
    } else if (!report.reason.empty()) {
        report.status = iso20022::Status::rejected;
    }
    const auto message = iso20022::write(report);
    base::ensure(message.has_value());
    return json::Object{{"status", "answered"}, {"message", message.value()}};
}

std::string status_said(const json::Value& answer)
{
    const auto report = iso20022::read_status_report(answer["message"].text_or());
    if (!report) return {};
    return report.value().status == iso20022::Status::settled   ? "ACSC"
           : report.value().status == iso20022::Status::pending ? "PDNG"
                                                                : "RJCT";
}

std::optional<GivenBack> given_back(const json::Value& known, const Asked& asked, base::Instant now)
{
    const auto transfer = transfer_of(asked);
    if (!transfer) return {};
    const auto account = find_account(known, transfer.value().creditor);
    if (account["returns"].object() == nullptr) return {};
    const auto message = iso20022::write(
        iso20022::Return{.message_id = "B" + transfer.value().message_id.substr(0, 34),
                         .created = now,
                         .settlement_date = base::local_date(now, 480),
                         .original_message_id = transfer.value().message_id,
                         .original_end_to_end_id = transfer.value().end_to_end_id,
                         .amount = transfer.value().amount,
                         .currency = transfer.value().currency,
                         .reason = std::string{account["returns"]["reason"].text_or("AC04")}});
    base::ensure(message.has_value());
    return GivenBack{message.value(),
                     static_cast<double>(account["returns"]["seconds"].integer_or(0))};
}

}  // namespace sandbox
