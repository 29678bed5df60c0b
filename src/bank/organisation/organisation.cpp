// SPDX-License-Identifier: Apache-2.0
#include <bank/organisation/internal/posts.h>
#include <bank/organisation/organisation.h>

#include <base/words.h>

#include <algorithm>
#include <map>
#include <set>
#include <shared_mutex>

namespace bank::organisation {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr platform::sql::Migration schema[] = {
    {"organisation", 1,
     "create table organisation_staff("
     "  id bigint primary key, login text not null unique, name text not null, roles text not null,"
     "  skills text not null, unit text not null, institution text not null,"
     "  limit_minor bigint not null, active integer not null);"
     "create table organisation_unit("
     "  code text primary key, parent text not null, level text not null, institution text not "
     "null,"
     "  name_zh text not null, name_en text not null, active integer not null)"},

    {"organisation", 2,
     "create table organisation_filter("
     "  id bigint primary key, staff bigint not null, name text not null, state text not null,"
     "  service text not null, late_only integer not null);"
     "create unique index organisation_filter_name on organisation_filter(staff, name)"},

    {"organisation", 3,
     "create table organisation_change("
     "  id bigint primary key, login text not null, before_post text not null, after_post text not "
     "null,"
     "  folder text not null, reason text not null, state text not null,"
     "  proposed_by text not null, proposed_at bigint not null, decided_by text not null,"
     "  decided_at bigint);"
     "create index organisation_change_login on organisation_change(login, state)"},
};

base::Error unknown()
{
    return base::not_found("staff.unknown", "There is no such member of the staff.");
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return schema;
}

class Organisation::Impl {
public:
    Impl(platform::sql::Book& house, const catalog::Bank& the_bank) : book(house), bank(the_bank) {}

    void read()
    {
        std::map<std::string, Staff, std::less<>> fresh;
        book.read([&](Snapshot& snapshot) {
            auto rows = snapshot.query(
                "select id, login, name, roles, skills, unit, institution, limit_minor, active"
                " from organisation_staff");
            while (rows.next()) {
                Staff member{rows.id<StaffId>(0),
                             rows.string(1),
                             rows.string(2),
                             base::split_words(rows.text(3)),
                             base::split_words(rows.text(4)),
                             rows.string(5),
                             rows.string(6),
                             {rows.integer(7), bank.facts.currency},
                             rows.boolean(8)};
                // What binds people to each other is the folder's alone; it is not kept in the
                // book.
                if (const auto* said = bank.staff_member(member.login)) {
                    member.phone = said->phone;
                    member.reports_to = said->reports_to;
                }
                fresh.emplace(member.login, std::move(member));
            }
        });
        const std::unique_lock lock{mutex};
        staff = std::move(fresh);
        ++changes;
    }

    /// Whether `unit` is `above` or below it.
    bool is_within(std::string_view unit, std::string_view above) const
    {
        for (const auto* at = bank.unit(unit); at != nullptr; at = bank.unit(at->parent)) {
            if (at->code == above) return true;
            if (at->parent.empty()) break;
        }
        return false;
    }

    catalog::Reach reach(const Staff& member) const
    {
        catalog::Reach widest = catalog::Reach::unit;
        for (const auto& code : member.roles) {
            const auto role = bank.roles.find(code);
            if (role != bank.roles.end()) widest = std::max(widest, role->second.scope);
        }
        return widest;
    }

    platform::sql::Book& book;
    const catalog::Bank& bank;
    mutable std::shared_mutex mutex;
    std::map<std::string, Staff, std::less<>> staff;
    std::int64_t changes = 0;  // Times that `staff` was read.
};

Organisation::Organisation(platform::sql::Book& house, const catalog::Bank& bank)
    : impl_(std::make_unique<Impl>(house, bank))
{
}

Organisation::~Organisation() = default;

base::Result<void> Organisation::load()
{
    const catalog::Bank& bank = impl_->bank;
    TRY(impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        transaction.execute("update organisation_unit set active = 0");
        for (const catalog::Unit& unit : bank.units) {
            transaction.execute(
                "insert into organisation_unit(code, parent, level, institution, name_zh, name_en,"
                " active) values (?, ?, ?, ?, ?, ?, 1) on conflict (code) do update set"
                " parent = excluded.parent, level = excluded.level,"
                " institution = excluded.institution, name_zh = excluded.name_zh,"
                " name_en = excluded.name_en, active = 1",
                unit.code, unit.parent, catalog::to_string(unit.level), unit.institution,
                base::in_language(unit.name, "zh"), base::in_language(unit.name, "en"));
        }
        transaction.execute("update organisation_staff set active = 0");
        for (const catalog::StaffMember& member : bank.staff) {
            transaction.execute(
                "insert into organisation_staff(id, login, name, roles, skills, unit, institution,"
                " limit_minor, active) values (?, ?, ?, ?, ?, ?, ?, ?, 1)"
                " on conflict (login) do update set name = excluded.name, roles = excluded.roles,"
                " skills = excluded.skills, unit = excluded.unit,"
                " institution = excluded.institution, limit_minor = excluded.limit_minor, active = "
                "1",
                transaction.new_id<StaffId>(), member.login, member.name,
                base::join_words(member.roles), base::join_words(member.skills), member.unit,
                member.institution, member.limit.minor_units);
        }
        internal::take_over_changes(transaction);
        internal::put_confirmed(transaction, bank);
        return {};
    }));
    impl_->read();
    return {};
}

