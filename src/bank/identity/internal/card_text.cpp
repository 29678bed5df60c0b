// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/internal/card_text.h>

#include <algorithm>
#include <cmath>

namespace bank::identity {

namespace {

std::uint32_t code_point(std::string_view c)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(c[i]); };
    if (c.size() == 1) return byte(0);
    if (c.size() == 2) return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    if (c.size() == 3)
        return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    return 0;
}

/// The plain form of a full-width character.
std::string narrowed(const std::string& c)
{
    const std::uint32_t code = code_point(c);
    if (code > 0xFF00 && code < 0xFF5F) return {static_cast<char>(code - 0xFEE0)};
    if (code == 0x3000) return " ";
    return c;
}

/// Where two of the reader's lines overlap, the character between them was read twice: the surer
/// reading stays.
void drop_doubles(std::vector<Glyph>& glyphs, float pitch)
{
    for (std::size_t i = 1; i < glyphs.size();) {
        const Glyph &a = glyphs[i - 1], &b = glyphs[i];
        if (a.line == b.line || b.x - a.x > pitch / 2) {
            ++i;
            continue;
        }
        const std::size_t worse = a.confidence < b.confidence ? i - 1 : i;
        glyphs.erase(glyphs.begin() + static_cast<std::ptrdiff_t>(worse));
    }
}

}  // namespace

std::string Row::text() const
{
    std::string out;
    for (const Glyph& glyph : glyphs) out += glyph.text;
    return out;
}

std::vector<std::string> characters(std::string_view text)
{
    std::vector<std::string> out;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        size = std::min(size, text.size() - i);
        out.emplace_back(text.substr(i, size));
        i += size;
    }
    return out;
}

bool is_han(std::string_view character)
{
    if (character.size() != 3) return false;
    const std::uint32_t code = code_point(character);
    return (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0x3400 && code <= 0x4DBF);
}

std::vector<Row> rows_of(const std::vector<platform::vision::TextLine>& lines, int width,
                         int height)
{
    std::vector<Row> rows;
    std::size_t number = 0;
    for (const platform::vision::TextLine& line : lines) {
        ++number;
        const float y = (line.box.y + line.box.height / 2) / static_cast<float>(height);
        const float tall = line.box.height / static_cast<float>(height);
        auto row = std::ranges::find_if(rows, [&](const Row& r) {
            return std::abs(r.y - y) < .45F * std::min(r.height, tall) + .005F;
        });
        if (row == rows.end()) row = rows.insert(rows.end(), Row{y, tall});
        for (const platform::vision::Character& c : line.characters) {
            std::string text = narrowed(c.text);
            if (text == " " || text.empty()) continue;
            row->glyphs.push_back(
                {std::move(text), c.confidence, c.x / static_cast<float>(width), number});
        }
    }
    std::erase_if(rows, [](const Row& r) { return r.glyphs.empty(); });
    const float shape = static_cast<float>(height) / static_cast<float>(width);
    for (Row& row : rows) {
        std::ranges::stable_sort(row.glyphs, {}, &Glyph::x);
        drop_doubles(row.glyphs, row.height * shape);
    }
    std::ranges::sort(rows, {}, &Row::y);
    return rows;
}

std::optional<Label> find_label(const std::vector<Row>& rows, std::string_view label)
{
    const std::vector<std::string> wanted = characters(label);
    const std::size_t tolerated = wanted.size() >= 4 ? wanted.size() / 3 : 0;
    std::optional<Label> best;
    std::size_t best_hits = wanted.size() - tolerated - 1;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const std::vector<Glyph>& glyphs = rows[r].glyphs;
        for (std::size_t at = 0; at + wanted.size() <= glyphs.size() + tolerated; ++at) {
            std::size_t hits = 0;
            for (std::size_t i = 0; i < wanted.size() && at + i < glyphs.size(); ++i)
                if (glyphs[at + i].text == wanted[i]) ++hits;
            if (hits <= best_hits) continue;
            best_hits = hits;
            best = Label{r, at, std::min(at + wanted.size(), glyphs.size())};
        }
    }
    return best;
}

}  // namespace bank::identity
