// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>
#include <platform/sql/internal/group_transaction.h>
#include <platform/sql/internal/job_queue.h>
#include <platform/sql/internal/postgres_lease.h>
#include <platform/sql/internal/postgres_readers.h>

#include <thread>

namespace platform::sql::internal {

class PostgresBook final : public Book {
public:
    PostgresBook(const PostgresPlace& place, const base::Clock& clock, const BookOptions& options);
    ~PostgresBook() override { close(); }

    base::Result<void> migrate(std::span<const Migration> migrations) override;
    void forget_archive(base::Instant) override {}  // The server's administrator keeps one.
    std::uint64_t next_id() override { return ids_->next(); }
    int number() const override { return options_.number; }
    const base::Clock& clock() const override { return clock_; }
    BookStatistics statistics() const override { return queue_.statistics(); }
    void close() noexcept override;

protected:
    void enqueue(std::unique_ptr<Job> job) override { queue_.add(std::move(job)); }
    Connection& acquire_reader() override { return readers_.acquire(); }
    void release_reader(Connection& connection) noexcept override { readers_.release(connection); }

private:
    using Clock = std::chrono::steady_clock;

    /// A group whose connection was lost.
    struct Suspended {
        Group group;                                    // Empty once its units were answered.
        std::unique_ptr<GroupTransaction> memory = {};  // Where its commit had been sent.
        std::vector<base::Result<void>> outcomes = {};
        std::int64_t batch = 0;
    };
    enum class Tried { settled, again, lost };

    void open_lease();
    void connect();
    std::uint64_t load_mark();
    void write_loop();
    void run_group(Group group);
    Tried try_group(Group& group, std::vector<base::Result<void>>& outcomes,
                    std::vector<bool>& done);
    Tried ended(GroupTransaction& transaction, Group& group,
                std::vector<base::Result<void>>& outcomes, std::vector<bool>& done,
                std::size_t current, const std::exception& failure);
    void persist_mark();
    base::Result<void> apply(std::span<const Migration> migrations);
    void connection_lost(const std::exception& why);
    void lease_lost();
    void wait_for_server();
    void go_on();
    void settle_suspended(std::int64_t last_batch);
    void answer_suspended();
    void refuse(Group group);
    void renew();

    const PostgresPlace place_;
    const base::Clock& clock_;
    const BookOptions options_;
    const std::string schema_;
    PostgresLease lease_;
    PostgresRoute route_;
    PostgresReaders readers_;
    JobQueue queue_;

    // The writer thread's, once it runs.
    std::unique_ptr<PostgresConnection> writer_;
    std::unique_ptr<IdSource> ids_;
    std::optional<Suspended> suspended_;
    Clock::time_point lost_since_ = {};
    std::int64_t batch_ = 0;
    bool over_ = false;  // Another node has the book.

    std::thread write_thread_;
};

}  // namespace platform::sql::internal
