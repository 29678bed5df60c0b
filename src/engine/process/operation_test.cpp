// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/test_processes.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using namespace testing_processes;
namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

class OperationTest : public testing::Test, protected Processes {
protected:
    OperationTest()
    {
        define(std::string{start} + done + variables_known +
               R"(<serviceTask id="take" yungui:operation="money.take" yungui:result="taken"/>
                  <boundaryEvent id="refused" attachedToRef="take"><errorEventDefinition errorRef="e"
                    yungui:result="problem"/></boundaryEvent>
                  <endEvent id="no" yungui:outcome="refused" yungui:reason="problem.reason"/>)" +
               flow("start", "init") + flow("init", "take") + flow("take", "done") +
               flow("refused", "no"));
    }
};

TEST_F(OperationTest, ARefusalGoesToTheBoundaryThatTakesIt)
{
    refusal_ = base::rejected("money.none", "no money");
    const auto instance = look(begin());
    EXPECT_EQ(instance.outcome, "refused");
    EXPECT_EQ(instance.reason, "money.none");
}

TEST_F(OperationTest, UnavailableIsTriedAgainUnderTheSameKeyThenBecomesAnIncident)
{
    refusal_ = base::unavailable("money.away", "later");
    const auto id = begin();
    EXPECT_EQ(calls_, 1);
    for (int i = 0; i < 10; ++i) {
        clock_.advance_seconds(3601);
        engine_->poll();
    }
    EXPECT_EQ(calls_, 5);
    EXPECT_EQ(std::set<std::string>(keys_.begin(), keys_.end()).size(), 1u);
    ASSERT_EQ(incidents().size(), 1u);
    EXPECT_EQ(incidents()[0].reason, "money.away");
    EXPECT_TRUE(look(id).incident);

    refusal_.reset();
    EXPECT_TRUE(engine_->retry(incidents()[0].id, "ops"));
    EXPECT_EQ(look(id).outcome, "done");
    EXPECT_TRUE(incidents().empty());
}

TEST_F(OperationTest, AnIncidentCanBeSkippedWithAReasonOrTheInstanceCancelled)
{
    refusal_ = base::conflict("other.reason", "nobody takes this");
    const auto first = begin();
    const auto second = begin();
    ASSERT_EQ(incidents().size(), 2u);
    EXPECT_EQ(engine_->skip(incidents()[0].id, "ops", "").error().reason,
              "incident.reason_missing");
    EXPECT_TRUE(engine_->skip(incidents()[0].id, "ops", "done by hand"));
    EXPECT_EQ(look(first).state, InstanceState::ended);
    EXPECT_TRUE(engine_->cancel(second, "ops", "customer asked"));
    EXPECT_EQ(look(second).state, InstanceState::cancelled);
    EXPECT_TRUE(incidents().empty());
    EXPECT_EQ(engine_->cancel(second, "ops", "again").error().reason, "process.ended");
}

TEST_F(OperationTest, AnUnknownOperationIsAnIncident)
{
    define(std::string{start} + done + variables_known +
               R"(<serviceTask id="take" yungui:operation="no.such"/>)" + flow("start", "init") +
               flow("init", "take") + flow("take", "done"),
           "test@1");
    begin();
    ASSERT_EQ(incidents().size(), 1u);
    EXPECT_EQ(incidents()[0].reason, "process.operation_unknown");
}

}  // namespace
}  // namespace engine::process
