// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/state.h>

#include <base/text.h>

namespace bank::ledger {

using namespace internal;
using base::invalid;
using base::rejected;

namespace {

constexpr int accounts_a_page = 32;

std::int64_t key_of(AccountId id)
{
    return static_cast<std::int64_t>(id.value);
}

/// Rule 3, on what a caller of ours may have got wrong.
bool well_formed(const Entry& entry, base::Instant now)
{
    const std::int64_t days = base::local_date(now, 0).days;
    return !entry.kind.empty() && entry.kind.size() <= 32 && entry.legs.size() <= max_legs &&
           entry.details.size() <= max_details &&
           (entry.clamp == Clamp::none || entry.legs.size() == 2) &&
           std::abs(entry.effective.days - days) <= effective_days_apart;
}

/// What a leg moved: posted, or only reserved or freed.
std::int64_t amount_of(const JournalLeg& leg)
{
    return leg.posted != 0 ? leg.posted : std::abs(leg.pending);
}

base::Result<Posted> answer_of(const JournalRow& row, std::uint64_t content)
{
    if (row.content != content) {
        return base::conflict("ledger.client_id_reused",
                              "the same id was used for something else before");
    }
    if (row.step != Step::refuse) {
        return Posted{row.id, row.recorded_at, true, amount_of(row.legs.front())};
    }
    // The kind stands before the detail, as record_refusal wrote it.
    const auto kind = static_cast<base::ErrorKind>(row.details.empty() ? 0 : row.details[0] - '0');
    return base::Error{kind, base::intern(row.reason),
                       row.details.empty() ? std::string{} : row.details.substr(1)};
}

}  // namespace

void Ledger::State::begin_staging(Transaction& transaction)
{
    join(transaction);
    if (!expected_accounts_.empty()) read_expected(transaction);
    staged_count_ = 0;
    account_mark_ = accounts_.mark();
    client_mark_ = clients_.mark();
}

void Ledger::State::unstage()
{
    newest_.value -= staged_count_;
    staged_count_ = 0;
    accounts_.undo_to(account_mark_);
    clients_.undo_to(client_mark_);
}

void Ledger::State::write_staged(Transaction& transaction)
{
    for (std::size_t i = 0; i < staged_count_; ++i) {
        const JournalRow& row = staged_[i];
        Journal::insert(transaction, row, packed_);
        for (const JournalLeg& leg : row.legs) {
            group_legs_.push_back({row.id, leg.account, leg.previous});
        }
        group_clients_.push_back({row.id, place_of(row.client, row.probe)});
        sweep(transaction);
    }
    staged_count_ = 0;
}

std::optional<Account> Ledger::State::find(Transaction& transaction, AccountId id)
{
    const KeptAccount* held = accounts_.find(key_of(id));
    if (held == nullptr || !held->whole()) {
        // Who reads a page of accounts may as well keep them all.
        if (accounts_.has_room()) {
            AccountTable::find_from(transaction, id, accounts_a_page,
                                    [this](const Account& row) { take_in(row); });
        } else if (const auto row = AccountTable::find(transaction, id)) {
            take_in(*row);
        }
        held = accounts_.find(key_of(id));
        if (held == nullptr || !held->whole()) return std::nullopt;
    }
    return account_of(id, *held, terms_kept_);
}

void Ledger::State::take_in(const Account& row)
{
    KeptAccount account = kept(row, terms_kept_);
    if (const KeptAccount* held = accounts_.find(key_of(row.id))) {
        if (held->whole()) return;
        account.counters = held->counters;
        account.turnover = held->turnover;
        account.sequence = held->sequence;
        account.last = held->last;
    }
    accounts_.load(key_of(row.id), account);
}

Result<void> Ledger::State::look_up(Transaction& transaction)
{
    before_.clear();
    for (const Change& change : changes_) {
        auto account = find(transaction, change.account);
        if (!account) return base::not_found("ledger.account_unknown", "there is no such account");
        before_.push_back(*std::move(account));
    }
    return {};
}

Ledger::State::Known Ledger::State::known(Transaction& transaction, ClientId client,
                                          std::uint64_t content)
{
    for (int probe = 0;; ++probe) {
        const std::int64_t place = place_of(client, probe);
        if (places_->surely_free(place)) return {std::nullopt, probe};
        const EntryId* held = clients_.find(place);
        const auto entry =
            held != nullptr ? std::optional{*held} : ClientTable::find(transaction, place);
        if (!entry) return {std::nullopt, probe};
        for (std::size_t i = 0; i < staged_count_; ++i) {
            if (staged_[i].id == *entry && staged_[i].client == client) {
                return {answer_of(staged_[i], content), probe};
            }
        }
        const auto row = Journal::find(transaction, *entry);
        if (row && row->client == client) return {answer_of(*row, content), probe};
    }
}

std::optional<Result<Posted>> Ledger::State::known(Snapshot& snapshot, ClientId client,
                                                   std::uint64_t content)
{
    const EntryId seen = Journal::newest(snapshot);
    const EntryId swept = SweptMark::read(snapshot);
    for (int probe = 0;; ++probe) {
        const std::int64_t place = place_of(client, probe);
        auto entry = ClientTable::find(snapshot, place);
        if (!entry) {
            const auto found = tail_.at_place(place, swept);
            if (found.newest) entry = found.newest;
            // As in read_account.
            const EntryId from = found.covered ? found.through : swept;
            if (!entry && from < seen) {
                Journal::each(snapshot, from, [&](const JournalRow& row) {
                    if (place_of(row.client, row.probe) == place) entry = row.id;
                });
            }
        }
        if (!entry) return std::nullopt;
        const auto row = Journal::find(snapshot, *entry);
        if (!row) return std::nullopt;  // Committed after this snapshot was taken.
        if (row->client == client) return answer_of(*row, content);
    }
}

/// Rule 14: makes the two legs as small as is asked.
Result<void> Ledger::State::clamp_changes(Clamp clamp)
{
    if (clamp == Clamp::none) return {};
    const bool reserving = changes_[0].posted == 0;
    std::int64_t amount = reserving ? changes_[0].pending : changes_[0].posted;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        const Side side = changes_[i].side;
        if (clamp == Clamp::both || (clamp == Clamp::debit) == (side == Side::debit)) {
            amount = clamped(before_[i], side, amount);
        }
    }
    if (amount == 0) return rejected("ledger.nothing_to_move", "there is nothing to be moved");
    for (Change& change : changes_) (reserving ? change.pending : change.posted) = amount;
    return {};
}

