// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/directory.h>

#include <base/money.h>

#include <algorithm>

namespace bank::clearing {

using base::Result;
using platform::json::Value;

namespace {

std::string lower(std::string_view text)
{
    std::string out{text};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::vector<std::string> texts(const Value& value)
{
    std::vector<std::string> out;
    if (const auto* list = value.array()) {
        for (const auto& one : *list) out.emplace_back(one.text_or());
    }
    return out;
}

/// Zero where it is no amount: then nothing may be taken.
std::int64_t minor_units(const Value& value)
{
    const auto amount = base::parse_money(value.text_or("0"), {"CNY", 2});
    return amount ? amount.value().minor_units : 0;
}

Result<Bank> read_bank(const Value& value)
{
    Bank bank{.code = std::string{value["code"].text_or()},
              .clearing_code = std::string{value["clearing_code"].text_or()},
              .name = {},
              .reach = Reach::network,
              .prefixes = texts(value["prefixes"]),
              .words = texts(value["words"]),
              .credit_card_prefixes = texts(value["credit_cards"]),
              .wallet_partner = std::string{value["wallet"]["partner"].text_or()},
              .wallet_most_per_payment = minor_units(value["wallet"]["per_payment"]),
              .wallet_most_per_day = minor_units(value["wallet"]["per_day"])};
    for (const char* language : {"zh", "en"}) {
        const auto name = value["name"][language].text_or();
        if (!name.empty()) bank.name.emplace(language, name);
    }
    const bool digits =
        std::all_of(bank.prefixes.begin(), bank.prefixes.end(), [](const auto& one) {
            return !one.empty() && one.find_first_not_of("0123456789") == one.npos;
        });
    if (bank.code.empty() || bank.name.size() != 2 || !digits ||
        (bank.clearing_code.size() != 8 && bank.clearing_code.size() != 11)) {
        return base::invalid("clearing.directory_invalid",
                             "bank \"" + bank.code +
                                 "\": code, names in zh and en, a clearing code of 8 or 11 "
                                 "characters and prefixes of digits are needed");
    }
    return bank;
}

}  // namespace

bool Bank::issued_as_credit_card(std::string_view digits) const
{
    return std::any_of(credit_card_prefixes.begin(), credit_card_prefixes.end(),
                       [&](const auto& prefix) { return digits.starts_with(prefix); });
}

Result<std::vector<Bank>> Directory::read(const Value& data)
{
    const auto* list = data["banks"].array();
    if (list == nullptr) return base::invalid("clearing.directory_invalid", "no list of banks");
    std::vector<Bank> banks;
    for (const auto& one : *list) {
        banks.push_back(TRY(read_bank(one)));
        for (std::size_t i = 0; i + 1 < banks.size(); ++i) {
            if (banks[i].code == banks.back().code ||
                banks[i].clearing_code == banks.back().clearing_code) {
                return base::invalid("clearing.directory_invalid",
                                     "bank \"" + banks.back().code + "\" stands there twice");
            }
        }
    }
    return banks;
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
