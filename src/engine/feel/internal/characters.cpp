// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/characters.h>

#include <algorithm>
#include <array>

#include <locale.h>
#include <wctype.h>

namespace engine::feel {
namespace {

struct Span {
    std::uint32_t first;
    std::uint32_t last;
};

/// Rule 28, beyond ASCII.
constexpr std::array name_starts{
    Span{0xC0, 0xD6},     Span{0xD8, 0xF6},     Span{0xF8, 0x2FF},    Span{0x370, 0x37D},
    Span{0x37F, 0x1FFF},  Span{0x200C, 0x200D}, Span{0x2070, 0x218F}, Span{0x2C00, 0x2FEF},
    Span{0x3001, 0xD7FF}, Span{0xF900, 0xFDCF}, Span{0xFDF0, 0xFFFC}, Span{0x10000, 0xEFFFF},
};

}  // namespace

Character character_at(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead < 0xC2   ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || at + length > text.size()) return {0xFFFD, 1};
    std::uint32_t code = lead & (0xFFU >> (length + 1));
    for (std::size_t next = 1; next < length; ++next) {
        const auto byte = static_cast<unsigned char>(text[at + next]);
        if ((byte & 0xC0) != 0x80) return {0xFFFD, 1};
        code = (code << 6) | (byte & 0x3FU);
    }
    return {code, length};
}

void append_character(std::string& text, std::uint32_t code)
{
    if (code < 0x80) {
        text += static_cast<char>(code);
        return;
    }
    if (code < 0x800) {
        text += static_cast<char>(0xC0 | (code >> 6));
    } else {
        if (code < 0x10000) {
            text += static_cast<char>(0xE0 | (code >> 12));
        } else {
            text += static_cast<char>(0xF0 | (code >> 18));
            text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        }
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    }
    text += static_cast<char>(0x80 | (code & 0x3F));
}

bool is_blank(std::uint32_t code)
{
    switch (code) {
        case ' ':
        case 0x85:
        case 0xA0:
        case 0x1680:
        case 0x180E:
        case 0x2028:
        case 0x2029:
        case 0x202F:
        case 0x205F:
        case 0x3000:
        case 0xFEFF:
            return true;
        default:
            return (code >= 0x9 && code <= 0xD) || (code >= 0x2000 && code <= 0x200B);
    }
}

bool is_name_start(std::uint32_t code)
{
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code == '_' ||
               code == '?';
    if (is_blank(code)) return false;
    return std::any_of(name_starts.begin(), name_starts.end(),
                       [&](const Span& span) { return code >= span.first && code <= span.last; });
}

bool is_name_part(std::uint32_t code)
{
    return (code >= '0' && code <= '9') || code == 0xB7 || (code >= 0x300 && code <= 0x36F) ||
           code == 0x203F || code == 0x2040 || is_name_start(code);
}

std::size_t character_count(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::size_t byte_of_character(std::string_view text, std::size_t number)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
        if (number-- == 0) return at;
    }
    return text.size();
}

namespace {

/// The C library's Unicode tables, whatever locale the process runs in.
locale_t unicode_locale()
{
    static const locale_t held = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return held;
}

}  // namespace

std::string upper_case_of(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = character_at(text, at);
        at += character.length;
        if (character.code == 0xDF) {
            out += "SS";
        } else {
            append_character(out, towupper_l(character.code, unicode_locale()));
        }
    }
    return out;
}

std::string lower_case_of(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = character_at(text, at);
        at += character.length;
        append_character(out, towlower_l(character.code, unicode_locale()));
    }
    return out;
}

}  // namespace engine::feel
