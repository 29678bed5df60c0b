// SPDX-License-Identifier: Apache-2.0
#include <platform/pdf/document.h>

#include <base/ensure.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <cstring>
#include <map>
#include <numbers>
#include <stdexcept>
#include <tuple>

namespace platform::pdf {

namespace {

// The first that is there draws; the others fill in what it lacks.
constexpr const char* families = "Noto Sans CJK SC, WenQuanYi Zen Hei, Noto Sans, sans-serif";
constexpr std::size_t most_kept_layouts = 4000;

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const
    {
        release(object);
    }
};
using Surface = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Release<cairo_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Release<g_object_unref>>;
using FontDescription = std::unique_ptr<PangoFontDescription, Release<pango_font_description_free>>;

cairo_status_t append(void* to, const unsigned char* data, unsigned int length)
{
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

/// UTF-8 that Pango takes, on one line.
std::string printable(std::string_view text)
{
    char* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    std::string made{valid};
    g_free(valid);
    for (char& c : made) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return made;
}

}  // namespace

class Document::Drawing {
public:
    Drawing(std::string_view title, std::string_view author, std::string_view language)
        : surface_(cairo_pdf_surface_create_for_stream(append, &bytes_, page_width, page_height)),
          context_(cairo_create(surface_.get()))
    {
        const auto set = [&](cairo_pdf_metadata_t what, std::string_view value) {
            cairo_pdf_surface_set_metadata(surface_.get(), what, printable(value).c_str());
        };
        set(CAIRO_PDF_METADATA_TITLE, title);
        set(CAIRO_PDF_METADATA_AUTHOR, author);
        pango_language_ = pango_language_from_string(std::string{language}.c_str());
    }

    void begin_page()
    {
        if (pages_++ > 0) cairo_show_page(context_.get());
    }

    /// A layout of the text; those of one line are kept, since a table says the same again and
    /// again.
    double draw(const Place& place, std::string_view raw, const Style& style, bool one_line)
    {
        const auto& colour = style.colour;
        cairo_set_source_rgb(context_.get(), colour.red, colour.green, colour.blue);
        Layout fresh;
        PangoLayout* layout = nullptr;
        if (one_line) {
            if (kept_.size() >= most_kept_layouts) kept_.clear();
            auto& kept = kept_[Key{std::string{raw}, style.size, style.weight, place.width}];
            if (!kept) kept = lay_out(place, raw, style, true);
            layout = kept.get();
        } else {
            fresh = lay_out(place, raw, style, false);
            layout = fresh.get();
        }
        int width = 0;
        int height = 0;
        pango_layout_get_size(layout, &width, &height);
        const double free = place.width - static_cast<double>(width) / PANGO_SCALE;
        const double shift = style.align == Align::right    ? free
                             : style.align == Align::centre ? free / 2
                                                            : 0;
        cairo_move_to(context_.get(), place.x + (one_line ? shift : 0), place.y);
        pango_cairo_show_layout(context_.get(), layout);
        return static_cast<double>(height) / PANGO_SCALE;
    }

    void rectangle(double x, double y, double width, double height, Colour colour)
    {
        cairo_set_source_rgb(context_.get(), colour.red, colour.green, colour.blue);
        cairo_rectangle(context_.get(), x, y, width, height);
        cairo_fill(context_.get());
    }

    void ring(double x, double y, double radius, double thickness, Colour colour)
    {
        cairo_set_source_rgb(context_.get(), colour.red, colour.green, colour.blue);
        cairo_set_line_width(context_.get(), thickness);
        cairo_new_path(context_.get());
        cairo_arc(context_.get(), x, y, radius, 0, 2 * std::numbers::pi);
        cairo_stroke(context_.get());
    }

    void squares(double x, double y, double width, int side, const std::vector<bool>& dark)
    {
        auto& picture = pictures_[dark];
        if (!picture) picture = picture_of(side, dark);
        cairo_save(context_.get());
        cairo_translate(context_.get(), x, y);
        cairo_scale(context_.get(), width / side, width / side);
        cairo_set_source_surface(context_.get(), picture.get(), 0, 0);
        cairo_pattern_set_filter(cairo_get_source(context_.get()), CAIRO_FILTER_NEAREST);
        cairo_paint(context_.get());
        cairo_restore(context_.get());
    }

