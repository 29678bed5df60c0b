// SPDX-License-Identifier: Apache-2.0
#include <sandbox/errand_partners.h>

#include <base/money.h>

#include <algorithm>

namespace sandbox {

namespace json = platform::json;

namespace {

constexpr base::Currency fund_unit{"CNY", 2};
constexpr std::string_view parcels = "parcels";
constexpr std::string_view fund_payments = "fund-payments";

json::Value said(std::string_view status)
{
    return json::Object{{"status", status}};
}

json::Value turned_down(std::string_view reason)
{
    return json::Object{{"status", "refused"}, {"reason", reason}};
}

json::Value ship(const json::Value& known, const Asked& asked, Journal& journal)
{
    const std::string_view address = asked.content["address"].text_or();
    if (const auto* unknown = known["unknown_addresses"].array()) {
        for (const auto& words : *unknown) {
            if (address.find(words.text_or()) != std::string_view::npos)
                return said("address_unknown");
        }
    }
    if (address.empty() || asked.content["phone"].text_or().empty())
        return turned_down("address_missing");
    const std::string tracking = "YD" + asked.call;
    journal.keep(parcels, asked.call,
                 json::Object{{"tracking", tracking}, {"phone", asked.content["phone"]}});
    return json::Object{{"status", "accepted"}, {"tracking", tracking}};
}

json::Value track(const json::Value& known, const Asked& asked, Journal& journal)
{
    const std::string tracking{asked.content["tracking"].text_or()};
    const auto all = journal.kept(parcels);
    const auto parcel = std::find_if(all.begin(), all.end(), [&](const json::Value& each) {
        return each["tracking"].text_or() == tracking;
    });
    if (parcel == all.end()) return said("unknown");
    const json::Value phone = (*parcel)["phone"];
    return journal.settle(
        asked.call, "track/" + tracking, [&](std::int64_t times) -> Journal::Decision {
            if (const auto* lost = known["lost_for"].array();
                lost != nullptr && std::find(lost->begin(), lost->end(), phone) != lost->end()) {
                return {said("lost"), 1};
            }
            const bool there = times + 1 >= known["delivered_after"].integer_or(1);
            return {said(there ? "delivered" : "in_transit"), 1};
        });
}

/// Whether what was granted has been paid: pending the first time it is asked, then paid; an odd
/// member's payments fail.
json::Value fund_paid(const json::Value& member, const Asked& asked, Journal& journal)
{
    const std::string reference{asked.content["reference"].text_or()};
    const auto all = journal.kept(fund_payments);
    const auto payment = std::find_if(all.begin(), all.end(), [&](const json::Value& each) {
        return each["reference"].text_or() == reference;
    });
    if (payment == all.end()) return said("unknown");
    const auto paid = journal.settle(
        asked.call, "fund-paid/" + reference, [&](std::int64_t times) -> Journal::Decision {
            if (times == 0) return {said("pending"), 1};
            if ((*payment)["fails"].boolean_or(false)) return {said("failed"), 1};
            return {
                json::Object{
                    {"status", "paid"}, {"reference", reference}, {"amount", (*payment)["amount"]}},
                1};
        });
    if (paid["status"].text_or() == "failed") {
        // What could not be paid is the member's again.
        const auto amount = base::parse_money((*payment)["amount"].text_or(), fund_unit);
        journal.settle(reference + "/back", "fund/" + std::string{member["number"].text_or()},
                       [&](std::int64_t) -> Journal::Decision {
                           return {said("back"), amount ? amount.value().minor_units : 0};
                       });
    }
    return paid;
}

}  // namespace

json::Value answer_courier(const json::Value& known, const Asked& asked, Journal& journal)
{
    if (asked.question == "ship") return ship(known, asked, journal);
    if (asked.question == "track") return track(known, asked, journal);
    return turned_down("question_unknown");
}

json::Value answer_fund(const json::Value& member, const Asked& asked, Journal& journal)
{
    if (member.is_null()) return said("unknown");
    const std::string number{member["number"].text_or()};
    const auto begun = base::parse_money(member["balance"].text_or(), fund_unit);
    const std::int64_t held = begun ? begun.value().minor_units : 0;
    if (asked.question == "fund-query") {
        return json::Object{
            {"status", "known"},
            {"balance", base::to_decimal({held + journal.changed("fund/" + number), fund_unit})},
            {"monthly", member["monthly"]},
            {"employer", member["employer"]}};
    }
    if (asked.question == "fund-paid") return fund_paid(member, asked, journal);
    if (asked.question != "fund-withdraw") return turned_down("question_unknown");
    const auto amount =
        base::parse_money(asked.content["application"]["amount"].text_or(), fund_unit);
    const auto decided = journal.settle(
        asked.call, "fund/" + number, [&](std::int64_t changed) -> Journal::Decision {
            if (!amount || amount.value().minor_units <= 0)
                return {turned_down("amount_malformed")};
            if (member["frozen"].boolean_or(false)) return {turned_down("frozen")};
            const std::int64_t left = held + changed - amount.value().minor_units;
            if (left < 0) return {turned_down("not_enough")};
            return {json::Object{{"status", "accepted"},
                                 {"reference", "GJ" + asked.call},
                                 {"amount", base::to_decimal(amount.value())},
                                 {"left", base::to_decimal({left, fund_unit})}},
                    -amount.value().minor_units};
        });
    if (decided["status"].text_or() == "accepted") {
        journal.keep(fund_payments, asked.call,
                     json::Object{{"reference", decided["reference"]},
                                  {"amount", decided["amount"]},
                                  {"fails", member["payments_fail"]}});
    }
    return decided;
}

}  // namespace sandbox
