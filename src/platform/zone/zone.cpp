// SPDX-License-Identifier: Apache-2.0
#include <platform/zone/zone.h>

#include <base/ensure.h>

#include <date/tz.h>

#include <mutex>
#include <shared_mutex>
#include <vector>

namespace platform::zone {
namespace {

/// Zones by number, in the order in which they were asked for.
class Table {
public:
    std::optional<Id> find(std::string_view name)
    {
        {
            const std::shared_lock lock(mutex_);
            for (std::size_t id = 0; id < zones_.size(); ++id) {
                if (zones_[id]->name() == name) return static_cast<Id>(id);
            }
        }
        const date::time_zone* zone = nullptr;
        try {
            zone = date::locate_zone(name);
        } catch (const std::runtime_error&) {
            return std::nullopt;
        }
        const std::unique_lock lock(mutex_);
        for (std::size_t id = 0; id < zones_.size(); ++id) {
            if (zones_[id] == zone) return static_cast<Id>(id);
        }
        zones_.push_back(zone);
        return static_cast<Id>(zones_.size() - 1);
    }

    const date::time_zone& at(Id id)
    {
        const std::shared_lock lock(mutex_);
        base::ensure(id < zones_.size());
        return *zones_[id];
    }

private:
    std::shared_mutex mutex_;
    std::vector<const date::time_zone*> zones_;
};

Table& table()
{
    static Table instance;
    return instance;
}

/// The Gregorian calendar repeats after 400 years; the library's years are 16 bits wide.
std::int64_t within_known_years(std::int64_t seconds)
{
    constexpr std::int64_t cycle = 146'097LL * 86'400;
    constexpr std::int64_t year_1800 = -5'364'662'400;
    constexpr std::int64_t year_2000 = 946'684'800;
    if (seconds < year_1800) return year_1800;
    if (seconds < year_2000 + cycle) return seconds;
    return year_2000 + (seconds - year_2000) % cycle;
}

}  // namespace

std::optional<Id> find(std::string_view name)
{
    return table().find(name);
}

std::string_view name(Id id)
{
    return table().at(id).name();
}

std::int32_t offset_at(Id id, std::int64_t utc_seconds)
{
    const date::sys_seconds when{std::chrono::seconds{within_known_years(utc_seconds)}};
    return static_cast<std::int32_t>(table().at(id).get_info(when).offset.count());
}

std::int32_t offset_at_local(Id id, std::int64_t local_seconds)
{
    const date::local_seconds when{std::chrono::seconds{within_known_years(local_seconds)}};
    return static_cast<std::int32_t>(table().at(id).get_info(when).first.offset.count());
}

}  // namespace platform::zone