base::Result<Staff> Organisation::by_login(std::string_view login) const
{
    const std::shared_lock lock{impl_->mutex};
    const auto found = impl_->staff.find(login);
    if (found == impl_->staff.end() || !found->second.active) return unknown();
    return found->second;
}

base::Result<Staff> Organisation::known(std::string_view login) const
{
    const std::shared_lock lock{impl_->mutex};
    const auto found = impl_->staff.find(login);
    if (found == impl_->staff.end()) return unknown();
    return found->second;
}

std::vector<Staff> Organisation::reporting_to(std::string_view login) const
{
    const std::shared_lock lock{impl_->mutex};
    std::vector<Staff> all;
    for (const auto& [name, each] : impl_->staff) {
        if (each.active && each.reports_to == login) all.push_back(each);
    }
    return all;
}

void Organisation::read_again()
{
    impl_->read();
}

std::int64_t Organisation::times_changed() const
{
    const std::shared_lock lock{impl_->mutex};
    return impl_->changes;
}

base::Result<Staff> Organisation::by_id(StaffId id) const
{
    const std::shared_lock lock{impl_->mutex};
    for (const auto& [login, staff] : impl_->staff) {
        if (staff.id == id && staff.active) return staff;
    }
    return unknown();
}

std::vector<std::string> Organisation::permissions(const Staff& staff) const
{
    std::set<std::string> all;
    for (const auto& code : staff.roles) {
        const auto role = impl_->bank.roles.find(code);
        if (role == impl_->bank.roles.end()) continue;
        all.insert(role->second.permissions.begin(), role->second.permissions.end());
    }
    return {all.begin(), all.end()};
}

bool Organisation::may(const Staff& staff, std::string_view permission) const
{
    const auto all = permissions(staff);
    return std::find(all.begin(), all.end(), permission) != all.end();
}

bool Organisation::sees_institution(const Staff& staff, std::string_view institution) const
{
    return impl_->reach(staff) == catalog::Reach::group ||
           (!staff.institution.empty() && staff.institution == institution);
}

bool Organisation::sees_unit(const Staff& staff, std::string_view unit) const
{
    const catalog::Unit* found = impl_->bank.unit(unit);
    if (found == nullptr) return false;
    switch (impl_->reach(staff)) {
        case catalog::Reach::group:
            return true;
        case catalog::Reach::institution:
            return !staff.institution.empty() && staff.institution == found->institution;
        case catalog::Reach::unit:
            break;
    }
    return impl_->is_within(unit, staff.unit);
}

std::string Organisation::level_of(const Staff& staff) const
{
    const catalog::Unit* unit = impl_->bank.unit(staff.unit);
    return unit == nullptr ? std::string{} : std::string{catalog::to_string(unit->level)};
}

std::vector<std::string> Organisation::units_of(const Staff& staff) const
{
    std::vector<std::string> codes;
    for (const catalog::Unit& unit : impl_->bank.units) {
        if (impl_->is_within(unit.code, staff.unit)) codes.push_back(unit.code);
    }
    return codes;
}

std::vector<std::string> Organisation::institutions(const Staff& staff) const
{
    std::vector<std::string> codes;
    for (const auto& institution : impl_->bank.institutions) {
        if (sees_institution(staff, institution.code)) codes.push_back(institution.code);
    }
    return codes;
}

base::Result<void> Organisation::check(const Staff& staff, std::string_view permission,
                                       std::string_view institution) const
{
    if (!may(staff, permission)) {
        return base::forbidden("staff.not_permitted", "Your roles do not include this.");
    }
    if (!sees_institution(staff, institution)) {
        return base::forbidden("staff.out_of_scope", "This belongs to another institution.");
    }
    return {};
}

base::Result<void> Organisation::check_limit(const Staff& staff, const base::Money& amount) const
{
    if (amount.minor_units > staff.limit.minor_units) {
        return base::forbidden("staff.over_limit", "The amount is above your limit.");
    }
    return {};
}

std::vector<Staff> Organisation::who_may(std::string_view permission,
                                         std::string_view institution) const
{
    std::vector<Staff> people;
    {
        const std::shared_lock lock{impl_->mutex};
        for (const auto& [login, staff] : impl_->staff) {
            if (staff.active) people.push_back(staff);
        }
    }
    std::erase_if(people, [&](const Staff& each) {
        return !sees_institution(each, institution) || !may(each, permission);
    });
    return people;
}

std::vector<UnitNode> Organisation::tree(const Staff& viewer) const
{
    std::vector<Staff> people;
    {
        const std::shared_lock lock{impl_->mutex};
        for (const auto& [login, staff] : impl_->staff) {
            if (staff.active) people.push_back(staff);
        }
    }
    // Children stand after their parents, so that building from the end completes each before it
    // moves.
    const auto& units = impl_->bank.units;
    std::map<std::string, std::vector<UnitNode>, std::less<>> children;
    for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
        UnitNode node{*unit, {}, std::move(children[unit->code])};
        std::reverse(node.children.begin(), node.children.end());
        const bool visible = sees_unit(viewer, unit->code);
        if (!visible && node.children.empty()) continue;
        if (visible) {
            std::copy_if(people.begin(), people.end(), std::back_inserter(node.staff),
                         [&](const Staff& each) { return each.unit == unit->code; });
        }
        children[unit->parent].push_back(std::move(node));
    }
    auto roots = std::move(children[""]);
    std::reverse(roots.begin(), roots.end());
    return roots;
}

}  // namespace bank::organisation
