// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace platform::pdf {

/// Lengths are points (1/72 inch) from the upper left corner of an A4 page.
inline constexpr double page_width = 595;
inline constexpr double page_height = 842;

enum class Weight { regular, bold };
enum class Align { left, right, centre };

struct Colour {
    double red = 0;  // 0 to 1, as the others.
    double green = 0;
    double blue = 0;
};

struct Style {
    double size = 10;
    Weight weight = Weight::regular;
    Align align = Align::left;
    Colour colour = {};
};

struct Place {
    double x;
    double y;  // Of the upper edge.
    double width;
};

/// A document that is drawn page after page.
class Document {
public:
    /// What readers show of it; `language` as in BCP 47.
    Document(std::string_view title, std::string_view author, std::string_view language);
    ~Document();
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    /// Begins the next page; before anything is drawn.
    void begin_page();

    /// One line of text; what does not fit ends in "…". Any bytes go: what is no UTF-8, and control
    /// characters, become "�".
    void text(const Place& place, std::string_view text, const Style& style);

    /// Text over as many lines as it needs; answers its height.
    double paragraph(const Place& place, std::string_view text, const Style& style);

    void rule(double x, double y, double width, double thickness, Colour colour);
    void box(double x, double y, double width, double height, Colour colour);
    /// A circle's line around (`x`, `y`).
    void ring(double x, double y, double radius, double thickness, Colour colour);

    /// A picture of `side` times `side` squares, dark or light, row by row; stored once however
    /// often it is drawn.
    void squares(double x, double y, double width, int side, const std::vector<bool>& dark);

    /// The whole file; nothing is drawn after it. Throws std::runtime_error where a page could not
    /// be drawn.
    std::string finish();

private:
    class Drawing;
    std::unique_ptr<Drawing> drawing_;
};

}  // namespace platform::pdf
