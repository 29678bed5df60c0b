// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/element.h>

#include <array>

namespace engine::dmn {
namespace {

using feel::Context;
using feel::Value;

/// Business knowledge and decision services, as FEEL calls them.
class ElementFunction final : public feel::Function {
public:
    ElementFunction(std::weak_ptr<const ModelData> model, const Element& element,
                    std::vector<Parameter> parameters)
        : model_(std::move(model)), element_(element), overloads_{std::move(parameters)}
    {
    }

    std::string_view name() const override { return element_.name; }
    const std::vector<std::vector<Parameter>>& overloads() const override { return overloads_; }
    feel::Type result_type() const override
    {
        return element_.item ? element_.item->type : feel::Type{};
    }

    Value call(std::span<const Value> arguments, feel::Evaluation& evaluation,
               feel::Position position) const override
    {
        const auto model = model_.lock();
        if (!model)
            return evaluation.problem(position, "dmn.no_such_function", "Its model is gone.");
        const Context nothing;
        Run run(*model, nothing, evaluation);
        Value answer = element_.kind == Element::Kind::service
                           ? serve(run, arguments, evaluation, position)
                           : know(*model, run, arguments, evaluation, position);
        if (!element_.item) return answer;
        auto fitting = conform(answer, *element_.item, evaluation);
        if (fitting) return *std::move(fitting);
        return evaluation.problem(position, "dmn.wrong_type",
                                  "\"" + element_.name + "\" answers what does not fit its type.");
    }

private:
    Value know(const ModelData& model, Run& run, std::span<const Value> arguments,
               feel::Evaluation& evaluation, feel::Position position) const
    {
        std::vector<Value> slots(element_.function->captured);
        fill(element_, slots.data(), model, run);
        return run_function(*element_.function, slots, arguments, evaluation, position);
    }

    Value serve(Run& run, std::span<const Value> arguments, feel::Evaluation& evaluation,
                feel::Position position) const
    {
        if (arguments.size() != element_.parameters.size())
            return evaluation.problem(
                position, "feel.wrong_arguments",
                "\"" + element_.name + "\" takes another number of arguments.");
        const auto model = model_.lock();
        for (std::size_t at = 0; at < arguments.size(); ++at) {
            const Element& given = model->elements[element_.parameters[at]];
            auto fitting = given.item ? conform(arguments[at], *given.item, evaluation)
                                      : std::optional(arguments[at]);
            if (!fitting)
                return evaluation.problem(
                    position, "feel.wrong_arguments",
                    "\"" + element_.name + "\" got an argument that does not fit its type.");
            run.give(element_.parameters[at], *std::move(fitting));
        }
        if (element_.outputs.size() == 1) return run.value(element_.outputs.front());
        Context out;
        for (const std::size_t output : element_.outputs)
            out.put(model->elements[output].name, run.value(output));
        return Value(std::move(out));
    }

    std::weak_ptr<const ModelData> model_;
    const Element& element_;
    std::vector<std::vector<Parameter>> overloads_;
};

}  // namespace

void make_callables(const std::shared_ptr<ModelData>& data)
{
    for (Element& element : data->elements) {
        std::vector<feel::Function::Parameter> parameters;
        if (element.kind == Element::Kind::knowledge) {
            parameters = element.function->overloads.front();
        } else if (element.kind == Element::Kind::service) {
            for (const std::size_t each : element.parameters) {
                const Element& input = data->elements[each];
                parameters.push_back(
                    {feel::normal_name(input.name), input.item ? input.item->type : feel::Type{}});
            }
        } else {
            continue;
        }
        element.callable = std::make_shared<ElementFunction>(std::weak_ptr<const ModelData>(data),
                                                             element, std::move(parameters));
    }
}

Run::Run(const ModelData& data, const Context& inputs, feel::Evaluation& evaluation)
    : data_(data),
      inputs_(inputs),
      evaluation_(evaluation),
      values_(near_values_.data()),
      known_(near_known_.data())
{
    if (data.elements.size() <= few) return;
    far_values_.resize(data.elements.size());
    far_known_ = std::make_unique<bool[]>(data.elements.size());
    values_ = far_values_.data();
    known_ = far_known_.get();
}

void Run::give(std::size_t element, Value value)
{
    values_[element] = std::move(value);
    known_[element] = true;
}

const Value& Run::value(std::size_t at)
{
    if (known_[at]) return values_[at];
    const Element& element = data_.elements[at];
    switch (element.kind) {
        case Element::Kind::input:
            values_[at] = input(element);
            break;
        case Element::Kind::decision:
            values_[at] = decide(element);
            break;
        case Element::Kind::knowledge:
        case Element::Kind::service:
            values_[at] = Value(element.callable);
            break;
    }
    known_[at] = true;
    return values_[at];
}

Value Run::input(const Element& element)
{
    const Value* given = nullptr;
    if (!element.import_name.empty()) {
        const Value* model = inputs_.find(element.import_name);
        if (model != nullptr && model->context() != nullptr)
            given = model->context()->find(element.name);
    }
    if (given == nullptr) given = inputs_.find(element.name);
    if (given == nullptr) return {};
    if (!element.item) return *given;
    auto fitting = conform(feel::from_text(*given, element.item->type), *element.item, evaluation_);
    if (fitting) return *std::move(fitting);
    return evaluation_.problem({}, "dmn.wrong_type",
                               "The input \"" + element.name + "\" does not fit its type.");
}

Value Run::decide(const Element& element)
{
    if (!element.body) return {};
    const feel::Evaluation::Call held(evaluation_);
    std::array<Value, few> near;
    std::vector<Value> far(element.slot_count > few ? element.slot_count : 0);
    Value* slots = element.slot_count > few ? far.data() : near.data();
    fill(element, slots, data_, *this);
    feel::Frame frame{slots, evaluation_};
    return element.body->run(frame);
}

void fill(const Element& element, Value* slots, const ModelData& data, Run& run)
{
    for (const Element::Requirement& each : element.requirements) {
        if (each.import_name.empty()) {
            slots[each.slot] = run.value(each.element);
            continue;
        }
        Context model =
            slots[each.slot].context() != nullptr ? *slots[each.slot].context() : Context{};
        model.put(feel::normal_name(data.elements[each.element].name), run.value(each.element));
        slots[each.slot] = Value(std::move(model));
    }
}

}  // namespace engine::dmn
