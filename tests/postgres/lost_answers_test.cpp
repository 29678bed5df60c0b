// SPDX-License-Identifier: Apache-2.0
#include <tests/postgres/proxy.h>

#include <platform/sql/test_book.h>

#include <gtest/gtest.h>
#include <unistd.h>

namespace postgres_test {
namespace {

using namespace std::chrono_literals;
using platform::sql::Snapshot;
using platform::sql::Transaction;

/// The port in "postgresql://user@127.0.0.1:5432/database", or another one in its place.
std::uint16_t port_in(const std::string& url)
{
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

std::string with_port(const std::string& url, std::uint16_t port)
{
    const auto colon = url.rfind(':');
    return url.substr(0, colon + 1) + std::to_string(port) + url.substr(url.find('/', colon));
}

/// A book behind a proxy.
class LostAnswers : public testing::Test {
protected:
    LostAnswers() : proxy_(port_in(platform::sql::test_database()))
    {
        std::filesystem::remove(file_);
        // A fresh schema, made without the proxy.
        platform::sql::open_test_book(file_, clock_, {.number = 5})->close();
        auto place = platform::sql::test_place(file_);
        place.url = with_port(place.url, proxy_.port());
        place.patience = 1000ms;
        place.lease = 2000ms;
        book_ = platform::sql::open_postgres_book(place, clock_, {.number = 5});
        constexpr platform::sql::Migration schema[] = {
            {"test", 1, "create table t(id bigint primary key)"}};
        EXPECT_TRUE(book_->migrate(schema));
    }
    ~LostAnswers() override
    {
        book_.reset();
        std::filesystem::remove(file_);
    }

    /// Adds a row, however often it runs; `kept` and `undone` count what memory was told.
    base::Result<void> add_row()
    {
        return book_->write([this](Transaction& tx) -> base::Result<void> {
            tx.execute("insert into t(id) select coalesce(max(id), 0) + 1 from t");
            tx.after_commit([this] { ++kept_; });
            tx.on_rollback([this] { ++undone_; });
            return {};
        });
    }

    std::int64_t rows()
    {
        return book_->read([](Snapshot& s) {
            auto row = s.query("select count(*) from t");
            row.next();
            return row.integer(0);
        });
    }

    base::SystemClock clock_;
    Proxy proxy_;
    std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / ("lost-answers-" + std::to_string(getpid()));
    std::unique_ptr<platform::sql::Book> book_;
    std::atomic<int> kept_ = 0;
    std::atomic<int> undone_ = 0;
};

TEST_F(LostAnswers, AreFoundOutWhereTheCommitWasDone)
{
    ASSERT_TRUE(add_row());
    proxy_.set(Proxy::Mode::swallow_answers);
    EXPECT_TRUE(add_row());
    EXPECT_EQ(proxy_.mode(), Proxy::Mode::pass);  // It did break.
    EXPECT_EQ(rows(), 2);
    EXPECT_EQ(kept_, 2);
    EXPECT_EQ(undone_, 0);
}

TEST_F(LostAnswers, LeadToARepetitionWhereTheCommitDidNotArrive)
{
    ASSERT_TRUE(add_row());
    proxy_.set(Proxy::Mode::swallow_requests);
    EXPECT_TRUE(add_row());
    EXPECT_EQ(rows(), 2);
    EXPECT_EQ(kept_, 2);
    EXPECT_EQ(undone_, 1);
}

TEST_F(LostAnswers, OfACommitThatArrivesLateAreRefusedByTheServer)
{
    ASSERT_TRUE(add_row());
    proxy_.set(Proxy::Mode::late_requests);
    EXPECT_TRUE(add_row());
    std::this_thread::sleep_for(900ms);  // Now it has arrived.
    EXPECT_EQ(rows(), 2);
    EXPECT_EQ(kept_, 2);
    ASSERT_TRUE(add_row());
    EXPECT_EQ(rows(), 3);
}

TEST_F(LostAnswers, AreUnavailableWhenTheServerStaysAwayAndStillCounted)
{
    ASSERT_TRUE(add_row());
    std::thread outage{[this] {
        while (proxy_.mode() == Proxy::Mode::swallow_answers) std::this_thread::sleep_for(1ms);
        proxy_.set(Proxy::Mode::refuse);
        std::this_thread::sleep_for(2500ms);
        proxy_.set(Proxy::Mode::pass);
    }};
    proxy_.set(Proxy::Mode::swallow_answers);
    const auto asked = std::chrono::steady_clock::now();
    EXPECT_EQ(add_row().error().reason, "sql.unavailable");
    EXPECT_LT(std::chrono::steady_clock::now() - asked, 2s);
    EXPECT_EQ(kept_, 1);
    EXPECT_EQ(add_row().error().reason, "sql.unavailable");
    outage.join();
    while (!add_row()) std::this_thread::sleep_for(50ms);
    EXPECT_EQ(rows(), 3);  // The first of the two was done, the second was not.
    EXPECT_EQ(kept_, 3);
}

TEST_F(LostAnswers, OfReadersAreFailuresAndTheNextReadGoesOn)
{
    ASSERT_TRUE(add_row());
    EXPECT_EQ(rows(), 1);
    proxy_.cut();
    std::this_thread::sleep_for(50ms);
    EXPECT_TRUE(add_row());  // Whoever writes has noticed.
    EXPECT_EQ(rows(), 2);
}

}  // namespace
}  // namespace postgres_test
