// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/tables.h>

#include <bank/ledger/internal/packing.h>
#include <bank/ledger/internal/standing.h>

#include <base/text.h>

namespace bank::ledger::internal {

using platform::sql::Bytes;
using platform::sql::Cursor;
using platform::sql::Failure;

namespace {

std::int64_t as_signed(std::uint64_t value)
{
    return static_cast<std::int64_t>(value);
}

#define JOURNAL_COLUMNS                                                                        \
    "id, step, kind, client_high, client_low, probe, content, effective, recorded_at, about, " \
    "legs,"                                                                                    \
    " details, reason"

void read_legs(JournalRow& row, Bytes packed)
{
    if (!unpack_legs(row.id, packed, row.legs)) {
        throw Failure("the legs of journal row " + base::to_string(row.id) + " are damaged");
    }
}

#define TRAIL_COLUMNS "id, client_high, client_low, probe, legs"

void read_trail(const Cursor& row, JournalRow& read)
{
    read.id = row.id<EntryId>(0);
    read.client = {static_cast<std::uint64_t>(row.integer(1)),
                   static_cast<std::uint64_t>(row.integer(2))};
    read.probe = static_cast<int>(row.integer(3));
    read_legs(read, row.blob(4));
}

void read_row(const Cursor& row, JournalRow& read)
{
    read.id = row.id<EntryId>(0);
    read.step = static_cast<Step>(row.integer(1));
    read.kind = row.text(2);
    read.client = {static_cast<std::uint64_t>(row.integer(3)),
                   static_cast<std::uint64_t>(row.integer(4))};
    read.probe = static_cast<int>(row.integer(5));
    read.content = static_cast<std::uint64_t>(row.integer(6));
    read.effective = row.date(7);
    read.recorded_at = row.instant(8);
    read.about = row.id<EntryId>(9);
    read_legs(read, row.blob(10));
    const Bytes details = row.blob(11);
    read.details.assign(reinterpret_cast<const char*>(details.data()), details.size());
    read.reason = row.text(12);
}

#define ACCOUNT_COLUMNS                                                                  \
    "id, unit, minor_digits, flags, balance_limit, debits_day_limit, debits_year_limit," \
    " credits_day_limit, credits_year_limit, standing"

std::optional<std::int64_t> optional_integer(const Cursor& row, int column)
{
    if (row.is_null(column)) return std::nullopt;
    return row.integer(column);
}

Account account_row(const Cursor& row)
{
    Account read{};
    read.id = row.id<AccountId>(0);
    read.unit = {base::intern(row.text(1)), static_cast<int>(row.integer(2))};
    read.terms.flags = static_cast<Flag>(row.integer(3));
    read.terms.balance_limit = optional_integer(row, 4);
    read.terms.debits_day_limit = optional_integer(row, 5);
    read.terms.debits_year_limit = optional_integer(row, 6);
    read.terms.credits_day_limit = optional_integer(row, 7);
    read.terms.credits_year_limit = optional_integer(row, 8);
    if (!read_standing(row.text(9), read)) {
        throw Failure("the standing of account " + base::to_string(read.id) + " is damaged");
    }
    return read;
}

/// Asks for the rows with these keys, some at a time. The last key fills a list up, so that there
/// are few statements.
template <class Keys, class Visit>
void each_of(Snapshot& snapshot, const std::string& select, const Keys& keys, Visit visit)
{
    for (std::size_t at = 0; at < keys.size();) {
        const std::size_t left = keys.size() - at;
        const std::size_t size = left > 16 ? 128 : left > 1 ? 16 : 1;
        std::string sql = select + " in (?";
        for (std::size_t i = 1; i < size; ++i) sql += ", ?";
        std::vector<platform::sql::Parameter> wanted;
        for (std::size_t i = 0; i < size; ++i)
            wanted.emplace_back(keys[at + std::min(i, left - 1)]);
        at += std::min(size, left);
        auto row = snapshot.query_with(sql + ")", wanted);
        while (row.next()) visit(row);
    }
}

}  // namespace

void Journal::insert(Transaction& transaction, const JournalRow& row,
                     std::vector<std::byte>& scratch)
{
    pack_legs(row.id, row.legs, scratch);
    transaction.defer(static_cast<std::int64_t>(row.id.value),
                      "insert into ledger_journal(" JOURNAL_COLUMNS
                      ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      row.id, static_cast<int>(row.step), row.kind, as_signed(row.client.high),
                      as_signed(row.client.low), row.probe, as_signed(row.content), row.effective,
                      row.recorded_at, row.about, Bytes{scratch},
                      std::as_bytes(std::span{row.details}), row.reason);
}

std::optional<JournalRow> Journal::find(Snapshot& snapshot, EntryId id)
{
    auto row = snapshot.query("select " JOURNAL_COLUMNS " from ledger_journal where id = ?", id);
    if (!row.next()) return std::nullopt;
    std::optional<JournalRow> found{std::in_place};
    read_row(row, *found);
    return found;
}

EntryId Journal::newest(Snapshot& snapshot)
{
    auto row = snapshot.query("select max(id) from ledger_journal");
    row.next();
    return row.is_null(0) ? EntryId{} : row.id<EntryId>(0);
}

void Journal::each(Snapshot& snapshot, EntryId after,
                   const std::function<void(const JournalRow&)>& visit)
{
    JournalReader rows{snapshot, after};
    for (JournalRow row{}; rows.next(row);) visit(row);
}

JournalReader::JournalReader(Snapshot& snapshot, EntryId after, Part part)
    : part_(part),
      cursor_(snapshot.query(part == Part::whole ? "select " JOURNAL_COLUMNS
                                                   " from ledger_journal where id > ? order by id"
                                                 : "select " TRAIL_COLUMNS
                                                   " from ledger_journal where id > ? order by id",
                             after))
{
}

bool JournalReader::next(JournalRow& into)
{
    if (!cursor_.next()) return false;
    if (part_ == Part::whole) {
        read_row(cursor_, into);
    } else {
        read_trail(cursor_, into);
    }
    return true;
}

void AccountTable::insert(Transaction& transaction, const Account& account)
{
    const Terms& terms = account.terms;
    transaction.execute("insert into ledger_account(" ACCOUNT_COLUMNS
                        ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, '0 0 0 0 0 0 0 0 0 0 0')",
                        account.id, account.unit.code, account.unit.minor_digits,
                        static_cast<int>(terms.flags), terms.balance_limit, terms.debits_day_limit,
                        terms.debits_year_limit, terms.credits_day_limit, terms.credits_year_limit);
}

