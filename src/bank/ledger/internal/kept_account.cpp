// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/kept_account.h>

namespace bank::ledger::internal {

namespace {

constexpr std::int64_t no_limit = -1;

std::optional<std::int64_t> limit(std::int64_t kept)
{
    return kept == no_limit ? std::nullopt : std::optional{kept};
}

}  // namespace

std::uint32_t KeptUnits::number_of(base::Currency unit)
{
    const auto [it, inserted] =
        numbers_.try_emplace(unit.code, static_cast<std::uint32_t>(units_.size() + 1));
    if (inserted) units_.push_back(unit);
    return it->second;
}

KeptAccount kept(const Account& account, KeptUnits& units)
{
    const Terms& terms = account.terms;
    return {account.counters,
            account.turnover,
            account.sequence,
            account.last,
            {terms.balance_limit.value_or(no_limit), terms.debits_day_limit.value_or(no_limit),
             terms.debits_year_limit.value_or(no_limit), terms.credits_day_limit.value_or(no_limit),
             terms.credits_year_limit.value_or(no_limit)},
            units.number_of(account.unit),
            terms.flags};
}

Account account_of(AccountId id, const KeptAccount& from, const KeptUnits& units)
{
    return {id,
            units.unit(from.unit),
            {from.flags, limit(from.limits[0]), limit(from.limits[1]), limit(from.limits[2]),
             limit(from.limits[3]), limit(from.limits[4])},
            from.counters,
            from.turnover,
            from.sequence,
            from.last};
}

}  // namespace bank::ledger::internal
