// SPDX-License-Identifier: Apache-2.0
// The sandbox billers: what is due for a number, and taking a payment once.
#include <sandbox/partners.h>

#include <base/money.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

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

std::string name_of_list(std::string_view institution, std::string_view biller,
                         std::string_view day)
{
    return "day/" + std::string{institution} + "/" + std::string{biller} + "/" + std::string{day};
}

std::string day_list(const Asked& asked, const json::Value& biller, const json::Value& day)
{
    return name_of_list(asked.institution, biller.text_or(), day.text_or());
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

constexpr std::size_t lines_of_page = 100;

/// How a payment stands in the biller's own list: "" as it is, "missing", "other-amount", "twice".
/// Told for the customer's number or the merchant, or by chance that follows from the payment.
std::string_view told_otherwise(const json::Value& known, const json::Value& line)
{
    if (const auto* merchants = known["merchants"].array()) {
        for (const auto& one : *merchants) {
            if (one["name"] == line["merchant"]) return one["list"].text_or();
        }
    }
    if (const auto* customers = known["customers"].array()) {
        for (const auto& one : *customers) {
            if (one["number"] == line["number"]) return one["list"].text_or();
        }
    }
    const auto chance = static_cast<std::int64_t>(hash_of(line["payment"].text_or()) % 1000);
    std::int64_t so_far = 0;
    for (const std::string_view kind : {"missing", "other-amount", "twice"}) {
        so_far += known["differences_per_thousand"][kind].integer_or(0);
        if (chance < so_far) return kind;
    }
    return {};
}

/// The biller's own list of a day, with its mistakes.
std::vector<json::Value> own_list(const json::Value& known, const Asked& asked,
                                  const Journal& journal)
{
    std::vector<json::Value> lines;
    for (const auto& line :
         journal.kept(day_list(asked, asked.content["biller"], asked.content["day"]))) {
        const auto otherwise = told_otherwise(known, line);
        if (otherwise == "missing") continue;
        json::Object told{
            {"payment", line["payment"]}, {"amount", line["amount"]}, {"receipt", line["receipt"]}};
        if (otherwise == "other-amount") {
            const auto amount = base::parse_money(line["amount"].text_or(), money_of_bills);
            if (amount) {
                told.set("amount",
                         base::to_decimal({amount.value().minor_units + 1'00, money_of_bills}));
            }
        }
        lines.emplace_back(told);
        if (otherwise == "twice") lines.emplace_back(told);
    }
    if (const auto* more = known["lists_besides"].array()) {
        for (const auto& one : *more) {
            if (one["biller"] != asked.content["biller"]) continue;
            lines.emplace_back(
                json::Object{{"payment", one["payment"]},
                             {"amount", one["amount"]},
                             {"receipt", "BR" + std::string{one["payment"].text_or()}}});
        }
    }
    return lines;
}

/// The bank's file in its parts: whole when the last one is here and the digest is right.
json::Value take_file(const Asked& asked, Journal& journal)
{
    const auto& content = asked.content;
    const std::string list = "file/" + day_list(asked, content["biller"], content["day"]) + "/" +
                             std::string{content["digest"].text_or()};
    const auto part = content["part"].integer_or(-1);
    const auto had = static_cast<std::int64_t>(journal.kept(list).size());
    if (part > had) return refused_bill("parts_missing");
    journal.keep(list, std::to_string(part), content["text"]);
    if (part + 1 < content["parts"].integer_or(0)) return json::Object{{"status", "received"}};
    platform::crypto::Sha256 digest;
    for (const auto& text : journal.kept(list)) {
        digest.update(platform::crypto::as_bytes(text.text_or()));
    }
    if (platform::crypto::to_hex(digest.digest()) != content["digest"].text_or()) {
        return refused_bill("digest_wrong");
    }
    return json::Object{{"status", "received"}};
}

}  // namespace

void note_of_day(Journal& journal, std::string_view institution, std::string_view biller,
                 std::string_view day, std::string_view call, const json::Value& line)
{
    journal.keep(name_of_list(institution, biller, day), call, line);
}

json::Value answer_daily(const json::Value& known, const Asked& asked, Journal& journal)
{
    if (asked.question == "daily-file") return take_file(asked, journal);
    if (asked.question != "daily-list") return refused_bill("question_unknown");
    const auto all = own_list(known, asked, journal);
    const auto after = asked.content["after"].text_or();
    std::size_t first = 0;
    for (const char digit : after) first = first * 10 + static_cast<std::size_t>(digit - '0');
    json::Array lines;
    for (std::size_t i = first; i < all.size() && lines.size() < lines_of_page; ++i) {
        lines.push_back(all[i]);
    }
    json::Object answer{{"status", "list"}};
    if (first + lines.size() < all.size()) {
        answer.set("next", std::to_string(first + lines.size()));
    }
    answer.set("lines", std::move(lines));
    return answer;
}

json::Value answer_biller(const json::Value& known, const json::Value& record, const Asked& asked,
                          Journal& journal, base::Instant now)
{
    if (asked.question.starts_with("daily-")) return answer_daily(known, asked, journal);
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
    auto answer =
        journal.settle(asked.call, account, [&](std::int64_t changed) -> Journal::Decision {
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
    if (answer["status"].text_or() == "paid") {
        journal.keep(day_list(asked, asked.content["biller"], asked.content["day"]), asked.call,
                     json::Object{{"payment", asked.content["bill"]},
                                  {"amount", asked.content["amount"]},
                                  {"receipt", answer["reference"]},
                                  {"number", number}});
    }
    return answer;
}

}  // namespace sandbox
