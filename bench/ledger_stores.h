// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ledger.h>
#include <bank/outbox/outbox.h>
#include <bank/risk/judge.h>
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

/// What a transfer is made of: the ledger's entry alone, or with it what the bank does in the unit
/// of work of every payment: judging it by the payer's latest ones and keeping the judgement, the
/// record of the audit trail, two events.
enum class Parts { ledger_alone, product };

class LedgerStore final : public Store {
public:
    /// Opens a book for groups of at most so many.
    using Open = std::function<std::unique_ptr<platform::sql::Book>(const base::Clock& clock,
                                                                    std::size_t group)>;

    /// Accounts with a balance, opened and filled in an SQLite file of `folder`; then the parts are
    /// as in `parts`.
    LedgerStore(const std::filesystem::path& folder, std::int64_t accounts, Parts parts);
    /// In an empty database of any kind; there is then no file to measure.
    LedgerStore(Open open, std::int64_t accounts, Parts parts);
    ~LedgerStore() override;

    void transfer(std::function<void(bool)> done) override;
    /// Opens the book anew with groups of at most so many; memory as after a day's work.
    void set_group(std::size_t group);
    void set_parts(Parts parts) { parts_ = parts; }
    /// Whether every transfer goes to one and the same account.
    void set_hot(bool hot) { hot_ = hot; }
    /// How many entries a start read, and how long it took.
    std::pair<std::int64_t, double> restart();
    double bytes_per_entry() const;
    double file_mb() const;
    std::int64_t entries() const { return static_cast<std::int64_t>(asked_); }
    std::uint64_t commits() const { return book_->statistics().groups; }
    /// Entries checked, or -1 with the first finding on standard error.
    std::int64_t check();

private:
    void preload(std::int64_t accounts);
    void warm();
    void write_parts(platform::sql::Transaction& transaction, bank::ledger::AccountId from,
                     bank::ledger::AccountId to, bank::ledger::EntryId entry);

    const std::filesystem::path file_;
    const Open open_;
    base::SystemClock clock_;
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<bank::ledger::Ledger> ledger_;
    const bank::risk::SanctionsList nobody_{"none", {}};
    std::unique_ptr<bank::risk::Judge> judge_;
    std::unique_ptr<bank::outbox::Outbox> events_;
    Parts parts_;
    bool hot_ = false;
    std::vector<bank::ledger::AccountId> accounts_;
    std::mt19937_64 random_{20261121};
    std::uint64_t asked_ = 0;
    std::uintmax_t bytes_before_ = 0;
};

}  // namespace bench
