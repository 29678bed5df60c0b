// SPDX-License-Identifier: Apache-2.0
#include <engine/process/definition.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

using platform::config::Finding;

class NoDecisions final : public Decisions {
public:
    bool has(std::string_view) const override { return false; }
    base::Result<feel::Value> decide(std::string_view, const feel::Context&,
                                     feel::Evaluation&) const override
    {
        return feel::Value{};
    }
};

std::vector<Finding> findings_of(const std::string& inside)
{
    std::vector<Finding> findings;
    const std::string text =
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
        "xmlns:yungui=\"urn:yungui:bpmn:1\">\n<process id=\"p\" isExecutable=\"true\">\n" +
        inside + "\n</process></definitions>";
    const auto definition =
        Definition::compile(text, "x.bpmn", std::make_shared<NoDecisions>(), findings);
    EXPECT_EQ(definition == nullptr, !findings.empty());
    return findings;
}

struct Row {
    const char* what;
    const char* inside;
    int line;
    const char* said;
};

TEST(Definition, RefusesWhatIsOutsideTheProfileWithLineAndElement)
{
    const Row rows[] = {
        {"a sub-process", "<startEvent id=\"s\"/>\n<subProcess id=\"sub\"/>", 4,
         "subProcess sub: is outside"},
        {"an inclusive gateway", "<inclusiveGateway id=\"g\"/>", 3,
         "inclusiveGateway g: is outside"},
        {"a timer start", "<startEvent id=\"s\"><timerEventDefinition/></startEvent>", 3,
         "timerEventDefinition: is outside"},
        {"a multi-instance task",
         "<serviceTask id=\"t\" "
         "yungui:operation=\"x\">\n<multiInstanceLoopCharacteristics/></serviceTask>",
         4, "multiInstanceLoopCharacteristics: is outside"},
        {"a cycle timer",
         "<intermediateCatchEvent id=\"t\"><timerEventDefinition><timeCycle>R3/PT1H</timeCycle>"
         "</timerEventDefinition></intermediateCatchEvent>",
         3, "timeCycle: is outside"},
        {"FEEL that does not compile",
         "<scriptTask id=\"t\" scriptFormat=\"feel\" yungui:result=\"x\"><script>1 "
         "+</script></scriptTask>",
         3, "FEEL"},
        {"a name that nobody sets",
         "<scriptTask id=\"t\" scriptFormat=\"feel\" "
         "yungui:result=\"x\"><script>wrong</script></scriptTask>",
         3, "FEEL"},
        {"a decision that is not there",
         "<businessRuleTask id=\"t\" yungui:decision=\"none\" yungui:result=\"x\"/>", 3,
         "no decision \"none\""},
        {"a service task without operation", "<serviceTask id=\"t\"/>", 3,
         "needs a yungui:operation"},
        {"a task without actor", "<userTask id=\"t\"/>", 3, "yungui:actor"},
        {"an id twice", "<endEvent id=\"s\"/><endEvent id=\"s\"/>", 3, "the id stands twice"},
        {"a flow to nowhere", "<sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"nowhere\"/>", 3,
         "not there"},
    };
    for (const Row& row : rows) {
        const auto findings = findings_of(row.inside);
        const bool found =
            std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
                return finding.line == row.line &&
                       finding.message.find(row.said) != std::string::npos;
            });
        EXPECT_TRUE(found) << row.what;
        if (!found) {
            for (const auto& finding : findings)
                ADD_FAILURE() << platform::config::to_string(finding);
        }
    }
}

TEST(Definition, RefusesGraphsThatCannotRun)
{
    const Row rows[] = {
        {"no start", "<endEvent id=\"e\"/>", 3, "exactly one start"},
        {"unreachable",
         "<startEvent id=\"s\"/><endEvent id=\"e\"/><endEvent id=\"lost\"/>"
         "<sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"e\"/>",
         3, "endEvent lost: cannot be reached"},
        {"a dead end", "<startEvent id=\"s\"/>", 3, "has no way out"},
        {"an implicit fork",
         "<startEvent id=\"s\"/><endEvent id=\"a\"/><endEvent id=\"b\"/>"
         "<sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"a\"/>"
         "<sequenceFlow id=\"g\" sourceRef=\"s\" targetRef=\"b\"/>",
         3, "several ways out"},
        {"a gateway without default",
         "<startEvent id=\"s\"/><exclusiveGateway id=\"x\"/><endEvent id=\"a\"/><endEvent "
         "id=\"b\"/>"
         "<sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"x\"/>"
         "<sequenceFlow id=\"g\" sourceRef=\"x\" "
         "targetRef=\"a\"><conditionExpression>true</conditionExpression></sequenceFlow>"
         "<sequenceFlow id=\"h\" sourceRef=\"x\" targetRef=\"b\"/>",
         3, "needs a default"},
    };
    for (const Row& row : rows) {
        const auto findings = findings_of(row.inside);
        EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
            return finding.message.find(row.said) != std::string::npos;
        })) << row.what;
    }
}

TEST(Definition, RefusesXmlThatIsNone)
{
    std::vector<Finding> findings;
    EXPECT_EQ(Definition::compile("<a", "x.bpmn", nullptr, findings), nullptr);
    EXPECT_EQ(Definition::compile("<a/>", "x.bpmn", nullptr, findings), nullptr);
    EXPECT_EQ(findings.size(), 2u);
}

}  // namespace
}  // namespace engine::process
