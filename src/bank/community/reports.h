// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>
#include <platform/sql/book.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bank::community {

/// The tables of this module, in every institution's book.
std::span<const platform::sql::Migration> migrations();

/// How somebody is: "well", "unwell", "away".
struct Report {
    std::uint64_t person;
    std::string_view place;  // Code of a unit of the organisation.
    base::Date day;
    std::string_view state;
};

/// Takes the report of a day; the last one of a person counts. Errors: community.state_unknown.
base::Result<void> take(platform::sql::Transaction& transaction, const Report& report);

/// How many of a place reported what on a day. In the order of the places.
struct Count {
    std::string place;
    std::string state;
    std::int64_t people = 0;
};
std::vector<Count> counts(platform::sql::Snapshot& snapshot, base::Date day);

/// That somebody asks to go back to work, and whether it was granted; once a case.
struct Return {
    std::uint64_t case_id;
    std::uint64_t person;
    std::string_view place;
    base::Date day;
    bool granted = false;
};
void note_return(platform::sql::Transaction& transaction, const Return& asked);
/// State "asked" or "granted".
std::vector<Count> returns(platform::sql::Snapshot& snapshot, base::Date day);
/// Where the person reported last; empty where they never did.
std::string place_of(platform::sql::Snapshot& snapshot, std::uint64_t person);

/// Who reported from one of the places on a day from `since` on; each once, at most `limit`.
std::vector<std::uint64_t> people(platform::sql::Snapshot& snapshot,
                                  std::span<const std::string> places, base::Date since, int limit);

/// Whether the person has reported "well" on each of the last `days` days up to `day`.
bool well_since(platform::sql::Snapshot& snapshot, std::uint64_t person, base::Date day, int days);

/// That somebody came to a place; `temperature` in tenths of a degree.
struct Visit {
    std::uint64_t person;
    std::string_view place;
    base::Instant at;
    std::int64_t temperature;
};
/// `pass` is what the visitor shows at the door.
void note(platform::sql::Transaction& transaction, const Visit& visit, std::string_view pass);
/// Somebody's visit, as the staff see it.
struct Noted {
    std::uint64_t person;
    std::string place;
    base::Instant at;
    std::int64_t temperature;
};
/// The latest visit with that pass. Errors: visit.pass_unknown.
base::Result<Noted> by_pass(platform::sql::Snapshot& snapshot, std::string_view pass);
/// Who came to the places where `person` was from `since` on, within `minutes` before or after; the
/// person's own visits left out; oldest first, at most `limit`.
std::vector<Noted> contacts(platform::sql::Snapshot& snapshot, std::uint64_t person,
                            base::Instant since, int minutes, int limit);
/// How often the person came before.
std::int64_t visits_of(platform::sql::Snapshot& snapshot, std::uint64_t person);

}  // namespace bank::community
