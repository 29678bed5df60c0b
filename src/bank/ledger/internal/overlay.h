// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/internal/rolling_order.h>

#include <base/ensure.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace bank::ledger::internal {

/// What memory knows of a table whose truth is the journal: rows that changed since they were
/// written to it, and a bounded cache of those that did not.
///
/// A sweep visits every row once in key order, a piece at a time: a changed one is written, one
/// that was not touched since the sweep before is let go. Whatever happened since `committed` can
/// be undone, sweeping included. Writer thread only.
template <class Value>
class Overlay {
public:
    /// The row, or nullptr where memory does not have it. Valid until the next change.
    const Value* find(std::int64_t key) const
    {
        const auto it = slots_.find(key);
        return it == slots_.end() ? nullptr : &it->second.value;
    }

    /// Takes in a row as its table has it.
    void load(std::int64_t key, const Value& value) { set(key, Slot{value, false, true}); }

    /// Gives a row a value that its table does not have yet.
    void put(std::int64_t key, const Value& value) { set(key, Slot{value, true, true}); }

    /// The row of `key`, which its table does not have yet, to be filled in by a start; made empty
    /// where memory has none. Cannot be undone.
    Value& restore(std::int64_t key)
    {
        const auto [it, inserted] = slots_.try_emplace(key, Slot{Value{}, true, true});
        if (inserted) fresh_.push_back(key);
        return it->second.value;
    }

    /// Makes room for so many rows more.
    void expect(std::size_t rows) { slots_.reserve(slots_.size() + rows); }

    /// A point to which undo_to goes back. Nothing is swept between the two, unless it is 0.
    std::size_t mark() const { return undo_.size(); }

    void undo_to(std::size_t mark)
    {
        for (; undo_.size() > mark; undo_.pop_back()) take_back(undo_.back());
        if (mark == 0 && began_) restart();
    }

    /// What was done so far stays.
    void committed()
    {
        undo_.clear();
        began_ = false;
    }

    std::size_t size() const { return slots_.size(); }

    /// Begins a sweep over the rows that memory has now; returns how many.
    std::size_t begin_sweep()
    {
        began_ = true;
        kept_.insert(kept_.end(), fresh_.begin(), fresh_.end());
        fresh_.clear();
        order_.start(std::exchange(kept_, {}));
        again_.clear();
        return order_.left();
    }

    std::size_t left_to_sweep() const { return again_.size() + order_.left(); }

    /// Visits the next `count` rows of the sweep; `write` (key, value) puts one into its table.
    /// Returns how many were left to visit of `count`.
    template <class Write>
    std::size_t sweep(std::size_t count, Write write)
    {
        for (; count > 0 && left_to_sweep() > 0; --count) {
            const std::int64_t key = next_key();
            const auto it = slots_.find(key);
            if (it == slots_.end()) continue;
            Slot& slot = it->second;
            const bool keep = slot.changed || slot.touched;
            undo_.push_back({key, slot, keep ? Action::visited : Action::dropped});
            if (slot.changed) write(key, slot.value);
            if (keep) {
                slot.changed = false;
                slot.touched = false;
                kept_.push_back(key);
            } else {
                slots_.erase(it);
            }
        }
        return count;
    }

private:
    struct Slot {
        Value value;
        bool changed;  // Its table has another value.
        bool touched;  // Since the sweep came by.
    };
    enum class Action { inserted, replaced, visited, dropped };
    struct Undo {
        std::int64_t key;
        std::optional<Slot> before;
        Action action;
    };

    void set(std::int64_t key, const Slot& slot)
    {
        const auto [it, inserted] = slots_.try_emplace(key, slot);
        if (inserted) {
            undo_.push_back({key, std::nullopt, Action::inserted});
            fresh_.push_back(key);
        } else {
            undo_.push_back({key, it->second, Action::replaced});
            // What waits to be written waits on, whatever is learnt from the table.
            const bool changed = slot.changed || it->second.changed;
            it->second = slot;
            it->second.changed = changed;
        }
    }

    void take_back(const Undo& undo)
    {
        if (undo.action == Action::inserted) {
            slots_.erase(undo.key);
            if (!fresh_.empty() && fresh_.back() == undo.key) fresh_.pop_back();
            return;
        }
        slots_.insert_or_assign(undo.key, *undo.before);
        if (undo.action == Action::replaced) return;
        again_.push_back(undo.key);
        if (undo.action == Action::visited && !kept_.empty()) kept_.pop_back();
    }

    /// The sweep that was undone has been forgotten in part; all rows are to be visited.
    void restart()
    {
        kept_.clear();
        fresh_.clear();
        for (const auto& [key, slot] : slots_) fresh_.push_back(key);
        begin_sweep();
        began_ = false;
    }

    std::int64_t next_key()
    {
        if (again_.empty()) return order_.next();
        const std::int64_t key = again_.back();
        again_.pop_back();
        return key;
    }

    // Every key stands in exactly one of the four lists below; keys that were let go may still
    // stand in one.
    std::unordered_map<std::int64_t, Slot> slots_;
    RollingOrder order_;               // To be visited by this sweep.
    std::vector<std::int64_t> again_;  // Visited by a group that did not commit.
    std::vector<std::int64_t> kept_;   // Visited.
    std::vector<std::int64_t> fresh_;  // Taken in since the sweep began.
    std::vector<Undo> undo_;
    bool began_ = false;  // A sweep began since `committed`.
};

}  // namespace bank::ledger::internal
