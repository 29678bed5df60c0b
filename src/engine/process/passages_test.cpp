// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/test_processes.h>
#include <engine/process/passages.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace engine::process {
namespace {

using namespace testing_processes;

class PassagesTest : public testing::Test, protected Processes {};

TEST_F(PassagesTest, TellsHowManyCameAndHowLongTheyTook)
{
    define(
        std::string{start} + done + variables_known +
        R"(<userTask id="ask" yungui:actor="customer" yungui:section="name" yungui:result="answer"/>)" +
        flow("start", "init") + flow("init", "ask") + flow("ask", "done"));
    for (const int seconds : {60, 600, 6000}) {
        const auto id = begin();
        clock_.advance_seconds(seconds);
        ASSERT_TRUE(engine_->complete(customer_task(id)->id, "person-1", {.data = {}}));
    }
    begin();  // Waits there still.
    const auto all = book_->read(
        [&](platform::sql::Snapshot& snapshot) { return passages(snapshot, "test@1"); });
    const auto ask = std::ranges::find(all, "ask", &Passage::element);
    ASSERT_NE(ask, all.end());
    EXPECT_EQ(ask->instances, 3);
    EXPECT_EQ(ask->longest_seconds, 6000);
    EXPECT_EQ(ask->median_seconds, 600);
    EXPECT_TRUE(
        book_
            ->read([&](platform::sql::Snapshot& snapshot) { return passages(snapshot, "other@1"); })
            .empty());
}

}  // namespace
}  // namespace engine::process
