// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/internal/card_fields.h>

#include <algorithm>
#include <array>

namespace bank::identity {

namespace {

constexpr float least_confidence = .65F;

/// The 55 minorities and the majority by GB/T 3304-1991, and what is printed for the unrecognised.
constexpr std::array<std::string_view, 58> ethnicities{
    "汉",   "蒙古",     "回",     "藏",     "维吾尔", "苗",   "彝",       "壮",     "布依",
    "朝鲜", "满",       "侗",     "瑶",     "白",     "土家", "哈尼",     "哈萨克", "傣",
    "黎",   "傈僳",     "佤",     "畲",     "高山",   "拉祜", "水",       "东乡",   "纳西",
    "景颇", "柯尔克孜", "土",     "达斡尔", "仫佬",   "羌",   "布朗",     "撒拉",   "毛南",
    "仡佬", "锡伯",     "阿昌",   "普米",   "塔吉克", "怒",   "乌孜别克", "俄罗斯", "鄂温克",
    "德昂", "保安",     "裕固",   "京",     "塔塔尔", "独龙", "鄂伦春",   "赫哲",   "门巴",
    "珞巴", "基诺",     "穿青人", "其他"};

bool is_digit(std::string_view c)
{
    return c.size() == 1 && c[0] >= '0' && c[0] <= '9';
}

/// Gathers characters and the mean of their confidences, and remembers the least.
class Gathered {
public:
    void add(std::string_view text, float confidence)
    {
        text_ += text;
        sum_ += confidence;
        least_ = std::min(least_, confidence);
        ++count_;
    }

    bool empty() const { return count_ == 0; }
    const std::string& text() const { return text_; }

    /// Halfway between the mean and the weakest character: one wrong character spoils a field.
    float confidence() const
    {
        return empty() ? 0 : (sum_ / static_cast<float>(count_) + least_) / 2;
    }

