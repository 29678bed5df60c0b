// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/wal_archive.h>

#include <platform/log/log.h>
#include <platform/sql/transaction.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace platform::sql::internal {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file)
{
    throw Failure(file.string() + ": " + std::strerror(errno));
}

int open_to_append(const std::filesystem::path& file)
{
    const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (opened < 0) fail(file);
    return opened;
}

void append(int file, std::span<const std::byte> bytes, const std::filesystem::path& name)
{
    while (!bytes.empty()) {
        const auto put = ::write(file, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) fail(name);
        bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
}

std::string name_of(std::uint64_t number)
{
    std::string digits = std::to_string(number);
    return std::string(8 - std::min<std::size_t>(8, digits.size()), '0') + digits;
}

void close_file(int& file)
{
    if (file >= 0) ::close(file);
    file = -1;
}

}  // namespace

std::vector<KeptLog> kept_logs(const std::filesystem::path& folder)
{
    std::vector<KeptLog> logs;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator{folder, missing}) {
        if (entry.path().extension() != ".wal") continue;
        const std::string stem = entry.path().stem();
        KeptLog log;
        const auto [end, bad] = std::from_chars(stem.data(), stem.data() + stem.size(), log.number);
        if (bad != std::errc{} || end != stem.data() + stem.size()) continue;
        log.log = entry.path();
        log.times = folder / (stem + ".times");
        logs.push_back(std::move(log));
    }
    std::sort(logs.begin(), logs.end(),
              [](const KeptLog& a, const KeptLog& b) { return a.number < b.number; });
    return logs;
}

WalArchive::WalArchive(const std::filesystem::path& database, std::filesystem::path folder)
    : wal_(database.string() + "-wal"), folder_(std::move(folder))
{
    std::filesystem::create_directories(folder_);
    wal_file_ = ::open(wal_.c_str(), O_RDONLY | O_CLOEXEC);
    if (wal_file_ < 0) fail(wal_);
    go_on();
}

WalArchive::~WalArchive()
{
    close_file(wal_file_);
    close_file(log_file_);
    close_file(times_file_);
}

/// Finds where the last run stopped, and keeps what it had committed and not kept.
void WalArchive::go_on()
{
    const auto logs = kept_logs(folder_);
    if (!logs.empty()) number_ = logs.back().number;
    WalReader log{wal_};
    if (!log.header()) return;
    std::int64_t frames = 0;
    std::int64_t whole = 0;
    while (const auto frame = log.next()) {
        ++frames;
        if (frame->database_size != 0) whole = frames;
    }
    if (!logs.empty()) {
        WalReader newest{logs.back().log};
        if (newest.header() && newest.header()->same_log(*log.header())) {
            current_ = newest.header();
            log_file_ = open_to_append(logs.back().log);
            times_file_ = open_to_append(logs.back().times);
            // A frame that was cut off by the end of the last run is written again.
            while (const auto frame = newest.next()) ++kept_;
            if (::ftruncate(log_file_, static_cast<off_t>(wal_header_size +
                                                          static_cast<std::size_t>(kept_) *
                                                              current_->frame_size())) != 0) {
                fail(logs.back().log);
            }
        }
    }
    if (!current_) {
        begin_log(header_bytes(), *log.header());
    }
    committed_ = std::max(whole, kept_);
    copy();
}

WalHeaderBytes WalArchive::header_bytes() const
{
    WalHeaderBytes bytes;
    if (::pread(wal_file_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        fail(wal_);
    }
    return bytes;
}

void WalArchive::begin_log(const WalHeaderBytes& bytes, const WalHeader& header)
{
    close_file(log_file_);
    close_file(times_file_);
    current_ = header;
    kept_ = 0;
    ++number_;
    const auto log = folder_ / (name_of(number_) + ".wal");
    log_file_ = open_to_append(log);
    append(log_file_, bytes, log);
    times_file_ = open_to_append(folder_ / (name_of(number_) + ".times"));
}

void WalArchive::committed(int frames, base::Instant when) noexcept
{
    const std::lock_guard lock{mutex_};
    try {
        tell(frames, when);
    } catch (const std::exception& failure) {
        lose(failure.what());
    }
}

void WalArchive::tell(int frames, base::Instant when)
{
    const WalHeaderBytes bytes = header_bytes();
    const auto header = read_wal_header(bytes);
    if (!header) throw Failure(wal_.string() + " has no header");
    if (!current_ || !current_->same_log(*header)) {
        if (std::exchange(lost_, false)) ++number_;
        begin_log(bytes, *header);
    }
    committed_ = frames;
    if (lost_) return;
    const std::string line = std::to_string(frames) + ' ' + std::to_string(when.micros) + '\n';
    append(times_file_, std::as_bytes(std::span{line}), folder_ / name_of(number_));
}

void WalArchive::copy() noexcept
{
    const std::lock_guard one_at_a_time{copying_};
    std::int64_t from = 0;
    std::int64_t to = 0;
    {
        const std::lock_guard lock{mutex_};
        if (!current_ || lost_ || kept_ >= committed_) return;
        from = kept_;
        to = committed_;
    }
    // The log cannot start again before `to` was kept, so file and header stay what they are.
    try {
        copy_frames(from, to);
        const std::lock_guard lock{mutex_};
        kept_ = to;
    } catch (const std::exception& failure) {
        const std::lock_guard lock{mutex_};
        lose(failure.what());
    }
}

void WalArchive::copy_frames(std::int64_t from, std::int64_t to)
{
    constexpr std::int64_t frames_at_once = 64;
    const auto frame_size = static_cast<std::int64_t>(current_->frame_size());
    while (from < to) {
        const std::int64_t count = std::min(frames_at_once, to - from);
        piece_.resize(static_cast<std::size_t>(count * frame_size));
        const auto got = ::pread(wal_file_, piece_.data(), piece_.size(),
                                 static_cast<off_t>(wal_header_size) + from * frame_size);
        if (got != static_cast<ssize_t>(piece_.size())) fail(wal_);
        append(log_file_, piece_, folder_ / name_of(number_));
        from += count;
    }
    if (::fdatasync(log_file_) != 0 || ::fdatasync(times_file_) != 0) fail(folder_);
}

void WalArchive::lose(const char* what) noexcept
{
    lost_ = true;
    platform::log::error("sql.archive_failed", {{"archive", folder_.string()}, {"what", what}});
}

int WalArchive::forget(base::Instant before)
{
    int removed = 0;
    auto logs = kept_logs(folder_);
    if (!logs.empty()) logs.pop_back();
    for (const KeptLog& log : logs) {
        struct stat facts {};
        if (::stat(log.log.c_str(), &facts) != 0) fail(log.log);
        if (facts.st_mtim.tv_sec * base::micros_per_second >= before.micros) break;
        std::filesystem::remove(log.times);
        std::filesystem::remove(log.log);
        ++removed;
    }
    return removed;
}

}  // namespace platform::sql::internal
