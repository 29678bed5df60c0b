// SPDX-License-Identifier: Apache-2.0
// CSV by RFC 4180, and tables of its kind with semicolons or tabs.
#include <bank/batch/internal/columns.h>
#include <bank/batch/internal/readers.h>
#include <platform/charset/charset.h>

#include <algorithm>
#include <optional>

namespace bank::batch::internal {

namespace {

using base::Result;
namespace charset = platform::charset;

constexpr std::size_t most_fields = 64;

/// One record: its bytes fields by fields, undecoded.
struct Record {
    int line = 0;
    std::size_t offset = 0;  // In the file.
    std::vector<std::string> fields;
};

/// Cuts bytes into records. In UTF-8 and GB18030 no later byte of a character is a quote, a comma,
/// a semicolon, a tab or a line's end, so that this goes before decoding.
class Splitter {
public:
    Splitter(std::string_view bytes, char separator) : bytes_(bytes), separator_(separator) {}

    bool more() const { return at_ < bytes_.size(); }

    /// Errors: batch.csv_malformed.
    Result<Record> next()
    {
        Record record{line_, at_, {}};
        while (true) {
            record.fields.push_back(TRY(field()));
            if (record.fields.size() > most_fields) {
                return malformed(record.line, "has too many fields");
            }
            if (at_ == bytes_.size()) return record;
            const char c = bytes_[at_++];
            if (c == separator_) {
                if (at_ == bytes_.size()) record.fields.emplace_back();
                continue;
            }
            if (c == '\r' && at_ < bytes_.size() && bytes_[at_] == '\n') ++at_;
            ++line_;
            return record;
        }
    }

private:
    static base::Error malformed(int line, const std::string& what)
    {
        return base::invalid("batch.csv_malformed", "line " + std::to_string(line) + " " + what);
    }

    bool ends_field(char c) const { return c == separator_ || c == '\r' || c == '\n'; }

    Result<std::string> field()
    {
        const int began = line_;
        std::string text;
        if (at_ == bytes_.size() || bytes_[at_] != '"') {
            const std::size_t from = at_;
            while (at_ < bytes_.size() && !ends_field(bytes_[at_])) {
                if (bytes_[at_] == '"') return malformed(began, "has a quote inside a field");
                ++at_;
            }
            return std::string{bytes_.substr(from, at_ - from)};
        }
        for (++at_; at_ < bytes_.size(); ++at_) {
            const char c = bytes_[at_];
            if (c == '\n') ++line_;
            if (c != '"') {
                text += c;
            } else if (at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '"') {
                text += '"';
                ++at_;
            } else {
                ++at_;
                if (at_ < bytes_.size() && !ends_field(bytes_[at_])) {
                    return malformed(began, "goes on after a closing quote");
                }
                return text;
            }
        }
        return malformed(began, "opens a quote that is never closed");
    }

    const std::string_view bytes_;
    const char separator_;
    std::size_t at_ = 0;
    int line_ = 1;
};

enum class Encoding : std::uint8_t { utf8, gb18030 };

/// UTF-8 where all of it is; else GB18030 where all of it is; else what the fewer lines contradict.
Encoding encoding_of(std::string_view bytes, bool marked)
{
    if (marked || !charset::bad_utf8(bytes)) return Encoding::utf8;
    int bad_as_utf8 = 0;
    int bad_as_gb18030 = 0;
    while (!bytes.empty()) {
        const auto line = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
        charset::BadByte bad;
        if (charset::bad_utf8(line)) ++bad_as_utf8;
        charset::utf8_of_gb18030(line, bad);
        if (bad) ++bad_as_gb18030;
    }
    return bad_as_gb18030 < bad_as_utf8 ? Encoding::gb18030 : Encoding::utf8;
}

/// Decodes the fields in place. Where a byte cannot be read: what stands before it, and its place
/// in its field.
std::optional<Fault> decode(Record& record, Encoding encoding)
{
    std::optional<Fault> fault;
    for (auto& field : record.fields) {
        charset::BadByte bad;
        if (encoding == Encoding::gb18030) {
            field = charset::utf8_of_gb18030(field, bad);
        } else if ((bad = charset::bad_utf8(field))) {
            field.resize(*bad);
        }
        if (bad && !fault) fault = Fault{"batch.bad_encoding", {}};
    }
    return fault;
}

/// Which byte of the line it is, from 1, counted in the file.
std::string bad_byte_of(std::string_view line, Encoding encoding)
{
    charset::BadByte bad;
    if (encoding == Encoding::gb18030) {
        charset::utf8_of_gb18030(line, bad);
    } else {
        bad = charset::bad_utf8(line);
    }
    return bad ? std::to_string(*bad + 1) : std::string{};
}

char separator_of(std::string_view bytes)
{
    const auto line = bytes.substr(0, bytes.find('\n'));
    char best = ',';
    for (const char c : {';', '\t'}) {
        if (std::ranges::count(line, c) > std::ranges::count(line, best)) best = c;
    }
    return best;
}

}  // namespace

Result<Roster> read_csv(std::string_view file, const RosterLimits& limits)
{
    const bool marked = file.starts_with("\xEF\xBB\xBF");
    if (marked) file.remove_prefix(3);
    const Encoding encoding = encoding_of(file, marked);
    Roster roster{.format = Format::csv,
                  .encoding = encoding == Encoding::utf8 ? "UTF-8" : "GB18030",
                  .message_id = {},
                  .debtor_account = {},
                  .rows = {}};
    Splitter splitter{file, separator_of(file)};
    std::optional<Columns> columns;
    while (splitter.more()) {
        Record record = TRY(splitter.next());
        const bool empty = std::ranges::all_of(
            record.fields, [](const std::string& field) { return trimmed(field).empty(); });
        if (empty) continue;
        auto fault = decode(record, encoding);
        if (!columns) {
            columns = TRY(Columns::read(record.fields));
            continue;
        }
        if (roster.rows.size() == limits.lines) return too_many_lines(limits);
        Row row = row_of(*columns, record.fields, record.line);
        if (fault) {
            fault->at = bad_byte_of(
                file.substr(record.offset, file.find('\n', record.offset) - record.offset),
                encoding);
            row.faults.push_back(std::move(*fault));
        }
        roster.rows.push_back(std::move(row));
    }
    if (!columns) return base::invalid("batch.no_lines", "the file holds no payment");
    return roster;
}

}  // namespace bank::batch::internal
