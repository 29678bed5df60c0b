// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/node.h>
#include <engine/feel/internal/operators.h>

namespace engine::feel {
namespace {

class Path final : public Node {
public:
    Path(Position position, NodePointer operand, std::string name)
        : Node(position), operand_(std::move(operand)), name_(std::move(name))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        return member(operand_->evaluate(frame), name_, frame.evaluation, position());
    }

private:
    NodePointer operand_;
    std::string name_;
};

class Filter final : public Node {
public:
    Filter(Position position, NodePointer operand, std::size_t item_slot, NodePointer predicate)
        : Node(position),
          operand_(std::move(operand)),
          item_slot_(item_slot),
          predicate_(std::move(predicate))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        Value value = operand_->evaluate(frame);
        if (value.list() == nullptr) value = value.is_null() ? Value(List{}) : Value(List{value});
        const List& list = *value.list();
        if (list.empty()) return on_empty(frame);
        List out;
        for (const Value& item : list) {
            frame.evaluation.step();
            frame.slots[item_slot_] = item;
            const Value keep = predicate_->evaluate(frame);
            if (const Number* index = keep.number()) return at(frame, list, *index);
            if (keep.is_true()) {
                frame.evaluation.charge(sizeof(Value));
                out.push_back(item);
            } else if (keep.boolean() == nullptr && !keep.is_null()) {
                return null_because(frame, "feel.wrong_type",
                                    "A filter is a condition or a number, not a " +
                                        std::string(name_of(keep.kind())) + ".");
            }
        }
        return Value(std::move(out));
    }

private:
    Value on_empty(Frame& frame) const
    {
        const Value* index = predicate_->constant();
        if (index != nullptr && index->number() != nullptr) return at(frame, {}, *index->number());
        return Value(List{});
    }

    Value at(Frame& frame, const List& list, Number index) const
    {
        const auto size = static_cast<std::int64_t>(list.size());
        const auto place = index.to_integer();
        if (place && *place >= 1 && *place <= size)
            return list[static_cast<std::size_t>(*place - 1)];
        if (place && *place <= -1 && *place >= -size)
            return list[static_cast<std::size_t>(size + *place)];
        return null_because(frame, "feel.index_out_of_range", "The list has no such place.");
    }

    NodePointer operand_;
    std::size_t item_slot_;
    NodePointer predicate_;
};

class ListNode final : public Node {
public:
    ListNode(Position position, std::vector<NodePointer> items)
        : Node(position), items_(std::move(items))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        frame.evaluation.charge(items_.size() * sizeof(Value));
        List out;
        out.reserve(items_.size());
        for (const NodePointer& item : items_) out.push_back(item->evaluate(frame));
        return Value(std::move(out));
    }

private:
    std::vector<NodePointer> items_;
};

class ContextNode final : public Node {
public:
    ContextNode(Position position, std::vector<EntryNode> entries)
        : Node(position), entries_(std::move(entries))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        Context out;
        for (const EntryNode& entry : entries_) {
            frame.evaluation.charge(sizeof(Context::Entry) + entry.name.size());
            Value value = entry.value->evaluate(frame);
            frame.slots[entry.slot] = value;
            out.put(entry.name, std::move(value));
        }
        return Value(std::move(out));
    }

private:
    std::vector<EntryNode> entries_;
};

class RangeNode final : public Node {
public:
    RangeNode(Position position, NodePointer low, bool low_included, NodePointer high,
              bool high_included)
        : Node(position),
          low_(std::move(low)),
          high_(std::move(high)),
          low_included_(low_included),
          high_included_(high_included)
    {
    }

    Value evaluate(Frame& frame) const override
    {
        Range range;
        range.low = low_->evaluate(frame);
        range.high = high_->evaluate(frame);
        range.low_included = low_included_;
        range.high_included = high_included_;
        if (range.low.is_null() && range.high.is_null())
            return null_because(frame, "feel.null_argument", "Both ends of the range are null.");
        const bool open = range.low.is_null() || range.high.is_null();
        const auto ordered = order(range.low, range.high);
        if (!open && (!ordered || *ordered > 0))
            return null_because(frame, "feel.not_comparable",
                                "The ends of a range are of one kind, the lower one first.");
        return Value(std::move(range));
    }

private:
    NodePointer low_;
    NodePointer high_;
    bool low_included_;
    bool high_included_;
};

class UnaryRange final : public Node {
public:
    UnaryRange(Position position, Comparison comparison, NodePointer end)
        : Node(position), comparison_(comparison), end_(std::move(end))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        Range range;
        const Value end = end_->evaluate(frame);
        switch (comparison_) {
            case Comparison::equal:
                range.form = Range::Form::equal;
                range.low = range.high = end;
                range.low_included = range.high_included = true;
                break;
            case Comparison::not_equal:
                range.form = Range::Form::not_equal;
                range.low = end;
                break;
            case Comparison::less:
            case Comparison::less_or_equal:
                range.high = end;
                range.high_included = comparison_ == Comparison::less_or_equal;
                range.low_unbounded = true;
                break;
            case Comparison::greater:
            case Comparison::greater_or_equal:
                range.low = end;
                range.low_included = comparison_ == Comparison::greater_or_equal;
                range.high_unbounded = true;
                break;
        }
        return Value(std::move(range));
    }

private:
    Comparison comparison_;
    NodePointer end_;
};

}  // namespace

NodePointer folded(NodePointer node, bool constant)
{
    if (!constant) return node;
    static const base::ManualClock clock(base::Instant{});
    Evaluation evaluation(clock, {.steps = 10'000, .bytes = 1 << 16});
    Frame frame{nullptr, evaluation};
    try {
        Value value = node->evaluate(frame);
        if (value.is_null()) return node;
        return std::make_shared<Constant>(node->position(), std::move(value));
    } catch (const Evaluation::Exceeded&) {
        return node;
    }
}

NodePointer make_path(Position position, NodePointer operand, std::string name)
{
    return std::make_shared<Path>(position, std::move(operand), std::move(name));
}

NodePointer make_filter(Position position, NodePointer operand, std::size_t item_slot,
                        NodePointer predicate)
{
    return std::make_shared<Filter>(position, std::move(operand), item_slot, std::move(predicate));
}

NodePointer make_list(Position position, std::vector<NodePointer> items)
{
    bool constant = true;
    for (const NodePointer& item : items) constant = constant && item->constant() != nullptr;
    return folded(std::make_shared<ListNode>(position, std::move(items)), constant);
}

NodePointer make_context(Position position, std::vector<EntryNode> entries)
{
    return std::make_shared<ContextNode>(position, std::move(entries));
}

NodePointer make_range(Position position, NodePointer low, bool low_included, NodePointer high,
                       bool high_included)
{
    const bool constant = low->constant() != nullptr && high->constant() != nullptr;
    return folded(std::make_shared<RangeNode>(position, std::move(low), low_included,
                                              std::move(high), high_included),
                  constant);
}

NodePointer make_unary_range(Position position, Comparison comparison, NodePointer end)
{
    const bool constant = end->constant() != nullptr;
    return folded(std::make_shared<UnaryRange>(position, comparison, std::move(end)), constant);
}

}  // namespace engine::feel
