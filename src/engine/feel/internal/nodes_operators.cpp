// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/node.h>
#include <engine/feel/internal/operators.h>
#include <engine/feel/internal/weight.h>

namespace engine::feel {
namespace {

std::string kinds(const Value& a, const Value& b)
{
    return std::string(name_of(a.kind())) + " and " + std::string(name_of(b.kind()));
}

class ItemName final : public Node {
public:
    ItemName(Position position, std::string name, std::vector<std::size_t> items,
             std::optional<std::size_t> slot)
        : Node(position), name_(std::move(name)), items_(std::move(items)), slot_(slot)
    {
    }

    Value evaluate(Frame& frame) const override
    {
        for (const std::size_t item : items_) {
            const Context* context = frame.slots[item].context();
            if (const Value* found = context == nullptr ? nullptr : context->find(name_))
                return *found;
        }
        if (slot_) return frame.slots[*slot_];
        return null_because(frame, "feel.unknown_name",
                            "Nothing here is called \"" + name_ + "\".");
    }

private:
    std::string name_;
    std::vector<std::size_t> items_;
    std::optional<std::size_t> slot_;
};

class Arithmetic final : public Node {
public:
    Arithmetic(Position position, NodePointer first,
               std::vector<std::pair<Operator, NodePointer>> rest)
        : Node(position), first_(std::move(first)), rest_(std::move(rest))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        Value left = first_->evaluate(frame);
        for (const auto& [operation, operand] : rest_) {
            const Value right = operand->evaluate(frame);
            left = apply(frame, operation, left, right);
        }
        return left;
    }

private:
    Value apply(Frame& frame, Operator operation, const Value& a, const Value& b) const
    {
        Value out;
        switch (operation) {
            case Operator::add:
                out = add(a, b);
                break;
            case Operator::subtract:
                out = subtract(a, b);
                break;
            case Operator::multiply:
                out = multiply(a, b);
                break;
            case Operator::divide:
                out = divide(a, b);
                break;
            case Operator::power:
                out = power(a, b);
                break;
        }
        if (const std::string* text = out.string()) frame.evaluation.charge(text->size());
        if (out.is_null()) {
            return null_because(frame, "feel.no_result",
                                "The operation has no result for " + kinds(a, b) + ".");
        }
        return out;
    }

    NodePointer first_;
    std::vector<std::pair<Operator, NodePointer>> rest_;
};

class Negation final : public Node {
public:
    Negation(Position position, NodePointer operand) : Node(position), operand_(std::move(operand))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        const Value value = operand_->evaluate(frame);
        Value out = negate(value);
        if (!out.is_null()) return out;
        return null_because(frame, "feel.wrong_type",
                            "A " + std::string(name_of(value.kind())) + " has no negative.");
    }

private:
    NodePointer operand_;
};

class Compare final : public Node {
public:
    Compare(Position position, Comparison comparison, NodePointer a, NodePointer b)
        : Node(position), comparison_(comparison), a_(std::move(a)), b_(std::move(b))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        const Value a = a_->evaluate(frame);
        const Value b = b_->evaluate(frame);
        frame.evaluation.step(weight(a) / 16);
        if (comparison_ == Comparison::equal || comparison_ == Comparison::not_equal) {
            const auto same = equal(a, b);
            if (!same) return incomparable(frame, a, b);
            return *same == (comparison_ == Comparison::equal);
        }
        const auto ordered = order(a, b);
        if (!ordered) return incomparable(frame, a, b);
        switch (comparison_) {
            case Comparison::less:
                return *ordered < 0;
            case Comparison::less_or_equal:
                return *ordered <= 0;
            case Comparison::greater:
                return *ordered > 0;
            default:
                return *ordered >= 0;
        }
    }

private:
    Value incomparable(Frame& frame, const Value& a, const Value& b) const
    {
        return null_because(frame, "feel.not_comparable",
                            "These cannot be compared: " + kinds(a, b) + ".");
    }

    Comparison comparison_;
    NodePointer a_;
    NodePointer b_;
};

Value conjunction(const Value& a, const Value& b)
{
    if (a.is_false() || b.is_false()) return false;
    if (a.is_true() && b.is_true()) return true;
    return {};
}

