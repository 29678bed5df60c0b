// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/standing.h>

#include <charconv>
#include <cstdint>

namespace bank::ledger::internal {

std::string_view write_standing(const KeptAccount& account, StandingText& into)
{
    const Counters& counters = account.counters;
    const Turnover& turnover = account.turnover;
    char* at = into.data();
    for (const std::int64_t number :
         {account.sequence, static_cast<std::int64_t>(account.last.value), counters.debits_posted,
          counters.credits_posted, counters.debits_pending, counters.credits_pending,
          std::int64_t{turnover.day.days}, turnover.debits_day, turnover.debits_year,
          turnover.credits_day, turnover.credits_year}) {
        if (at != into.data()) *at++ = ' ';
        at = std::to_chars(at, into.data() + into.size(), number).ptr;
    }
    return {into.data(), static_cast<std::size_t>(at - into.data())};
}

bool read_standing(std::string_view text, Account& into)
{
    std::int64_t last = 0;
    std::int64_t day = 0;
    Counters& counters = into.counters;
    Turnover& turnover = into.turnover;
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (std::int64_t* const number :
         {&into.sequence, &last, &counters.debits_posted, &counters.credits_posted,
          &counters.debits_pending, &counters.credits_pending, &day, &turnover.debits_day,
          &turnover.debits_year, &turnover.credits_day, &turnover.credits_year}) {
        if (number != &into.sequence) {
            if (at == end || *at != ' ') return false;
            ++at;
        }
        const auto [next, error] = std::from_chars(at, end, *number);
        if (error != std::errc{}) return false;
        at = next;
    }
    into.last = EntryId{static_cast<std::uint64_t>(last)};
    turnover.day.days = static_cast<std::int32_t>(day);
    return at == end;
}

}  // namespace bank::ledger::internal
