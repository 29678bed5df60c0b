// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/counter/counter.h>
#include <platform/config/node.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace bank::counter {

/// The one service under test, on offer everywhere.
class OneService final : public catalog::Services {
public:
    OneService(const catalog::ServicePtr& service, const catalog::Bank& the_bank,
               const std::string& institution);

    const catalog::Bank& bank() const override { return bank_; }
    std::vector<catalog::ServicePtr> services() const override { return {service_}; }
    catalog::ServicePtr service(std::string_view code) const override;
    catalog::ServicePtr version(std::string_view definition_name) const override;

private:
    catalog::ServicePtr service_;
    catalog::Bank bank_;
};

/// One scenario being run.
class ScenarioRun {
public:
    using Node = platform::config::Node;

    ScenarioRun(platform::sql::Book& book, base::ManualClock& clock, const OneService& services,
                const catalog::ServicePtr& service, const Node& given, const Node& scenario,
                catalog::Findings& findings, int number);

    void run();

private:
    /// Thrown where the scenario does not hold; caught by run().
    struct Broken {
        int line;
        std::string what;
    };

    void register_operations();
    base::Result<platform::json::Value> answer(const std::string& operation,
                                               const engine::process::OperationCall& call);
    void step(const Node& node);
    void submit(const Node& node, const std::string& section, const Node* data);
    void work(const Node& node, const std::string& code);
    void wait(const Node& node);
    void deliver_answers();
    void check(const Node& then);
    void tell_incidents();
    void leave();
    const Node* setting(const std::string& kind, const std::string& name) const;
    engine::process::Task task_of(const Node& node, const std::string& code);
    void expect(bool holds, const Node& node, const std::string& what) const;

    base::ManualClock& clock_;
    const OneService& services_;
    const catalog::ServicePtr& service_;
    const Node& given_;
    const Node& scenario_;
    catalog::Findings& findings_;
    const Node* step_ = nullptr;  // The one being run, for its own answers.
    engine::process::OperationRegistry operations_;
    std::unique_ptr<engine::process::Sealer> sealer_;
    std::unique_ptr<Counter> counter_;
    std::string applicant_;
    CaseId case_;

    struct Question {
        std::string partner;
        std::string correlation;
    };
    std::deque<Question> questions_;
    std::vector<std::string> messages_;
    std::map<std::string, std::set<std::string>> calls_;  // Keys by operation.
};

}  // namespace bank::counter
