// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_book.h>

#include <platform/sql/internal/migrator.h>
#include <platform/sql/internal/postgres_dialect.h>

#include <base/ensure.h>
#include <base/thread_name.h>
#include <platform/log/log.h>

namespace platform::sql {

namespace internal {

namespace {

constexpr std::string_view begin_group = "begin isolation level read committed";
constexpr std::chrono::milliseconds between_tries{100};

base::Error unavailable_for_now()
{
    return base::unavailable("sql.unavailable",
                             "the database did not answer; repeat it, nothing is done twice");
}

/// A server that does not know one of these does without.
void set_session(PostgresConnection& connection, std::chrono::milliseconds lease)
{
    // Whoever sleeps in the middle of a group must not keep its rows from the next writer.
    for (const std::string& setting :
         {"idle_in_transaction_session_timeout to " + std::to_string(lease.count()),
          std::string{"tcp_keepalives_idle to 2"}, std::string{"tcp_keepalives_interval to 1"},
          std::string{"tcp_keepalives_count to 3"}}) {
        try {
            connection.script("set " + setting);
        } catch (const ConnectionLost&) {
            throw;
        } catch (const Failure& failure) {
            platform::log::warning("sql.setting", {{"what", failure.what()}});
        }
    }
}

}  // namespace

PostgresBook::PostgresBook(const PostgresPlace& place, const base::Clock& clock,
                           const BookOptions& options)
    : place_(place),
      clock_(clock),
      options_(options),
      schema_("book_" + place.name),
      lease_(place.node, place.lease),
      route_(place.url),
      readers_(route_, schema_, {std::chrono::seconds{60}, place.patience}, options.readers),
      queue_(options)
{
    open_lease();
    ids_ = std::make_unique<IdSource>(options_.number, clock_, load_mark());
    write_thread_ = std::thread{[this] { write_loop(); }};
}

void PostgresBook::connect()
{
    std::string why = "there is no server to try";
    for (const auto& server : route_.to_try()) {
        const auto began = Clock::now();
        try {
            writer_ = std::make_unique<PostgresConnection>(server, schema_, place_.patience);
            set_session(*writer_, place_.lease);
            route_.found(server);
            return;
        } catch (const ConnectionLost& lost) {
            writer_.reset();
            route_.refused(server, Clock::now() - began);
            why = lost.what();
        }
    }
    throw ConnectionLost(why);
}

/// Two nodes may make the schema at the same time; the one that fails looks again.
void PostgresBook::open_lease()
{
    const auto began = Clock::now();
    bool told = false;
    for (int failures = 0;;) {
        try {
            if (writer_ == nullptr || writer_->lost()) {
                connect();
                writer_->script("create schema if not exists " + postgres_name(schema_));
                writer_->script(postgres_migration(postgres_own_schema()));
            }
            if (lease_.take(*writer_)) return;
        } catch (const Failure&) {
            if (++failures == 5) throw;
            writer_.reset();
            std::this_thread::sleep_for(between_tries);
            continue;
        }
        if ((place_.wait && Clock::now() - began > *place_.wait) ||
            (place_.stop_waiting && place_.stop_waiting())) {
            throw BookHeld("another program works on book " + place_.name + " (node " +
                           lease_.other() + "); end it first");
        }
        if (!std::exchange(told, true)) {
            platform::log::info("sql.lease_wait",
                                {{"book", place_.name}, {"held_by", lease_.other()}});
        }
        std::this_thread::sleep_for(between_tries);
    }
}

std::uint64_t PostgresBook::load_mark()
{
    Snapshot snapshot{*writer_};
    std::uint64_t mark = 0;
    {
        auto row = snapshot.query("select value from book_state where name = 'id_mark'");
        if (row.next()) mark = static_cast<std::uint64_t>(row.integer(0));
    }
    writer_->settle();
    return mark;
}

base::Result<void> PostgresBook::migrate(std::span<const Migration> migrations)
{
    // On the writer thread, between groups, so that it may be called while the book lives.
    struct Migrating final : Job {
        PostgresBook& book;
        std::span<const Migration> migrations;
        std::promise<base::Result<void>> promise;
        Migrating(PostgresBook& b, std::span<const Migration> m) : book(b), migrations(m) {}
        base::Result<void> run(Transaction&) override
        {
            book.writer_->roll_back();  // Each migration has a transaction of its own.
            auto outcome = book.apply(migrations);
            book.writer_->send(begin_group);
            return outcome;
        }
        void finish(base::Result<void> outcome) noexcept override
        {
            promise.set_value(std::move(outcome));
        }
    };
    auto job = std::make_unique<Migrating>(*this, migrations);
    auto future = job->promise.get_future();
    enqueue(std::move(job));
    return future.get();
}

base::Result<void> PostgresBook::apply(std::span<const Migration> migrations)
{
    PostgresConnection& writer = *writer_;
    const MigrationSteps steps{
        .begin =
            [&] {
                writer.send(begin_group);
                // At the start: nobody takes the lease while a long migration runs.
                lease_.assert_held(writer, ++batch_);
                writer.settle();
            },
        .run = [&](const std::string& script) { writer.script(postgres_migration(script)); },
        .commit =
            [&] {
                writer.send("commit");
                if (writer.settle() != "COMMIT") throw Failure("it was not committed");
            },
        .roll_back = [&] { writer.roll_back(); }};
    auto outcome = apply_migrations(writer, steps, migrations, clock_);
    writer.settle();
    return outcome;
}

void PostgresBook::write_loop()
{
    base::name_this_thread("book-" + std::to_string(options_.number) + "-writer");
    const auto renew_every = place_.lease / 4;
    while (!queue_.closed_and_empty()) {
        if (over_) {
            refuse(queue_.take(renew_every));
        } else if (writer_ == nullptr) {
            wait_for_server();
        } else if (auto group = queue_.take(renew_every); !group.empty()) {
            run_group(std::move(group));
        } else if (!queue_.closed()) {
            renew();
        }
    }
    answer_suspended();
}

/// Tries once to connect. While nobody knows whether the server comes back soon, units wait in the
/// queue.
void PostgresBook::wait_for_server()
{
    if (!queue_.closed()) go_on();
    if (writer_ != nullptr) return;
    if (queue_.closed() || Clock::now() - lost_since_ > place_.patience) {
        answer_suspended();
        refuse(queue_.take(between_tries));
    } else {
        std::this_thread::sleep_for(between_tries);
    }
}

void PostgresBook::renew()
{
    try {
        lease_.renew(*writer_);
    } catch (const ConstraintViolation&) {
        lease_lost();
    } catch (const Failure& failure) {
        connection_lost(failure);
    }
}

void PostgresBook::run_group(Group group)
{
    std::vector<base::Result<void>> outcomes(group.size());
    std::vector<bool> done(group.size(), false);
    for (;;) {
        // Each round that is undone settles at least the unit that caused it, or goes on one by
        // one, so the rounds are bounded by the group's size.
        const Tried tried = try_group(group, outcomes, done);
        if (tried == Tried::again) continue;
        if (writer_ != nullptr) writer_->set_one_by_one(false);
        if (tried == Tried::settled) queue_.finish(group, outcomes);
        return;
    }
}

PostgresBook::Tried PostgresBook::try_group(Group& group, std::vector<base::Result<void>>& outcomes,
                                            std::vector<bool>& done)
{
    auto transaction = std::make_unique<GroupTransaction>(*writer_, *ids_, clock_.now());
    std::size_t current = group.size();
    bool commit_sent = false;
    try {
        writer_->send(begin_group);
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (!done[i]) group[i]->prepare();
        }
        for (current = 0; current < group.size(); ++current) {
            if (done[current]) continue;
            writer_->set_unit(current);
            const std::size_t before = writer_->place();
            const std::size_t gathered = transaction->gathered();
            outcomes[current] = group[current]->run(*transaction);
            if (!outcomes[current] &&
                (writer_->changed_since(before) || transaction->gathered() != gathered)) {
                transaction->undo();
                done[current] = true;
                writer_->roll_back();
                return Tried::again;
            }
        }
        writer_->set_unit(group.size());
        transaction->write_gathered();
        persist_mark();
        lease_.assert_held(*writer_, ++batch_);
        writer_->send("commit");
        commit_sent = true;
        if (writer_->settle() != "COMMIT") throw Failure("the group was not committed");
    } catch (const ConnectionLost& lost) {
        if (commit_sent) {
            suspended_.emplace(Suspended{.group = std::move(group),
                                         .memory = std::move(transaction),
                                         .outcomes = std::move(outcomes),
                                         .batch = batch_});
        } else {
            transaction->undo();
            suspended_.emplace(Suspended{.group = std::move(group)});
        }
        connection_lost(lost);
        return Tried::lost;
    } catch (const std::exception& failure) {
        return ended(*transaction, group, outcomes, done, current, failure);
    }
    transaction->act();
    return Tried::settled;
}

/// The group failed, on a connection that still stands: one unit is to blame, or all are in vain.
PostgresBook::Tried PostgresBook::ended(GroupTransaction& transaction, Group& group,
                                        std::vector<base::Result<void>>& outcomes,
                                        std::vector<bool>& done, std::size_t current,
                                        const std::exception& failure)
{
    transaction.undo();
    const bool violated = dynamic_cast<const ConstraintViolation*>(&failure) != nullptr;
    const bool database = dynamic_cast<const Failure*>(&failure) != nullptr;
    if (violated && PostgresLease::is_over(*writer_)) {
        for (auto& outcome : outcomes) outcome = unavailable_for_now();
        lease_lost();
        return Tried::settled;
    }
    try {
        writer_->roll_back();
    } catch (const Failure& lost) {
        suspended_.emplace(Suspended{.group = std::move(group)});
        connection_lost(lost);
        return Tried::lost;
    }
    const auto failed = database ? writer_->failed_unit() : std::optional{current};
    if (!failed) {  // A statement of many rows: whose, is seen when they go one by one.
        writer_->set_one_by_one(true);
        return Tried::again;
    }
    platform::log::error("sql.failure", {{"book", options_.number}, {"what", failure.what()}});
    if (*failed < group.size()) {
        outcomes[*failed] =
            violated ? base::Result<void>{base::conflict("sql.constraint", failure.what())}
                     : unavailable_for_now();
        done[*failed] = true;
        return Tried::again;
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (!done[i]) outcomes[i] = unavailable_for_now();
    }
    return Tried::settled;
}

void PostgresBook::persist_mark()
{
    const std::uint64_t mark = ids_->mark_to_persist();
    if (mark == 0) return;
    const Parameter row[] = {static_cast<std::int64_t>(mark)};
    writer_->execute(
        "insert into book_state(name, value) values ('id_mark', ?) "
        "on conflict (name) do update set value = excluded.value",
        row);
}

void PostgresBook::connection_lost(const std::exception& why)
{
    platform::log::error("sql.connection_lost", {{"book", options_.number}, {"what", why.what()}});
    writer_.reset();
    route_.lost();
    readers_.abandon();
    lost_since_ = Clock::now();
}

/// Connects again, finds out what became of the group that was under way, and goes on.
void PostgresBook::go_on()
{
    std::optional<std::int64_t> last_batch;
    try {
        connect();
        last_batch = lease_.take_again(*writer_);
    } catch (const std::exception&) {
        writer_.reset();
        return;
    }
    if (!last_batch) {
        lease_lost();
        return;
    }
    const auto away = Clock::now() - lost_since_;
    platform::log::info(
        "sql.connected_again",
        {{"book", options_.number},
         {"after_ms", std::chrono::duration_cast<std::chrono::milliseconds>(away).count()}});
    settle_suspended(*last_batch);
}

void PostgresBook::settle_suspended(std::int64_t last_batch)
{
    if (!suspended_) return;
    Suspended was = std::move(*suspended_);
    suspended_.reset();
    if (was.memory != nullptr && was.batch == last_batch) {
        was.memory->act();
        if (!was.group.empty()) queue_.finish(was.group, was.outcomes);
        return;
    }
    if (was.memory != nullptr) was.memory->undo();
    if (!was.group.empty()) run_group(std::move(was.group));
}

/// Its units have waited long enough; what is in memory waits on.
void PostgresBook::answer_suspended()
{
    if (suspended_) refuse(std::exchange(suspended_->group, {}));
}

void PostgresBook::refuse(Group group)
{
    if (group.empty()) return;
    std::vector<base::Result<void>> outcomes(group.size(), unavailable_for_now());
    queue_.finish(group, outcomes);
}

/// Another node has written since, so what is in memory here is of yesterday.
void PostgresBook::lease_lost()
{
    platform::log::error("sql.taken_over", {{"book", options_.number}});
    over_ = true;
    writer_.reset();
    answer_suspended();
    if (suspended_ && suspended_->memory != nullptr) suspended_->memory->undo();
    suspended_.reset();
    if (place_.on_taken_over) place_.on_taken_over();
}

void PostgresBook::close() noexcept
{
    queue_.close();
    if (!write_thread_.joinable()) return;
    write_thread_.join();
    if (writer_ == nullptr) return;
    try {
        lease_.release(*writer_);
    } catch (const std::exception&) {
        // It will be over in a while.
    }
    writer_.reset();
}

}  // namespace internal

