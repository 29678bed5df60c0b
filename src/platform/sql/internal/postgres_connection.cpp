// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_connection.h>

#include <platform/sql/internal/postgres_dialect.h>

#include <base/ensure.h>

#include <postgresql/libpq-fe.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace platform::sql::internal {

namespace {

constexpr std::size_t most_sent = 256;  // Before answers are read.
constexpr std::size_t most_batch_rows = 4096;

/// Values as libpq takes them. Numbers as text, so that the server reads them as whatever type the
/// place has; texts and bytes as they are.
class Values {
public:
    explicit Values(std::span<const Parameter> parameters)
        : numbers_(parameters.size()),
          values_(parameters.size()),
          lengths_(parameters.size()),
          formats_(parameters.size())
    {
        for (std::size_t i = 0; i < parameters.size(); ++i) set(i, parameters[i]);
    }

    int count() const { return static_cast<int>(values_.size()); }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

private:
    void set(std::size_t i, const Parameter& parameter)
    {
        const auto& value = parameter.value();
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            std::snprintf(numbers_[i].data(), numbers_[i].size(), "%lld",
                          static_cast<long long>(*number));
            values_[i] = numbers_[i].data();
        } else if (const auto* real = std::get_if<double>(&value)) {
            std::snprintf(numbers_[i].data(), numbers_[i].size(), "%.17g", *real);
            values_[i] = numbers_[i].data();
        } else if (const auto* text = std::get_if<std::string_view>(&value)) {
            raw(i, text->data(), text->size());
        } else if (const auto* blob = std::get_if<Bytes>(&value)) {
            raw(i, reinterpret_cast<const char*>(blob->data()), blob->size());
        }
    }

    void raw(std::size_t i, const char* data, std::size_t size)
    {
        values_[i] = data == nullptr ? "" : data;
        lengths_[i] = static_cast<int>(size);
        formats_[i] = 1;
    }

    std::vector<std::array<char, 32>> numbers_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

}  // namespace

PostgresConnection::PostgresConnection(const std::string& url, std::string_view schema,
                                       std::chrono::milliseconds patience)
    : link_(url, patience)
{
    link_.script("set search_path to " + postgres_name(schema) +
                 "; set synchronous_commit to on; set standard_conforming_strings to on");
}

PostgresConnection::~PostgresConnection() = default;

PostgresConnection::Prepared& PostgresConnection::known(std::string_view sql)
{
    const auto [it, fresh] = statements_.try_emplace(std::string{sql});
    if (fresh) {
        it->second = std::make_unique<Prepared>();
        it->second->name = "s" + std::to_string(statements_.size());
        it->second->sql = postgres_statement(sql);
    }
    return *it->second;
}

void PostgresConnection::must(int sent)
{
    if (sent == 0) link_.lose(PQerrorMessage(link_.handle()));
}

void PostgresConnection::prepare_at_server(Prepared& prepared)
{
    if (prepared.at_server) return;
    must(PQsendPrepare(link_.handle(), prepared.name.c_str(), prepared.sql.c_str(), 0, nullptr));
    sent_.push_back({Sent::Kind::preparation, &prepared, prepared.sql, unit_, no_ticket});
    prepared.at_server = true;
}

void PostgresConnection::send_prepared(Prepared& prepared, std::span<const Parameter> parameters)
{
    prepare_at_server(prepared);
    const Values values{parameters};
    must(PQsendQueryPrepared(link_.handle(), prepared.name.c_str(), values.count(), values.values(),
                             values.lengths(), values.formats(), 1));
}

Statement& PostgresConnection::prepare(std::string_view sql, std::span<const Parameter> parameters)
{
    take_in_active();
    send_deferred_for(sql);
    Prepared& prepared = known(sql);
    send_prepared(prepared, parameters);
    must(PQsendFlushRequest(link_.handle()));
    read_sent(0);
    PQsetSingleRowMode(link_.handle());
    if (free_rows_.empty()) {
        rows_.push_back(std::make_unique<PostgresRows>(*this));
        free_rows_.push_back(rows_.back().get());
    }
    active_ = free_rows_.back();
    free_rows_.pop_back();
    active_->start();
    active_sent_ = {Sent::Kind::query, &prepared, prepared.sql, unit_, no_ticket};
    return *active_;
}

