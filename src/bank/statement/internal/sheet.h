// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/pdf/document.h>
#include <platform/qr/qr.h>

#include <string>

namespace bank::statement::internal {

/// What the foot of each page says, so that anyone may have the document verified.
struct Foot {
    std::string number;
    std::string code;
    std::string verify_url;
    std::string language;
};

/// The look that all PDF documents of the bank share: margins, head, foot with a QR code.
class Sheet {
public:
    static constexpr double left = 40;
    static constexpr double width = platform::pdf::page_width - 2 * left;
    static constexpr double bottom = platform::pdf::page_height - 112;  // Where the foot begins.

    static constexpr platform::pdf::Colour soft{0.29, 0.345, 0.4};
    static constexpr platform::pdf::Colour celadon{0.09, 0.42, 0.37};
    static constexpr platform::pdf::Colour line{0.85, 0.835, 0.8};

    Sheet(platform::pdf::Document& document, Foot foot, bool large);

    /// The next page with the bank's name and the title; answers where its content may begin.
    double begin_page(const std::string& bank, std::string_view title);

    /// A label and its text in one row of `width` from `x`; answers its height.
    double fact(double x, double y, double fact_width, std::string_view name,
                const std::string& value, bool strong = false);

    double size(double normal) const { return large_ ? normal * 1.6 : normal; }
    platform::pdf::Document& document() { return document_; }

private:
    void draw_foot();

    platform::pdf::Document& document_;
    const Foot foot_;
    const bool large_;
    platform::qr::Code code_;
    int page_ = 0;
};

}  // namespace bank::statement::internal
