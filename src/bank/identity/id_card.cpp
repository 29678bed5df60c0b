// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/id_card.h>
#include <bank/identity/internal/card_fields.h>
#include <bank/identity/internal/card_reading.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace bank::identity {

namespace {

using namespace platform;

// The order of the labels in the template of each side.
enum FrontLabel : std::size_t { name, sex, ethnicity, birth, address, number };
enum BackLabel : std::size_t { state, card_title, issuer, validity };

constexpr float sure_enough = .9F;
constexpr float address_right_edge = .66F;  // The portrait begins there.

/// What stands behind the label; and once more straight from its place where that was not sure.
template <class MakeField>
CardField field_at(const Reading& reading, CardSide side, std::span<const Glyph> glyphs,
                   MakeField make, std::array<float, 3> place, vision::TextReader& text)
{
    CardField field = make(glyphs);
    if (field.read && field.confidence >= sure_enough) return field;
    return surer(field, make(read_place(reading, side, place[0], place[1], place[2], text)));
}

/// The rows between birth and number, left of the portrait, without the label.
std::vector<Glyph> address_glyphs(const Reading& r)
{
    const float birth_y =
        r.labels[birth] ? r.rows[r.labels[birth]->row].y : height_of(r, CardSide::front, .405F);
    const float number_y =
        r.labels[number] ? r.rows[r.labels[number]->row].y : height_of(r, CardSide::front, .855F);
    std::vector<Glyph> out;
    for (std::size_t i = 0; i < r.rows.size(); ++i) {
        const Row& row = r.rows[i];
        if (row.y < birth_y + .05F || row.y > number_y - .06F) continue;
        const bool labelled = r.labels[address] && r.labels[address]->row == i;
        for (std::size_t g = 0; g < row.glyphs.size(); ++g) {
            const Glyph& glyph = row.glyphs[g];
            if (glyph.x > address_right_edge) continue;
            if (labelled ? g < r.labels[address]->end : glyph.x < .15F) continue;
            out.push_back(glyph);
        }
    }
    return out;
}

CardField read_number(const Reading& r, vision::TextReader& text)
{
    // The longest run of digits of any row, in case the label was not read.
    CardField best = number_field(r.after(number));
    for (const Row& row : r.rows)
        if (row.y > .7F && !best.read) best = surer(best, number_field(row.glyphs));
    // Seen again with other margins, until the check digit fits. It is never made to fit.
    for (const float left : {.32F, .3F, .335F}) {
        if (best.read && has_right_check_digit(best.text) && best.confidence > .6F) break;
        const CardField again =
            number_field(read_place(r, CardSide::front, left, .965F, .85F, text));
        if (!again.read) continue;
        const bool better = has_right_check_digit(again.text);
        if (!best.read || (better && !has_right_check_digit(best.text)) ||
            (better && again.confidence > best.confidence))
            best = again;
    }
    return best;
}

/// The face right of the print, with room around it.
vision::Image find_portrait(const vision::Image& card, vision::FaceReader& faces)
{
    const auto width = static_cast<float>(card.width), height = static_cast<float>(card.height);
    const vision::Image right = vision::crop(card, {.56F * width, 0, .44F * width, .86F * height});
    const std::vector<vision::Face> found = faces.find(right);
    if (found.empty()) return {};
    const vision::Box& box = found.front().box;
    const float room = .45F * box.width;
    return vision::crop(right,
                        {box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room});
}

base::Result<base::Date> date_of(const CardField& field)
{
    return base::parse_date(field.text);
}

platform::json::Value field_json(const CardField& field)
{
    return platform::json::Object{{"text", field.text},
                                  {"confidence", static_cast<double>(field.confidence)},
                                  {"read", field.read}};
}

}  // namespace

base::Result<CardFront> read_card_front(std::string_view picture, vision::TextReader& text,
                                        vision::FaceReader& faces)
{
    Reading r = TRY(read_side(picture, CardSide::front, text));
    const auto at = [&](std::size_t label, std::optional<std::size_t> until, auto make,
                        std::array<float, 3> place) {
        return field_at(r, CardSide::front, r.after(label, until), make, place, text);
    };
    CardFront out;
    out.name = at(name, {}, name_field, {.165F, .5F, .155F});
    out.sex = at(sex, ethnicity, sex_field, {.165F, .24F, .28F});
    out.ethnicity = at(ethnicity, {}, ethnicity_field, {.385F, .58F, .28F});
    out.birth_date = at(birth, {}, birth_field, {.165F, .53F, .405F});
    out.address = address_field(address_glyphs(r));
    out.number = read_number(r, text);
    out.portrait = find_portrait(r.picture, faces);
    out.picture = std::move(r.picture);
    const std::array fields{&out.name,       &out.sex,     &out.ethnicity,
                            &out.birth_date, &out.address, &out.number};
    if (std::ranges::count_if(fields, &CardField::read) < 2) return card_unreadable();
    return out;
}

