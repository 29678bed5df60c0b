// SPDX-License-Identifier: Apache-2.0
// What differs between the two lists of a day, and what becomes of it.
#include <bank/biller/differences.h>

#include <bank/biller/internal/payees.h>
#include <bank/biller/internal/payout_rows.h>
#include <bank/biller/internal/rows.h>

#include <algorithm>
#include <set>

namespace bank::biller {

using base::conflict;
using base::invalid;
using base::not_found;
using base::Result;
using platform::sql::Parameter;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr int ours_at_once = 1'000;
constexpr std::size_t longest_note = 500;

/// The kind that the same payment has on the other date.
std::optional<DifferenceKind> opposite(DifferenceKind kind)
{
    if (kind == DifferenceKind::missing_here) return DifferenceKind::missing_there;
    if (kind == DifferenceKind::missing_there) return DifferenceKind::missing_here;
    return std::nullopt;
}

void settle_by_program(Transaction& transaction, Difference one, Resolution resolution)
{
    one.state = DifferenceState::settled;
    one.resolution = resolution;
    one.settled_at = transaction.now();
    internal::update(transaction, one);
}

std::int64_t amount_of(const Found& found)
{
    return found.kind == DifferenceKind::missing_here ? found.theirs : found.ours;
}

/// A payment missing here on one date and there on another is on both sides after all.
bool settled_by_other_date(Transaction& transaction, const Difference& made)
{
    const auto kind = opposite(made.found.kind);
    if (!kind) return false;
    const Parameter parameters[] = {made.biller, made.found.payment, static_cast<int>(*kind),
                                    made.sheet};
    for (auto& other : internal::select_with(
             transaction, "biller = ? and payment = ? and kind = ? and sheet <> ? and state < 2",
             parameters)) {
        if (amount_of(other.found) != amount_of(made.found)) continue;
        settle_by_program(transaction, other, Resolution::other_date);
        settle_by_program(transaction, made, Resolution::other_date);
        Sheet its = sheet(transaction, other.sheet).value();
        internal::count_open(transaction, its);
        return true;
    }
    return false;
}

Result<Difference> open_one(Snapshot& snapshot, DifferenceId id, std::string_view text)
{
    const Difference one = TRY(difference(snapshot, id));
    if (text.empty() || text.size() > longest_note) {
        return invalid("biller.note_missing", "say in some words what was found out");
    }
    if (one.state == DifferenceState::settled) {
        return conflict("biller.difference_settled", "this difference is settled already");
    }
    return one;
}

void record_act(Transaction& transaction, const Difference& one, std::uint64_t staff,
                std::string_view action, std::string_view resolution)
{
    audit::append(transaction, {.actor = {audit::ActorKind::staff, staff},
                                .action = action,
                                .object = {"biller-difference", one.id.value},
                                .reason = resolution,
                                .details = {{"biller", one.biller},
                                            {"day", base::to_string(one.day)},
                                            {"payment", one.found.payment},
                                            {"kind", to_string(one.found.kind)}}});
}

}  // namespace

