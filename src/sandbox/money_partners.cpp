// SPDX-License-Identifier: Apache-2.0
#include <sandbox/money_partners.h>

#include <base/money.h>

#include <algorithm>

namespace sandbox {

namespace json = platform::json;

namespace {

constexpr base::Currency renminbi{"CNY", 2};

json::Value no(std::string_view reason)
{
    return json::Object{{"status", "refused"}, {"reason", reason}};
}

std::int64_t minor_units(const json::Value& text)
{
    const auto amount = base::parse_money(text.text_or("0"), renminbi);
    return amount ? amount.value().minor_units : 0;
}

std::string decimal(std::int64_t units)
{
    return base::to_decimal({std::max<std::int64_t>(units, 0), renminbi});
}

/// Money out of a wallet for the bank that asks; one answer a reference.
json::Value give_to_bank(const json::Value& known, const json::Value& record, const Asked& asked,
                         Journal& journal)
{
    const auto& content = asked.content;
    const std::string reference{content["reference"].text_or(asked.call)};
    const auto amount = minor_units(content["amount"]);
    const auto links = journal.kept("wallet-link/" + std::string{content["link"].text_or()});
    const bool bound = !links.empty() && links.back().text_or() == "bound";
    const auto start = minor_units(record["balance"]);
    auto answer =
        journal.settle("wallet-debit/" + asked.institution + "/" + reference,
                       record["number"].text_or(), [&](std::int64_t changed) -> Journal::Decision {
                           if (!bound) return {no("not_bound")};
                           if (amount <= 0) return {no("amount_malformed")};
                           if (start + changed < amount) return {no("no_funds")};
                           return {json::Object{{"status", "paid"},
                                                {"reference", "WL" + reference},
                                                {"amount", decimal(amount)}},
                                   -amount};
                       });
    if (answer["status"].text_or() != "paid") return answer;
    if (answer["amount"].text_or() != decimal(amount)) return no("reference_reused");
    note_of_day(journal, asked.institution, "wallet/" + std::string{known["provider"].text_or()},
                content["day"].text_or(), reference,
                json::Object{{"payment", reference},
                             {"amount", base::to_decimal({-amount, renminbi})},
                             {"receipt", answer["reference"]},
                             {"number", record["number"]}});
    return answer;
}

}  // namespace

json::Value answer_card(const json::Value& record, const Asked& asked, const Journal& journal)
{
    if (asked.question != "card-bill") return no("question_unknown");
    if (record.is_null()) return json::Object{{"status", "unknown"}};
    if (record["name"] != asked.content["name"]) return json::Object{{"status", "mismatch"}};
    const auto paid = journal.changed(record["number"].text_or());
    return json::Object{{"status", "found"},
                        {"statement", decimal(minor_units(record["statement"]) - paid)},
                        {"minimum", decimal(minor_units(record["minimum"]) - paid)},
                        {"due", record["due"]},
                        {"currency", "CNY"}};
}

json::Value answer_wallet(const json::Value& known, const json::Value& record, const Asked& asked,
                          Journal& journal)
{
    if (record.is_null()) return json::Object{{"status", "unknown"}};
    const auto number = record["number"].text_or();
    const std::string bindings = "wallet-link/" + std::string{asked.content["link"].text_or()};
    if (asked.question == "wallet-bind") {
        if (record["name"] != asked.content["name"]) return json::Object{{"status", "mismatch"}};
        journal.keep(bindings, asked.call, "bound");
        return json::Object{{"status", "bound"}, {"number", number}};
    }
    if (asked.question == "wallet-unbind") {
        journal.keep(bindings, asked.call, "unbound");
        return json::Object{{"status", "unbound"}};
    }
    if (asked.question != "wallet-debit") return no("question_unknown");
    return give_to_bank(known, record, asked, journal);
}

void note_debit(const json::Value& known, const json::Value& request, const json::Value& answer,
                Journal& journal)
{
    if (answer["status"].text_or() != "paid") return;
    const auto& debit = request["content"];
    const auto payment = answer["reference"].text_or();
    note_of_day(journal, request["institution"].text_or(),
                "wallet/" + std::string{known["provider"].text_or()}, answer["day"].text_or(),
                payment,
                json::Object{{"payment", payment},
                             {"amount", debit["amount"]},
                             {"receipt", debit["reference"]},
                             {"merchant", debit["merchant"]}});
}

}  // namespace sandbox
