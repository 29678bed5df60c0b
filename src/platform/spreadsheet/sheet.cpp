// SPDX-License-Identifier: Apache-2.0
#include <platform/spreadsheet/workbook.h>

#include <platform/spreadsheet/internal/archive.h>
#include <platform/xml/stream.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>

namespace platform::spreadsheet {

namespace {

using base::Result;
using internal::Archive;
using xml::Element;

base::Error malformed(std::string detail)
{
    return base::invalid("spreadsheet.malformed", std::move(detail));
}

Result<void> parse_part(const Archive& archive, const std::string& name, const Limits& limits,
                        xml::StreamHandler& handler)
{
    xml::Stream stream{handler, {.bytes = limits.unpacked_bytes}};
    TRY(archive.read(name, [&](std::string_view piece) { return stream.feed(piece); }));
    return stream.finish();
}

/// The first sheet's relation, out of xl/workbook.xml.
class WorkbookReader final : public xml::StreamHandler {
public:
    Result<void> begin(const Element& element) override
    {
        if (element.name == "sheet" && relation_.empty()) relation_ = element.attribute("id");
        return {};
    }
    Result<void> end(std::string_view) override { return {}; }
    Result<void> text(std::string_view) override { return {}; }
    const std::string& relation() const { return relation_; }

private:
    std::string relation_;
};

class RelationsReader final : public xml::StreamHandler {
public:
    explicit RelationsReader(std::string_view wanted) : wanted_(wanted) {}
    Result<void> begin(const Element& element) override
    {
        if (element.name == "Relationship" && element.attribute("Id") == wanted_) {
            target_ = element.attribute("Target");
        }
        return {};
    }
    Result<void> end(std::string_view) override { return {}; }
    Result<void> text(std::string_view) override { return {}; }
    const std::string& target() const { return target_; }

private:
    const std::string_view wanted_;
    std::string target_;
};

/// Adds to a text that must not grow past the limit of a cell.
Result<void> append_within(std::string& text, std::string_view piece, const Limits& limits)
{
    if (text.size() + piece.size() > limits.cell_bytes) {
        return base::invalid("spreadsheet.too_large", "a cell holds too much");
    }
    text += piece;
    return {};
}

/// The texts that cells share, one after another in one string.
class SharedTexts final : public xml::StreamHandler {
public:
    explicit SharedTexts(const Limits& limits) : limits_(limits) {}

    Result<void> begin(const Element& element) override
    {
        if (element.name == "si") text_.clear();
        if (element.name == "rPh") ++phonetic_;  // How it is read aloud, not what is written.
        in_text_ = element.name == "t";
        return {};
    }
    Result<void> end(std::string_view name) override
    {
        in_text_ = false;
        if (name == "rPh") --phonetic_;
        if (name == "si") {
            all_ += text_;
            ends_.push_back(all_.size());
        }
        return {};
    }
    Result<void> text(std::string_view piece) override
    {
        if (!in_text_ || phonetic_ > 0) return {};
        return append_within(text_, piece, limits_);
    }

    std::optional<std::string_view> at(std::size_t number) const
    {
        if (number >= ends_.size()) return std::nullopt;
        const std::size_t from = number == 0 ? 0 : ends_[number - 1];
        return std::string_view{all_}.substr(from, ends_[number] - from);
    }

private:
    const Limits& limits_;
    std::string all_;
    std::vector<std::size_t> ends_;
    std::string text_;
    bool in_text_ = false;
    int phonetic_ = 0;
};

/// What the file's decimal text of a double means to whoever typed it.
Cell number_cell(const std::string& raw)
{
    Cell cell{.text = raw, .number = true};
    char* end = nullptr;
    const double value = std::strtod(raw.c_str(), &end);
    if (raw.empty() || end != raw.c_str() + raw.size() || !std::isfinite(value)) return cell;
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.15g", value);
    cell.text = buffer.data();
    cell.digits_lost = std::fabs(value) >= 1e15;
    if (cell.digits_lost) {
        std::snprintf(buffer.data(), buffer.size(), "%.0f", std::fabs(value) < 1e40 ? value : 0.0);
        cell.text = buffer.data();
    }
    return cell;
}

class SheetReader final : public xml::StreamHandler {
public:
    SheetReader(const SharedTexts& shared, const RowReader& reader, const Limits& limits)
        : shared_(shared), reader_(reader), limits_(limits)
    {
    }

    Result<void> begin(const Element& element) override
    {
        takes_text_ = false;
        if (element.name == "row") return begin_row(element);
        if (element.name == "c") {
            begin_cell(element);
        } else if (element.name == "rPh") {
            ++phonetic_;
        } else {
            takes_text_ = in_cell_ && phonetic_ == 0 &&
                          (element.name == "v" || (element.name == "t" && type_ == "inlineStr"));
        }
        return {};
    }