std::string_view to_string(DifferenceState state)
{
    constexpr std::string_view names[] = {"open", "noted", "settled"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(Resolution resolution)
{
    constexpr std::string_view names[] = {"none",      "biller-corrects", "we-correct",
                                          "explained", "other-date",      "gone"};
    return names[static_cast<std::size_t>(resolution)];
}

std::optional<Resolution> resolution_of(std::string_view name)
{
    for (const auto one :
         {Resolution::biller_corrects, Resolution::we_correct, Resolution::explained}) {
        if (to_string(one) == name) return one;
    }
    return std::nullopt;
}

void internal::count_open(Transaction& transaction, Sheet& sheet)
{
    std::int64_t all = 0;
    {
        auto row = transaction.query(
            "select count(*), coalesce(sum(case when state < 2 then 1 else 0 end), 0)"
            " from biller_difference where sheet = ?",
            sheet.id);
        base::ensure(row.next());
        all = row.integer(0);
        sheet.open = row.integer(1);
    }
    if (sheet.state >= SheetState::listed) {
        sheet.state = sheet.open > 0 ? SheetState::different
                      : all > 0      ? SheetState::settled
                                     : SheetState::balanced;
        if (sheet.open == 0) payout_due(transaction, sheet);
    }
    update(transaction, sheet, {});
}

void internal::insert(Transaction& transaction, const Difference& one)
{
    transaction.execute(
        "insert into biller_difference(id, sheet, biller, day, kind, payment, ours, theirs,"
        " receipt, state, resolution, found_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        one.id, one.sheet, one.biller, one.day, static_cast<int>(one.found.kind), one.found.payment,
        one.found.ours, one.found.theirs, one.found.receipt, static_cast<int>(one.state),
        static_cast<int>(one.resolution), one.found_at);
}

void internal::update(Transaction& transaction, const Difference& one)
{
    transaction.execute(
        "update biller_difference set ours = ?, theirs = ?, receipt = ?, state = ?, resolution = ?,"
        " settled_at = ? where id = ?",
        one.found.ours, one.found.theirs, one.found.receipt, static_cast<int>(one.state),
        static_cast<int>(one.resolution), one.settled_at, one.id);
}

std::vector<Difference> internal::select_with(Snapshot& snapshot, std::string_view condition,
                                              std::span<const Parameter> parameters)
{
    std::vector<Difference> found;
    auto rows = snapshot.query_with(
        "select id, sheet, biller, day, kind, payment, ours, theirs, receipt, state, resolution,"
        " found_at, settled_at from biller_difference where " +
            std::string{condition},
        parameters);
    while (rows.next()) {
        Difference one{.id = rows.id<DifferenceId>(0),
                       .sheet = rows.id<SheetId>(1),
                       .biller = rows.string(2),
                       .day = rows.date(3),
                       .found = {static_cast<DifferenceKind>(rows.integer(4)), rows.string(5),
                                 rows.integer(6), rows.integer(7), rows.string(8)},
                       .state = static_cast<DifferenceState>(rows.integer(9)),
                       .resolution = static_cast<Resolution>(rows.integer(10)),
                       .found_at = rows.instant(11)};
        if (!rows.is_null(12)) one.settled_at = rows.instant(12);
        found.push_back(std::move(one));
    }
    return found;
}

void internal::add_note(Transaction& transaction, DifferenceId id, const Note& note)
{
    std::int64_t place = 0;
    {
        auto row = transaction.query("select count(*) from biller_note where difference = ?", id);
        base::ensure(row.next());
        place = row.integer(0);
    }
    transaction.execute(
        "insert into biller_note(difference, place, staff, words, at) values (?, ?, ?, ?, ?)", id,
        place, static_cast<std::int64_t>(note.staff), note.text, note.at);
}

std::vector<Found> differences_of(Snapshot& snapshot, const Sheet& sheet)
{
    std::vector<Listed> ours;
    for (bill::BillId after;;) {
        const auto some = internal::paid_on(snapshot, sheet.biller, sheet.day, after, ours_at_once);
        for (const auto& one : some) {
            ours.push_back({base::to_string(one.id), one.amount.minor_units, one.biller_receipt});
        }
        if (some.size() < ours_at_once) break;
        after = some.back().id;
    }
    std::vector<Listed> theirs;
    auto rows = snapshot.query(
        "select payment, amount, receipt from biller_list where sheet = ? order by place",
        sheet.id);
    while (rows.next()) theirs.push_back({rows.string(0), rows.integer(1), rows.string(2)});
    return compare(ours, theirs);
}

Result<Sheet> compared(Transaction& transaction, SheetId id, const std::vector<Found>& found)
{
    Sheet one = TRY(sheet(transaction, id));
    if (one.state != SheetState::listed) {
        return conflict("biller.not_listed", "the biller's list of this day is not whole");
    }
    const Parameter of_sheet[] = {id};
    auto before = internal::select_with(transaction, "sheet = ?", of_sheet);
    std::set<DifferenceId> still;
    for (const Found& difference : found) {
        const auto had = std::find_if(before.begin(), before.end(), [&](const Difference& known) {
            return known.found.kind == difference.kind && known.found.payment == difference.payment;
        });
        if (had != before.end()) {
            still.insert(had->id);
            had->found = difference;
            // What had gone and is there again is open again.
            if (had->resolution == Resolution::gone) {
                had->state = DifferenceState::open;
                had->resolution = Resolution::none;
                had->settled_at.reset();
            }
            internal::update(transaction, *had);
            continue;
        }
        const Difference made{.id = transaction.new_id<DifferenceId>(),
                              .sheet = id,
                              .biller = one.biller,
                              .day = one.day,
                              .found = difference,
                              .found_at = transaction.now()};
        internal::insert(transaction, made);
        settled_by_other_date(transaction, made);
    }
    for (const Difference& known : before) {
        if (!still.contains(known.id) && known.state != DifferenceState::settled)
            settle_by_program(transaction, known, Resolution::gone);
    }
    one.compared_at = transaction.now();
    internal::count_open(transaction, one);
    return one;
}

std::vector<Difference> differences(Snapshot& snapshot, SheetId sheet)
{
    const Parameter parameters[] = {sheet};
    auto found = internal::select_with(snapshot, "sheet = ? order by state, id", parameters);
    for (auto& one : found) one.notes = difference(snapshot, one.id).value().notes;
    return found;
}

Result<Difference> difference(Snapshot& snapshot, DifferenceId id)
{
    const Parameter parameters[] = {id};
    auto found = internal::select_with(snapshot, "id = ?", parameters);
    if (found.empty()) {
        return not_found("biller.difference_unknown", "there is no such difference");
    }
    auto rows = snapshot.query(
        "select staff, words, at from biller_note where difference = ? order by place", id);
    while (rows.next()) {
        found.front().notes.push_back(
            {static_cast<std::uint64_t>(rows.integer(0)), rows.string(1), rows.instant(2)});
    }
    return std::move(found.front());
}

Result<Difference> note(Transaction& transaction, DifferenceId id, std::uint64_t staff,
                        std::string_view text)
{
    Difference one = TRY(open_one(transaction, id, text));
    one.state = DifferenceState::noted;
    internal::update(transaction, one);
    internal::add_note(transaction, id, {staff, std::string{text}, transaction.now()});
    record_act(transaction, one, staff, "biller.note", {});
    return difference(transaction, id);
}

Result<Difference> settle(Transaction& transaction, DifferenceId id, std::uint64_t staff,
                          Resolution resolution, std::string_view text)
{
    Difference one = TRY(open_one(transaction, id, text));
    one.state = DifferenceState::settled;
    one.resolution = resolution;
    one.settled_at = transaction.now();
    internal::update(transaction, one);
    internal::add_note(transaction, id, {staff, std::string{text}, transaction.now()});
    auto its = TRY(sheet(transaction, one.sheet));
    internal::count_open(transaction, its);
    record_act(transaction, one, staff, "biller.settle", to_string(resolution));
    return difference(transaction, id);
}

}  // namespace bank::biller
