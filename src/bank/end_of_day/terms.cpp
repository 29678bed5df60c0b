// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/terms.h>

#include <base/ensure.h>

#include <algorithm>

namespace bank::end_of_day {

namespace {

/// How much of `code` a pattern names; nothing where it does not fit.
std::optional<std::size_t> fit_of(std::string_view pattern, std::string_view code)
{
    if (!pattern.ends_with('*')) {
        return pattern == code ? std::optional{code.size() + 1} : std::nullopt;
    }
    pattern.remove_suffix(1);
    return code.starts_with(pattern) ? std::optional{pattern.size()} : std::nullopt;
}

const ChartLine& rest_of(const Chart& chart)
{
    const auto rest = std::ranges::find_if(chart, &ChartLine::rest);
    base::ensure(rest != chart.end());
    return *rest;
}

bool is_due_day(const Schedule& schedule, base::Date date)
{
    const auto day = base::civil(date);
    const bool month_ends = base::civil({date.days + 1}).day == 1;
    if (day.day != schedule.day && !(month_ends && day.day < schedule.day)) return false;
    switch (schedule.frequency) {
        case Frequency::monthly:
            return true;
        case Frequency::quarterly:
            return day.month % 3 == 0;
        case Frequency::yearly:
            return day.month == schedule.month;
        default:
            return false;
    }
}

}  // namespace

bool falls_due(const Schedule& schedule, base::Date first, base::Date end)
{
    for (base::Date date = first; date < end; ++date.days) {
        if (is_due_day(schedule, date)) return true;
    }
    return false;
}

const ChartLine& line_of_own(const Chart& chart, std::string_view code)
{
    const ChartLine* best = nullptr;
    std::size_t best_fit = 0;
    for (const ChartLine& line : chart) {
        for (const auto& pattern : line.own) {
            const auto fit = fit_of(pattern, code);
            if (fit && (best == nullptr || *fit > best_fit)) {
                best = &line;
                best_fit = *fit;
            }
        }
    }
    return best == nullptr ? rest_of(chart) : *best;
}

const ChartLine& line_of_product(const Chart& chart, std::string_view product)
{
    const auto line = std::ranges::find_if(chart, [&](const ChartLine& one) {
        return std::ranges::find(one.products, product) != one.products.end();
    });
    return line == chart.end() ? rest_of(chart) : *line;
}

const ProductTerms* Terms::product(std::string_view code) const
{
    const auto found = std::ranges::find(products, code, &ProductTerms::code);
    return found == products.end() ? nullptr : &*found;
}

}  // namespace bank::end_of_day
