// SPDX-License-Identifier: Apache-2.0
// The sandbox billers: what is due for a number, and taking a payment once.
#include <sandbox/partners.h>

#include <base/money.h>

namespace sandbox {
namespace {

namespace json = platform::json;

constexpr base::Currency money_of_bills{"CNY", 2};
constexpr std::int64_t least = 10'00;
constexpr std::uint64_t spread = 28'999;  // Fen, above the least.

json::Value refused_bill(std::string_view reason)
{
    return json::Object{{"status", "refused"}, {"reason", reason}};
}

/// The same for the same text on every machine (FNV-1a).
std::uint64_t hash_of(std::string_view text)
{
    std::uint64_t hash = 14'695'981'039'346'656'037ULL;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
    }
    return hash;
}

struct Due {
    std::string status;
    std::string amount;
    bool freely_chosen = false;  // A top-up: the customer says how much, as often as wanted.
};

Due due_of(const json::Value& record, const json::Value& content)
{
    const auto number = content["data"]["number"].text_or();
    if (const auto chosen = content["data"]["amount"].text_or(); !chosen.empty()) {
        return {number.starts_with('9') ? "unknown_number" : "due", std::string{chosen}, true};
    }
    if (const auto said = record["answer"].text_or(); !said.empty()) return {std::string{said}, ""};
    if (const auto amount = record["amount"].text_or(); !amount.empty()) {
        return {"due", std::string{amount}};
    }
    if (number.empty() || number.starts_with('9')) return {"unknown_number", ""};
    const auto hash = hash_of(std::string{content["item"].text_or()} + "/" + std::string{number});
    const auto sum = least + static_cast<std::int64_t>(hash % spread);
    return {"due", base::to_decimal({sum, money_of_bills})};
}

}  // namespace

json::Value answer_biller(const json::Value& record, const Asked& asked, Journal& journal,
                          base::Instant now)
{
    const auto number = std::string{asked.content["data"]["number"].text_or()};
    const std::string account =
        "bill/" + std::string{asked.content["item"].text_or()} + "/" + number;
    const Due due = due_of(record, asked.content);
    if (asked.question == "bill-query") {
        if (due.status != "due") return json::Object{{"status", due.status}};
        if (!due.freely_chosen && journal.changed(account) != 0) {
            return json::Object{{"status", "nothing_due"}};
        }
        return json::Object{{"status", "due"},
                            {"amount", due.amount},
                            {"reference", account},
                            {"payer", "柜**"},
                            {"period", base::to_string(now).substr(0, 7)}};
    }
    if (asked.question != "bill-pay") return refused_bill("question_unknown");
    return journal.settle(asked.call, account, [&](std::int64_t changed) -> Journal::Decision {
        if (due.status != "due") return {refused_bill(due.status)};
        if (!due.freely_chosen && changed != 0) return {refused_bill("already_paid")};
        const auto paid = base::parse_money(asked.content["amount"].text_or(), money_of_bills);
        if (!paid || record["changes"].boolean_or(false) ||
            asked.content["amount"].text_or() != due.amount) {
            return {refused_bill("amount_changed")};
        }
        return {json::Object{{"status", "paid"}, {"reference", "BR" + asked.call}},
                paid.value().minor_units};
    });
}

}  // namespace sandbox
