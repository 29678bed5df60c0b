// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/table.h>

#include <algorithm>
#include <cstdint>

namespace engine::dmn {
namespace {

using feel::Range;
using feel::Value;

/// The values of one input cut into pieces that no cell divides: the points that cells name, the
/// stretches between them, and all that is left.
struct Column {
    struct Piece {
        std::string text;  // "< 18", "18", "(18..60)", "anything else".
        std::vector<bool> rules;
        bool may_be_gap = true;  // Not the null, which tables seldom answer.
    };
    std::vector<Piece> pieces;
    std::vector<bool> unknown;  // Rules whose cell is computed.
};

bool comparable(const Value& value)
{
    return feel::order(value, value).has_value();
}

void add_point(std::vector<Value>& points, const Value& value)
{
    if (value.is_null() || value.boolean() != nullptr || !comparable(value)) return;
    if (!points.empty() && points.front().kind() != value.kind()) return;
    const auto place =
        std::lower_bound(points.begin(), points.end(), value, [](const Value& a, const Value& b) {
            const auto ordered = feel::order(a, b);
            return ordered && *ordered < 0;
        });
    if (place == points.end() || !feel::equal(*place, value).value_or(false))
        points.insert(place, value);
}

void add_points(std::vector<Value>& points, const Value& test)
{
    if (const Range* range = test.range()) {
        add_point(points, range->low);
        add_point(points, range->high);
    } else if (test.list() != nullptr) {
        for (const Value& each : *test.list()) add_points(points, each);
    } else {
        add_point(points, test);
    }
}

bool test_holds_point(const Value& test, const Value& point)
{
    if (const Range* range = test.range()) return feel::contains(*range, point).value_or(false);
    if (test.list() != nullptr) {
        return std::any_of(test.list()->begin(), test.list()->end(),
                           [&](const Value& each) { return test_holds_point(each, point); });
    }
    return feel::equal(test, point).value_or(false);
}

/// Whether `test` holds everything between two neighbouring points (null: without end).
bool test_holds_stretch(const Value& test, const Value& from, const Value& to)
{
    if (test.list() != nullptr) {
        return std::any_of(test.list()->begin(), test.list()->end(),
                           [&](const Value& each) { return test_holds_stretch(each, from, to); });
    }
    const Range* range = test.range();
    if (range == nullptr) return false;
    if (range->form == Range::Form::not_equal) return true;
    if (range->form == Range::Form::equal) return false;
    const auto no_later = [](const Value& a, const Value& b) {
        const auto ordered = feel::order(a, b);
        return ordered && *ordered <= 0;
    };
    const bool low = range->low_unbounded || (!from.is_null() && no_later(range->low, from));
    const bool high = range->high_unbounded || (!to.is_null() && no_later(to, range->high));
    return low && high;
}

class Cell {
public:
    explicit Cell(const feel::UnaryTests& tests)
        : tests_(tests.constants()), any_(tests.is_any()), negated_(tests.is_negated())
    {
    }

    bool known() const { return any_ || !tests_.empty(); }
    const std::vector<Value>& tests() const { return tests_; }

    bool holds_point(const Value& point) const
    {
        return any_ || holds([&](const Value& test) { return test_holds_point(test, point); });
    }
    bool holds_stretch(const Value& from, const Value& to) const
    {
        return any_ || holds([&](const Value& test) { return test_holds_stretch(test, from, to); });
    }

private:
    template <class Holds>
    bool holds(Holds one) const
    {
        return std::any_of(tests_.begin(), tests_.end(), one) != negated_;
    }

