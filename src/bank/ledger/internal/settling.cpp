// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/state.h>

#include <cstdlib>

namespace bank::ledger {

using namespace internal;
using base::conflict;
using base::invalid;

namespace {

bool dated_well(base::Date effective, base::Instant now)
{
    return std::abs(effective.days - base::local_date(now, 0).days) <= effective_days_apart;
}

}  // namespace

/// What was pending of a hold's legs goes, and of a capture `part` is posted.
Result<Posted> Ledger::State::stage_settlement(Transaction& transaction,
                                               const Settlement& settlement, Step step,
                                               std::optional<base::Money> part, Rest rest)
{
    if (!settlement.client) return invalid("ledger.client_id_missing", "an entry needs an id");
    const Known found = known(transaction, settlement.client, settlement.content);
    if (found.answer) return *found.answer;
    if (!dated_well(settlement.effective, transaction.now()) ||
        settlement.details.size() > max_details) {
        return invalid("ledger.malformed_entry", "size or date of the entry is wrong");
    }
    const auto hold = HoldTable::find(transaction, settlement.hold);
    if (!hold) return base::not_found("ledger.hold_unknown", "there is no such hold");
    if (hold->state != HoldState::open) {
        return conflict("ledger.hold_over", "the hold was captured or released before");
    }
    const bool capturing = step == Step::capture;
    if (capturing && hold->expires_at <= transaction.now()) {
        return conflict("ledger.hold_expired", "the hold's time is over");
    }
    const auto row = Journal::find(transaction, settlement.hold);
    base::ensure(row.has_value());

    if (part && part->minor_units <= 0) {
        return invalid("ledger.amount_not_positive", "nothing would be captured");
    }
    bool over = true;
    changes_.clear();
    for (const JournalLeg& leg : row->legs) {
        const std::int64_t left = leg.pending - hold->used;
        std::int64_t posted = capturing ? left : 0;
        std::int64_t freed = left;
        if (part) {
            if (find(transaction, leg.account)->unit != part->currency) {
                return invalid("ledger.unit_mismatch", "the hold is in another unit");
            }
            if (row->legs.size() != 2 || part->minor_units > left) {
                return base::rejected("ledger.exceeds_hold", "more than the hold can give");
            }
            posted = part->minor_units;
            if (rest == Rest::kept) freed = posted;
            over = freed == left;
        }
        changes_.push_back({leg.account, leg.side, leg.counting, posted, -freed});
    }
    TRY(look_up(transaction));
    auto posted = stage(transaction, {.step = step,
                                      .kind = row->kind,
                                      .client = settlement.client,
                                      .content = settlement.content,
                                      .effective = settlement.effective,
                                      .details = settlement.details,
                                      .about = settlement.hold,
                                      .probe = found.probe,
                                      .counted_on = row->effective,
                                      .limited = false});
    if (posted) {
        const HoldState after = !over       ? HoldState::open
                                : capturing ? HoldState::captured
                                            : HoldState::released;
        HoldTable::change(transaction, settlement.hold, after,
                          over ? hold->used : hold->used + part->minor_units);
    }
    return posted;
}

/// The legs of an entry turned round.
Result<Posted> Ledger::State::stage_reversal(Transaction& transaction, const Correction& correction)
{
    if (!correction.client) return invalid("ledger.client_id_missing", "an entry needs an id");
    const Known found = known(transaction, correction.client, correction.content);
    if (found.answer) return *found.answer;
    if (!dated_well(correction.effective, transaction.now()) ||
        correction.details.size() > max_details) {
        return invalid("ledger.malformed_entry", "size or date of the entry is wrong");
    }
    const auto row = Journal::find(transaction, correction.entry);
    if (!row) return base::not_found("ledger.entry_unknown", "there is no such entry");
    if (row->legs.empty() || row->legs.front().posted == 0) {
        return invalid("ledger.not_reversible", "the entry posted nothing");
    }
    if (ReversalTable::find(transaction, correction.entry)) {
        return conflict("ledger.already_reversed", "the entry was taken back before");
    }
    changes_.clear();
    for (const JournalLeg& leg : row->legs) {
        const Side other = leg.side == Side::debit ? Side::credit : Side::debit;
        changes_.push_back({leg.account, other, Counting::uncounted, leg.posted, 0});
    }
    TRY(look_up(transaction));
    auto posted = stage(transaction, {.step = Step::post,
                                      .kind = row->kind,
                                      .client = correction.client,
                                      .content = correction.content,
                                      .effective = correction.effective,
                                      .details = correction.details,
                                      .about = correction.entry,
                                      .probe = found.probe,
                                      .counted_on = correction.effective});
    if (posted) ReversalTable::insert(transaction, correction.entry, posted.value().id);
    return posted;
}

Result<Posted> Ledger::reserve(Transaction& transaction, const Entry& entry,
                               base::Instant expires_at)
{
    auto posted = state_->all_or_nothing(transaction, [&] {
        return state_->stage_entry(transaction, entry, Step::reserve, expires_at);
    });
    if (posted && !posted.value().repeated) {
        HoldTable::insert(transaction, {posted.value().id, HoldState::open, expires_at});
    }
    return posted;
}

Result<Posted> Ledger::capture(Transaction& transaction, const Settlement& settlement,
                               std::optional<base::Money> part, Rest rest)
{
    return state_->all_or_nothing(transaction, [&] {
        return state_->stage_settlement(transaction, settlement, Step::capture, part, rest);
    });
}

Result<Posted> Ledger::release(Transaction& transaction, const Settlement& settlement)
{
    return state_->all_or_nothing(transaction, [&] {
        return state_->stage_settlement(transaction, settlement, Step::release, {}, Rest::freed);
    });
}

Result<Posted> Ledger::reverse(Transaction& transaction, const Correction& correction)
{
    return state_->all_or_nothing(transaction,
                                  [&] { return state_->stage_reversal(transaction, correction); });
}

Result<int> Ledger::expire_holds(Transaction& transaction, base::Date effective, int at_most)
{
    int released = 0;
    for (const EntryId hold : HoldTable::over(transaction, transaction.now(), at_most)) {
        TRY(release(transaction, {.client = client_id({"ledger.expire", base::to_string(hold)}),
                                  .content = 0,
                                  .effective = effective,
                                  .hold = hold}));
        ++released;
    }
    return released;
}

}  // namespace bank::ledger
