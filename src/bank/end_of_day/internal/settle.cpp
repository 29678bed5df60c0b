// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/internal/settle.h>

#include <algorithm>

namespace bank::end_of_day::internal {

namespace {

base::Result<void> post_items(const Work& work, Transaction& transaction,
                              const Settlement& settlement, ledger::AccountId own,
                              std::span<const Item> items)
{
    const auto other =
        settlement.side == ledger::Side::debit ? ledger::Side::credit : ledger::Side::debit;
    std::vector<ledger::Leg> legs;
    std::int64_t total = 0;
    for (const Item& item : items) {
        legs.push_back({item.account, settlement.side, {item.amount, settlement.unit}});
        if (__builtin_add_overflow(total, item.amount, &total)) {
            return base::rejected("ledger.overflow", "a sum would pass 2^63 minor units");
        }
    }
    legs.push_back({own, other, {total, settlement.unit}});
    const std::string day = base::to_string(work.run.day);
    const std::string first = base::to_string(items.front().account);
    const std::string count = std::to_string(items.size());
    const auto posted = TRY(work.ledger().post(
        transaction,
        {.client = ledger::client_id({"end-of-day", settlement.name, day, first, count}),
         .content = ledger::content_of({settlement.kind, count, std::to_string(total)}),
         .kind = settlement.kind,
         .effective = work.parts.day.date(),
         .legs = legs}));
    work.parts.outbox.append(
        transaction, settlement.event, base::to_string(posted.id),
        platform::json::Object{{"entry", base::to_string(posted.id)}, {"day", day}});
    return {};
}

}  // namespace

base::Result<std::vector<bool>> settle(const Work& work, Transaction& transaction,
                                       const Settlement& settlement, std::span<const Item> items)
{
    std::vector<bool> done(items.size(), false);
    if (items.empty()) return done;
    const auto own =
        TRY(work.ledger().own_account(transaction, settlement.own_account, settlement.unit));
    std::vector<ledger::AccountId> accounts;
    for (const Item& item : items) accounts.push_back(item.account);
    work.ledger().expect(accounts);
    std::int64_t count = 0;
    std::int64_t amount = 0;
    for (std::size_t from = 0; from < items.size();) {
        const std::size_t n = std::min(items.size() - from, ledger::max_legs - 1);
        const bool together =
            post_items(work, transaction, settlement, own, items.subspan(from, n)).has_value();
        for (std::size_t i = from; i < from + n; ++i) {
            if (!together) {
                const auto alone =
                    post_items(work, transaction, settlement, own, items.subspan(i, 1));
                if (!alone) {
                    Store::note(transaction, work.run.day,
                                {settlement.step, items[i].account,
                                 std::string{alone.error().reason}, items[i].amount});
                    continue;
                }
            }
            done[i] = true;
            ++count;
            amount += items[i].amount;
        }
        from += n;
    }
    Store::tally(transaction, work.run.day, settlement.step, count, amount);
    return done;
}

}  // namespace bank::end_of_day::internal