    std::string finish()
    {
        kept_.clear();
        if (pages_ > 0) cairo_show_page(context_.get());
        const auto drawn = cairo_status(context_.get());
        cairo_surface_finish(surface_.get());
        const auto written = cairo_surface_status(surface_.get());
        for (const auto status : {drawn, written}) {
            if (status != CAIRO_STATUS_SUCCESS)
                throw std::runtime_error(std::string{"PDF: "} + cairo_status_to_string(status));
        }
        return std::move(bytes_);
    }

private:
    using Key = std::tuple<std::string, double, Weight, double>;

    Layout lay_out(const Place& place, std::string_view raw, const Style& style, bool one_line)
    {
        Layout layout{pango_cairo_create_layout(context_.get())};
        pango_context_set_language(pango_layout_get_context(layout.get()), pango_language_);
        pango_layout_set_font_description(layout.get(), font_of(style));
        const std::string text = printable(raw);
        pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
        if (one_line) {
            int width = 0;
            pango_layout_get_size(layout.get(), &width, nullptr);
            if (width <= place.width * PANGO_SCALE) return layout;
            pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
        } else {
            pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
            pango_layout_set_alignment(layout.get(), style.align == Align::right ? PANGO_ALIGN_RIGHT
                                                     : style.align == Align::centre
                                                         ? PANGO_ALIGN_CENTER
                                                         : PANGO_ALIGN_LEFT);
        }
        pango_layout_set_width(layout.get(), static_cast<int>(place.width * PANGO_SCALE));
        return layout;
    }

    static Surface picture_of(int side, const std::vector<bool>& dark)
    {
        Surface made{cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side)};
        auto* bytes = cairo_image_surface_get_data(made.get());
        const int stride = cairo_image_surface_get_stride(made.get());
        base::ensure(bytes != nullptr);
        for (int row = 0; row < side; ++row) {
            for (int column = 0; column < side; ++column) {
                const auto place = static_cast<std::size_t>(row * side + column);
                std::memset(bytes + row * stride + column * 4, dark.at(place) ? 0x00 : 0xFF, 4);
            }
        }
        cairo_surface_mark_dirty(made.get());
        return made;
    }

    const PangoFontDescription* font_of(const Style& style)
    {
        auto& font = fonts_[{style.size, style.weight}];
        if (!font) {
            font.reset(pango_font_description_from_string(families));
            pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
            pango_font_description_set_weight(
                font.get(), style.weight == Weight::bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        }
        return font.get();
    }

    std::string bytes_;
    Surface surface_;
    Context context_;
    PangoLanguage* pango_language_ = nullptr;
    std::map<std::pair<double, Weight>, FontDescription> fonts_;
    std::map<Key, Layout> kept_;
    std::map<std::vector<bool>, Surface> pictures_;
    int pages_ = 0;
};

Document::Document(std::string_view title, std::string_view author, std::string_view language)
    : drawing_(std::make_unique<Drawing>(title, author, language))
{
}

Document::~Document() = default;

void Document::begin_page()
{
    drawing_->begin_page();
}

void Document::text(const Place& place, std::string_view text, const Style& style)
{
    drawing_->draw(place, text, style, true);
}

double Document::paragraph(const Place& place, std::string_view text, const Style& style)
{
    return drawing_->draw(place, text, style, false);
}

void Document::rule(double x, double y, double width, double thickness, Colour colour)
{
    drawing_->rectangle(x, y, width, thickness, colour);
}

void Document::box(double x, double y, double width, double height, Colour colour)
{
    drawing_->rectangle(x, y, width, height, colour);
}

void Document::ring(double x, double y, double radius, double thickness, Colour colour)
{
    drawing_->ring(x, y, radius, thickness, colour);
}

void Document::squares(double x, double y, double width, int side, const std::vector<bool>& dark)
{
    drawing_->squares(x, y, width, side, dark);
}

std::string Document::finish()
{
    return drawing_->finish();
}

}  // namespace platform::pdf
