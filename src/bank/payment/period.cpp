// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/period.h>

#include <bank/payment/line_reader.h>

#include <algorithm>

namespace bank::payment {

using base::Result;
using platform::sql::Snapshot;

namespace {

constexpr std::size_t movements_a_piece = 500;
constexpr int longest_days = 366;

}  // namespace

bool Period::holds(const ledger::Movement& movement) const
{
    return movement.amount.minor_units != 0 && movement.effective >= first &&
           movement.effective <= last;
}

Result<Period> Period::open(Snapshot& snapshot, account::Accounts& accounts, AccountId id,
                            base::Date first, base::Date last)
{
    if (last < first || last.days - first.days > longest_days) {
        return base::invalid("ledger.period_invalid", "a period is one day to one year");
    }
    const auto account = TRY(accounts.account(snapshot, id));
    const auto standing = TRY(accounts.ledger().account(snapshot, id));
    Period made{first, last, id, account.holder, account.unit};
    std::int64_t balance = standing.balance().minor_units;
    std::int64_t later = 0;
    std::int64_t within = 0;
    EntryId before;
    for (bool on = true; on;) {
        const auto movements =
            TRY(accounts.ledger().history(snapshot, id, before, movements_a_piece));
        // An entry may come between now and the reading of this piece.
        Piece piece{before || movements.empty() ? before
                                                : EntryId{movements.front().entry.value + 1}};
        for (const auto& movement : movements) {
            before = movement.entry;
            const bool incoming = movement.side == ledger::Side::credit;
            const std::int64_t sum = movement.amount.minor_units;
            if (movement.effective > last) later += incoming ? sum : -sum;
            if (made.holds(movement)) {
                ++piece.lines;
                made.count_in += incoming ? 1 : 0;
                within += incoming ? sum : -sum;
                (incoming ? made.in : made.out).minor_units += sum;
            }
            // Nothing that is recorded before this can count for the period.
            on =
                base::local_date(movement.recorded_at, 0).days + ledger::effective_days_apart + 1 >=
                first.days;
            if (!on) break;
        }
        made.count += piece.lines;
        if (piece.lines > 0) made.pieces_.push_back(piece);
        if (movements.size() < movements_a_piece) on = false;
    }
    made.closing.minor_units = balance - later;
    made.opening.minor_units = made.closing.minor_units - within;
    return made;
}

Result<std::vector<Line>> Period::next(Snapshot& snapshot, account::Accounts& accounts,
                                       People& people)
{
    std::vector<Line> lines;
    if (pieces_.empty()) return lines;
    const Piece piece = pieces_.back();
    pieces_.pop_back();
    const auto movements =
        TRY(accounts.ledger().history(snapshot, account_, piece.before, movements_a_piece));
    LineReader reader{snapshot, accounts, people, holder_};
    for (const auto& movement : movements) {
        if (static_cast<std::int64_t>(lines.size()) == piece.lines) break;
        if (holds(movement)) lines.push_back(reader.line_of(movement));
    }
    std::reverse(lines.begin(), lines.end());
    return lines;
}

void Period::keep_newest(std::int64_t wanted)
{
    std::int64_t kept = 0;
    const auto end = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& piece) {
        const bool enough = kept >= wanted;
        kept += piece.lines;
        return enough;
    });
    pieces_.erase(end, pieces_.end());
}

}  // namespace bank::payment
