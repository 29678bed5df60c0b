// SPDX-License-Identifier: Apache-2.0
#include <platform/spreadsheet/workbook.h>

#include <gtest/gtest.h>

namespace platform::spreadsheet {
namespace {

using Rows = std::vector<std::pair<std::size_t, std::vector<Cell>>>;

base::Result<Rows> read(const std::string& file, const Limits& limits = {})
{
    Rows rows;
    const auto done = read_first_sheet(
        file,
        [&](std::size_t number, const std::vector<Cell>& cells) -> base::Result<void> {
            rows.emplace_back(number, cells);
            return {};
        },
        limits);
    if (!done) return done.error();
    return rows;
}

std::string reason(const std::string& file, const Limits& limits = {})
{
    const auto read_rows = read(file, limits);
    return read_rows ? "" : std::string{read_rows.error().reason};
}

/// A workbook with this sheet and these shared texts.
std::string workbook(const std::string& sheet, const std::string& shared = {})
{
    std::vector<Part> parts{
        {"xl/workbook.xml",
         "<workbook xmlns:r='r'><sheets><sheet name='a' r:id='x'/><sheet name='b' r:id='y'/>"
         "</sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels",
         "<Relationships><Relationship Id='x' Target='worksheets/s.xml'/></Relationships>"},
        {"xl/worksheets/s.xml", "<worksheet><sheetData>" + sheet + "</sheetData></worksheet>"}};
    if (!shared.empty()) parts.push_back({"xl/sharedStrings.xml", "<sst>" + shared + "</sst>"});
    return zip(parts);
}

TEST(Workbook, ReadsWhatItWrote)
{
    const std::vector<std::string> rows[] = {{"账号", "姓名"}, {"0012", "<柜> & \"春\""}};
    const auto cells = read(write_sheet("工资", rows));
    ASSERT_TRUE(cells) << cells.error().detail;
    ASSERT_EQ(cells.value().size(), 2U);
    EXPECT_EQ(cells.value()[1].second[0].text, "0012");
    EXPECT_FALSE(cells.value()[1].second[0].number);
    EXPECT_EQ(cells.value()[1].second[1].text, "<柜> & \"春\"");
}

TEST(Workbook, GivesNumbersAsPeopleSawThem)
{
    const auto cells = read(workbook(
        "<row r='3'><c r='A3'><v>8500.1000000000004</v></c><c r='B3'><v>9.9010000000001701E14</v>"
        "</c><c r='C3'><v>6222021234567890123</v></c><c r='D3'><f>1+1</f><v>2</v></c>"
        "<c r='E3' t='e'><v>#N/A</v></c><c r='F3' t='b'><v>1</v></c></row>"));
    ASSERT_TRUE(cells) << cells.error().detail;
    const auto& [number, row] = cells.value().at(0);
    EXPECT_EQ(number, 3U);
    EXPECT_EQ(row.at(0).text, "8500.1");
    EXPECT_EQ(row.at(1).text, "990100000000017");
    EXPECT_FALSE(row.at(1).digits_lost);
    EXPECT_TRUE(row.at(2).digits_lost);
    EXPECT_EQ(row.at(3).text, "2");
    EXPECT_TRUE(row.at(4).error);
    EXPECT_EQ(row.at(5).text, "1");
}

TEST(Workbook, ReadsSharedTextsWithoutTheirReadings)
{
    const auto cells = read(workbook(
        "<row><c t='s'><v>1</v></c><c r='C1' t='s'><v>0</v></c></row><row/><row r='9'><c><v>7</v>"
        "</c></row>",
        "<si><r><t>立</t></r><r><t>春</t></r></si><si><t>柜</t><rPh sb='0'><t>gui</t></rPh></si>"));
    ASSERT_TRUE(cells) << cells.error().detail;
    EXPECT_EQ(cells.value().at(0).second.at(0).text, "柜");
    EXPECT_EQ(cells.value().at(0).second.at(1).text, "");
    EXPECT_EQ(cells.value().at(0).second.at(2).text, "立春");
    EXPECT_EQ(cells.value().at(1).first, 9U);
}

TEST(Workbook, RefusesWhatIsNone)
{
    EXPECT_EQ(reason(""), "spreadsheet.not_a_workbook");
    EXPECT_EQ(reason("PK\x03\x04 and so on"), "spreadsheet.not_a_workbook");
    EXPECT_EQ(reason("\xD0\xCF\x11\xE0 old"), "spreadsheet.encrypted");
    const Part other[] = {{"word/document.xml", "<a/>"}};
    EXPECT_EQ(reason(zip(other)), "spreadsheet.not_a_workbook");
    EXPECT_EQ(reason(workbook("<row r='2'/><row r='1'/>")), "spreadsheet.malformed");
    EXPECT_EQ(reason(workbook("<row><c t='s'><v>0</v></c></row>")), "spreadsheet.malformed");
    EXPECT_EQ(reason(workbook("<row><c></row>")), "spreadsheet.malformed");
    EXPECT_EQ(reason(workbook("", "<!DOCTYPE a [<!ENTITY b 'c'>]>")), "spreadsheet.malformed");
    std::string cut = workbook("<row><c><v>1</v></c></row>");
    EXPECT_EQ(reason(cut.substr(0, cut.size() / 2)), "spreadsheet.not_a_workbook");
}

TEST(Workbook, CountsWhatIsUnpacked)
{
    const std::string bomb = workbook(std::string(40 << 20, ' '));
    EXPECT_LT(bomb.size(), std::size_t{1} << 20);
    EXPECT_EQ(reason(bomb, {.unpacked_bytes = 8 << 20}), "spreadsheet.too_large");
    EXPECT_EQ(reason(workbook("<row><c><v>" + std::string(5000, '1') + "</v></c></row>")),
              "spreadsheet.too_large");
    std::string rows;
    for (int i = 0; i < 20; ++i) rows += "<row><c><v>1</v></c></row>";
    EXPECT_EQ(reason(workbook(rows), {.rows = 10}), "spreadsheet.too_many_rows");
    std::vector<Part> parts(20);
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].name = std::to_string(i);
    EXPECT_EQ(reason(zip(parts), {.parts = 10}), "spreadsheet.too_large");
}

}  // namespace
}  // namespace platform::spreadsheet
