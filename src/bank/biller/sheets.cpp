// SPDX-License-Identifier: Apache-2.0
#include <bank/biller/sheets.h>

#include <bank/biller/internal/rows.h>
#include <bank/biller/joined.h>
#include <bank/wallet/wallets.h>

namespace bank::biller {

using base::conflict;
using base::invalid;
using base::not_found;
using base::Result;
using platform::sql::Parameter;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr base::Currency yuan{"CNY", 2};
constexpr std::string_view sheet_columns =
    "select id, biller, day, state, way, count, total, digest, parts, parts_delivered, their_count,"
    " their_total, round, pages, next, asked, trouble, open_differences, made_at, delivered_at,"
    " compared_at from biller_sheet where ";
constexpr std::size_t longest_payment = 64;
constexpr std::size_t longest_receipt = 80;
constexpr std::size_t longest_next = 200;

Sheet sheet_row(const platform::sql::Cursor& row)
{
    Sheet one{.id = row.id<SheetId>(0),
              .biller = row.string(1),
              .day = row.date(2),
              .state = static_cast<SheetState>(row.integer(3)),
              .way = static_cast<Way>(row.integer(4)),
              .count = row.integer(5),
              .total = {row.integer(6), yuan},
              .digest = row.string(7),
              .parts = row.integer(8),
              .parts_delivered = row.integer(9),
              .their_count = row.integer(10),
              .their_total = {row.integer(11), yuan},
              .round = row.integer(12),
              .pages = row.integer(13),
              .next = row.string(14),
              .asked = row.boolean(15),
              .trouble = row.string(16),
              .open = row.integer(17),
              .made_at = row.instant(18)};
    if (!row.is_null(19)) one.delivered_at = row.instant(19);
    if (!row.is_null(20)) one.compared_at = row.instant(20);
    return one;
}

std::vector<Sheet> select_sheets(Snapshot& snapshot, std::string_view condition,
                                 std::span<const Parameter> parameters)
{
    std::vector<Sheet> found;
    auto rows =
        snapshot.query_with(std::string{sheet_columns} + std::string{condition}, parameters);
    while (rows.next()) found.push_back(sheet_row(rows));
    return found;
}

void insert_sheet(Transaction& transaction, std::string_view biller, base::Date day)
{
    transaction.execute(
        "insert into biller_sheet(id, biller, day, state, way, count, total, digest, parts,"
        " parts_delivered, their_count, their_total, round, pages, next, asked, again_at,"
        " trouble, open_differences, made_at) values (?, ?, ?, 0, ?, 0, 0, '', 0, 0, 0, 0, 1,"
        " 0, '', 0, 0, '', 0, ?) on conflict (biller, day) do nothing",
        transaction.new_id<SheetId>(), biller, day,
        static_cast<int>(is_joined(biller) ? Way::open_api : Way::partner), transaction.now());
}

base::Error unknown_sheet()
{
    return not_found("biller.sheet_unknown", "there is no such day of a biller");
}

}  // namespace

std::string_view to_string(SheetState state)
{
    constexpr std::string_view names[] = {"making",   "made",      "delivered", "listed",
                                          "balanced", "different", "settled"};
    return names[static_cast<std::size_t>(state)];
}

void internal::update(Transaction& transaction, const Sheet& sheet, base::Instant again_at)
{
    transaction.execute(
        "update biller_sheet set state = ?, count = ?, total = ?, digest = ?, parts = ?,"
        " parts_delivered = ?, their_count = ?, their_total = ?, round = ?, pages = ?, next = ?,"
        " asked = ?, again_at = ?, trouble = ?, open_differences = ?, delivered_at = ?,"
        " compared_at = ? where id = ?",
        static_cast<int>(sheet.state), sheet.count, sheet.total.minor_units, sheet.digest,
        sheet.parts, sheet.parts_delivered, sheet.their_count, sheet.their_total.minor_units,
        sheet.round, sheet.pages, sheet.next, sheet.asked, again_at, sheet.trouble, sheet.open,
        sheet.delivered_at, sheet.compared_at, sheet.id);
}

