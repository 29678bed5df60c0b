// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/expression.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::dmn {

/// An item definition (DMN 1.5, 7.3.2): a type and what its values may be.
struct Item {
    struct Component;

    feel::Type type;
    /// Each must pass. allowedValues of a collection are its element's; its typeConstraint, which
    /// speaks of the whole, is its own.
    std::vector<feel::UnaryTests> allowed;
    std::shared_ptr<const Item> element;  // Of a collection.
    std::vector<Component> components;
};

struct Item::Component {
    std::string name;
    std::shared_ptr<const Item> item;
};

/// `value` as that item, with FEEL's implicit conversions; nothing where it does not fit.
std::optional<feel::Value> conform(const feel::Value& value, const Item& item,
                                   feel::Evaluation& evaluation);

}  // namespace engine::dmn
