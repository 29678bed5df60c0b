// SPDX-License-Identifier: Apache-2.0
#include <platform/regex/internal/translate.h>

namespace platform::regex {
namespace {

using base::Error;
using base::Result;

constexpr std::string_view name_start = "_:\\p{L}";
constexpr std::string_view name_rest = "\\-._:\\p{L}\\p{M}\\p{N}";

class Translator {
public:
    Translator(std::string_view pattern, bool ignore_blanks)
        : pattern_(pattern), ignore_blanks_(ignore_blanks)
    {
    }

    Result<std::string> run()
    {
        while (at_ < pattern_.size()) TRY(item());
        return std::move(out_);
    }

private:
    static Error malformed(const char* what)
    {
        return base::invalid("regex.malformed", std::string("The pattern ") + what + ".");
    }

    char peek(std::size_t ahead = 0) const
    {
        return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0';
    }

    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

    Result<void> item()
    {
        const char c = peek();
        if (ignore_blanks_ && is_blank(c)) {
            ++at_;
            return {};
        }
        switch (c) {
            case '\\':
                return escape(false);
            case '[': {
                out_ += TRY(character_class(0));
                return {};
            }
            case '(':
                if (peek(1) == '?' && peek(2) != ':') return malformed("has an unknown group");
                if (peek(1) == '*') return malformed("has a verb");
                break;
            case '*':
            case '+':
            case '?':
            case '}':
                if (out_.empty()) return malformed("repeats nothing");
                out_ += c;
                ++at_;
                if (peek() == '+') return malformed("has a possessive repeat");
                return {};
            default:
                break;
        }
        out_ += c;
        ++at_;
        return {};
    }

    /// A class escape as it may stand inside brackets; \w and \W there need a property of their
    /// own.
    Result<void> escape(bool in_class)
    {
        const char kind = peek(1);
        at_ += 2;
        const auto either = [&](std::string_view set, bool positive) {
            if (in_class && !positive) return false;
            out_ += in_class ? std::string(set)
                             : std::string(positive ? "[" : "[^") + std::string(set) + "]";
            return true;
        };
        switch (kind) {
            case 'n':
            case 'r':
            case 't':
            case 'd':
            case 'D':
            case '\\':
            case '|':
            case '.':
            case '?':
            case '*':
            case '+':
            case '(':
            case ')':
            case '{':
            case '}':
            case '-':
            case '[':
            case ']':
            case '^':
            case '$':
                out_ += std::string("\\") + kind;
                return {};
            case 's':
                either(" \\t\\n\\r", true);
                return {};
            case 'S':
                if (!either(" \\t\\n\\r", false)) return malformed("has \\S within brackets");
                return {};
            case 'i':
                either(name_start, true);
                return {};
            case 'c':
                either(name_rest, true);
                return {};
            case 'I':
                if (!either(name_start, false)) return malformed("has \\I within brackets");
                return {};
            case 'C':
                if (!either(name_rest, false)) return malformed("has \\C within brackets");
                return {};
            case 'w':
                out_ += in_class ? "\\p{L}\\p{M}\\p{N}\\p{S}" : "[^\\p{P}\\p{Z}\\p{C}]";
                return {};
            case 'W':
                out_ += in_class ? "\\p{P}\\p{Z}\\p{C}" : "[\\p{P}\\p{Z}\\p{C}]";
                return {};
            case 'p':
            case 'P':
                return property(kind);
            default:
                if (!in_class && kind >= '1' && kind <= '9') {
                    out_ += std::string("\\g{") + kind + "}";
                    return {};
                }
                return malformed("has an unknown escape");
        }
    }

    Result<void> property(char kind)
    {
        const std::size_t end = pattern_.find('}', at_);
        if (peek() != '{' || end == std::string_view::npos)
            return malformed("has an open property");
        const std::string_view name = pattern_.substr(at_ + 1, end - at_ - 1);
        if (name.empty() || name.size() > 2) return malformed("names an unknown property");
        out_ += std::string("\\") + kind + "{" + std::string(name) + "}";
        at_ = end + 1;
        return {};
    }

    /// [a-z-[aeiou]] becomes (?:(?![aeiou])[a-z]).
    Result<std::string> character_class(int depth)
    {
        if (depth > 20) return malformed("nests brackets too deeply");
        std::string saved = std::move(out_);
        out_ = "[";
        ++at_;
        if (peek() == '^') {
            out_ += '^';
            ++at_;
        }
        std::string except;
        bool empty = true;
        while (peek() != ']') {
            if (at_ >= pattern_.size()) return malformed("has an open bracket");
            if (peek() == '-' && peek(1) == '[') {
                ++at_;
                std::string inner = TRY(character_class(depth + 1));
                except = "(?!" + inner + ")";
                if (peek() != ']') return malformed("goes on behind a subtraction");
                break;
            }
            if (peek() == '[') return malformed("has \"[\" within brackets");
            empty = false;
            if (peek() == '\\') {
                TRY(escape(true));
            } else {
                out_ += peek();
                ++at_;
            }
        }
        if (empty) return malformed("has empty brackets");
        ++at_;
        std::string whole = out_ + "]";
        if (!except.empty()) whole = "(?:" + except + whole + ")";
        out_ = std::move(saved);
        return whole;
    }

    std::string_view pattern_;
    bool ignore_blanks_;
    std::size_t at_ = 0;
    std::string out_;
};

}  // namespace

Result<std::string> translate(std::string_view pattern, bool ignore_blanks)
{
    return Translator(pattern, ignore_blanks).run();
}

}  // namespace platform::regex
