// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace platform::sql {

/// A disk in memory under SQLite, for tests: it remembers every write and every flush, can be cut
/// off from its power at each of them, and can refuse any.
///
/// While one lives, every book that is opened lies on it, whatever its path. One at a time.
class SimulatedDisk {
public:
    using Files = std::map<std::string, std::vector<std::byte>>;

    enum class Act : std::uint8_t { write, truncate, flush, remove };

    /// One thing that was done to the disk.
    struct Step {
        Act act;
        std::string file;
        std::int64_t at = 0;           // Where bytes were written; the length after a truncation.
        std::vector<std::byte> bytes;  // What was written.
    };

    explicit SimulatedDisk(Files files = {});
    ~SimulatedDisk();
    SimulatedDisk(const SimulatedDisk&) = delete;
    SimulatedDisk& operator=(const SimulatedDisk&) = delete;

    /// How many steps there were so far. Any thread.
    std::size_t steps_made() const;
    /// All of them; call when no book is open.
    std::vector<Step> steps() const;

    enum class Fault : std::uint8_t { full, io_error };
    /// Refuses the step that has this number (from 0), and `more` after it.
    void refuse(std::size_t step, Fault fault, std::size_t more = 0);

    /// What becomes of steps that were not flushed when the power went.
    enum class Unflushed : std::uint8_t {
        lost,
        kept,
        torn,  // Each by chance: kept, lost, or some of its sectors of 512 bytes kept.
    };

    struct State;

private:
    std::unique_ptr<State> state_;
};

/// What a disk holds that lost its power after some of `steps`. Goes forward only, so that all
/// crashes of one run are seen in one pass.
class Crashes {
public:
    explicit Crashes(std::vector<SimulatedDisk::Step> steps) : steps_(std::move(steps)) {}

    /// The files after a crash that came when `made` steps had been made; not fewer than before.
    SimulatedDisk::Files after(std::size_t made, SimulatedDisk::Unflushed unflushed,
                               std::uint64_t seed);

private:
    std::vector<SimulatedDisk::Step> steps_;
    std::size_t next_ = 0;
    SimulatedDisk::Files flushed_;
    std::map<std::string, std::vector<std::size_t>> unflushed_;  // Steps of each file, in order.
};

}  // namespace platform::sql
