// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>
#include <platform/sql/internal/group_transaction.h>
#include <platform/sql/internal/job_queue.h>
#include <platform/sql/internal/sqlite_connection.h>
#include <platform/sql/internal/wal_archive.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace platform::sql::internal {

class SqliteBook final : public Book {
public:
    SqliteBook(std::filesystem::path file, const base::Clock& clock, const BookOptions& options);
    ~SqliteBook() override { close(); }

    base::Result<void> migrate(std::span<const Migration> migrations) override;
    void forget_archive(base::Instant before) override;
    std::uint64_t next_id() override { return ids_.next(); }
    int number() const override { return options_.number; }
    const base::Clock& clock() const override { return clock_; }
    BookStatistics statistics() const override { return queue_.statistics(); }
    void close() noexcept override;

protected:
    void enqueue(std::unique_ptr<Job> job) override { queue_.add(std::move(job)); }
    Connection& acquire_reader() override;
    Connection& acquire_late_reader() override;
    void release_reader(Connection& connection) noexcept override;

private:
    /// A reader whose snapshot stays open between reads, so that its pages stay in memory.
    struct LateReader {
        std::unique_ptr<SqliteConnection> connection;
        std::chrono::steady_clock::time_point begun = {};
        bool lent = false;
        bool over = false;  // Its snapshot is in the way of a checkpoint.
    };

    void give_back(SqliteConnection& reader) noexcept;
    void give_back(LateReader& late) noexcept;
    void end_late_snapshots() noexcept;
    void write_loop();
    void run_group(Group& group);
    bool try_group(Group& group, std::vector<base::Result<void>>& outcomes,
                   std::vector<bool>& done);
    void persist_mark();
    void roll_back(GroupTransaction& transaction) noexcept;
    void commit();
    base::Result<void> apply(std::span<const Migration> migrations);
    void end_checkpoint();
    void checkpoint_loop();
    void checkpoint(SqliteConnection& connection, SqliteConnection& holder);
    std::uint64_t load_mark();

    const std::filesystem::path file_;
    const base::Clock& clock_;
    const BookOptions options_;
    SqliteConnection writer_;
    IdSource ids_;
    std::unique_ptr<WalArchive> archive_;
    std::mutex commit_mutex_;  // Between a commit and its being told to the archive.

    JobQueue queue_;

    std::mutex readers_mutex_;
    std::condition_variable reader_free_;
    std::vector<std::unique_ptr<SqliteConnection>> readers_;
    std::vector<SqliteConnection*> free_readers_;
    std::deque<LateReader> late_readers_;

    std::mutex checkpoint_mutex_;
    std::condition_variable checkpoint_wanted_;
    bool checkpoint_due_ = false;
    std::atomic<bool> short_checkpoint_due_ = false;
    bool stop_checkpoints_ = false;

    std::thread write_thread_;
    std::thread checkpoint_thread_;
};

}  // namespace platform::sql::internal
