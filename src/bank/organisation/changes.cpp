// SPDX-License-Identifier: Apache-2.0
#include <bank/organisation/changes.h>
#include <bank/organisation/internal/posts.h>

#include <algorithm>

namespace bank::organisation {

using platform::sql::Cursor;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view change_states[] = {"proposed", "confirmed", "refused"};
constexpr int changes_shown = 100;

#define CHANGE_COLUMNS                                                                     \
    "select id, login, before_post, after_post, reason, state, proposed_by, proposed_at, " \
    "decided_by,"                                                                          \
    " decided_at from organisation_change "

StaffChange change_of(const Cursor& row)
{
    StaffChange change;
    change.id = row.id<ChangeId>(0);
    change.login = row.string(1);
    change.before = internal::post_of(row.text(2));
    change.after = internal::post_of(row.text(3));
    change.reason = row.string(4);
    const auto* found = std::find(std::begin(change_states), std::end(change_states), row.text(5));
    change.state = static_cast<ChangeState>(found - std::begin(change_states));
    change.proposed_by = row.string(6);
    change.proposed_at = row.instant(7);
    change.decided_by = row.string(8);
    if (!row.is_null(9)) change.decided_at = row.instant(9);
    return change;
}

std::optional<StaffChange> find_change(Snapshot& snapshot, ChangeId id)
{
    auto row = snapshot.query(CHANGE_COLUMNS "where id = ?", id);
    if (!row.next()) return std::nullopt;
    return change_of(row);
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

std::string_view to_string(ChangeState state)
{
    return change_states[static_cast<std::size_t>(state)];
}

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
    if (reason.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return base::invalid("staff.reason_missing", "A reason is needed.");
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
    change.reason = reason;
    change.proposed_by = by.login;
    const auto written = house_.write([&](Transaction& transaction) -> base::Result<void> {
        {
            auto row = transaction.query(
                "select 1 from organisation_change where login = ? and state = 'proposed'",
                change.login);
            if (row.next()) {
                return base::conflict("staff.change_open",
                                      "A change of this person waits to be confirmed.");
            }
        }
        change.id = transaction.new_id<ChangeId>();
        change.proposed_at = transaction.now();
        transaction.execute(
            "insert into organisation_change(id, login, before_post, after_post, folder, reason, "
            "state,"
            " proposed_by, proposed_at, decided_by) values (?, ?, ?, ?, '', ?, 'proposed', ?, ?, "
            "'')",
            change.id, change.login, internal::text_of(change.before),
            internal::text_of(change.after), change.reason, change.proposed_by, change.proposed_at);
        also(transaction, change);
        return {};
    });
    TRY(written);
    return change;
}

base::Result<StaffChange> StaffChanges::decide(const Staff& by, ChangeId id, bool confirm,
                                               const Also& also)
{
    StaffChange decided;
    const auto written = house_.write([&](Transaction& transaction) -> base::Result<void> {
        const auto found = find_change(transaction, id);
        if (!found || !sees(by, *found))
            return base::not_found("staff.change_unknown", "There is no such change.");
        decided = *found;
        if (decided.state != ChangeState::proposed)
            return base::conflict("staff.change_decided", "Somebody has decided it already.");
        if (decided.proposed_by == by.login && confirm)
            return base::forbidden("staff.same_person", "Another person confirms it.");
        if (decided.login == by.login) return own_change();
        if (confirm) {
            const auto person = organisation_.known(decided.login);
            if (!person || present_post(person.value()) != decided.before) {
                return base::conflict("staff.change_outdated",
                                      "The person's post is another one by now.");
            }
        }
        decided.state = confirm ? ChangeState::confirmed : ChangeState::refused;
        decided.decided_by = by.login;
        decided.decided_at = transaction.now();
        transaction.execute(
            "update organisation_change set state = ?, decided_by = ?, decided_at = ?, folder = ?"
            " where id = ?",
            to_string(decided.state), decided.decided_by, *decided.decided_at,
            internal::folder_text(bank_, decided.login), id);
        if (confirm) internal::put(transaction, bank_, decided.login, decided.after);
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
        auto rows = snapshot.query(CHANGE_COLUMNS "order by id desc limit ?", changes_shown);
        while (rows.next()) found.push_back(change_of(rows));
        return found;
    });
    std::erase_if(all, [&](const StaffChange& each) { return !sees(viewer, each); });
    return all;
}

}  // namespace bank::organisation
