// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/password.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace bank::authentication {

using base::Result;

namespace {

constexpr std::size_t min_bytes = 8;
constexpr std::size_t max_bytes = 128;
constexpr std::size_t personal_run = 6;

/// The most used that the patterns below do not catch, in lower case and without what follows the
/// letters: these with digits or signs behind them are as easy.
constexpr std::array<std::string_view, 12> common{"password", "passw0rd", "p@ssw0rd", "iloveyou",
                                                  "woaini",   "welcome",  "letmein",  "football",
                                                  "sunshine", "princess", "admin",    "qwerty"};

constexpr std::array<std::string_view, 3> keyboard_rows{"qwertyuiop", "asdfghjkl", "zxcvbnm"};

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// A run like "12345678", "87654321" or "aaaaaaaa": each step the same, of at most one.
bool is_run(std::string_view text)
{
    const int step = text[1] - text[0];
    if (step < -1 || step > 1) return false;
    for (std::size_t i = 2; i < text.size(); ++i) {
        const int here = text[i] - text[i - 1];
        const bool wraps = (text[i - 1] == '9' && text[i] == '0' && step == 1) ||
                           (text[i - 1] == '0' && text[i] == '9' && step == -1);
        if (here != step && !wraps) return false;
    }
    return true;
}

/// A piece of at most a third of it, over and over.
bool is_repetition(std::string_view text)
{
    for (std::size_t period = 1; period <= text.size() / 3 || period == 2; ++period) {
        if (text.substr(period) == text.substr(0, text.size() - period)) return true;
    }
    return false;
}

bool is_common(std::string_view text)
{
    for (const std::string_view word : common) {
        if (text.starts_with(word) &&
            std::ranges::none_of(text.substr(word.size()), [](unsigned char c) {
                return std::isalpha(c) != 0 || c >= 0x80;
            })) {
            return true;
        }
    }
    return std::ranges::any_of(keyboard_rows, [&](std::string_view row) {
        return row.find(text) != std::string_view::npos;
    });
}

std::string digits_of(std::string_view text)
{
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits),
                         [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

/// Whether the password holds a run of six digits of something personal.
bool holds_run_of(std::string_view password, std::string_view personal)
{
    const std::string digits = digits_of(personal);
    for (std::size_t i = 0; i + personal_run <= digits.size(); ++i) {
        if (password.find(digits.substr(i, personal_run)) != std::string_view::npos) return true;
    }
    return false;
}

}  // namespace

Result<void> check_password_rules(std::string_view password, std::span<const std::string> personal)
{
    if (password.size() < min_bytes) {
        return base::invalid("authentication.password_too_short",
                             "a password has at least 8 characters");
    }
    if (password.size() > max_bytes) {
        return base::invalid("authentication.password_too_long",
                             "a password has at most 128 characters");
    }
    const std::string text = lower(password);
    if (is_run(text) || is_repetition(text) || is_common(text)) {
        return base::invalid("authentication.password_too_simple",
                             "this password is too easy to guess");
    }
    if (std::ranges::any_of(personal,
                            [&](const std::string& p) { return holds_run_of(text, p); })) {
        return base::invalid("authentication.password_personal",
                             "the password holds a part of your phone number, birth date or "
                             "identity number");
    }
    return {};
}

}  // namespace bank::authentication
