// SPDX-License-Identifier: Apache-2.0
// What fields with `options_from` offer, and that nothing else is taken.
#include <bank/counter/internal/impl.h>
#include <bank/counter/internal/options.h>

#include <algorithm>

namespace bank::counter {

namespace json = platform::json;
using platform::sql::Snapshot;

namespace {

json::Object in_languages(const base::Text& text)
{
    json::Object object;
    for (const auto& [language, word] : text) object.set(language, word);
    return object;
}

/// Whether one value, or each of a list, is on offer.
bool all_offered(const json::Value& given, const json::Array& options)
{
    const auto known = [&](const json::Value& value) {
        return std::any_of(options.begin(), options.end(), [&](const json::Value& option) {
            return option["value"].text_or() == value.text_or();
        });
    };
    if (given.array() == nullptr) return known(given);
    return std::all_of(given.array()->begin(), given.array()->end(), known);
}

}  // namespace

void fill_options(json::Value& section, std::string_view field, const json::Array& options)
{
    json::Value* fields = section.object() == nullptr ? nullptr : section.object()->find("fields");
    if (fields == nullptr || fields->array() == nullptr) return;
    for (json::Value& each : *fields->array()) {
        if (each["name"].text_or() != field) continue;
        each.object()->set("options", options);
    }
}

std::optional<json::Array> Counter::Impl::offered(Snapshot& snapshot, std::string_view source,
                                                  const Offered& to) const
{
    if (source != "branches") {
        if (offering == nullptr) return std::nullopt;
        return offering(snapshot, to.id, source, to.applicant, to.service.settings);
    }
    json::Array units;
    for (const catalog::Unit& unit : catalog.bank().units) {
        if (unit.institution != institution || unit.address.empty()) continue;
        units.push_back(json::Object{{"value", json::Value{unit.code}},
                                     {"label", in_languages(unit.name)},
                                     {"hint", in_languages(unit.address)}});
    }
    return units;
}

void Counter::Impl::check_offered(Snapshot& snapshot, const Offered& to,
                                  const catalog::FormSection& section, const json::Object& data,
                                  std::vector<catalog::FieldFault>& faults) const
{
    for (const auto& [field, source] : section.options_from) {
        const json::Value* given = data.find(field);
        if (given == nullptr) continue;
        const auto options = offered(snapshot, source, to);
        if (!options || all_offered(*given, *options)) continue;
        faults.push_back({field, "form.not_offered", {}});
    }
}

}  // namespace bank::counter
