// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/state.h>

namespace bank::ledger {

using namespace internal;
using base::conflict;
using base::invalid;

/// The legs of a hold turned round: what was pending goes, and of a capture `part` is posted.
Result<Posted> Ledger::State::stage_settlement(Transaction& transaction,
                                               const Settlement& settlement, Step step,
                                               std::optional<base::Money> part)
{
    if (!settlement.client) return invalid("ledger.client_id_missing", "an entry needs an id");
    const Known found = known(transaction, settlement.client, settlement.content);
    if (found.answer) return *found.answer;
    if (settlement.details.size() > max_details) {
        return invalid("ledger.malformed_entry", "the details are too long");
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
    changes_.clear();
    for (const JournalLeg& leg : row->legs) {
        std::int64_t posted = capturing ? leg.pending : 0;
        if (part) {
            const Account* account = find(transaction, leg.account);
            if (account->unit != part->currency) {
                return invalid("ledger.unit_mismatch", "the hold is in another unit");
            }
            if (row->legs.size() != 2 || part->minor_units > leg.pending) {
                return base::rejected("ledger.exceeds_hold", "more than the hold can give");
            }
            posted = part->minor_units;
        }
        changes_.push_back({leg.account, leg.side, leg.counting, posted, -leg.pending});
    }
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
        HoldTable::set_state(transaction, settlement.hold,
                             capturing ? HoldState::captured : HoldState::released);
    }
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
                               std::optional<base::Money> part)
{
    return state_->all_or_nothing(transaction, [&] {
        return state_->stage_settlement(transaction, settlement, Step::capture, part);
    });
}

Result<Posted> Ledger::release(Transaction& transaction, const Settlement& settlement)
{
    return state_->all_or_nothing(transaction, [&] {
        return state_->stage_settlement(transaction, settlement, Step::release, {});
    });
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
