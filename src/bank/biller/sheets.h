// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/bill/day.h>
#include <bank/biller/comparing.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bank::biller {

/// The tables of this module.
std::span<const platform::sql::Migration> migrations();

using SheetId = base::Id<struct SheetTag>;

enum class SheetState : std::uint8_t {
    making,     // The date is closed; the file is not made yet.
    made,       // The biller does not have all of the file yet.
    delivered,  // It has; its own list is not whole yet.
    listed,     // Both lists are there.
    balanced,   // They say the same.
    different,  // They do not, and something of it is open.
    settled,    // Staff, or a neighbouring date, have settled all that differed.
};
std::string_view to_string(SheetState state);

/// How a biller gets its file and tells its list: asked through a partner, or by the open API.
enum class Way : std::uint8_t { partner, open_api };

/// Wallets' providers, who take from accounts what billers are paid, have days of the same kind.
/// Their code among billers; and the provider in such a code, empty where it is a biller's.
std::string payee_of_wallet(std::string_view provider);
std::string_view provider_in(std::string_view biller);

/// The business date of a biller, or of a wallet's provider.
struct Sheet {
    SheetId id;
    std::string biller;
    base::Date day;
    SheetState state = SheetState::making;
    Way way = Way::partner;
    std::int64_t count = 0;  // Of our file, once made.
    base::Money total{0, {"CNY", 2}};
    std::string digest = {};  // SHA-256 of the file, lower-case hex.
    std::int64_t parts = 0;
    std::int64_t parts_delivered = 0;
    std::int64_t their_count = 0;  // Of the biller's list, so far.
    base::Money their_total{0, {"CNY", 2}};
    std::int64_t round = 1;    // Which time the list, or after a refusal the file, is asked for.
    std::int64_t pages = 0;    // Of the list, that came.
    std::string next = {};     // Where the biller said its list goes on.
    bool asked = false;        // A question to the biller is on its way.
    std::string trouble = {};  // Why the last one did not do; stable.
    std::int64_t open = 0;     // Differences that are not settled.
    base::Instant made_at = {};
    std::optional<base::Instant> delivered_at = {};
    std::optional<base::Instant> compared_at = {};
};

/// Notes that a business date is over. Again: nothing.
void close_day(platform::sql::Transaction& transaction, base::Date day);
/// Whether a noted date lacks sheets.
bool has_days_to_open(platform::sql::Snapshot& snapshot);
/// Adds sheets of noted dates, at most `limit`; says how many, 0 where all are there. Billers that
/// joined through the open API fetch their files, all others are told.
int open_sheets(platform::sql::Transaction& transaction, int limit);

/// Errors: biller.sheet_unknown.
base::Result<Sheet> sheet(platform::sql::Snapshot& snapshot, SheetId id);
std::optional<Sheet> sheet_of(platform::sql::Snapshot& snapshot, std::string_view biller,
                              base::Date day);
/// The latest first, from `before` (exclusive; none: the latest) back; of one day, in one state,
/// of one biller, where told.
struct SheetQuery {
    std::optional<base::Date> day = {};
    std::optional<SheetState> state = {};
    std::string biller = {};
    bool payout_waiting = false;  // Those alone whose payout waits for a second person.
    SheetId before = {};
    int limit = 20;
};
std::vector<Sheet> sheets(platform::sql::Snapshot& snapshot, const SheetQuery& query);
/// How the sheets of the latest dates stand, by date and state, the latest first.
struct DaySummary {
    base::Date day;
    SheetState state;
    std::int64_t sheets;
    std::int64_t open;
};
std::vector<DaySummary> summaries(platform::sql::Snapshot& snapshot, int days);
/// The sheet of a biller's closed date, made where there is none since nothing was paid.
Sheet sheet_for(platform::sql::Transaction& transaction, std::string_view biller, base::Date day);
/// Sheets that something is to be done for: made, sent, asked, compared; the oldest first.
std::vector<Sheet> waiting(platform::sql::Snapshot& snapshot, base::Instant now, int limit);

/// The day's file; docs/billers.md describes it.
struct File {
    std::string text;
    std::int64_t count = 0;
    std::int64_t minor_units = 0;
    std::string digest;
};
/// Of a closed date the same at any time. `institution` by code.
File make_file(platform::sql::Snapshot& snapshot, std::string_view institution,
               std::string_view biller, base::Date day);
/// A file of the same shape from payments that the caller has.
File file_of(std::string_view institution, std::string_view biller, base::Date day,
             const std::vector<bill::Paid>& payments);
/// The pieces in which a file is sent, cut between lines; at least one.
std::vector<std::string_view> parts_of(std::string_view file);
/// The file is made. Again: nothing.
void file_made(platform::sql::Transaction& transaction, SheetId id, const File& file);

/// A question is on its way to the biller.
void asked(platform::sql::Transaction& transaction, SheetId id);
/// The biller has parts up to `part` (from 0). What is not the next one changes nothing.
void part_delivered(platform::sql::Transaction& transaction, SheetId id, std::int64_t part);
/// The biller has the whole file: it fetched it. Again: nothing.
void file_fetched(platform::sql::Transaction& transaction, SheetId id);
/// No answer that helps. Asked again at `again_at`; `afresh`: from the beginning.
void troubled(platform::sql::Transaction& transaction, SheetId id, std::string_view reason,
              base::Instant again_at, bool afresh);

/// A page of the biller's list. `next` empty: the last. Lines of at most 64 and 80 bytes; below
/// zero only of a wallet's provider, who gave that to a customer. Errors: biller.sheet_unknown,
/// biller.list_out_of_order (not the page that is next), biller.list_closed (the list is whole),
/// biller.list_malformed.
base::Result<Sheet> list_page(platform::sql::Transaction& transaction, SheetId id,
                              std::int64_t page, const std::vector<Listed>& lines,
                              std::string_view next);
/// Forgets the biller's list, so that it is asked for or told anew. Errors: biller.sheet_unknown,
/// biller.not_compared.
base::Result<Sheet> ask_again(platform::sql::Transaction& transaction, SheetId id);

/// What differs on a listed sheet, to be worked out before the unit of work that records it.
std::vector<Found> differences_of(platform::sql::Snapshot& snapshot, const Sheet& sheet);
/// Records what differs: new differences are added, open ones that are no more are settled as
/// gone, and two that put one payment on different dates settle each other. Errors:
/// biller.sheet_unknown, biller.not_listed.
base::Result<Sheet> compared(platform::sql::Transaction& transaction, SheetId id,
                             const std::vector<Found>& found);

}  // namespace bank::biller