void close_day(Transaction& transaction, base::Date day)
{
    transaction.execute(
        "insert into biller_day(day, after, whole) values (?, '', 0) on conflict (day) do nothing",
        day);
}

bool has_days_to_open(Snapshot& snapshot)
{
    return snapshot.query("select day from biller_day where whole = 0 limit 1").next();
}

int open_sheets(Transaction& transaction, int limit)
{
    base::Date day;
    std::string after;
    {
        auto row = transaction.query(
            "select day, after from biller_day where whole = 0 order by day limit 1");
        if (!row.next()) return 0;
        day = row.date(0);
        after = row.string(1);
    }
    const auto billers = bill::billers_of(transaction, day, after, limit);
    for (const auto& biller : billers) insert_sheet(transaction, biller, day);
    const bool whole = static_cast<int>(billers.size()) < limit;
    if (whole) {
        for (const auto& provider : wallet::providers_of(transaction, day))
            insert_sheet(transaction, payee_of_wallet(provider), day);
    }
    transaction.execute("update biller_day set after = ?, whole = ? where day = ?",
                        billers.empty() ? after : billers.back(), whole, day);
    return whole && billers.empty() ? 1 : static_cast<int>(billers.size());
}

Result<Sheet> sheet(Snapshot& snapshot, SheetId id)
{
    const Parameter parameters[] = {id};
    auto found = select_sheets(snapshot, "id = ?", parameters);
    if (found.empty()) return unknown_sheet();
    return std::move(found.front());
}

