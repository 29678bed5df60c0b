// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/internal/wal_file.h>

#include <base/clock.h>

#include <mutex>
#include <string>

namespace platform::sql::internal {

/// A log that was kept: `<number>.wal`, a copy of its header and committed frames, and
/// `<number>.times`, a line `<frames> <micros>` for each commit.
struct KeptLog {
    std::uint64_t number = 0;
    std::filesystem::path log;
    std::filesystem::path times;
};

/// In order. A folder that does not exist has none.
std::vector<KeptLog> kept_logs(const std::filesystem::path& folder);

/// Keeps what passes through a book's write-ahead log before the log starts again from its
/// beginning, so that the book can be restored as of any commit.
///
/// The log starts again only where all of it was copied into the database file; the book sees to it
/// that nothing is copied there that was not kept before. The log file outlives every connection.
///
/// Where the archive cannot be written (its disk is full), the bank goes on without: the failure is
/// logged, and the rest of that log is missing. The next one leaves a number out, so that a
/// restoration sees the gap.
class WalArchive {
public:
    /// Keeps what an earlier run left in the log. Throws Failure.
    WalArchive(const std::filesystem::path& database, std::filesystem::path folder);
    ~WalArchive();
    WalArchive(const WalArchive&) = delete;
    WalArchive& operator=(const WalArchive&) = delete;

    /// The writer's commit left `frames` frames in the log.
    void committed(int frames, base::Instant when) noexcept;

    /// Keeps all that was committed so far, and puts it on the disk.
    void copy() noexcept;

    /// Removes the logs that ended before `before`; the newest always stays. Returns how many.
    int forget(base::Instant before);

private:
    WalHeaderBytes header_bytes() const;
    void begin_log(const WalHeaderBytes& bytes, const WalHeader& header);
    void go_on();
    void tell(int frames, base::Instant when);
    void copy_frames(std::int64_t from, std::int64_t to);
    void lose(const char* what) noexcept;

    const std::filesystem::path wal_;
    const std::filesystem::path folder_;

    std::mutex copying_;  // Held by `copy`; before `mutex_`.
    std::mutex mutex_;
    std::optional<WalHeader> current_;
    std::uint64_t number_ = 0;
    std::int64_t kept_ = 0;       // Frames of the current log that are in the archive.
    std::int64_t committed_ = 0;  // Frames of it that were committed.
    bool lost_ = false;           // The rest of the current log cannot be kept.
    int wal_file_ = -1;
    int log_file_ = -1;
    int times_file_ = -1;
    std::vector<std::byte> piece_;
};

}  // namespace platform::sql::internal
