// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/evaluation.h>
#include <engine/feel/expression.h>

#include <base/result.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine::dmn {

/// Something that a reader of the file should know; the model works all the same.
struct Finding {
    std::string file;
    int line;
    std::string_view reason;  // A literal: "dmn.rules_overlap", "dmn.gap", "dmn.expression" …
    std::string detail;       // For a person.
};

/// "review.dmn:12: …"
std::string to_string(const Finding& finding);

/// A rule that matched and whose conclusions count in an answer.
struct MatchedRule {
    std::string decision;  // Name of the decision or function whose table it stands in.
    int number;            // From 1.
    std::string id;        // Of the rule in the file; may be empty.
    std::vector<std::string> annotations;
};

struct Variable {
    std::string name;
    feel::Type type;
};

/// The text of a model that another imports, by namespace; nothing where there is none.
struct ImportedFile {
    std::string namespace_uri;
    std::string text;
    std::string file_name;
};

struct LoadOptions {
    /// Models that imports may name.
    std::vector<ImportedFile> files;

    /// Expressions that cannot be compiled, and references that lead nowhere, are null and a
    /// finding instead of an error. For conformance tests; a bank's folder is loaded without.
    bool lenient = false;

    /// Overlapping rules of a table with hit policy UNIQUE are an error (dmn.rules_overlap) instead
    /// of a finding.
    bool refuse_overlaps = true;
};

struct ModelData;

/// A DMN 1.5 model (1.2 to 1.4 read too): decisions, business knowledge models and decision
/// services, compiled. Immutable, cheap to copy, usable by many threads at once.
class Model {
public:
    const std::string& name() const;
    const std::string& namespace_uri() const;

    /// In the order of the file.
    std::vector<std::string> decision_names() const;
    std::vector<std::string> service_names() const;
    std::vector<Variable> inputs() const;

    /// The inputs that `decision` needs, itself or through other decisions.
    std::vector<Variable> inputs_of(std::string_view decision) const;

    const std::vector<Finding>& findings() const;

    /// Answers the decision called `decision` from `inputs` (by name; a missing one is null). An
    /// input that does not fit its type makes the decision null; `evaluation.problems()` says why.
    /// Nothing is parsed; asking a table allocates nothing but what its expressions make, as long
    /// as the model has no more than some ten elements (allocation_test).
    ///
    /// Errors: dmn.no_such_decision, and those of feel::Expression::evaluate.
    base::Result<feel::Value> evaluate(std::string_view decision, const feel::Context& inputs,
                                       feel::Evaluation& evaluation) const;

    /// The same without looking up the name, for those who ask often.
    std::size_t find(std::string_view decision) const;  // none where there is no such decision.
    base::Result<feel::Value> evaluate(std::size_t decision, const feel::Context& inputs,
                                       feel::Evaluation& evaluation) const;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// Calls a business knowledge model or decision service with arguments by name. Errors:
    /// dmn.no_such_function, and those of feel::Expression::evaluate.
    base::Result<feel::Value> invoke(std::string_view function, const feel::Context& arguments,
                                     feel::Evaluation& evaluation) const;

    /// The rules that matched in this evaluation, in the order in which tables were asked: the
    /// first thousand.
    std::vector<MatchedRule> matched(const feel::Evaluation& evaluation) const;

private:
    friend base::Result<Model> load(std::string_view text, std::string_view file_name,
                                    const LoadOptions& options);
    explicit Model(std::shared_ptr<const ModelData> data) : data_(std::move(data)) {}

    std::shared_ptr<const ModelData> data_;
};

/// Reads and compiles a model; every detail begins with file and line.
///
/// Errors: those of platform::xml::Document::parse; dmn.not_a_model, dmn.unknown_element,
/// dmn.missing, dmn.no_such_reference, dmn.cyclic_requirements, dmn.duplicate_name,
/// dmn.unknown_type, dmn.unknown_hit_policy, dmn.rule_width, dmn.expression (the text and what FEEL
/// says about it), dmn.no_such_import, dmn.rules_overlap.
base::Result<Model> load(std::string_view text, std::string_view file_name,
                         const LoadOptions& options = {});

}  // namespace engine::dmn