class Between final : public Node {
public:
    Between(Position position, NodePointer item, NodePointer low, NodePointer high)
        : Node(position), item_(std::move(item)), low_(std::move(low)), high_(std::move(high))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        const Value item = item_->evaluate(frame);
        const auto above = order(item, low_->evaluate(frame));
        const auto below = order(item, high_->evaluate(frame));
        if (!above || !below)
            return null_because(frame, "feel.not_comparable", "\"between\" needs three of a kind.");
        return conjunction(*above >= 0, *below <= 0);
    }

private:
    NodePointer item_;
    NodePointer low_;
    NodePointer high_;
};

class In final : public Node {
public:
    In(Position position, NodePointer item, std::vector<NodePointer> tests)
        : Node(position), item_(std::move(item)), tests_(std::move(tests))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        const Value item = item_->evaluate(frame);
        bool unknown = false;
        for (const NodePointer& test : tests_) {
            const Value wanted = test->evaluate(frame);
            frame.evaluation.step(weight(wanted) / 16);
            const auto outcome = passes(item, wanted);
            if (outcome.value_or(false)) return true;
            unknown = unknown || !outcome;
        }
        if (!unknown) return false;
        return null_because(frame, "feel.not_comparable",
                            "\"in\" compares what cannot be compared.");
    }

private:
    NodePointer item_;
    std::vector<NodePointer> tests_;
};

/// Ternary: what is neither true nor false counts as unknown.
class Logic final : public Node {
public:
    Logic(Position position, bool conjunction, std::vector<NodePointer> operands)
        : Node(position), conjunction_(conjunction), operands_(std::move(operands))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        bool unknown = false;
        for (const NodePointer& operand : operands_) {
            const Value value = operand->evaluate(frame);
            if (conjunction_ ? value.is_false() : value.is_true()) return !conjunction_;
            unknown = unknown || value.boolean() == nullptr;
        }
        return unknown ? Value() : Value(conjunction_);
    }

private:
    bool conjunction_;
    std::vector<NodePointer> operands_;
};

class InstanceOf final : public Node {
public:
    InstanceOf(Position position, NodePointer operand, Type type)
        : Node(position), operand_(std::move(operand)), type_(std::move(type))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        return is_instance(operand_->evaluate(frame), type_);
    }

private:
    NodePointer operand_;
    Type type_;
};

}  // namespace

NodePointer make_item_name(Position position, std::string name, std::vector<std::size_t> items,
                           std::optional<std::size_t> slot)
{
    return std::make_shared<ItemName>(position, std::move(name), std::move(items), slot);
}

NodePointer make_unknown_name(Position position, std::string name)
{
    return make_item_name(position, std::move(name), {}, std::nullopt);
}

NodePointer make_arithmetic(Position position, NodePointer first,
                            std::vector<std::pair<Operator, NodePointer>> rest)
{
    return std::make_shared<Arithmetic>(position, std::move(first), std::move(rest));
}

NodePointer make_negation(Position position, NodePointer operand)
{
    if (const Value* value = operand->constant(); value != nullptr && !negate(*value).is_null())
        return std::make_shared<Constant>(position, negate(*value));
    return std::make_shared<Negation>(position, std::move(operand));
}

NodePointer make_comparison(Position position, Comparison comparison, NodePointer a, NodePointer b)
{
    return std::make_shared<Compare>(position, comparison, std::move(a), std::move(b));
}

NodePointer make_between(Position position, NodePointer item, NodePointer low, NodePointer high)
{
    return std::make_shared<Between>(position, std::move(item), std::move(low), std::move(high));
}

NodePointer make_in(Position position, NodePointer item, std::vector<NodePointer> tests)
{
    return std::make_shared<In>(position, std::move(item), std::move(tests));
}

NodePointer make_logic(Position position, bool conjunction, std::vector<NodePointer> operands)
{
    return std::make_shared<Logic>(position, conjunction, std::move(operands));
}

NodePointer make_instance_of(Position position, NodePointer operand, Type type)
{
    return std::make_shared<InstanceOf>(position, std::move(operand), std::move(type));
}

}  // namespace engine::feel
