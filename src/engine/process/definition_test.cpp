// SPDX-License-Identifier: Apache-2.0
#include <engine/process/definition.h>

#include <gtest/gtest.h>

#include <ctime>

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
        {"a transaction", "<startEvent id=\"s\"/>\n<transaction id=\"sub\"/>", 4,
         "transaction sub: is outside"},
        {"a complex gateway", "<complexGateway id=\"g\"/>", 3, "complexGateway g: is outside"},
        {"a signal start", "<startEvent id=\"s\">\n<signalEventDefinition id=\"d\"/></startEvent>",
         4, "signalEventDefinition d: is outside"},
        {"a link",
         "<intermediateThrowEvent id=\"s\"><linkEventDefinition/></intermediateThrowEvent>", 3,
         "linkEventDefinition: is outside"},
        {"two definitions",
         "<endEvent id=\"s\"><terminateEventDefinition/>\n<errorEventDefinition/></endEvent>", 4,
         "an event has one definition"},
        {"an attribute of another engine",
         "<userTask id=\"t\" xmlns:camunda=\"urn:c\" camunda:assignee=\"me\"/>", 3,
         "userTask t: the attribute camunda:assignee is not known"},
        {"an attribute with a value that is not done",
         "<receiveTask id=\"t\" instantiate=\"true\"/>", 3, "instantiate"},
        {"an extension element of another engine",
         "<userTask id=\"t\"><extensionElements>\n<x "
         "xmlns=\"urn:c\"/></extensionElements></userTask>",
         4, "x: is not known here"},
        {"a loop that is no list of rounds",
         "<serviceTask id=\"t\" "
         "yungui:operation=\"x\">\n<standardLoopCharacteristics/></serviceTask>",
         4, "standardLoopCharacteristics: is outside"},
        {"rounds of nothing",
         "<serviceTask id=\"t\" "
         "yungui:operation=\"x\">\n<multiInstanceLoopCharacteristics/></serviceTask>",
         4, "needs either yungui:collection or loopCardinality"},
        {"a cycle where a timer fires once",
         "<intermediateCatchEvent id=\"t\"><timerEventDefinition><timeCycle>R3/PT1H</timeCycle>"
         "</timerEventDefinition></intermediateCatchEvent>",
         3, "timeCycle: repeats"},
        {"a timer without time",
         "<intermediateCatchEvent id=\"t\"><timerEventDefinition/></intermediateCatchEvent>", 3,
         "needs one of timeDuration"},
        {"a call of nothing", "<callActivity id=\"c\" calledElement=\"none\"/>", 3,
         "callActivity c: there is no process \"none\""},
        {"an embedded sub-process that begins by an event",
         "<subProcess id=\"x\">\n<startEvent id=\"y\"><timerEventDefinition><timeDuration>PT1S"
         "</timeDuration></timerEventDefinition></startEvent></subProcess>",
         4, "begins without event"},
        {"an event sub-process without event",
         "<subProcess id=\"x\" triggeredByEvent=\"true\"><startEvent id=\"y\"/></subProcess>", 3,
         "subProcess x: needs exactly one start event, with a definition"},
        {"an error that does not interrupt",
         "<subProcess id=\"x\" triggeredByEvent=\"true\"><startEvent id=\"y\" "
         "isInterrupting=\"false\">"
         "<errorEventDefinition/></startEvent></subProcess>",
         3, "startEvent y: an error event interrupts"},
        {"compensation that nothing does",
         "<startEvent id=\"s\"/><serviceTask id=\"t\" yungui:operation=\"x\"/>"
         "<boundaryEvent id=\"b\" attachedToRef=\"t\"><compensateEventDefinition/></boundaryEvent>",
         3, "boundaryEvent b: needs an association"},
        {"an event gateway that leads to work",
         "<eventBasedGateway id=\"g\"/><manualTask id=\"a\"/><manualTask id=\"b\"/>"
         "<sequenceFlow id=\"f\" sourceRef=\"g\" targetRef=\"a\"/>"
         "<sequenceFlow id=\"h\" sourceRef=\"g\" targetRef=\"b\"/>",
         3, "eventBasedGateway g: leads only to events"},
        {"a flow over the border",
         "<startEvent id=\"s\"/><subProcess id=\"x\"><startEvent id=\"y\"/><endEvent id=\"z\"/>"
         "</subProcess><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"z\"/>",
         3, "sequenceFlow f: crosses the border"},
        {"a lane of what is not there",
         "<laneSet id=\"l\"><lane id=\"a\"><flowNodeRef>nobody</flowNodeRef></lane></laneSet>", 3,
         "lane a: names \"nobody\""},
        {"a name that the engine gives",
         "<scriptTask id=\"t\" scriptFormat=\"feel\" yungui:result=\"loop\"><script>1</script>"
         "</scriptTask>",
         3, "\"loop\" is a name that the engine gives"},
        {"parameters of a process that nobody calls",
         "<extensionElements><yungui:parameter name=\"x\"/></extensionElements>"
         "<startEvent id=\"s\"/>",
         2, "process p: has parameters"},
        {"a data object", "<dataObject id=\"d\"/>", 3, "dataObject d: is outside"},
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

