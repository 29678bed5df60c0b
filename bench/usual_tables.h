// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bench/ledger_stores.h>
#include <platform/crypto/hash.h>

namespace bench {

/// Account, transfer, posting and event each in a table of its own with the usual indexes, balances
/// updated in place; the same book and the same groups. With the parts of the product also the
/// payer's latest payments looked up, and judgement, audit record and two events in rows of tables.
class UsualTables final : public Store {
public:
    UsualTables(const std::filesystem::path& folder, std::int64_t accounts, std::size_t group,
                Parts parts);
    ~UsualTables() override;

    void transfer(std::function<void(bool)> done) override;

private:
    base::Result<void> write_parts(platform::sql::Transaction& transaction, std::int64_t from,
                                   std::int64_t to, std::uint64_t transfer);

    const Parts parts_;
    base::SystemClock clock_;
    std::unique_ptr<platform::sql::Book> book_;
    const std::int64_t accounts_;
    std::mt19937_64 random_{20261121};
    // Of the audit trail; the writer thread's.
    platform::crypto::Digest chain_{};
    std::int64_t sequence_ = 0;
};

}  // namespace bench
