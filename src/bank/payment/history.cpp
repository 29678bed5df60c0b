// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/history.h>

#include <bank/customer/mask.h>

#include <algorithm>
#include <map>

namespace bank::payment {

using base::Result;
using platform::sql::Snapshot;

namespace {

/// Makes lines of movements; remembers names within one page.
class Reader {
public:
    Reader(Snapshot& snapshot, account::Accounts& accounts, People& people, CustomerId holder)
        : snapshot_(snapshot), accounts_(accounts), people_(people), holder_(holder)
    {
    }

    Line line_of(const ledger::Movement& movement)
    {
        const bool in = movement.side == ledger::Side::credit;
        const Other& other = other_of(movement.other);
        const CustomerId payer = in ? other.holder : holder_;
        std::string purpose;
        if (!movement.details.empty() && payer) {
            purpose = people_.unseal(snapshot_, payer, movement.details);
        }
        return {movement.entry,
                kind_of(movement.kind),
                in ? account::Direction::in : account::Direction::out,
                movement.amount,
                movement.balance,
                movement.effective,
                movement.recorded_at,
                other.masked_name,
                std::move(purpose)};
    }

private:
    struct Other {
        CustomerId holder;
        std::string masked_name;
    };

    static std::string_view kind_of(std::string_view kind)
    {
        for (const std::string_view known : {"transfer", "top-up", "opening", "reversal"}) {
            if (kind == known) return known;
        }
        return "other";
    }

    /// None where the other side is an account of the bank's own.
    const Other& other_of(AccountId id)
    {
        const auto [it, fresh] = others_.try_emplace(id);
        if (!fresh) return it->second;
        if (const auto account = accounts_.account(snapshot_, id)) {
            const auto holder = account.value().holder;
            it->second = {holder, customer::masked_name(people_.name(snapshot_, holder))};
        }
        return it->second;
    }

    Snapshot& snapshot_;
    account::Accounts& accounts_;
    People& people_;
    const CustomerId holder_;
    std::map<AccountId, Other> others_;
};

CustomerId holder_of(Snapshot& snapshot, account::Accounts& accounts, AccountId id)
{
    const auto account = accounts.account(snapshot, id);
    return account ? account.value().holder : CustomerId{};
}

}  // namespace

Result<Page> history(Snapshot& snapshot, account::Accounts& accounts, People& people, AccountId id,
                     EntryId before, std::size_t limit)
{
    limit = std::clamp<std::size_t>(limit, 1, 200);
    Reader reader{snapshot, accounts, people, holder_of(snapshot, accounts, id)};
    Page page;
    for (;;) {
        const auto movements = TRY(accounts.ledger().history(snapshot, id, before, limit + 1));
        for (const auto& movement : movements) {
            before = movement.entry;
            if (movement.amount.minor_units == 0) continue;  // A hold began or ended.
            if (page.lines.size() == limit) {
                page.next = page.lines.back().id;
                return page;
            }
            page.lines.push_back(reader.line_of(movement));
        }
        if (movements.size() <= limit) return page;
    }
}

Result<PeriodStatement> statement(Snapshot& snapshot, account::Accounts& accounts, People& people,
                                  AccountId id, base::Date first, base::Date last)
{
    const auto period = TRY(accounts.ledger().statement(snapshot, id, first, last));
    Reader reader{snapshot, accounts, people, holder_of(snapshot, accounts, id)};
    PeriodStatement made{period.opening, period.closing, period.credits, period.debits, {}};
    for (const auto& movement : period.movements) made.lines.push_back(reader.line_of(movement));
    return made;
}

}  // namespace bank::payment
