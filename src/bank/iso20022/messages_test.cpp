// SPDX-License-Identifier: Apache-2.0
#include <bank/iso20022/messages.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace bank::iso20022 {
namespace {

const base::Instant noon{1'795'322'096'000'000};

CreditTransfer example()
{
    return {.message_id = "M0001",
            .end_to_end_id = "P0001",
            .created = noon,
            .settlement_date = base::local_date(noon, 480),
            .amount = "1234.50",
            .currency = "CNY",
            .debtor = {"YCRCCNDEMO1", "9901010000000000017", "柜立春"},
            .creditor = {"LWRCCNDEMO2", "9901020000000000015", "柜·阿依古丽 & <Co>"},
            .purpose = "房租 11月"};
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(Iso20022, ACreditTransferIsReadAsItWasWritten)
{
    const auto xml = write(example());
    ASSERT_TRUE(xml) << xml.error().detail;
    const auto read = read_credit_transfer(xml.value());
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read.value().creditor.name, example().creditor.name);
    EXPECT_EQ(read.value().debtor.account, example().debtor.account);
    EXPECT_EQ(read.value().amount, "1234.50");
    EXPECT_EQ(read.value().currency, "CNY");
    EXPECT_EQ(read.value().purpose, "房租 11月");
    EXPECT_EQ(read.value().created, noon);
    EXPECT_EQ(write(read.value()).value(), xml.value());
    EXPECT_EQ(kind_of(xml.value()).value(), "pacs.008");
}

TEST(Iso20022, StatusAndReturnAreReadAsTheyWereWritten)
{
    const StatusReport no{"S1", noon, "M0001", "P0001", Status::rejected, "AC04", "账户已销户"};
    const auto read = read_status_report(write(no).value());
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read.value().status, Status::rejected);
    EXPECT_EQ(read.value().reason, "AC04");
    EXPECT_EQ(read.value().detail, "账户已销户");
    EXPECT_EQ(read.value().original_end_to_end_id, "P0001");
    const Return back{"R1", noon, base::Date{20'779}, "M0001", "P0001", "1234.50", "CNY", "AC04"};
    const auto given = read_return(write(back).value());
    ASSERT_TRUE(given) << given.error().detail;
    EXPECT_EQ(given.value().amount, "1234.50");
    EXPECT_EQ(given.value().reason, "AC04");
}

TEST(Iso20022, WhatNoElementMayHoldIsNotWritten)
{
    const auto refused = [](auto change) {
        CreditTransfer message = example();
        change(message);
        const auto written = write(message);
        return !written && written.error().reason == "iso20022.invalid";
    };
    EXPECT_TRUE(refused([](auto& m) { m.message_id = std::string(36, 'x'); }));
    EXPECT_TRUE(refused([](auto& m) { m.message_id.clear(); }));
    EXPECT_TRUE(refused([](auto& m) { m.amount = "0.00"; }));
    EXPECT_TRUE(refused([](auto& m) { m.amount = "-1"; }));
    EXPECT_TRUE(refused([](auto& m) { m.amount = "1.000000"; }));
    EXPECT_TRUE(refused([](auto& m) { m.amount = "1234567890123456.123"; }));
    EXPECT_TRUE(refused([](auto& m) { m.currency = "yuan"; }));
    EXPECT_TRUE(refused([](auto& m) { m.creditor.agent = "LWRC1NDEMO2"; }));
    EXPECT_TRUE(refused([](auto& m) { m.creditor.agent = "LWRCCNDEMO"; }));
    EXPECT_TRUE(refused([](auto& m) { m.creditor.account = std::string(35, '1'); }));
    EXPECT_TRUE(refused([](auto& m) { m.creditor.name.clear(); }));
    EXPECT_TRUE(refused([](auto& m) { m.purpose = std::string(141, 'x'); }));
    EXPECT_TRUE(refused([](auto& m) { m.purpose = "two\nlines"; }));
    EXPECT_FALSE(refused([](auto& m) { m.purpose.clear(); }));
}

struct Broken {
    const char* from;
    const char* to;
    const char* reason;
    const char* place;  // Part of the detail.
};

TEST(Iso20022, ABadMessageIsRefusedWithPlaceAndReason)
{
    const std::string good = write(example()).value();
    const Broken cases[] = {
        {"<MsgId>M0001</MsgId>", "", "iso20022.missing", "GrpHdr: MsgId"},
        {"<MsgId>M0001</MsgId>", "<MsgId>M0001</MsgId><MsgId>M0002</MsgId>", "iso20022.repeated",
         "GrpHdr/MsgId"},
        {"<NbOfTxs>1</NbOfTxs>", "<NbOfTxs>2</NbOfTxs>", "iso20022.invalid", "NbOfTxs"},
        {"<NbOfTxs>1</NbOfTxs>", "<CtrlSum>1</CtrlSum><NbOfTxs>1</NbOfTxs>",
         "iso20022.outside_profile", "CtrlSum"},
        {"<ChrgBr>SLEV</ChrgBr>", "<ChrgBr>MINE</ChrgBr>", "iso20022.invalid", "ChrgBr"},
        {" Ccy=\"CNY\"", "", "iso20022.invalid", "IntrBkSttlmAmt"},
        {" Ccy=\"CNY\"", " Ccy=\"CN\"", "iso20022.invalid", "IntrBkSttlmAmt"},
        {"1234.50", "1,234.50", "iso20022.invalid", "IntrBkSttlmAmt"},
        {"1234.50", "1e3", "iso20022.invalid", "IntrBkSttlmAmt"},
        {"<ChrgBr>SLEV</ChrgBr>", "", "iso20022.missing", "ChrgBr is missing"},
        {"<CdtTrfTxInf>", "words<CdtTrfTxInf>", "iso20022.outside_profile", "text beside"},
        {"<Dbtr><Nm>", "<Dbtr><Nm><b/>", "iso20022.outside_profile", "Nm"},
        {"pacs.008.001.08", "pacs.008.001.02", "iso20022.another_message", "line 2"},
        {"</Document>", "", "iso20022.malformed", ""},
        {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
         "<?xml version=\"1.0\"?><!DOCTYPE Document [<!ENTITY a \"b\">]>", "iso20022.malformed",
         ""}};
    for (const Broken& one : cases) {
        const auto read = read_credit_transfer(replaced(good, one.from, one.to));
        ASSERT_FALSE(read) << one.from << " -> " << one.to;
        EXPECT_EQ(read.error().reason, one.reason) << one.to << ": " << read.error().detail;
        EXPECT_NE(read.error().detail.find(one.place), std::string::npos) << read.error().detail;
    }
    const auto two = replaced(good, "<PmtId>", "<IntrBkSttlmDt>2026-11-22</IntrBkSttlmDt><PmtId>");
    EXPECT_FALSE(read_credit_transfer(two));
    EXPECT_EQ(read_status_report(good).error().reason, "iso20022.another_message");
}

TEST(Iso20022, ARejectionNeedsItsReason)
{
    const StatusReport bare{"S1", noon, "M0001", "P0001", Status::rejected, {}, {}};
    const auto read = read_status_report(write(bare).value());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().reason, "iso20022.missing");
}

/// Asks xmllint, which knows nothing of this module.
bool is_valid(const std::string& xml, const std::filesystem::path& schema)
{
    const auto file = std::filesystem::temp_directory_path() /
                      ("iso20022-" + std::to_string(std::hash<std::string>{}(xml)) + ".xml");
    std::ofstream{file} << xml;
    const std::string command = "xmllint --noout --nonet --schema '" + schema.string() + "' '" +
                                file.string() + "' >/dev/null 2>&1";
    const int answer = std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe)
    std::filesystem::remove(file);
    return answer == 0;
}

TEST(Iso20022, WhatIsWrittenIsValidByThePublishedSchemas)
{
    const std::filesystem::path schemas{"../shared/data/iso20022/xsd"};
    if (!std::filesystem::exists(schemas)) GTEST_SKIP() << "the published schemas are not here";
    if (std::system("command -v xmllint >/dev/null") != 0)  // NOLINT(concurrency-mt-unsafe)
        GTEST_SKIP() << "xmllint is not installed";
    CreditTransfer card = example();
    card.category = "CCRD";
    const auto transfer = schemas / "pacs.008.001.08.xsd";
    EXPECT_TRUE(is_valid(write(example()).value(), transfer));
    EXPECT_TRUE(is_valid(write(card).value(), transfer));
    EXPECT_FALSE(is_valid(replaced(write(card).value(), "SLEV", "MINE"), transfer));
    EXPECT_TRUE(is_valid(
        write(StatusReport{"S1", noon, "M0001", "P0001", Status::rejected, "AC04", "x"}).value(),
        schemas / "pacs.002.001.10.xsd"));
    EXPECT_TRUE(is_valid(
        write(Return{"R1", noon, base::Date{20'779}, "M0001", "P0001", "1.50", "CNY", "AC04"})
            .value(),
        schemas / "pacs.004.001.10.xsd"));
}

}  // namespace
}  // namespace bank::iso20022
