// SPDX-License-Identifier: Apache-2.0
#include <bank/batch/internal/worker.h>

#include <base/thread_name.h>

#include <chrono>

namespace bank::batch {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr auto after_failure = std::chrono::seconds(1);
constexpr auto tell_every = std::chrono::milliseconds(200);
constexpr int lines_cleared_at_once = 500;

}  // namespace

void Batches::Worker::start()
{
    clear_unfinished();
    thread_ = std::thread([this] { run(); });
}

void Batches::Worker::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    bell_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Batches::Worker::wake()
{
    {
        const std::lock_guard lock(mutex_);
        rung_ = true;
    }
    bell_.notify_all();
}

void Batches::Worker::tell(BatchId id, bool ended)
{
    const auto now = std::chrono::steady_clock::now();
    if (!parts_.changed || (!ended && now - told_ < tell_every)) return;
    told_ = now;
    parts_.changed(id);
}

void Batches::Worker::run()
{
    base::name_this_thread("batches");
    while (true) {
        bool more = false;
        bool failed = false;
        try {
            more = step();
        } catch (const std::exception&) {
            failed = true;  // The book says itself that it fails; what was begun is undone.
        }
        std::unique_lock lock(mutex_);
        const auto called = [this] { return stopping_ || rung_; };
        if (failed) {
            bell_.wait_for(lock, after_failure, [this] { return stopping_; });
        } else if (!more) {
            bell_.wait(lock, called);
        }
        rung_ = false;
        if (stopping_) return;
    }
}

bool Batches::Worker::step()
{
    const auto due = parts_.book.read([](Snapshot& snapshot) {
        return internal::select(
            snapshot, "where state in ('uploaded', 'approved', 'running') order by id limit 1", {});
    });
    if (due.empty()) return false;
    if (due.front().state == State::uploaded) {
        check_group(due.front());
    } else {
        pay_group(due.front());
    }
    return true;
}

void Batches::Worker::clear_unfinished()
{
    while (true) {
        const auto left = parts_.book.read([](Snapshot& snapshot) {
            return internal::select(snapshot, "where state = 'receiving' order by id limit 1", {});
        });
        if (left.empty()) return;
        const auto& batch = left.front();
        const auto written = parts_.book.write([&](Transaction& transaction) -> base::Result<void> {
            const auto from = internal::line_key(batch.serial, 0);
            const auto to = internal::line_key(batch.serial + 1, 0);
            auto last = transaction.query(
                "select coalesce(max(id), 0) from batch_line where id > ? and id < ?", from, to);
            last.next();
            const std::int64_t newest = last.integer(0);
            if (newest == 0) {
                transaction.execute("delete from batch where id = ?", batch.id);
            } else {
                transaction.execute(
                    "delete from batch_line where id > ? and id <= ?",
                    newest - lines_cleared_at_once < from ? from : newest - lines_cleared_at_once,
                    newest);
            }
            return {};
        });
        if (!written) throw platform::sql::Failure("an unfinished upload could not be cleared");
    }
}

}  // namespace bank::batch
