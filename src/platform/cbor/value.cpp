// SPDX-License-Identifier: Apache-2.0
#include <platform/cbor/value.h>

namespace platform::cbor {

const Value* Value::find(std::int64_t key) const
{
    const Map* members = map();
    if (members == nullptr) return nullptr;
    for (const auto& [name, value] : *members) {
        if (name.integer() != nullptr && *name.integer() == key) return &value;
    }
    return nullptr;
}

const Value* Value::find(std::string_view key) const
{
    const Map* members = map();
    if (members == nullptr) return nullptr;
    for (const auto& [name, value] : *members) {
        if (name.text() != nullptr && *name.text() == key) return &value;
    }
    return nullptr;
}

}  // namespace platform::cbor
