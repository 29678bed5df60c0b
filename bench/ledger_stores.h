// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ledger.h>
#include <platform/sql/book.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace bench {

/// A folder for one run, beside the working directory so that it lies on the same disk as a book
/// would; goes with it.
class BenchFolder {
public:
    BenchFolder();
    ~BenchFolder();
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Appends what `group` transfers take in the ledger's journal and makes it durable, again and
/// again; transfers a second.
double raw_log_per_second(const std::filesystem::path& folder, std::size_t group, double seconds);
double fsync_median_ms(const std::filesystem::path& folder);

/// Something that makes transfers between random accounts of its own.
class Store {
public:
    virtual ~Store() = default;
    /// Asks for one; `done` is called when it is durable or refused, on another thread.
    virtual void transfer(std::function<void(bool)> done) = 0;
};

class LedgerStore final : public Store {
public:
    LedgerStore(const std::filesystem::path& folder, std::int64_t accounts);
    ~LedgerStore() override;

    void transfer(std::function<void(bool)> done) override;
    /// Opens the book anew with groups of at most so many.
    void set_group(std::size_t group);
    /// How many entries a start read, and how long it took.
    std::pair<std::int64_t, double> restart();
    double bytes_per_entry() const;
    /// Entries checked, or -1 with the first finding on standard error.
    std::int64_t check();

private:
    void preload(std::int64_t accounts);
    void warm();

    const std::filesystem::path file_;
    base::SystemClock clock_;
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<bank::ledger::Ledger> ledger_;
    std::vector<bank::ledger::AccountId> accounts_;
    std::mt19937_64 random_{20261121};
    std::uint64_t asked_ = 0;
    std::uintmax_t bytes_before_ = 0;
};

/// Account, transfer, posting and event each in a table of its own with the usual indexes, balances
/// updated in place; the same book and the same groups.
class UsualTables final : public Store {
public:
    UsualTables(const std::filesystem::path& folder, std::int64_t accounts, std::size_t group);
    ~UsualTables() override;

    void transfer(std::function<void(bool)> done) override;

private:
    base::SystemClock clock_;
    std::unique_ptr<platform::sql::Book> book_;
    const std::int64_t accounts_;
    std::mt19937_64 random_{20261121};
};

}  // namespace bench
