// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/check.h>
#include <bank/ledger/ledger.h>
#include <bank/ledger/units.h>
#include <platform/sql/test_book.h>

#include <unistd.h>
#include <filesystem>
#include <memory>
#include <string>

namespace bank::ledger {

using platform::sql::Snapshot;
using platform::sql::Transaction;

/// A ledger in a book of its own, for tests: in a folder that goes with it, at a time that stands.
class TestLedger {
public:
    /// With few entries a sweep, memory is small too, so that accounts are let go and come back.
    explicit TestLedger(std::int64_t entries_per_sweep = 100'000)
        : options_{entries_per_sweep, entries_per_sweep < 100 ? 3U : 1'000'000U}
    {
        static int made = 0;
        // In memory where there is such a folder: what a flush is worth is tested elsewhere.
        const std::filesystem::path memory{"/dev/shm"};
        folder_ =
            (std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path()) /
            ("ledger-test-" + std::to_string(getpid()) + "-" + std::to_string(++made));
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        base::ensure(book_->migrate(migrations()).has_value());
        reopen();
    }
    ~TestLedger()
    {
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    /// Forgets all that is in memory, as a new start would.
    void reopen()
    {
        ledger_.reset();
        ledger_ = std::make_unique<Ledger>(*book_, options_);
    }

    template <class Run>
    auto write(Run run)
    {
        return book_->write([&](Transaction& transaction) { return run(transaction, *ledger_); });
    }

    Account account(AccountId id)
    {
        return book_->read([&](Snapshot& snapshot) { return ledger_->account(snapshot, id); })
            .value();
    }

    base::Date today() const { return base::local_date(clock_.now(), 0); }

    /// The first thing that is wrong with the book, or nothing.
    std::string first_finding()
    {
        const auto report = check_ledger(*book_);
        return report.clean() ? std::string{} : report.findings.front();
    }

    base::ManualClock clock_{base::parse_instant("2026-11-21T08:00:00Z").value()};
    LedgerOptions options_;
    std::filesystem::path folder_;
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<Ledger> ledger_;
};

}  // namespace bank::ledger
