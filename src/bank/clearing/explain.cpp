// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/explain.h>

#include <bank/ledger/own_accounts.h>
#include <bank/payment/top_up_sums.h>

#include <algorithm>
#include <map>

namespace bank::clearing {

using platform::sql::Snapshot;

namespace {

constexpr std::string_view clearing_prefix = "clearing/";
constexpr std::string_view settlement_prefix = "settlement/";

struct Sums {
    std::int64_t unfinished_count = 0;
    std::int64_t unfinished = 0;
    std::int64_t settled = 0;  // And not given back.
    std::int64_t received = 0;
};

std::map<std::string, Sums, std::less<>> sums_by_route(Snapshot& snapshot)
{
    std::map<std::string, Sums, std::less<>> sums;
    {
        auto row = snapshot.query("select route, state, minor_units from clearing_payment");
        while (row.next()) {
            auto& of = sums[row.string(0)];
            const auto state = static_cast<State>(row.integer(1));
            if (state < State::settled) {
                ++of.unfinished_count;
                of.unfinished += row.integer(2);
            } else if (state == State::settled) {
                of.settled += row.integer(2);
            }
        }
    }
    auto row = snapshot.query("select route, minor_units from clearing_received");
    while (row.next()) sums[row.string(0)].received += row.integer(1);
    return sums;
}

std::int64_t credit_balance(Snapshot& snapshot, ledger::Ledger& ledger, AccountId id)
{
    const auto account = ledger.account(snapshot, id);
    base::ensure(account.has_value());
    return account.value().balance().minor_units;
}

std::string sentence(const std::string& code, std::int64_t there, std::int64_t explained)
{
    return code + " holds " + std::to_string(there) + " minor units, but its payments explain " +
           std::to_string(explained);
}

}  // namespace

std::vector<Standing> standings(Snapshot& snapshot, ledger::Ledger& ledger)
{
    std::map<std::string, Standing, std::less<>> found;
    const auto sums = sums_by_route(snapshot);
    const auto add = [&](std::string_view prefix, base::Money Standing::*part) {
        for (const auto& own : ledger::own_accounts(snapshot, prefix)) {
            const std::string route = own.code.substr(prefix.size());
            const auto known = sums.find(route);
            if (known == sums.end()) continue;  // Money brought in from bound accounts alone.
            const auto account = ledger.account(snapshot, own.id);
            base::ensure(account.has_value());
            const auto unit = account.value().unit;
            auto& standing =
                found
                    .try_emplace(
                        route,
                        Standing{route, unit, known->second.unfinished_count, {0, unit}, {0, unit}})
                    .first->second;
            standing.*part = account.value().balance();
        }
    };
    add(clearing_prefix, &Standing::clearing);
    add(settlement_prefix, &Standing::settlement);
    std::vector<Standing> all;
    for (auto& [route, standing] : found) all.push_back(std::move(standing));
    return all;
}

std::vector<std::string> explain(Snapshot& snapshot, ledger::Ledger& ledger)
{
    std::vector<std::string> findings;
    const auto sums = sums_by_route(snapshot);
    const auto of = [&](std::string_view route) {
        const auto found = sums.find(route);
        return found == sums.end() ? Sums{} : found->second;
    };
    const auto hold = [&](const ledger::OwnAccount& own, std::int64_t explained) {
        const auto there = credit_balance(snapshot, ledger, own.id);
        if (there != explained) findings.push_back(sentence(own.code, there, explained));
    };
    for (const auto& own : ledger::own_accounts(snapshot, clearing_prefix)) {
        const std::string route = own.code.substr(clearing_prefix.size());
        hold(own, of(route).unfinished - payment::brought_in_from(snapshot, route));
    }
    for (const auto& own : ledger::own_accounts(snapshot, settlement_prefix)) {
        const Sums sum = of(own.code.substr(settlement_prefix.size()));
        hold(own, sum.settled - sum.received);
    }
    return findings;
}

std::map<AccountId, std::int64_t> paid_from_own(Snapshot& snapshot)
{
    std::map<AccountId, std::int64_t> sums;
    auto row = snapshot.query(
        "select account, minor_units from clearing_payment where payer = 0 and state < ?",
        static_cast<int>(State::rejected));
    while (row.next()) sums[row.id<AccountId>(0)] += row.integer(1);
    return sums;
}

std::vector<Passed> passed_to(Snapshot& snapshot, std::string_view route)
{
    std::vector<Passed> found;
    auto row = snapshot.query(
        "select id, minor_units, state from clearing_payment where route = ? and state <> ?"
        " order by id",
        route, static_cast<int>(State::rejected));
    while (row.next()) {
        found.push_back({base::to_string(row.id<PaymentId>(0)), row.integer(1),
                         static_cast<State>(row.integer(2)) >= State::settled});
    }
    return found;
}

std::vector<Passed> passed_from(Snapshot& snapshot, std::string_view sender)
{
    std::vector<Passed> found;
    auto row = snapshot.query(
        "select message, minor_units from clearing_received where sender = ? and entry is not null",
        sender);
    while (row.next()) found.push_back({row.string(0), row.integer(1), true});
    std::sort(found.begin(), found.end(),
              [](const Passed& a, const Passed& b) { return a.id < b.id; });
    return found;
}

std::int64_t settled_with(Snapshot& snapshot, ledger::Ledger& ledger, std::string_view route)
{
    std::int64_t sum = 0;
    for (const auto& own : ledger::own_accounts(snapshot, settlement_prefix)) {
        if (std::string_view{own.code}.substr(settlement_prefix.size()) == route)
            sum += credit_balance(snapshot, ledger, own.id);
    }
    return sum;
}

std::int64_t on_the_way(const std::vector<Passed>& sent, const std::vector<Passed>& received)
{
    std::map<std::string_view, const Passed*> by_id;
    for (const auto& one : sent) by_id.emplace(one.id, &one);
    std::int64_t sum = 0;
    for (const auto& one : received) {
        const auto found = by_id.find(one.id);
        if (found == by_id.end() || !found->second->ended) sum += one.minor_units;
    }
    return sum;
}

std::vector<std::string> compare(const std::vector<Passed>& sent,
                                 const std::vector<Passed>& received)
{
    std::vector<std::string> findings;
    std::map<std::string, Passed, std::less<>> by_id;
    for (const auto& one : sent) by_id.emplace(one.id, one);
    for (const auto& one : received) {
        const auto found = by_id.find(one.id);
        if (found == by_id.end()) {
            findings.push_back("payment " + one.id + " was paid out, but never paid in");
        } else {
            if (found->second.minor_units != one.minor_units)
                findings.push_back("payment " + one.id + " was paid out in another amount");
            found->second.ended = false;
        }
    }
    for (const auto& [id, one] : by_id) {
        if (one.ended)
            findings.push_back("payment " + id + " counts as settled, but was not paid out");
    }
    return findings;
}

}  // namespace bank::clearing
