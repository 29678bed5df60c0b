// SPDX-License-Identifier: Apache-2.0
#include <bench/end_of_day.h>

#include <server/end_of_day_terms.h>
#include <server/operations.h>
#include <server/products.h>

#include <bank/catalog/catalog.h>
#include <bank/end_of_day/end_of_day.h>
#include <bank/ledger/check.h>
#include <platform/json/value.h>

#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

namespace bench {

namespace {

namespace eod = bank::end_of_day;
namespace sql = platform::sql;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr int payers = 8;
constexpr auto pause_between_payments = std::chrono::milliseconds(5);

/// A book of an institution with all that the end of day touches.
struct Books {
    Books(const std::filesystem::path& file, const base::Clock& clock,
          const bank::catalog::Bank& bank)
        : book(sql::open_sqlite_book(file, clock, {.number = 1}))
    {
        for (const auto& steps :
             {bank::audit::migrations(), bank::outbox::migrations(), bank::ledger::migrations(),
              bank::business_day::migrations(), bank::account::migrations(), eod::migrations()}) {
            base::ensure(book->migrate(steps).has_value());
        }
        ledger.emplace(*book);
        day.emplace(*book, server::business_day_rules(bank.institutions.front()));
        accounts.emplace(*ledger, bank::account::Institution{"990101", 480, &*day});
        outbox.emplace(*book);
        ends.emplace(eod::EndOfDay::Environment{
            *book, *day, *accounts, *outbox, server::end_of_day_terms(bank), {}});
    }

    /// Closes the open date and does its work; the seconds it took.
    double end_a_day()
    {
        const auto began = Clock::now();
        const auto closed = ends->close(day->date(), {}, "bench", 10);
        const auto done = closed ? ends->work() : base::Result<void>{closed.error()};
        if (!done) throw std::runtime_error("the end of day failed: " + done.error().detail);
        return std::chrono::duration<double>(Clock::now() - began).count();
    }

    eod::Run last_run()
    {
        return book->read([](sql::Snapshot& snapshot) { return eod::runs(snapshot, {}, 1).at(0); });
    }

    std::unique_ptr<sql::Book> book;
    std::optional<bank::ledger::Ledger> ledger;
    std::optional<bank::business_day::BusinessDay> day;
    std::optional<bank::account::Accounts> accounts;
    std::optional<bank::outbox::Outbox> outbox;
    std::optional<eod::EndOfDay> ends;
};

/// Pays between random accounts until told to stop; how long each payment took.
std::vector<double> pay(Books& books, const std::vector<bank::ledger::AccountId>& ids, int payer,
                        const std::atomic<bool>& over)
{
    std::mt19937_64 random{static_cast<std::uint64_t>(payer)};
    std::vector<double> waits;
    for (int i = 0; !over; ++i) {
        const auto from = ids[random() % ids.size()];
        const auto to = ids[random() % ids.size()];
        if (from == to) continue;
        const auto began = Clock::now();
        const auto posted = books.book->write([&](sql::Transaction& transaction) {
            const base::Money amount{100, {"CNY", 2}};
            const bank::ledger::Leg legs[] = {{from, bank::ledger::Side::debit, amount},
                                              {to, bank::ledger::Side::credit, amount}};
            return books.ledger->post(
                transaction, {.client = bank::ledger::client_id(
                                  {"bench", std::to_string(payer), std::to_string(i)}),
                              .kind = "transfer",
                              .effective = books.accounts->business_date(transaction.now()),
                              .legs = legs});
        });
        if (!posted) throw std::runtime_error("a payment was refused");
        waits.push_back(Milliseconds(Clock::now() - began).count());
        std::this_thread::sleep_for(pause_between_payments);
    }
    return waits;
}

double part_of(const std::vector<double>& sorted, double part)
{
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

struct Waits {
    double per_second, p50, p99, max;
};

/// Payments beside `work`.
template <class Work>
Waits beside_payments(Books& books, const std::vector<bank::ledger::AccountId>& ids, Work work)
{
    std::atomic<bool> over = false;
    std::vector<std::vector<double>> waits(payers);
    std::vector<std::thread> threads;
    for (int i = 0; i < payers; ++i) {
        threads.emplace_back(
            [&, i] { waits[static_cast<std::size_t>(i)] = pay(books, ids, i, over); });
    }
    const auto began = Clock::now();
    work();
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    over = true;
    for (auto& thread : threads) thread.join();
    std::vector<double> all;
    for (const auto& some : waits) all.insert(all.end(), some.begin(), some.end());
    std::ranges::sort(all);
    return {static_cast<double>(all.size()) / seconds, part_of(all, 0.5), part_of(all, 0.99),
            all.back()};
}

}  // namespace

int bench_end_of_day(const std::filesystem::path& root, bool json, std::int64_t accounts)
{
    bank::catalog::Findings findings;
    const auto bank = bank::catalog::load_bank(root / "banks/demo", findings);
    if (bank == nullptr) throw std::runtime_error("banks/demo is not in order");
    const auto folder = root / "build/bench" / ("end-of-day-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    platform::json::Object values;
    const auto figure = [&](const char* name, double value) {
        if (!json) std::printf("  %-28s %12.3f\n", name, value);
        values.set(name, value);
        std::fflush(stdout);
    };
    bool clean = false;
    {
        // The 19th, so that the second end of day is that of the 20th and posts to everybody.
        const base::ManualClock clock{base::parse_instant("2026-12-19T04:00:00Z").value()};
        Books books{folder / "book.db", clock, *bank};
        std::fprintf(stderr, "opening %lld accounts\n", static_cast<long long>(accounts));
        const auto product = server::account_product(bank->products.at("class-1"));
        const auto ids =
            books.accounts->fill(*books.book, product, accounts,
                                 bank::account::CustomerId{1'000'000}, {10'000'00, product.unit});
        const auto number = static_cast<double>(accounts);
        const double ordinary = books.end_a_day();
        figure("ordinary_day_seconds", ordinary);
        const double posting = books.end_a_day();
        figure("seconds", posting);
        figure("accounts_per_second", number / posting);
        const auto run = books.last_run();
        const auto& posted = run.steps.at(static_cast<std::size_t>(eod::Step::interest_posting));
        figure("interest_postings", static_cast<double>(posted.count));
        if (posted.count != accounts) throw std::runtime_error("not every account had interest");
        const auto alone = beside_payments(
            books, ids, [] { std::this_thread::sleep_for(std::chrono::seconds(5)); });
        figure("payment_p50_ms_alone", alone.p50);
        figure("payment_p99_ms_alone", alone.p99);
        double beside_seconds = 0;
        const auto beside =
            beside_payments(books, ids, [&] { beside_seconds = books.end_a_day(); });
        figure("seconds_beside_payments", beside_seconds);
        figure("payments_per_second", beside.per_second);
        figure("payment_p50_ms", beside.p50);
        figure("payment_p99_ms", beside.p99);
        figure("payment_max_ms", beside.max);
        clean = books.book->read([](sql::Snapshot& snapshot) { return eod::check(snapshot); })
                    .empty() &&
                bank::ledger::check_ledger(*books.book).clean();
    }
    std::filesystem::remove_all(folder);
    if (!clean) throw std::runtime_error("the books are not in order afterwards");
    if (!json) return 0;
    const platform::json::Object machine{
        {"cores", static_cast<std::int64_t>(std::thread::hardware_concurrency())}};
    std::printf("%s\n", platform::json::serialise(platform::json::Object{{"bench", "end-of-day"},
                                                                         {"machine", machine},
                                                                         {"figures", values}})
                            .c_str());
    return 0;
}

}  // namespace bench
