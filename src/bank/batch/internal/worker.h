// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/batch/batches.h>
#include <bank/batch/internal/rows.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace bank::batch {

/// The thread that checks and pays the lines, a group at a time, and takes up at a start what it
/// finds. What it has done stands in the book; it keeps nothing in memory from group to group.
class Batches::Worker {
public:
    explicit Worker(const Parts& parts) : parts_(parts) {}
    ~Worker() { stop(); }

    void start();
    void stop();
    void wake();

private:
    void run();
    /// Does a piece of the oldest batch that has something to do; false where none has.
    bool step();
    void check_group(const internal::Stored& batch);
    void pay_group(const internal::Stored& batch);
    /// Removes what an upload left that never ended.
    void clear_unfinished();
    /// At most every 200 ms while it goes on; always where it `ended`.
    void tell(BatchId id, bool ended);

    const Parts parts_;
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
    bool stopping_ = false;
    std::chrono::steady_clock::time_point told_;  // The writer thread's own.
    std::thread thread_;
};

namespace internal {

/// The own account on whose side what batches reserve stands.
inline constexpr std::string_view reserved_code = "clearing/batches";

/// Reserves what is ready of `batch` on its payer's account and writes it into `batch`.
/// Errors: batch.no_funds, batch.payer_blocked.
base::Result<void> reserve(platform::sql::Transaction& transaction, account::Accounts& accounts,
                           Stored& batch);
/// Frees what is reserved, if anything.
base::Result<void> release(platform::sql::Transaction& transaction, account::Accounts& accounts,
                           Stored& batch);

/// The ledger's refusal of a line, in the words of batches. `payer` where it is the payer's fault,
/// and no line's.
struct Refusal {
    std::string_view reason;
    bool payer = false;
};
Refusal refusal_of(std::string_view ledger_reason);

}  // namespace internal

}  // namespace bank::batch
