// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/internal/words.h>
#include <bank/statement/writer.h>

namespace bank::statement {

namespace {

/// The first characters by which spreadsheets know a formula, also in their full-width forms.
bool looks_like_formula(std::string_view text)
{
    for (const std::string_view sign :
         {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}) {
        if (text.starts_with(sign)) return true;
    }
    return false;
}

std::string csv_text(std::string_view text)
{
    std::string quoted = "\"";
    if (looks_like_formula(text)) quoted += '\'';
    for (const char c : text) {
        if (c == '"') quoted += '"';
        if (c != '\0') quoted += c;
    }
    return quoted + '"';
}

class CsvWriter final : public Writer {
public:
    explicit CsvWriter(const Head& head) : head_(head), bytes_("\xEF\xBB\xBF")
    {
        bool first = true;
        for (const std::string_view column : {"date", "time", "kind", "in", "out", "balance",
                                              "currency", "counterparty", "purpose", "reference"}) {
            if (!first) bytes_ += ',';
            first = false;
            bytes_ += csv_text(internal::label(column, head.language));
        }
        bytes_ += "\r\n";
    }

    void add(std::span<const payment::Line> lines) override
    {
        for (const auto& line : lines) {
            const std::string amount = base::to_decimal(line.amount);
            const bool incoming = line.direction == account::Direction::in;
            bytes_ += base::to_string(line.business_date) + ',' +
                      internal::local_time(line.at, head_.utc_offset_minutes) + ',' +
                      csv_text(internal::kind_label(line.kind, head_.language)) + ',' +
                      (incoming ? amount : "") + ',' + (incoming ? "" : amount) + ',' +
                      base::to_decimal(line.balance) + ',' +
                      std::string{line.amount.currency.code} + ',' + csv_text(line.counterparty) +
                      ',' + csv_text(line.purpose) + ',' +
                      internal::reference(line.business_date, base::to_string(line.id)) + "\r\n";
        }
    }

    std::string finish() override { return std::move(bytes_); }

private:
    const Head head_;
    std::string bytes_;
};

}  // namespace

std::unique_ptr<Writer> csv_writer(const Head& head)
{
    return std::make_unique<CsvWriter>(head);
}

}  // namespace bank::statement