    CardField field(std::string text, bool sensible) const
    {
        const bool read = sensible && confidence() >= least_confidence;
        return {std::move(text), confidence(), read};
    }

private:
    std::string text_;
    float sum_ = 0, least_ = 1;
    int count_ = 0;
};

/// A digit as it is, or as what is often read in its place; nothing for all else.
std::optional<char> as_digit(std::string_view c)
{
    if (is_digit(c)) return c[0];
    static constexpr std::array<std::pair<std::string_view, char>, 12> look_alikes{{{"O", '0'},
                                                                                    {"o", '0'},
                                                                                    {"D", '0'},
                                                                                    {"Q", '0'},
                                                                                    {"I", '1'},
                                                                                    {"l", '1'},
                                                                                    {"|", '1'},
                                                                                    {"Z", '2'},
                                                                                    {"S", '5'},
                                                                                    {"B", '8'},
                                                                                    {"〇", '0'},
                                                                                    {"!", '1'}}};
    const auto* found =
        std::ranges::find(look_alikes, c, &std::pair<std::string_view, char>::first);
    if (found == look_alikes.end()) return std::nullopt;
    return found->second;
}

std::string iso_date(std::string_view year, int month, int day)
{
    std::string out{year};
    for (const int part : {month, day}) {
        out += part < 10 ? "-0" : "-";
        out += std::to_string(part);
    }
    return out;
}

int number_of(std::string_view digits)
{
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

/// 20160504 → 2016-05-04; empty where there is no such day.
std::string date_of_eight(std::string_view digits)
{
    const int month = number_of(digits.substr(4, 2)), day = number_of(digits.substr(6, 2));
    if (!base::make_date(number_of(digits.substr(0, 4)), month, day)) return {};
    return iso_date(digits.substr(0, 4), month, day);
}

}  // namespace

CardField name_field(std::span<const Glyph> glyphs)
{
    Gathered name;
    for (const Glyph& g : glyphs) {
        // Names of minorities are joined by a middle dot, which is printed in several forms.
        if (g.text == "·" || g.text == "•" || g.text == "." || g.text == "・")
            name.add("·", g.confidence);
        else if (is_han(g.text))
            name.add(g.text, g.confidence);
    }
    return name.field(name.text(), characters(name.text()).size() >= 2);
}

CardField sex_field(std::span<const Glyph> glyphs)
{
    for (const Glyph& g : glyphs)
        if (g.text == "男" || g.text == "女")
            return {g.text, g.confidence, g.confidence >= least_confidence};
    return {};
}

CardField ethnicity_field(std::span<const Glyph> glyphs)
{
    Gathered seen;
    for (const Glyph& g : glyphs)
        if (is_han(g.text)) seen.add(g.text, g.confidence);
    return seen.field(seen.text(),
                      std::ranges::find(ethnicities, seen.text()) != ethnicities.end());
}

CardField birth_field(std::span<const Glyph> glyphs)
{
    Gathered all;
    std::array<std::string, 3> parts;  // Year, month, day.
    std::size_t part = 0;
    for (const Glyph& g : glyphs) {
        if (const std::optional<char> digit = as_digit(g.text)) {
            // Where the sign for "year" was not seen, the fifth digit begins the month.
            if (part == 0 && parts[0].size() == 4) part = 1;
            if (part < 3) parts[part] += *digit;
            all.add(g.text, g.confidence);
        } else if (!parts[part].empty() && part < 2) {
            ++part;
        }
    }
    const bool sized = parts[0].size() == 4 && !parts[1].empty() && parts[1].size() <= 2 &&
                       !parts[2].empty() && parts[2].size() <= 2;
    if (!sized) return all.field(all.text(), false);
    const int month = number_of(parts[1]), day = number_of(parts[2]);
    const bool exists = base::make_date(number_of(parts[0]), month, day).has_value();
    return all.field(iso_date(parts[0], month, day), exists);
}

CardField address_field(std::span<const Glyph> glyphs)
{
    Gathered all;
    for (const Glyph& g : glyphs) {
        if (g.text == "一" && !all.empty() &&
            is_digit(std::string_view(all.text()).substr(all.text().size() - 1)))
            all.add("-", g.confidence);  // Between numbers it is a dash.
        else if (is_han(g.text) || g.text == "·" ||
                 (g.text.size() == 1 &&
                  std::string_view{" .,:;'`\"_~"}.find(g.text[0]) == std::string_view::npos))
            all.add(g.text, g.confidence);
    }
    return all.field(all.text(), characters(all.text()).size() >= 6);
}

CardField number_field(std::span<const Glyph> glyphs)
{
    Gathered all;
    for (const Glyph& g : glyphs) {
        if (const std::optional<char> digit = as_digit(g.text))
            all.add(std::string(1, *digit), g.confidence);
        else if (g.text == "X" || g.text == "x" || g.text == "×" || g.text == "K")
            all.add("X", g.confidence);
    }
    const std::string& s = all.text();
    const bool sensible =
        s.size() == 18 && std::string_view(s).substr(0, 17).find('X') == std::string_view::npos;
    return all.field(s, sensible);
}

CardField issuer_field(std::span<const Glyph> glyphs)
{
    Gathered all;
    for (const Glyph& g : glyphs)
        if (is_han(g.text)) all.add(g.text, g.confidence);
    return all.field(all.text(), characters(all.text()).size() >= 4);
}

Validity validity_fields(std::span<const Glyph> glyphs)
{
    Gathered from, until;
    bool endless = false;
    for (const Glyph& g : glyphs) {
        if (const std::optional<char> digit = as_digit(g.text)) {
            (from.text().size() < 8 ? from : until).add(std::string(1, *digit), g.confidence);
        } else if (g.text == "长" || g.text == "期") {
            if (!endless) until = {};
            endless = true;
            until.add(g.text, g.confidence);
        }
    }
    Validity out;
    const bool from_whole = from.text().size() == 8;
    const std::string first = from_whole ? date_of_eight(from.text()) : std::string{};
    out.from = from.field(first.empty() ? from.text() : first, !first.empty());
    if (endless) {
        out.until = until.field("长期", true);
    } else {
        const std::string last =
            until.text().size() == 8 ? date_of_eight(until.text()) : std::string{};
        out.until = until.field(last.empty() ? until.text() : last, !last.empty());
    }
    return out;
}

bool has_right_check_digit(std::string_view number)
{
    return number.size() == 18 &&
           std::ranges::all_of(number.substr(0, 17), [](char c) { return c >= '0' && c <= '9'; }) &&
           id_check_character(number.substr(0, 17)) == number[17];
}

const CardField& surer(const CardField& a, const CardField& b)
{
    if (a.read != b.read) return a.read ? a : b;
    return a.confidence >= b.confidence ? a : b;
}

}  // namespace bank::identity
