// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_route.h>

#include <platform/sql/transaction.h>

#include <gtest/gtest.h>

namespace platform::sql::internal {
namespace {

using namespace std::chrono_literals;

TEST(PostgresRoute, TriesEachServerOfTheUrlWithAllElseThatItSays)
{
    const PostgresRoute one{"postgresql://u@a:5433/bank"};
    EXPECT_EQ(one.to_try(), std::vector<std::string>{"postgresql://u@a:5433/bank"});
    const PostgresRoute three{"postgresql://u:p'x@a:5433,b,c:5434/bank?sslmode=require"};
    const auto tries = three.to_try();
    ASSERT_EQ(tries.size(), 3U);
    EXPECT_NE(tries[0].find("host='a' port='5433'"), std::string::npos) << tries[0];
    EXPECT_NE(tries[1].find("host='b' port=''"), std::string::npos) << tries[1];
    EXPECT_NE(tries[2].find("host='c' port='5434'"), std::string::npos) << tries[2];
    for (const auto& text : tries) {
        EXPECT_NE(text.find("password='p\\'x'"), std::string::npos);
        EXPECT_NE(text.find("sslmode='require'"), std::string::npos);
        EXPECT_NE(text.find("dbname='bank'"), std::string::npos);
    }
    EXPECT_THROW(PostgresRoute{"postgresql://[a/bank"}, Failure);
    EXPECT_THROW(PostgresRoute{"postgresql://a,b,c/bank?port=1,2"}, Failure);
}

TEST(PostgresRoute, LeavesOutWhoKeptSilentAndReadersFollowTheWriter)
{
    PostgresRoute route{"postgresql://u@a,b,c/bank"};
    const auto all = route.to_try();
    EXPECT_FALSE(route.current(1ms));
    route.refused(all[0], 2s);
    route.refused(all[1], 10ms);
    EXPECT_EQ(route.to_try(), (std::vector<std::string>{all[1], all[2]}));
    route.found(all[1]);
    EXPECT_EQ(route.current(1ms), all[1]);
    route.lost();
    EXPECT_FALSE(route.current(1ms));
    EXPECT_EQ(route.to_try(), (std::vector<std::string>{all[2], all[1]}));
    route.refused(all[1], 2s);
    route.refused(all[2], 2s);
    EXPECT_EQ(route.to_try().size(), 3U);  // Where all are silent, all are tried.
    PostgresRoute single{"postgresql://u@a/bank"};
    single.lost();
    EXPECT_TRUE(single.current(1ms));
}

}  // namespace
}  // namespace platform::sql::internal
