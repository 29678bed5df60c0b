// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platform::sql {

/// Rows that are kept together in one text column: a line for each, fields divided by tabs. Within
/// a field a backslash stands before a backslash, and \t, \n, \0 stand for a tab, a line's end and
/// a zero byte, which no text column takes. A migration can write such rows from columns.
class PackedRows {
public:
    PackedRows& field(std::string_view text);
    PackedRows& field(std::int64_t number);
    void end_row();

    std::string_view text() const { return text_; }
    std::size_t count() const { return count_; }
    void clear();

private:
    void divide();

    std::string text_;
    std::size_t count_ = 0;
    bool in_row_ = false;
};

/// Reads them, row by row and field by field. What was damaged in the column gives empty texts and
/// zeros, never more than is there.
class PackedReader {
public:
    explicit PackedReader(std::string_view text) : rest_(text) {}

    /// Goes to the next row; false after the last.
    bool next();
    /// The next field of the row.
    std::string text();
    std::int64_t integer();
    /// The same for one that holds nothing but letters, digits and the like, as it lies there.
    std::string_view word() { return raw(); }

private:
    std::string_view raw();

    std::string_view rest_;
    std::string_view row_;
};

}  // namespace platform::sql
