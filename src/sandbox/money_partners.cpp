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

json::Value answer_wallet(const json::Value& record, const Asked& asked, Journal& journal)
{
    if (record.is_null()) return json::Object{{"status", "unknown"}};
    const auto number = record["number"].text_or();
    const auto start = minor_units(record["balance"]);
    if (asked.question == "wallet-bind") {
        if (record["name"] != asked.content["name"]) return json::Object{{"status", "mismatch"}};
        return json::Object{{"status", "bound"}, {"number", number}};
    }
    if (asked.question == "wallet-unbind") return json::Object{{"status", "unbound"}};
    if (asked.question != "wallet-debit") return no("question_unknown");
    const auto amount = minor_units(asked.content["amount"]);
    return journal.settle(asked.call, number, [&](std::int64_t changed) -> Journal::Decision {
        if (amount <= 0) return {no("amount_malformed")};
        if (start + changed < amount) return {no("no_funds")};
        return {json::Object{{"status", "paid"}, {"reference", "WL" + asked.call}}, -amount};
    });
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
