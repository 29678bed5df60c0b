// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/transaction.h>

#include <base/result.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace platform::sql {

namespace internal {
struct Lease;
}

/// One step of a module's schema. Numbered from 1 within its module; never edited once released
/// (checked by hash).
struct Migration {
    std::string_view module;  // "ledger"
    int number;
    std::string_view sql;  // One or more statements.
};

/// A piece of work for the writer; see Book::submit.
class Job {
public:
    virtual ~Job() = default;
    /// Called on the writer's thread for each unit of a group before the first of them runs, where
    /// each look into the database costs a way to it and back: what is said to be needed can then
    /// be read for all at once. Once more where a group runs again.
    virtual void prepare() {}
    virtual base::Result<void> run(Transaction& transaction) = 0;
    virtual void finish(base::Result<void> outcome) noexcept = 0;
};

struct BookOptions {
    int number;                    // 0 to 1023; part of every id. The house book is 0.
    std::size_t max_group = 256;   // Units of work in one commit.
    std::size_t max_queue = 8192;  // Beyond it submit answers sql.queue_full.
    std::size_t readers = 4;       // Reads at the same time; more wait.
    std::filesystem::path archive =
        {};  // Where the write-ahead log is kept, for restore_book (copies.h); empty: not kept.
    int checkpoint_frames = 4000;  // A log longer than this is copied into the file; about 16 MiB.
};

struct BookStatistics {
    std::uint64_t groups;   // Commits so far.
    std::uint64_t units;    // Units of work committed.
    std::uint64_t refused;  // Units that answered a refusal.
    std::uint64_t failed;   // Units that met a failure of the machinery.
    std::size_t waiting;    // In the queue now.
};

/// One database with one writer.
///
/// Units of work of many threads run one after another on the writer thread and commit as a group,
/// with one fsync; the commit completes their answers. What is answered with success is durable. A
/// unit that refuses leaves nothing behind: refuse before writing where possible, since a refusal
/// after a write costs the group a second run. A unit may therefore run more than once: it must
/// have no effect but on its transaction and, with on_rollback, on memory.
class Book {
public:
    virtual ~Book() = default;

    /// Queues `run` (Transaction& → Result<T>); `done` (Result<T> → void) is called once, on the
    /// writer thread, after the commit or the refusal; it must be short and must not throw. Errors
    /// that the book adds: sql.unavailable (not durable; safe to repeat), sql.queue_full,
    /// sql.closed, sql.constraint.
    template <class Run, class Done>
    void submit(Run run, Done done);

    /// The same with a function for Job::prepare.
    template <class Run, class Done, class Prepare>
    void submit(Run run, Done done, Prepare prepare);

    /// submit, and waits for the answer. Not on an I/O thread, never inside a unit of work.
    template <class Run>
    auto write(Run run) -> std::invoke_result_t<Run&, Transaction&>;

    /// Runs `work` (Snapshot& → anything) on one consistent snapshot of what is committed. Any
    /// thread. A read inside a read of the same book sees the same snapshot. Throws Failure.
    template <class Work>
    auto read(Work work) -> std::invoke_result_t<Work&, Snapshot&>;

    /// The same on a snapshot that may be as old as `most_lateness`, for working out what a unit of
    /// work checks again. Where much is committed it costs a fraction of read, whose snapshot
    /// begins with no page in memory. Not for what is shown: who has just been answered sees his
    /// own act.
    template <class Work>
    auto read_lately(Work work) -> std::invoke_result_t<Work&, Snapshot&>;
    static constexpr std::chrono::milliseconds most_lateness{50};

    /// Brings the schema up to date, each migration once and in order; call before any other use.
    /// Errors: sql.migration_changed (a released migration was edited), sql.migration_failed
    /// (detail says which).
    virtual base::Result<void> migrate(std::span<const Migration> migrations) = 0;

    /// Deletes what the archive keeps from before `before`. Any thread. Throws Failure.
    virtual void forget_archive(base::Instant before) = 0;

    /// A new id outside a unit of work; never issued before, also not before a crash. Any thread.
    virtual std::uint64_t next_id() = 0;

    virtual int number() const = 0;
    virtual const base::Clock& clock() const = 0;
    virtual BookStatistics statistics() const = 0;

    /// Finishes what is queued and closes. Called by the destructor too.
    virtual void close() noexcept = 0;

protected:
    friend struct internal::Lease;
    virtual void enqueue(std::unique_ptr<Job> job) = 0;
    virtual Connection& acquire_reader() = 0;
    virtual Connection& acquire_late_reader() { return acquire_reader(); }
    virtual void release_reader(Connection& connection) noexcept = 0;
};

