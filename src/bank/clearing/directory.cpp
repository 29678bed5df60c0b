// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/directory.h>

#include <algorithm>

namespace bank::clearing {

namespace {

std::string lower(std::string_view text)
{
    std::string out{text};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace

bool Bank::issued_as_credit_card(std::string_view digits) const
{
    return std::any_of(credit_card_prefixes.begin(), credit_card_prefixes.end(),
                       [&](const auto& prefix) { return digits.starts_with(prefix); });
}

const Bank* Directory::find(std::string_view code) const
{
    const auto found = std::find_if(banks_.begin(), banks_.end(),
                                    [&](const Bank& bank) { return bank.code == code; });
    return found == banks_.end() ? nullptr : &*found;
}

const Bank* Directory::by_clearing_code(std::string_view clearing_code) const
{
    const auto found = std::find_if(banks_.begin(), banks_.end(), [&](const Bank& bank) {
        return bank.clearing_code == clearing_code;
    });
    return found == banks_.end() ? nullptr : &*found;
}

const Bank* Directory::recognise(std::string_view number) const
{
    std::string digits;
    for (const char c : number) {
        if (c >= '0' && c <= '9') digits += c;
    }
    const Bank* best = nullptr;
    std::size_t longest = 0;
    for (const Bank& bank : banks_) {
        for (const auto& prefix : bank.prefixes) {
            if (prefix.size() > longest && digits.starts_with(prefix)) {
                best = &bank;
                longest = prefix.size();
            }
        }
    }
    return best;
}

std::vector<const Bank*> Directory::search(std::string_view text, std::size_t limit) const
{
    const std::string wanted = lower(text);
    const auto holds = [&](std::string_view one) {
        return lower(one).find(wanted) != std::string::npos;
    };
    std::vector<const Bank*> found;
    for (const Bank& bank : banks_) {
        if (found.size() == limit) break;
        const bool hit = holds(bank.code) ||
                         std::any_of(bank.words.begin(), bank.words.end(), holds) ||
                         std::any_of(bank.name.begin(), bank.name.end(),
                                     [&](const auto& name) { return holds(name.second); });
        if (hit) found.push_back(&bank);
    }
    return found;
}

}  // namespace bank::clearing
