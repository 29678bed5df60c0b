// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/organisation/organisation.h>
#include <bank/proposal/proposals.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bank::organisation {

using ChangeId = proposal::ProposalId;

/// Where somebody is to work from now on, and as what.
struct Post {
    std::string unit;
    std::vector<std::string> roles;
    std::vector<std::string> skills;
    bool works_here = true;  // False: has left.

    bool operator==(const Post&) const = default;
};

/// A change of one person's post: proposed by one, confirmed by another.
struct StaffChange {
    ChangeId id;
    std::string login;
    Post before;
    Post after;
    std::string reason;
    proposal::State state = proposal::State::proposed;
    std::string proposed_by;
    base::Instant proposed_at;
    std::string decided_by;  // Empty while it is proposed.
    std::optional<base::Instant> decided_at;
    std::string comment;  // Of who decided.
};

/// Changes of the staff while the bank runs. Any thread.
///
/// A confirmed change counts at once, and at each start for as long as the folder says of the
/// person what it said then; a folder that says something new is the later word.
class StaffChanges {
public:
    using Also = std::function<void(platform::sql::Transaction&, const StaffChange&)>;

    StaffChanges(platform::sql::Book& house, const catalog::Bank& bank, Organisation& organisation);

    /// Errors: staff.unknown, staff.out_of_scope (the person or the unit is outside what `by`
    /// sees), staff.own_change, staff.unit_unknown, staff.role_unknown, staff.skill_unknown,
    /// staff.nothing_changes; those of proposal::propose.
    base::Result<StaffChange> propose(const Staff& by, std::string_view login, Post after,
                                      std::string_view reason, const Also& also);

    /// Errors: those of proposal::decide (unknown also outside what `by` sees), staff.own_change,
    /// staff.change_outdated (the post is not the one that was to be changed; it can only be
    /// refused).
    base::Result<StaffChange> decide(const Staff& by, ChangeId id, bool confirm,
                                     std::string_view comment, const Also& also);

    /// The latest 100 that `viewer` sees, the latest first.
    std::vector<StaffChange> latest(const Staff& viewer) const;

private:
    bool sees(const Staff& viewer, const StaffChange& change) const;

    platform::sql::Book& house_;
    const catalog::Bank& bank_;
    Organisation& organisation_;
};

}  // namespace bank::organisation