std::optional<Sheet> sheet_of(Snapshot& snapshot, std::string_view biller, base::Date day)
{
    const Parameter parameters[] = {biller, day};
    auto found = select_sheets(snapshot, "biller = ? and day = ?", parameters);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<Sheet> sheets(Snapshot& snapshot, const SheetQuery& query)
{
    std::string condition = "id < ?";
    std::vector<Parameter> parameters{query.before ? static_cast<std::int64_t>(query.before.value)
                                                   : INT64_MAX};
    if (query.day) {
        condition += " and day = ?";
        parameters.emplace_back(*query.day);
    }
    if (query.state) {
        condition += " and state = ?";
        parameters.emplace_back(static_cast<int>(*query.state));
    }
    if (query.payout_waiting)
        condition += " and id in (select sheet from biller_payout where state = 1)";
    if (!query.biller.empty()) {
        condition += " and biller = ?";
        parameters.emplace_back(query.biller);
    }
    condition += " order by id desc limit ?";
    parameters.emplace_back(query.limit);
    return select_sheets(snapshot, condition, parameters);
}

std::vector<DaySummary> summaries(Snapshot& snapshot, int days)
{
    std::vector<DaySummary> found;
    auto rows = snapshot.query(
        "select day, state, count(*), cast(sum(open_differences) as bigint) from biller_sheet"
        " where day in (select distinct day from biller_sheet order by day desc limit ?)"
        " group by 1, 2 order by 1 desc, 2",
        days);
    while (rows.next()) {
        found.push_back({rows.date(0), static_cast<SheetState>(rows.integer(1)), rows.integer(2),
                         rows.integer(3)});
    }
    return found;
}

Sheet sheet_for(Transaction& transaction, std::string_view biller, base::Date day)
{
    insert_sheet(transaction, biller, day);
    return sheet_of(transaction, biller, day).value();
}

std::vector<Sheet> waiting(Snapshot& snapshot, base::Instant now, int limit)
{
    // What a biller of the open API has not fetched waits for the biller.
    const Parameter parameters[] = {now, limit};
    return select_sheets(snapshot,
                         "state < 4 and asked = 0 and again_at <= ? and (way = 0 or state = 0 or"
                         " state = 3) order by again_at, id limit ?",
                         parameters);
}

void file_made(Transaction& transaction, SheetId id, const File& file)
{
    auto found = sheet(transaction, id);
    if (!found || found.value().state != SheetState::making) return;
    Sheet one = found.value();
    one.state = SheetState::made;
    one.count = file.count;
    one.total = {file.minor_units, yuan};
    one.digest = file.digest;
    one.parts = static_cast<std::int64_t>(parts_of(file.text).size());
    internal::update(transaction, one, {});
}

void asked(Transaction& transaction, SheetId id)
{
    transaction.execute("update biller_sheet set asked = 1 where id = ?", id);
}

void part_delivered(Transaction& transaction, SheetId id, std::int64_t part)
{
    auto found = sheet(transaction, id);
    if (!found) return;
    Sheet one = found.value();
    if (one.state != SheetState::made || part != one.parts_delivered) return;
    one.asked = false;
    one.trouble.clear();
    if (++one.parts_delivered >= one.parts) {
        one.state = SheetState::delivered;
        one.delivered_at = transaction.now();
    }
    internal::update(transaction, one, {});
}

void file_fetched(Transaction& transaction, SheetId id)
{
    auto found = sheet(transaction, id);
    if (!found || found.value().state != SheetState::made) return;
    Sheet one = found.value();
    one.state = SheetState::delivered;
    one.parts_delivered = one.parts;
    one.delivered_at = transaction.now();
    internal::update(transaction, one, {});
}

void troubled(Transaction& transaction, SheetId id, std::string_view reason, base::Instant again_at,
              bool afresh)
{
    auto found = sheet(transaction, id);
    if (!found) return;
    Sheet one = found.value();
    one.asked = false;
    one.trouble = reason;
    if (afresh) {
        ++one.round;
        if (one.state == SheetState::made) one.parts_delivered = 0;
        if (one.state == SheetState::delivered) {
            one.pages = one.their_count = one.their_total.minor_units = 0;
            one.next.clear();
            transaction.execute("delete from biller_list where sheet = ?", id);
        }
    }
    internal::update(transaction, one, again_at);
}

Result<Sheet> list_page(Transaction& transaction, SheetId id, std::int64_t page,
                        const std::vector<Listed>& lines, std::string_view next)
{
    Sheet one = TRY(sheet(transaction, id));
    if (one.state > SheetState::delivered) {
        return conflict("biller.list_closed", "the list of this day is whole already");
    }
    if (page != one.pages) {
        return conflict("biller.list_out_of_order", "this is not the page that comes next");
    }
    for (const auto& line : lines) {
        if (line.payment.empty() || line.payment.size() > longest_payment ||
            line.receipt.size() > longest_receipt ||
            (line.minor_units < 0 && provider_in(one.biller).empty()) ||
            next.size() > longest_next) {
            return invalid("biller.list_malformed", "a line of the list cannot be read");
        }
    }
    for (const auto& line : lines) {
        transaction.execute(
            "insert into biller_list(sheet, place, payment, amount, receipt) values (?, ?, ?, ?, "
            "?)",
            id, one.their_count++, line.payment, line.minor_units, line.receipt);
        if (__builtin_add_overflow(one.their_total.minor_units, line.minor_units,
                                   &one.their_total.minor_units)) {
            return invalid("biller.list_malformed", "the list comes to more than there is money");
        }
    }
    ++one.pages;
    one.next = next;
    one.asked = false;
    one.trouble.clear();
    if (next.empty()) one.state = SheetState::listed;
    internal::update(transaction, one, {});
    return one;
}

Result<Sheet> ask_again(Transaction& transaction, SheetId id)
{
    Sheet one = TRY(sheet(transaction, id));
    if (one.state < SheetState::balanced) {
        return conflict("biller.not_compared", "the lists of this day were not compared yet");
    }
    transaction.execute("delete from biller_list where sheet = ?", id);
    one.state = SheetState::delivered;
    ++one.round;
    one.pages = one.their_count = one.their_total.minor_units = 0;
    one.next.clear();
    one.trouble.clear();
    internal::update(transaction, one, {});
    return one;
}

}  // namespace bank::biller
