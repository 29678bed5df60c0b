// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/value.h>

#include <base/clock.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::feel {

/// What one evaluation may use before it is refused.
struct Limits {
    std::int64_t steps = 2'000'000;  // Calls, loop turns and items handled.
    std::size_t depth = 200;         // Nested calls of functions.
    std::size_t bytes = 64 << 20;    // Of lists, contexts and strings made on the way.
    std::size_t problems = 20;       // Kept; more are only counted.
};

/// A place in an expression's text, counted from 1.
struct Position {
    std::int32_t line = 1;
    std::int32_t column = 1;
};

/// Why an expression, or a part of it, is null.
struct Problem {
    Position position;
    std::string_view reason;  // A literal: "feel.wrong_type".
    std::string detail;       // For a person; holds kinds and names, never values.
};

/// "2:14 The function takes a number and got a string."
std::string to_string(const Problem& problem);

/// One evaluation: its limits, its clock and what went wrong. Not for two threads at once.
class Evaluation {
public:
    explicit Evaluation(const base::Clock& clock, const Limits& limits = {}, Zone zone = {});

    /// The instant of `now()` and `today()`: one for the whole evaluation; local to `zone` (UTC
    /// where none is given).
    const DateTime& now();

    const std::vector<Problem>& problems() const { return problems_; }

    // What follows is for those who evaluate: nodes and functions.

    /// Thrown when a limit is reached; caught where an evaluation begins.
    struct Exceeded {
        std::string_view reason;  // feel.too_many_steps, feel.too_deep, feel.too_much_memory
        std::string_view detail;
        Position position = {0, 0};  // Of the innermost loop or call in which it was reached.
    };
    /// "1:9 The expression takes too many steps."
    static std::string to_string(const Exceeded& exceeded);

    /// Runs a loop or call that stands at `position`.
    template <class Body>
    static auto placed(Position position, Body body)
    {
        try {
            return body();
        } catch (Exceeded& exceeded) {
            if (exceeded.position.line == 0) exceeded.position = position;
            throw;
        }
    }

    void step(std::int64_t count = 1)
    {
        steps_left_ -= count;
        if (steps_left_ < 0) exceed_steps();
    }
    void charge(std::size_t bytes)
    {
        bytes_used_ += bytes;
        if (bytes_used_ > limits_.bytes) exceed_bytes();
    }

    /// Notes why the answer is null, and answers null.
    Value problem(Position position, std::string_view reason, std::string detail);

    /// A place that was passed on the way, for those who tell later why an answer is as it is: the
    /// rule `number` of the decision table `place`.
    struct Mark {
        const void* place;
        std::size_t number;
    };
    void mark(const void* place, std::size_t number)
    {
        if (marked_ < near_.size()) {
            near_[marked_] = {place, number};
        } else if (marked_ < 1000) {
            far_.push_back({place, number});
        } else {
            return;
        }
        ++marked_;
    }
    std::size_t mark_count() const { return marked_; }
    const Mark& mark_at(std::size_t at) const
    {
        return at < near_.size() ? near_[at] : far_[at - near_.size()];
    }

    /// Held while a function runs.
    class Call {
    public:
        explicit Call(Evaluation& evaluation);
        ~Call() { --evaluation_.depth_; }
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

    private:
        Evaluation& evaluation_;
    };

private:
    [[noreturn]] static void exceed_steps();
    [[noreturn]] static void exceed_bytes();

    const base::Clock& clock_;
    Limits limits_;
    Zone zone_;
    std::int64_t steps_left_;
    std::size_t bytes_used_ = 0;
    std::size_t depth_ = 0;
    const char* stack_start_;
    std::optional<DateTime> now_;
    std::vector<Problem> problems_;
    std::size_t marked_ = 0;
    std::array<Mark, 4> near_;  // The first marks; most evaluations make no more.
    std::vector<Mark> far_;
};

/// Where compiled expressions find their variables.
struct Frame {
    Value* slots;
    Evaluation& evaluation;
};

}  // namespace engine::feel