#ifdef __SANITIZE_ADDRESS__
constexpr std::clock_t seconds_allowed = 5;  // The sanitizers take the rest.
#else
constexpr std::clock_t seconds_allowed = 1;
#endif

/// What a file is refused with; a second is all that it may take.
std::string refusal_of(const std::string& xml)
{
    const std::clock_t begun = std::clock();  // Of the processor: other work beside it counts not.
    std::vector<Finding> findings;
    EXPECT_EQ(Definition::compile(xml, "x.bpmn", std::make_shared<NoDecisions>(), findings),
              nullptr);
    EXPECT_LT(std::clock() - begun, seconds_allowed * CLOCKS_PER_SEC);
    EXPECT_FALSE(findings.empty());
    EXPECT_LE(findings.size(), 400U);
    std::string all;
    for (const Finding& finding : findings) all += platform::config::to_string(finding) + "\n";
    return all;
}

std::string process_of(const std::string& inside)
{
    return "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
           "xmlns:yungui=\"urn:yungui:bpmn:1\"><process id=\"p\" isExecutable=\"true\">" +
           inside + "</process></definitions>";
}

std::string many(const std::string& text, int times)
{
    std::string all;
    all.reserve(text.size() * static_cast<std::size_t>(times));
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

TEST(Definition, RefusesHostileFilesInUnderASecond)
{
    EXPECT_NE(refusal_of(process_of(many("<manualTask id=\"t\"/>", 500'000))).find("more than"),
              std::string::npos);
    EXPECT_NE(refusal_of("<!DOCTYPE a [<!ENTITY b \"cc\"><!ENTITY d \"&b;&b;\">]>" +
                         process_of("<endEvent id=\"&d;\"/>"))
                  .find("x.bpmn"),
              std::string::npos);
    EXPECT_NE(
        refusal_of(process_of(many("<subProcess id=\"s\">", 200) + many("</subProcess>", 200)))
            .find("deep"),
        std::string::npos);
    std::string tasks;
    for (int i = 0; i < 50'000; ++i) tasks += "<manualTask id=\"t" + std::to_string(i) + "\"/>";
    EXPECT_NE(refusal_of(process_of(tasks)).find("more than 1000 elements"), std::string::npos);
    EXPECT_NE(refusal_of(process_of(many("<x/>", 100'000))).find("x: is outside"),
              std::string::npos);
    const std::string deep = many("(", 5'000) + "1" + many(")", 5'000);
    EXPECT_NE(refusal_of(process_of("\n<scriptTask id=\"t\" scriptFormat=\"feel\" "
                                    "yungui:result=\"r\"><script>" +
                                    deep + "</script></scriptTask>"))
                  .find("x.bpmn:2: script: FEEL"),
              std::string::npos);
    std::string names;
    for (int i = 0; i < 60'000; ++i) {
        names += "<receiveTask yungui:result=\"r" + std::to_string(i) + "\"/>";
    }
    EXPECT_NE(refusal_of(process_of(names)).find("more than 2000 names"), std::string::npos);
    std::string joins = "<startEvent id=\"s\"/>";
    for (int i = 0; i < 400; ++i) {
        joins += "<parallelGateway id=\"g" + std::to_string(i) + "\"/>";
        for (int k = 0; k < 20; ++k) {
            joins += "<sequenceFlow id=\"f" + std::to_string(i * 20 + k) + "\" sourceRef=\"g" +
                     std::to_string((i * 7 + k) % 400) + "\" targetRef=\"g" + std::to_string(i) +
                     "\"/>";
        }
    }
    (void)refusal_of(process_of(joins));
}

}  // namespace
}  // namespace engine::process
