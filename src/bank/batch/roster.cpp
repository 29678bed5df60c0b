// SPDX-License-Identifier: Apache-2.0
#include <bank/batch/roster.h>

#include <bank/batch/internal/columns.h>
#include <bank/batch/internal/readers.h>
#include <platform/spreadsheet/workbook.h>

#include <algorithm>

namespace bank::batch {

using base::invalid;
using base::Result;

std::string_view to_string(Format format)
{
    switch (format) {
        case Format::csv:
            return "csv";
        case Format::xlsx:
            return "xlsx";
        default:
            return "pain.001";
    }
}

base::Error internal::too_many_lines(const RosterLimits& limits)
{
    return invalid("batch.too_many_lines",
                   "a file holds at most " + std::to_string(limits.lines) + " payments");
}

Result<Roster> internal::read_workbook(std::string_view file, const RosterLimits& limits)
{
    Roster roster{.format = Format::xlsx,
                  .encoding = "UTF-8",
                  .message_id = {},
                  .debtor_account = {},
                  .rows = {}};
    std::optional<Columns> columns;
    const auto read = [&](std::size_t number,
                          const std::vector<platform::spreadsheet::Cell>& cells) -> Result<void> {
        std::vector<std::string> fields;
        fields.reserve(cells.size());
        for (const auto& cell : cells) fields.push_back(cell.text);
        if (!columns) {
            columns = TRY(Columns::read(fields));
            return {};
        }
        if (roster.rows.size() == limits.lines) return too_many_lines(limits);
        Row row = row_of(*columns, fields, static_cast<int>(number));
        for (const Column column : {Column::account, Column::amount}) {
            const auto place = columns->place(column);
            if (!place || *place >= cells.size()) continue;
            if (cells[*place].error) row.faults.push_back({"batch.cell_error", cells[*place].text});
            if (column == Column::account && cells[*place].digits_lost) {
                row.faults.push_back({"batch.account_as_number", {}});
            }
        }
        roster.rows.push_back(std::move(row));
        return {};
    };
    TRY(platform::spreadsheet::read_first_sheet(file, read, {.rows = limits.lines + 2}));
    return roster;
}

Result<Roster> read_roster(std::string_view file, const RosterLimits& limits)
{
    if (file.size() > limits.bytes) {
        return invalid("batch.file_too_large",
                       "a file has at most " + std::to_string(limits.bytes >> 20) + " MB");
    }
    std::string_view head = file;
    if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
    head = internal::trimmed(head.substr(0, 4096));
    if (head.empty()) return invalid("batch.file_empty", "the file is empty");
    const bool packed = file.starts_with("PK") || file.starts_with("\xD0\xCF\x11\xE0");
    const bool utf16 = file.starts_with("\xFF\xFE") || file.starts_with("\xFE\xFF");
    if (!packed && (utf16 || head.find('\0') != std::string_view::npos)) {
        return invalid("batch.format_unknown", "this is neither CSV nor XLSX nor pain.001");
    }
    auto roster = TRY(packed                  ? internal::read_workbook(file, limits)
                      : head.starts_with('<') ? internal::read_pain(file, limits)
                                              : internal::read_csv(file, limits));
    if (roster.rows.empty()) return invalid("batch.no_lines", "the file holds no payment");
    return roster;
}

Result<base::Money> read_amount(std::string_view text, base::Currency currency)
{
    text = internal::trimmed(text);
    const auto malformed = [] { return invalid("money.malformed", "this is no amount"); };
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return base::parse_money(text, currency);
    // Grouping is accepted where it is right everywhere: 1,234,567.00.
    const auto whole = text.substr(0, text.find('.'));
    if (comma > 3 || comma == 0 || comma > whole.size()) return malformed();
    std::string digits{whole.substr(0, comma)};
    for (auto rest = whole.substr(comma); !rest.empty(); rest.remove_prefix(4)) {
        if (rest.size() < 4 || rest[0] != ',') return malformed();
        digits += rest.substr(1, 3);
    }
    if (digits.find(',') != std::string::npos) return malformed();
    digits += text.substr(whole.size());
    return base::parse_money(digits, currency);
}

}  // namespace bank::batch
