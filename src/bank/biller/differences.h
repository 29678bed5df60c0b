// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/audit/trail.h>
#include <bank/biller/sheets.h>

namespace bank::biller {

using DifferenceId = base::Id<struct DifferenceTag>;

enum class DifferenceState : std::uint8_t { open, noted, settled };
std::string_view to_string(DifferenceState state);

/// How a difference was settled.
enum class Resolution : std::uint8_t {
    none,
    biller_corrects,  // The biller puts its list right.
    we_correct,       // The bank puts its side right, by a payment or a reversal made elsewhere.
    explained,        // Nothing is to be put right; the note says why.
    other_date,       // Both sides have it, on different dates. By the program.
    gone,             // The next list did not show it any more. By the program.
};
std::string_view to_string(Resolution resolution);
/// Those that a member of the staff may choose.
std::optional<Resolution> resolution_of(std::string_view name);

struct Note {
    std::uint64_t staff = 0;  // 0: the program.
    std::string text;
    base::Instant at;
};

struct Difference {
    DifferenceId id;
    SheetId sheet;
    std::string biller;
    base::Date day;
    Found found;
    DifferenceState state = DifferenceState::open;
    Resolution resolution = Resolution::none;
    base::Instant found_at;
    std::optional<base::Instant> settled_at = {};
    std::vector<Note> notes = {};
};

/// Of a sheet, open ones first; with their notes.
std::vector<Difference> differences(platform::sql::Snapshot& snapshot, SheetId sheet);
/// Errors: biller.difference_unknown.
base::Result<Difference> difference(platform::sql::Snapshot& snapshot, DifferenceId id);

/// Writes down what a member of the staff found out. Errors: biller.difference_unknown,
/// biller.note_missing (empty or over 500 bytes), biller.difference_settled.
base::Result<Difference> note(platform::sql::Transaction& transaction, DifferenceId id,
                              std::uint64_t staff, std::string_view text);
/// Settles it, with a note. Errors: as note().
base::Result<Difference> settle(platform::sql::Transaction& transaction, DifferenceId id,
                                std::uint64_t staff, Resolution resolution, std::string_view text);

}  // namespace bank::biller
