// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platform::spreadsheet {

/// What a workbook may hold before it is refused.
struct Limits {
    std::size_t unpacked_bytes = 128 << 20;  // Of each part that is read.
    std::size_t parts = 1000;
    std::size_t rows = 110'000;
    std::size_t columns = 64;  // Cells further right are passed over.
    std::size_t cell_bytes = 4096;
};

struct Cell {
    std::string text;
    /// Stored as a number. The text then has the 15 significant digits that programs for tables
    /// show, so that 8500.1 is "8500.1" whatever stands in the file.
    bool number = false;
    bool digits_lost = false;  // A number with more digits than can be kept as one.
    bool error = false;        // "#N/A" and its like.
};

/// One row: its number in the sheet, from 1, and its cells from column A on, missing ones empty.
/// Rows without any text are passed over. An error ends the reading.
using RowReader =
    std::function<base::Result<void>(std::size_t row, const std::vector<Cell>& cells)>;

/// Reads the first sheet of an Office Open XML workbook (ECMA-376, .xlsx), row by row. Of a formula
/// the result that was stored counts. What is unpacked is counted as it comes, whatever the archive
/// says of itself.
///
/// Errors: spreadsheet.not_a_workbook, spreadsheet.encrypted (or of the format before 2007),
/// spreadsheet.too_large, spreadsheet.too_many_rows, spreadsheet.malformed, the reader's.
base::Result<void> read_first_sheet(std::string_view file, const RowReader& reader,
                                    const Limits& limits = {});

/// A workbook of one sheet whose cells are all text, so that no program takes digits for a number.
std::string write_sheet(std::string_view name, std::span<const std::vector<std::string>> rows);

/// A file of a ZIP archive, and an archive of such, for tests and templates.
struct Part {
    std::string name;
    std::string content;
};
std::string zip(std::span<const Part> parts);

}  // namespace platform::spreadsheet
