// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/short_code.h>
#include <bank/statement/internal/words.h>
#include <bank/statement/writer.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace bank::statement {
namespace {

const base::Currency cny{"CNY", 2};

Head head(std::string language, bool large = false)
{
    return {.number = "S20261122-0ABCDEFGHJKMN",
            .code = "7KMP-3XQA",
            .verify_url = "http://localhost:8080/verify#S20261122-0ABCDEFGHJKMN/7KMP-3XQA",
            .bank = "云柜",
            .institution = "云川",
            .clearing_code = "999000000001",
            .holder = "柜<立>春",
            .account_number = "9901000000000017",
            .first = base::parse_date("2026-11-01").value(),
            .last = base::parse_date("2026-11-22").value(),
            .opening = {100, cny},
            .closing = {-50, cny},
            .in = {0, cny},
            .out = {150, cny},
            .count = 1,
            .count_in = 0,
            .made_at = {1'795'331'666'480'732},
            .language = std::move(language),
            .large = large,
            .utc_offset_minutes = 480};
}

payment::Line line(std::string counterparty, std::string purpose)
{
    return {payment::EntryId{7},
            "transfer",
            account::Direction::out,
            {150, cny},
            {-50, cny},
            base::parse_date("2026-11-22").value(),
            {1'795'331'666'480'732},
            std::move(counterparty),
            std::move(purpose)};
}

std::string written(Format format, const Head& what, const payment::Line& one, int times = 1)
{
    const auto made = writer(format, what);
    for (int i = 0; i < times; ++i) made->add(std::span{&one, 1});
    return made->finish();
}

TEST(Statement, ACellThatASpreadsheetWouldTakeForAFormulaIsText)
{
    for (const char* bad : {"=1+1", "+1", "-1", "@a", "\tx", "\rx", "＝1"}) {
        const std::string csv = written(Format::csv, head("en"), line(bad, bad));
        EXPECT_NE(csv.find("\"'" + std::string{bad} + "\",\"'" + bad + "\""), std::string::npos)
            << csv;
    }
    const std::string csv = written(Format::csv, head("en"), line("A", "say \"hi\", all"));
    EXPECT_NE(csv.find("\"A\",\"say \"\"hi\"\", all\""), std::string::npos) << csv;
    EXPECT_NE(csv.find(",,1.50,-0.50,CNY,"), std::string::npos) << csv;
}

TEST(Statement, WhatXmlCannotHoldBecomesASign)
{
    const std::string bad{
        "a\x01"
        "b\xC3(c\xED\xA0\x80\xEF\xBF\xBF<&>]]>"};
    const std::string xml = written(Format::camt053, head("zh"), line(bad, bad));
    EXPECT_NE(xml.find("a�b�(c������&lt;&amp;&gt;]]&gt;"), std::string::npos) << xml;
    EXPECT_EQ(xml.find('\x01'), std::string::npos);
    EXPECT_NE(xml.find("柜&lt;立&gt;春"), std::string::npos);
    EXPECT_NE(xml.find("<Amt Ccy=\"CNY\">0.50</Amt><CdtDbtInd>DBIT</CdtDbtInd>"),
              std::string::npos);
}

TEST(Statement, AnyLengthOfTextFitsItsElement)
{
    std::string purpose;
    for (int i = 0; i < 200; ++i) purpose += "长";
    const std::string xml = written(Format::camt053, head("zh"), line("x", purpose));
    EXPECT_NE(xml.find("</Ustrd><Ustrd>"), std::string::npos);
}

TEST(Statement, LongStatementsTakeManyPagesAndLittleRoom)
{
    const std::string pdf = written(Format::pdf, head("zh"), line("柜*", "买菜"), 5000);
    EXPECT_LT(pdf.size(), 5000u * 100 + 400'000);
    const std::string large = written(Format::pdf, head("en", true), line("柜*", "买菜"), 50);
    EXPECT_TRUE(large.starts_with("%PDF"));
}

TEST(Statement, AmountsAreGroupedByThousands)
{
    EXPECT_EQ(internal::grouped({0, cny}), "0.00");
    EXPECT_EQ(internal::grouped({99'999, cny}), "999.99");
    EXPECT_EQ(internal::grouped({-123'456'789, cny}), "-1,234,567.89");
    EXPECT_EQ(internal::grouped({1234, {"JPY", 0}}), "1,234");
}

TEST(Statement, ATypedCodeIsReadWithBlanksAndSmallLetters)
{
    EXPECT_TRUE(payment::same_code("7kmp 3xqa", "7KMP-3XQA"));
    EXPECT_FALSE(payment::same_code("7KMP-3XQ", "7KMP-3XQA"));
    EXPECT_FALSE(payment::same_code("", "7KMP-3XQA"));
    EXPECT_FALSE(payment::same_code("7KMP-3XQB", "7KMP-3XQA"));
}

}  // namespace
}  // namespace bank::statement
