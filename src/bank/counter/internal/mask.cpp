// SPDX-License-Identifier: Apache-2.0
#include <bank/counter/counter.h>

#include <algorithm>

namespace bank::counter {

namespace {

/// The bytes of the first `count` characters of UTF-8.
std::size_t first(std::string_view text, std::size_t count)
{
    std::size_t at = 0;
    while (at < text.size() && count > 0) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
        --count;
    }
    return at;
}

std::string middle_hidden(std::string_view text, std::size_t head, std::size_t tail)
{
    if (text.size() <= head + tail) return std::string(text.size(), '*');
    return std::string{text.substr(0, head)} + std::string(text.size() - head - tail, '*') +
           std::string{text.substr(text.size() - tail)};
}

}  // namespace

std::string Counter::masked(catalog::Mask mask, std::string_view value)
{
    using catalog::Mask;
    if (value.empty()) return {};
    switch (mask) {
        case Mask::none:
            break;
        case Mask::name:
            return std::string{value.substr(0, first(value, 1))} + "**";
        case Mask::id_number:
            return middle_hidden(value, 4, 4);
        case Mask::phone:
            return middle_hidden(value, 3, 4);
        case Mask::account:
            return middle_hidden(value, 4, 4);
        case Mask::address:
            return std::string{value.substr(0, first(value, 6))} + "****";
        case Mask::date:
            return std::string{value.substr(0, std::min<std::size_t>(4, value.size()))} + "-**-**";
    }
    return std::string{value};
}

}  // namespace bank::counter
