// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/engine.h>
#include <platform/sql/test_book.h>

#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// For tests of processes: a book, an engine, and small models.
namespace engine::process::testing_processes {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

class PlainSealer final : public Sealer {
public:
    std::string seal(std::string_view, std::string_view plain) override
    {
        return "sealed:" + std::string{plain};
    }
    base::Result<std::string> open(std::string_view, std::string_view sealed) override
    {
        return std::string{sealed.substr(7)};
    }
};

/// One decision: "size" says "big" from 100 on.
class Sizes final : public Decisions {
public:
    bool has(std::string_view decision) const override { return decision == "size"; }
    base::Result<feel::Value> decide(std::string_view, const feel::Context& variables,
                                     feel::Evaluation&) const override
    {
        const auto* amount = variables.find("amount");
        return feel::Value{amount->number()->to_double() >= 100 ? "big" : "small"};
    }
};

inline std::string bpmn(const std::string& inside)
{
    return R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yungui="urn:yungui:bpmn:1">
<message id="m" name="partner.reply"/><message id="n" name="other.word"/><error id="e" errorCode="money.*"/>
<error id="stop" errorCode="bad.stop"/><escalation id="up" escalationCode="look"/>
<process id="p" name="Test" isExecutable="true">)" +
           inside + "</process></definitions>";
}

inline std::string flow(const std::string& from, const std::string& to,
                        const std::string& condition = {})
{
    static int count = 0;
    const std::string body = condition.empty() ? "/>"
                                               : "><conditionExpression>" + condition +
                                                     "</conditionExpression></sequenceFlow>";
    return "<sequenceFlow id=\"f" + std::to_string(++count) + "\" sourceRef=\"" + from +
           "\" targetRef=\"" + to + "\"" + body;
}

inline const char* const start = R"(<startEvent id="start"/>)";
inline const char* const done =
    R"(<endEvent id="done" yungui:outcome="done" yungui:show="{n: amount}"/>)";

/// An engine on a book of its own, its clock in the test's hand, its processes named "test@1".
class Processes {
public:
    Processes()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        open();
        base::ensure(book_->migrate(migrations()).has_value());
        operations_.add(
            "money.take", [this](const OperationCall& call) -> base::Result<json::Value> {
                ++calls_;
                keys_.push_back(call.key);
                if (refusal_) return *refusal_;
                return json::Value{json::Object{{"taken", call.arguments.find("amount") == nullptr
                                                              ? json::Value{}
                                                              : *call.arguments.find("amount")}}};
            });
        engine_ = make_engine();
    }
    ~Processes()
    {
        engine_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    void open() { book_ = platform::sql::open_test_book(folder_ / "b.db", clock_, {.number = 7}); }

    std::unique_ptr<Engine> make_engine()
    {
        auto calendar =
            BusinessCalendar::make("Asia/Shanghai", {9 * 60, 17 * 60},
                                   {false, false, false, false, false, true, true}, {}, {})
                .value();
        return std::make_unique<Engine>(
            *book_, operations_,
            [this](std::string_view name) -> std::shared_ptr<const Definition> {
                const auto found = definitions_.find(name);
                return found == definitions_.end() ? nullptr : found->second;
            },
            calendar, sealer_);
    }

    void define(const std::string& inside, const std::string& name = "test@1")
    {
        std::vector<platform::config::Finding> findings;
        definitions_[name] =
            Definition::compile(bpmn(inside), "test.bpmn", std::make_shared<Sizes>(), findings);
        for (const auto& finding : findings) {
            std::cerr << platform::config::to_string(finding) << std::endl;
        }
        base::ensure(definitions_[name] != nullptr);
    }

    InstanceId begin(json::Object variables = {{"amount", json::Value{5}}})
    {
        const auto id = book_->write([&](Transaction& transaction) {
            return engine_->start(transaction,
                                  {"test@1", "case-1", "person-1", "person-1", variables});
        });
        base::ensure(engine_->advance(id.value()).has_value());
        return id.value();
    }

    Instance look(InstanceId id)
    {
        return book_->read([&](Snapshot& snapshot) { return engine_->instance(snapshot, id); })
            .value();
    }
    std::optional<Task> customer_task(InstanceId id)
    {
        return book_->read(
            [&](Snapshot& snapshot) { return engine_->customer_task(snapshot, id); });
    }
    Task staff_task(InstanceId id)
    {
        return book_->read([&](Snapshot& snapshot) { return engine_->staff_tasks(snapshot, id); })
            .at(0);
    }
    std::vector<Incident> incidents()
    {
        return book_->read([&](Snapshot& snapshot) { return engine_->incidents(snapshot, 10); });
    }

    base::ManualClock clock_{
        base::parse_instant("2026-11-23T02:00:00Z").value()};  // Monday, 10:00.
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("engine-test-" + std::to_string(getpid()));
    std::unique_ptr<platform::sql::Book> book_;
    OperationRegistry operations_;
    std::map<std::string, std::shared_ptr<const Definition>, std::less<>> definitions_;
    PlainSealer sealer_;
    std::unique_ptr<Engine> engine_;
    int calls_ = 0;
    std::vector<std::string> keys_;
    std::optional<base::Error> refusal_;
};

inline const std::string variables_known =
    R"(<scriptTask id="init" scriptFormat="feel" yungui:result="amount"><script>amount</script></scriptTask>)";

}  // namespace engine::process::testing_processes
