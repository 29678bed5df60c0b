// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/internal/sheet.h>

#include <bank/statement/internal/words.h>

namespace bank::statement::internal {

using platform::pdf::Align;
using platform::pdf::Weight;

Sheet::Sheet(platform::pdf::Document& document, Foot foot, bool large)
    : document_(document), foot_(std::move(foot)), large_(large)
{
    // An address too long for a code is read off the page instead.
    if (auto made = platform::qr::encode(foot_.verify_url)) code_ = std::move(made).value();
}

double Sheet::begin_page(const std::string& bank, std::string_view title)
{
    document_.begin_page();
    ++page_;
    document_.box(0, 0, platform::pdf::page_width, 6, celadon);
    document_.text({left, 28, width * 0.6}, bank, {.size = size(10), .colour = soft});
    const double title_size = page_ == 1 ? size(18) : size(11);
    const double top = 28 + size(10) * 1.6;
    document_.text({left, top, width}, title, {.size = title_size, .weight = Weight::bold});
    draw_foot();
    return top + title_size * 1.8;
}

double Sheet::fact(double x, double y, double fact_width, std::string_view name,
                   const std::string& value, bool strong)
{
    const double label_width = size(76);
    document_.text({x, y, label_width}, name, {.size = size(9), .colour = soft});
    document_.text({x + label_width, y, fact_width - label_width}, value,
                   {.size = size(9), .weight = strong ? Weight::bold : Weight::regular});
    return size(9) * 1.8;
}

void Sheet::draw_foot()
{
    constexpr double code_width = 68;
    const double top = bottom + 8;
    document_.rule(left, top, width, 0.5, line);
    const double y = top + 12;
    double x = left;
    if (code_.size > 0) {
        document_.squares(left, y, code_width, code_.size, code_.dark);
        x += code_width + 12;
    }
    const double room = platform::pdf::page_width - left - x;
    const std::string& language = foot_.language;
    const double text_size = large_ ? 11 : 8.5;
    const auto text = [&](double at, const std::string& words) {
        document_.text({x, at, room}, words, {.size = text_size, .colour = soft});
    };
    text(y, std::string{label("verify", language)});
    text(y + text_size * 1.7, std::string{label("number", language)} + " " + foot_.number + "    " +
                                  std::string{label("code", language)} + " " + foot_.code);
    text(y + text_size * 3.4, foot_.verify_url.substr(0, foot_.verify_url.find('#')));
    std::string page{label("page", language)};
    page.replace(page.find("%d"), 2, std::to_string(page_));
    document_.text({left, y + code_width - 10, width}, page,
                   {.size = text_size, .align = Align::right, .colour = soft});
}

}  // namespace bank::statement::internal
