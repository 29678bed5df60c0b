// SPDX-License-Identifier: Apache-2.0
// Gateways where ways meet. A parallel one waits for every way in; an inclusive one for those that
// something can still come by (BPMN 2.0.2, 13.4.3).
#include <engine/process/internal/machine.h>

#include <algorithm>
#include <set>

namespace engine::process {

namespace {

struct Meeting {
    std::size_t gateway;
    std::int64_t scope;
    friend auto operator<=>(const Meeting&, const Meeting&) = default;
};

std::set<Meeting> meetings(const State& state)
{
    std::set<Meeting> all;
    for (const Token& token : state.tokens) {
        if (token.stage == Stage::joining) all.insert({token.element, token.scope});
    }
    return all;
}

}  // namespace

/// The tokens that wait at a gateway, one for each way in that has any, and which ways those are.
std::vector<std::int64_t> Machine::joined(std::size_t gateway, std::int64_t scope,
                                          std::vector<bool>& came) const
{
    std::vector<std::int64_t> arrived;
    came.assign(element(gateway).incoming, false);
    for (const Token& token : state_.tokens) {
        if (token.stage != Stage::joining || token.element != gateway || token.scope != scope) {
            continue;
        }
        if (token.entry >= came.size() || came[token.entry]) continue;
        came[token.entry] = true;
        arrived.push_back(token.number);
    }
    return arrived;
}

/// Whether a gateway where something waits may go on. An inclusive one is held up by every token
/// that leads to a way in that is still empty, unless it leads to one that is not, too.
bool Machine::is_open(std::size_t gateway, std::int64_t scope) const
{
    const Element& at = element(gateway);
    std::vector<bool> came;
    const auto arrived = joined(gateway, scope, came);
    if (arrived.empty()) return false;
    if (arrived.size() == at.incoming) return true;
    if (at.kind == ElementKind::parallel_gateway) return false;
    for (const Token& token : state_.tokens) {
        if (token.scope != scope || token.element == gateway) continue;
        bool to_empty = false;
        bool to_full = false;
        for (std::size_t way = 0; way < at.incoming; ++way) {
            if (!at.leads_to[way][token.element]) continue;
            (came[way] ? to_full : to_empty) = true;
        }
        if (to_empty && !to_full) return false;
    }
    return true;
}

bool Machine::join(std::size_t gateway, std::int64_t scope, bool by_force)
{
    if (!by_force && !is_open(gateway, scope)) return false;
    std::vector<bool> came;
    const auto arrived = joined(gateway, scope, came);
    base::ensure(!arrived.empty());
    const auto ways = true_ways(arrived.front());
    if (!ways) return true;
    for (std::size_t i = 1; i < arrived.size(); ++i) drop(arrived[i]);
    fork(arrived.front(), *ways);
    return true;
}

bool Machine::join_any()
{
    for (const Meeting& meeting : meetings(state_)) {
        if (!join(meeting.gateway, meeting.scope, false)) continue;
        --moves_left_;
        return true;
    }
    return false;
}

/// A gateway whose missing tokens nothing can bring any more is an incident, not a silent end.
/// Those that can still go on are found from the tokens that live, then from gateways that can.
void Machine::find_dead_joins()
{
    const std::set<Meeting> all = meetings(state_);
    std::set<Meeting> alive;
    const auto reaches = [&](const Meeting& meeting, std::size_t way) {
        const std::vector<bool>& leads = element(meeting.gateway).leads_to[way];
        for (const Token& token : state_.tokens) {
            if (token.scope != meeting.scope || token.element == meeting.gateway) continue;
            if (!leads[token.element]) continue;
            if (token.stage != Stage::joining) return true;
            if (alive.contains({token.element, token.scope})) return true;
        }
        return false;
    };
    for (bool more = true; more;) {
        more = false;
        for (const Meeting& meeting : all) {
            if (alive.contains(meeting)) continue;
            std::vector<bool> came;
            (void)joined(meeting.gateway, meeting.scope, came);
            const bool parallel = element(meeting.gateway).kind == ElementKind::parallel_gateway;
            bool every = true;
            bool some = false;
            for (std::size_t way = 0; way < came.size(); ++way) {
                if (came[way]) continue;
                const bool can_come = reaches(meeting, way);
                every = every && can_come;
                some = some || can_come;
            }
            if (!(parallel ? every : some)) continue;
            alive.insert(meeting);
            more = true;
        }
    }
    for (const Meeting& meeting : all) {
        if (alive.contains(meeting)) continue;
        const bool told =
            std::any_of(state_.tokens.begin(), state_.tokens.end(), [&](const Token& token) {
                return token.stage == Stage::stuck && token.element == meeting.gateway &&
                       token.scope == meeting.scope;
            });
        if (told) continue;
        std::vector<bool> came;
        stuck(joined(meeting.gateway, meeting.scope, came).front(), "process.waits_for_ever",
              "The gateway waits for what cannot come any more.");
    }
}

}  // namespace engine::process
