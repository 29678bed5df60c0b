// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/value.h>
#include <platform/xml/xml.h>

#include <optional>

namespace engine::dmn {

/// What an inputNode, expected, item or component of the kit's test cases stands for.
feel::Value test_value(const platform::xml::Node& node);

/// Whether `got` is what a case expects: numbers within 1e-8, a text where the case names no type.
bool meets(const feel::Value& got, const feel::Value& expected);

}  // namespace engine::dmn
