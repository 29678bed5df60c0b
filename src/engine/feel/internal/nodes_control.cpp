// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/node.h>
#include <engine/feel/internal/operators.h>
#include <engine/feel/row.h>

namespace engine::feel {
namespace {

class If final : public Node {
public:
    If(Position position, NodePointer condition, NodePointer then, NodePointer otherwise)
        : Node(position),
          condition_(std::move(condition)),
          then_(std::move(then)),
          otherwise_(std::move(otherwise))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        return (condition_->evaluate(frame).is_true() ? then_ : otherwise_)->evaluate(frame);
    }

private:
    NodePointer condition_;
    NodePointer then_;
    NodePointer otherwise_;
};

/// Runs nested iterators; the innermost turn is `body`, which answers false to stop.
class Loop {
public:
    explicit Loop(std::vector<Iterator> iterators) : iterators_(std::move(iterators)) {}

    enum class Outcome { done, stopped, no_row };

    template <class Body>
    Outcome run(Frame& frame, const Body& body, std::size_t level = 0) const
    {
        const Iterator& iterator = iterators_[level];
        const Value from = iterator.from->evaluate(frame);
        const auto row =
            iterator.to ? Row::between(from, iterator.to->evaluate(frame)) : Row::of(from);
        if (!row) return Outcome::no_row;
        Outcome outcome = Outcome::done;
        row->each([&](const Value& item) {
            frame.evaluation.step();
            frame.slots[iterator.slot] = item;
            if (level + 1 < iterators_.size()) {
                outcome = run(frame, body, level + 1);
            } else if (!body()) {
                outcome = Outcome::stopped;
            }
            return outcome == Outcome::done;
        });
        return outcome;
    }

private:
    std::vector<Iterator> iterators_;
};

class For final : public Node {
public:
    For(Position position, std::vector<Iterator> iterators, std::optional<std::size_t> partial,
        NodePointer body)
        : Node(position), loop_(std::move(iterators)), partial_(partial), body_(std::move(body))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        List out;
        const auto turn = [&] {
            if (partial_) {
                frame.evaluation.charge(out.size() * sizeof(Value));
                frame.slots[*partial_] = Value(out);
            }
            frame.evaluation.charge(sizeof(Value));
            out.push_back(body_->evaluate(frame));
            return true;
        };
        const auto outcome = Evaluation::placed(position(), [&] { return loop_.run(frame, turn); });
        if (outcome == Loop::Outcome::no_row)
            return null_because(frame, "feel.not_a_list", "\"for\" needs a list or a range.");
        return Value(std::move(out));
    }

private:
    Loop loop_;
    std::optional<std::size_t> partial_;
    NodePointer body_;
};

class Quantified final : public Node {
public:
    Quantified(Position position, bool every, std::vector<Iterator> iterators, NodePointer body)
        : Node(position), every_(every), loop_(std::move(iterators)), body_(std::move(body))
    {
    }

    Value evaluate(Frame& frame) const override
    {
        bool unknown = false;
        const auto turn = [&] {
            const Value value = body_->evaluate(frame);
            unknown = unknown || value.boolean() == nullptr;
            return !(every_ ? value.is_false() : value.is_true());
        };
        const auto outcome = Evaluation::placed(position(), [&] { return loop_.run(frame, turn); });
        if (outcome == Loop::Outcome::no_row)
            return null_because(frame, "feel.not_a_list", "\"some\" and \"every\" need a list.");
        if (outcome == Loop::Outcome::stopped) return !every_;
        return unknown ? Value() : Value(every_);
    }

private:
    bool every_;
    Loop loop_;
    NodePointer body_;
};

}  // namespace

NodePointer make_if(Position position, NodePointer condition, NodePointer then,
                    NodePointer otherwise)
{
    return std::make_shared<If>(position, std::move(condition), std::move(then),
                                std::move(otherwise));
}

NodePointer make_for(Position position, std::vector<Iterator> iterators,
                     std::optional<std::size_t> partial, NodePointer body)
{
    return std::make_shared<For>(position, std::move(iterators), partial, std::move(body));
}

NodePointer make_quantified(Position position, bool every, std::vector<Iterator> iterators,
                            NodePointer body)
{
    return std::make_shared<Quantified>(position, every, std::move(iterators), std::move(body));
}

}  // namespace engine::feel
