// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/account.h>
#include <bank/ledger/history.h>
#include <bank/ledger/internal/kept_account.h>

#include <base/result.h>
#include <platform/sql/transaction.h>

#include <functional>
#include <optional>
#include <vector>

namespace bank::ledger::internal {

using platform::sql::Snapshot;
using platform::sql::Transaction;

/// Reads rows of the journal in order, each into memory that is used again. A row that cannot be
/// read throws platform::sql::Failure, for it is damage.
class JournalReader {
public:
    /// `trail` leaves out what a start does not need: kind, content, times, details, reason.
    enum class Part { whole, trail };

    /// Rows after `after`.
    JournalReader(Snapshot& snapshot, EntryId after, Part part = Part::whole);

    /// False after the last.
    bool next(JournalRow& into);

private:
    const Part part_;
    platform::sql::Cursor cursor_;
};

/// The journal, row by row. What has no row gives nothing; a row that cannot be read throws
/// platform::sql::Failure, for it is damage.
struct Journal {
    static void insert(Transaction& transaction, const JournalRow& row,
                       std::vector<std::byte>& scratch);
    static std::optional<JournalRow> find(Snapshot& snapshot, EntryId id);
    /// The newest row, or none.
    static EntryId newest(Snapshot& snapshot);
    /// Calls `visit` with each row after `after`, in order.
    static void each(Snapshot& snapshot, EntryId after,
                     const std::function<void(const JournalRow&)>& visit);
};

/// An account's row, and what the same snapshot knows of journal and sweeps.
struct AccountAsOf {
    Account account;
    EntryId newest;  // Of the journal.
    EntryId swept;   // See SweptMark.
};

/// Accounts as last swept.
struct AccountTable {
    static void insert(Transaction& transaction, const Account& account);
    static std::optional<Account> find(Snapshot& snapshot, AccountId id);
    static void find_many(Snapshot& snapshot, std::span<const AccountId> ids,
                          const std::function<void(const Account&)>& visit);
    /// All that a reader needs to know how far its row is behind, in one query.
    static std::optional<AccountAsOf> find_as_of(Snapshot& snapshot, AccountId id);
    /// The account and those that follow it in the table, at most `count` in all.
    static void find_from(Snapshot& snapshot, AccountId id, int count,
                          const std::function<void(const Account&)>& visit);
    static void sweep(Transaction& transaction, AccountId id, const KeptAccount& account);
    static void set_terms(Transaction& transaction, AccountId id, const Terms& terms);
    static void each(Snapshot& snapshot, const std::function<void(const Account&)>& visit);
};

/// Where a client id's entry is found: its high half plus as many as stood in the way.
inline std::int64_t place_of(ClientId client, int probe)
{
    return static_cast<std::int64_t>(client.high + static_cast<std::uint64_t>(probe));
}

struct ClientTable {
    static std::optional<EntryId> find(Snapshot& snapshot, std::int64_t place);
    static void sweep(Transaction& transaction, std::int64_t place, EntryId entry);
};

enum class HoldState : int { open = 0, captured = 1, released = 2 };

struct HoldRow {
    EntryId id;
    HoldState state;
    base::Instant expires_at;
    std::int64_t used = 0;  // Captured of each leg so far, while the rest was kept.
};

struct HoldTable {
    static void insert(Transaction& transaction, const HoldRow& row);
    static std::optional<HoldRow> find(Snapshot& snapshot, EntryId id);
    static void change(Transaction& transaction, EntryId id, HoldState state, std::int64_t used);
    static std::vector<EntryId> over(Snapshot& snapshot, base::Instant now, int at_most);
};

/// Entries that were taken back, each with the entry that did it.
struct ReversalTable {
    static void insert(Transaction& transaction, EntryId entry, EntryId reversal);
    static std::optional<EntryId> find(Snapshot& snapshot, EntryId entry);
};

/// Up to which entry every account's and client's row is in its table.
struct SweptMark {
    static EntryId read(Snapshot& snapshot);
    static void write(Transaction& transaction, EntryId through);
};

}  // namespace bank::ledger::internal
