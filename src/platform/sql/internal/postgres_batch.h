// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/transaction.h>

#include <string>
#include <unordered_set>
#include <vector>

namespace platform::sql::internal {

/// Rows of one deferred statement, gathered as arrays that travel together.
class PostgresBatch {
public:
    /// `types` are those of the places of `sql`. Throws Failure for a type that has no array here.
    PostgresBatch(std::string_view sql, std::vector<unsigned> types);

    const std::string& table() const { return table_; }
    const std::string& many_rows_sql() const { return sql_; }
    std::size_t rows() const { return rows_; }
    bool has(std::int64_t key) const { return keys_.contains(key); }
    void add(std::int64_t key, std::span<const Parameter> parameters);
    void clear();

    /// One array for each place, in the binary form that the server takes.
    const std::vector<std::string>& arrays();

private:
    struct Column {
        unsigned type;
        std::string values;
        bool has_null;
    };

    std::string table_;
    std::string sql_;
    std::vector<Column> columns_;
    std::vector<std::string> arrays_;
    std::unordered_set<std::int64_t> keys_;
    std::size_t rows_ = 0;
};

}  // namespace platform::sql::internal
