// SPDX-License-Identifier: Apache-2.0
#include <platform/cbor/value.h>

#include <cbor.h>

#include <algorithm>
#include <array>

namespace platform::cbor {

namespace {

class Encoder {
public:
    void add(const Value& value)
    {
        if (const auto* number = value.integer()) {
            if (*number >= 0) {
                head(cbor_encode_uint, static_cast<std::uint64_t>(*number));
            } else {
                head(cbor_encode_negint, static_cast<std::uint64_t>(-1 - *number));
            }
        } else if (const auto* bytes = value.bytes()) {
            head(cbor_encode_bytestring_start, bytes->size());
            out.insert(out.end(), bytes->begin(), bytes->end());
        } else if (const auto* text = value.text()) {
            head(cbor_encode_string_start, text->size());
            out.insert(out.end(), text->begin(), text->end());
        } else if (const auto* array = value.array()) {
            head(cbor_encode_array_start, array->size());
            for (const Value& element : *array) add(element);
        } else if (const auto* map = value.map()) {
            add_map(*map);
        } else {
            add_simple(value);
        }
    }

    Bytes out;

private:
    template <class Encode, class Argument>
    void head(Encode encode, Argument argument)
    {
        std::array<unsigned char, 9> buffer;
        const size_t size = encode(argument, buffer.data(), buffer.size());
        out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
    }

    void add_map(const Map& map)
    {
        std::vector<std::pair<Bytes, const Value*>> members;
        for (const auto& [key, value] : map) members.emplace_back(encode(key), &value);
        std::ranges::sort(members, {}, &std::pair<Bytes, const Value*>::first);
        head(cbor_encode_map_start, members.size());
        for (const auto& [key, value] : members) {
            out.insert(out.end(), key.begin(), key.end());
            add(*value);
        }
    }

    void add_simple(const Value& value)
    {
        if (const auto* truth = value.boolean()) {
            head(cbor_encode_bool, *truth);
        } else if (const auto* real = value.real()) {
            head(cbor_encode_double, *real);
        } else {
            constexpr std::uint8_t null = 22;
            constexpr std::uint8_t undefined = 23;
            head(cbor_encode_ctrl, value.is_null() ? null : undefined);
        }
    }
};

}  // namespace

Bytes encode(const Value& value)
{
    Encoder encoder;
    encoder.add(value);
    return std::move(encoder.out);
}

}  // namespace platform::cbor
