// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/table.h>

#include <algorithm>
#include <array>

namespace engine::dmn {
namespace {

using feel::Context;
using feel::Frame;
using feel::List;
using feel::Value;

class TableBox final : public Box {
public:
    explicit TableBox(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

    Value run(Frame& frame) const override
    {
        constexpr std::size_t few = 8;
        std::array<Value, few> near;
        std::vector<Value> far(table_->inputs.size() > few ? table_->inputs.size() : 0);
        Value* inputs = table_->inputs.size() > few ? far.data() : near.data();
        for (std::size_t at = 0; at < table_->inputs.size(); ++at) {
            inputs[at] = table_->inputs[at].expression->run(frame);
            const auto& allowed = table_->inputs[at].allowed;
            if (allowed && !inputs[at].is_null() && !allowed->run(inputs[at], frame).is_true())
                return frame.evaluation.problem({}, "dmn.input_not_allowed",
                                                "The input \"" + table_->inputs[at].label +
                                                    "\" is not one of its allowed values.");
        }
        frame.evaluation.step(static_cast<std::int64_t>(table_->rules.size()));
        return single() ? one(frame, inputs) : several(frame, inputs);
    }

private:
    bool single() const
    {
        return table_->hit_policy == HitPolicy::first ||
               (table_->disjoint && table_->hit_policy == HitPolicy::unique);
    }

    bool matches(const Table::Rule& rule, const Value* inputs, Frame& frame) const
    {
        for (std::size_t at = 0; at < rule.tests.size(); ++at) {
            if (!rule.tests[at].run(inputs[at], frame).is_true()) return false;
        }
        return true;
    }

    Value conclusion(const Table::Rule& rule, Frame& frame) const
    {
        if (rule.constant) return *rule.constant;
        if (table_->outputs.size() == 1) return output(rule, 0, frame);
        Context out;
        for (std::size_t at = 0; at < table_->outputs.size(); ++at) {
            frame.evaluation.charge(sizeof(Context::Entry));
            out.put(table_->outputs[at].name, output(rule, at, frame));
        }
        return Value(std::move(out));
    }

    Value output(const Table::Rule& rule, std::size_t at, Frame& frame) const
    {
        return rule.conclusions[at]->run(frame);
    }

    void mark(std::size_t rule, Frame& frame) const { frame.evaluation.mark(table_.get(), rule); }

    Value one(Frame& frame, const Value* inputs) const
    {
        for (std::size_t rule = 0; rule < table_->rules.size(); ++rule) {
            if (!matches(table_->rules[rule], inputs, frame)) continue;
            mark(rule, frame);
            return conclusion(table_->rules[rule], frame);
        }
        return otherwise(frame);
    }

    Value several(Frame& frame, const Value* inputs) const
    {
        std::vector<std::size_t> hits;
        for (std::size_t rule = 0; rule < table_->rules.size(); ++rule) {
            if (matches(table_->rules[rule], inputs, frame)) hits.push_back(rule);
        }
        if (hits.empty()) return otherwise(frame);
        if (table_->hit_policy == HitPolicy::unique && hits.size() > 1) {
            return frame.evaluation.problem({}, "dmn.several_rules",
                                            "Rules " + std::to_string(hits[0] + 1) + " and " +
                                                std::to_string(hits[1] + 1) + " of \"" +
                                                table_->decision + "\" match, and only one may.");
        }
        std::vector<Value> conclusions;
        for (const std::size_t rule : hits)
            conclusions.push_back(conclusion(table_->rules[rule], frame));
        switch (table_->hit_policy) {
            case HitPolicy::any:
                return any(frame, hits, conclusions);
            case HitPolicy::priority:
            case HitPolicy::output_order:
                return by_priority(frame, hits, conclusions);
            default:
                break;
        }
        for (const std::size_t rule : hits) mark(rule, frame);
        if (table_->hit_policy == HitPolicy::unique) return conclusions.front();
        if (table_->hit_policy == HitPolicy::collect) return collect(frame, conclusions);
        return Value(List(conclusions.begin(), conclusions.end()));
    }

    Value any(Frame& frame, const std::vector<std::size_t>& hits,
              const std::vector<Value>& conclusions) const
    {
        for (const Value& each : conclusions) {
            if (!feel::equal(each, conclusions.front()).value_or(false))
                return frame.evaluation.problem(
                    {}, "dmn.rules_disagree",
                    "Several rules of \"" + table_->decision + "\" match and do not agree.");
        }
        mark(hits.front(), frame);
        return conclusions.front();
    }

    /// The place of a conclusion in the order of the outputs' values, one number for each output.
    std::vector<std::size_t> rank(const Value& conclusion) const
    {
        std::vector<std::size_t> out;
        for (const Table::Output& each : table_->outputs) {
            const Value* value = &conclusion;
            if (table_->outputs.size() > 1) value = conclusion.context()->find(each.name);
            std::size_t place = 0;
            while (place < each.priority.size() &&
                   !feel::equal(each.priority[place], *value).value_or(false))
                ++place;
            out.push_back(each.priority.empty() ? 0 : place);
        }
        return out;
    }

    Value by_priority(Frame& frame, const std::vector<std::size_t>& hits,
                      const std::vector<Value>& conclusions) const
    {
        std::vector<std::pair<std::vector<std::size_t>, std::size_t>> order;
        for (std::size_t at = 0; at < conclusions.size(); ++at)
            order.emplace_back(rank(conclusions[at]), at);
        std::sort(order.begin(), order.end());
        if (table_->hit_policy == HitPolicy::priority) {
            mark(hits[order.front().second], frame);
            return conclusions[order.front().second];
        }
        List out;
        for (const auto& [place, at] : order) {
            mark(hits[at], frame);
            out.push_back(conclusions[at]);
        }
        return Value(std::move(out));
    }

    Value collect(Frame& frame, const std::vector<Value>& conclusions) const
    {
        const Value list(List(conclusions.begin(), conclusions.end()));
        std::string_view name;
        switch (table_->aggregation) {
            case Aggregation::none:
                return list;
            case Aggregation::count:
                name = "count";
                break;
            case Aggregation::sum:
                name = "sum";
                break;
            case Aggregation::min:
                name = "min";
                break;
            case Aggregation::max:
                name = "max";
                break;
        }
        const auto function = feel::built_in_function(name);
        return feel::call(*function, std::span(&list, 1), frame.evaluation, {});
    }

    Value otherwise(Frame& frame) const
    {
        const bool given = std::any_of(table_->outputs.begin(), table_->outputs.end(),
                                       [](const auto& each) { return each.otherwise != nullptr; });
        if (given) {
            if (table_->outputs.size() == 1) return table_->outputs[0].otherwise->run(frame);
            Context out;
            for (const Table::Output& each : table_->outputs)
                out.put(each.name, each.otherwise ? each.otherwise->run(frame) : Value());
            return Value(std::move(out));
        }
        switch (table_->hit_policy) {
            case HitPolicy::collect:
                if (table_->aggregation == Aggregation::count) return 0;
                if (table_->aggregation != Aggregation::none) return {};
                return Value(List{});
            case HitPolicy::rule_order:
            case HitPolicy::output_order:
                return Value(List{});
            default:
                break;
        }
        return frame.evaluation.problem({}, "dmn.no_rule",
                                        "No rule of \"" + table_->decision + "\" matches.");
    }

    std::shared_ptr<const Table> table_;
};

}  // namespace

BoxPointer make_table(std::shared_ptr<const Table> table)
{
    return std::make_unique<TableBox>(std::move(table));
}

}  // namespace engine::dmn
