// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/evaluation.h>
#include <engine/feel/function.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::feel {

/// A part of a compiled expression. Names are resolved to slots, so evaluating one looks nothing
/// up.
class Node {
public:
    explicit Node(Position position) : position_(position) {}
    virtual ~Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    virtual Value evaluate(Frame& frame) const = 0;

    /// The value where it is the same in every evaluation and known now.
    virtual const Value* constant() const { return nullptr; }

    Position position() const { return position_; }

protected:
    Value null_because(Frame& frame, std::string_view reason, std::string detail) const
    {
        return frame.evaluation.problem(position_, reason, std::move(detail));
    }

private:
    Position position_;
};

using NodePointer = std::shared_ptr<const Node>;

class Constant final : public Node {
public:
    Constant(Position position, Value value) : Node(position), value_(std::move(value)) {}
    Value evaluate(Frame&) const override { return value_; }
    const Value* constant() const override { return &value_; }

private:
    Value value_;
};

class Variable final : public Node {
public:
    Variable(Position position, std::size_t slot) : Node(position), slot_(slot) {}
    Value evaluate(Frame& frame) const override { return frame.slots[slot_]; }
    std::size_t slot() const { return slot_; }

private:
    std::size_t slot_;
};

enum class Operator { add, subtract, multiply, divide, power };
enum class Comparison { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

struct Iterator {
    std::size_t slot;
    NodePointer from;  // A list or range; or, with `to`, the first of a row of numbers or dates.
    NodePointer to;
};

struct Argument {
    std::string name;  // Empty where given by place.
    NodePointer value;
};

/// Names for what the item of a filter may hold: asked of `items` in turn, else the variable.
NodePointer make_item_name(Position position, std::string name, std::vector<std::size_t> items,
                           std::optional<std::size_t> slot);
NodePointer make_unknown_name(Position position, std::string name);

/// first op operand op operand …, from the left.
NodePointer make_arithmetic(Position position, NodePointer first,
                            std::vector<std::pair<Operator, NodePointer>> rest);
NodePointer make_negation(Position position, NodePointer operand);
NodePointer make_comparison(Position position, Comparison comparison, NodePointer a, NodePointer b);
NodePointer make_between(Position position, NodePointer item, NodePointer low, NodePointer high);
NodePointer make_in(Position position, NodePointer item, std::vector<NodePointer> tests);
NodePointer make_logic(Position position, bool conjunction, std::vector<NodePointer> operands);
NodePointer make_instance_of(Position position, NodePointer operand, Type type);

NodePointer make_if(Position position, NodePointer condition, NodePointer then,
                    NodePointer otherwise);
NodePointer make_for(Position position, std::vector<Iterator> iterators,
                     std::optional<std::size_t> partial, NodePointer body);
NodePointer make_quantified(Position position, bool every, std::vector<Iterator> iterators,
                            NodePointer body);

NodePointer make_path(Position position, NodePointer operand, std::string name);
NodePointer make_filter(Position position, NodePointer operand, std::size_t item_slot,
                        NodePointer predicate);
NodePointer make_list(Position position, std::vector<NodePointer> items);
struct EntryNode {
    std::string name;
    std::size_t slot;
    NodePointer value;
};
NodePointer make_context(Position position, std::vector<EntryNode> entries);
NodePointer make_range(Position position, NodePointer low, bool low_included, NodePointer high,
                       bool high_included);

/// "< end" and its like as a range.
NodePointer make_unary_range(Position position, Comparison comparison, NodePointer end);

NodePointer make_function(Position position, std::vector<Function::Parameter> parameters,
                          std::size_t captured, std::size_t slot_count, NodePointer body);
NodePointer make_external_function(Position position, std::vector<Function::Parameter> parameters);
NodePointer make_call(Position position, NodePointer callee, std::vector<Argument> arguments);

/// A node whose parts are all constants, answered now where it has an answer.
NodePointer folded(NodePointer node, bool constant);

/// The longest name of a built-in function that `text` begins with.
std::optional<std::string_view> longest_built_in(std::string_view text, std::size_t& length);

}  // namespace engine::feel
