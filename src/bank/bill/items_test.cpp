// SPDX-License-Identifier: Apache-2.0
#include <bank/bill/items.h>

#include <bank/catalog/bank.h>
#include <bank/catalog/catalog.h>

#include <gtest/gtest.h>

namespace bank::bill {
namespace {

class ItemsTest : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        catalog::Findings findings;
        const auto bank = catalog::load_bank(YUNGUI_SOURCE_DIR "/banks/demo", findings);
        ASSERT_NE(bank, nullptr) << findings.front().message;
        items_ = new Items{bank->bills};
    }
    static void TearDownTestSuite() { delete items_; }

    static std::string first(std::string_view words)
    {
        const auto found = items_->search(words, "", "", 5);
        return found.items.empty() ? "" : found.items.front().code;
    }

    static Items* items_;
};
Items* ItemsTest::items_ = nullptr;

TEST_F(ItemsTest, TheDemoBankHas6300)
{
    EXPECT_EQ(items_->size(), 6'300U);
    EXPECT_EQ(items_->search("", "", "", 10).total, 6'300U);
    EXPECT_EQ(items_->search("", "", "", 10).items.size(), 10U);
}

TEST_F(ItemsTest, AreFoundByNamePinyinAndPlaceInAnyOrder)
{
    for (const char* words :
         {"白塔自来水费", "白塔区水费", "云川市白塔区自来水费", "水费 白塔", "白塔 水费",
          "自来水费白塔", "baitashuifei", "shuifei baita", "BaiTa shuifei", "bt sf", "btsf",
          "btzlsf", "baita tap water", "Tap Water Baita", "ｂａｉｔａ水费", "bai ta shui fei",
          "云川白塔水费", "yunchuanbaita sf"}) {
        EXPECT_EQ(first(words), "tap-water.yunchuan.baita") << words;
    }
    EXPECT_EQ(first("罚单 港头"), "traffic-fine.lanwan.gangtou");
    EXPECT_EQ(first("石桥话费"), "phone.yunchuan.shiqiao");
    EXPECT_EQ(first("shiqiao yibao"), "medical-insurance.yunchuan.shiqiao");
}

TEST_F(ItemsTest, AKindAloneIsFoundEverywhereAndACityHasAllItsDistricts)
{
    EXPECT_EQ(items_->search("电费", "", "", 300).items.front().kind->code, "electricity");
    EXPECT_GE(items_->search("电费", "", "", 300).total, 210U);
    for (const auto& item : items_->search("电费 岚湾", "", "", 21).items) {
        EXPECT_EQ(item.biller, "electricity.lanwan");
    }
    EXPECT_EQ(items_->search("水费", "", "lanwan", 300).items.front().city->code, "lanwan");
    for (const auto& item : items_->search("费", "study", "", 300).items) {
        EXPECT_EQ(item.kind->category, "study");
    }
}

TEST_F(ItemsTest, OneLetterOrCharacterMayBeWrong)
{
    EXPECT_EQ(first("baitq shuifei"), "tap-water.yunchuan.baita");
    EXPECT_EQ(first("ebctricity"), "");
    EXPECT_TRUE(first("electrcity").starts_with("electricity."));
    EXPECT_TRUE(first("自来水废").starts_with("tap-water."));
}

TEST_F(ItemsTest, WhatNobodyBillsIsNotFound)
{
    for (const char* words :
         {"月球税", "zzzzzz", "🚀", "' or 1=1 --", "%%", "\xff\xfe\x80", "白塔月球"}) {
        const auto found = items_->search(words, "", "", 5);
        EXPECT_TRUE(found.items.empty() || found.total == 6'300U) << words;
    }
    EXPECT_EQ(items_->search(std::string(100'000, 'x'), "", "", 5).total, 0U);
    EXPECT_FALSE(items_->find("tap-water.yunchuan.nowhere"));
    EXPECT_EQ(items_->search("水费", "nothing", "", 5).total, 0U);
}

TEST_F(ItemsTest, AnItemKnowsItsNamesBillerAndForm)
{
    const auto item = items_->find("tap-water.yunchuan.baita");
    ASSERT_TRUE(item);
    EXPECT_EQ(item->place().at("zh"), "云川市白塔区");
    EXPECT_EQ(item->place().at("en"), "Baita District, Yunchuan City");
    EXPECT_EQ(item->biller_name().at("zh"), "云川市自来水厂");
    EXPECT_EQ(item->biller_name().at("en"), "Yunchuan City Water Works");
    EXPECT_EQ(items_->form(*item).code, "number");
}

TEST(NoItems, ABankWithoutBillersFindsNone)
{
    const Items none{nullptr};
    EXPECT_EQ(none.size(), 0U);
    EXPECT_TRUE(none.search("水费", "", "", 5).items.empty());
    EXPECT_FALSE(none.find("x"));
}

}  // namespace
}  // namespace bank::bill
