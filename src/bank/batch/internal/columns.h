// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/batch/roster.h>

#include <array>
#include <optional>

namespace bank::batch::internal {

enum class Column : std::uint8_t { account, name, amount, reference, currency, own_id };
inline constexpr std::size_t column_count = 6;

/// Where each column stands in a table, found by the words of its header.
class Columns {
public:
    /// Errors: batch.header_missing, batch.header_twice.
    static base::Result<Columns> read(const std::vector<std::string>& header);

    std::optional<std::size_t> place(Column column) const
    {
        return places_[static_cast<std::size_t>(column)];
    }
    /// The field of `column`, with the blanks around it taken away; empty where there is none.
    std::string_view field(const std::vector<std::string>& fields, Column column) const;

private:
    std::array<std::optional<std::size_t>, column_count> places_;
};

std::string_view trimmed(std::string_view text);

/// A line of fields under `columns`.
Row row_of(const Columns& columns, const std::vector<std::string>& fields, int place);

}  // namespace bank::batch::internal
