// SPDX-License-Identifier: Apache-2.0
#include <bank/counter/internal/scenario_run.h>

#include <engine/feel/temporal.h>

#include <algorithm>

namespace bank::counter {

namespace json = platform::json;
using engine::process::OperationCall;

namespace {

constexpr int most_polls = 100;
constexpr int most_incidents = 20;

class PlainSealer final : public engine::process::Sealer {
public:
    std::string seal(std::string_view, std::string_view plain) override
    {
        return std::string{plain};
    }
    base::Result<std::string> open(std::string_view, std::string_view sealed) override
    {
        return std::string{sealed};
    }
};

std::string text(const platform::config::Node& node, std::string_view name)
{
    const auto* found = node.find(name);
    return found == nullptr ? std::string{} : found->text();
}

}  // namespace

OneService::OneService(const catalog::ServicePtr& service, const catalog::Bank& the_bank,
                       const std::string& institution)
    : service_(service), bank_(the_bank)
{
    for (auto& each : bank_.institutions) {
        if (each.code == institution) each.services = {"*"};
    }
}

catalog::ServicePtr OneService::service(std::string_view code) const
{
    return code == service_->code ? service_ : nullptr;
}

catalog::ServicePtr OneService::version(std::string_view definition_name) const
{
    return definition_name == service_->definition_name() ? service_ : nullptr;
}

ScenarioRun::ScenarioRun(platform::sql::Book& book, base::ManualClock& clock,
                         const OneService& services, const catalog::ServicePtr& service,
                         const Node& given, const Node& scenario, catalog::Findings& findings,
                         int number)
    : clock_(clock),
      services_(services),
      service_(service),
      given_(given),
      scenario_(scenario),
      findings_(findings),
      sealer_(std::make_unique<PlainSealer>())
{
    const Node* applicant = given.find("applicant");
    const std::string id = applicant == nullptr ? "applicant" : text(*applicant, "id");
    applicant_ = id + "-" + std::to_string(number);
    register_operations();
    counter_ = std::make_unique<Counter>(book, services, text(given, "institution"), operations_,
                                         *sealer_);
}

void ScenarioRun::expect(bool holds, const Node& node, const std::string& what) const
{
    if (!holds) throw Broken{node.line(), what};
}

/// What the step, the scenario or the given part says about `name`, in that order.
const platform::config::Node* ScenarioRun::setting(const std::string& kind,
                                                   const std::string& name) const
{
    for (const Node* from : {step_, &scenario_, &given_}) {
        if (from == nullptr) continue;
        const Node* settings = from->find(kind);
        if (settings == nullptr) continue;
        if (const Node* found = settings->find(name)) return found;
    }
    return nullptr;
}

void ScenarioRun::register_operations()
{
    std::set<std::string> names;
    for (const auto& element : service_->process->elements()) {
        if (!element.operation.empty()) names.insert(element.operation);
    }
    for (const auto& name : names) {
        operations_.add(name,
                        [this, name](const OperationCall& call) { return answer(name, call); });
    }
}

base::Result<json::Value> ScenarioRun::answer(const std::string& operation,
                                              const OperationCall& call)
{
    const auto argument = [&](std::string_view name) {
        const json::Value* found = call.arguments.find(name);
        return std::string{found == nullptr ? std::string_view{} : found->text_or()};
    };
    // The step of a shape says by a setting what is done.
    const std::string done = operation == "service.do" ? argument("operation") : operation;
    const bool first = calls_[done].insert(call.key).second;
    if (operation == "partner.ask") {
        if (first) questions_.push_back({argument("partner"), argument("correlation")});
        return json::Value{json::Object{}};
    }
    if (operation == "message.send") {
        const std::string code = argument("message");
        if (!service_->messages.contains(code) && services_.bank().message(code) == nullptr) {
            return base::invalid("message.unknown", "There is no message " + code + ".");
        }
        if (first) messages_.push_back(code);
        return json::Value{json::Object{}};
    }
    const Node* said = setting("answers", done);
    if (said == nullptr) {
        return base::not_found("scenario.no_answer", "The scenario says nothing for " + done + ".");
    }
    if (const Node* error = said->find("error")) {
        return base::rejected(base::intern(error->text()), "as the scenario says");
    }
    return said->to_json();
}

void ScenarioRun::deliver_answers()
{
    while (!questions_.empty()) {
        const Question question = questions_.front();
        questions_.pop_front();
        const Node* said = setting("partners", question.partner);
        if (said == nullptr || said->text() == "silent") continue;
        const Node* twice = said->find("twice");
        for (int i = 0; i < (twice == nullptr ? 1 : 2); ++i) {
            const auto delivered =
                counter_->engine().deliver("partner.reply", question.correlation,
                                           (twice == nullptr ? *said : *twice).to_json());
            expect(delivered.has_value(), *said, "the partner's answer could not be taken");
        }
    }
}

void ScenarioRun::submit(const Node& node, const std::string& section, const Node* data)
{
    if (data == nullptr) {
        const Node* given = given_.find("data");
        data = given == nullptr ? nullptr : given->find(section);
    }
    expect(data != nullptr, node, "no data is given for the section " + section);
    const json::Value content = data->to_json();
    expect(content.object() != nullptr, node, "the data of " + section + " must be a map");
    const auto taken = counter_->submit(case_, applicant_, section, *content.object());
    const std::string refuses = text(node, "refuses");
    std::string fields;
    for (const auto& fault : taken.faults) fields += " " + fault.field + " (" + fault.reason + ")";
    if (refuses.empty()) {
        expect(!taken.error, node,
               section + " was refused: " + std::string{taken.error ? taken.error->reason : ""} +
                   fields);
    } else {
        expect(taken.error.has_value() && taken.error->reason == refuses, node,
               section + " was not refused with " + refuses);
    }
    const Node* expected = node.find("fields");
    if (expected == nullptr) return;
    std::set<std::string> wanted;
    std::set<std::string> got;
    for (const Node& each : expected->items()) wanted.insert(each.text());
    for (const auto& fault : taken.faults) got.insert(fault.field);
    expect(wanted == got, *expected, "these fields were refused:" + fields);
}

engine::process::Task ScenarioRun::task_of(const Node& node, const std::string& code)
{
    const auto instance = counter_->instance(case_);
    expect(instance.has_value(), node, "the case cannot be read");
    auto& engine = counter_->engine();
    const auto tasks = engine.book().read([&](platform::sql::Snapshot& snapshot) {
        return engine.staff_tasks(snapshot, instance.value().id);
    });
    const auto found = std::find_if(tasks.begin(), tasks.end(),
                                    [&](const auto& each) { return each.code == code; });
    expect(found != tasks.end(), node, "no task " + code + " is open");
    return *found;
}

void ScenarioRun::work(const Node& node, const std::string& code)
{
    const auto task = task_of(node, code);
    for (const char* flag : {"late", "escalated"}) {
        const Node* wanted = node.find(flag);
        const bool is = flag == std::string_view{"late"} ? task.late : task.escalated;
        if (wanted != nullptr) {
            expect(is == (wanted->text() == "true"), *wanted,
                   std::string{"the task is not as "} + flag + " as it says");
        }
    }
    auto roles = task.roles;
    roles.insert(roles.end(), task.escalate_to.begin(), task.escalate_to.end());
    // Four eyes: another pair where the step says whose.
    const std::string as = text(node, "as");
    const std::string who = as.empty() ? "scenario" : as;
    engine::process::Worker worker{who, task.skills, roles};
    if (!task.levels.empty()) worker.level = task.levels.front();
    worker.units = {task.unit};
    const auto claimed = counter_->claim(task.id, worker);
    expect(claimed.has_value(), node, "the task could not be claimed");
    if (node.find("send_back") != nullptr) {
        const std::string beside = task.element.substr(0, task.element.rfind('/') + 1);
        const auto sent = counter_->engine().send_back(
            task.id, who, beside + text(node, "send_back"), text(node, "reason"));
        return expect(
            sent.has_value(), node,
            "the task could not be sent back: " + std::string{sent ? "" : sent.error().reason});
    }
    const Node* refuses = node.find("refuses");
    const Node& said = refuses == nullptr ? node : *refuses;
    const auto done = counter_->complete(task.id, who,
                                         {.outcome = text(said, "outcome"),
                                          .reason = text(said, "reason"),
                                          .comment = text(said, "comment")});
    if (refuses == nullptr) {
        expect(done.has_value(), node,
               "the task could not be ended: " + std::string{done ? "" : done.error().reason});
    } else {
        expect(!done && done.error().reason == text(*refuses, "with"), *refuses,
               "the task was not refused with " + text(*refuses, "with"));
    }
}

void ScenarioRun::wait(const Node& node)
{
    const auto duration = engine::feel::parse_day_duration(text(node, "wait"));
    expect(duration.has_value(), node, "\"wait\" must be a duration such as PT3M");
    clock_.advance_seconds(duration->seconds);
    for (int i = 0; i < most_polls && counter_->poll() > 0; ++i) deliver_answers();
}

void ScenarioRun::step(const Node& node)
{
    step_ = &node;
    if (node.kind() == Node::Kind::scalar) {
        submit(node, node.text(), nullptr);
    } else if (const Node* section = node.find("submit")) {
        submit(node, section->text(), node.find("data"));
    } else if (const Node* code = node.find("task")) {
        work(node, code->text());
    } else if (node.find("wait") != nullptr) {
        wait(node);
    } else if (node.find("cancel") != nullptr) {
        const auto given_up = counter_->cancel(case_, applicant_);
        const std::string refuses = text(node, "refuses");
        if (refuses.empty()) {
            expect(given_up.has_value(), node, "it could not be given up");
        } else {
            expect(!given_up && given_up.error().reason == refuses, node,
                   "giving it up was not refused with " + refuses);
        }
    } else {
        expect(false, node, "a step is a section, or has submit, task, wait or cancel");
    }
    deliver_answers();
    step_ = nullptr;
}

void ScenarioRun::check(const Node& then)
{
    const auto view = counter_->view(case_, applicant_);
    const auto instance = counter_->instance(case_);
    expect(view.has_value() && instance.has_value(), then, "the case cannot be read");
    const auto same = [&](std::string_view name, std::string_view is) {
        const Node* wanted = then.find(name);
        if (wanted == nullptr) return;
        expect(
            wanted->text() == is, *wanted,
            std::string{name} + " is \"" + std::string{is} + "\", not \"" + wanted->text() + "\"");
    };
    same("state", to_string(view.value().state));
    same("page", instance.value().page);
    same("reason", view.value().reason);
    same("step", view.value().step ? view.value().step->code : "");
    if (const Node* wanted = then.find("messages")) {
        std::string said;
        std::string expected;
        for (const auto& each : messages_) said += each + " ";
        for (const auto& each : wanted->items()) expected += each.text() + " ";
        expect(said == expected, *wanted, "the messages were: " + said);
    }
    if (const Node* wanted = then.find("operations")) {
        for (const auto& [name, count] : wanted->members()) {
            expect(std::to_string(calls_[name].size()) == count.text(), count,
                   name + " ran " + std::to_string(calls_[name].size()) + " times");
        }
    }
    if (view.value().state == CaseState::refused) {
        expect(!view.value().message.empty(), then, "the refusal has no words for the customer");
    }
    expect(!instance.value().incident, then, "the case is stuck in an incident");
}

void ScenarioRun::run()
{
    const std::string name = text(scenario_, "name");
    try {
        const auto now = base::parse_instant(text(given_, "now"));
        expect(now.has_value(), given_, "\"now\" must be an instant");
        clock_.set(now.value());
        Applicant applicant{applicant_, {}};
        if (const Node* facts = given_.find("applicant")) {
            if (const json::Value value = facts->to_json(); value.object() != nullptr) {
                applicant.facts = *value.object();
            }
        }
        const auto started = counter_->start(service_->code, applicant);
        expect(started.has_value(), scenario_, "the service could not be started");
        case_ = started.value().id;
        deliver_answers();
        const Node* when = scenario_.find("when");
        const Node* then = scenario_.find("then");
        expect(when != nullptr && then != nullptr, scenario_, "a scenario has when and then");
        for (const Node& node : when->items()) step(node);
        check(*then);
    } catch (const Broken& broken) {
        findings_.push_back({"services/" + service_->code + "/scenario.yaml", broken.line,
                             "\"" + name + "\": " + broken.what});
        tell_incidents();
    }
    leave();
}

/// The scenarios share a book: a case that still ran would wake in the next one's time. Not by the
/// customer's word, which some services do not take any more.
void ScenarioRun::leave()
{
    if (const auto instance = counter_->instance(case_)) {
        (void)counter_->engine().cancel(instance.value().id, "scenario", "it is over");
    }
}

/// Where the process of the case stands still, and why.
void ScenarioRun::tell_incidents()
{
    const auto instance = counter_->instance(case_);
    if (!instance) return;
    engine::process::Engine& engine = counter_->engine();
    const auto incidents = engine.book().read([&](platform::sql::Snapshot& snapshot) {
        return engine.incidents(snapshot, most_incidents);
    });
    const engine::process::Definition& process = *service_->process;
    for (const auto& incident : incidents) {
        if (incident.instance != instance.value().id) continue;
        // An element of a called process is told at the call.
        const auto at = process.find(incident.element.substr(0, incident.element.find('/')));
        findings_.push_back({service_->process_file, at ? process.element(*at).line : 0,
                             incident.element + ": " + incident.reason + ": " + incident.detail});
    }
}

}  // namespace bank::counter
