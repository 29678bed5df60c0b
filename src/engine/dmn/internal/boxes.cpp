// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/box.h>

#include <engine/feel/row.h>

#include <algorithm>

namespace engine::dmn {
namespace {

using feel::Context;
using feel::Evaluation;
using feel::Frame;
using feel::List;
using feel::Value;

class Literal final : public Box {
public:
    explicit Literal(feel::Expression expression) : expression_(std::move(expression)) {}
    Value run(Frame& frame) const override { return expression_.run(frame); }

private:
    feel::Expression expression_;
};

class Broken final : public Box {
public:
    explicit Broken(std::string detail) : detail_(std::move(detail)) {}
    Value run(Frame& frame) const override
    {
        return frame.evaluation.problem({}, "dmn.expression", detail_);
    }

private:
    std::string detail_;
};

class Typed final : public Box {
public:
    Typed(BoxPointer value, std::shared_ptr<const Item> item, std::string what)
        : value_(std::move(value)), item_(std::move(item)), what_(std::move(what))
    {
    }

    Value run(Frame& frame) const override
    {
        const Value value = value_->run(frame);
        auto fitting = conform(value, *item_, frame.evaluation);
        if (fitting) return *std::move(fitting);
        return frame.evaluation.problem({}, "dmn.wrong_type",
                                        "\"" + what_ + "\" got a " +
                                            std::string(feel::name_of(value.kind())) +
                                            " that does not fit its type.");
    }

private:
    BoxPointer value_;
    std::shared_ptr<const Item> item_;
    std::string what_;
};

class ContextBox final : public Box {
public:
    explicit ContextBox(std::vector<BoxEntry> entries) : entries_(std::move(entries)) {}

    Value run(Frame& frame) const override
    {
        Context out;
        for (const BoxEntry& entry : entries_) {
            Value value = entry.value->run(frame);
            if (entry.name.empty()) return value;
            frame.evaluation.charge(sizeof(Context::Entry) + entry.name.size());
            frame.slots[entry.slot] = value;
            out.put(entry.name, std::move(value));
        }
        return Value(std::move(out));
    }

private:
    std::vector<BoxEntry> entries_;
};

class ListBox final : public Box {
public:
    explicit ListBox(std::vector<BoxPointer> items) : items_(std::move(items)) {}

    Value run(Frame& frame) const override
    {
        frame.evaluation.charge(items_.size() * sizeof(Value));
        List out;
        for (const BoxPointer& item : items_) out.push_back(item->run(frame));
        return Value(std::move(out));
    }

private:
    std::vector<BoxPointer> items_;
};

class Relation final : public Box {
public:
    Relation(std::vector<std::string> columns, std::vector<std::vector<BoxPointer>> rows)
        : columns_(std::move(columns)), rows_(std::move(rows))
    {
    }

    Value run(Frame& frame) const override
    {
        List out;
        for (const auto& row : rows_) {
            frame.evaluation.charge(columns_.size() * sizeof(Context::Entry));
            Context entry;
            for (std::size_t at = 0; at < columns_.size(); ++at)
                entry.put(columns_[at], row[at]->run(frame));
            out.push_back(Value(std::move(entry)));
        }
        return Value(std::move(out));
    }

private:
    std::vector<std::string> columns_;
    std::vector<std::vector<BoxPointer>> rows_;
};

class Invocation final : public Box {
public:
    Invocation(BoxPointer callee, std::vector<BoxEntry> bindings)
        : callee_(std::move(callee)), bindings_(std::move(bindings))
    {
    }

    Value run(Frame& frame) const override
    {
        const Value held = callee_->run(frame);
        if (held.function() == nullptr)
            return frame.evaluation.problem({}, "feel.not_a_function",
                                            "An invocation calls what is no function.");
        std::vector<feel::NamedValue> arguments;
        for (const BoxEntry& binding : bindings_)
            arguments.push_back({binding.name, binding.value->run(frame)});
        return feel::call(*held.function(), arguments, frame.evaluation, {});
    }

private:
    BoxPointer callee_;
    std::vector<BoxEntry> bindings_;
};

class Conditional final : public Box {
public:
    Conditional(BoxPointer condition, BoxPointer then, BoxPointer otherwise)
        : condition_(std::move(condition)), then_(std::move(then)), otherwise_(std::move(otherwise))
    {
    }