bool is_postgres_url(std::string_view database)
{
    return database.starts_with("postgresql://") || database.starts_with("postgres://");
}

std::unique_ptr<Book> open_postgres_book(const PostgresPlace& place, const base::Clock& clock,
                                         const BookOptions& options)
{
    return std::make_unique<internal::PostgresBook>(place, clock, options);
}

void remove_postgres_books(const std::string& url, const std::string& node)
{
    internal::PostgresConnection connection{url, "public", std::chrono::seconds{60}};
    std::vector<std::string> schemas;
    {
        Snapshot snapshot{connection};
        auto row = snapshot.query(
            "select table_schema from information_schema.tables where table_name = 'book_lease'");
        while (row.next()) schemas.push_back(row.string(0));
    }
    for (const std::string& schema : schemas) {
        if (!schema.starts_with("book_")) continue;
        {
            Snapshot snapshot{connection};
            auto row = snapshot.query(
                "select holder from " + internal::postgres_name(schema) +
                ".book_lease where until > (extract(epoch from clock_timestamp()) * 1000)::bigint");
            if (row.next() && !row.string(0).starts_with(node + "/")) {
                throw BookHeld("another program works on " + schema + "; end it first");
            }
        }
        connection.script("drop schema " + internal::postgres_name(schema) + " cascade");
    }
}

}  // namespace platform::sql
