// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/internal/card_reading.h>

#include <platform/vision/document.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace bank::identity {

namespace {

using namespace platform;

// GA 448-2003 (the layout of the second-generation card), in shares of the card.
constexpr std::array<TemplateLabel, 6> front_labels{{{"姓名", .105F, .155F},
                                                     {"性别", .105F, .28F},
                                                     {"民族", .335F, .28F},
                                                     {"出生", .105F, .405F},
                                                     {"住址", .105F, .525F},
                                                     {"公民身份号码", .155F, .855F}}};
constexpr std::array<TemplateLabel, 4> back_labels{{{"中华人民共和国", .58F, .2F},
                                                    {"居民身份证", .58F, .37F},
                                                    {"签发机关", .26F, .715F},
                                                    {"有效期限", .26F, .84F}}};
constexpr std::size_t enough_labels = 2;
constexpr std::size_t least_number_digits = 17;  // A validity has 16.
constexpr float least_sharpness = 12;
constexpr float least_brightness = .12F;
constexpr float most_glare = .3F;

std::span<const TemplateLabel> template_of(CardSide side)
{
    if (side == CardSide::front) return front_labels;
    return back_labels;
}

std::vector<std::optional<Label>> find_labels(const std::vector<Row>& rows, CardSide side)
{
    std::vector<std::optional<Label>> out;
    for (const TemplateLabel& label : template_of(side))
        out.push_back(find_label(rows, label.text));
    return out;
}

std::size_t count(const std::vector<std::optional<Label>>& labels)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(labels, [](const auto& label) { return label.has_value(); }));
}

std::size_t digits_in(const Row& row)
{
    return static_cast<std::size_t>(std::ranges::count_if(row.glyphs, [](const Glyph& g) {
        return g.text.size() == 1 && g.text[0] >= '0' && g.text[0] <= '9';
    }));
}

/// What speaks for the wanted side and for the other.
struct Sides {
    Reading reading{};
    std::vector<std::optional<Label>> other{};
    bool other_number_row = false;

    std::size_t here() const { return reading.labels_found() + (reading.number_row ? 2 : 0); }
    std::size_t there() const { return count(other) + (other_number_row ? 2 : 0); }
    std::size_t most() const { return std::max(here(), there()); }
};

Sides read_as_it_lies(vision::Image picture, CardSide side, vision::TextReader& text)
{
    Sides out;
    const std::vector<vision::TextLine> lines = text.read(picture);
    out.reading.rows = rows_of(lines, picture.width, picture.height);
    out.reading.labels = find_labels(out.reading.rows, side);
    out.other =
        find_labels(out.reading.rows, side == CardSide::front ? CardSide::back : CardSide::front);
    out.reading.picture = std::move(picture);
    // The long number low on the card is as good as two labels, which are printed in weaker ink.
    for (const Row& row : out.reading.rows)
        if (row.y > .75F && row.y < .95F && digits_in(row) >= least_number_digits)
            (side == CardSide::front ? out.reading.number_row : out.other_number_row) = true;
    return out;
}

/// As it lies or on its head, whichever shows more labels.
Sides read_upright(vision::Image picture, CardSide side, vision::TextReader& text)
{
    vision::Image turned = vision::rotated(picture, 2);
    Sides first = read_as_it_lies(std::move(picture), side, text);
    if (first.most() >= enough_labels) return first;
    Sides second = read_as_it_lies(std::move(turned), side, text);
    return second.most() > first.most() ? std::move(second) : std::move(first);
}

/// value = scale · template + shift, least squares over the labels found; as it is with fewer than
/// two apart.
struct Line {
    float scale = 1, shift = 0;
    float operator()(float t) const { return scale * t + shift; }
};

Line fitted(std::span<const std::pair<float, float>> pairs)
{
    float st = 0, sv = 0, stt = 0, stv = 0;
    const auto n = static_cast<float>(pairs.size());
    for (const auto& [t, v] : pairs) st += t, sv += v, stt += t * t, stv += t * v;
    const float spread = stt - st * st / std::max(n, 1.F);
    if (pairs.size() < 2 || spread < .02F) return {};
    const float scale = (stv - st * sv / n) / spread;
    return {scale, (sv - scale * st) / n};
}

