// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/characters.h>
#include <engine/feel/internal/parser.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace engine::feel {
namespace {

constexpr std::array<std::string_view, 9> infix_words{
    "and", "or", "between", "in", "instance", "then", "else", "return", "satisfies"};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

}  // namespace

char Parser::peek(std::size_t ahead) const
{
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
}

void Parser::skip_blanks()
{
    while (at_ < text_.size()) {
        const Character character = character_at(text_, at_);
        if (is_blank(character.code)) {
            at_ += character.length;
        } else if (peek() == '/' && peek(1) == '/') {
            at_ = std::min(text_.find('\n', at_), text_.size());
        } else if (peek() == '/' && peek(1) == '*') {
            const std::size_t end = text_.find("*/", at_ + 2);
            if (end == std::string_view::npos) return;
            at_ = end + 2;
        } else {
            return;
        }
    }
}

bool Parser::at_end()
{
    skip_blanks();
    return at_ == text_.size();
}

bool Parser::sees(std::string_view sign)
{
    skip_blanks();
    return text_.substr(at_).starts_with(sign);
}

bool Parser::skip(std::string_view sign)
{
    if (!sees(sign)) return false;
    at_ += sign.size();
    return true;
}

bool Parser::sees_word(std::string_view word)
{
    if (!sees(word)) return false;
    const std::size_t end = at_ + word.size();
    return end == text_.size() || !is_name_part(character_at(text_, end).code);
}

bool Parser::skip_word(std::string_view word)
{
    if (!sees_word(word)) return false;
    at_ += word.size();
    return true;
}

Position Parser::here() const
{
    if (at_ < counted_to_) {
        counted_to_ = 0;
        counted_ = {};
    }
    for (; counted_to_ < at_; ++counted_to_) {
        const auto byte = static_cast<unsigned char>(text_[counted_to_]);
        if (byte == '\n') {
            ++counted_.line;
            counted_.column = 1;
        } else if ((byte & 0xC0) != 0x80) {
            ++counted_.column;
        }
    }
    return counted_;
}

base::Error Parser::refuse(std::string_view reason, const std::string& detail) const
{
    const Position position = here();
    return base::invalid(reason, std::to_string(position.line) + ":" +
                                     std::to_string(position.column) + " " + detail);
}

base::Error Parser::expected(std::string_view what)
{
    skip_blanks();
    std::string found = "the end";
    if (at_ < text_.size()) {
        const std::size_t length = character_at(text_, at_).length;
        found = "\"" + std::string(text_.substr(at_, length)) + "\"";
    }
    return refuse("feel.syntax", "Expected " + std::string(what) + ", found " + found + ".");
}

/// A name that nobody has declared yet: words up to a sign, or up to a word that joins operands.
base::Result<std::string> Parser::words(bool stop_at_keywords)
{
    std::string out;
    for (;;) {
        const std::size_t before = at_;
        skip_blanks();
        std::size_t end = at_;
        while (end < text_.size()) {
            const Character character = character_at(text_, end);
            const bool fits = end == at_ && out.empty() ? is_name_start(character.code)
                                                        : is_name_part(character.code);
            if (!fits) break;
            end += character.length;
        }
        const std::string_view word = text_.substr(at_, end - at_);
        const bool joins =
            stop_at_keywords && !out.empty() &&
            std::find(infix_words.begin(), infix_words.end(), word) != infix_words.end();
        if (word.empty() || joins) {
            at_ = before;
            break;
        }
        if (!out.empty()) out += ' ';
        out += word;
        at_ = end;
    }
    if (out.empty()) return expected("a name");
    return out;
}

/// The key of a context's entry: a string, or a name of any signs up to the colon.
base::Result<std::string> Parser::key()
{
    skip_blanks();
    if (peek() == '"') return quoted();
    const std::size_t end = text_.find_first_of(":{}[]()\",", at_);
    if (end == std::string_view::npos || text_[end] != ':') return expected("a name and a colon");
    const std::string_view written = text_.substr(at_, end - at_);
    if (written.empty() || !is_name_start(character_at(written, 0).code)) return expected("a name");
    at_ = end;
    return normal_name(written);
}

