// SPDX-License-Identifier: Apache-2.0
#include <bank/organisation/changes.h>
#include <bank/organisation/internal/posts.h>

namespace bank::organisation {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr int changes_shown = 100;

StaffChange change_of(const proposal::Proposal& kept)
{
    return {kept.id,
            kept.subject,
            internal::post_of(kept.before),
            internal::post_of(kept.after),
            kept.reason,
            kept.state,
            kept.proposed_by,
            kept.proposed_at,
            kept.decided_by,
            kept.decided_at,
            kept.comment};
}

base::Error own_change()
{
    return base::forbidden("staff.own_change", "Nobody changes his own post.");
}

Post present_post(const Staff& staff)
{
    return {staff.unit, staff.roles, staff.skills, staff.active};
}

}  // namespace

StaffChanges::StaffChanges(platform::sql::Book& house, const catalog::Bank& bank,
                           Organisation& organisation)
    : house_(house), bank_(bank), organisation_(organisation)
{
}

bool StaffChanges::sees(const Staff& viewer, const StaffChange& change) const
{
    const auto* unit = bank_.unit(change.before.unit);
    return unit != nullptr && organisation_.sees_institution(viewer, unit->institution);
}

base::Result<StaffChange> StaffChanges::propose(const Staff& by, std::string_view login, Post after,
                                                std::string_view reason, const Also& also)
{
    const Staff person = TRY(organisation_.known(login));
    if (!organisation_.sees_institution(by, person.institution)) {
        return base::not_found("staff.unknown", "There is no such member of the staff.");
    }
    if (person.login == by.login) return own_change();
    const auto* unit = bank_.unit(after.unit);
    if (unit == nullptr) return base::invalid("staff.unit_unknown", "There is no such unit.");
    if (!organisation_.sees_institution(by, unit->institution))
        return base::forbidden("staff.out_of_scope", "This unit is of another institution.");
    for (const auto& role : after.roles) {
        if (!bank_.roles.contains(role))
            return base::invalid("staff.role_unknown", "There is no such role.");
    }
    for (const auto& skill : after.skills) {
        if (!bank_.skills.contains(skill))
            return base::invalid("staff.skill_unknown", "There is no such skill.");
    }
    StaffChange change;
    change.login = person.login;
    change.before = present_post(person);
    change.after = std::move(after);
    if (change.after == change.before)
        return base::invalid("staff.nothing_changes", "That is what the person does already.");
    const auto written = house_.write([&](Transaction& transaction) -> base::Result<void> {
        const std::string before = internal::text_of(change.before);
        const auto open = proposal::waiting(transaction, internal::post_change, change.login);
        if (open && open->before != before)
            proposal::overtake(transaction, internal::post_change, change.login, "");
        change =
            change_of(TRY(proposal::propose(transaction, {.kind = internal::post_change,
                                                          .subject = change.login,
                                                          .before = before,
                                                          .after = internal::text_of(change.after),
                                                          .reason = std::string{reason},
                                                          .proposed_by = by.login})));
        also(transaction, change);
        return {};
    });
    TRY(written);
    return change;
}

base::Result<StaffChange> StaffChanges::decide(const Staff& by, ChangeId id, bool confirm,
                                               std::string_view comment, const Also& also)
{
    StaffChange decided;
    const auto written = house_.write([&](Transaction& transaction) -> base::Result<void> {
        const auto found = proposal::find(transaction, internal::post_change, id);
        if (found) decided = change_of(*found);
        if (!found || !sees(by, decided))
            return base::not_found("proposal.unknown", "There is no such proposal.");
        if (decided.login == by.login) return own_change();
        const auto kept = TRY(proposal::decide(transaction, internal::post_change, id,
                                               {by.login, confirm, std::string{comment},
                                                internal::folder_text(bank_, decided.login)}));
        decided = change_of(kept);
        if (confirm) {
            const auto person = organisation_.known(decided.login);
            if (!person || present_post(person.value()) != decided.before) {
                return base::conflict("staff.change_outdated",
                                      "The person's post is another one by now.");
            }
            internal::put(transaction, bank_, decided.login, decided.after);
        }
        also(transaction, decided);
        return {};
    });
    TRY(written);
    if (confirm) organisation_.read_again();
    return decided;
}

std::vector<StaffChange> StaffChanges::latest(const Staff& viewer) const
{
    auto all = house_.read([](Snapshot& snapshot) {
        std::vector<StaffChange> found;
        for (const auto& each :
             proposal::latest(snapshot, internal::post_change, {}, changes_shown))
            found.push_back(change_of(each));
        return found;
    });
    std::erase_if(all, [&](const StaffChange& each) { return !sees(viewer, each); });
    return all;
}

}  // namespace bank::organisation
