// SPDX-License-Identifier: Apache-2.0
#include <sandbox/knowledge.h>

#include <platform/config/node.h>

#include <array>
#include <charconv>

namespace sandbox {
namespace {

namespace json = platform::json;

constexpr std::array<std::pair<std::string_view, Mode>, 9> modes{
    {{"answer", Mode::answer},
     {"slow", Mode::slow},
     {"later", Mode::later},
     {"twice", Mode::twice},
     {"silent", Mode::silent},
     {"lost", Mode::lost},
     {"unavailable", Mode::unavailable},
     {"refuse", Mode::refuse},
     {"unsigned", Mode::unsigned_answer}}};

double number_of(const json::Value& value)
{
    if (const auto* integer = value.integer()) return static_cast<double>(*integer);
    if (const auto* real = value.real()) return *real;
    const auto text = value.text_or();
    double out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

}  // namespace

base::Result<Behaviour> read_behaviour(const json::Value& value)
{
    Behaviour out{.mode = Mode::answer,
                  .seconds = number_of(value["seconds"]),
                  .reason = std::string(value["reason"].text_or("partner.refused")),
                  .delay_ms = static_cast<int>(value["delay_ms"].integer_or(0))};
    const auto name = value["mode"].text_or(value["behaviour"].text_or("answer"));
    for (const auto& [word, mode] : modes) {
        if (word != name) continue;
        out.mode = mode;
        return out;
    }
    return base::invalid("sandbox.behaviour_unknown", "There is no such behaviour.");
}

json::Value Knowledge::of(std::string_view partner)
{
    const std::string name(partner);
    const auto file = folder_ / (name + ".yaml");
    std::error_code error;
    const auto changed = std::filesystem::last_write_time(file, error);
    const std::lock_guard lock(mutex_);
    auto& known = known_[name];
    if (!error && changed != known.read_at) {
        known.read_at = changed;
        const auto node = platform::config::read_yaml(file, name + ".yaml");
        if (node) known.value = node.value().to_json();
    }
    return known.value;
}

base::Result<void> Knowledge::replace(std::string_view partner, std::string_view yaml)
{
    const auto node = TRY(platform::config::parse_yaml(yaml, partner));
    (void)of(partner);  // So that the file counts as read and does not come back at once.
    const std::lock_guard lock(mutex_);
    known_[std::string(partner)].value = node.to_json();
    return {};
}

void Knowledge::set_behaviour(std::string_view partner, Behaviour behaviour)
{
    const std::lock_guard lock(mutex_);
    overrides_[std::string(partner)] = std::move(behaviour);
}

void Knowledge::clear_behaviour(std::string_view partner)
{
    const std::lock_guard lock(mutex_);
    overrides_.erase(std::string(partner));
}

Behaviour Knowledge::behaviour(std::string_view partner, const json::Value& record)
{
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = overrides_.find(partner); found != overrides_.end()) {
            return found->second;
        }
    }
    const auto usual_ms = static_cast<int>(of(partner)["delay_ms"].integer_or(0));
    auto own = read_behaviour(record);
    if (!own) return {.delay_ms = usual_ms};
    Behaviour out = std::move(own).value();
    if (out.delay_ms == 0) out.delay_ms = usual_ms;
    return out;
}

}  // namespace sandbox
