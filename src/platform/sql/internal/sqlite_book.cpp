// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/sqlite_book.h>

#include <platform/sql/internal/migrator.h>
#include <platform/sql/internal/sqlite_dialect.h>

#include <base/ensure.h>
#include <base/thread_name.h>
#include <platform/log/log.h>

#include <algorithm>

namespace platform::sql {

namespace internal {

namespace {

constexpr std::chrono::seconds archive_lag{5};  // At most, of what was committed.

/// A reader that this thread has, and how many reads of it are nested.
struct Lent {
    const SqliteBook* book;
    SqliteConnection* reader;
    void* late;  // The book's LateReader, where it is one.
    int depth;
};

thread_local std::vector<Lent> lent_here;

constexpr std::string_view own_schema =
    "create table if not exists schema_migration("
    "  module text not null, number bigint not null, hash text not null, applied_at bigint not "
    "null,"
    "  primary key (module, number));"
    "create table if not exists book_state(name text primary key, value bigint not null);";

}  // namespace

SqliteBook::SqliteBook(std::filesystem::path file, const base::Clock& clock,
                       const BookOptions& options)
    : file_(std::move(file)),
      clock_(clock),
      options_(options),
      writer_(file_, Access::write),
      ids_(options.number, clock, load_mark()),
      queue_(options)
{
    if (!options_.archive.empty()) {
        archive_ = std::make_unique<WalArchive>(file_, options_.archive / file_.stem());
    }
    for (std::size_t i = 0; i < options_.readers; ++i) {
        readers_.push_back(std::make_unique<SqliteConnection>(file_, Access::read));
        free_readers_.push_back(readers_.back().get());
        late_readers_.push_back({std::make_unique<SqliteConnection>(file_, Access::read)});
    }
    write_thread_ = std::thread{[this] { write_loop(); }};
    checkpoint_thread_ = std::thread{[this] { checkpoint_loop(); }};
}

std::uint64_t SqliteBook::load_mark()
{
    writer_.run(std::string{own_schema});
    Snapshot snapshot{writer_};
    auto row = snapshot.query("select value from book_state where name = 'id_mark'");
    return row.next() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

base::Result<void> SqliteBook::migrate(std::span<const Migration> migrations)
{
    // On the writer thread, between groups, so that it may be called while the book lives.
    struct Migrating final : Job {
        SqliteBook& book;
        std::span<const Migration> migrations;
        std::promise<base::Result<void>> promise;
        Migrating(SqliteBook& b, std::span<const Migration> m) : book(b), migrations(m) {}
        base::Result<void> run(Transaction& transaction) override
        {
            static_cast<GroupTransaction&>(transaction).write_gathered();
            book.commit();  // Each migration has a transaction of its own.
            auto outcome = book.apply(migrations);
            book.writer_.run("begin immediate");
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

void SqliteBook::forget_archive(base::Instant before)
{
    if (archive_) archive_->forget(before);
}

/// A read inside a read goes on with the connection that its thread has: waiting for a second one
/// while holding the first would end in every reader waiting for another.
Connection& SqliteBook::acquire_reader()
{
    for (Lent& lent : lent_here) {
        if (lent.book != this) continue;
        ++lent.depth;
        return *lent.reader;
    }
    SqliteConnection* reader = nullptr;
    {
        std::unique_lock lock{readers_mutex_};
        reader_free_.wait(lock, [this] { return !free_readers_.empty(); });
        reader = free_readers_.back();
        free_readers_.pop_back();
    }
    try {
        reader->execute("begin", {});
        lent_here.push_back({this, reader, nullptr, 1});
    } catch (...) {
        give_back(*reader);
        throw;
    }
    return *reader;
}

Connection& SqliteBook::acquire_late_reader()
{
    const bool inside = std::any_of(lent_here.begin(), lent_here.end(),
                                    [this](const Lent& lent) { return lent.book == this; });
    LateReader* late = nullptr;
    if (!inside) {
        const std::lock_guard lock{readers_mutex_};
        for (LateReader& one : late_readers_) {
            if (one.lent) continue;
            late = &one;
            late->lent = true;
            break;
        }
    }
    if (late == nullptr) return acquire_reader();
    SqliteConnection& reader = *late->connection;
    try {
        const auto now = std::chrono::steady_clock::now();
        if (reader.in_transaction() && now - late->begun > most_lateness) {
            reader.execute("rollback", {});
        }
        if (!reader.in_transaction()) {
            reader.execute("begin", {});
            late->begun = now;
        }
        lent_here.push_back({this, &reader, late, 1});
    } catch (...) {
        late->over = true;
        give_back(*late);
        throw;
    }
    return reader;
}

void SqliteBook::release_reader(Connection& connection) noexcept
{
    auto& reader = static_cast<SqliteConnection&>(connection);
    const auto lent = std::find_if(lent_here.begin(), lent_here.end(),
                                   [&](const Lent& one) { return one.reader == &reader; });
    base::ensure(lent != lent_here.end());
    if (--lent->depth > 0) return;
    auto* late = static_cast<LateReader*>(lent->late);
    lent_here.erase(lent);
    if (late != nullptr) {
        give_back(*late);
    } else {
        give_back(reader);
    }
}

void SqliteBook::give_back(SqliteConnection& reader) noexcept
{
    reader.end_read();
    {
        const std::lock_guard lock{readers_mutex_};
        free_readers_.push_back(&reader);
    }
    reader_free_.notify_one();
}

void SqliteBook::give_back(LateReader& late) noexcept
{
    const std::lock_guard lock{readers_mutex_};
    if (std::exchange(late.over, false)) late.connection->end_read();
    late.lent = false;
}

/// A snapshot that stays open would keep the log from starting again.
void SqliteBook::end_late_snapshots() noexcept
{
    const std::lock_guard lock{readers_mutex_};
    for (LateReader& late : late_readers_) {
        if (late.lent) {
            late.over = true;
        } else {
            late.connection->end_read();
        }
    }
}

void SqliteBook::write_loop()
{
    base::name_this_thread("book-" + std::to_string(options_.number) + "-writer");
    while (!queue_.closed_and_empty()) {
        auto group = queue_.take(std::chrono::hours{1});
        if (group.empty()) continue;
        run_group(group);
        if (short_checkpoint_due_.exchange(false)) end_checkpoint();
        if (writer_.wal_frames() > options_.checkpoint_frames) {
            const std::lock_guard lock{checkpoint_mutex_};
            checkpoint_due_ = true;
            checkpoint_wanted_.notify_one();
        }
    }
}

void SqliteBook::run_group(Group& group)
{
    std::vector<base::Result<void>> outcomes(group.size());
    std::vector<bool> done(group.size(), false);
    // Each round that is undone settles at least the unit that caused it, so the rounds are bounded
    // by the group's size.
    while (!try_group(group, outcomes, done)) {
    }
    queue_.finish(group, outcomes);
}

/// Runs what is not `done` and commits. False where the group was undone because of one unit, which
/// is then done with a refusal, and the rest must run again.
bool SqliteBook::try_group(Group& group, std::vector<base::Result<void>>& outcomes,
                           std::vector<bool>& done)
{
    const auto unavailable = [] {
        return base::unavailable("sql.unavailable",
                                 "the database did not answer; nothing was changed");
    };
    std::optional<GroupTransaction> transaction;
    std::size_t current = group.size();
    try {
        writer_.run("begin immediate");
        transaction.emplace(writer_, ids_, clock_.now());
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (!done[i]) group[i]->prepare();
        }
        for (current = 0; current < group.size(); ++current) {
            if (done[current]) continue;
            const auto changes = [&] {
                return writer_.total_changes() + static_cast<std::int64_t>(transaction->gathered());
            };
            const auto before = changes();
            outcomes[current] = group[current]->run(*transaction);
            if (!outcomes[current] && changes() != before) {
                roll_back(*transaction);
                done[current] = true;
                return false;
            }
        }
        transaction->write_gathered();
        persist_mark();
        commit();
    } catch (const std::exception& failure) {
        if (transaction) roll_back(*transaction);
        platform::log::error("sql.failure", {{"book", options_.number}, {"what", failure.what()}});
        const bool violated = dynamic_cast<const ConstraintViolation*>(&failure) != nullptr;
        if (current < group.size()) {
            outcomes[current] =
                violated ? base::Result<void>{base::conflict("sql.constraint", failure.what())}
                         : unavailable();
            done[current] = true;
            return false;
        }
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (!done[i]) outcomes[i] = unavailable();
        }
        return true;
    }
    transaction->act();
    return true;
}

void SqliteBook::roll_back(GroupTransaction& transaction) noexcept
{
    if (writer_.in_transaction()) {
        try {
            writer_.run("rollback");
        } catch (const Failure&) {
            // The connection is beyond use; the next group's begin will say so.
        }
    }
    transaction.undo();
}

void SqliteBook::persist_mark()
{
    const std::uint64_t mark = ids_.mark_to_persist();
    if (mark == 0) return;
    const Parameter row[] = {static_cast<std::int64_t>(mark)};
    writer_.execute(
        "insert into book_state(name, value) values ('id_mark', ?) "
        "on conflict (name) do update set value = excluded.value",
        row);
}

/// Commits, and tells the archive before anybody can copy what was committed.
void SqliteBook::commit()
{
    const std::lock_guard lock{commit_mutex_};
    const auto before = writer_.wal_commits();
    writer_.run("commit");
    if (archive_ && writer_.wal_commits() != before) {
        archive_->committed(writer_.wal_frames(), clock_.now());
    }
}

base::Result<void> SqliteBook::apply(std::span<const Migration> migrations)
{
    const std::lock_guard lock{commit_mutex_};
    const auto before = writer_.wal_commits();
    const MigrationSteps steps{
        .begin = [this] { writer_.run("begin immediate"); },
        .run = [this](const std::string& script) { writer_.run(in_sqlite(script)); },
        .commit = [this] { writer_.run("commit"); },
        .roll_back =
            [this] {
                if (writer_.in_transaction()) writer_.run("rollback");
            }};
    auto outcome = apply_migrations(writer_, steps, migrations, clock_);
    if (archive_ && writer_.wal_commits() != before) {
        archive_->committed(writer_.wal_frames(), clock_.now());
    }
    return outcome;
}

/// Two passive checkpoints beside the writer, then a short one by the writer, between groups, when
/// hardly anything is left: the log starts again from its beginning and the writer never waits for
/// the copying of pages. Where an archive is kept, what it does not have is never copied: `holder`
/// reads the newest state that it was told of, and a checkpoint does not go beyond a reader.
void SqliteBook::checkpoint(SqliteConnection& connection, SqliteConnection& holder)
{
    if (archive_) {
        {
            const std::lock_guard lock{commit_mutex_};
            holder.run("begin; select count(*) from book_state");
        }
        archive_->copy();
    }
    end_late_snapshots();
    connection.checkpoint_passive();
    connection.checkpoint_passive();
    if (archive_) holder.run("rollback");
}

/// On the writer's thread.
void SqliteBook::end_checkpoint()
{
    if (archive_) archive_->copy();
    end_late_snapshots();
    writer_.checkpoint_passive();
}

void SqliteBook::checkpoint_loop()
{
    base::name_this_thread("book-" + std::to_string(options_.number) + "-pages");
    SqliteConnection connection{file_, Access::write};
    SqliteConnection holder{file_, Access::read};
    for (bool stop = false; !stop;) {
        bool due = false;
        {
            std::unique_lock lock{checkpoint_mutex_};
            checkpoint_wanted_.wait_for(lock, archive_lag,
                                        [this] { return checkpoint_due_ || stop_checkpoints_; });
            stop = stop_checkpoints_;
            due = std::exchange(checkpoint_due_, false);
        }
        if (due) {
            checkpoint(connection, holder);
            short_checkpoint_due_ = true;
        } else if (archive_) {
            archive_->copy();
        }
    }
}

void SqliteBook::close() noexcept
{
    queue_.close();
    if (write_thread_.joinable()) write_thread_.join();
    {
        const std::lock_guard lock{checkpoint_mutex_};
        stop_checkpoints_ = true;
    }
    checkpoint_wanted_.notify_all();
    if (checkpoint_thread_.joinable()) checkpoint_thread_.join();
}

}  // namespace internal

std::unique_ptr<Book> open_sqlite_book(const std::filesystem::path& file, const base::Clock& clock,
                                       const BookOptions& options)
{
    return std::make_unique<internal::SqliteBook>(file, clock, options);
}

}  // namespace platform::sql
