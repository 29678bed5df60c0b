// SPDX-License-Identifier: Apache-2.0
#include <bank/batch/batches.h>

#include <bank/audit/trail.h>
#include <bank/batch/internal/rows.h>
#include <bank/batch/internal/worker.h>

#include <algorithm>
#include <array>
#include <map>

namespace bank::batch {

using base::conflict;
using base::forbidden;
using base::invalid;
using base::rejected;
using base::Result;
using internal::Stored;
using platform::sql::Parameter;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

base::Error wrong_state(const Batch& batch)
{
    return conflict("batch.state", "the batch is " + std::string{to_string(batch.state)});
}

bool is_before_approval(State state)
{
    return state == State::uploaded || state == State::checked || state == State::submitted;
}

void record(Transaction& transaction, const Stored& batch, std::uint64_t staff,
            std::string_view action, std::string_view reason = {})
{
    audit::append(transaction,
                  {.actor = {audit::ActorKind::staff, staff},
                   .action = action,
                   .object = {"batch", batch.id.value},
                   .reason = reason,
                   .details = {{"lines", batch.ready.lines},
                               {"amount", base::to_decimal({batch.ready.minor_units, batch.unit})},
                               {"payer", base::to_string(batch.payer)}}});
}

bool says_something(std::string_view reason)
{
    return std::ranges::count_if(reason, [](char c) { return c != ' '; }) >= 4;
}

}  // namespace

Batches::Batches(const Parts& parts) : parts_(parts), worker_(std::make_unique<Worker>(parts)) {}

Batches::~Batches()
{
    stop();
}

void Batches::start()
{
    worker_->start();
}

void Batches::stop()
{
    worker_->stop();
}

Result<void> Batches::agree(Transaction& transaction, AccountId payer)
{
    TRY(parts_.accounts.account(transaction, payer));
    transaction.execute(
        "insert into batch_payer(account, agreed_at) values (?, ?) on conflict (account) do update"
        " set agreed_at = batch_payer.agreed_at",
        payer, transaction.now());
    return {};
}

std::vector<Payer> Batches::payers(Snapshot& snapshot)
{
    std::vector<AccountId> ids;
    {
        auto row = snapshot.query("select account from batch_payer order by account");
        while (row.next()) ids.push_back(row.id<AccountId>(0));
    }
    std::vector<Payer> payers;
    for (const AccountId id : ids) {
        const auto account = parts_.accounts.account(snapshot, id);
        const auto money = parts_.accounts.ledger().account(snapshot, id);
        if (!account || !money || account.value().state == account::State::closed) continue;
        payers.push_back({id, account.value().number,
                          parts_.people.name(snapshot, account.value().holder),
                          money.value().available()});
    }
    return payers;
}

Result<Batch> Batches::submit(Transaction& transaction, BatchId id, std::uint64_t staff)
{
    Stored batch = TRY(internal::get(transaction, id));
    if (batch.maker != staff) {
        return forbidden("batch.not_the_maker", "who uploaded the batch hands it in");
    }
    if (batch.state == State::submitted) return Batch{batch};
    if (batch.state != State::checked) return wrong_state(batch);
    if (batch.ready.lines == 0) {
        return rejected("batch.no_lines_left", "no line of the batch can be paid");
    }
    if (batch.on_bad_line == OnBadLine::stop && batch.refused.lines > 0) {
        return rejected("batch.has_bad_lines", "lines that cannot be paid stop this batch");
    }
    batch.state = State::submitted;
    batch.submitted_at = transaction.now();
    internal::update(transaction, batch);
    record(transaction, batch, staff, "batch.submit");
    return Batch{batch};
}

Result<Batch> Batches::reserve_rest(Transaction& transaction, Batch given, std::uint64_t staff,
                                    std::string_view action)
{
    Stored batch = TRY(internal::get(transaction, given.id));
    if (batch.maker == staff) {
        return forbidden("batch.same_person", "another person approves than the one who uploaded");
    }
    TRY(internal::reserve(transaction, parts_.accounts, batch));
    batch.state = State::approved;
    batch.checker = staff;
    batch.reason.clear();
    batch.approved_at = transaction.now();
    batch.ended_at.reset();
    internal::update(transaction, batch);
    record(transaction, batch, staff, action);
    transaction.after_commit([this] { worker_->wake(); });
    return Batch{batch};
}

Result<Batch> Batches::approve(Transaction& transaction, BatchId id, std::uint64_t staff)
{
    const Stored batch = TRY(internal::get(transaction, id));
    const bool approved = batch.state == State::approved || batch.state == State::running ||
                          batch.state == State::done;
    if (approved && batch.checker == staff) return Batch{batch};
    if (batch.state != State::submitted) return wrong_state(batch);
    return reserve_rest(transaction, batch, staff, "batch.approve");
}

Result<Batch> Batches::resume(Transaction& transaction, BatchId id, std::uint64_t staff)
{
    const Stored batch = TRY(internal::get(transaction, id));
    const bool going = batch.state == State::approved || batch.state == State::running;
    if (going && batch.checker == staff) return Batch{batch};
    if (batch.state != State::stopped) return wrong_state(batch);
    return reserve_rest(transaction, batch, staff, "batch.resume");
}