/// Opens (or makes) a book in an SQLite file: WAL, synchronous=FULL.
/// Throws Failure where the file cannot be opened or is no database.
std::unique_ptr<Book> open_sqlite_book(const std::filesystem::path& file, const base::Clock& clock,
                                       const BookOptions& options);

/// Where a book lies in a PostgreSQL database.
struct PostgresPlace {
    std::string url;   // postgresql://…; several hosts: the one that writes is taken.
    std::string name;  // Of the book; it has a schema of its own, "book_<name>".
    std::string node;  // Of the program that writes: letters and digits. Two programs of the same
                       // node never run at once; the later one takes over at once.
    std::chrono::milliseconds lease{5000};     // How long another node waits for this one's return.
    std::chrono::milliseconds patience{4000};  // With an answer of the server.
    std::optional<std::chrono::milliseconds> wait =
        {};                                    // For another node's lease; none: for ever.
    std::function<bool()> stop_waiting = {};   // Asked while it waits; then BookHeld.
    std::function<void()> on_taken_over = {};  // Called once, on the writer's thread, when another
                                               // node has taken the book over: what is in memory
                                               // is worth nothing, so end.
};

/// Another node has the book.
class BookHeld : public Failure {
    using Failure::Failure;
};

bool is_postgres_url(std::string_view database);

/// Opens (or makes) a book in a PostgreSQL database, once its lease is ours. When the server is
/// gone for longer than `patience`, units of work answer sql.unavailable until it is back; what
/// was on its way is found out then. Throws Failure, BookHeld.
std::unique_ptr<Book> open_postgres_book(const PostgresPlace& place, const base::Clock& clock,
                                         const BookOptions& options);

/// Removes all books from a PostgreSQL database. Throws Failure; BookHeld where another node than
/// `node` works on one.
void remove_postgres_books(const std::string& url, const std::string& node);

// ---------------------------------------------------------------------------------------------------------------------------

namespace internal {

/// A reader for as long as a read takes.
struct Lease {
    Book& book;
    Connection& connection;
    Lease(Book& b, Connection& c) : book(b), connection(c) {}
    Lease(const Lease&) = delete;
    ~Lease() { book.release_reader(connection); }
};

template <class Run, class Done, class R>
class FunctionJob : public Job {
public:
    FunctionJob(Run run, Done done) : run_(std::move(run)), done_(std::move(done)) {}

    base::Result<void> run(Transaction& transaction) override
    {
        result_.emplace(run_(transaction));
        if (!*result_) return result_->error();
        return {};
    }

    void finish(base::Result<void> outcome) noexcept override
    {
        if (!outcome) result_.emplace(outcome.error());
        done_(std::move(*result_));
    }

private:
    Run run_;
    Done done_;
    std::optional<R> result_;
};

}  // namespace internal

template <class Run, class Done, class Prepare>
void Book::submit(Run run, Done done, Prepare prepare)
{
    using R = std::invoke_result_t<Run&, Transaction&>;
    class PreparedJob final : public internal::FunctionJob<Run, Done, R> {
    public:
        PreparedJob(Run r, Done d, Prepare p)
            : internal::FunctionJob<Run, Done, R>(std::move(r), std::move(d)),
              prepare_(std::move(p))
        {
        }
        void prepare() override { prepare_(); }

    private:
        Prepare prepare_;
    };
    enqueue(std::make_unique<PreparedJob>(std::move(run), std::move(done), std::move(prepare)));
}

template <class Run, class Done>
void Book::submit(Run run, Done done)
{
    using R = std::invoke_result_t<Run&, Transaction&>;
    enqueue(std::make_unique<internal::FunctionJob<Run, Done, R>>(std::move(run), std::move(done)));
}

template <class Run>
auto Book::write(Run run) -> std::invoke_result_t<Run&, Transaction&>
{
    using R = std::invoke_result_t<Run&, Transaction&>;
    std::promise<R> promise;
    auto future = promise.get_future();
    submit(std::ref(run), [&promise](R result) { promise.set_value(std::move(result)); });
    return future.get();
}

template <class Work>
auto Book::read(Work work) -> std::invoke_result_t<Work&, Snapshot&>
{
    const internal::Lease lease{*this, acquire_reader()};
    Snapshot snapshot{lease.connection};
    return work(snapshot);
}

template <class Work>
auto Book::read_lately(Work work) -> std::invoke_result_t<Work&, Snapshot&>
{
    const internal::Lease lease{*this, acquire_late_reader()};
    Snapshot snapshot{lease.connection};
    return work(snapshot);
}

}  // namespace platform::sql
