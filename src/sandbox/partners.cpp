// SPDX-License-Identifier: Apache-2.0
#include <sandbox/partners.h>

#include <base/money.h>
#include <sandbox/clearing_house.h>

namespace sandbox {
namespace {

namespace json = platform::json;

constexpr base::Currency cny{"CNY", 2};

const json::Value nothing;

json::Value by(const json::Value& records, std::string_view name, std::string_view wanted)
{
    if (const auto* list = records.array()) {
        for (const auto& record : *list) {
            if (record[name].text_or() == wanted && !wanted.empty()) return record;
        }
    }
    return nothing;
}

json::Value refused(std::string_view reason)
{
    return json::Object{{"status", "refused"}, {"reason", reason}};
}

/// The elements by which a bank confirms an account of its customer: four (name, document, phone,
/// account), or five, the fifth being that the account is of Class I (银发〔2015〕392).
json::Value check_account(const json::Value& account, const json::Value& content)
{
    if (account.is_null()) return json::Object{{"status", "unknown"}};
    json::Array wrong;
    for (const char* element : {"name", "id_number", "phone"}) {
        if (account[element] != content[element]) wrong.push_back(element);
    }
    if (content["elements"].integer_or(5) == 5 && account["class"].integer_or(0) != 1) {
        wrong.push_back("class");
    }
    if (wrong.empty()) return json::Object{{"status", "match"}};
    return json::Object{{"status", "mismatch"}, {"elements", std::move(wrong)}};
}

json::Value pull(const json::Value& account, const Asked& asked, Journal& journal)
{
    const auto number = asked.content["account_number"].text_or();
    const auto amount = base::parse_money(asked.content["amount"].text_or(), cny);
    const auto balance = base::parse_money(account["balance"].text_or(), cny);
    return journal.settle(asked.call, number, [&](std::int64_t changed) -> Journal::Decision {
        if (account.is_null()) return {refused("account_unknown")};
        if (!amount || amount.value().minor_units <= 0) return {refused("amount_malformed")};
        const auto left = (balance ? balance.value().minor_units : 0) + changed;
        if (left < amount.value().minor_units) return {refused("no_funds")};
        return {json::Object{{"status", "paid"}, {"reference", "OB" + asked.call}},
                -amount.value().minor_units};
    });
}

}  // namespace

json::Value find_record(std::string_view partner, const json::Value& known, const Asked& asked)
{
    if (partner == "police")
        return by(known["people"], "number", asked.content["number"].text_or());
    if (partner == "bank") {
        return by(known["accounts"], "number", asked.content["account_number"].text_or());
    }
    if (partner == "clearing") return creditor_account(known, asked);
    if (partner == "card") return by(known["cards"], "number", asked.content["number"].text_or());
    if (partner == "fund") return by(known["members"], "number", asked.content["number"].text_or());
    if (partner == "wallet") return by(known["wallets"], "phone", asked.content["phone"].text_or());
    if (partner == "biller")
        return by(known["customers"], "number", asked.content["data"]["number"].text_or());
    return by(known["receivers"], "phone", asked.content["phone"].text_or());
}

json::Value answer_police(const json::Value& record, const Asked& asked)
{
    if (asked.question != "identity-check") return refused("question_unknown");
    if (record.is_null()) return json::Object{{"status", "unknown"}};
    if (record["name"] != asked.content["name"]) return json::Object{{"status", "mismatch"}};
    json::Object answer{{"status", "match"}};
    if (!record["portrait_similarity"].is_null()) {
        answer.set("similarity", record["portrait_similarity"]);
    }
    return answer;
}

json::Value answer_bank(const json::Value& record, const Asked& asked, Journal& journal)
{
    if (asked.question == "account-check") return check_account(record, asked.content);
    if (asked.question == "pull") return pull(record, asked, journal);
    return refused("question_unknown");
}

json::Value answer_sms(const Asked& asked, Journal& journal, base::Instant now)
{
    const auto phone = asked.content["phone"].text_or();
    const auto text = asked.content["text"].text_or();
    if (asked.question != "send") return refused("question_unknown");
    if (phone.empty() || text.empty()) return refused("message_empty");
    journal.deliver(asked.call, {.id = asked.call,
                                 .phone = std::string(phone),
                                 .channel = std::string(asked.content["channel"].text_or("sms")),
                                 .text = std::string(text),
                                 .at = now});
    return json::Object{{"status", "sent"}, {"reference", "SM" + asked.call}};
}

}  // namespace sandbox