    Value run(Frame& frame) const override
    {
        const Value value = condition_->run(frame);
        if (value.boolean() == nullptr && !value.is_null())
            return frame.evaluation.problem({}, "feel.wrong_type", "A condition is true or false.");
        return (value.is_true() ? then_ : otherwise_)->run(frame);
    }

private:
    BoxPointer condition_;
    BoxPointer then_;
    BoxPointer otherwise_;
};

class FilterBox final : public Box {
public:
    FilterBox(BoxPointer in, std::size_t item_slot, BoxPointer match)
        : in_(std::move(in)), item_slot_(item_slot), match_(std::move(match))
    {
    }

    Value run(Frame& frame) const override
    {
        const Value in = in_->run(frame);
        if (in.is_null()) return {};
        const List list = in.list() != nullptr ? *in.list() : List{in};
        List out;
        for (const Value& item : list) {
            frame.evaluation.step();
            frame.slots[item_slot_] = item;
            const Value keep = match_->run(frame);
            if (keep.boolean() == nullptr)
                return frame.evaluation.problem({}, "feel.wrong_type",
                                                "What a filter matches is true or false.");
            frame.evaluation.charge(sizeof(Value));
            if (keep.is_true()) out.push_back(item);
        }
        return Value(std::move(out));
    }

private:
    BoxPointer in_;
    std::size_t item_slot_;
    BoxPointer match_;
};

Value not_iterable(Frame& frame)
{
    return frame.evaluation.problem({}, "feel.not_a_list", "An iteration needs a list or a range.");
}

class ForBox final : public Box {
public:
    ForBox(BoxPointer in, std::size_t slot, std::size_t partial, BoxPointer body)
        : in_(std::move(in)), slot_(slot), partial_(partial), body_(std::move(body))
    {
    }

    Value run(Frame& frame) const override
    {
        const auto row = feel::Row::of(in_->run(frame));
        if (!row) return not_iterable(frame);
        List out;
        row->each([&](const Value& item) {
            frame.evaluation.step();
            frame.evaluation.charge((out.size() + 1) * sizeof(Value));
            frame.slots[slot_] = item;
            frame.slots[partial_] = Value(out);
            out.push_back(body_->run(frame));
            return true;
        });
        return Value(std::move(out));
    }

private:
    BoxPointer in_;
    std::size_t slot_;
    std::size_t partial_;
    BoxPointer body_;
};

class QuantifiedBox final : public Box {
public:
    QuantifiedBox(bool every, BoxPointer in, std::size_t slot, BoxPointer body)
        : every_(every), in_(std::move(in)), slot_(slot), body_(std::move(body))
    {
    }

    Value run(Frame& frame) const override
    {
        const auto row = feel::Row::of(in_->run(frame));
        if (!row) return not_iterable(frame);
        bool unknown = false;
        const bool all = row->each([&](const Value& item) {
            frame.evaluation.step();
            frame.slots[slot_] = item;
            const Value value = body_->run(frame);
            unknown = unknown || value.boolean() == nullptr;
            return !(every_ ? value.is_false() : value.is_true());
        });
        if (!all) return !every_;
        return unknown ? Value() : Value(every_);
    }

private:
    bool every_;
    BoxPointer in_;
    std::size_t slot_;
    BoxPointer body_;
};

class BoxClosure final : public feel::Function {
public:
    BoxClosure(std::shared_ptr<const BoxFunction> function, std::vector<Value> captured)
        : function_(std::move(function)), captured_(std::move(captured))
    {
        for (const Value& value : captured_) depth_ = std::max(depth_, value.depth());
    }

