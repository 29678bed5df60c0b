// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/test_house.h>

#include <gtest/gtest.h>

namespace bank::authentication {
namespace {

class CodeTest : public testing::Test, protected TestHouse {};

TEST_F(CodeTest, ACodeIsGoodOnceForItsPhoneAndPurpose)
{
    const IssuedCode code = issue("138 0000 1234").value();
    EXPECT_EQ(code.phone, phone_);
    EXPECT_EQ(code.code.size(), 6U);
    EXPECT_EQ(redeem(code, code.code, "13900005678"), "authentication.code_wrong");
    EXPECT_EQ(redeem(code, code.code, phone_, "sign-in"), "authentication.code_wrong");
    EXPECT_EQ(redeem(code, code.code, phone_), "fine");
    EXPECT_EQ(redeem(code, code.code, phone_), "authentication.code_used");
}

TEST_F(CodeTest, ACodeIsVoidAfterFiveWrongTries)
{
    const IssuedCode code = issue(phone_).value();
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(redeem(code, other_than(code.code), phone_), "authentication.code_wrong");
    }
    EXPECT_EQ(redeem(code, other_than(code.code), phone_), "authentication.code_void");
    EXPECT_EQ(redeem(code, code.code, phone_), "authentication.code_void");
}

TEST_F(CodeTest, ACodeRunsOutAndANewerOneReplacesIt)
{
    const IssuedCode first = issue(phone_).value();
    clock_.advance_seconds(61);
    const IssuedCode second = issue(phone_).value();
    EXPECT_EQ(redeem(first, first.code, phone_), "authentication.code_void");
    clock_.advance_seconds(299);
    EXPECT_EQ(redeem(second, other_than(second.code), phone_), "authentication.code_wrong");
    clock_.advance_seconds(1);
    EXPECT_EQ(redeem(second, second.code, phone_), "authentication.code_expired");
    EXPECT_EQ(redeem({CodeId{12345}, "", "", {}}, "123456", phone_), "authentication.code_wrong");
    for (const char* text : {"", "12345", "1234567", "１２３４５６", "' or 1=1"}) {
        clock_.advance_seconds(3600);
        const IssuedCode code = issue(phone_).value();
        EXPECT_EQ(redeem(code, text, phone_), "authentication.code_wrong");
    }
}

TEST_F(CodeTest, TheNewestCodeIsFoundByPhoneAndPurpose)
{
    const auto latest = [&](std::string_view purpose, std::string_view phone) {
        return house_->read(
            [&](sql::Snapshot& s) { return latest_code(s, environment_, purpose, phone); });
    };
    EXPECT_EQ(latest("sign-up", phone_), std::nullopt);
    EXPECT_EQ(latest("sign-up", "nonsense"), std::nullopt);
    ASSERT_TRUE(issue(phone_));
    clock_.advance_seconds(61);
    const IssuedCode second = issue(phone_).value();
    EXPECT_EQ(latest("sign-up", "+86 13800001234"), second.id);
    EXPECT_EQ(latest("sign-in", phone_), std::nullopt);
}

TEST_F(CodeTest, CodesToOnePhoneAreCapped)
{
    EXPECT_EQ(reason(issue("12345")), "customer.phone_malformed");
    EXPECT_EQ(reason(issue(phone_)), "fine");
    EXPECT_EQ(reason(issue(phone_)), "authentication.code_too_soon");
    EXPECT_EQ(reason(issue("13900005678")), "fine");
    for (int i = 0; i < 5; ++i) {
        clock_.advance_seconds(61);
        EXPECT_EQ(reason(issue(phone_)), "fine");
    }
    clock_.advance_seconds(61);
    EXPECT_EQ(reason(issue(phone_)), "authentication.code_cap");
    EXPECT_EQ(reason(issue(phone_, "proof")), "authentication.code_cap");
    int sent = 6;
    for (int i = 0; i < 20; ++i) {
        clock_.advance_seconds(901);
        sent += issue(phone_).has_value();
    }
    EXPECT_EQ(sent, environment_.policy.codes_per_day);
    clock_.advance_seconds(86400);
    EXPECT_EQ(reason(issue(phone_)), "fine");
}

}  // namespace
}  // namespace bank::authentication
