// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/evaluation.h>

namespace engine::feel {
namespace {

/// Well within the 8 MiB that threads get; room for what the deepest single expression needs.
constexpr std::ptrdiff_t greatest_stack = 3 << 20;

const char* here()
{
    return static_cast<const char*>(__builtin_frame_address(0));
}

}  // namespace

std::string to_string(const Problem& problem)
{
    return std::to_string(problem.position.line) + ":" + std::to_string(problem.position.column) +
           " " + problem.detail;
}

Evaluation::Evaluation(const base::Clock& clock, const Limits& limits, Zone zone)
    : clock_(clock), limits_(limits), zone_(zone), steps_left_(limits.steps), stack_start_(here())
{
    if (zone_.kind == Zone::Kind::none) zone_.kind = Zone::Kind::offset;
}

const DateTime& Evaluation::now()
{
    if (!now_) now_ = local_time(Wide{clock_.now().micros} * 1000, zone_);
    return *now_;
}

Value Evaluation::problem(Position position, std::string_view reason, std::string detail)
{
    if (problems_.size() < limits_.problems)
        problems_.push_back({position, reason, std::move(detail)});
    return {};
}

Evaluation::Call::Call(Evaluation& evaluation) : evaluation_(evaluation)
{
    evaluation_.step();
    const std::ptrdiff_t used = evaluation_.stack_start_ - here();
    if (evaluation_.depth_ >= evaluation_.limits_.depth || used > greatest_stack)
        throw Exceeded{"feel.too_deep", "Functions call each other too deeply.", {0, 0}};
    ++evaluation_.depth_;
}

std::string Evaluation::to_string(const Exceeded& exceeded)
{
    const std::string detail{exceeded.detail};
    if (exceeded.position.line == 0) return detail;
    return feel::to_string(Problem{exceeded.position, exceeded.reason, detail});
}

void Evaluation::exceed_steps()
{
    throw Exceeded{"feel.too_many_steps", "The expression takes too many steps.", {0, 0}};
}

void Evaluation::exceed_bytes()
{
    throw Exceeded{"feel.too_much_memory", "The expression makes too large values.", {0, 0}};
}

}  // namespace engine::feel
