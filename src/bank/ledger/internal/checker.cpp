// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/checker.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <future>
#include <map>

namespace bank::ledger::internal {

namespace {

constexpr std::size_t most_findings = 20;

std::string name_of(EntryId id)
{
    return "entry " + base::to_string(id);
}

/// Mixes a place and an entry so that sums over sets of them tell the sets apart.
std::uint64_t mixed(std::int64_t place, EntryId entry)
{
    std::uint64_t x = static_cast<std::uint64_t>(place) * 0x9e3779b97f4a7c15U + entry.value;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

constexpr std::size_t rows_a_piece = 1024;
constexpr std::size_t rows_ahead = 4;

std::int64_t key_in_table(AccountId id)
{
    return static_cast<std::int64_t>(id.value);
}

/// A settlement ends its hold, posting no more than was left, or posts all that it takes from it.
bool settles_leg(const JournalLeg& held, const JournalLeg& leg)
{
    const std::int64_t left = held.pending + leg.pending;
    return leg.account == held.account && leg.pending < 0 && leg.posted <= -leg.pending &&
           (left == 0 || (left > 0 && leg.posted == -leg.pending));
}

}  // namespace

void Checker::settle(Hold& hold, const JournalRow& row)
{
    for (std::size_t i = 0; i < std::min(hold.legs.size(), row.legs.size()); ++i) {
        hold.legs[i].pending += row.legs[i].pending;
    }
    hold.used -= row.legs.front().pending;
}

void Checker::finding(std::string text)
{
    if (report_.findings.size() < most_findings) report_.findings.push_back(std::move(text));
}

CheckReport Checker::run()
{
    expected_ = EntryId{(static_cast<std::uint64_t>(book_) << entry_number_bits) + 1};
    swept_ = SweptMark::read(snapshot_);
    read_accounts();
    try {
        check_journal();
    } catch (const platform::sql::Failure& damage) {
        finding(damage.what());
        return std::move(report_);
    }
    check_tables();
    check_holds();
    check_clients();
    check_reversals();
    check_units();
    return std::move(report_);
}

void Checker::read_accounts()
{
    AccountTable::each(snapshot_, [this](const Account& account) {
        Account journal{};
        journal.id = account.id;
        journal.unit = account.unit;
        *accounts_.get(key_in_table(account.id)).first = {
            journal,
            {account.counters, account.turnover, account.sequence, account.last},
            account.sequence == 0};
    });
    report_.accounts = static_cast<std::int64_t>(accounts_.size());
}

/// Rows are read and decoded on one thread and held to the rules on another.
void Checker::check_journal()
{
    struct Piece {
        std::vector<JournalRow> rows;
        std::size_t count = 0;
        std::exception_ptr damage;
    };
    Piece pieces[2];
    JournalReader reader{snapshot_, EntryId{}};
    const auto fill = [&reader](Piece& piece) {
        piece.rows.resize(rows_a_piece);
        piece.count = 0;
        try {
            while (piece.count < rows_a_piece && reader.next(piece.rows[piece.count])) {
                ++piece.count;
            }
        } catch (...) {
            piece.damage = std::current_exception();
        }
    };
    fill(pieces[0]);
    for (std::size_t at = 0;; at = 1 - at) {
        const Piece& piece = pieces[at];
        const bool last = piece.count < rows_a_piece;
        std::future<void> next;
        if (!last) next = std::async(std::launch::async, fill, std::ref(pieces[1 - at]));
        for (std::size_t i = 0; i < piece.count; ++i) {
            if (i + rows_ahead < piece.count) fetch(piece.rows[i + rows_ahead]);
            check_row(piece.rows[i]);
        }
        if (piece.damage) std::rethrow_exception(piece.damage);
        if (last) return;
        next.get();
    }
}

/// Accounts lie anywhere in memory; those of rows to come are on their way while one is checked.
void Checker::fetch(const JournalRow& row)
{
    for (const JournalLeg& leg : row.legs) accounts_.fetch_cell(key_in_table(leg.account));
    for (const JournalLeg& leg : row.legs) accounts_.fetch_row(key_in_table(leg.account));
}

void Checker::check_row(const JournalRow& row)
{
    ++report_.entries;
    if (row.id != expected_) {
        finding(name_of(row.id) + ": " + name_of(expected_) + " before it is missing");
    }
    expected_ = EntryId{row.id.value + 1};
    check_step(row);
    check_balance_of(row);

    base::Date counted_on = row.effective;
    if (row.step == Step::capture || row.step == Step::release) {
        const auto hold = holds_.find(row.about);
        if (hold != holds_.end()) {
            counted_on = hold->second.effective;
            settle(hold->second, row);
            if (hold->second.legs.front().pending == 0) holds_.erase(hold);
        }
    } else if (row.step == Step::reserve) {
        holds_.emplace(row.id, Hold{row.effective, row.legs, 0});
    }
    for (std::size_t i = 0; i < kept_.size(); ++i) {
        check_leg(row, row.legs[i], *kept_[i], counted_on);
    }
    if (row.id <= swept_ && row.client) {
        client_sum_ += mixed(place_of(row.client, row.probe), row.id);
    }
}

void Checker::check_step(const JournalRow& row)
{
    bool right = row.legs.empty() == (row.step == Step::refuse);
    const auto hold = holds_.find(row.about);
    const bool settles = row.step == Step::capture || row.step == Step::release;
    if (settles)
        right = right && hold != holds_.end() && hold->second.legs.size() == row.legs.size();
    for (std::size_t i = 0; right && i < row.legs.size(); ++i) {
        const JournalLeg& leg = row.legs[i];
        switch (row.step) {
            case Step::post:
                right = leg.posted > 0 && leg.pending == 0;
                break;
            case Step::reserve:
                right = leg.posted == 0 && leg.pending > 0;
                break;
            case Step::release:
                right = leg.posted == 0;
                [[fallthrough]];
            case Step::capture:
                right = right && settles_leg(hold->second.legs[i], leg);
                break;
            default:
                right = false;
        }
    }
    if (!right) finding(name_of(row.id) + ": its legs do not fit what kind of step it is");
}

void Checker::check_balance_of(const JournalRow& row)
{
    kept_.clear();
    changes_.clear();
    units_.clear();
    for (const JournalLeg& leg : row.legs) {
        Kept* account = accounts_.find(key_in_table(leg.account));
        if (account == nullptr) {
            finding(name_of(row.id) + ": account " + base::to_string(leg.account) +
                    " does not exist");
            return;
        }
        kept_.push_back(account);
        changes_.push_back({leg.account, leg.side, leg.counting, leg.posted, leg.pending});
        units_.push_back(account->journal.unit);
    }
    if (!check_balanced(changes_, units_))
        finding(name_of(row.id) + ": debits differ from credits");
}

void Checker::check_leg(const JournalRow& row, const JournalLeg& leg, Kept& kept,
                        base::Date counted_on)
{
    Account& account = kept.journal;
    const auto wrong = [&](const char* what) {
        finding(name_of(row.id) + ": " + what + " of account " + base::to_string(leg.account) +
                " does not follow from the entry before");
    };
    if (leg.sequence != account.sequence + 1) wrong("the sequence");
    if (leg.previous != account.last) wrong("the chain");
    const Change change{leg.account, leg.side, leg.counting, leg.posted, leg.pending};
    const auto outcome = outcome_of(account, change, counted_on);
    if (!outcome || outcome.value().counters != leg.counters) wrong("a counter");
    if (outcome && outcome.value().turnover != leg.turnover) wrong("the turnover");
    // What the row says is taken as given, so that one fault is found once.
    if (row.id > swept_ && account.last <= swept_ && kept.table.last < account.last) {
        kept.behind = true;
    }
    account.counters = leg.counters;
    account.turnover = leg.turnover;
    account.sequence = leg.sequence;
    account.last = row.id;
    if (kept.table.last == row.id) {
        kept.met = true;
        if (kept.table != State{account.counters, account.turnover, account.sequence, row.id}) {
            finding("account " + base::to_string(leg.account) +
                    ": its table row differs from the journal at " + name_of(row.id));
        }
    }
}

void Checker::check_tables()
{
    std::vector<AccountId> wrong;
    each_account([&](AccountId id, const Kept& kept) {
        const bool behind =
            kept.behind || (kept.journal.last <= swept_ && kept.table.last != kept.journal.last);
        const bool never = kept.table.sequence == 0 && kept.table.counters != Counters{};
        if (!kept.met || behind || never) wrong.push_back(id);
    });
    std::sort(wrong.begin(), wrong.end());
    for (const AccountId id : wrong) {
        finding("account " + base::to_string(id) + ": its table row is not the journal's");
    }
}

void Checker::check_holds()
{
    report_.holds_open = static_cast<std::int64_t>(holds_.size());
    auto row =
        snapshot_.query("select entry, used from ledger_hold where state = 0 order by entry");
    std::size_t open = 0;
    for (; row.next(); ++open) {
        const auto id = row.id<EntryId>(0);
        const auto hold = holds_.find(id);
        if (hold == holds_.end()) {
            finding(name_of(id) + ": a hold that is over counts as open");
        } else if (hold->second.used != row.integer(1)) {
            finding(name_of(id) + ": the table of holds has another rest than the journal");
        }
    }
    if (open < holds_.size()) finding("the table of holds lacks an open one");

    std::unordered_map<AccountId, Counters> pending;
    for (const auto& [id, hold] : holds_) {
        for (const JournalLeg& leg : hold.legs) {
            Counters& sum = pending[leg.account];
            (leg.side == Side::debit ? sum.debits_pending : sum.credits_pending) += leg.pending;
        }
    }
    each_account([&](AccountId id, const Kept& kept) {
        const Counters& has = kept.journal.counters;
        const Counters& held = pending[id];
        if (has.debits_pending != held.debits_pending ||
            has.credits_pending != held.credits_pending) {
            finding("account " + base::to_string(id) + ": pending differs from its open holds");
        }
    });
}

void Checker::check_clients()
{
    std::uint64_t sum = 0;
    {
        auto row =
            snapshot_.query("select place, entry from ledger_client where entry <= ?", swept_);
        while (row.next()) sum += mixed(row.integer(0), row.id<EntryId>(1));
    }
    if (sum != client_sum_) name_missing_client();
}

void Checker::name_missing_client()
{
    bool named = false;
    Journal::each(snapshot_, EntryId{}, [&](const JournalRow& row) {
        if (named || row.id > swept_ || !row.client) return;
        const auto entry = ClientTable::find(snapshot_, place_of(row.client, row.probe));
        if (entry == row.id) return;
        finding(name_of(row.id) + ": its client id does not lead to it");
        named = true;
    });
    if (!named) finding("the table of client ids has a row that no entry has");
}

void Checker::check_reversals()
{
    auto row = snapshot_.query("select entry, reversal from ledger_reversal order by entry");
    while (row.next()) {
        const auto entry = Journal::find(snapshot_, row.id<EntryId>(0));
        const auto reversal = Journal::find(snapshot_, row.id<EntryId>(1));
        bool right = entry && reversal && reversal->about == entry->id &&
                     entry->legs.size() == reversal->legs.size();
        for (std::size_t i = 0; right && i < entry->legs.size(); ++i) {
            const JournalLeg& wrong = entry->legs[i];
            const JournalLeg& mended = reversal->legs[i];
            right = wrong.account == mended.account && wrong.posted == mended.posted &&
                    wrong.side != mended.side;
        }
        if (!right) finding(name_of(row.id<EntryId>(0)) + ": was not taken back as the table says");
    }
}

void Checker::check_units()
{
    __extension__ using Wide = __int128;
    std::map<std::string_view, Wide> nets;
    each_account([&](AccountId, const Kept& kept) {
        nets[kept.journal.unit.code] +=
            Wide{kept.journal.counters.debits_posted} - kept.journal.counters.credits_posted;
    });
    for (const auto& [code, net] : nets) {
        if (net != 0) finding("all accounts in " + std::string{code} + " do not add up to zero");
    }
}

}  // namespace bank::ledger::internal
