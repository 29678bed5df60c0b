// SPDX-License-Identifier: Apache-2.0
#include <bench/postgres.h>

#include <bank/ledger/check.h>
#include <bank/ledger/ledger.h>
#include <bank/ledger/units.h>
#include <platform/json/value.h>
#include <platform/sql/book.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <random>
#include <stdexcept>
#include <vector>

namespace bench {

namespace ledger = bank::ledger;
namespace sql = platform::sql;
using base::Result;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t accounts_a_unit = 5'000;
constexpr double warm_up_seconds = 2;
const std::string event(160, 'e');  // As long as a payment's event.

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void must(const Result<void>& done)
{
    if (!done) throw std::runtime_error(std::string{done.error().reason});
}

/// The ledger of one book, and as many transfers asked for at a time as are wanted.
class LedgerLoad {
public:
    LedgerLoad(const std::string& url, std::int64_t accounts, std::size_t in_flight)
        : book_(sql::open_postgres_book({.url = url, .name = "bench", .node = "bench"}, clock_,
                                        {.number = 1})),
          in_flight_(in_flight)
    {
        must(book_->migrate(ledger::migrations()));
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
        find_accounts();
        if (accounts_.empty()) preload(accounts);
    }

    void run(double seconds)
    {
        latencies_ms_.clear();
        began_ = Clock::now();
        seconds_ = seconds;
        for (std::size_t i = 0; i < in_flight_; ++i) ask();
        std::unique_lock lock{mutex_};
        idle_.wait(lock, [this] { return running_ == 0; });
        took_ = seconds_since(began_);
        std::sort(latencies_ms_.begin(), latencies_ms_.end());
    }

    double count() const { return static_cast<double>(latencies_ms_.size()); }
    double per_second() const { return count() / took_; }
    double percentile_ms(double share) const
    {
        return latencies_ms_.at(static_cast<std::size_t>(share * (count() - 1)));
    }
    std::uint64_t groups() const { return book_->statistics().groups; }
    bool clean() { return ledger::check_ledger(*book_).clean(); }

private:
    void find_accounts()
    {
        book_->read([&](sql::Snapshot& snapshot) {
            auto row = snapshot.query(
                "select id from ledger_account where id not in"
                " (select account from ledger_own_account) order by id");
            while (row.next()) accounts_.push_back(row.id<ledger::AccountId>(0));
        });
    }

    void preload(std::int64_t accounts)
    {
        const auto cny = ledger::currency("CNY").value();
        const base::Money balance{1'000'000'00, cny};
        for (std::int64_t made = 0; made < accounts; made += accounts_a_unit) {
            const std::size_t from = accounts_.size();
            must(book_->write([&](sql::Transaction& transaction) -> Result<void> {
                accounts_.resize(from);
                for (std::int64_t i = made; i < std::min(accounts, made + accounts_a_unit); ++i) {
                    accounts_.push_back(transaction.new_id<ledger::AccountId>());
                    TRY(ledger_->open_account(
                        transaction, {accounts_.back(),
                                      cny,
                                      {.flags = ledger::Flag::debits_must_not_exceed_credits}}));
                }
                const auto cash = TRY(ledger_->own_account(transaction, "cash", cny));
                for (std::size_t at = from; at < accounts_.size();) {
                    std::vector<ledger::Leg> legs;
                    while (at < accounts_.size() && legs.size() + 1 < ledger::max_legs) {
                        legs.push_back({accounts_[at++], ledger::Side::credit, balance});
                    }
                    const auto total = balance.minor_units * static_cast<std::int64_t>(legs.size());
                    legs.push_back({cash, ledger::Side::debit, {total, cny}});
                    TRY(ledger_->post(transaction,
                                      {.client = {random_(), random_()},
                                       .kind = "opening",
                                       .effective = base::local_date(transaction.now(), 0),
                                       .legs = legs}));
                }
                return {};
            }));
        }
    }

    void ask()
    {
        {
            const std::lock_guard lock{mutex_};
            ++running_;
        }
        const std::lock_guard one_at_a_time{asking_};
        const auto any = [&] { return accounts_[random_() % accounts_.size()]; };
        const auto from = any();
        auto to = any();
        while (to == from) to = any();
        const ledger::ClientId client{random_(), random_()};
        const auto asked = Clock::now();
        book_->submit(
            [this, from, to, client](sql::Transaction& transaction) {
                const base::Money amount{1, {"CNY", 2}};
                const ledger::Leg legs[] = {
                    {from, ledger::Side::debit, amount, ledger::Counting::counted},
                    {to, ledger::Side::credit, amount, ledger::Counting::counted}};
                return ledger_->post(transaction,
                                     {.client = client,
                                      .content = client.low,
                                      .kind = "transfer",
                                      .effective = base::local_date(transaction.now(), 480),
                                      .legs = legs,
                                      .details = event});
            },
            [this, asked](const Result<ledger::Posted>& posted) {
                answered(asked, posted.has_value());
            },
            [this, from, to, client] {
                const ledger::AccountId parties[] = {from, to};
                ledger_->expect(parties);
            });
    }

    void answered(Clock::time_point asked, bool done)
    {
        if (!done) std::fprintf(stderr, "a transfer was refused\n");
        latencies_ms_.push_back(seconds_since(asked) * 1000);
        if (seconds_since(began_) < seconds_) ask();
        const std::lock_guard lock{mutex_};
        if (--running_ == 0) idle_.notify_one();
    }

    base::SystemClock clock_;
    std::unique_ptr<sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::vector<ledger::AccountId> accounts_;
    std::mt19937_64 random_{std::random_device{}()};  // Client ids are new in each run.
    const std::size_t in_flight_;
    Clock::time_point began_;
    double seconds_ = 0;
    double took_ = 0;
    std::vector<double> latencies_ms_;  // Written on the book's writer thread only.
    std::mutex asking_;
    std::mutex mutex_;
    std::condition_variable idle_;
    std::size_t running_ = 0;
};

}  // namespace

int load_ledger_on_postgres(const std::string& url, std::int64_t accounts, std::int64_t seconds,
                            std::size_t in_flight)
{
    LedgerLoad load{url, accounts, in_flight};
    load.run(warm_up_seconds);
    const auto groups = load.groups();
    const auto cpu = std::clock();
    load.run(static_cast<double>(seconds));
    const double cpu_us = static_cast<double>(std::clock() - cpu) * 1e6 / CLOCKS_PER_SEC;
    const auto commits = static_cast<double>(load.groups() - groups);
    if (!load.clean()) throw std::runtime_error("the ledger is not in order afterwards");
    const platform::json::Object figures{
        {"per_second", load.per_second()},   {"p50_ms", load.percentile_ms(.5)},
        {"p99_ms", load.percentile_ms(.99)}, {"max_ms", load.percentile_ms(1)},
        {"group", load.count() / commits},   {"cpu_us_each", cpu_us / load.count()}};
    std::puts(platform::json::serialise(figures).c_str());
    return 0;
}

}  // namespace bench
