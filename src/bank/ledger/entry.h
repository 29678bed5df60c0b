// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ids.h>

#include <base/clock.h>
#include <base/money.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace bank::ledger {

enum class Side : std::uint8_t { debit, credit };

/// Whether a leg counts towards its account's turnover limits. Movements between a Class II account
/// and the account it is bound to, for one, do not.
enum class Counting : std::uint8_t { uncounted, counted };

/// One side of an entry on one account.
struct Leg {
    AccountId account;
    Side side;
    base::Money amount;  // More than zero, in the account's unit.
    Counting counting = Counting::uncounted;
};

/// The client's name for what it asks, 128 bits: asked twice, done once. Zero is none.
struct ClientId {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    explicit operator bool() const { return high != 0 || low != 0; }
    friend bool operator==(ClientId, ClientId) = default;
};

/// The client id of `parts`, for example caller, operation and Idempotency-Key. The parts are
/// framed, so ("ab", "c") and ("a", "bc") differ. SHA-256, cut.
ClientId client_id(std::initializer_list<std::string_view> parts);

/// Stands for all that the client said, so that a repetition can be told from a contradiction.
/// Made like client_id, from the canonical request.
std::uint64_t content_of(std::initializer_list<std::string_view> parts);

/// Whether an entry of two legs may move less than it asks, rather than be refused. The amount done
/// is in the answer and in the journal.
enum class Clamp : std::uint8_t {
    none,
    debit,   // No more than the debited account can spend, whether it may be overdrawn or not.
    credit,  // No more than the credited account owes, what is reserved on it taken off.
    both,
};

/// What is asked of the ledger in one piece: a balanced set of legs. Borrows all it points at.
struct Entry {
    ClientId client;
    std::uint64_t content = 0;  // See content_of.
    std::string_view kind;      // What it was, for people and reports: "transfer". 1 to 32 bytes.
    base::Date effective;       // The business date it counts for; see effective_days_apart.
    std::span<const Leg> legs;  // 2 to max_legs, each account once.
    std::string_view details =
        {};              // Kept with the row, not read by the ledger; at most max_details.
    EntryId about = {};  // The entry that this one corrects, or none.
    Clamp clamp = Clamp::none;
};

inline constexpr std::size_t max_legs = 64;
inline constexpr int effective_days_apart = 31;  // From the day of recording, before or after.
inline constexpr std::size_t max_details = 4096;

/// The answer to an entry that was done.
struct Posted {
    EntryId id;
    base::Instant recorded_at;
    bool repeated = false;  // Done before, under the same client id; nothing was done now.
    std::int64_t amount =
        0;  // Of its first leg, in minor units: less than asked where it was clamped.
};

}  // namespace bank::ledger
