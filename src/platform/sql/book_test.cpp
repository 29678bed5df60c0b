// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

namespace platform::sql {
namespace {

constexpr Migration schema[] = {
    {"test", 1, "create table t(id bigint primary key, name text not null)"},
    {"test", 2,
     "create table u(id integer primary key, bytes blob); insert into u values (7, null)"},
};

class BookTest : public testing::Test {
protected:
    BookTest()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        open();
        EXPECT_TRUE(book_->migrate(schema));
    }
    ~BookTest() override
    {
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    void open() { book_ = open_test_book(folder_ / "book.db", clock_, {.number = 5}); }

    base::Result<void> insert(std::int64_t id, const std::string& name)
    {
        return book_->write([&](Transaction& tx) -> base::Result<void> {
            tx.execute("insert into t(id, name) values (?, ?)", id, name);
            return {};
        });
    }

    std::int64_t count()
    {
        return book_->read([](Snapshot& s) {
            auto row = s.query("select count(*) from t");
            row.next();
            return row.integer(0);
        });
    }

    base::ManualClock clock_{base::parse_instant("2026-11-21T00:00:00Z").value()};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("book-test-" + std::to_string(getpid()));
    std::unique_ptr<Book> book_;
};

/// One row for all that the units of a group add.
struct Sum final : Gathering {
    void write(Transaction& transaction) override
    {
        transaction.execute("insert into t(id, name) values (?, ?)", transaction.now().micros,
                            names);
        names.clear();
    }
    void forget() noexcept override { names.clear(); }
    std::string names;
};

TEST_F(BookTest, GatheringsAreWrittenOnceAGroupWithoutWhatWasRefused)
{
    Sum sum;
    std::promise<void> begun;
    std::promise<void> gate;
    std::promise<void> last;
    book_->submit(
        [&begun, opened = gate.get_future().share()](Transaction&) -> base::Result<void> {
            begun.set_value();
            opened.wait();  // So that the others come as one group after this one.
            return {};
        },
        [](const base::Result<void>&) {});
    begun.get_future().wait();
    for (const std::string name : {"a", "refused", "b", "thrown", "c"}) {
        book_->submit(
            [&sum, name](Transaction& tx) -> base::Result<void> {
                tx.gather(sum);
                sum.names += name + ";";
                if (name == "refused") return base::rejected("test.no", "no");
                if (name == "thrown") throw std::runtime_error("thrown");
                return {};
            },
            [&, name](const base::Result<void>& done) {
                EXPECT_EQ(done.has_value(), name.size() == 1) << name;
                if (name == "c") last.set_value();
            });
    }
    gate.set_value();
    last.get_future().wait();
    EXPECT_EQ(book_->read([](Snapshot& s) {
        auto row = s.query("select name from t");
        return row.next() ? row.string(0) : "";
    }),
              "a;b;c;");
    EXPECT_EQ(count(), 1);
}

TEST_F(BookTest, WritesInGroupsAndReadsWhatIsCommitted)
{
    std::atomic<int> answered = 0;
    for (int i = 0; i < 1000; ++i) {
        book_->submit(
            [i](Transaction& tx) -> base::Result<int> {
                tx.execute("insert into t(id, name) values (?, 'x')", i);
                return i;
            },
            [&answered, i](base::Result<int> result) {
                answered += result && result.value() == i;
            });
    }
    EXPECT_TRUE(insert(5000, "last"));
    EXPECT_EQ(answered, 1000);
    EXPECT_EQ(count(), 1001);
    EXPECT_LT(book_->statistics().groups, 1001u);
    EXPECT_EQ(book_->statistics().units, 1002u);  // The migration was one.
}

TEST_F(BookTest, UndoesARefusalThatCameAfterAWriteAndKeepsTheRest)
{
    std::atomic<int> good = 0;
    std::atomic<int> undone = 0;
    for (int i = 0; i < 50; ++i) {
        book_->submit(
            [&, i](Transaction& tx) -> base::Result<void> {
                tx.on_rollback([&] { ++undone; });
                tx.execute("insert into t(id, name) values (?, 'x')", i);
                if (i % 10 == 3) return base::rejected("test.no", "refused after writing");
                return {};
            },
            [&, i](base::Result<void> result) { good += result.has_value() == (i % 10 != 3); });
    }
    EXPECT_TRUE(insert(5000, "last"));
    EXPECT_EQ(good, 50);
    EXPECT_GE(undone, 5);
    EXPECT_EQ(count(), 46);
}

TEST_F(BookTest, AnswersAConstraintAsAConflictOfThatUnitAlone)
{
    EXPECT_TRUE(insert(1, "a"));
    EXPECT_EQ(insert(1, "b").error().reason, "sql.constraint");
    EXPECT_TRUE(insert(2, "c"));
    EXPECT_EQ(count(), 2);
}

TEST_F(BookTest, ActsAfterTheCommitOnly)
{
    bool acted = false;
    auto refused = book_->write([&](Transaction& tx) -> base::Result<void> {
        tx.execute("insert into t(id, name) values (1, 'x')");
        tx.after_commit([&] { acted = true; });
        return base::rejected("test.no", "");
    });
    EXPECT_EQ(refused.error().reason, "test.no");
    EXPECT_FALSE(acted);
    EXPECT_TRUE(book_->write([&](Transaction& tx) -> base::Result<void> {
        tx.after_commit([&] { acted = true; });
        return {};
    }));
    EXPECT_TRUE(acted);
}

TEST_F(BookTest, NeverIssuesAnIdTwiceThoughTheClockGoesBack)
{
    std::set<std::uint64_t> ids;
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(ids.insert(book_->next_id()).second);
    EXPECT_TRUE(insert(1, "commit"));
    book_.reset();
    clock_.advance_seconds(-3600);
    open();
    EXPECT_GT(book_->next_id(), *ids.rbegin());
    EXPECT_EQ((book_->next_id() >> 12) & 1023, 5u);
}

TEST_F(BookTest, AppliesEachMigrationOnceAndRefusesAnEditedOne)
{
    EXPECT_TRUE(book_->migrate(schema));
    constexpr Migration edited[] = {{"test", 1, "create table t(id bigint primary key)"}};
    EXPECT_EQ(book_->migrate(edited).error().reason, "sql.migration_changed");
    constexpr Migration broken[] = {{"test", 3, "create table v(id bigint); create nonsense"}};
    EXPECT_EQ(book_->migrate(broken).error().reason, "sql.migration_failed");
    constexpr Migration mended[] = {{"test", 3, "create table v(id bigint)"}};
    EXPECT_TRUE(book_->migrate(mended));
}

TEST_F(BookTest, KeepsTextsBytesAndNulls)
{
    EXPECT_TRUE(insert(1, "开户"));
    EXPECT_TRUE(insert(2, ""));
    const std::string zero{"开户\0x", 8};
    EXPECT_TRUE(book_->write([&](Transaction& tx) -> base::Result<void> {
        tx.execute("insert into u(id, bytes) values (?, ?), (?, ?)", std::int64_t{1} << 62,
                   std::as_bytes(std::span{zero}), -1, Bytes{});
        return {};
    }));
    book_->read([&](Snapshot& s) {
        auto rows = s.query("select name from t where id < ? order by id", std::int64_t{9});
        EXPECT_TRUE(rows.next());
        EXPECT_EQ(rows.text(0), "开户");
        EXPECT_TRUE(rows.next());
        EXPECT_EQ(rows.text(0), "");
        EXPECT_FALSE(rows.next());
        auto bytes = s.query("select id, bytes, sum(id) over (), null from u order by id");
        EXPECT_TRUE(bytes.next());
        EXPECT_EQ(bytes.integer(0), -1);
        EXPECT_FALSE(bytes.is_null(1));
        EXPECT_EQ(bytes.blob(1).size(), 0U);
        EXPECT_EQ(bytes.integer(2), (std::int64_t{1} << 62) + 6);
        EXPECT_TRUE(bytes.next());
        EXPECT_TRUE(bytes.is_null(1));
        EXPECT_TRUE(bytes.next());
        EXPECT_EQ(bytes.integer(0), std::int64_t{1} << 62);
        EXPECT_EQ(bytes.blob(1).size(), zero.size());
        EXPECT_TRUE(bytes.is_null(3));
        EXPECT_FALSE(bytes.next());
        return 0;
    });
}

TEST_F(BookTest, RunsQueriesInsideQueries)
{
    for (int i = 0; i < 30; ++i) EXPECT_TRUE(insert(i, std::to_string(i)));
    const auto pairs = [](Snapshot& s) {
        int seen = 0;
        auto outer = s.query("select id from t order by id");
        while (outer.next()) {
            auto inner = s.query("select name from t where id >= ? order by id", outer.integer(0));
            if (inner.next()) seen += inner.string(0) == std::to_string(outer.integer(0));
        }
        return seen;
    };
    EXPECT_EQ(book_->read([&](Snapshot& s) { return pairs(s); }), 30);
    EXPECT_EQ(book_->write([&](Transaction& tx) -> base::Result<int> { return pairs(tx); }).value(),
              30);
}

TEST_F(BookTest, SaysHowManyRowsAStatementChanged)
{
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(insert(i, "x"));
    EXPECT_TRUE(book_->write([&](Transaction& tx) -> base::Result<void> {
        const auto few = tx.execute("update t set name = 'y' where id < ?", 2);
        const auto none = tx.execute("delete from t where id > ?", 50);
        EXPECT_EQ(tx.execute("insert into t(id, name) values (2, 'z') on conflict (id) do nothing"),
                  0);
        EXPECT_EQ(few.rows(), 2);
        EXPECT_TRUE(none == 0);
        return {};
    }));
}

TEST_F(BookTest, DefersRowsUntilTheirTableIsNamed)
{
    EXPECT_TRUE(book_->write([&](Transaction& tx) -> base::Result<void> {
        const auto put = [&](std::int64_t id, std::string_view name) {
            tx.defer(id,
                     "insert into t(id, name) values (?, ?)"
                     " on conflict (id) do update set name = excluded.name",
                     id, name);
        };
        for (int i = 0; i < 100; ++i) put(i, "first");
        put(7, "second");  // The same row again.
        auto row = tx.query("select count(*), min(name), max(name) from t");
        EXPECT_TRUE(row.next());
        EXPECT_EQ(row.integer(0), 100);
        EXPECT_EQ(row.text(2), "second");
        for (int i = 0; i < 50; ++i) {
            tx.defer(i, "update t set name = ? where id = ?", std::to_string(i), i);
        }
        return {};
    }));
    book_->read([&](Snapshot& s) {
        auto row = s.query("select count(*) from t where name = 'first'");
        EXPECT_TRUE(row.next());
        EXPECT_EQ(row.integer(0), 50);
    });
}

TEST_F(BookTest, BlamesTheUnitWhoseDeferredRowIsRefused)
{
    std::atomic<int> right = 0;
    for (int i = 0; i < 60; ++i) {
        book_->submit(
            [i](Transaction& tx) -> base::Result<void> {
                const int id = i % 20 == 13 ? 3 : 100 + i;  // Some want the same row.
                tx.defer(id, "insert into t(id, name) values (?, ?)", id, "x");
                return {};
            },
            [&, i](base::Result<void> result) {
                right += result.has_value() == (i % 20 != 13 || i == 13);
            });
    }
    EXPECT_TRUE(insert(5000, "last"));
    EXPECT_EQ(right, 60);
    EXPECT_EQ(count(), 57 + 1 + 1);
}

TEST_F(BookTest, AnswersWhatIsQueuedBeforeItCloses)
{
    std::atomic<int> answered = 0;
    for (int i = 0; i < 100; ++i) {
        book_->submit(
            [i](Transaction& tx) -> base::Result<void> {
                tx.execute("insert into t(id, name) values (?, 'x')", i);
                return {};
            },
            [&](base::Result<void> result) { answered += result.has_value(); });
    }
    book_->close();
    EXPECT_EQ(answered, 100);
    EXPECT_EQ(insert(200, "late").error().reason, "sql.closed");
}

TEST_F(BookTest, ReadsInsideReadsSeeTheSameAndNeverWaitForEachOther)
{
    ASSERT_TRUE(insert(1, "one"));
    constexpr int threads = 8;  // More than there are readers.
    std::atomic<int> inside = 0;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i) {
        all.emplace_back([&] {
            book_->read([&](Snapshot& snapshot) {
                auto row = snapshot.query("select count(*) from t");
                row.next();
                const auto before = row.integer(0);
                ++inside;
                while (inside < 4) std::this_thread::yield();
                if (!insert(100 + inside++, "more")) ++wrong;
                if (count() != before) ++wrong;
            });
        });
    }
    for (auto& thread : all) thread.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(count(), 1 + threads);
}

TEST_F(BookTest, ALateReadIsSoonOfToday)
{
    const auto late_count = [this] {
        return book_->read_lately([](Snapshot& snapshot) {
            auto row = snapshot.query("select count(*) from t");
            row.next();
            return row.integer(0);
        });
    };
    EXPECT_EQ(late_count(), 0);
    EXPECT_TRUE(insert(1, "one"));
    EXPECT_EQ(count(), 1) << "what is shown is never late";
    std::this_thread::sleep_for(Book::most_lateness + std::chrono::milliseconds{5});
    EXPECT_EQ(late_count(), 1);
    const auto [outer, inner] = book_->read([&](Snapshot&) {
        const auto before = count();
        EXPECT_TRUE(insert(2, "two"));
        return std::pair{before, late_count()};
    });
    EXPECT_EQ(outer, inner) << "a late read inside a read sees the same";
}

TEST_F(BookTest, LateSnapshotsDoNotKeepTheLogFromStartingAgain)
{
    const std::string page(4000, 'x');
    for (int i = 0; i < 20'000; ++i) {
        book_->submit(
            [&page, i](Transaction& tx) -> base::Result<void> {
                tx.execute("insert into t(id, name) values (?, ?)", i, page);
                return {};
            },
            [](const base::Result<void>& done) { EXPECT_TRUE(done); });
        if (i % 500 != 0) continue;
        EXPECT_TRUE(book_->write([](Transaction&) { return base::Result<void>{}; }));
        book_->read_lately([](Snapshot& snapshot) {
            (void)snapshot.query("select count(*) from u").next();
            return 0;
        });
        std::this_thread::sleep_for(std::chrono::milliseconds{10});  // For the checkpoints.
    }
    EXPECT_TRUE(book_->write([](Transaction&) { return base::Result<void>{}; }));
    EXPECT_EQ(count(), 20'000);
    if (const auto log = folder_ / "book.db-wal"; std::filesystem::exists(log)) {
        EXPECT_LT(std::filesystem::file_size(log), 75'000'000u) << "of 84 MB that went through it";
    }
}

}  // namespace
}  // namespace platform::sql
