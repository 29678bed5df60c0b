// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/copies.h>

#include <platform/sql/internal/sqlite_connection.h>
#include <platform/sql/internal/wal_archive.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

namespace platform::sql {

using namespace internal;

namespace {

/// A file descriptor that is closed at the end of its block.
struct File {
    int number = -1;
    ~File()
    {
        if (number >= 0) ::close(number);
    }
};

void flush_file(const std::filesystem::path& path)
{
    const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.number < 0 || ::fsync(file.number) != 0) {
        throw Failure(path.string() + ": " + std::strerror(errno));
    }
}

/// When each commit of a log was made, by the frames that it left.
std::map<std::int64_t, std::int64_t> read_times(const std::filesystem::path& file)
{
    std::map<std::int64_t, std::int64_t> times;
    std::ifstream lines{file};
    std::int64_t frames = 0;
    std::int64_t micros = 0;
    while (lines >> frames >> micros) times[frames] = micros;
    return times;
}

/// Puts the commits of one log after another into a database file.
class Replay {
public:
    Replay(const std::filesystem::path& database, std::optional<base::Instant> until)
        : until_(until), file_{::open(database.c_str(), O_RDWR | O_CLOEXEC)}
    {
        if (file_.number < 0) throw Failure(database.string() + ": " + std::strerror(errno));
    }

    /// False where a commit was later than `until`: there is nothing more to do.
    bool log(WalReader& reader, const std::map<std::int64_t, std::int64_t>& times)
    {
        const auto page_size = static_cast<std::int64_t>(reader.header()->page_size);
        std::vector<std::pair<std::uint32_t, std::vector<std::byte>>> pages;
        frames_ = 0;
        while (const auto frame = reader.next()) {
            ++frames_;
            pages.emplace_back(
                frame->page, std::vector<std::byte>{frame->content.begin(), frame->content.end()});
            if (frame->database_size == 0) continue;
            // A commit whose instant was not kept was made before the next one whose was.
            const auto time = times.lower_bound(frames_);
            if (until_ && (time == times.end() || time->second > until_->micros)) return false;
            for (const auto& [page, content] : pages) {
                put(content, (static_cast<std::int64_t>(page) - 1) * page_size);
            }
            pages.clear();
            if (::ftruncate(file_.number, frame->database_size * page_size) != 0) fail();
            ++restored_.commits;
            if (time != times.end()) restored_.newest = base::Instant{time->second};
        }
        return true;
    }

    std::int64_t frames_of_last() const { return frames_; }

    Restored finish()
    {
        if (::fsync(file_.number) != 0) fail();
        return restored_;
    }

private:
    [[noreturn]] static void fail() { throw Failure(std::strerror(errno)); }

    void put(std::span<const std::byte> bytes, std::int64_t offset)
    {
        while (!bytes.empty()) {
            const auto done = ::pwrite(file_.number, bytes.data(), bytes.size(), offset);
            if (done < 0 && errno == EINTR) continue;
            if (done < 0) fail();
            bytes = bytes.subspan(static_cast<std::size_t>(done));
            offset += done;
        }
    }

    const std::optional<base::Instant> until_;
    const File file_;
    std::int64_t frames_ = 0;
    Restored restored_;
};

base::Error gap(const std::filesystem::path& where, const std::string& what)
{
    return base::conflict("sql.archive_gap", where.string() + ": " + what);
}

base::Result<Restored> replay_all(const std::filesystem::path& copy,
                                  const std::filesystem::path& archive, std::uint64_t first_log,
                                  const std::filesystem::path& live_log,
                                  std::optional<base::Instant> until)
{
    Replay replay{copy, until};
    WalReader live{live_log};
    std::optional<WalHeader> before;
    std::uint64_t expected = first_log;
    for (const KeptLog& kept : kept_logs(archive)) {
        if (kept.number < first_log) continue;
        if (expected != 0 && kept.number != expected) {
            return gap(archive, "log " + std::to_string(expected) + " is missing");
        }
        expected = kept.number + 1;
        WalReader reader{kept.log};
        if (!reader.header()) return gap(kept.log, "it is no write-ahead log");
        if (before && !reader.header()->follows(*before)) {
            return gap(kept.log, "it does not go on where the one before it ended");
        }
        before = reader.header();
        const auto times = read_times(kept.times);
        const bool goes_on_live = live.header() && live.header()->same_log(*before);
        if (!replay.log(goes_on_live ? live : reader, times)) return replay.finish();
        if (goes_on_live) return replay.finish();
        if (!times.empty() && replay.frames_of_last() < times.rbegin()->first) {
            return gap(kept.log, "it was cut");
        }
    }
    if (live.header()) {
        if (before && !live.header()->follows(*before)) {
            return gap(live_log, "it does not go on where the archive ended");
        }
        replay.log(live, {});
    }
    return replay.finish();
}

}  // namespace

base::Result<void> copy_book(const std::filesystem::path& file, const std::filesystem::path& copy)
{
    sqlite3* target = nullptr;
    try {
        if (std::filesystem::exists(copy)) throw Failure(copy.string() + " is there already");
        SqliteConnection source{file, Access::read};
        int code = sqlite3_open_v2(copy.c_str(), &target,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
        if (code == SQLITE_OK) {
            sqlite3_backup* backup = sqlite3_backup_init(target, "main", source.handle(), "main");
            code = backup == nullptr ? sqlite3_errcode(target) : sqlite3_backup_step(backup, -1);
            sqlite3_backup_finish(backup);
        }
        sqlite3_close_v2(std::exchange(target, nullptr));
        if (code != SQLITE_DONE) throw Failure(copy.string() + ": " + sqlite3_errstr(code));
        flush_file(copy);
        return {};
    } catch (const std::exception& failure) {
        sqlite3_close_v2(target);
        return base::unavailable("sql.backup_failed", failure.what());
    }
}

std::vector<std::string> damage(const std::filesystem::path& file, int most)
{
    constexpr std::size_t longest = 200;
    std::vector<std::string> found;
    try {
        SqliteConnection connection{file, Access::read};
        Snapshot snapshot{connection};
        auto row = snapshot.query("pragma quick_check(" + std::to_string(most) + ")");
        while (row.next()) {
            std::string text = row.string(0);
            std::replace(text.begin(), text.end(), '\n', ' ');
            if (text != "ok") found.push_back(text.substr(0, longest));
        }
    } catch (const Failure& failure) {
        found.emplace_back(failure.what());
    }
    return found;
}

std::uint64_t newest_kept_log(const std::filesystem::path& archive)
{
    const auto logs = kept_logs(archive);
    return logs.empty() ? 0 : logs.back().number;
}

base::Result<Restored> restore_book(const std::filesystem::path& copy,
                                    const std::filesystem::path& archive, std::uint64_t first_log,
                                    const std::filesystem::path& live_log,
                                    std::optional<base::Instant> until)
{
    try {
        return replay_all(copy, archive, first_log, live_log, until);
    } catch (const std::exception& failure) {
        return base::unavailable("sql.restore_failed", failure.what());
    }
}

}  // namespace platform::sql
