// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/text.h>
#include <engine/feel/expression.h>
#include <platform/config/finding.h>
#include <platform/json/schema.h>
#include <platform/json/value.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bank::catalog {

/// What is wrong with one field of what somebody entered.
struct FieldFault {
    std::string field;
    std::string reason;  // "schema.pattern", "form.required", or the check's own.
    base::Text message;  // May be empty: the page then has words of its own for the reason.
};

/// One page of a form, by which one step is answered.
struct FormSection {
    std::string code;
    base::Text title;
    platform::json::Value shown;  // For the page: the section of form.json, with `checks` left out.

    struct Condition {
        engine::feel::Expression when;
        std::vector<std::string> fields;
    };
    struct Check {
        engine::feel::Expression holds;
        std::string field;
        std::string reason;
        base::Text message;
    };
    std::shared_ptr<const platform::json::Schema> schema;
    std::vector<std::string> names;                               // Of all fields.
    std::map<std::string, base::Text, std::less<>> labels;        // By field.
    std::vector<std::pair<std::string, std::string>> agreements;  // Field and version of its text.
    std::map<std::string, base::Text, std::less<>> agreement_titles;  // By field.
    std::map<std::string, std::map<std::string, base::Text, std::less<>>, std::less<>>
        options;  // By field and value.
    // Field and where its values come from: "branches" … or "pictures" (given in the case).
    std::vector<std::pair<std::string, std::string>> options_from;
    std::vector<std::pair<std::string, std::string>> secrets;  // Field and "pin" or "sms-code".
    std::vector<Condition> visible_when;                       // One field each.
    std::vector<Condition> required_when;
    std::vector<Check> checks;

    /// What is wrong with `data`; empty where it may be taken. Fields that are not visible may not
    /// be given. `clock` and `zone` say what today() is.
    std::vector<FieldFault> faults(const platform::json::Object& data, const base::Clock& clock,
                                   engine::feel::Zone zone) const;
};

struct Form {
    std::vector<FormSection> sections;
    platform::json::Value shown;

    const FormSection* section(std::string_view code) const;

    /// The title of the agreement in that field; empty where there is none.
    base::Text agreement_title(std::string_view field) const;

    /// Reads form.json. Adds to `findings` what is wrong, with lines.
    static Form read(std::string_view text, std::string_view file_name,
                     std::vector<platform::config::Finding>& findings);
};

}  // namespace bank::catalog
