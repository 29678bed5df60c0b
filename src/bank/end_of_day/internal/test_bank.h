// SPDX-License-Identifier: Apache-2.0
// Bank with an end of day in a folder of its own, for tests.
#pragma once

#include <bank/end_of_day/end_of_day.h>
#include <bank/end_of_day/internal/pages.h>
#include <platform/sql/test_book.h>

#include <unistd.h>
#include <filesystem>
#include <string>

namespace bank::end_of_day::internal {

inline base::Date on(std::string_view text)
{
    return base::parse_date(text).value();
}

inline const base::Currency cny{"CNY", 2};

/// 0.05 % ACT/360, posted on the 20th of each quarter's last month, as Chinese demand deposits.
inline Terms test_terms()
{
    const interest::Rates demand{interest::DayCount::actual_360, {{0, 500}}};
    const Schedule quarterly{Frequency::quarterly, 20};
    const Fee small{.code = "small-account",
                    .amount = {3'00, cny},
                    .schedule = quarterly,
                    .average_below = 300'00,
                    .waived_for_default = true};
    return {{{"class-1", demand, quarterly, {small}}, {"class-3", demand, quarterly, {}}},
            {{.code = "1", .name = {{"en", "Assets"}}, .debit = true, .rest = true},
             {.code = "2", .name = {{"en", "Liabilities"}}},
             {.code = "2011",
              .parent = "2",
              .name = {{"en", "Deposits"}},
              .products = {"class-1", "class-3"}},
             {.code = "2231", .parent = "2", .name = {}, .own = {"interest/payable/*"}},
             {.code = "6", .name = {{"en", "Profit and loss"}}, .own = {"fee/*"}},
             {.code = "6411", .parent = "6", .name = {}, .own = {"interest/expense/*"}}}};
}

struct TestBank {
    TestBank(std::filesystem::path folder, base::Clock& clock, Terms terms = test_terms(),
             int book_number = 1)
        : book(platform::sql::open_test_book(folder / "book.db", clock, {.number = book_number}))
    {
        for (const auto& steps :
             {audit::migrations(), outbox::migrations(), ledger::migrations(),
              business_day::migrations(), account::migrations(), end_of_day::migrations()}) {
            base::ensure(book->migrate(steps).has_value());
        }
        ledger.emplace(*book);
        day.emplace(
            *book,
            business_day::Rules{
                engine::process::BusinessCalendar::make("Asia/Shanghai", {}, {}, {}, {}).value()});
        accounts.emplace(*ledger,
                         account::Institution{.number_prefix = "990101", .business_day = &*day});
        outbox.emplace(*book);
        ends.emplace(EndOfDay::Environment{*book, *day, *accounts, *outbox, std::move(terms), {}});
    }

    template <class Function>
    auto write(Function function)
    {
        return book->write(function);
    }
    template <class Function>
    auto read(Function function)
    {
        return book->read(function);
    }

    ledger::AccountId open(const account::Product& product, std::uint64_t holder,
                           std::string_view key)
    {
        const auto opened = write([&](platform::sql::Transaction& transaction) {
            return accounts->open(transaction, product,
                                  {.key = std::string{key},
                                   .holder = account::CustomerId{holder},
                                   .branch = "test",
                                   .face_to_face = true});
        });
        return opened.value().id;
    }

    /// Moves money between an account and the bank's cash; negative: out.
    base::Result<ledger::Posted> move(ledger::AccountId id, std::int64_t amount,
                                      std::string_view key)
    {
        return write([&, id, amount](platform::sql::Transaction& transaction) {
            const auto cash = ledger->own_account(transaction, "cash", cny).value();
            const base::Money money{std::abs(amount), cny};
            const auto here = amount > 0 ? ledger::Side::credit : ledger::Side::debit;
            const auto there = amount > 0 ? ledger::Side::debit : ledger::Side::credit;
            const ledger::Leg legs[] = {{id, here, money}, {cash, there, money}};
            return ledger->post(transaction,
                                {.client = ledger::client_id({"test", key}),
                                 .kind = "transfer",
                                 .effective = accounts->business_date(transaction.now()),
                                 .legs = legs});
        });
    }

    std::int64_t balance(ledger::AccountId id)
    {
        return read([&](platform::sql::Snapshot& snapshot) {
            return ledger->account(snapshot, id).value().balance().minor_units;
        });
    }

    /// Closes the open date, whatever the clock says, and does its work.
    base::Result<void> close_and_work(int most_ahead = 1)
    {
        const auto closed = ends->close(day->date(), {}, {}, most_ahead);
        if (!closed) return closed.error();
        return ends->work();
    }

    std::unique_ptr<platform::sql::Book> book;
    std::optional<ledger::Ledger> ledger;
    std::optional<business_day::BusinessDay> day;
    std::optional<account::Accounts> accounts;
    std::optional<outbox::Outbox> outbox;
    std::optional<EndOfDay> ends;
};

inline account::Product product_1()
{
    return {.code = "class-1", .account_class = account::Class::one, .unit = cny, .per_person = 9};
}

inline std::filesystem::path fresh_folder(const std::string& name)
{
    // In memory where that is possible: these tests end hundreds of days.
    const auto place = std::filesystem::exists("/dev/shm") ? std::filesystem::path{"/dev/shm"}
                                                           : std::filesystem::temp_directory_path();
    const auto folder = place / ("yungui-end-of-day-" + name + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

}  // namespace bank::end_of_day::internal
