// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/value.h>

#include <optional>

namespace engine::feel {

/// What a loop runs over: the items of a list, or a row of numbers or dates from one to another.
class Row {
public:
    /// A single value is run over as a list of it. Nothing for null and for ranges of other kinds.
    static std::optional<Row> of(const Value& from)
    {
        if (from.is_null()) return std::nullopt;
        if (from.list() != nullptr) return Row(from, 0, 0);
        if (from.range() == nullptr) return Row(Value(List{from}), 0, 0);
        const Range* range = from.range();
        if (range->form != Range::Form::interval) return std::nullopt;
        auto row = between(range->low, range->high);
        if (!row) return std::nullopt;
        const int direction = row->first_ <= row->last_ ? 1 : -1;
        if (!range->low_included) row->first_ += direction;
        if (!range->high_included) row->last_ -= direction;
        row->empty_ = direction > 0 ? row->first_ > row->last_ : row->first_ < row->last_;
        return row;
    }

    static std::optional<Row> between(const Value& from, const Value& to)
    {
        if (from.date() != nullptr && to.date() != nullptr)
            return Row(from, from.date()->days, to.date()->days);
        if (from.number() == nullptr || to.number() == nullptr) return std::nullopt;
        const auto first = from.number()->to_integer();
        const auto last = to.number()->to_integer();
        constexpr std::int64_t most = 1LL << 60;
        if (!first || !last || *first > most || *first < -most || *last > most || *last < -most)
            return std::nullopt;
        return Row(from, *first, *last);
    }

    /// Calls `turn` with each item until it answers false; false where it did.
    template <class Turn>
    bool each(Turn turn) const
    {
        if (const List* list = from_.list()) {
            for (const Value& item : *list) {
                if (!turn(item)) return false;
            }
            return true;
        }
        if (empty_) return true;
        const std::int64_t direction = first_ <= last_ ? 1 : -1;
        for (std::int64_t at = first_;; at += direction) {
            if (!turn(is_date_ ? Value(Date{at}) : Value(at))) return false;
            if (at == last_) return true;
        }
    }

private:
    Row(Value from, std::int64_t first, std::int64_t last)
        : from_(std::move(from)), first_(first), last_(last), is_date_(from_.date() != nullptr)
    {
    }

    Value from_;
    std::int64_t first_;
    std::int64_t last_;
    bool is_date_;
    bool empty_ = false;
};

}  // namespace engine::feel
