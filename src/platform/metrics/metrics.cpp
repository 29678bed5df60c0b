// SPDX-License-Identifier: Apache-2.0
#include <platform/metrics/metrics.h>

#include <base/ensure.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace platform::metrics {
namespace {

enum class Kind { counter, gauge, histogram };

std::string escaped(std::string_view text, bool quotes)
{
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quotes) {
            out += "\\\"";
        } else {
            out += c;
        }
    }
    return out;
}

std::string label_text(const Labels& labels)
{
    std::string out;
    for (const auto& [name, value] : labels) {
        if (!out.empty()) out += ',';
        out += name + "=\"" + escaped(value, true) + '"';
    }
    return out;
}

std::string braced(std::string_view labels, std::string_view more = {})
{
    if (labels.empty() && more.empty()) return {};
    std::string out = "{";
    out += labels;
    if (!labels.empty() && !more.empty()) out += ',';
    return out.append(more) + '}';
}

std::string seconds(std::int64_t micros)
{
    std::string fraction = std::to_string(micros % 1'000'000);
    fraction.insert(0, 6 - fraction.size(), '0');
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    const std::string whole = std::to_string(micros / 1'000'000);
    return fraction.empty() ? whole : whole + '.' + fraction;
}

}  // namespace

Histogram::Histogram(std::vector<std::int64_t> bounds_us)
    : bounds_us_(std::move(bounds_us)),
      counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_us_.size() + 1))
{
    base::ensure(std::is_sorted(bounds_us_.begin(), bounds_us_.end()));
}

void Histogram::observe_us(std::int64_t micros)
{
    const auto bucket = std::lower_bound(bounds_us_.begin(), bounds_us_.end(), micros);
    counts_[static_cast<std::size_t>(bucket - bounds_us_.begin())].fetch_add(
        1, std::memory_order_relaxed);
    sum_us_.fetch_add(micros, std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::counts() const
{
    std::vector<std::uint64_t> out;
    for (std::size_t i = 0; i <= bounds_us_.size(); ++i) {
        out.push_back(counts_[i].load(std::memory_order_relaxed));
    }
    return out;
}

std::vector<std::int64_t> request_bounds_us()
{
    return {100,       250,       500,       1'000,      2'500,     5'000,
            10'000,    25'000,    50'000,    100'000,    250'000,   500'000,
            1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000};
}

struct Registry::State {
    struct Family {
        Kind kind;
        std::string help;
        std::map<std::string, std::unique_ptr<Counter>> counters;
        std::map<std::string, std::unique_ptr<Gauge>> gauges;
        std::map<std::string, std::unique_ptr<Histogram>> histograms;
    };
    mutable std::mutex mutex;
    std::map<std::string, Family, std::less<>> families;

    Family& family(std::string_view name, std::string_view help, Kind kind)
    {
        auto found = families.find(name);
        if (found == families.end()) {
            found = families.emplace(std::string(name), Family{kind, std::string(help), {}, {}, {}})
                        .first;
        }
        base::ensure(found->second.kind == kind);
        return found->second;
    }
};

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Counter& Registry::counter(std::string_view name, std::string_view help, Labels labels)
{
    const std::lock_guard lock(state_->mutex);
    auto& slot = state_->family(name, help, Kind::counter).counters[label_text(labels)];
    if (!slot) slot = std::make_unique<Counter>();
    return *slot;
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, Labels labels)
{
    const std::lock_guard lock(state_->mutex);
    auto& slot = state_->family(name, help, Kind::gauge).gauges[label_text(labels)];
    if (!slot) slot = std::make_unique<Gauge>();
    return *slot;
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, Labels labels,
                               std::vector<std::int64_t> bounds_us)
{
    const std::lock_guard lock(state_->mutex);
    auto& slot = state_->family(name, help, Kind::histogram).histograms[label_text(labels)];
    if (!slot) slot = std::make_unique<Histogram>(std::move(bounds_us));
    return *slot;
}

std::string Registry::exposition() const
{
    const std::lock_guard lock(state_->mutex);
    std::string out;
    for (const auto& [name, family] : state_->families) {
        static constexpr std::string_view kinds[] = {"counter", "gauge", "histogram"};
        out += "# HELP " + name + ' ' + escaped(family.help, false) + '\n';
        out += "# TYPE " + name + ' ';
        out.append(kinds[static_cast<int>(family.kind)]) += '\n';
        for (const auto& [labels, counter] : family.counters) {
            out += name + braced(labels) + ' ' + std::to_string(counter->value()) + '\n';
        }
        for (const auto& [labels, gauge] : family.gauges) {
            out += name + braced(labels) + ' ' + std::to_string(gauge->value()) + '\n';
        }
        for (const auto& [labels, histogram] : family.histograms) {
            const auto counts = histogram->counts();
            std::uint64_t total = 0;
            for (std::size_t i = 0; i < counts.size(); ++i) {
                total += counts[i];
                const std::string bound =
                    i < histogram->bounds_us().size() ? seconds(histogram->bounds_us()[i]) : "+Inf";
                out += name + "_bucket" + braced(labels, "le=\"" + bound + '"') + ' ' +
                       std::to_string(total) + '\n';
            }
            out += name + "_sum" + braced(labels) + ' ' + seconds(histogram->sum_us()) + '\n';
            out += name + "_count" + braced(labels) + ' ' + std::to_string(total) + '\n';
        }
    }
    return out;
}

}  // namespace platform::metrics
