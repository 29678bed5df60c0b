// SPDX-License-Identifier: Apache-2.0
#include <engine/process/passages.h>

#include <algorithm>
#include <map>

namespace engine::process {

namespace {

// Enough for a picture, and bounded however long the history of the bank is.
constexpr int newest_instances = 5000;
constexpr int most_sampled = 1000;

struct Stay {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

Passage of_stays(const std::string& element, std::vector<std::int64_t>& seconds)
{
    const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
    std::nth_element(seconds.begin(), middle, seconds.end());
    return {element, static_cast<std::int64_t>(seconds.size()), *middle,
            *std::max_element(seconds.begin(), seconds.end())};
}

}  // namespace

std::vector<Passage> passages(platform::sql::Snapshot& snapshot, std::string_view definition)
{
    std::map<std::string, std::vector<std::int64_t>> seconds;
    std::map<std::string, Stay, std::less<>> stays;
    std::uint64_t instance = 0;
    std::int64_t before = 0;  // When the line before was written.
    const auto leave = [&] {
        for (const auto& [element, stay] : stays)
            seconds[element].push_back((stay.last - stay.first) / base::micros_per_second);
        stays.clear();
    };
    auto rows = snapshot.query(
        "select h.instance, h.element, h.at, h.kind from process_history h where h.instance in"
        " (select id from (select id, definition from process_instance order by id desc limit ?)"
        " recent where definition = ? order by id desc limit ?) order by h.instance, h.id",
        newest_instances, definition, most_sampled);
    while (rows.next()) {
        const auto now = static_cast<std::uint64_t>(rows.integer(0));
        const std::int64_t at = rows.integer(2);
        if (now != instance) leave();
        // Of a step that is told of only when it is done the line before tells when it began.
        const std::int64_t began = now != instance || rows.text(3) == "task-created" ? at : before;
        instance = now;
        before = at;
        const std::string_view element = rows.text(1);
        if (element.empty()) continue;
        const auto known = stays.find(element);
        if (known == stays.end()) {
            stays.emplace(element, Stay{began, at});
        } else {
            known->second.last = at;
        }
    }
    leave();
    std::vector<Passage> all;
    for (auto& [element, each] : seconds) all.push_back(of_stays(element, each));
    return all;
}

}  // namespace engine::process
