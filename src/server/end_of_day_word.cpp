// SPDX-License-Identifier: Apache-2.0
#include <server/words.h>

#include <server/end_of_day_terms.h>
#include <server/house.h>

#include <bank/end_of_day/end_of_day.h>
#include <bank/voucher/vouchers.h>

#include <cstdio>
#include <memory>

namespace server {

namespace {

namespace end_of_day = bank::end_of_day;
namespace sql = platform::sql;

constexpr int demo_days_ahead = 31;  // A demonstration may show a quarter's end that is near.
// The ledger takes no entry whose date is further from the day of its recording.
constexpr int days_behind = bank::ledger::effective_days_apart - 1;

struct EndOfDayOptions {
    std::string data = "data";
    std::string bank;
    std::string database;
    std::string institution;
    std::string to;
};

int end_of_day_refused(const std::string& why)
{
    std::fprintf(stderr, "yungui: %s\n", why.c_str());
    return 1;
}

void print_run(const end_of_day::Run& run)
{
    std::printf("  %s closed, %s is open\n", base::to_string(run.day).c_str(),
                base::to_string(run.next_day).c_str());
    for (const auto& step : run.steps) {
        if (step.count == 0 && step.amount == 0 && step.done == 0) continue;
        std::printf("    %-20s %8lld done %8lld posted  %s\n",
                    std::string{end_of_day::to_string(step.step)}.c_str(),
                    static_cast<long long>(step.done), static_cast<long long>(step.count),
                    base::to_decimal({step.amount, {"CNY", 2}}).c_str());
    }
    std::fflush(stdout);
}

/// What of an institution the end of day needs, on a data folder that nobody else works on.
class Books {
public:
    Books(House& house, const bank::catalog::Institution& facts)
        : book_(house.open_book(facts.code, facts.book))
    {
        for (const auto& migrations :
             {bank::audit::migrations(), bank::outbox::migrations(), bank::ledger::migrations(),
              bank::business_day::migrations(), bank::account::migrations(),
              bank::voucher::migrations(), end_of_day::migrations()}) {
            if (const auto done = book_->migrate(migrations); !done)
                throw sql::Failure(done.error().detail);
        }
        ledger_.emplace(*book_);
        day_.emplace(*book_, business_day_rules(facts));
        accounts_.emplace(*ledger_, bank::account::Institution{facts.account_prefix, 480, &*day_});
        outbox_.emplace(*book_);
        ends_.emplace(end_of_day::EndOfDay::Environment{*book_,
                                                        *day_,
                                                        *accounts_,
                                                        *outbox_,
                                                        end_of_day_terms(house.bank()),
                                                        {},
                                                        bank::voucher::pieces});
    }

    /// Closes and works on each date before `to`; prints each. Errors: those of EndOfDay.
    base::Result<void> close_until(base::Date to, int most_ahead)
    {
        TRY(ends_->work());  // What an earlier run left.
        while (day_->date() < to) {
            const auto run = TRY(ends_->close(day_->date(), {}, "on the command line", most_ahead));
            // Far behind, the dates are closed first: what they book needs a date near today's.
            if (day_->date().days + days_behind < day_->by_clock(book_->clock().now()).days)
                continue;
            TRY(ends_->work());
            print_run(book_->read([&](sql::Snapshot& snapshot) {
                return end_of_day::run_of(snapshot, run.day).value();
            }));
        }
        return ends_->work();
    }

    base::Date by_clock() const { return day_->by_clock(book_->clock().now()); }
    base::Date open_date() const { return day_->date(); }

private:
    std::unique_ptr<sql::Book> book_;
    std::optional<bank::ledger::Ledger> ledger_;
    std::optional<bank::business_day::BusinessDay> day_;
    std::optional<bank::account::Accounts> accounts_;
    std::optional<bank::outbox::Outbox> outbox_;
    std::optional<end_of_day::EndOfDay> ends_;
};

int end_days(const EndOfDayOptions& options, const std::filesystem::path& source_root)
{
    if (!is_data_folder(options.data))
        return end_of_day_refused(options.data + " is no data folder of a bank");
    std::optional<base::Date> wanted;
    if (!options.to.empty()) {
        const auto date = base::parse_date(options.to);
        if (!date) return end_of_day_refused("--to is a date like 2026-12-21");
        wanted = date.value();
    }
    const auto house =
        House::open({.source_root = source_root,
                     .bank_folder = options.bank.empty() ? source_root / "banks/demo"
                                                         : std::filesystem::path{options.bank},
                     .data_folder = std::filesystem::absolute(options.data),
                     .database = options.database,
                     .database_wait = std::chrono::seconds{6}});
    if (!house) return end_of_day_refused(house.error().detail);
    const auto& bank = house.value()->bank();
    const auto* facts = bank.institution(options.institution);
    if (facts == nullptr) {
        return end_of_day_refused("there is no institution “" + options.institution +
                                  "”; name one with --institution");
    }
    try {
        Books books{*house.value(), *facts};
        const base::Date to = wanted.value_or(books.by_clock());
        const int ahead = bank.facts.demo ? demo_days_ahead : 0;
        if (to.days > books.by_clock().days + ahead) {
            return end_of_day_refused(
                "--to lies too far ahead; by the clock the business date is " +
                base::to_string(books.by_clock()));
        }
        std::printf("%s\n", facts->code.c_str());
        if (const auto done = books.close_until(to, ahead); !done)
            return end_of_day_refused(done.error().detail);
        std::printf("  the business date is %s\n", base::to_string(books.open_date()).c_str());
        return 0;
    } catch (const sql::Failure& failure) {
        return end_of_day_refused(failure.what());
    }
}

}  // namespace

void add_end_of_day_word(platform::command_line::Program& program,
                         const std::filesystem::path& source_root)
{
    auto options = std::make_shared<EndOfDayOptions>();
    program.word(
        "end-of-day",
        "Close an institution's business dates and do their work, while it stands still",
        [&](platform::command_line::Options& declare) {
            declare.text("--institution", "Its code", options->institution);
            declare.text("--to", "The business date to open at last; without it, today's",
                         options->to);
            declare.text("--data", "The data folder (data)", options->data);
            declare.text("--bank", "The bank's folder (banks/demo)", options->bank);
            declare.text("--database", database_help, options->database);
        },
        [options, source_root] { return end_days(*options, source_root); });
}

}  // namespace server