void AccountTable::find_many(Snapshot& snapshot, std::span<const AccountId> ids,
                             const std::function<void(const Account&)>& visit)
{
    each_of(snapshot, "select " ACCOUNT_COLUMNS " from ledger_account where id", ids,
            [&](const Cursor& row) { visit(account_row(row)); });
}

std::optional<Account> AccountTable::find(Snapshot& snapshot, AccountId id)
{
    auto row = snapshot.query("select " ACCOUNT_COLUMNS " from ledger_account where id = ?", id);
    if (!row.next()) return std::nullopt;
    return account_row(row);
}

std::optional<AccountAsOf> AccountTable::find_as_of(Snapshot& snapshot, AccountId id)
{
    auto row = snapshot.query("select " ACCOUNT_COLUMNS
                              ", (select max(id) from ledger_journal),"
                              " (select entry from ledger_swept where one = 1)"
                              " from ledger_account where id = ?",
                              id);
    if (!row.next()) return std::nullopt;
    return AccountAsOf{account_row(row), row.is_null(10) ? EntryId{} : row.id<EntryId>(10),
                       row.is_null(11) ? EntryId{} : row.id<EntryId>(11)};
}

void AccountTable::find_from(Snapshot& snapshot, AccountId id, int count,
                             const std::function<void(const Account&)>& visit)
{
    auto row = snapshot.query("select " ACCOUNT_COLUMNS
                              " from ledger_account where id >= ? order by id limit ?",
                              id, count);
    while (row.next()) visit(account_row(row));
}