    std::vector<Value> tests_;
    bool any_;
    bool negated_;
};

/// What a piece adds to a column: a text and the rules that hold it.
template <class Holds>
Column::Piece piece(std::string text, const std::vector<Cell>& cells, Holds holds)
{
    Column::Piece out{std::move(text), {}};
    for (const Cell& cell : cells) out.rules.push_back(cell.known() && holds(cell));
    return out;
}

std::vector<Value> allowed_values(const Table::Input& input)
{
    if (!input.allowed || input.allowed->is_negated()) return {};
    std::vector<Value> out = input.allowed->constants();
    const bool points = std::all_of(out.begin(), out.end(), [](const Value& each) {
        return each.range() == nullptr && each.list() == nullptr;
    });
    return points ? out : std::vector<Value>{};
}

std::string quoted_text(const Value& value)
{
    return value.string() != nullptr ? "\"" + *value.string() + "\"" : feel::to_text(value);
}

bool fits(const std::vector<Value>& points, bool boolean, const Value& value)
{
    if (value.is_null()) return true;
    if (boolean) return value.boolean() != nullptr;
    return !points.empty() && value.kind() == points.front().kind();
}

/// Whether the pieces of a column tell all about `test`: it is of the column's one kind.
bool is_told(const std::vector<Value>& points, bool boolean, const Value& test)
{
    if (const Range* range = test.range())
        return fits(points, boolean, range->low) && fits(points, boolean, range->high);
    if (test.list() != nullptr) {
        return std::all_of(test.list()->begin(), test.list()->end(),
                           [&](const Value& each) { return is_told(points, boolean, each); });
    }
    return fits(points, boolean, test);
}

Column column(const Table& table, std::size_t at)
{
    std::vector<Cell> cells;
    Column out;
    std::vector<Value> points;
    bool boolean = false;
    for (const Table::Rule& rule : table.rules) {
        cells.emplace_back(rule.tests[at]);
        out.unknown.push_back(!cells.back().known());
        for (const Value& test : cells.back().tests()) {
            add_points(points, test);
            boolean = boolean || test.boolean() != nullptr;
        }
    }
    for (std::size_t rule = 0; rule < cells.size(); ++rule) {
        for (const Value& test : cells[rule].tests())
            out.unknown[rule] = out.unknown[rule] || !is_told(points, boolean, test);
    }
    out.pieces.push_back(
        piece("null", cells, [](const Cell& cell) { return cell.holds_point({}); }));
    out.pieces.back().may_be_gap = false;
    const std::vector<Value> allowed = allowed_values(table.inputs[at]);
    for (const Value& each : allowed) add_point(points, each);
    if (boolean) {
        for (const bool value : {true, false})
            out.pieces.push_back(piece(value ? "true" : "false", cells,
                                       [&](const Cell& cell) { return cell.holds_point(value); }));
        return out;
    }
    if (points.empty()) {
        out.pieces.push_back(
            piece("anything", cells, [](const Cell& cell) { return cell.holds_stretch({}, {}); }));
        return out;
    }
    const bool closed = !allowed.empty();  // Only the listed values can come.
    Value before;
    for (const Value& point : points) {
        const std::string text = quoted_text(point);
        if (!closed) {
            out.pieces.push_back(piece(
                before.is_null() ? "< " + text : "(" + quoted_text(before) + ".." + text + ")",
                cells, [&](const Cell& cell) { return cell.holds_stretch(before, point); }));
        }
        out.pieces.push_back(
            piece(text, cells, [&](const Cell& cell) { return cell.holds_point(point); }));
        before = point;
    }
    if (!closed) {
        out.pieces.push_back(piece("> " + quoted_text(before), cells, [&](const Cell& cell) {
            return cell.holds_stretch(before, {});
        }));
    }
    if (points.front().string() != nullptr && !closed) {
        // Texts between two texts are of no interest one by one: they are "anything else".
        std::vector<Column::Piece> merged;
        for (Column::Piece& each : out.pieces) {
            const bool stretch = each.text[0] != '"' && each.may_be_gap;
            const auto same = std::find_if(merged.begin(), merged.end(), [&](const auto& other) {
                return stretch && other.text == "anything else" && other.rules == each.rules;
            });
            if (same != merged.end()) continue;
            if (stretch) each.text = "anything else";
            merged.push_back(std::move(each));
        }
        out.pieces = std::move(merged);
    }
    return out;
}

/// Looks for combinations of pieces that no rule holds, column by column.
class GapFinder {
public:
    GapFinder(const Table& table, const std::vector<Column>& columns)
        : table_(table), columns_(columns)
    {
    }

    std::vector<std::string> run()
    {
        descend(0, std::vector<bool>(table_.rules.size(), true));
        return complete_ ? std::move(gaps_) : std::vector<std::string>{};
    }

private:
    static constexpr std::int64_t most_work = 20'000'000;  // Cells looked at.
    static constexpr std::size_t most_gaps = 5;

