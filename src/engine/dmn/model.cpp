// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/model.h>

#include <engine/dmn/internal/element.h>
#include <engine/dmn/internal/reader.h>

#include <set>

namespace engine::dmn {
namespace {

using base::Result;

template <class Ask>
Result<feel::Value> answered(Ask ask)
{
    try {
        return ask();
    } catch (const feel::Evaluation::Exceeded& exceeded) {
        return base::rejected(exceeded.reason, feel::Evaluation::to_string(exceeded));
    }
}

Variable variable(const Element& element)
{
    return {element.name, element.item ? element.item->type : feel::Type{}};
}

}  // namespace

std::string to_string(const Finding& finding)
{
    return finding.file + ":" + std::to_string(finding.line) + ": " + finding.detail;
}

const std::string& Model::name() const
{
    return data_->name;
}

const std::string& Model::namespace_uri() const
{
    return data_->namespace_uri;
}

const std::vector<Finding>& Model::findings() const
{
    return data_->findings;
}

std::vector<std::string> Model::decision_names() const
{
    std::vector<std::string> out;
    for (std::size_t at = 0; at < data_->own; ++at) {
        if (data_->elements[at].kind == Element::Kind::decision)
            out.push_back(data_->elements[at].name);
    }
    return out;
}

std::vector<std::string> Model::service_names() const
{
    std::vector<std::string> out;
    for (std::size_t at = 0; at < data_->own; ++at) {
        if (data_->elements[at].kind == Element::Kind::service)
            out.push_back(data_->elements[at].name);
    }
    return out;
}

std::vector<Variable> Model::inputs() const
{
    std::vector<Variable> out;
    for (const Element& element : data_->elements) {
        if (element.kind == Element::Kind::input) out.push_back(variable(element));
    }
    return out;
}

std::vector<Variable> Model::inputs_of(std::string_view decision) const
{
    std::vector<Variable> out;
    std::vector<std::size_t> open{find(decision)};
    if (open.front() == none) return out;
    std::set<std::size_t> seen(open.begin(), open.end());
    while (!open.empty()) {
        const Element& element = data_->elements[open.back()];
        open.pop_back();
        if (element.kind == Element::Kind::input) out.push_back(variable(element));
        for (const Element::Requirement& each : element.requirements) {
            if (seen.insert(each.element).second) open.push_back(each.element);
        }
    }
    return out;
}

std::size_t Model::find(std::string_view decision) const
{
    auto found = data_->decisions.find(decision);
    if (found == data_->decisions.end()) found = data_->decisions.find(feel::normal_name(decision));
    return found == data_->decisions.end() ? none : found->second;
}

Result<feel::Value> Model::evaluate(std::string_view decision, const feel::Context& inputs,
                                    feel::Evaluation& evaluation) const
{
    const std::size_t found = find(decision);
    if (found == none)
        return base::not_found("dmn.no_such_decision",
                               "There is no decision \"" + std::string(decision) + "\".");
    return evaluate(found, inputs, evaluation);
}

Result<feel::Value> Model::evaluate(std::size_t decision, const feel::Context& inputs,
                                    feel::Evaluation& evaluation) const
{
    return answered([&] { return Run(*data_, inputs, evaluation).value(decision); });
}

Result<feel::Value> Model::invoke(std::string_view function, const feel::Context& arguments,
                                  feel::Evaluation& evaluation) const
{
    const auto found = data_->functions.find(feel::normal_name(function));
    if (found == data_->functions.end())
        return base::not_found("dmn.no_such_function",
                               "There is no function \"" + std::string(function) + "\".");
    const feel::Function& callable = *data_->elements[found->second].callable;
    std::vector<feel::Value> values;
    for (const auto& parameter : callable.overloads().front()) {
        const feel::Value* given = arguments.find(parameter.name);
        values.push_back(given != nullptr ? feel::from_text(*given, parameter.type)
                                          : feel::Value());
    }
    return answered(
        [&] { return feel::call(callable, std::span<const feel::Value>(values), evaluation, {}); });
}

std::vector<MatchedRule> Model::matched(const feel::Evaluation& evaluation) const
{
    std::vector<MatchedRule> rules;
    for (std::size_t at = 0; at < evaluation.mark_count(); ++at) {
        const feel::Evaluation::Mark& mark = evaluation.mark_at(at);
        const auto found = data_->table_of_mark.find(mark.place);
        if (found == data_->table_of_mark.end()) continue;
        const Table::Rule& rule = found->second->rules[mark.number];
        rules.push_back({found->second->decision, static_cast<int>(mark.number) + 1, rule.id,
                         rule.annotations});
    }
    return rules;
}

Result<Model> load(std::string_view text, std::string_view file_name, const LoadOptions& options)
{
    auto data = std::make_shared<ModelData>();
    Reader reader(options, *data);
    TRY(reader.read(text, file_name));
    make_callables(data);
    for (const auto& table : data->tables) data->table_of_mark.emplace(table.get(), table.get());
    return Model(std::move(data));
}

}  // namespace engine::dmn
