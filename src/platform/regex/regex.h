// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace platform::regex {

/// A regular expression of XPath and XQuery Functions 3.1, section 5.6 (which is XML Schema's with
/// ^, $, back-references, reluctant quantifiers and flags), matched on UTF-8 within a bound of
/// work.
///
/// Not known: the blocks of Unicode (\p{IsGreek}); they are refused.
class Pattern {
public:
    /// `flags` of s, m, i, x, q. Errors: regex.unknown_flag, regex.malformed, regex.too_long
    /// (10,000 bytes).
    static base::Result<Pattern> compile(std::string_view pattern, std::string_view flags);

    /// Whether some part of `text` matches. Errors of all three: regex.too_much_work.
    base::Result<bool> matches(std::string_view text) const;

    /// Every match replaced, where $1 to $9 stand for groups and \$ and \\ for themselves. Errors:
    /// regex.matches_nothing (it matches the empty text), regex.bad_replacement, regex.too_large
    /// (over 1 MiB).
    base::Result<std::string> replace(std::string_view text, std::string_view replacement) const;

    /// The parts between the matches. Errors: regex.matches_nothing.
    base::Result<std::vector<std::string>> split(std::string_view text) const;

private:
    struct Held;
    explicit Pattern(std::shared_ptr<const Held> held) : held_(std::move(held)) {}

    std::shared_ptr<const Held> held_;
};

}  // namespace platform::regex