/// Rules 10 to 22 on `changes_` and `before_`, then memory. The caller has seen to the rest.
Result<Posted> Ledger::State::stage(Transaction& transaction, const Request& request)
{
    units_.clear();
    outcomes_.clear();
    for (const Account& account : before_) units_.push_back(account.unit);
    TRY(check_balanced(changes_, units_));
    const std::size_t count = changes_.size();
    for (int block = 0; request.limited && block < number_of_blocks; ++block) {
        for (std::size_t i = 0; i < count; ++i) TRY(check_open(block, before_[i], changes_[i]));
    }
    TRY(clamp_changes(request.clamp));
    for (std::size_t i = 0; i < count; ++i) {
        outcomes_.push_back(TRY(outcome_of(before_[i], changes_[i], request.counted_on)));
    }
    for (int limit = 0; request.limited && limit < number_of_limits; ++limit) {
        for (std::size_t i = 0; i < count; ++i) {
            TRY(check_limit(limit, before_[i], changes_[i], outcomes_[i]));
        }
    }

    if (staged_.size() == staged_count_) staged_.emplace_back();
    JournalRow& row = staged_[staged_count_++];
    row.id = newest_ = EntryId{newest_.value + 1};
    row.step = request.step;
    row.kind = request.kind;
    row.client = request.client;
    row.probe = request.probe;
    row.content = request.content;
    row.effective = request.effective;
    row.recorded_at = transaction.now();
    row.about = request.about;
    row.details = request.details;
    row.reason.clear();
    row.legs.clear();
    for (std::size_t i = 0; i < count; ++i) {
        const Account& account = before_[i];
        const Change& change = changes_[i];
        row.legs.push_back({change.account, change.side, change.counting, change.posted,
                            change.pending, account.sequence + 1, account.last,
                            outcomes_[i].counters, outcomes_[i].turnover});
        accounts_.change(key_of(change.account), [&](KeptAccount& held) {
            held.counters = outcomes_[i].counters;
            held.turnover = outcomes_[i].turnover;
            held.sequence += 1;
            held.last = row.id;
        });
    }
    const std::int64_t place = place_of(request.client, request.probe);
    clients_.put(place, row.id);
    places_->add(place);
    return Posted{row.id, row.recorded_at, false, count == 0 ? 0 : amount_of(row.legs.front())};
}

Result<Posted> Ledger::State::stage_entry(Transaction& transaction, const Entry& entry, Step step,
                                          std::optional<base::Instant> expires_at)
{
    if (!entry.client) return invalid("ledger.client_id_missing", "an entry needs an id");
    accounts_.fetch(entry.legs, [](const Leg& leg) { return key_of(leg.account); });
    const Known found = known(transaction, entry.client, entry.content);
    if (found.answer) return *found.answer;
    if (!well_formed(entry, transaction.now())) {
        return invalid("ledger.malformed_entry", "kind, size or date of the entry is wrong");
    }
    if (entry.legs.empty()) return invalid("ledger.empty_entry", "nothing is to be moved");
    changes_.clear();
    for (const Leg& leg : entry.legs) {
        const std::int64_t amount = leg.amount.minor_units;
        if (amount <= 0) {
            return invalid("ledger.amount_not_positive", "a leg is zero or negative");
        }
        const bool pending = step == Step::reserve;
        changes_.push_back(
            {leg.account, leg.side, leg.counting, pending ? 0 : amount, pending ? amount : 0});
    }
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (changes_[i].account == changes_[j].account) {
                return invalid("ledger.account_twice", "an account stands in an entry twice");
            }
        }
    }
    TRY(look_up(transaction));
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        if (before_[i].unit != entry.legs[i].amount.currency) {
            return invalid("ledger.unit_mismatch", "an account is kept in another unit");
        }
    }
    if (expires_at && *expires_at <= transaction.now()) {
        return invalid("ledger.expiry_in_the_past", "the hold would be over already");
    }
    return stage(transaction, {.step = step,
                               .kind = entry.kind,
                               .client = entry.client,
                               .content = entry.content,
                               .effective = entry.effective,
                               .details = entry.details,
                               .about = entry.about,
                               .probe = found.probe,
                               .counted_on = entry.effective,
                               .clamp = entry.clamp});
}

}  // namespace bank::ledger
