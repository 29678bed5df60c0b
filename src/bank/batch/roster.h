// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/money.h>
#include <base/result.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bank::batch {

/// What is wrong with a line: a reason, and where it helps a place or the like ("byte 17").
struct Fault {
    std::string_view reason;  // A literal or interned.
    std::string at;

    friend bool operator==(const Fault&, const Fault&) = default;
};

/// One payment of a file, as written there.
struct Row {
    int place = 0;  // The line of a CSV file, the row of a sheet, the number of the transaction.
    std::string account;
    std::string name;
    std::string amount;
    std::string currency;   // Empty: the payer's.
    std::string reference;  // What the payee reads.
    std::string own_id;     // The payer's own: an employee's number, an EndToEndId.
    std::string group;      // pain.001: the PmtInfId it stands under.
    std::vector<Fault> faults;
};

enum class Format : std::uint8_t { csv, xlsx, pain_001 };
std::string_view to_string(Format format);

/// What a file holds.
struct Roster {
    Format format = Format::csv;
    std::string encoding;        // "UTF-8", "GB18030".
    std::string message_id;      // pain.001: its MsgId. Else empty.
    std::string debtor_account;  // pain.001: who pays. Else empty.
    std::vector<Row> rows;
};

struct RosterLimits {
    std::size_t bytes = 20 << 20;
    std::size_t lines = 100'000;
};

/// Reads a file of payments. What it is, is seen from its first bytes. Faults of a line stand with
/// the line; only what leaves no line to speak of refuses the file.
///
/// CSV is RFC 4180 with a header, comma, semicolon or tab between fields, in UTF-8 or GB18030; a
/// byte that neither can be is a fault of its line. The header's words are known in Chinese and
/// English; columns of other names are passed over. Of a workbook the first sheet counts. pain.001
/// is of version 03 or 09 (ISO 20022), held to the schema's order, number and lengths of elements;
/// what is amiss within a payment is a fault of its line. Its control sums must be right, the sum
/// where no payment has a fault.
///
/// Errors: batch.file_empty, batch.file_too_large, batch.format_unknown, batch.no_lines,
/// batch.too_many_lines, batch.header_missing (detail: which columns), batch.csv_malformed,
/// spreadsheet.*, xml.*, batch.pain_version, batch.pain_schema, batch.pain_count, batch.pain_sum,
/// batch.pain_several_payers. Details name the place in the file.
base::Result<Roster> read_roster(std::string_view file, const RosterLimits& limits = {});

/// An amount as people write it in tables: "8500", "8,500.00", blanks around. Errors as
/// base::parse_money.
base::Result<base::Money> read_amount(std::string_view text, base::Currency currency);

}  // namespace bank::batch
