// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/kept_account.h>

#include <functional>
#include <string_view>

namespace bank::ledger::internal {

std::size_t KeptTerms::Hash::operator()(const Kind& kind) const
{
    std::size_t hash = std::hash<std::string_view>{}(kind.unit.code);
    const Terms& terms = kind.terms;
    for (const auto& limit : {terms.balance_limit, terms.debits_day_limit, terms.debits_year_limit,
                              terms.credits_day_limit, terms.credits_year_limit,
                              std::optional{static_cast<std::int64_t>(terms.flags)}}) {
        hash = hash * 0x9e3779b97f4a7c15U + static_cast<std::size_t>(limit.value_or(-1));
        hash ^= hash >> 32;
    }
    return hash;
}

std::uint32_t KeptTerms::number_of(const Kind& kind)
{
    // Who reads many accounts reads many of one kind.
    if (!kinds_.empty() && kinds_.back() == kind) return static_cast<std::uint32_t>(kinds_.size());
    const auto [it, inserted] =
        numbers_.try_emplace(kind, static_cast<std::uint32_t>(kinds_.size() + 1));
    if (inserted) kinds_.push_back(kind);
    return it->second;
}

KeptAccount kept(const Account& account, KeptTerms& terms)
{
    return {account.counters, account.turnover, account.sequence, account.last,
            terms.number_of({account.unit, account.terms})};
}

Account account_of(AccountId id, const KeptAccount& from, const KeptTerms& terms)
{
    const KeptTerms::Kind& kind = terms.kind(from.terms);
    return {id, kind.unit, kind.terms, from.counters, from.turnover, from.sequence, from.last};
}

}  // namespace bank::ledger::internal