    std::string_view name() const override { return function_->name; }
    const std::vector<std::vector<Parameter>>& overloads() const override
    {
        return function_->overloads;
    }
    std::uint16_t depth() const override { return depth_; }
    Value call(std::span<const Value> arguments, Evaluation& evaluation,
               feel::Position position) const override
    {
        return run_function(*function_, captured_, arguments, evaluation, position);
    }

private:
    std::shared_ptr<const BoxFunction> function_;
    std::vector<Value> captured_;
    std::uint16_t depth_ = 0;
};

class FunctionBox final : public Box {
public:
    explicit FunctionBox(std::shared_ptr<const BoxFunction> function)
        : function_(std::move(function))
    {
    }

    Value run(Frame& frame) const override
    {
        frame.evaluation.charge(function_->captured * sizeof(Value));
        std::vector<Value> captured(frame.slots, frame.slots + function_->captured);
        std::shared_ptr<const feel::Function> closure =
            std::make_shared<BoxClosure>(function_, std::move(captured));
        return Value(std::move(closure));
    }

private:
    std::shared_ptr<const BoxFunction> function_;
};

}  // namespace

Value run_function(const BoxFunction& function, std::span<const Value> captured,
                   std::span<const Value> arguments, Evaluation& evaluation,
                   feel::Position position)
{
    const auto misfit = [&](const std::string& why) {
        return evaluation.problem(position, "feel.wrong_arguments",
                                  "\"" + function.name + "\" " + why);
    };
    if (!function.body) return misfit("is a function of another language, which is not called.");
    const auto& parameters = function.overloads.front();
    if (arguments.size() != parameters.size()) return misfit("takes another number of arguments.");
    evaluation.charge(function.slot_count * sizeof(Value));
    std::vector<Value> slots(function.slot_count);
    auto slot = std::copy(captured.begin(), captured.end(), slots.begin());
    for (std::size_t at = 0; at < parameters.size(); ++at) {
        auto fitting = function.items[at] ? conform(arguments[at], *function.items[at], evaluation)
                                          : std::optional(arguments[at]);
        if (!fitting) return misfit("got an argument that does not fit its type.");
        *slot++ = *std::move(fitting);
    }
    Frame frame{slots.data(), evaluation};
    return function.body->run(frame);
}

BoxPointer make_literal(feel::Expression expression)
{
    return std::make_unique<Literal>(std::move(expression));
}

BoxPointer make_broken(std::string detail)
{
    return std::make_unique<Broken>(std::move(detail));
}

BoxPointer make_typed(BoxPointer value, std::shared_ptr<const Item> item, std::string what)
{
    if (!item || (item->type.is_any() && item->allowed.empty())) return value;
    return std::make_unique<Typed>(std::move(value), std::move(item), std::move(what));
}

BoxPointer make_context_box(std::vector<BoxEntry> entries)
{
    return std::make_unique<ContextBox>(std::move(entries));
}

BoxPointer make_list_box(std::vector<BoxPointer> items)
{
    return std::make_unique<ListBox>(std::move(items));
}

BoxPointer make_relation(std::vector<std::string> columns,
                         std::vector<std::vector<BoxPointer>> rows)
{
    return std::make_unique<Relation>(std::move(columns), std::move(rows));
}

BoxPointer make_invocation(BoxPointer callee, std::vector<BoxEntry> bindings)
{
    return std::make_unique<Invocation>(std::move(callee), std::move(bindings));
}

BoxPointer make_conditional(BoxPointer condition, BoxPointer then, BoxPointer otherwise)
{
    return std::make_unique<Conditional>(std::move(condition), std::move(then),
                                         std::move(otherwise));
}

BoxPointer make_filter_box(BoxPointer in, std::size_t item_slot, BoxPointer match)
{
    return std::make_unique<FilterBox>(std::move(in), item_slot, std::move(match));
}

BoxPointer make_for_box(BoxPointer in, std::size_t slot, std::size_t partial, BoxPointer body)
{
    return std::make_unique<ForBox>(std::move(in), slot, partial, std::move(body));
}

BoxPointer make_quantified_box(bool every, BoxPointer in, std::size_t slot, BoxPointer body)
{
    return std::make_unique<QuantifiedBox>(every, std::move(in), slot, std::move(body));
}

BoxPointer make_function_box(std::shared_ptr<const BoxFunction> function)
{
    return std::make_unique<FunctionBox>(std::move(function));
}

}  // namespace engine::dmn
