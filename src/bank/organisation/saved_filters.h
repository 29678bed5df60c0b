// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/organisation/organisation.h>

#include <string>
#include <vector>

namespace bank::organisation {

using SavedFilterId = base::Id<struct SavedFilterTag>;

/// A view of the task list that a member of the staff has given a name.
struct SavedFilter {
    SavedFilterId id;
    std::string name;     // 1 to 40 characters, without spaces around it.
    std::string state;    // As the list of tasks names its views.
    std::string service;  // Empty: all.
    bool late_only = false;
};

/// Task filters that people keep for themselves; nobody sees another's. House book. Any thread.
class SavedFilters {
public:
    explicit SavedFilters(platform::sql::Book& house);

    /// In the order in which they were saved.
    std::vector<SavedFilter> of(StaffId owner) const;

    /// Keeps `filter` (its id counts for nothing). Errors: filter.name_invalid (nothing but spaces,
    /// over 40 characters, control characters), filter.name_taken (one's own of that name),
    /// filter.too_many (20 a person).
    base::Result<SavedFilter> save(StaffId owner, SavedFilter filter);

    /// Errors: filter.unknown (also where it is another's), filter.name_invalid, filter.name_taken.
    base::Result<SavedFilter> rename(StaffId owner, SavedFilterId id, std::string_view name);

    /// Errors: filter.unknown (also where it is another's).
    base::Result<void> remove(StaffId owner, SavedFilterId id);

private:
    platform::sql::Book& house_;
};

}  // namespace bank::organisation