Changed PostgresConnection::execute(std::string_view sql, std::span<const Parameter> parameters)
{
    take_in_active();
    send_deferred_for(sql);
    Prepared& prepared = known(sql);
    send_prepared(prepared, parameters);
    const std::size_t ticket = counts_.size();
    counts_.push_back(-1);
    sent_.push_back({Sent::Kind::statement, &prepared, prepared.sql, unit_, ticket});
    if (sent_.size() > most_sent) {
        must(PQsendFlushRequest(link_.handle()));
        read_sent(0);
    }
    return Changed{*this, ticket};
}

std::int64_t PostgresConnection::changed(std::size_t ticket)
{
    base::ensure(ticket < counts_.size());
    if (counts_[ticket] < 0) {
        take_in_active();
        must(PQsendFlushRequest(link_.handle()));
        read_sent(0);
    }
    return counts_[ticket];
}

bool PostgresConnection::changed_since(std::size_t place)
{
    for (; place < counts_.size(); ++place) {
        if (changed(place) > 0) return true;
    }
    return false;
}

void PostgresConnection::defer(std::int64_t key, std::string_view sql,
                               std::span<const Parameter> parameters)
{
    if (one_by_one_) {
        execute(sql, parameters);
        return;
    }
    PostgresBatch& batch = batch_of(known(sql));
    if (batch.has(key) || batch.rows() >= most_batch_rows) {
        take_in_active();
        send_batch(batch);
    }
    if (batch.rows() == 0) batches_.push_back(&batch);
    batch.add(key, parameters);
    counts_.push_back(1);  // A unit that defers has written.
}

/// Asks the server, once, what types the places of the statement have.
PostgresBatch& PostgresConnection::batch_of(Prepared& prepared)
{
    if (prepared.batch) return *prepared.batch;
    take_in_active();
    prepare_at_server(prepared);
    must(PQsendFlushRequest(link_.handle()));
    read_sent(0);
    must(PQsendDescribePrepared(link_.handle(), prepared.name.c_str()));
    must(PQsendFlushRequest(link_.handle()));
    const Sent sent{Sent::Kind::preparation, &prepared, prepared.sql, unit_, no_ticket};
    std::vector<unsigned> types;
    while (const auto result = link_.next()) {
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail(sent, *result);
        for (int i = 0; i < PQnparams(result.get()); ++i) {
            types.push_back(PQparamtype(result.get(), i));
        }
    }
    // What we were given is in our words; the many rows are made of those too.
    const auto words = std::find_if(statements_.begin(), statements_.end(),
                                    [&](const auto& one) { return one.second.get() == &prepared; });
    prepared.batch.emplace(words->first, std::move(types));
    return *prepared.batch;
}

void PostgresConnection::send_batch(PostgresBatch& batch)
{
    std::vector<Parameter> arrays;
    for (const std::string& array : batch.arrays()) {
        arrays.emplace_back(std::as_bytes(std::span{array}));
    }
    // In PostgreSQL's words already, which have no `?`.
    Prepared& prepared = known(batch.many_rows_sql());
    send_prepared(prepared, arrays);
    sent_.push_back({Sent::Kind::statement, &prepared, prepared.sql, {}, no_ticket});
    batch.clear();
    std::erase(batches_, &batch);
}

void PostgresConnection::send_deferred()
{
    while (!batches_.empty()) send_batch(*batches_.front());
}

/// Those to a table that `sql` names.
void PostgresConnection::send_deferred_for(std::string_view sql)
{
    for (std::size_t i = 0; i < batches_.size();) {
        if (sql.find(batches_[i]->table()) == std::string_view::npos) {
            ++i;
        } else {
            send_batch(*batches_[i]);
        }
    }
}