    void descend(std::size_t at, const std::vector<bool>& active)
    {
        work_ += static_cast<std::int64_t>(active.size());
        if (work_ > most_work) complete_ = false;
        if (!complete_ || gaps_.size() >= most_gaps) return;
        if (std::none_of(active.begin(), active.end(), [](bool each) { return each; })) {
            std::string text;
            for (std::size_t column = 0; column < path_.size(); ++column) {
                if (path_[column] == nullptr) continue;
                if (!text.empty()) text += ", ";
                text += table_.inputs[column].label + " " + path_[column]->text;
            }
            gaps_.push_back(text.empty() ? "any input" : text);
            return;
        }
        if (at == columns_.size()) return;
        const Column& column = columns_[at];
        std::vector<std::vector<bool>> seen;
        for (const Column::Piece& each : column.pieces) {
            if (!each.may_be_gap) continue;
            work_ += static_cast<std::int64_t>(active.size());
            std::vector<bool> left(active.size());
            for (std::size_t rule = 0; rule < left.size(); ++rule)
                left[rule] = active[rule] && (each.rules[rule] || column.unknown[rule]);
            if (std::find(seen.begin(), seen.end(), left) != seen.end()) continue;
            seen.push_back(left);
            path_.push_back(left == active ? nullptr : &each);
            descend(at + 1, left);
            path_.pop_back();
        }
    }

    const Table& table_;
    const std::vector<Column>& columns_;
    std::vector<const Column::Piece*> path_;
    std::vector<std::string> gaps_;
    std::int64_t work_ = 0;
    bool complete_ = true;
};

bool overlap(const std::vector<Column>& columns, std::size_t a, std::size_t b, std::string& where)
{
    where.clear();
    for (const Column& column : columns) {
        const auto shared =
            std::find_if(column.pieces.begin(), column.pieces.end(),
                         [&](const Column::Piece& each) { return each.rules[a] && each.rules[b]; });
        if (shared == column.pieces.end()) return false;
        if (!where.empty()) where += ", ";
        where += shared->text;
    }
    return true;
}

bool agree(const Table::Rule& a, const Table::Rule& b)
{
    return a.constant && b.constant && feel::equal(*a.constant, *b.constant).value_or(false);
}

}  // namespace

std::vector<TableProblem> check(const Table& table, bool& disjoint)
{
    disjoint = false;
    constexpr std::size_t most_cells = 20'000;
    constexpr std::size_t most_rules = 500;
    constexpr std::size_t most_overlaps = 10;
    if (table.rules.empty()) return {};
    if (table.rules.size() > most_rules || table.rules.size() * table.inputs.size() > most_cells)
        return {{table.rules.front().line, "dmn.table_not_checked",
                 "The table is too large to look for overlaps and gaps."}};
    std::vector<Column> columns;
    for (std::size_t at = 0; at < table.inputs.size(); ++at) columns.push_back(column(table, at));

    bool known = true;
    for (const Column& each : columns)
        known = known &&
                std::none_of(each.unknown.begin(), each.unknown.end(), [](bool b) { return b; });
    std::vector<TableProblem> out;
    disjoint = known;
    const bool unique = table.hit_policy == HitPolicy::unique;
    if (unique || table.hit_policy == HitPolicy::any) {
        std::string where;
        for (std::size_t a = 0; a < table.rules.size(); ++a) {
            for (std::size_t b = a + 1; b < table.rules.size() && out.size() < most_overlaps; ++b) {
                if (!overlap(columns, a, b, where)) continue;
                disjoint = false;
                if (!unique && agree(table.rules[a], table.rules[b])) continue;
                out.push_back({table.rules[b].line, "dmn.rules_overlap",
                               "Rules " + std::to_string(a + 1) + " and " + std::to_string(b + 1) +
                                   " of \"" + table.decision + "\" both match " + where + "."});
            }
        }
    }
    const bool has_default =
        std::any_of(table.outputs.begin(), table.outputs.end(),
                    [](const auto& each) { return each.otherwise != nullptr; });
    if (has_default || table.hit_policy == HitPolicy::collect) return out;
    for (const std::string& gap : GapFinder(table, columns).run())
        out.push_back({table.rules.front().line, "dmn.gap",
                       "No rule of \"" + table.decision + "\" answers " + gap + "."});
    return out;
}

}  // namespace engine::dmn
