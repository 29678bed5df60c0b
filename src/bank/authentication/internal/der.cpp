// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/der.h>

namespace bank::authentication::der {

namespace {

constexpr std::uint8_t kind_bits = 0xe0;
constexpr std::uint8_t tag_bits = 0x1f;

}  // namespace

std::optional<Element> first(ByteView bytes)
{
    std::size_t at = 0;
    const auto next = [&]() -> std::optional<std::uint8_t> {
        if (at >= bytes.size()) return std::nullopt;
        return bytes[at++];
    };
    const auto identifier = next();
    if (!identifier) return std::nullopt;
    std::uint32_t tag = *identifier & tag_bits;
    if (tag == tag_bits) {  // Numbers from 31 on, in groups of 7 bits.
        tag = 0;
        for (int groups = 0;; ++groups) {
            const auto byte = next();
            if (!byte || groups == 4) return std::nullopt;
            tag = (tag << 7) | (*byte & 0x7fU);
            if ((*byte & 0x80U) == 0) break;
        }
    }
    const auto head = next();
    if (!head) return std::nullopt;
    std::size_t length = *head;
    if (*head >= 0x80) {
        const int count = *head & 0x7f;
        if (count == 0 || count > 3) return std::nullopt;
        length = 0;
        for (int i = 0; i < count; ++i) {
            const auto byte = next();
            if (!byte) return std::nullopt;
            length = (length << 8) | *byte;
        }
    }
    if (bytes.size() - at < length) return std::nullopt;
    return Element{static_cast<std::uint8_t>(*identifier & kind_bits), tag,
                   bytes.subspan(at, length), bytes.subspan(at + length)};
}

std::optional<ByteView> octet_string(ByteView bytes)
{
    const auto element = first(bytes);
    if (!element || element->kind != universal || element->tag != octet_string_tag ||
        !element->rest.empty()) {
        return std::nullopt;
    }
    return element->content;
}

std::optional<std::vector<Element>> elements(ByteView content)
{
    std::vector<Element> all;
    while (!content.empty()) {
        const auto element = first(content);
        if (!element) return std::nullopt;
        all.push_back(*element);
        content = element->rest;
    }
    return all;
}

std::optional<std::int64_t> small_integer(const Element& element)
{
    if (element.kind != universal ||
        (element.tag != integer_tag && element.tag != enumerated_tag) || element.content.empty() ||
        element.content.size() > 8 || element.content[0] >= 0x80) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    for (const std::uint8_t byte : element.content) value = (value << 8) | byte;
    return value;
}

}  // namespace bank::authentication::der