Result<Batch> Batches::refuse(Transaction& transaction, BatchId id, std::uint64_t staff,
                              std::string_view reason)
{
    Stored batch = TRY(internal::get(transaction, id));
    if (batch.state == State::refused && batch.checker == staff) return Batch{batch};
    if (!is_before_approval(batch.state)) return wrong_state(batch);
    if (!says_something(reason)) {
        return invalid("batch.reason_missing", "say why, in four letters or more");
    }
    batch.state = State::refused;
    batch.checker = staff;
    batch.reason = reason;
    batch.ended_at = transaction.now();
    internal::update(transaction, batch);
    record(transaction, batch, staff, "batch.refuse");
    return Batch{batch};
}

Result<Batch> Batches::halt(Transaction& transaction, BatchId id, std::uint64_t staff,
                            std::string_view reason)
{
    Stored batch = TRY(internal::get(transaction, id));
    if (batch.state == State::stopped) return Batch{batch};
    if (batch.state != State::approved && batch.state != State::running) return wrong_state(batch);
    if (!says_something(reason)) {
        return invalid("batch.reason_missing", "say why, in four letters or more");
    }
    TRY(internal::release(transaction, parts_.accounts, batch));
    batch.state = State::stopped;
    batch.reason = reason;
    batch.ended_at = transaction.now();
    internal::update(transaction, batch);
    record(transaction, batch, staff, "batch.stop");
    return Batch{batch};
}

Result<Batch> Batches::batch(Snapshot& snapshot, BatchId id)
{
    return Batch{TRY(internal::get(snapshot, id))};
}

std::vector<Batch> Batches::list(Snapshot& snapshot, std::optional<State> state, BatchId before,
                                 int limit)
{
    const std::int64_t below =
        before ? static_cast<std::int64_t>(before.value) : std::int64_t{INT64_MAX};
    const std::string_view name = state ? to_string(*state) : std::string_view{};
    const std::array parameters{Parameter(below), Parameter(name), Parameter(limit)};
    const auto found =
        internal::select(snapshot,
                         state ? "where id < ? and state = ? order by id desc limit ?"
                               : "where id < ? and state <> 'receiving' and"
                                 " '' = ? order by id desc limit ?",
                         parameters);
    return {found.begin(), found.end()};
}

std::vector<Line> Batches::lines(Snapshot& snapshot, const Batch& batch,
                                 std::optional<LineState> state, int after, int limit)
{
    std::vector<Line> lines;
    const auto stored = internal::find(snapshot, batch.id);
    if (!stored) return lines;
    const auto payer = parts_.accounts.account(snapshot, batch.payer);
    if (!payer) return lines;
    const std::int64_t from = internal::line_key(stored->serial, std::max(after, 0));
    const std::int64_t to = internal::line_key(stored->serial + 1, 0);
    const std::string query = "select " + std::string{internal::line_columns} +
                              " from batch_line where id > ? and id < ?" +
                              (state ? " and state = ?" : "") + " order by id limit ?";
    std::vector<Parameter> parameters{Parameter(from), Parameter(to)};
    if (state) parameters.emplace_back(static_cast<int>(*state));
    parameters.emplace_back(limit);
    std::vector<std::string> sealed;
    {
        auto row = snapshot.query_with(query, parameters);
        while (row.next()) {
            lines.push_back(internal::read_line(row, *stored));
            const auto bytes = row.blob(8);
            sealed.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        internal::unseal(snapshot, parts_.people, payer.value().holder, sealed[i], lines[i].row);
    }
    return lines;
}

std::vector<Batches::ReasonCount> Batches::reasons(Snapshot& snapshot, const Batch& batch)
{
    std::vector<ReasonCount> counts;
    const auto stored = internal::find(snapshot, batch.id);
    if (!stored || batch.refused.lines == 0) return counts;
    std::map<std::string, std::int64_t, std::less<>> by_reason;
    auto row = snapshot.query(
        "select faults, count(*) from batch_line where id > ? and id < ? and state = ?"
        " group by faults",
        internal::line_key(stored->serial, 0), internal::line_key(stored->serial + 1, 0),
        static_cast<int>(LineState::refused));
    while (row.next()) {
        for (const Fault& fault : internal::read_faults(row.text(0))) {
            by_reason[std::string{fault.reason}] += row.integer(1);
        }
    }
    for (const auto& [reason, lines] : by_reason) counts.push_back({reason, lines});
    std::ranges::stable_sort(counts, std::ranges::greater{}, &ReasonCount::lines);
    return counts;
}

std::string Batches::message_id(Snapshot& snapshot, const Batch& batch)
{
    auto row = snapshot.query("select message_id from batch where id = ?", batch.id);
    if (row.next() && !row.text(0).empty()) return row.string(0);
    return base::to_string(batch.id);
}

}  // namespace bank::batch