Line heights(const Reading& reading, CardSide side)
{
    std::vector<std::pair<float, float>> pairs;
    for (std::size_t i = 0; i < reading.labels.size(); ++i)
        if (const auto& label = reading.labels[i])
            pairs.emplace_back(template_of(side)[i].y, reading.rows[label->row].y);
    return fitted(pairs);
}

Line widths(const Reading& reading, CardSide side)
{
    std::vector<std::pair<float, float>> pairs;
    for (std::size_t i = 0; i < reading.labels.size(); ++i) {
        const auto& label = reading.labels[i];
        if (!label) continue;
        const std::vector<Glyph>& glyphs = reading.rows[label->row].glyphs;
        pairs.emplace_back(template_of(side)[i].x,
                           (glyphs[label->begin].x + glyphs[label->end - 1].x) / 2);
    }
    return fitted(pairs);
}

}  // namespace

std::size_t Reading::labels_found() const
{
    return count(labels);
}

std::span<const Glyph> Reading::after(std::size_t i, std::optional<std::size_t> until) const
{
    const std::optional<Label>& label = labels[i];
    if (!label) return {};
    const std::span<const Glyph> glyphs = rows[label->row].glyphs;
    std::size_t end = glyphs.size();
    if (until && labels[*until] && labels[*until]->row == label->row &&
        labels[*until]->begin >= label->end)
        end = labels[*until]->begin;
    return glyphs.subspan(label->end, end - label->end);
}

base::Result<Reading> read_side(std::string_view photograph, CardSide side,
                                vision::TextReader& text)
{
    const vision::Image picture = TRY(vision::decode_image(photograph));
    if (vision::measure_quality(picture).brightness < least_brightness) return card_unreadable();

    Sides best;
    if (std::optional<vision::Card> card = vision::find_card(picture))
        best = read_upright(std::move(card->picture), side, text);
    if (best.most() < enough_labels) {
        Sides whole = read_upright(vision::as_card(picture), side, text);
        if (best.reading.picture.empty() || whole.most() > best.most()) best = std::move(whole);
    }

    best.reading.quality = vision::measure_quality(best.reading.picture);
    if (best.there() >= enough_labels && best.there() > best.here())
        return base::invalid("identity.card_wrong_side",
                             side == CardSide::front ? "This is the side with the emblem; the side "
                                                       "with the portrait is needed."
                                                     : "This is the side with the portrait; the "
                                                       "side with the emblem is needed.");
    if (best.here() < enough_labels) {
        const vision::Quality& q = best.reading.quality;
        if (q.sharpness < least_sharpness || q.glare_share > most_glare || best.most() == 1)
            return card_unreadable();
        return base::invalid("identity.not_an_id_card",
                             "No resident identity card is seen in the picture.");
    }
    return std::move(best.reading);
}

float height_of(const Reading& reading, CardSide side, float y)
{
    return heights(reading, side)(y);
}

std::vector<Glyph> read_place(const Reading& reading, CardSide side, float x0, float x1, float y,
                              vision::TextReader& text)
{
    constexpr float half_height = .042F;
    const Line down = heights(reading, side), across = widths(reading, side);
    const auto width = static_cast<float>(reading.picture.width);
    const auto height = static_cast<float>(reading.picture.height);
    const float left = across(x0) * width, top = down(y - half_height) * height;
    const vision::Image place =
        vision::crop(reading.picture,
                     {left, top, across(x1) * width - left, down(y + half_height) * height - top});
    if (place.width < 16 || place.height < 8) return {};
    const vision::TextLine line = text.read_line(place);
    const std::vector<Row> rows = rows_of({line}, place.width, place.height);
    return rows.empty() ? std::vector<Glyph>{} : rows.front().glyphs;
}

}  // namespace bank::identity
