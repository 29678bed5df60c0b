// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/item.h>

namespace engine::dmn {
namespace {

using feel::Context;
using feel::List;
using feel::Value;

bool is_allowed(const Value& value, const Item& item, feel::Evaluation& evaluation)
{
    for (const feel::UnaryTests& tests : item.allowed) {
        const auto outcome = tests.evaluate(value, {}, evaluation);
        if (!outcome || !outcome.value().is_true()) return false;
    }
    return true;
}

bool has_inner_checks(const Item& item)
{
    if (item.element) return !item.element->allowed.empty() || has_inner_checks(*item.element);
    for (const Item::Component& component : item.components) {
        if (!component.item->allowed.empty() || has_inner_checks(*component.item)) return true;
    }
    return false;
}

bool inner_values_allowed(const Value& value, const Item& item, feel::Evaluation& evaluation)
{
    if (item.element && value.list() != nullptr) {
        for (const Value& each : *value.list()) {
            if (each.is_null()) continue;
            if (!is_allowed(each, *item.element, evaluation)) return false;
            if (!inner_values_allowed(each, *item.element, evaluation)) return false;
        }
    }
    if (value.context() == nullptr) return true;
    for (const Item::Component& component : item.components) {
        const Value* found = value.context()->find(component.name);
        if (found == nullptr || found->is_null()) continue;
        if (!is_allowed(*found, *component.item, evaluation)) return false;
        if (!inner_values_allowed(*found, *component.item, evaluation)) return false;
    }
    return true;
}

}  // namespace

std::optional<Value> conform(const Value& value, const Item& item, feel::Evaluation& evaluation)
{
    if (value.is_null()) return value;
    auto fitting = feel::coerce(value, item.type);
    if (!fitting) return std::nullopt;
    if (!is_allowed(*fitting, item, evaluation)) return std::nullopt;
    if (has_inner_checks(item) && !inner_values_allowed(*fitting, item, evaluation))
        return std::nullopt;
    return fitting;
}

}  // namespace engine::dmn
