// SPDX-License-Identifier: Apache-2.0
#include <bank/grant/grants.h>

#include <algorithm>
#include <string>

namespace bank::grant {

using base::Result;
using ledger::AccountId;
using ledger::Flag;
using ledger::Ledger;
using ledger::Side;
using platform::sql::Transaction;

namespace {

bool is_code(std::string_view code)
{
    return !code.empty() && code.size() <= 40 && std::ranges::all_of(code, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

/// The fund's account, with its budget in it.
Result<AccountId> endowed(Transaction& transaction, Ledger& books, const Fund& fund,
                          base::Date effective)
{
    if (!is_code(fund.code) || fund.budget.minor_units <= 0) {
        return base::invalid("grant.fund_malformed", "a fund has a code and a budget");
    }
    const std::string code{fund.code};
    const auto own = [&](const char* part, Flag flags) {
        return books.own_account(transaction, part + code, fund.budget.currency, flags);
    };
    const auto there = TRY(own("payable/fund/", Flag::debits_must_not_exceed_credits));
    const auto owed = TRY(own("receivable/fund/", Flag::none));
    const auto client = ledger::client_id({"grant.endow", code});
    const auto content = ledger::content_of({code});
    if (books.answered(transaction, client, content)) return there;
    const ledger::Leg legs[] = {{owed, Side::debit, fund.budget},
                                {there, Side::credit, fund.budget}};
    TRY(books.post(transaction, {.client = client,
                                 .content = content,
                                 .kind = "fund-budget",
                                 .effective = effective,
                                 .legs = legs}));
    return there;
}

ledger::ClientId client_of(const Fund& fund, const Grant& grant)
{
    return ledger::client_id({"grant.pay", fund.code, grant.occasion});
}

/// Only the key: whoever asks under another one asks for the same thing twice.
std::uint64_t content_of_key(const Grant& grant)
{
    return ledger::content_of({grant.key});
}

base::Error used_up()
{
    return base::rejected("grant.budget_used_up", "the fund has not so much left");
}

}  // namespace

Result<base::Money> left(Transaction& transaction, Ledger& books, const Fund& fund,
                         base::Date effective)
{
    const auto account = TRY(endowed(transaction, books, fund, effective));
    return TRY(books.account(transaction, account)).available();
}

Result<void> check(Transaction& transaction, Ledger& books, const Fund& fund, const Grant& grant,
                   base::Date effective)
{
    const auto there = TRY(left(transaction, books, fund, effective));
    const auto before = books.answered(transaction, client_of(fund, grant), content_of_key(grant));
    if (before) {
        if (before->has_value()) return {};
        return base::rejected("grant.given_already", "this was granted before");
    }
    if (there.minor_units < grant.amount.minor_units) return used_up();
    return {};
}

Result<ledger::Posted> pay(Transaction& transaction, Ledger& books, const Fund& fund,
                           const Grant& grant, base::Date effective)
{
    TRY(check(transaction, books, fund, grant, effective));
    const auto from = TRY(endowed(transaction, books, fund, effective));
    const ledger::Leg legs[] = {{from, Side::debit, grant.amount},
                                {grant.to, Side::credit, grant.amount, grant.counting}};
    auto paid = books.post(transaction, {.client = client_of(fund, grant),
                                         .content = content_of_key(grant),
                                         .kind = grant.kind,
                                         .effective = effective,
                                         .legs = legs});
    if (!paid && paid.error().reason == "ledger.debits_exceed_credits") return used_up();
    return paid;
}

}  // namespace bank::grant
