// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

namespace postgres_test {
namespace {

using namespace std::chrono_literals;
using platform::sql::Snapshot;
using platform::sql::Transaction;

const base::SystemClock lease_clock;

std::unique_ptr<platform::sql::Book> open_as(const std::string& node,
                                             const std::filesystem::path& file,
                                             std::function<void()> on_taken_over = {},
                                             std::optional<std::chrono::milliseconds> wait = {})
{
    auto place = platform::sql::test_place(file);
    place.node = node;
    place.lease = 1500ms;
    place.wait = wait;
    place.on_taken_over = std::move(on_taken_over);
    return platform::sql::open_postgres_book(place, lease_clock, {.number = 5});
}

base::Result<void> add(platform::sql::Book& book, std::int64_t id)
{
    return book.write([&](Transaction& tx) -> base::Result<void> {
        tx.execute("insert into t(id) values (?)", id);
        return {};
    });
}

std::int64_t count_of(platform::sql::Book& book)
{
    return book.read([](Snapshot& s) {
        auto row = s.query("select count(*) from t");
        row.next();
        return row.integer(0);
    });
}

class Lease : public testing::Test {
protected:
    Lease()
    {
        std::filesystem::remove(file_);
        const auto book = platform::sql::open_test_book(file_, lease_clock, {.number = 5});
        constexpr platform::sql::Migration schema[] = {
            {"test", 1, "create table t(id bigint primary key)"}};
        EXPECT_TRUE(book->migrate(schema));
    }
    ~Lease() override { std::filesystem::remove(file_); }

    const std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / ("lease-" + std::to_string(getpid()));
};

TEST_F(Lease, KeepsASecondNodeOutAndGoesToItWhenItIsReleased)
{
    auto first = open_as("a", file_);
    EXPECT_THROW(open_as("b", file_, {}, 200ms), platform::sql::BookHeld);
    EXPECT_TRUE(add(*first, 1));
    std::this_thread::sleep_for(2s);  // An idle writer renews it.
    EXPECT_THROW(open_as("b", file_, {}, 200ms), platform::sql::BookHeld);
    first.reset();
    const auto asked = std::chrono::steady_clock::now();
    const auto second = open_as("b", file_);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, 1s);
    EXPECT_TRUE(add(*second, 2));
    EXPECT_EQ(count_of(*second), 2);
}

TEST_F(Lease, GoesToTheSameNodeAtOnce)
{
    std::atomic<bool> over = false;
    auto first = open_as("a", file_, [&] { over = true; });
    EXPECT_TRUE(add(*first, 1));
    const auto again = open_as("a", file_);
    EXPECT_TRUE(add(*again, 2));
    EXPECT_EQ(add(*first, 3).error().reason, "sql.unavailable");
    EXPECT_TRUE(over);
    EXPECT_EQ(count_of(*again), 2);
}

/// The first of two programs writes as fast as it can; it is stopped, the second takes over; when
/// the first goes on, in whatever it was doing, nothing of it comes through any more.
TEST_F(Lease, FencesAProgramThatSleptThroughIt)
{
    for (int round = 0; round < 3; ++round) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        const pid_t first = fork();
        ASSERT_GE(first, 0);
        if (first == 0) {
            std::atomic<bool> over = false;
            const auto book = open_as("a", file_, [&] { over = true; });
            for (std::int64_t id = 1'000'000 * round + 1000; !over; ++id) {
                book->submit(
                    [id](Transaction& tx) -> base::Result<void> {
                        tx.execute("insert into t(id) values (?)", id);
                        return {};
                    },
                    [id, end = ends[1]](base::Result<void> done) {
                        if (done && write(end, &id, sizeof id) != sizeof id) _exit(2);
                    });
                if (id % 64 == 0) (void)add(*book, -id);
            }
            _exit(7);
        }
        close(ends[1]);
        std::set<std::int64_t> answered;
        std::int64_t id = 0;
        for (int i = 0; i < 300; ++i) {
            ASSERT_EQ(read(ends[0], &id, sizeof id), static_cast<ssize_t>(sizeof id));
            answered.insert(id);
        }
        ASSERT_EQ(kill(first, SIGSTOP), 0);
        std::int64_t before = 0;
        {
            const auto second = open_as("b", file_);
            ASSERT_TRUE(add(*second, round));
            before = count_of(*second);
            ASSERT_EQ(kill(first, SIGCONT), 0);
            while (read(ends[0], &id, sizeof id) == sizeof id) answered.insert(id);
            int status = 0;
            waitpid(first, &status, 0);
            ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << status;
            EXPECT_EQ(count_of(*second), before) << "the one that slept has written";
            second->read([&](Snapshot& s) {
                for (const std::int64_t one : answered) {
                    EXPECT_TRUE(s.query("select id from t where id = ?", one).next()) << one;
                }
            });
        }
        close(ends[0]);
    }
}

}  // namespace
}  // namespace postgres_test
