// SPDX-License-Identifier: Apache-2.0
#include <platform/xml/internal/scan.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace platform::xml {
namespace {

using base::Error;
using base::Result;

bool is_character(std::uint32_t code)
{
    return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code <= 0xD7FF) ||
           (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

class Scanner {
public:
    Scanner(std::string_view text, std::string_view file_name, const Limits& limits,
            const std::vector<std::size_t>& starts)
        : text_(text), file_name_(file_name), limits_(limits), starts_(starts)
    {
    }

    Result<void> run()
    {
        TRY(check_characters());
        while (at_ < text_.size()) {
            if (text_[at_] == '<') {
                TRY(markup());
            } else if (text_[at_] == '&') {
                TRY(reference());
            } else {
                ++at_;
            }
        }
        if (!open_.empty()) return malformed("an element is not closed");
        if (nodes_ == 0) return malformed("there is no element");
        return {};
    }

private:
    Error refuse(std::string_view reason, std::string_view what) const
    {
        return base::invalid(reason, std::string(file_name_) + ":" +
                                         std::to_string(line_at(starts_, at_)) + ": " +
                                         std::string(what) + ".");
    }

    Error malformed(std::string_view what) const { return refuse("xml.malformed", what); }

    bool starts_with(std::string_view word) const { return text_.substr(at_).starts_with(word); }

    Result<void> skip_past(std::string_view end)
    {
        const std::size_t found = text_.find(end, at_);
        if (found == std::string_view::npos)
            return malformed("\"" + std::string(end) + "\" is missing");
        at_ = found + end.size();
        return {};
    }

    /// UTF-8 of the characters that XML 1.0 allows (section 2.2).
    Result<void> check_characters()
    {
        while (at_ < text_.size()) {
            const auto lead = static_cast<unsigned char>(text_[at_]);
            const std::size_t length = lead < 0x80   ? 1
                                       : lead < 0xC2 ? 0
                                       : lead < 0xE0 ? 2
                                       : lead < 0xF0 ? 3
                                       : lead < 0xF5 ? 4
                                                     : 0;
            if (length == 0 || at_ + length > text_.size()) return malformed("this is not UTF-8");
            std::uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
            for (std::size_t next = 1; next < length; ++next) {
                const auto byte = static_cast<unsigned char>(text_[at_ + next]);
                if ((byte & 0xC0) != 0x80) return malformed("this is not UTF-8");
                code = (code << 6) | (byte & 0x3FU);
            }
            if (!is_character(code)) return malformed("a character that XML does not allow");
            at_ += length;
        }
        at_ = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        return {};
    }

    Result<void> markup()
    {
        if (starts_with("<!--")) return skip_past("-->");
        if (starts_with("<![CDATA[")) return skip_past("]]>");
        if (starts_with("<?")) return skip_past("?>");
        if (starts_with("<!DOCTYPE"))
            return refuse("xml.doctype_refused", "a document type declaration is not accepted");
        if (starts_with("<!")) return malformed("unknown markup");
        return tag();
    }

    Result<void> tag()
    {
        const bool closes = starts_with("</");
        const std::size_t start = at_ + (closes ? 2 : 1);
        const std::size_t end = std::min(text_.find_first_of(" \t\r\n/>", start), text_.size());
        const std::string_view name = text_.substr(start, end - start);
        if (name.empty()) return malformed("a tag without a name");
        if (closes) {
            if (open_.empty() || open_.back() != name)
                return malformed("</" + std::string(name) + "> closes nothing that is open");
            open_.pop_back();
            return skip_past(">");
        }
        if (open_.empty() && nodes_ > 0) return malformed("a second root element");
        if (++nodes_ > limits_.nodes) return refuse("xml.too_many_nodes", "too many elements");
        if (open_.size() >= limits_.depth)
            return refuse("xml.too_deep",
                          "elements nest deeper than " + std::to_string(limits_.depth));
        at_ = end;
        return rest_of_start_tag(name);
    }

    Result<void> rest_of_start_tag(std::string_view name)
    {
        char quote = '\0';
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '&') {
                TRY(reference());
                --at_;
            } else if (quote != '\0') {
                if (c == '<') return malformed("\"<\" within an attribute");
                if (c == quote) quote = '\0';
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                if (text_[at_ - 1] != '/') open_.push_back(name);
                ++at_;
                return {};
            }
        }
        return malformed("a tag does not end");
    }

    /// One of XML's five entities or a character reference; at_ ends behind it.
    Result<void> reference()
    {
        const std::size_t end = text_.find(';', at_);
        if (end == std::string_view::npos || end - at_ > 12) return malformed("\"&\" alone");
        const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
        if (name.starts_with('#')) {
            const bool hex = name.starts_with("#x");
            const std::string_view digits = name.substr(hex ? 2 : 1);
            std::uint32_t code = 0;
            const auto read =
                std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
            if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() ||
                !is_character(code))
                return malformed("a character reference that names no character");
        } else if (name != "amp" && name != "lt" && name != "gt" && name != "quot" &&
                   name != "apos") {
            return refuse("xml.entity_refused", "an entity that is not one of XML's five");
        }
        at_ = end + 1;
        return {};
    }

    std::string_view text_;
    std::string_view file_name_;
    const Limits& limits_;
    const std::vector<std::size_t>& starts_;
    std::size_t at_ = 0;
    std::size_t nodes_ = 0;
    std::vector<std::string_view> open_;
};

}  // namespace

std::vector<std::size_t> line_starts(std::string_view text)
{
    std::vector<std::size_t> starts{0};
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1))
        starts.push_back(at + 1);
    return starts;
}

int line_at(const std::vector<std::size_t>& starts, std::size_t offset)
{
    return static_cast<int>(std::upper_bound(starts.begin(), starts.end(), offset) -
                            starts.begin());
}

Result<void> scan(std::string_view text, std::string_view file_name, const Limits& limits,
                  const std::vector<std::size_t>& starts)
{
    if (text.size() > limits.bytes)
        return base::invalid("xml.too_large", std::string(file_name) + ": more than " +
                                                  std::to_string(limits.bytes) + " bytes.");
    return Scanner(text, file_name, limits, starts).run();
}

}  // namespace platform::xml