void PostgresConnection::send(std::string_view sql)
{
    take_in_active();
    send_deferred();
    Prepared& prepared = known(sql);
    if (sql.starts_with("begin")) {
        counts_.clear();
        failed_unit_.reset();
    }
    send_prepared(prepared, {});
    sent_.push_back({Sent::Kind::statement, &prepared, prepared.sql, unit_, no_ticket});
}

std::string PostgresConnection::settle()
{
    take_in_active();
    send_deferred();
    must(PQpipelineSync(link_.handle()));
    sent_.push_back({Sent::Kind::sync});
    read_sent(0);
    return tag_;
}

void PostgresConnection::script(const std::string& sql)
{
    settle();
    link_.script(sql);
}

void PostgresConnection::send_roll_back()
{
    take_in_active();
    for (PostgresBatch* batch : batches_) batch->clear();
    batches_.clear();
    send("rollback");
    must(PQpipelineSync(link_.handle()));
    sent_.push_back({Sent::Kind::sync});
    link_.flush();
}

void PostgresConnection::roll_back()
{
    send_roll_back();
    read_sent(0);
}

void PostgresConnection::read_sent(std::size_t leave)
{
    while (sent_.size() > leave) read_one();
}

void PostgresConnection::read_one()
{
    const Sent sent = sent_.front();
    if (sent.kind == Sent::Kind::sync) {
        const auto result = link_.next();
        base::ensure(result && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC);
        sent_.pop_front();
        return;
    }
    while (const auto result = link_.next()) {
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED) {
            fail(sent, *result);
        }
        if (sent.kind != Sent::Kind::statement) continue;
        tag_ = PQcmdStatus(result.get());
        if (sent.ticket != no_ticket) {
            counts_[sent.ticket] = std::atoll(PQcmdTuples(result.get()));
        }
    }
    sent_.pop_front();
}

/// Called with the failed one still first of `sent_`, or where it stands in none.
void PostgresConnection::fail(const Sent& sent, const pg_result& result)
{
    const PostgresError error{result};
    const std::string sql{sent.sql};
    failed_unit_ = sent.unit;
    violated_ = error.constraint;
    recover();
    error.raise(sql);
}

/// After an error the server passes over everything until a sync.
void PostgresConnection::recover()
{
    if (active_ != nullptr) {
        active_->ended();
        active_ = nullptr;
    }
    for (PostgresBatch* batch : batches_) batch->clear();
    batches_.clear();
    for (const Sent& sent : sent_) {
        // Whether the server got as far as this is not looked at: it is asked anew.
        if (sent.kind == Sent::Kind::preparation) {
            sent.prepared->at_server = false;
            sent.prepared->name += "a";
        }
    }
    must(PQpipelineSync(link_.handle()));
    std::size_t syncs = 1;
    for (const Sent& sent : sent_) syncs += sent.kind == Sent::Kind::sync ? 1 : 0;
    sent_.clear();
    while (syncs > 0) {
        const auto result = link_.next();
        if (result && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) --syncs;
    }
}

/// Rows that are still coming are taken in before anything else is asked.
void PostgresConnection::take_in_active()
{
    if (active_ == nullptr) return;
    PostgresRows& rows = *active_;
    while (auto row = next_row(rows)) rows.keep(std::move(row));
}

PostgresResult PostgresConnection::next_row(PostgresRows& rows)
{
    base::ensure(active_ == &rows);
    while (auto result = link_.next()) {
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_SINGLE_TUPLE) return result;
        if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED) {
            fail(active_sent_, *result);
        }
    }
    rows.ended();
    active_ = nullptr;
    return nullptr;
}

void PostgresConnection::give_back(PostgresRows& rows) noexcept
{
    if (active_ == &rows) {
        try {
            while (next_row(rows)) {
            }
        } catch (const Failure&) {
            // Whoever uses the connection next hears of it.
            active_ = nullptr;
            rows.ended();
        }
    }
    free_rows_.push_back(&rows);
}

}  // namespace platform::sql::internal
