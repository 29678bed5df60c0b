// SPDX-License-Identifier: Apache-2.0
// What a changed decision table would have said in real cases, before it goes live.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/counter/simulation.h>

#include <algorithm>

namespace api {

namespace counter = bank::counter;
namespace http = platform::http;
namespace json = platform::json;
using base::Result;
using json::Array;
using json::Object;

namespace {

constexpr std::size_t table_bytes = 4 * 1024 * 1024;
constexpr std::int64_t seconds_a_day = 86'400;

/// A decision in a line: "open" or "route: staff, second: true".
std::string in_a_line(const json::Value& value)
{
    if (value.is_null()) return {};
    if (value.string() != nullptr) return *value.string();
    if (value.object() == nullptr) return json::serialise(value);
    std::string line;
    for (const auto& [name, part] : *value.object()) {
        if (part.is_null()) continue;
        if (!line.empty()) line += ", ";
        line += name + ": " + in_a_line(part);
    }
    return line;
}

void add(counter::Simulation& all, counter::Simulation&& more)
{
    all.decided += more.decided;
    all.different += more.different;
    all.unanswered += more.unanswered;
    all.unreadable += more.unreadable;
    for (auto& turn : more.turns) {
        const auto same = std::find_if(all.turns.begin(), all.turns.end(), [&](const auto& each) {
            return each.decision == turn.decision && each.before == turn.before &&
                   each.after == turn.after;
        });
        if (same == all.turns.end()) {
            all.turns.push_back(std::move(turn));
        } else {
            same->count += turn.count;
        }
    }
    for (auto& each : more.changed) {
        if (all.changed.size() < counter::Simulation::most_shown)
            all.changed.push_back(std::move(each));
    }
}

Object simulation_shape(const counter::Simulation& simulation)
{
    Array turns;
    for (const auto& each : simulation.turns) {
        turns.push_back(Object{{"decision", each.decision},
                               {"before", in_a_line(each.before)},
                               {"after", in_a_line(each.after)},
                               {"count", each.count}});
    }
    Array changed;
    for (const auto& each : simulation.changed) {
        changed.push_back(Object{{"case", to_string(each.id)},
                                 {"decision", each.decision},
                                 {"step", shape(each.step)},
                                 {"before", in_a_line(each.before)},
                                 {"after", in_a_line(each.after)}});
    }
    return {{"decided", simulation.decided},       {"different", simulation.different},
            {"unanswered", simulation.unanswered}, {"unreadable", simulation.unreadable},
            {"turns", std::move(turns)},           {"changed", std::move(changed)}};
}

Result<http::Response> simulate(Call& call, Parts& parts)
{
    const std::string service{call.request.parameter("service")};
    counter::Simulation all;
    for (Institution* institution : TRY(institutions_for(call, parts, "service.view"))) {
        const auto now = institution->book.clock().now();
        const auto since =
            base::after_seconds(now, -seconds_a_day * call.body["days"].integer_or(1));
        add(all, TRY(institution->counter.simulate(service, call.body["xml"].text_or(),
                                                   call.body["table"].text_or(), since)));
    }
    std::stable_sort(all.turns.begin(), all.turns.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    return ok(simulation_shape(all));
}

}  // namespace

void add_simulation_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    routes.add("simulateTable", Access::staff,
               [&parts](Call& call) { return simulate(call, parts); },
               {.body_bytes = table_bytes, .deadline_ms = 120'000});
}

}  // namespace api
