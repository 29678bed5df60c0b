// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/internal/rolling_order.h>

#include <base/ensure.h>
#include <base/key_table.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace bank::ledger::internal {

/// What memory knows of a table whose truth is the journal: rows that changed since they were
/// written to it, and up to `room` rows in all of those that did not.
///
/// A sweep visits every row that waited to be written when it began, in key order, a piece at a
/// time. Whatever happened since `committed` can be undone, sweeping included. Writer thread only.
template <class Value>
class Overlay {
public:
    /// With no room a row is let go as soon as it was written.
    explicit Overlay(std::size_t room) : room_(room) {}

    /// The row, or nullptr where memory does not have it. Valid until the next change.
    const Value* find(std::int64_t key)
    {
        Slot* slot = slots_.find(key);
        if (slot == nullptr) return nullptr;
        slot->touched = true;
        return &slot->value;
    }

    /// Takes in a row as its table has it.
    void load(std::int64_t key, const Value& value) { set(key, value, false); }

    /// Gives a row a value that its table does not have yet.
    void put(std::int64_t key, const Value& value) { set(key, value, true); }

    /// Changes a row that memory has; its table does not have the outcome yet.
    template <class Change>
    void change(std::int64_t key, Change change)
    {
        Slot* slot = slots_.find(key);
        base::ensure(slot != nullptr);
        undo_.push_back({key, *slot, Action::replaced});
        if (!slot->changed) changed_.push_back(key);
        change(slot->value);
        slot->changed = slot->touched = true;
    }

    /// The row of `key`, which its table does not have yet, to be filled in by a start; made empty
    /// where memory has none. Cannot be undone.
    Value& restore(std::int64_t key)
    {
        const auto [slot, inserted] = slots_.get(key);
        if (inserted) {
            *slot = {Value{}, true, true};
            changed_.push_back(key);
        }
        return slot->value;
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
        if (room_ > 0 && size() > room_) let_go(next_shard_++);
    }

    std::size_t size() const { return slots_.size(); }
    bool has_room() const { return size() < room_; }

    /// Begins a sweep over the rows that wait to be written; returns how many.
    std::size_t begin_sweep()
    {
        began_ = true;
        order_.start(std::exchange(changed_, {}));
        again_.clear();
        return order_.left();
    }

    std::size_t left_to_sweep() const { return again_.size() + order_.left(); }

    /// Visits the next `count` rows of the sweep; `write` (key, value) puts one into its table.
    /// Returns how many were left to visit of `count`.
    template <class Write>
    std::size_t sweep(std::size_t count, Write write)
    {
        while (count > 0 && left_to_sweep() > 0) {
            piece_.clear();
            while (piece_.size() < std::min(count, sweep_piece) && left_to_sweep() > 0) {
                piece_.push_back(next_key());
            }
            count -= piece_.size();
            fetch(piece_, [](std::int64_t key) { return key; });
            for (const std::int64_t key : piece_) write_row(key, write);
        }
        return count;
    }

    /// Has the memory fetch the rows of `things`, which find() is about to be asked for.
    template <class Things, class KeyOf>
    void fetch(const Things& things, KeyOf key_of)
    {
        for (const auto& thing : things) slots_.fetch_cell(key_of(thing));
        for (const auto& thing : things) slots_.fetch_row(key_of(thing));
    }

private:
    template <class Write>
    void write_row(std::int64_t key, Write& write)
    {
        Slot* slot = slots_.find(key);
        if (slot == nullptr || !slot->changed) return;
        write(key, slot->value);
        undo_.push_back({key, *slot, Action::written});
        slot->changed = false;
        if (room_ == 0) slots_.erase(key);
    }

    struct Slot {
        [[no_unique_address]] Value value{};  // The flags may lie in its last bytes.
        bool changed = false;                 // Its table has another value.
        bool touched = false;                 // Since it was last looked over to be let go.
    };
    enum class Action : std::uint8_t { inserted, replaced, written };
    struct Undo {
        std::int64_t key;
        std::optional<Slot> before;
        Action action;
    };

    void set(std::int64_t key, const Value& value, bool changed)
    {
        const auto [slot, inserted] = slots_.get(key);
        if (inserted) {
            *slot = {value, changed, true};
            undo_.push_back({key, std::nullopt, Action::inserted});
            if (changed) changed_.push_back(key);
            return;
        }
        undo_.push_back({key, *slot, Action::replaced});
        if (changed && !slot->changed) changed_.push_back(key);
        // What waits to be written waits on, whatever is learnt from the table.
        *slot = {value, changed || slot->changed, true};
    }

    void take_back(const Undo& undo)
    {
        if (undo.action == Action::written) {
            *slots_.get(undo.key).first = *undo.before;
            again_.push_back(undo.key);
            return;
        }
        Slot* slot = slots_.find(undo.key);
        const bool was_waiting = undo.before && undo.before->changed;
        if (slot->changed && !was_waiting && !changed_.empty()) changed_.pop_back();
        if (undo.before) {
            *slot = *undo.before;
        } else {
            slots_.erase(undo.key);
        }
    }

    /// The sweep that was undone has been forgotten in part; all that waits is to be visited.
    void restart()
    {
        changed_.clear();
        for (std::size_t shard = 0; shard < slots_.shard_count; ++shard) {
            slots_.each(shard, [this](std::int64_t key, const Slot& slot) {
                if (slot.changed) changed_.push_back(key);
            });
        }
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

    /// Rows that nobody asked for since the last look, of one shard, so that no commit does much.
    void let_go(std::size_t shard)
    {
        std::vector<std::int64_t> keys;
        slots_.each(shard, [&](std::int64_t key, Slot& slot) {
            if (!std::exchange(slot.touched, false) && !slot.changed) keys.push_back(key);
        });
        for (const std::int64_t key : keys) slots_.erase(key);
    }

    static constexpr std::size_t sweep_piece = 8;

    const std::size_t room_;
    base::KeyTable<Slot> slots_;
    std::size_t next_shard_ = 0;
    // Every row that waits to be written stands in exactly one of the three lists below.
    RollingOrder order_;                 // To be visited by this sweep.
    std::vector<std::int64_t> again_;    // Visited by a group that did not commit.
    std::vector<std::int64_t> changed_;  // Came to wait since the sweep began.
    std::vector<std::int64_t> piece_;    // Being swept.
    std::vector<Undo> undo_;
    bool began_ = false;  // A sweep began since `committed`.
};

}  // namespace bank::ledger::internal
