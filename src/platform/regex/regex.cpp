// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8

#include <platform/regex/regex.h>

#include <platform/regex/internal/translate.h>

#include <pcre2.h>

#include <optional>

namespace platform::regex {
namespace {

using base::Result;

constexpr std::size_t longest_pattern = 10'000;
constexpr std::size_t largest_output = 1 << 20;

struct FreeCode {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeData {
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeLimits {
    void operator()(pcre2_match_context* limits) const { pcre2_match_context_free(limits); }
};

}  // namespace

struct Pattern::Held {
    std::unique_ptr<pcre2_code, FreeCode> code;
};

namespace {

/// One subject's matches, from left to right.
class Matcher {
public:
    Matcher(const pcre2_code* code, std::string_view text)
        : code_(code),
          text_(text),
          data_(pcre2_match_data_create_from_pattern(code, nullptr)),
          limits_(pcre2_match_context_create(nullptr))
    {
        pcre2_set_match_limit(limits_.get(), 1'000'000);
        pcre2_set_depth_limit(limits_.get(), 10'000);
        pcre2_set_heap_limit(limits_.get(), 20'000);  // KiB
    }

    /// The next match at or behind `from`; nothing where there is none.
    Result<std::optional<std::pair<std::size_t, std::size_t>>> next(std::size_t from)
    {
        const int found = pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text_.data()),
                                      text_.size(), from, 0, data_.get(), limits_.get());
        if (found == PCRE2_ERROR_NOMATCH)
            return std::optional<std::pair<std::size_t, std::size_t>>{};
        if (found < 0)
            return base::rejected("regex.too_much_work",
                                  "The pattern takes too long on this text.");
        return std::optional(group(0).value());
    }

    std::optional<std::pair<std::size_t, std::size_t>> group(std::size_t number) const
    {
        if (number >= pcre2_get_ovector_count(data_.get())) return std::nullopt;
        const PCRE2_SIZE* places = pcre2_get_ovector_pointer(data_.get());
        if (places[2 * number] == PCRE2_UNSET) return std::pair<std::size_t, std::size_t>{0, 0};
        return std::pair{places[2 * number], places[2 * number + 1]};
    }

private:
    const pcre2_code* code_;
    std::string_view text_;
    std::unique_ptr<pcre2_match_data, FreeData> data_;
    std::unique_ptr<pcre2_match_context, FreeLimits> limits_;
};

Result<void> refuse_empty(const pcre2_code* code)
{
    Matcher matcher(code, "");
    if (TRY(matcher.next(0)))
        return base::invalid("regex.matches_nothing", "The pattern matches the empty text.");
    return {};
}

Result<void> append_replacement(std::string& out, std::string_view replacement,
                                const Matcher& matcher, std::string_view text)
{
    for (std::size_t at = 0; at < replacement.size(); ++at) {
        const char c = replacement[at];
        const char next = at + 1 < replacement.size() ? replacement[at + 1] : '\0';
        if (c == '\\' && (next == '\\' || next == '$')) {
            out += next;
            ++at;
        } else if (c == '$' && next >= '0' && next <= '9') {
            if (const auto group = matcher.group(static_cast<std::size_t>(next - '0')))
                out += text.substr(group->first, group->second - group->first);
            ++at;
        } else if (c == '\\' || c == '$') {
            return base::invalid("regex.bad_replacement",
                                 "\"$\" and \"\\\" need what they refer to.");
        } else {
            out += c;
        }
    }
    return {};
}

}  // namespace

Result<Pattern> Pattern::compile(std::string_view pattern, std::string_view flags)
{
    if (pattern.size() > longest_pattern)
        return base::invalid("regex.too_long", "The pattern is longer than 10,000 bytes.");
    std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    bool literal = false;
    bool ignore_blanks = false;
    for (const char flag : flags) {
        switch (flag) {
            case 's':
                options |= PCRE2_DOTALL;
                break;
            case 'm':
                options |= PCRE2_MULTILINE;
                break;
            case 'i':
                options |= PCRE2_CASELESS;
                break;
            case 'x':
                ignore_blanks = true;
                break;
            case 'q':
                literal = true;
                break;
            default:
                return base::invalid("regex.unknown_flag", "The flags are s, m, i, x and q.");
        }
    }
    std::string translated(pattern);
    if (literal) {
        options = (options & ~PCRE2_DOLLAR_ENDONLY & ~PCRE2_NEVER_BACKSLASH_C & ~PCRE2_UCP &
                   ~PCRE2_DOTALL & ~PCRE2_MULTILINE) |
                  PCRE2_LITERAL;
    } else {
        translated = TRY(translate(pattern, ignore_blanks));
    }
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto held = std::make_shared<Held>();
    held->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()),
                                   translated.size(), options, &error, &offset, nullptr));
    if (!held->code) return base::invalid("regex.malformed", "This is not a regular expression.");
    return Pattern(std::move(held));
}

Result<bool> Pattern::matches(std::string_view text) const
{
    Matcher matcher(held_->code.get(), text);
    return TRY(matcher.next(0)).has_value();
}

Result<std::string> Pattern::replace(std::string_view text, std::string_view replacement) const
{
    TRY(refuse_empty(held_->code.get()));
    Matcher matcher(held_->code.get(), text);
    std::string out;
    std::size_t from = 0;
    while (const auto match = TRY(matcher.next(from))) {
        if (match->second == match->first)
            return base::invalid("regex.matches_nothing", "The pattern matches an empty part.");
        out += text.substr(from, match->first - from);
        TRY(append_replacement(out, replacement, matcher, text));
        from = match->second;
        if (out.size() > largest_output)
            return base::rejected("regex.too_large", "The text grows beyond 1 MiB.");
    }
    return out + std::string(text.substr(from));
}

Result<std::vector<std::string>> Pattern::split(std::string_view text) const
{
    TRY(refuse_empty(held_->code.get()));
    Matcher matcher(held_->code.get(), text);
    std::vector<std::string> out;
    std::size_t from = 0;
    while (const auto match = TRY(matcher.next(from))) {
        if (match->second == match->first)
            return base::invalid("regex.matches_nothing", "The pattern matches an empty part.");
        out.emplace_back(text.substr(from, match->first - from));
        from = match->second;
    }
    out.emplace_back(text.substr(from));
    return out;
}

}  // namespace platform::regex