    Result<void> end(std::string_view name) override
    {
        takes_text_ = false;
        if (name == "rPh") --phonetic_;
        if (name == "c") return end_cell();
        if (name != "row") return {};
        const bool empty =
            std::ranges::all_of(cells_, [](const Cell& c) { return c.text.empty(); });
        if (empty) return {};
        if (++rows_ > limits_.rows) {
            return base::invalid("spreadsheet.too_many_rows", "the sheet has too many rows");
        }
        return reader_(row_, cells_);
    }

    Result<void> text(std::string_view piece) override
    {
        return takes_text_ ? append_within(raw_, piece, limits_) : Result<void>{};
    }

private:
    Result<void> begin_row(const Element& element)
    {
        cells_.clear();
        column_ = 0;
        const auto number = element.attribute("r");
        if (number.empty()) {
            ++row_;
            return {};
        }
        std::size_t given = 0;
        const auto [stop, error] =
            std::from_chars(number.data(), number.data() + number.size(), given);
        if (error != std::errc{} || stop != number.data() + number.size() || given <= row_) {
            return malformed("the sheet's rows are out of order");
        }
        row_ = given;
        return {};
    }

    void begin_cell(const Element& element)
    {
        in_cell_ = true;
        raw_.clear();
        type_ = element.attribute("t");
        std::size_t column = 0;
        for (const char c : element.attribute("r")) {
            if (c < 'A' || c > 'Z' || column > 100'000) break;
            column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
        }
        column_ = column == 0 ? column_ + 1 : column;
    }

    Result<void> end_cell()
    {
        in_cell_ = false;
        if (column_ > limits_.columns) return {};
        Cell cell;
        if (type_ == "s") {
            std::size_t number = 0;
            const auto [stop, error] =
                std::from_chars(raw_.data(), raw_.data() + raw_.size(), number);
            const auto text = shared_.at(number);
            if (error != std::errc{} || stop != raw_.data() + raw_.size() || !text) {
                return malformed("a cell names a text that is not there");
            }
            cell.text = *text;
        } else if (type_ == "str" || type_ == "inlineStr" || type_ == "b" || type_ == "d") {
            cell.text = raw_;
        } else if (type_ == "e") {
            cell = {.text = raw_, .error = true};
        } else if (!raw_.empty()) {
            cell = number_cell(raw_);
        }
        if (cells_.size() < column_) cells_.resize(column_);
        cells_[column_ - 1] = std::move(cell);
        return {};
    }

    const SharedTexts& shared_;
    const RowReader& reader_;
    const Limits& limits_;
    std::vector<Cell> cells_;
    std::size_t row_ = 0;
    std::size_t rows_ = 0;
    std::size_t column_ = 0;
    std::string type_;
    std::string raw_;
    bool in_cell_ = false;
    bool takes_text_ = false;
    int phonetic_ = 0;
};

/// Where the first sheet lies in the archive.
Result<std::string> first_sheet(const Archive& archive, const Limits& limits)
{
    WorkbookReader workbook;
    TRY(parse_part(archive, "xl/workbook.xml", limits, workbook));
    if (workbook.relation().empty()) return malformed("the workbook has no sheet");
    RelationsReader relations{workbook.relation()};
    TRY(parse_part(archive, "xl/_rels/workbook.xml.rels", limits, relations));
    const std::string& target = relations.target();
    if (target.empty()) return malformed("the workbook's sheet lies nowhere");
    return target.front() == '/' ? target.substr(1) : "xl/" + target;
}

}  // namespace

Result<void> read_first_sheet(std::string_view file, const RowReader& reader, const Limits& limits)
{
    if (file.starts_with("\xD0\xCF\x11\xE0")) {
        return base::invalid("spreadsheet.encrypted",
                             "the workbook is protected by a password, or of the old format .xls");
    }
    const Archive archive = TRY(Archive::open(file, limits));
    if (!archive.has("xl/workbook.xml")) {
        return base::invalid("spreadsheet.not_a_workbook", "this is no workbook (.xlsx)");
    }
    const auto in_our_words = [](Result<void> outcome) -> Result<void> {
        if (outcome || !outcome.error().reason.starts_with("xml.")) return outcome;
        return malformed(outcome.error().detail);
    };
    const auto sheet = first_sheet(archive, limits);
    if (!sheet) return in_our_words(sheet.error());
    SharedTexts shared{limits};
    if (archive.has("xl/sharedStrings.xml")) {
        TRY(in_our_words(parse_part(archive, "xl/sharedStrings.xml", limits, shared)));
    }
    SheetReader rows{shared, reader, limits};
    return in_our_words(parse_part(archive, sheet.value(), limits, rows));
}

}  // namespace platform::spreadsheet
