// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/book.h>
#include <platform/sql/copies.h>

#include <gtest/gtest.h>

#include <fstream>

namespace platform::sql {
namespace {

namespace fs = std::filesystem;

constexpr Migration copied_schema[] = {
    {"test", 1, "create table t(id bigint primary key, name text not null, filling blob)"}};

constexpr std::int64_t start = 1'790'000'000;  // Seconds.

/// A book whose every commit has a second of its own: row n was committed in second n.
class CopiesTest : public testing::Test {
protected:
    CopiesTest()
    {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        open();
        EXPECT_TRUE(book_->migrate(copied_schema));
    }
    ~CopiesTest() override
    {
        book_.reset();
        fs::remove_all(folder_);
    }

    void open()
    {
        book_ = open_sqlite_book(live(), clock_, {.number = 5, .archive = folder_ / "archive"});
    }

    fs::path live() const { return folder_ / "book.db"; }
    fs::path live_log() const { return folder_ / "book.db-wal"; }
    fs::path archive() const { return folder_ / "archive/book"; }

    static base::Instant second(std::int64_t n) { return base::after_seconds({}, start + n); }

    /// Adds rows up to `last`, each with some pages, so that the log starts again now and then.
    void write_rows(std::int64_t last, std::size_t filling = 400'000)
    {
        const std::vector<std::byte> bytes(filling, std::byte{7});
        for (; rows_ < last; ++rows_) {
            clock_.set(second(rows_ + 1));
            ASSERT_TRUE(book_->write([&](Transaction& tx) -> base::Result<void> {
                tx.execute("insert into t(id, name, filling) values (?, 'x', ?)", rows_ + 1,
                           Bytes{bytes});
                return {};
            }));
        }
    }

    /// The rows of a restored copy, which must be the first ones without a hole.
    std::int64_t rows_of(const fs::path& file)
    {
        auto book = open_sqlite_book(file, clock_, {.number = 5});
        return book->read([](Snapshot& s) {
            auto sound = s.query(
                "select count(*) from pragma_integrity_check "
                "where integrity_check <> 'ok'");
            EXPECT_TRUE(sound.next() && sound.integer(0) == 0);
            auto row = s.query("select count(*), coalesce(max(id), 0) from t");
            row.next();
            EXPECT_EQ(row.integer(0), row.integer(1));
            return row.integer(0);
        });
    }

    base::Result<Restored> restore(const fs::path& copy, std::uint64_t first,
                                   std::optional<base::Instant> until,
                                   const std::string& name = "restored.db")
    {
        for (const char* end : {"", "-wal", "-shm"}) fs::remove(folder_ / (name + end));
        fs::copy_file(copy, folder_ / name);
        return restore_book(folder_ / name, archive(), first, live_log(), until);
    }

    void wait_for_logs(std::size_t count)
    {
        for (int i = 0; i < 200 && newest_kept_log(archive()) < count; ++i) {
            write_rows(rows_ + 10);
        }
        ASSERT_GE(newest_kept_log(archive()), count);
    }

    base::ManualClock clock_{second(0)};
    fs::path folder_ = fs::temp_directory_path() / ("copies-test-" + std::to_string(getpid()));
    std::unique_ptr<Book> book_;
    std::int64_t rows_ = 0;
};

TEST_F(CopiesTest, AreMadeWhileTheBookIsWrittenTo)
{
    write_rows(100, 10);
    EXPECT_TRUE(copy_book(live(), folder_ / "copy.db"));
    write_rows(120, 10);
    EXPECT_EQ(rows_of(folder_ / "copy.db"), 100);
    EXPECT_EQ(copy_book(live(), folder_ / "copy.db").error().reason, "sql.backup_failed");
    EXPECT_EQ(copy_book(live(), folder_ / "no/such/folder.db").error().reason, "sql.backup_failed");
    EXPECT_EQ(copy_book(folder_ / "none.db", folder_ / "copy2.db").error().reason,
              "sql.backup_failed");
}

TEST_F(CopiesTest, GoToAnyCommitOfTheTimeAfterwards)
{
    write_rows(30);
    const auto first = newest_kept_log(archive());
    ASSERT_TRUE(copy_book(live(), folder_ / "copy.db"));
    wait_for_logs(3);
    const std::int64_t all = rows_;
    for (const std::int64_t row : {std::int64_t{30}, std::int64_t{31}, all / 2, all - 1, all}) {
        const auto restored = restore(folder_ / "copy.db", first, second(row));
        ASSERT_TRUE(restored) << restored.error().detail;
        EXPECT_EQ(restored.value().newest, second(row));
        EXPECT_EQ(rows_of(folder_ / "restored.db"), row);
    }
    ASSERT_TRUE(restore(folder_ / "copy.db", first, std::nullopt));
    EXPECT_EQ(rows_of(folder_ / "restored.db"), all);
}

TEST_F(CopiesTest, GoOnAfterTheProgramDied)
{
    write_rows(20);
    ASSERT_TRUE(copy_book(live(), folder_ / "copy.db"));
    wait_for_logs(2);
    // The files as they lie there, with what was not archived yet, are what a killed program
    // leaves.
    const auto died = folder_ / "died";
    fs::create_directories(died);
    fs::copy_file(live_log(), died / "book.db-wal");
    fs::copy_file(live(), died / "book.db");
    fs::copy(folder_ / "archive", died / "archive", fs::copy_options::recursive);
    book_.reset();
    fs::remove_all(folder_ / "archive");
    for (const char* name : {"book.db", "book.db-wal", "book.db-shm"}) fs::remove(folder_ / name);
    fs::rename(died / "book.db-wal", live_log());
    fs::rename(died / "book.db", live());
    fs::rename(died / "archive", folder_ / "archive");
    open();
    const std::int64_t before = rows_;
    wait_for_logs(newest_kept_log(archive()) + 2);
    for (const std::int64_t row : {before - 1, before, before + 1, rows_}) {
        const auto restored = restore(folder_ / "copy.db", 1, second(row));
        ASSERT_TRUE(restored) << restored.error().detail;
        EXPECT_EQ(rows_of(folder_ / "restored.db"), row);
    }
}

TEST_F(CopiesTest, SayThatALogIsMissingOrCut)
{
    write_rows(20);
    ASSERT_TRUE(copy_book(live(), folder_ / "copy.db"));
    wait_for_logs(4);
    const auto log = archive() / "00000002.wal";
    fs::copy_file(log, folder_ / "kept.wal");
    fs::resize_file(log, fs::file_size(log) / 2);
    EXPECT_EQ(restore(folder_ / "copy.db", 1, std::nullopt).error().reason, "sql.archive_gap");
    fs::remove(log);
    EXPECT_EQ(restore(folder_ / "copy.db", 1, std::nullopt).error().reason, "sql.archive_gap");
    // An earlier moment needs none of it.
    EXPECT_TRUE(restore(folder_ / "copy.db", 1, second(21)));
    fs::rename(folder_ / "kept.wal", log);
    EXPECT_TRUE(restore(folder_ / "copy.db", 1, std::nullopt));
    // One changed byte.
    {
        std::fstream file{log, std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(100'000);
        file.put('!');
    }
    EXPECT_EQ(restore(folder_ / "copy.db", 1, std::nullopt).error().reason, "sql.archive_gap");
}

TEST_F(CopiesTest, NeedNoLogsFromBeforeTheyWereMade)
{
    write_rows(20);
    wait_for_logs(3);
    const auto first = newest_kept_log(archive());
    const std::int64_t copied = rows_;
    ASSERT_TRUE(copy_book(live(), folder_ / "copy.db"));
    wait_for_logs(5);
    const auto newest = newest_kept_log(archive());
    // All but the newest ended before now.
    book_->forget_archive(base::SystemClock{}.now());
    EXPECT_EQ(restore(folder_ / "copy.db", first, std::nullopt).error().reason, "sql.archive_gap");
    EXPECT_EQ(newest_kept_log(archive()), newest);
    EXPECT_EQ(rows_of(folder_ / "copy.db"), copied);
}

TEST_F(CopiesTest, TheBankGoesOnWhereTheArchiveCannotBeWritten)
{
    write_rows(20);
    ASSERT_TRUE(copy_book(live(), folder_ / "copy.db"));
    book_.reset();
    fs::rename(archive(), folder_ / "hidden");
    open();  // A new archive that knows nothing of the old one.
    fs::remove_all(archive());
    write_rows(200);
    EXPECT_EQ(rows_, 200);
    fs::rename(folder_ / "hidden", archive());
    EXPECT_EQ(rows_of(live()), 200);
}

}  // namespace
}  // namespace platform::sql
