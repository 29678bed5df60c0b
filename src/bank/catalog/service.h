// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/bank.h>
#include <bank/catalog/form.h>
#include <engine/process/definition.h>
#include <platform/config/node.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bank::catalog {

struct Step {
    std::string section;
    base::Text title;
};

struct TaskReason {
    std::string code;
    base::Text name;
};

struct TaskOutcome {
    base::Text name;
    std::string style;  // "primary", "plain", "danger".
    std::vector<TaskReason> reasons;
};

struct TaskFacts {
    base::Text name;
    std::vector<std::pair<std::string, TaskOutcome>> outcomes;  // By the process's outcome code.
};

/// How a value is hidden on the workbench.
enum class Mask : std::uint8_t { none, name, id_number, phone, account, address, date };

struct FactRow {
    base::Text label;
    std::map<std::string, base::Text, std::less<>> words;  // For values that are codes.
    engine::feel::Expression value;
    std::optional<engine::feel::Expression> state;
    std::optional<engine::feel::Expression> score;
    std::optional<engine::feel::Expression> threshold;
    Mask mask = Mask::none;
};

struct FactGroup {
    std::string code;
    base::Text title;
    std::vector<FactRow> rows;
};

struct EvidenceView {
    engine::feel::Expression id;
    std::string kind;
    base::Text title;
};

struct Prompt {
    engine::feel::Expression when;
    std::string level;
    base::Text text;
};

/// A line of what the customer sees of a case besides its words: shown once it has a value.
struct ShownRow {
    base::Text label;
    engine::feel::Expression value;
};

struct EndPage {
    base::Text title;
    base::Text text;
};

/// One version of a service: everything its folder says, compiled; immutable.
struct Service {
    std::string code;
    int version = 0;
    std::string hash;  // SHA-256 of its files and of the process shape that it uses.
    base::Instant deployed_at;

    base::Text name;
    base::Text summary;
    std::string category;
    std::string icon;
    std::string audience;  // "visitor", "customer".
    bool one_at_a_time = true;
    std::string
        no_cancel_once;  // Once this variable is set the customer cannot give up; may be empty.
    platform::json::Value settings;
    std::vector<Step> steps;
    std::optional<engine::feel::Expression> customer_name;
    std::map<std::string, TaskFacts, std::less<>> tasks;
    std::vector<FactGroup> facts;
    std::vector<EvidenceView> evidence;
    std::vector<Prompt> prompts;

    Form form;
    std::shared_ptr<const engine::process::Definition> process;
    std::string process_file;  // Where it stands: in the service's folder, or a shared shape.
    std::map<std::string, MessageTemplate, std::less<>> messages;
    std::map<std::string, EndPage, std::less<>> pages;
    std::map<std::string, base::Text, std::less<>> waiting;  // By element.
    std::vector<ShownRow> shown;
    std::map<std::string, std::map<std::string, base::Text, std::less<>>, std::less<>> again;
    std::map<std::string, base::Text, std::less<>> reasons;
    std::map<std::string, base::Text, std::less<>> review_reasons;
    std::vector<std::string> phrases;
    platform::config::Node scenario;

    /// What should be looked at and keeps nobody from deploying: values that no rule answers.
    std::vector<platform::config::Finding> warnings;

    std::map<std::string, std::string>
        files;  // Name in the folder → content; the shape among them.

    /// "account-opening@3".
    std::string definition_name() const { return code + "@" + std::to_string(version); }
};

using ServicePtr = std::shared_ptr<const Service>;

}  // namespace bank::catalog
