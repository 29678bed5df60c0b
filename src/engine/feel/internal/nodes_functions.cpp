// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/node.h>

#include <algorithm>
#include <array>

namespace engine::feel {
namespace {

Value misfit(const Function& callee, Evaluation& evaluation, Position position)
{
    return evaluation.problem(position, "feel.wrong_arguments",
                              "\"" + std::string(callee.name()) +
                                  "\" does not take these arguments (their number or names).");
}

/// A function written in FEEL with the variables that it saw when it was made.
class Closure final : public Function {
public:
    struct Body {
        std::vector<std::vector<Parameter>> overloads;  // One.
        std::size_t slot_count;
        NodePointer node;  // Null for an external function.
        bool external = false;
    };

    Closure(std::shared_ptr<const Body> body, std::vector<Value> captured)
        : body_(std::move(body)), captured_(std::move(captured))
    {
        for (const Value& value : captured_) depth_ = std::max(depth_, value.depth());
    }

    std::string_view name() const override { return "function"; }
    const std::vector<std::vector<Parameter>>& overloads() const override
    {
        return body_->overloads;
    }
    std::uint16_t depth() const override { return depth_; }

    Value call(std::span<const Value> arguments, Evaluation& evaluation,
               Position position) const override
    {
        if (body_->external)
            return evaluation.problem(position, "feel.external_function",
                                      "Functions of other languages are not called.");
        const std::vector<Parameter>& parameters = body_->overloads.front();
        if (parameters.size() != arguments.size()) return misfit(*this, evaluation, position);
        evaluation.charge(body_->slot_count * sizeof(Value));
        std::vector<Value> slots(body_->slot_count);
        auto slot = std::copy(captured_.begin(), captured_.end(), slots.begin());
        for (std::size_t at = 0; at < parameters.size(); ++at) {
            auto fitting = coerce(arguments[at], parameters[at].type);
            if (!fitting) return misfit(*this, evaluation, position);
            *slot++ = *std::move(fitting);
        }
        Frame frame{slots.data(), evaluation};
        return body_->node->evaluate(frame);
    }

private:
    std::shared_ptr<const Body> body_;
    std::vector<Value> captured_;
    std::uint16_t depth_ = 0;
};

class FunctionLiteral final : public Node {
public:
    FunctionLiteral(Position position, std::shared_ptr<const Closure::Body> body,
                    std::size_t captured)
        : Node(position), body_(std::move(body)), captured_(captured)
    {
    }

    Value evaluate(Frame& frame) const override
    {
        frame.evaluation.charge(captured_ * sizeof(Value));
        std::vector<Value> captured(frame.slots, frame.slots + captured_);
        return Value(std::make_shared<const Closure>(body_, std::move(captured)));
    }

private:
    std::shared_ptr<const Closure::Body> body_;
    std::size_t captured_;
};

class CallNode final : public Node {
public:
    CallNode(Position position, NodePointer callee, std::vector<Argument> arguments)
        : Node(position), callee_(std::move(callee)), arguments_(std::move(arguments))
    {
        named_ = std::any_of(arguments_.begin(), arguments_.end(),
                             [](const Argument& each) { return !each.name.empty(); });
    }

    Value evaluate(Frame& frame) const override
    {
        return Evaluation::placed(position(), [&] { return answer(frame); });
    }

private:
    Value answer(Frame& frame) const
    {
        const Value held = callee_->evaluate(frame);
        const Function* function = held.function();
        if (function == nullptr)
            return null_because(frame, "feel.not_a_function",
                                "A " + std::string(name_of(held.kind())) + " cannot be called.");
        if (named_) {
            std::vector<NamedValue> values;
            for (const Argument& each : arguments_)
                values.push_back({each.name, each.value->evaluate(frame)});
            return call(*function, values, frame.evaluation, position());
        }
        constexpr std::size_t few = 4;
        if (arguments_.size() <= few) {
            std::array<Value, few> values;
            for (std::size_t at = 0; at < arguments_.size(); ++at)
                values[at] = arguments_[at].value->evaluate(frame);
            return call(*function, std::span<const Value>(values.data(), arguments_.size()),
                        frame.evaluation, position());
        }
        std::vector<Value> values;
        for (const Argument& each : arguments_) values.push_back(each.value->evaluate(frame));
        return call(*function, std::span<const Value>(values), frame.evaluation, position());
    }

    NodePointer callee_;
    std::vector<Argument> arguments_;
    bool named_;
};

}  // namespace

NodePointer make_function(Position position, std::vector<Function::Parameter> parameters,
                          std::size_t captured, std::size_t slot_count, NodePointer body)
{
    auto held = std::make_shared<Closure::Body>();
    held->overloads.push_back(std::move(parameters));
    held->slot_count = slot_count;
    held->node = std::move(body);
    return std::make_shared<FunctionLiteral>(position, std::move(held), captured);
}

NodePointer make_external_function(Position position, std::vector<Function::Parameter> parameters)
{
    auto held = std::make_shared<Closure::Body>();
    held->overloads.push_back(std::move(parameters));
    held->slot_count = 0;
    held->external = true;
    return std::make_shared<FunctionLiteral>(position, std::move(held), 0);
}

NodePointer make_call(Position position, NodePointer callee, std::vector<Argument> arguments)
{
    const Value* function = callee->constant();
    bool constant = function != nullptr && function->function() != nullptr && !arguments.empty();
    for (const Argument& each : arguments)
        constant = constant && each.value->constant() != nullptr &&
                   each.value->constant()->function() == nullptr;
    return folded(std::make_shared<CallNode>(position, std::move(callee), std::move(arguments)),
                  constant);
}

Value call(const Function& callee, std::span<const NamedValue> arguments, Evaluation& evaluation,
           Position position)
{
    for (const auto& parameters : callee.overloads()) {
        std::vector<Value> values(parameters.size());
        std::size_t given = 0;  // Those behind the last that is given may be left out.
        bool fits = std::all_of(arguments.begin(), arguments.end(), [&](const NamedValue& each) {
            const auto found = std::find_if(parameters.begin(), parameters.end(),
                                            [&](const auto& own) { return own.name == each.name; });
            if (found == parameters.end()) return false;
            const auto place = static_cast<std::size_t>(found - parameters.begin());
            values[place] = each.value;
            given = std::max(given, place + 1);
            return true;
        });
        values.resize(given);
        for (std::size_t at = 0; fits && at < given; ++at)
            fits = coerce(values[at], parameters[at].type).has_value();
        if (fits) return call(callee, std::span<const Value>(values), evaluation, position);
    }
    return misfit(callee, evaluation, position);
}

Value call(const Function& callee, std::span<const Value> arguments, Evaluation& evaluation,
           Position position)
{
    const Evaluation::Call held(evaluation);
    return callee.call(arguments, evaluation, position);
}

}  // namespace engine::feel
