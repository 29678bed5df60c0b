// SPDX-License-Identifier: Apache-2.0
// How much, how fast, and where things stand.
#include <bank/counter/internal/impl.h>

#include <algorithm>

namespace bank::counter {

using platform::sql::Snapshot;

namespace {

constexpr std::int64_t hour_micros = 3600 * base::micros_per_second;
constexpr int median_days = 30;
constexpr int median_sample = 1001;  // The latest; enough for a median, bounded for a busy bank.

}  // namespace

ServiceFigures Counter::figures(std::string_view service)
{
    const base::Instant since =
        base::after_seconds(impl_->book.clock().now(), -std::int64_t{median_days} * 86'400);
    return impl_->book.read([&](Snapshot& snapshot) {
        ServiceFigures figures;
        auto rows = snapshot.query(
            "select state, count(*) from counter_case where service = ? group by state", service);
        while (rows.next()) {
            const std::string_view state = rows.text(0);
            const std::int64_t count = rows.integer(1);
            if (state == "done") figures.done = count;
            if (state == "refused") figures.refused = count;
            if (state == "cancelled") figures.cancelled = count;
            if (state == "customer" || state == "bank") figures.running += count;
        }
        auto rated = snapshot.query(
            "select count(*), cast(coalesce(sum(stars), 0) as bigint) from counter_rating"
            " where service = ? and rated_at >= ?",
            service, since);
        if (rated.next()) {
            figures.ratings = rated.integer(0);
            figures.stars = rated.integer(1);
        }
        std::vector<std::int64_t> minutes;
        auto times = snapshot.query(
            "select (ended_at - started_at) / 60000000 from counter_case"
            " where service = ? and state = 'done' and ended_at >= ? order by ended_at desc limit "
            "?",
            service, since, median_sample);
        while (times.next()) minutes.push_back(times.integer(0));
        if (!minutes.empty()) {
            const auto middle = minutes.begin() + static_cast<std::ptrdiff_t>(minutes.size() / 2);
            std::nth_element(minutes.begin(), middle, minutes.end());
            figures.median_minutes = *middle;
        }
        return figures;
    });
}

std::vector<Hour> Counter::by_hour(int hours)
{
    const std::int64_t now = impl_->book.clock().now().micros;
    const std::int64_t last = now - now % hour_micros;
    std::vector<Hour> all;
    for (int i = hours - 1; i >= 0; --i) all.push_back({{last - i * hour_micros}, 0, 0});
    if (all.empty()) return all;
    impl_->book.read([&](Snapshot& snapshot) {
        auto rows = snapshot.query(
            "select (ended_at - ?) / 3600000000, state, count(*) from counter_case"
            " where ended_at >= ? and state in ('done', 'refused')"
            " group by 1, 2",
            all.front().start, all.front().start);
        while (rows.next()) {
            const std::size_t at = static_cast<std::size_t>(rows.integer(0));
            if (at >= all.size()) continue;
            (rows.text(1) == "done" ? all[at].done : all[at].refused) += rows.integer(2);
        }
    });
    return all;
}

std::vector<Stage> Counter::stages()
{
    const auto standing =
        impl_->book.read([&](Snapshot& snapshot) { return impl_->engine.standing(snapshot); });
    std::vector<Stage> all;
    for (const auto& each : standing) {
        const auto service = impl_->catalog.version(each.definition);
        if (service == nullptr) continue;
        const auto same = std::find_if(all.begin(), all.end(), [&](const Stage& stage) {
            return stage.service == service->code && stage.element == each.element;
        });
        if (same != all.end()) {
            same->count += each.count;
            continue;
        }
        Stage stage{service->code, each.element, {}, each.count};
        stage.name = title_of(*service, each.element);
        all.push_back(std::move(stage));
    }
    return all;
}

}  // namespace bank::counter
