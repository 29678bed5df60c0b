// SPDX-License-Identifier: Apache-2.0
#include <bank/batch/internal/rows.h>

#include <platform/json/value.h>

#include <algorithm>
#include <array>

namespace bank::batch {

namespace {

constexpr platform::sql::Migration batch_steps[] = {{"batch", 1, R"sql(
create table batch_payer(
  account bigint primary key,
  agreed_at bigint not null);
create table batch(
  id integer primary key,
  serial bigint not null unique,
  state text not null,
  title text not null,
  payer bigint not null,
  unit text not null,
  minor_digits smallint not null,
  format text not null,
  encoding text not null,
  message_id text not null,
  file_hash text not null,
  on_bad_line text not null,
  language text not null,
  all_lines bigint not null,
  all_sum bigint not null,
  waiting_lines bigint not null,
  waiting_sum bigint not null,
  ready_lines bigint not null,
  ready_sum bigint not null,
  refused_lines bigint not null,
  refused_sum bigint not null,
  paid_lines bigint not null,
  paid_sum bigint not null,
  at_line bigint not null,
  hold bigint not null,
  holds bigint not null,
  maker bigint not null,
  upload_key text not null,
  checker bigint not null,
  reason text not null,
  uploaded_at bigint not null,
  submitted_at bigint,
  approved_at bigint,
  ended_at bigint);
create unique index batch_by_key on batch(maker, upload_key);
create index batch_by_state on batch(state);
create index batch_by_file on batch(payer, file_hash);
create table batch_line(
  id integer primary key,
  place bigint not null,
  state smallint not null,
  faults text not null,
  account bigint not null,
  minor_units bigint not null,
  entry bigint not null,
  paid_at bigint,
  sealed blob not null);
)sql"}};

constexpr std::string_view state_names[] = {"receiving", "uploaded", "checked",
                                            "submitted", "approved", "running",
                                            "stopped",   "done",     "refused"};
constexpr std::string_view line_state_names[] = {"waiting", "ready", "refused", "paid"};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return batch_steps;
}

std::string_view to_string(State state)
{
    return state_names[static_cast<std::size_t>(state)];
}

std::optional<State> state_of(std::string_view text)
{
    const auto* found = std::ranges::find(state_names, text);
    if (found == std::end(state_names)) return std::nullopt;
    return static_cast<State>(found - std::begin(state_names));
}

std::string_view to_string(OnBadLine choice)
{
    return choice == OnBadLine::go_on ? "go_on" : "stop";
}

std::string_view to_string(LineState state)
{
    return line_state_names[static_cast<std::size_t>(state)];
}

namespace internal {

namespace {

using platform::json::Array;
using platform::sql::Parameter;
using platform::sql::Snapshot;

constexpr std::string_view batch_columns =
    "id, serial, state, title, payer, unit, minor_digits, format, encoding, file_hash, on_bad_line,"
    " language, all_lines, all_sum, waiting_lines, waiting_sum, ready_lines, ready_sum,"
    " refused_lines, refused_sum, paid_lines, paid_sum, at_line, hold, holds, maker, checker,"
    " reason, uploaded_at, submitted_at, approved_at, ended_at";

Format format_of(std::string_view text)
{
    if (text == to_string(Format::csv)) return Format::csv;
    return text == to_string(Format::xlsx) ? Format::xlsx : Format::pain_001;
}

std::optional<base::Instant> instant_if(const platform::sql::Cursor& row, int column)
{
    if (row.is_null(column)) return std::nullopt;
    return row.instant(column);
}

Stored read_batch(const platform::sql::Cursor& row)
{
    const auto tally = [&](int column) {
        return Tally{row.integer(column), row.integer(column + 1)};
    };
    Stored batch;
    batch.id = row.id<BatchId>(0);
    batch.serial = row.integer(1);
    batch.state = state_of(row.text(2)).value_or(State::refused);
    batch.title = row.string(3);
    batch.payer = row.id<AccountId>(4);
    batch.unit = {base::intern(row.text(5)), static_cast<int>(row.integer(6))};
    batch.format = format_of(row.text(7));
    batch.encoding = row.string(8);
    batch.file_hash = row.string(9);
    batch.on_bad_line = row.text(10) == "stop" ? OnBadLine::stop : OnBadLine::go_on;
    batch.language = row.string(11);
    batch.all = tally(12);
    batch.waiting = tally(14);
    batch.ready = tally(16);
    batch.refused = tally(18);
    batch.paid = tally(20);
    batch.at_line = static_cast<int>(row.integer(22));
    batch.hold = row.id<ledger::EntryId>(23);
    batch.holds = row.integer(24);
    batch.maker = static_cast<std::uint64_t>(row.integer(25));
    batch.checker = static_cast<std::uint64_t>(row.integer(26));
    batch.reason = row.string(27);
    batch.uploaded_at = row.instant(28);
    batch.submitted_at = instant_if(row, 29);
    batch.approved_at = instant_if(row, 30);
    batch.ended_at = instant_if(row, 31);
    return batch;
}

}  // namespace

std::vector<Stored> select(Snapshot& snapshot, std::string_view condition,
                           std::span<const Parameter> parameters)
{
    std::vector<Stored> batches;
    auto row = snapshot.query_with(
        "select " + std::string{batch_columns} + " from batch " + std::string{condition},
        parameters);
    while (row.next()) batches.push_back(read_batch(row));
    return batches;
}

std::optional<Stored> find(Snapshot& snapshot, BatchId id)
{
    const std::array parameters{Parameter(id)};
    auto found = select(snapshot, "where id = ?", parameters);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

base::Result<Stored> get(Snapshot& snapshot, BatchId id)
{
    auto found = find(snapshot, id);
    if (!found || found->state == State::receiving) {
        return base::not_found("batch.unknown", "there is no such batch");
    }
    return std::move(*found);
}

void update(platform::sql::Transaction& transaction, const Stored& batch)
{
    base::ensure(batch.all.lines ==
                 batch.waiting.lines + batch.ready.lines + batch.refused.lines + batch.paid.lines);
    base::ensure(batch.all.minor_units == batch.waiting.minor_units + batch.ready.minor_units +
                                              batch.refused.minor_units + batch.paid.minor_units);
    transaction.execute(
        "update batch set state = ?, waiting_lines = ?, waiting_sum = ?, ready_lines = ?,"
        " ready_sum = ?, refused_lines = ?, refused_sum = ?, paid_lines = ?, paid_sum = ?,"
        " at_line = ?, hold = ?, holds = ?, checker = ?, reason = ?, submitted_at = ?,"
        " approved_at = ?, ended_at = ? where id = ?",
        to_string(batch.state), batch.waiting.lines, batch.waiting.minor_units, batch.ready.lines,
        batch.ready.minor_units, batch.refused.lines, batch.refused.minor_units, batch.paid.lines,
        batch.paid.minor_units, batch.at_line, batch.hold, batch.holds,
        static_cast<std::int64_t>(batch.checker), batch.reason, batch.submitted_at,
        batch.approved_at, batch.ended_at, batch.id);
}

std::string packed(const Row& row)
{
    return platform::json::serialise(Array{row.account, row.name, row.reference, row.own_id,
                                           row.amount, row.currency, row.group});
}

Row unpacked(std::string_view text)
{
    Row row;
    const auto read = platform::json::parse(text);
    if (!read || read.value().array() == nullptr) return row;
    const Array& fields = *read.value().array();
    std::string* const places[] = {&row.account, &row.name,     &row.reference, &row.own_id,
                                   &row.amount,  &row.currency, &row.group};
    for (std::size_t i = 0; i < std::size(places) && i < fields.size(); ++i) {
        *places[i] = fields[i].text_or();
    }
    return row;
}

std::string faults_text(const std::vector<Fault>& faults)
{
    std::string text;
    for (const Fault& fault : faults) {
        if (!text.empty()) text += ',';
        text += fault.reason;
        if (!fault.at.empty()) text += '=';
        for (const char c : fault.at) text += c == ',' ? ';' : c;
    }
    return text;
}

std::vector<Fault> read_faults(std::string_view text)
{
    std::vector<Fault> faults;
    while (!text.empty()) {
        const auto one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const auto equals = one.find('=');
        faults.push_back({base::intern(one.substr(0, equals)),
                          equals == std::string_view::npos ? std::string{}
                                                           : std::string{one.substr(equals + 1)}});
    }
    return faults;
}

Line read_line(platform::sql::Cursor& row, const Stored& batch)
{
    Line line;
    line.number = static_cast<int>(row.integer(0) - line_key(batch.serial, 0));
    line.place = static_cast<int>(row.integer(1));
    line.state = static_cast<LineState>(row.integer(2));
    line.amount = {row.integer(5), batch.unit};
    line.account = row.id<AccountId>(4);
    line.entry = row.id<ledger::EntryId>(6);
    line.paid_at = instant_if(row, 7);
    line.row.place = line.place;
    line.row.faults = read_faults(row.text(3));
    return line;
}

void unseal(Snapshot& snapshot, payment::People& people, customer::CustomerId holder,
            std::string_view sealed, Row& row)
{
    Row opened = unpacked(people.unseal(snapshot, holder, sealed));
    opened.place = row.place;
    opened.faults = std::move(row.faults);
    row = std::move(opened);
}

}  // namespace internal

}  // namespace bank::batch