base::Result<std::string> Parser::quoted()
{
    std::string out;
    ++at_;
    for (;;) {
        const std::size_t end = text_.find_first_of("\"\\", at_);
        if (end == std::string_view::npos) {
            at_ = text_.size();
            return expected("the closing quote");
        }
        out += text_.substr(at_, end - at_);
        at_ = end + 1;
        if (text_[end] == '"') return out;
        TRY(escape(out));
    }
}

base::Result<void> Parser::escape(std::string& out)
{
    const char kind = peek();
    ++at_;
    switch (kind) {
        case 'n':
            out += '\n';
            return {};
        case 't':
            out += '\t';
            return {};
        case 'r':
            out += '\r';
            return {};
        case '"':
        case '\\':
        case '\'':
            out += kind;
            return {};
        case 'u':
        case 'U':
            break;
        default:
            out += '\\';
            --at_;
            return {};
    }
    const auto hexadecimal = [&](std::size_t digits) -> std::optional<std::uint32_t> {
        const std::string_view written = text_.substr(std::min(at_, text_.size()), digits);
        std::uint32_t code = 0;
        const auto read =
            std::from_chars(written.data(), written.data() + written.size(), code, 16);
        if (written.size() != digits || read.ptr != written.data() + digits) return std::nullopt;
        at_ += digits;
        return code;
    };
    auto code = hexadecimal(kind == 'u' ? 4 : 6);
    if (!code)
        return refuse("feel.syntax", "An escape needs 4 hexadecimal digits, or 6 after \\U.");
    if (*code >= 0xD800 && *code < 0xDC00 && peek() == '\\' && peek(1) == 'u') {
        at_ += 2;
        const auto low = hexadecimal(4);
        if (!low || *low < 0xDC00 || *low > 0xDFFF)
            return refuse("feel.syntax", "Half of a surrogate pair.");
        code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
    }
    if (*code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF))
        return refuse("feel.syntax", "An escape that names no character.");
    append_character(out, *code);
    return {};
}

Parser::Parsed Parser::number()
{
    const Position position = here();
    const std::size_t start = at_;
    while (is_digit(peek())) ++at_;
    if (peek() == '.' && is_digit(peek(1))) {
        ++at_;
        while (is_digit(peek())) ++at_;
    }
    if (peek() == 'e' || peek() == 'E') {
        const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
        if (is_digit(peek(sign))) {
            at_ += sign;
            while (is_digit(peek())) ++at_;
        }
    }
    const auto value = Number::parse(text_.substr(start, at_ - start));
    if (!value) return refuse("feel.syntax", value.error().detail);
    return NodePointer(std::make_shared<Constant>(position, Value(value.value())));
}

Parser::Parsed Parser::at_literal()
{
    const Position position = here();
    ++at_;
    skip_blanks();
    if (peek() != '"') return expected("a quoted date, time or duration behind \"@\"");
    const std::string text = TRY(quoted());
    const auto constant = [&](Value value) -> Parsed {
        return NodePointer(std::make_shared<Constant>(position, std::move(value)));
    };
    if (const auto date = parse_date(text)) return constant(*date);
    if (const auto time = parse_date_time(text)) return constant(*time);
    if (const auto time = parse_time(text)) return constant(*time);
    if (const auto duration = parse_month_duration(text)) return constant(*duration);
    if (const auto duration = parse_day_duration(text)) return constant(*duration);
    warnings_.push_back({position, "feel.not_a_date", "This is no date, time or duration."});
    if (unknown_ == Unknown::refuse)
        return refuse("feel.syntax", "This is no date, time or duration.");
    return constant({});
}

}  // namespace engine::feel
