// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/mask.h>

#include <bank/customer/internal/letters.h>

#include <algorithm>

namespace bank::customer {

namespace {

constexpr std::size_t max_stars = 8;
constexpr std::size_t max_words = 4;

std::string stars(std::size_t count)
{
    return std::string(std::min(count, max_stars), '*');
}

std::string joined(const std::vector<Letter>& letters, std::size_t from, std::size_t to)
{
    std::string text;
    for (std::size_t i = from; i < to; ++i) text += letters[i].text;
    return text;
}

/// Shows `first` letters and `last`, and a star for each between.
std::string ends_of(const std::vector<Letter>& letters, std::size_t first, std::size_t last)
{
    const std::size_t size = letters.size();
    return joined(letters, 0, first) + stars(size - first - last) +
           joined(letters, size - last, size);
}

}  // namespace

std::string masked_name(std::string_view name)
{
    const std::vector<Letter> letters = letters_of(name);
    if (letters.size() <= 1) return "*";
    if (letters.front().ideograph) return letters.front().text + stars(letters.size() - 1);
    std::string text;
    std::size_t words = 0;
    bool at_start = true;
    for (const Letter& letter : letters) {
        if (letter.text == " ") {
            at_start = true;
        } else if (at_start) {
            if (++words > max_words) break;
            text += (text.empty() ? "" : " ") + letter.text + "***";
            at_start = false;
        }
    }
    return text.empty() ? "*" : text;
}

std::string masked_phone(std::string_view phone)
{
    const std::vector<Letter> letters = letters_of(phone);
    if (letters.size() < 4) return stars(letters.size());
    if (letters.size() < 11)
        return ends_of(letters, 0, std::min<std::size_t>(3, letters.size() / 3));
    const std::size_t first = letters.front().text == "+" ? 4 : 3;
    return joined(letters, 0, first) + "****" + joined(letters, letters.size() - 4, letters.size());
}

std::string masked_document(std::string_view number)
{
    const std::vector<Letter> letters = letters_of(number);
    return ends_of(letters, std::min<std::size_t>(6, letters.size() / 6 * 2),
                   std::min<std::size_t>(4, letters.size() / 4));
}

std::string masked_account(std::string_view number)
{
    const std::vector<Letter> letters = letters_of(number);
    if (letters.size() < 8) return stars(letters.size());
    return "**** " + joined(letters, letters.size() - 4, letters.size());
}

std::string masked_address(std::string_view address)
{
    const std::vector<Letter> letters = letters_of(address);
    const std::size_t shown = std::min<std::size_t>(6, letters.size() / 2);
    return joined(letters, 0, shown) + "****";
}

}  // namespace bank::customer
