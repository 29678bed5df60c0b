// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/identity/id_card.h>
#include <bank/identity/internal/card_text.h>

#include <optional>
#include <span>

namespace bank::identity {

// Each makes a field of the glyphs that stand in its place. `read` is false where they do not make
// sense as that field or are too unsure.

CardField name_field(std::span<const Glyph> glyphs);
CardField sex_field(std::span<const Glyph> glyphs);
CardField ethnicity_field(std::span<const Glyph> glyphs);
CardField birth_field(std::span<const Glyph> glyphs);
CardField address_field(std::span<const Glyph> glyphs);
CardField number_field(std::span<const Glyph> glyphs);
CardField issuer_field(std::span<const Glyph> glyphs);

struct Validity {
    CardField from, until;
};

/// "2016.05.04-2036.05.04" or "2016.05.04-长期".
Validity validity_fields(std::span<const Glyph> glyphs);

/// Whether the text has 17 digits and the check character that belongs to them.
bool has_right_check_digit(std::string_view number);

/// The surer of two readings: read before not read, then by confidence.
const CardField& surer(const CardField& a, const CardField& b);

}  // namespace bank::identity
