// SPDX-License-Identifier: Apache-2.0
#include <bank/batch/files.h>
#include <bank/batch/roster.h>

#include <platform/charset/charset.h>
#include <platform/spreadsheet/workbook.h>

#include <gtest/gtest.h>

namespace bank::batch {
namespace {

const base::Currency yuan_unit{"CNY", 2};

std::string refusal(std::string_view file, const RosterLimits& limits = {})
{
    const auto roster = read_roster(file, limits);
    return roster ? "" : std::string{roster.error().reason};
}

std::string fault(const Row& row)
{
    return row.faults.empty() ? "" : std::string{row.faults.front().reason};
}

TEST(Roster, ReadsCsvInEitherLanguageAndEncoding)
{
    const std::string chinese =
        "工号,姓名, 银行账号 ,实发工资(元),实发工资,备注\r\n"
        "7,柜立春,\"9901 0100 0000\",x,\"8,500.00\",\"11月,工资\"\r\n\r\n";
    for (const std::string& file :
         {chinese, "\xEF\xBB\xBF" + chinese, platform::charset::gb18030_of_utf8(chinese)}) {
        const auto roster = read_roster(file);
        ASSERT_TRUE(roster) << roster.error().detail;
        ASSERT_EQ(roster.value().rows.size(), 1U);
        const Row& row = roster.value().rows[0];
        EXPECT_EQ(row.place, 2);
        EXPECT_EQ(row.own_id, "7");
        EXPECT_EQ(row.name, "柜立春");
        EXPECT_EQ(row.account, "9901 0100 0000");
        EXPECT_EQ(row.amount, "8,500.00");
        EXPECT_EQ(row.reference, "11月,工资");
    }
    EXPECT_EQ(read_roster(platform::charset::gb18030_of_utf8(chinese)).value().encoding, "GB18030");
    const auto english = read_roster("Account number;Name;Amount\n1;\"A \"\"B\"\"\nC\";2\n3;D;4");
    ASSERT_TRUE(english) << english.error().detail;
    EXPECT_EQ(english.value().rows[0].name, "A \"B\"\nC");
    EXPECT_EQ(english.value().rows[1].place, 4);
}

TEST(Roster, SaysWhichByteOfWhichLineCannotBeRead)
{
    const auto roster = read_roster("account,name,amount\n1,柜立春,2\n3,\xFF\xFE,4\n5,柜,6\n");
    ASSERT_TRUE(roster) << roster.error().detail;
    EXPECT_EQ(roster.value().encoding, "UTF-8");
    EXPECT_EQ(fault(roster.value().rows[0]), "");
    const Fault expected{"batch.bad_encoding", "3"};
    EXPECT_EQ(roster.value().rows[1].faults.at(0), expected);
    EXPECT_EQ(fault(roster.value().rows[2]), "");
}

TEST(Roster, RefusesFilesWithoutLinesToSpeakOf)
{
    EXPECT_EQ(refusal(""), "batch.file_empty");
    EXPECT_EQ(refusal("\xEF\xBB\xBF \n"), "batch.file_empty");
    EXPECT_EQ(refusal("account,name\n1,2\n"), "batch.header_missing");
    EXPECT_EQ(refusal("name,account,amount,姓名\n1,2,3,4\n"), "batch.header_twice");
    EXPECT_EQ(refusal("name,account,amount\n"), "batch.no_lines");
    EXPECT_EQ(refusal("name,account,amount\n1,\"2,3\n"), "batch.csv_malformed");
    EXPECT_EQ(refusal("name,account,amount\n1,2\"x\",3\n"), "batch.csv_malformed");
    EXPECT_EQ(refusal("name,account,amount\n\"1\"x,2,3\n"), "batch.csv_malformed");
    EXPECT_EQ(refusal(std::string("a\0b", 3)), "batch.format_unknown");
    EXPECT_EQ(refusal("\xFF\xFE"
                      "a"),
              "batch.format_unknown");
    EXPECT_EQ(refusal("<html></html>"), "batch.format_unknown");
    EXPECT_EQ(refusal("PK but nothing else"), "spreadsheet.not_a_workbook");
    EXPECT_EQ(refusal("name,account,amount\n1,2,3\n1,2,3\n1,2,3\n", {.lines = 2}),
              "batch.too_many_lines");
    EXPECT_EQ(refusal("name,account,amount\n1,2,3\n", {.bytes = 10}), "batch.file_too_large");
}

TEST(Roster, ReadsAmountsAsPeopleWriteThem)
{
    const auto amount = [](std::string_view text) {
        const auto read = read_amount(text, yuan_unit);
        return read ? read.value().minor_units : -1;
    };
    EXPECT_EQ(amount(" 8500.5 "), 850050);
    EXPECT_EQ(amount("1,234,567.89"), 123456789);
    for (const char* bad : {"", "1,23", ",123", "1234,567", "1,234,56", "1.234,5", "1.2,5", "1.,5",
                            ".1,5", "-1", "1e3", "1.005", "¥1", "1 000", "0x10", "١٢"}) {
        EXPECT_EQ(amount(bad), -1) << bad;
    }
}

TEST(Roster, ReadsWorkbooksAndTellsLostDigits)
{
    const std::vector<std::string> rows[] = {{"账号", "姓名", "金额"}, {"123", "柜", "8.50"}};
    EXPECT_EQ(read_roster(platform::spreadsheet::write_sheet("x", rows)).value().rows.size(), 1U);
    const platform::spreadsheet::Part parts[] = {
        {"xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet r:id='x'/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels",
         "<Relationships><Relationship Id='x' Target='s.xml'/></Relationships>"},
        {"xl/s.xml",
         "<worksheet><sheetData><row r='2'><c t='inlineStr'><is><t>account</t></is></c>"
         "<c t='inlineStr'><is><t>name</t></is></c><c t='inlineStr'><is><t>amount</t></is></c>"
         "</row><row r='3'><c><v>6222021234567890123</v></c><c t='str'><v>柜</v></c><c><v>0.1</v>"
         "</c></row><row r='4'><c><v>990101000000001</v></c><c t='str'><v>柜</v></c><c t='e'>"
         "<v>#REF!</v></c></row></sheetData></worksheet>"}};
    const auto roster = read_roster(platform::spreadsheet::zip(parts));
    ASSERT_TRUE(roster) << roster.error().detail;
    EXPECT_EQ(fault(roster.value().rows.at(0)), "batch.account_as_number");
    EXPECT_EQ(roster.value().rows.at(0).amount, "0.1");
    EXPECT_EQ(roster.value().rows.at(0).place, 3);
    EXPECT_EQ(roster.value().rows.at(1).account, "990101000000001");
    EXPECT_EQ(fault(roster.value().rows.at(1)), "batch.cell_error");
}

/// The sample, with one text put for another.
std::string pain(std::string_view from = {}, std::string_view to = {})
{
    std::string file = sample_pain("柜山机械 & 儿子", "990101000000001", {1'795'000'000'000'000});
    if (from.empty()) return file;
    const auto at = file.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return file.replace(at, from.size(), to);
}

TEST(Roster, ReadsPain001)
{
    const auto roster = read_roster(pain());
    ASSERT_TRUE(roster) << roster.error().detail;
    EXPECT_EQ(roster.value().message_id, "WAGES-1");
    EXPECT_EQ(roster.value().debtor_account, "990101000000001");
    ASSERT_EQ(roster.value().rows.size(), 2U);
    const Row& row = roster.value().rows[1];
    EXPECT_EQ(row.place, 2);
    EXPECT_EQ(row.own_id, "0002");
    EXPECT_EQ(row.group, "WAGES-1-1");
    EXPECT_EQ(row.name, "李四");
    EXPECT_EQ(row.amount, "9200.50");
    EXPECT_EQ(row.currency, "CNY");
    EXPECT_EQ(row.reference, "11月工资");
    std::string third = pain("pain.001.001.09", "pain.001.001.03");
    const auto from = third.find("<Dt>");
    third.replace(from, third.find("</Dt>") + 5 - from, "2026-11-25");
    EXPECT_EQ(refusal(third), "");
}

/// What is said of the first payment of the sample, with one text put for another; the second stays
/// good.
std::string said_of_first(std::string_view from, std::string_view to)
{
    const auto roster = read_roster(pain(from, to));
    if (!roster) return roster.error().detail;
    EXPECT_EQ(roster.value().rows.size(), 2U);
    EXPECT_TRUE(roster.value().rows.at(1).faults.empty());
    EXPECT_EQ(roster.value().rows.at(1).amount, "9200.50");
    std::string said;
    for (const Fault& each : roster.value().rows.at(0).faults) {
        EXPECT_EQ(each.reason, "batch.pain_schema");
        EXPECT_TRUE(each.at.starts_with("line ")) << each.at;
        said += each.at.substr(each.at.find(": ") + 2) + ";";
    }
    return said;
}

TEST(Roster, AFaultWithinAPaymentOfPain001IsThatLinesAlone)
{
    EXPECT_EQ(said_of_first("Ccy=\"CNY\"", ""), "InstdAmt needs a currency (Ccy);");
    EXPECT_EQ(said_of_first(">8500.00<", ">-8500.00<"), "InstdAmt is a decimal number;");
    EXPECT_EQ(said_of_first(">8500.00<", ">1e3<"), "InstdAmt is a decimal number;");
    EXPECT_EQ(said_of_first("<EndToEndId>0001</EndToEndId>", ""), "EndToEndId is missing;");
    EXPECT_EQ(said_of_first("<EndToEndId>0001<", "<EndToEndId>" + std::string(36, 'x') + "<"),
              "EndToEndId has 1 to 35 characters;");
    EXPECT_EQ(said_of_first("<Amt>", "<Foo><Amt>8</Amt></Foo><Amt>"), "Foo has no place here;");
    EXPECT_EQ(said_of_first("<Amt>", "<Foo xmlns='urn:x'><Bar/></Foo><Amt>"),
              "the element Foo is not of the message;");
    EXPECT_EQ(said_of_first("<CdtTrfTxInf>", "<CdtTrfTxInf><Amt/><Amt/><Amt/><Amt/><Amt/><Amt/>")
                  .substr(0, 28),
              "PmtId is missing before Amt;");
}

TEST(Roster, HoldsPain001ToSchemaAndSums)
{
    EXPECT_EQ(refusal(pain("<NbOfTxs>2", "<NbOfTxs>3")), "batch.pain_count");
    EXPECT_EQ(refusal(pain("<CtrlSum>17700.50", "<CtrlSum>17700.51")), "batch.pain_sum");
    EXPECT_EQ(refusal(pain("Ccy=\"CNY\">8500.00", "Ccy=\"CNY\">8500.01")), "batch.pain_sum");
    EXPECT_EQ(refusal(pain("pain.001.001.09", "pain.001.001.11")), "batch.pain_version");
    EXPECT_EQ(refusal(pain("pain.001.001.09", "camt.053.001.02")), "batch.pain_version");
    EXPECT_EQ(refusal(pain("<MsgId>WAGES-1</MsgId>", "")), "batch.pain_schema");
    EXPECT_EQ(refusal(pain("<PmtMtd>TRF", "<PmtMtd>CHK")), "batch.pain_schema");
    EXPECT_EQ(refusal(pain("<PmtMtd>TRF</PmtMtd>", "<Foo/><PmtMtd>TRF</PmtMtd>")),
              "batch.pain_schema");
    EXPECT_EQ(refusal(pain("WAGES-1</MsgId>", std::string(36, 'x') + "</MsgId>")),
              "batch.pain_schema");
    EXPECT_EQ(refusal(pain("</Document>", "")), "xml.malformed");
    EXPECT_EQ(refusal(pain("<Document", "<!DOCTYPE a [<!ENTITY b \"c\">]><Document")),
              "xml.doctype_refused");
    EXPECT_EQ(refusal(pain("WAGES-1</MsgId>", "&b;</MsgId>")), "xml.malformed");
    EXPECT_EQ(refusal(pain(), {.lines = 1}), "batch.too_many_lines");
}

}  // namespace
}  // namespace bank::batch