base::Result<CardBack> read_card_back(std::string_view picture, vision::TextReader& text)
{
    Reading r = TRY(read_side(picture, CardSide::back, text));
    CardBack out;
    out.issuer =
        field_at(r, CardSide::back, r.after(issuer), issuer_field, {.36F, .95F, .715F}, text);
    Validity seen = validity_fields(r.after(validity));
    if (!seen.from.read || !seen.until.read || seen.from.confidence < sure_enough ||
        seen.until.confidence < sure_enough) {
        const Validity again =
            validity_fields(read_place(r, CardSide::back, .36F, .95F, .84F, text));
        seen.from = surer(seen.from, again.from);
        seen.until = surer(seen.until, again.until);
    }
    out.valid_from = std::move(seen.from);
    out.valid_until = std::move(seen.until);
    out.picture = std::move(r.picture);
    if (!out.issuer.read && !out.valid_from.read && !out.valid_until.read) return card_unreadable();
    return out;
}

std::vector<CardRemark> check_card(const CardFront& front, const CardBack& back, base::Date today)
{
    std::vector<CardRemark> out;
    if (front.number.read) {
        const base::Result<IdNumber> number = parse_id_number(front.number.text, today);
        if (!number) {
            out.push_back({number.error().reason, "number"});
        } else {
            if (front.birth_date.read &&
                front.birth_date.text != base::to_string(number.value().born))
                out.push_back({"identity.number_contradicts_birth_date", "birth_date"});
            if (front.sex.read && (front.sex.text == "男") != (number.value().sex == Sex::male))
                out.push_back({"identity.number_contradicts_sex", "sex"});
        }
    }
    if (front.portrait.empty()) out.push_back({"identity.no_portrait", "portrait"});

    const base::Result<base::Date> from = date_of(back.valid_from);
    if (back.valid_from.read && from && from.value() > today)
        out.push_back({"identity.card_not_yet_valid", "valid_from"});
    if (back.valid_until.read && back.valid_until.text != "长期") {
        const base::Result<base::Date> until = date_of(back.valid_until);
        if (until && until.value() < today) out.push_back({"identity.card_expired", "valid_until"});
        if (until && back.valid_from.read && from) {
            const base::YearMonthDay a = base::civil(from.value()), b = base::civil(until.value());
            const bool year =
                b.year - a.year == 5 || b.year - a.year == 10 || b.year - a.year == 20;
            // A card of 29 February ends on the day before or after in a common year.
            const bool day =
                (a.month == b.month && a.day == b.day) || (a.month == 2 && a.day == 29);
            if (!year || !day) out.push_back({"identity.card_validity_odd", "valid_until"});
        }
    }
    return out;
}

base::Result<IdCard> read_id_card(std::string_view front_picture, std::string_view back_picture,
                                  base::Date today, vision::TextReader& text,
                                  vision::FaceReader& faces)
{
    IdCard card;
    card.front = TRY(read_card_front(front_picture, text, faces));
    card.back = TRY(read_card_back(back_picture, text));
    card.remarks = check_card(card.front, card.back, today);
    return card;
}

base::Result<void> check_age(base::Date born, base::Date today, int least_years)
{
    if (base::age_on(born, today) < least_years)
        return base::rejected("identity.under_age",
                              "The person is younger than " + std::to_string(least_years) + ".");
    return {};
}

json::Value to_json(const CardFront& front)
{
    return json::Object{
        {"name", field_json(front.name)},           {"sex", field_json(front.sex)},
        {"ethnicity", field_json(front.ethnicity)}, {"birth_date", field_json(front.birth_date)},
        {"address", field_json(front.address)},     {"number", field_json(front.number)},
        {"portrait", !front.portrait.empty()}};
}

json::Value to_json(const CardBack& back)
{
    return json::Object{{"issuer", field_json(back.issuer)},
                        {"valid_from", field_json(back.valid_from)},
                        {"valid_until", field_json(back.valid_until)}};
}

}  // namespace bank::identity
