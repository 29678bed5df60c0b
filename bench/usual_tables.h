// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bench/ledger_stores.h>

namespace bench {

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
