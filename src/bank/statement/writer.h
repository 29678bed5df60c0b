// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/period.h>

#include <memory>
#include <span>
#include <string>

namespace bank::statement {

enum class Format : std::uint8_t { pdf, csv, camt053 };
std::string_view to_string(Format format);
std::string_view media_type(Format format);
std::string_view file_ending(Format format);  // "pdf", "csv", "xml".

/// All that a statement says besides its lines.
struct Head {
    std::string number;  // Of the statement; see desk.h.
    std::string code;    // By which anyone can have it verified.
    std::string verify_url;
    std::string bank;  // Names, in `language`.
    std::string institution;
    std::string clearing_code;
    std::string holder;
    std::string account_number;
    base::Date first;
    base::Date last;
    base::Money opening;
    base::Money closing;
    base::Money in;
    base::Money out;
    std::int64_t count;
    std::int64_t count_in;
    base::Instant made_at;
    std::string language;    // "zh", "en".
    bool large = false;      // Type for people who see less well.
    int utc_offset_minutes;  // In which times of day are told.
};

/// Writes one statement: lines oldest first, in pieces, then `finish`.
class Writer {
public:
    virtual ~Writer() = default;
    virtual void add(std::span<const payment::Line> lines) = 0;
    virtual std::string finish() = 0;
};

/// A table by RFC 4180 in UTF-8 with a byte order mark. A text that a spreadsheet would take for a
/// formula stands behind an apostrophe.
std::unique_ptr<Writer> csv_writer(const Head& head);

/// ISO 20022 camt.053.001.08: opening and closing booked balance, totals, one Ntry a line. What XML
/// cannot hold becomes "�".
std::unique_ptr<Writer> camt053_writer(const Head& head);

/// A4 pages, each with number, code and QR code for verification.
std::unique_ptr<Writer> pdf_writer(const Head& head);

std::unique_ptr<Writer> writer(Format format, const Head& head);

}  // namespace bank::statement
