// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/packed_rows.h>

#include <array>
#include <charconv>

namespace platform::sql {

namespace {

constexpr std::string_view divided{"\\\t\n\0", 4};
constexpr std::string_view letters = "\\tn0";

/// What stands after a backslash for each byte; zero where it stands for itself.
constexpr std::array<char, 256> letter_table = [] {
    std::array<char, 256> table{};
    for (std::size_t i = 0; i < divided.size(); ++i) {
        table[static_cast<unsigned char>(divided[i])] = letters[i];
    }
    return table;
}();

char letter_for(char c)
{
    return letter_table[static_cast<unsigned char>(c)];
}

}  // namespace

PackedRows& PackedRows::field(std::string_view text)
{
    divide();
    for (;;) {
        std::size_t at = 0;
        while (at < text.size() && letter_for(text[at]) == 0) ++at;
        text_ += text.substr(0, at);
        if (at == text.size()) return *this;
        text_ += '\\';
        text_ += letter_for(text[at]);
        text.remove_prefix(at + 1);
    }
}

PackedRows& PackedRows::field(std::int64_t number)
{
    divide();
    char digits[24];
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    return *this;
}

void PackedRows::end_row()
{
    text_ += '\n';
    ++count_;
    in_row_ = false;
}

void PackedRows::clear()
{
    text_.clear();
    count_ = 0;
    in_row_ = false;
}

void PackedRows::divide()
{
    if (in_row_) text_ += '\t';
    in_row_ = true;
}

bool PackedReader::next()
{
    if (rest_.empty()) return false;
    const auto end = rest_.find('\n');
    row_ = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return true;
}

std::string_view PackedReader::raw()
{
    const auto end = row_.find('\t');
    const auto field = row_.substr(0, end);
    row_.remove_prefix(end == std::string_view::npos ? row_.size() : end + 1);
    return field;
}

std::string PackedReader::text()
{
    std::string out;
    for (std::string_view field = raw();;) {
        const auto at = field.find('\\');
        out += field.substr(0, at);
        if (at == std::string_view::npos || at + 1 == field.size()) return out;
        const auto which = letters.find(field[at + 1]);
        out += which == std::string_view::npos ? field[at + 1] : divided[which];
        field.remove_prefix(at + 2);
    }
}

std::int64_t PackedReader::integer()
{
    const std::string_view field = raw();
    std::int64_t number = 0;
    std::from_chars(field.data(), field.data() + field.size(), number);
    return number;
}

}  // namespace platform::sql