void AccountTable::sweep(Transaction& transaction, AccountId id, const KeptAccount& account)
{
    StandingText text;
    transaction.defer(static_cast<std::int64_t>(id.value),
                      "update ledger_account set standing = ? where id = ?",
                      write_standing(account, text), id);
}

void AccountTable::set_terms(Transaction& transaction, AccountId id, const Terms& terms)
{
    transaction.execute(
        "update ledger_account set flags = ?, balance_limit = ?, debits_day_limit = ?,"
        " debits_year_limit = ?, credits_day_limit = ?, credits_year_limit = ? where id = ?",
        static_cast<int>(terms.flags), terms.balance_limit, terms.debits_day_limit,
        terms.debits_year_limit, terms.credits_day_limit, terms.credits_year_limit, id);
}

void AccountTable::each(Snapshot& snapshot, const std::function<void(const Account&)>& visit)
{
    auto row = snapshot.query("select " ACCOUNT_COLUMNS " from ledger_account order by id");
    while (row.next()) visit(account_row(row));
}

std::optional<EntryId> ClientTable::find(Snapshot& snapshot, std::int64_t place)
{
    auto row = snapshot.query("select entry from ledger_client where place = ?", place);
    if (!row.next()) return std::nullopt;
    return row.id<EntryId>(0);
}

void ClientTable::sweep(Transaction& transaction, std::int64_t place, EntryId entry)
{
    transaction.defer(place,
                      "insert into ledger_client(place, entry) values (?, ?)"
                      " on conflict (place) do update set entry = excluded.entry",
                      place, entry);
}

void HoldTable::insert(Transaction& transaction, const HoldRow& row)
{
    transaction.execute("insert into ledger_hold(entry, state, expires_at) values (?, ?, ?)",
                        row.id, static_cast<int>(row.state), row.expires_at);
}

std::optional<HoldRow> HoldTable::find(Snapshot& snapshot, EntryId id)
{
    auto row =
        snapshot.query("select state, expires_at, used from ledger_hold where entry = ?", id);
    if (!row.next()) return std::nullopt;
    return HoldRow{id, static_cast<HoldState>(row.integer(0)), row.instant(1), row.integer(2)};
}

void HoldTable::change(Transaction& transaction, EntryId id, HoldState state, std::int64_t used)
{
    transaction.execute("update ledger_hold set state = ?, used = ? where entry = ?",
                        static_cast<int>(state), used, id);
}

std::vector<EntryId> HoldTable::over(Snapshot& snapshot, base::Instant now, int at_most)
{
    auto row = snapshot.query(
        "select entry from ledger_hold where state = 0 and expires_at <= ?"
        " order by expires_at, entry limit ?",
        now, at_most);
    std::vector<EntryId> holds;
    while (row.next()) holds.push_back(row.id<EntryId>(0));
    return holds;
}

void ReversalTable::insert(Transaction& transaction, EntryId entry, EntryId reversal)
{
    transaction.execute("insert into ledger_reversal(entry, reversal) values (?, ?)", entry,
                        reversal);
}

std::optional<EntryId> ReversalTable::find(Snapshot& snapshot, EntryId entry)
{
    auto row = snapshot.query("select reversal from ledger_reversal where entry = ?", entry);
    if (!row.next()) return std::nullopt;
    return row.id<EntryId>(0);
}

EntryId SweptMark::read(Snapshot& snapshot)
{
    auto row = snapshot.query("select entry from ledger_swept where one = 1");
    return row.next() ? row.id<EntryId>(0) : EntryId{};
}

void SweptMark::write(Transaction& transaction, EntryId through)
{
    transaction.execute(
        "insert into ledger_swept(one, entry) values (1, ?)"
        " on conflict (one) do update set entry = excluded.entry",
        through);
}

}  // namespace bank::ledger::internal
