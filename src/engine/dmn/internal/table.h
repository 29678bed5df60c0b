// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/dmn/internal/box.h>
#include <engine/dmn/model.h>

#include <optional>

namespace engine::dmn {

enum class HitPolicy { unique, any, priority, first, rule_order, output_order, collect };
enum class Aggregation { none, sum, count, min, max };

/// A decision table (DMN 1.5, chapter 8), compiled.
struct Table {
    struct Input {
        std::string label;  // The text of its expression.
        BoxPointer expression;
        std::optional<feel::UnaryTests> allowed;
    };
    struct Output {
        std::string name;
        std::vector<feel::Value> priority;  // outputValues, the most important first.
        std::shared_ptr<const Item> item;
        BoxPointer otherwise;  // Default; may be null.
    };
    struct Rule {
        std::vector<feel::UnaryTests> tests;
        std::vector<BoxPointer> conclusions;
        std::optional<feel::Value> constant;  // The whole conclusion, where nothing is computed.
        std::string id;
        int line = 0;
        std::vector<std::string> annotations;
    };

    std::string decision;
    HitPolicy hit_policy = HitPolicy::unique;
    Aggregation aggregation = Aggregation::none;
    std::vector<Input> inputs;
    std::vector<Output> outputs;
    std::vector<Rule> rules;

    /// No two rules can match at once, so the first that matches is the only one.
    bool disjoint = false;
};

BoxPointer make_table(std::shared_ptr<const Table> table);

/// What is found by looking at the constant cells: rules of a UNIQUE table that can match at once
/// (or of an ANY table, with different conclusions), and inputs that no rule answers. Cells that
/// are computed are taken to overlap with nothing and to leave no gap. `disjoint` is told whether
/// the rules are proven not to overlap.
struct TableProblem {
    int line;
    std::string_view reason;  // dmn.rules_overlap, dmn.gap, dmn.table_not_checked
    std::string detail;
};
std::vector<TableProblem> check(const Table& table, bool& disjoint);

}  // namespace engine::dmn
