// SPDX-License-Identifier: Apache-2.0
#include <platform/qr/qr.h>

#include <gtest/gtest.h>

#include <string>

namespace platform::qr {
namespace {

TEST(Qr, ACodeHasItsThreeFinders)
{
    const auto code = encode("https://example.test/verify#n=S20261122-0123456789ABC");
    ASSERT_TRUE(code);
    const Code& made = code.value();
    EXPECT_EQ((made.size - 17) % 4, 0);
    EXPECT_EQ(made.dark.size(), static_cast<std::size_t>(made.size * made.size));
    for (const auto& [row, column] :
         {std::pair{0, 0}, std::pair{0, made.size - 7}, std::pair{made.size - 7, 0}}) {
        for (int i = 0; i < 7; ++i) {
            EXPECT_TRUE(made.at(row, column + i) && made.at(row + 6, column + i));
            EXPECT_TRUE(made.at(row + i, column) && made.at(row + i, column + 6));
        }
        EXPECT_FALSE(made.at(row + 1, column + 1));
        EXPECT_TRUE(made.at(row + 3, column + 3));
    }
}

TEST(Qr, WhatIsTooLongOrNothingIsRefused)
{
    EXPECT_TRUE(encode(std::string(2331, '\xE4')));
    EXPECT_EQ(encode(std::string(2332, 'x')).error().reason, "qr.too_long");
    EXPECT_EQ(encode("").error().reason, "qr.empty");
}

}  // namespace
}  // namespace platform::qr
