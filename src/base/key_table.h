// SPDX-License-Identifier: Apache-2.0
#pragma once

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
/// writer's time was spent in it). It is split in shards that grow one at a time, so that no call
/// stands still to move a million rows. Rows stay where they are until they are erased.
template <class Row>
class KeyTable {
public:
    static constexpr std::size_t shard_count = 256;

    Row* find(std::int64_t key)
    {
        Shard& shard = shard_of(key);
        const std::size_t at = shard.cell_of(key);
        return at == none ? nullptr : &shard.row(shard.cells[at].place);
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
        const char* row = reinterpret_cast<const char*>(find(key));
        if (row == nullptr) return;
        for (std::size_t at = 0; at < sizeof(Row); at += 64) __builtin_prefetch(row + at, 1);
    }

    /// The row of `key` and whether it is new; a new one is `Row{}`.
    std::pair<Row*, bool> get(std::int64_t key)
    {
        Shard& shard = shard_of(key);
        if (const std::size_t at = shard.cell_of(key); at != none) {
            return {&shard.row(shard.cells[at].place), false};
        }
        if (4 * (shard.used + 1) > 3 * shard.cells.size()) shard.grow();
        const std::uint32_t place = shard.new_place();
        shard.put({key, place});
        ++shard.used;
        ++size_;
        return {&(shard.row(place) = Row{}), true};
    }

    void erase(std::int64_t key)
    {
        Shard& shard = shard_of(key);
        const std::size_t at = shard.cell_of(key);
        if (at == none) return;
        shard.free.push_back(shard.cells[at].place);
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
        for (const Cell& cell : shard.cells) {
            if (cell.place != empty) visit(cell.key, shard.row(cell.place));
        }
    }

private:
    static constexpr std::uint32_t empty = UINT32_MAX;
    static constexpr std::size_t none = SIZE_MAX;
    static constexpr std::size_t rows_a_block = 64;
    static constexpr std::size_t least_cells = 8;

    struct Cell {
        std::int64_t key = 0;
        std::uint32_t place = empty;
    };

    /// The upper bits are as good as random (Knuth, 6.4, multiplicative hashing): eight of them
    /// choose the shard, those below the cell.
    static std::uint64_t mixed(std::int64_t key)
    {
        return static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15U;
    }

    struct Shard {
        std::vector<Cell> cells;  // A power of two; searched on from where the key's hash points.
        std::vector<std::unique_ptr<std::array<Row, rows_a_block>>> blocks;
        std::vector<std::uint32_t> free;
        std::uint32_t places = 0;
        int shift = 64;  // 64 less the bits of a cell's number.
        std::size_t used = 0;

        std::size_t home_of(std::int64_t key) const { return mixed(key) << 8 >> shift; }
        std::size_t next(std::size_t at) const { return (at + 1) & (cells.size() - 1); }

        std::size_t cell_of(std::int64_t key) const
        {
            if (cells.empty()) return none;
            for (std::size_t at = home_of(key); cells[at].place != empty; at = next(at)) {
                if (cells[at].key == key) return at;
            }
            return none;
        }

        Row& row(std::uint32_t place)
        {
            return (*blocks[place / rows_a_block])[place % rows_a_block];
        }

        std::uint32_t new_place()
        {
            if (!free.empty()) {
                const std::uint32_t place = free.back();
                free.pop_back();
                return place;
            }
            if (places == blocks.size() * rows_a_block) {
                blocks.push_back(std::make_unique<std::array<Row, rows_a_block>>());
            }
            return places++;
        }

        void put(const Cell& cell)
        {
            std::size_t at = home_of(cell.key);
            while (cells[at].place != empty) at = next(at);
            cells[at] = cell;
        }

        void grow()
        {
            const auto old = std::exchange(
                cells, std::vector<Cell>(std::max<std::size_t>(least_cells, 2 * cells.size())));
            shift = std::countl_zero(cells.size()) + 1;
            for (const Cell& cell : old) {
                if (cell.place != empty) put(cell);
            }
        }

        /// Moves up what would not be found behind an empty cell (Knuth, The Art of Computer
        /// Programming 3, 6.4, algorithm R).
        void close_gap(std::size_t gap)
        {
            cells[gap].place = empty;
            for (std::size_t at = next(gap); cells[at].place != empty; at = next(at)) {
                const std::size_t home = home_of(cells[at].key);
                const bool stays = gap <= at ? gap < home && home <= at : gap < home || home <= at;
                if (stays) continue;
                cells[gap] = std::exchange(cells[at], Cell{});
                gap = at;
            }
        }
    };

    Shard& shard_of(std::int64_t key) { return shards_[mixed(key) >> 56]; }

    std::array<Shard, shard_count> shards_;
    std::size_t size_ = 0;
};

}  // namespace base
