// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/ensure.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace base {

/// A map from 64-bit keys for millions of rows that are asked for at random: a lookup touches one
/// line of the index and the row, where std::unordered_map walks a chain of nodes (a seventh of the
/// writer's time was spent in it). A cell of the index is four bytes: where the row lies, and a few
/// bits of the key's hash, so that a row is rarely touched in vain. It is split in shards that grow
/// one at a time, so that no call stands still to move a million rows. Rows stay where they are
/// until they are erased. Holds a thousand million rows at most.
template <class Row>
class KeyTable {
public:
    static constexpr std::size_t shard_count = 256;

    Row* find(std::int64_t key)
    {
        Shard& shard = shard_of(key);
        const std::size_t at = shard.cell_of(key);
        return at == none ? nullptr : &shard.at(shard.cells[at]).row;
    }

    const Row* find(std::int64_t key) const { return const_cast<KeyTable*>(this)->find(key); }

    /// Has the memory fetch what find() will touch, first of the index and then, asked again, of
    /// the row; for many keys at once this takes no longer than for one.
    void fetch_cell(std::int64_t key) const
    {
        const Shard& shard = shards_[mixed(key) >> 56];
        if (!shard.cells.empty()) __builtin_prefetch(&shard.cells[shard.home_of(key)]);
    }
    void fetch_row(std::int64_t key)
    {
        Shard& shard = shard_of(key);
        if (shard.cells.empty()) return;
        std::size_t at = shard.home_of(key);
        while (shard.cells[at] != empty && tag_in(shard.cells[at]) != tag_of(key)) {
            at = shard.next(at);
        }
        if (shard.cells[at] == empty) return;
        const char* entry = reinterpret_cast<const char*>(&shard.at(shard.cells[at]));
        for (std::size_t i = 0; i < sizeof(Entry); i += 64) __builtin_prefetch(entry + i, 1);
    }

    /// The row of `key` and whether it is new; a new one is `Row{}`.
    std::pair<Row*, bool> get(std::int64_t key)
    {
        Shard& shard = shard_of(key);
        if (const std::size_t at = shard.cell_of(key); at != none) {
            return {&shard.at(shard.cells[at]).row, false};
        }
        if (4 * (shard.used + 1) > 3 * shard.cells.size()) shard.grow();
        const std::uint32_t cell = shard.new_place() | tag_of(key);
        Entry& entry = shard.at(cell) = Entry{key, Row{}};
        shard.put(key, cell);
        ++shard.used;
        ++size_;
        return {&entry.row, true};
    }

    void erase(std::int64_t key)
    {
        Shard& shard = shard_of(key);
        const std::size_t at = shard.cell_of(key);
        if (at == none) return;
        shard.free.push_back(shard.cells[at] & place_bits);
        shard.close_gap(at);
        --shard.used;
        --size_;
    }

    /// Erases all rows of one shard and gives its memory back.
    void drop(std::size_t shard_number)
    {
        Shard& shard = shards_[shard_number % shard_count];
        size_ -= shard.used;
        shard = Shard{};
    }

    std::size_t size() const { return size_; }

    /// Makes room for so many rows in all.
    void reserve(std::size_t rows)
    {
        for (Shard& shard : shards_) {
            while (3 * shard.cells.size() < 4 * (rows / shard_count + 1)) shard.grow();
        }
    }

    /// Calls `visit` (key, row) with every row of one shard. Erases nothing meanwhile.
    template <class Visit>
    void each(std::size_t shard_number, Visit visit)
    {
        Shard& shard = shards_[shard_number % shard_count];
        for (const std::uint32_t cell : shard.cells) {
            if (cell == empty) continue;
            Entry& entry = shard.at(cell);
            visit(entry.key, entry.row);
        }
    }

private:
    static constexpr std::uint32_t empty = UINT32_MAX;
    static constexpr std::uint32_t place_bits = (1U << 22) - 1;  // Of a cell; above it the tag.
    static constexpr std::size_t none = SIZE_MAX;
    static constexpr std::size_t entries_a_block = 64;
    static constexpr std::size_t least_cells = 8;

    struct Entry {
        std::int64_t key = 0;
        Row row;
    };

    /// The upper bits are as good as random (Knuth, 6.4, multiplicative hashing): eight of them
    /// choose the shard, those below the cell.
    static std::uint64_t mixed(std::int64_t key)
    {
        return static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15U;
    }

    static std::uint32_t tag_of(std::int64_t key)
    {
        return static_cast<std::uint32_t>(mixed(key)) & ~place_bits;
    }
    static std::uint32_t tag_in(std::uint32_t cell) { return cell & ~place_bits; }

    struct Shard {
        // Of each a tag and a place, or empty; a power of two; searched on from where the key's
        // hash points.
        std::vector<std::uint32_t> cells;
        std::vector<std::unique_ptr<std::array<Entry, entries_a_block>>> blocks;
        std::vector<std::uint32_t> free;
        std::uint32_t places = 0;
        int shift = 64;  // 64 less the bits of a cell's number.
        std::size_t used = 0;

        std::size_t home_of(std::int64_t key) const { return mixed(key) << 8 >> shift; }
        std::size_t next(std::size_t at) const { return (at + 1) & (cells.size() - 1); }

        std::size_t cell_of(std::int64_t key) const
        {
            if (cells.empty()) return none;
            const std::uint32_t tag = tag_of(key);
            for (std::size_t i = home_of(key); cells[i] != empty; i = next(i)) {
                if (tag_in(cells[i]) == tag && at(cells[i]).key == key) return i;
            }
            return none;
        }

        const Entry& at(std::uint32_t cell) const
        {
            const std::uint32_t place = cell & place_bits;
            return (*blocks[place / entries_a_block])[place % entries_a_block];
        }
        Entry& at(std::uint32_t cell) { return const_cast<Entry&>(std::as_const(*this).at(cell)); }

        std::uint32_t new_place()
        {
            if (!free.empty()) {
                const std::uint32_t place = free.back();
                free.pop_back();
                return place;
            }
            if (places == blocks.size() * entries_a_block) {
                ensure(places + entries_a_block < place_bits);
                blocks.push_back(std::make_unique<std::array<Entry, entries_a_block>>());
            }
            return places++;
        }

        void put(std::int64_t key, std::uint32_t cell)
        {
            std::size_t i = home_of(key);
            while (cells[i] != empty) i = next(i);
            cells[i] = cell;
        }

        void grow()
        {
            const auto old = std::exchange(
                cells, std::vector<std::uint32_t>(
                           std::max<std::size_t>(least_cells, 2 * cells.size()), empty));
            shift = std::countl_zero(cells.size()) + 1;
            for (const std::uint32_t cell : old) {
                if (cell != empty) put(at(cell).key, cell);
            }
        }

        /// Moves up what would not be found behind an empty cell (Knuth, The Art of Computer
        /// Programming 3, 6.4, algorithm R).
        void close_gap(std::size_t gap)
        {
            cells[gap] = empty;
            for (std::size_t i = next(gap); cells[i] != empty; i = next(i)) {
                const std::size_t home = home_of(at(cells[i]).key);
                const bool stays = gap <= i ? gap < home && home <= i : gap < home || home <= i;
                if (stays) continue;
                cells[gap] = std::exchange(cells[i], empty);
                gap = i;
            }
        }
    };

    Shard& shard_of(std::int64_t key) { return shards_[mixed(key) >> 56]; }

    std::array<Shard, shard_count> shards_;
    std::size_t size_ = 0;
};

}  // namespace base
