// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of payments: no crash, no hang, within its limits, the same twice. What
// begins with 'S' or 'T' is the sheet, or the shared texts, of a workbook that is packed here:
// changes to packed bytes alone would seldom come past the checksums.
#include <bank/batch/roster.h>
#include <base/ensure.h>
#include <platform/charset/charset.h>
#include <platform/spreadsheet/workbook.h>

#include <cstddef>
#include <cstdint>

namespace {

std::string workbook(std::string sheet, std::string texts)
{
    const platform::spreadsheet::Part parts[] = {
        {"xl/workbook.xml", "<w xmlns:r='r'><sheet r:id='x'/></w>"},
        {"xl/_rels/workbook.xml.rels", "<r><Relationship Id='x' Target='s.xml'/></r>"},
        {"xl/s.xml", std::move(sheet)},
        {"xl/sharedStrings.xml", std::move(texts)}};
    return platform::spreadsheet::zip(parts);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string file{reinterpret_cast<const char*>(data), size};
    if (file.starts_with('S')) file = workbook(file.substr(1), "<sst/>");
    if (file.starts_with('T')) {
        file = workbook("<s><row><c t='s'><v>0</v></c></row></s>", file.substr(1));
    }
    constexpr bank::batch::RosterLimits limits{.bytes = 64 << 10, .lines = 50};
    const auto roster = bank::batch::read_roster(file, limits);
    const auto again = bank::batch::read_roster(file, limits);
    base::ensure(roster.has_value() == again.has_value());
    if (!roster) return 0;
    base::ensure(!roster.value().rows.empty() && roster.value().rows.size() <= limits.lines);
    for (const auto& row : roster.value().rows) {
        base::ensure(row.place > 0);
        for (const auto* text : {&row.account, &row.name, &row.amount, &row.reference}) {
            base::ensure(!platform::charset::bad_utf8(*text));
        }
        const auto amount = bank::batch::read_amount(row.amount, {"CNY", 2});
        base::ensure(!amount || amount.value().minor_units >= 0);
    }
    return 0;
}
