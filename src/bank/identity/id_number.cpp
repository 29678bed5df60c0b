// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/id_number.h>

#include <base/ensure.h>

#include <algorithm>
#include <array>
#include <utility>

namespace bank::identity {

namespace {

constexpr std::size_t number_length = 18;
constexpr int earliest_birth_year = 1900;

/// GB/T 2260-2007; 81 to 83 are the residence permits of residents of Hong Kong, Macao and Taiwan.
constexpr std::array<std::pair<std::string_view, std::string_view>, 34> provinces{{
    {"11", "北京市"},           {"12", "天津市"},         {"13", "河北省"},
    {"14", "山西省"},           {"15", "内蒙古自治区"},   {"21", "辽宁省"},
    {"22", "吉林省"},           {"23", "黑龙江省"},       {"31", "上海市"},
    {"32", "江苏省"},           {"33", "浙江省"},         {"34", "安徽省"},
    {"35", "福建省"},           {"36", "江西省"},         {"37", "山东省"},
    {"41", "河南省"},           {"42", "湖北省"},         {"43", "湖南省"},
    {"44", "广东省"},           {"45", "广西壮族自治区"}, {"46", "海南省"},
    {"50", "重庆市"},           {"51", "四川省"},         {"52", "贵州省"},
    {"53", "云南省"},           {"54", "西藏自治区"},     {"61", "陕西省"},
    {"62", "甘肃省"},           {"63", "青海省"},         {"64", "宁夏回族自治区"},
    {"65", "新疆维吾尔自治区"}, {"81", "香港特别行政区"}, {"82", "澳门特别行政区"},
    {"83", "台湾省"},
}};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int number_at(std::string_view digits, std::size_t from, std::size_t count)
{
    int value = 0;
    for (const char c : digits.substr(from, count)) value = value * 10 + (c - '0');
    return value;
}

/// Without blanks, full-width forms made plain, X in upper case. At most one character too many is
/// kept, so that any length of input ends soon.
std::string plain(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size() && out.size() <= number_length; ++i) {
        const char c = text[i];
        // U+FF10 to U+FF19 are EF BC 90 to 99; U+FF38 and U+FF58 are X and x.
        if (c == '\xEF' && i + 2 < text.size()) {
            const std::string_view wide = text.substr(i, 3);
            const char low = static_cast<char>(wide[2] - '\x90' + '0');
            if (wide[1] == '\xBC' && is_digit(low)) {
                out += low;
                i += 2;
                continue;
            }
            if (wide == "Ｘ" || wide == "ｘ") {
                out += 'X';
                i += 2;
                continue;
            }
        }
        if (c == ' ') continue;
        out += c == 'x' ? 'X' : c;
    }
    return out;
}

}  // namespace

std::string_view to_string(Sex sex)
{
    return sex == Sex::male ? "male" : "female";
}

std::string_view province_of(std::string_view region_code)
{
    const auto* found = std::ranges::find(provinces, region_code.substr(0, 2),
                                          &std::pair<std::string_view, std::string_view>::first);
    return found == provinces.end() ? std::string_view{} : found->second;
}

char id_check_character(std::string_view first_17_digits)
{
    base::ensure(first_17_digits.size() == number_length - 1);
    // ISO 7064 MOD 11-2: double and add; the whole is congruent to 1.
    int rest = 0;
    for (const char c : first_17_digits) rest = (rest + (c - '0')) * 2 % 11;
    return "10X98765432"[rest];
}

base::Result<IdNumber> parse_id_number(std::string_view text, base::Date today)
{
    IdNumber out{plain(text), {}, Sex::male};
    const std::string_view s = out.text;
    if (s.size() != number_length || !std::ranges::all_of(s.substr(0, 17), is_digit) ||
        !(is_digit(s[17]) || s[17] == 'X'))
        return base::invalid("identity.number_malformed",
                             "An identity number has 17 digits and a check character.");
    if (province_of(s).empty())
        return base::invalid("identity.number_region", "The number's region code does not exist.");
    const base::Result<base::Date> born =
        base::make_date(number_at(s, 6, 4), number_at(s, 10, 2), number_at(s, 12, 2));
    if (!born || number_at(s, 6, 4) < earliest_birth_year || born.value() > today)
        return base::invalid("identity.number_birth_date",
                             "The number's birth date is impossible.");
    if (id_check_character(s.substr(0, 17)) != s[17])
        return base::invalid("identity.number_check_digit",
                             "The number's check character does not fit: a digit is wrong.");
    out.born = born.value();
    out.sex = number_at(s, 14, 3) % 2 == 1 ? Sex::male : Sex::female;
    return out;
}

std::string masked_id_number(std::string_view text)
{
    const std::string s = plain(text);
    if (s.size() != number_length) return std::string(s.size(), '*');
    return s.substr(0, 4) + std::string(10, '*') + s.substr(14);
}

}  // namespace bank::identity
