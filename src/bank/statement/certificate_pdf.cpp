// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/certificate.h>
#include <bank/statement/internal/sheet.h>
#include <bank/statement/internal/words.h>

#include <algorithm>

namespace bank::statement {

using internal::label;
using internal::Sheet;
using platform::pdf::Align;
using platform::pdf::Weight;

namespace {

constexpr platform::pdf::Colour seal_red{0.72, 0.11, 0.11};
constexpr double seal_radius = 62;

/// The round seal: the bank's name, what it stands under, and the code that proves it.
void draw_seal(platform::pdf::Document& document, double x, double y, const Manner& manner,
               std::string_view code)
{
    document.ring(x, y, seal_radius, 2.5, seal_red);
    document.ring(x, y, seal_radius - 5, 0.7, seal_red);
    const auto line = [&](double offset, std::string_view text, double size, Weight weight) {
        document.text({x - seal_radius + 12, y + offset, 2 * seal_radius - 24}, text,
                      {.size = size, .weight = weight, .align = Align::centre, .colour = seal_red});
    };
    line(-30, manner.bank, 9, Weight::bold);
    line(-8, label("certificate_seal", manner.language), 12, Weight::bold);
    line(18, code, 9, Weight::regular);
}

}  // namespace

std::string certificate_pdf(const Certificate& certificate, std::string_view holder,
                            std::string_view account_number, std::string_view code,
                            const Manner& manner)
{
    const std::string& language = manner.language;
    platform::pdf::Document document{label("certificate", language), manner.bank,
                                     language == "en" ? "en" : "zh-CN"};
    const std::string number = number_of(certificate);
    Sheet sheet{document, {number, std::string{code}, manner.verify_url, language}, manner.large};
    double y = sheet.begin_page(manner.bank, label("certificate", language));
    y += 20;
    y += document.paragraph({Sheet::left, y, Sheet::width}, label("certificate_text", language),
                            {.size = sheet.size(11)});
    y += 18;
    document.text(
        {Sheet::left, y, Sheet::width},
        internal::grouped(certificate.amount) + " " + std::string{certificate.amount.currency.code},
        {.size = sheet.size(24), .weight = Weight::bold, .align = Align::centre});
    y += sheet.size(24) * 2;
    document.rule(Sheet::left, y, Sheet::width, 0.5, Sheet::line);
    y += 16;
    const auto fact = [&](std::string_view name, const std::string& value) {
        y += sheet.fact(Sheet::left, y, Sheet::width, label(name, language), value) + 4;
    };
    fact("holder", std::string{holder});
    fact("account", internal::in_fours(account_number));
    fact("certificate_from", base::to_string(certificate.from));
    fact("certificate_until", base::to_string(certificate.until));
    fact("made", internal::local_time(certificate.issued_at, manner.utc_offset_minutes));
    fact("number", number);
    fact("code", std::string{code});
    y += 14;
    document.paragraph({Sheet::left, y, Sheet::width * 0.6}, label("certificate_note", language),
                       {.size = sheet.size(9), .colour = Sheet::soft});
    draw_seal(document, Sheet::left + Sheet::width - seal_radius - 6,
              std::min(y + seal_radius + 16, Sheet::bottom - seal_radius - 6), manner, code);
    return document.finish();
}

}  // namespace bank::statement
