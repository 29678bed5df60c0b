// SPDX-License-Identifier: Apache-2.0
#include <bank/outbox/outbox.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

using namespace bank::outbox;
namespace sql = platform::sql;
namespace json = platform::json;

namespace {

class OutboxTest : public testing::Test {
protected:
    OutboxTest()
    {
        std::filesystem::create_directories(folder_);
        open();
    }
    ~OutboxTest() override
    {
        outbox_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    void open()
    {
        outbox_.reset();
        book_ = sql::open_test_book(folder_ / "book.db", clock_, {.number = 5});
        ASSERT_TRUE(book_->migrate(migrations()));
        outbox_.emplace(*book_);
    }

    void happen(std::string type, std::string subject)
    {
        const auto done = book_->write([&](sql::Transaction& tx) -> base::Result<void> {
            outbox_->append(tx, type, subject, json::Object{{"amount", "1.00"}});
            return {};
        });
        ASSERT_TRUE(done);
    }

    Consumer noting(std::string name, std::vector<std::string> types, Retry retry = {})
    {
        return {.name = std::move(name),
                .types = std::move(types),
                .act =
                    [this](const Event& event) {
                        const std::lock_guard lock(mutex_);
                        seen_.push_back(event.subject);
                        return answer_ ? answer_(event) : base::Result<void>{};
                    },
                .retry = retry};
    }

    std::vector<std::string> seen()
    {
        const std::lock_guard lock(mutex_);
        return seen_;
    }

    /// Waits until it holds; false after 5 s.
    static bool soon(const std::function<bool()>& holds)
    {
        for (int i = 0; i < 500; ++i) {
            if (holds()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return holds();
    }

    std::int64_t waiting(std::string_view consumer)
    {
        return book_->read([&](sql::Snapshot& s) { return outbox_->waiting(s, consumer); });
    }
    std::vector<DeadLetter> dead()
    {
        return book_->read([&](sql::Snapshot& s) { return outbox_->dead_letters(s, 10); });
    }

    base::ManualClock clock_{base::parse_instant("2026-11-21T00:00:00Z").value()};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("outbox-test-" + std::to_string(getpid()));
    std::unique_ptr<sql::Book> book_;
    std::mutex mutex_;
    std::vector<std::string> seen_;
    std::function<base::Result<void>(const Event&)> answer_;
    std::optional<Outbox> outbox_;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_F(OutboxTest, TellsEachConsumerWhatItWantsInOrderAfterTheCommit)
{
    outbox_->subscribe(noting("payments", {"payment.*"}));
    outbox_->start();
    happen("payment.sent", "a");
    happen("case.opened", "b");
    happen("payment.received", "c");
    EXPECT_TRUE(soon([&] { return waiting("payments") == 0; }));
    EXPECT_EQ(seen(), (Texts{"a", "c"}));
}

TEST_F(OutboxTest, TellsNothingOfAUnitOfWorkThatRefused)
{
    outbox_->subscribe(noting("all", {"*"}));
    outbox_->start();
    const auto refused = book_->write([&](sql::Transaction& tx) -> base::Result<void> {
        outbox_->append(tx, "payment.sent", "never", json::Object{});
        return base::rejected("test.no", "No.");
    });
    EXPECT_FALSE(refused);
    happen("payment.sent", "after");
    EXPECT_TRUE(soon([&] { return waiting("all") == 0; }));
    EXPECT_EQ(seen(), (Texts{"after"}));
}

TEST_F(OutboxTest, GoesOnWhereItStoppedAfterARestart)
{
    outbox_->subscribe(noting("all", {"*"}));
    outbox_->start();
    happen("x", "a");
    EXPECT_TRUE(soon([&] { return waiting("all") == 0; }));
    outbox_->stop();
    happen("x", "b");
    open();
    outbox_->subscribe(noting("all", {"*"}));
    outbox_->start();
    EXPECT_TRUE(soon([&] { return waiting("all") == 0; }));
    EXPECT_EQ(seen(), (Texts{"a", "b"}));
}

TEST_F(OutboxTest, BeginsNowWhereAskedTo)
{
    happen("x", "before");
    outbox_->subscribe(noting("late", {"*"}), Outbox::Begin::now);
    outbox_->start();
    happen("x", "after");
    EXPECT_TRUE(soon([&] { return waiting("late") == 0; }));
    EXPECT_EQ(seen(), (Texts{"after"}));
}

TEST_F(OutboxTest, TakesAFailedEventAgainWithoutHoldingUpTheOthers)
{
    int failures = 2;
    answer_ = [&](const Event& event) -> base::Result<void> {
        if (event.subject == "b" && failures-- > 0) return base::unavailable("test.away", "Away.");
        return {};
    };
    outbox_->subscribe(noting("all", {"*"}, {.first_ms = 1000}));
    outbox_->start();
    for (const char* subject : {"a", "b", "c"}) happen("x", subject);
    EXPECT_TRUE(soon([&] { return seen().size() == 3; }));
    EXPECT_TRUE(soon([&] { return waiting("all") == 1; }));
    clock_.advance_seconds(1);
    EXPECT_TRUE(soon([&] { return seen().size() == 4; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_EQ(seen().size(), 4U);  // The second wait is two seconds.
    clock_.advance_seconds(2);
    EXPECT_TRUE(soon([&] { return waiting("all") == 0; }));
    EXPECT_EQ(seen(), (Texts{"a", "b", "c", "b", "b"}));
}

TEST_F(OutboxTest, PlannedEffectsShareCommitsAndKeepTheirOrder)
{
    std::atomic<bool> away = true;
    outbox_->subscribe({.name = "planner",
                        .types = {"x"},
                        .plan = [&](const Event& event) -> base::Result<UnitOfWork> {
                            if (event.subject == "nothing") return UnitOfWork{};
                            if (event.subject == "late" && away) {
                                return base::unavailable("test.away", "Away.");
                            }
                            return UnitOfWork{[this, subject = event.subject](
                                                  sql::Transaction& tx) -> base::Result<void> {
                                tx.after_commit([this, subject] {
                                    const std::lock_guard lock(mutex_);
                                    seen_.push_back(subject);
                                });
                                outbox_->append(tx, "effect", subject, json::Object{});
                                return {};
                            }};
                        }});
    Texts subjects{"late", "nothing"};
    for (int i = 0; i < 100; ++i) subjects.push_back(std::to_string(i));
    for (const auto& subject : subjects) happen("x", subject);
    const auto groups = book_->statistics().groups;
    outbox_->start();
    ASSERT_TRUE(soon([&] { return waiting("planner") == 1; }));
    EXPECT_LT(book_->statistics().groups - groups, 60U);
    away = false;
    clock_.advance_seconds(1);
    ASSERT_TRUE(soon([&] { return waiting("planner") == 0; }));
    Texts expected(subjects.begin() + 2, subjects.end());
    expected.push_back("late");
    EXPECT_EQ(seen(), expected);
    const auto effects = book_->read([&](sql::Snapshot& s) { return outbox_->events(s, {}, 999); });
    EXPECT_EQ(effects.size(), subjects.size() + expected.size());
}

TEST_F(OutboxTest, GivesUpOnARefusalAndAtTheDeadlineAndCanBeRevived)
{
    answer_ = [](const Event& event) -> base::Result<void> {
        if (event.subject == "refused") return base::rejected("test.no", "No.");
        if (event.subject == "away") throw std::runtime_error("away");
        return {};
    };
    std::atomic<int> told = 0;
    outbox_->subscribe(noting("all", {"*"}, {.first_ms = 1000, .deadline_ms = 2000}));
    outbox_->on_dead_letter([&](const DeadLetter&) { ++told; });
    outbox_->start();
    happen("x", "refused");
    happen("x", "away");
    EXPECT_TRUE(soon([&] { return told == 1; }));
    clock_.advance_seconds(5);
    EXPECT_TRUE(soon([&] { return told == 2; }));
    auto letters = dead();
    ASSERT_EQ(letters.size(), 2U);
    EXPECT_EQ(letters[0].reason, "outbox.consumer_failed");
    EXPECT_EQ(letters[1].reason, "test.no");

    {
        const std::lock_guard lock(mutex_);
        answer_ = nullptr;
    }
    EXPECT_TRUE(book_->write(
        [&](sql::Transaction& tx) { return outbox_->revive(tx, "all", letters[0].event.id); }));
    EXPECT_TRUE(soon([&] { return waiting("all") == 0 && dead().size() == 1; }));
    EXPECT_EQ(book_
                  ->write([&](sql::Transaction& tx) {
                      return outbox_->revive(tx, "all", letters[0].event.id);
                  })
                  .error()
                  .reason,
              "outbox.no_dead_letter");
}

TEST_F(OutboxTest, PurgesWhatAllHavePassed)
{
    outbox_->subscribe(noting("all", {"*"}));
    happen("x", "a");
    happen("x", "b");
    clock_.advance_seconds(100);
    const auto purge = [&] {
        std::int64_t count = 0;
        EXPECT_TRUE(book_->write([&](sql::Transaction& tx) -> base::Result<void> {
            count = outbox_->purge(tx, clock_.now(), 10);
            return {};
        }));
        return count;
    };
    EXPECT_EQ(purge(), 0);
    outbox_->start();
    EXPECT_TRUE(soon([&] { return waiting("all") == 0; }));
    EXPECT_EQ(purge(), 2);
}

TEST_F(OutboxTest, TakesTheManyEventsOfOneCommitInRoundsAndKeepsThoseThatAreTriedAgain)
{
    std::atomic<bool> away = true;
    answer_ = [&](const Event& event) -> base::Result<void> {
        if (event.subject == "7" && away) return base::unavailable("test.away", "Away.");
        return {};
    };
    outbox_->subscribe(noting("some", {"wanted"}, {.first_ms = 1000}));
    Texts expected;
    ASSERT_TRUE(book_->write([&](sql::Transaction& tx) -> base::Result<void> {
        for (int i = 0; i < 400; ++i) {
            outbox_->append(tx, i % 2 == 1 ? "wanted" : "other", std::to_string(i), json::Object{});
            if (i % 2 == 1) expected.push_back(std::to_string(i));
        }
        return {};
    }));
    outbox_->start();
    ASSERT_TRUE(soon([&] { return waiting("some") == 1; }));
    EXPECT_EQ(seen(), expected);
    const auto events = book_->read([&](sql::Snapshot& s) { return outbox_->events(s, {}, 999); });
    ASSERT_EQ(events.size(), 400U);
    const auto rest =
        book_->read([&](sql::Snapshot& s) { return outbox_->events(s, events[149].id, 10); });
    ASSERT_EQ(rest.size(), 10U);
    EXPECT_EQ(rest[0].subject, "150");
    const auto purged = [&] {
        return book_
            ->write([&](sql::Transaction& tx) -> base::Result<std::int64_t> {
                return outbox_->purge(tx, base::after_seconds(clock_.now(), 1), 10);
            })
            .value();
    };
    EXPECT_EQ(purged(), 0);
    away = false;
    clock_.advance_seconds(1);
    ASSERT_TRUE(soon([&] { return waiting("some") == 0; }));
    EXPECT_EQ(seen().size(), 201U);
    EXPECT_EQ(purged(), 400);
}

TEST_F(OutboxTest, WritesCloudEvents)
{
    happen("payment.sent", "7");
    const auto events = book_->read([&](sql::Snapshot& s) { return outbox_->events(s, {}, 10); });
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(
        cloud_event(events[0], "/books/5"),
        R"({"specversion":"1.0","id":")" + base::to_string(events[0].id) +
            R"(","source":"/books/5","type":"payment.sent","subject":"7",)"
            R"("time":"2026-11-21T00:00:00Z","datacontenttype":"application/json","data":{"amount":"1.00"}})");
}
