// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/bank.h>
#include <platform/sql/book.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bank::organisation {

/// The tables of this module, in the house book.
std::span<const platform::sql::Migration> migrations();

using StaffId = base::Id<struct StaffTag>;

struct Staff {
    StaffId id;
    std::string login;
    std::string name;
    std::vector<std::string> roles;
    std::vector<std::string> skills;
    std::string unit;
    std::string institution;  // Empty: of the whole group.
    base::Money limit{0, {"CNY", 2}};
    bool active = true;
    std::string phone = {};       // Under which he is a customer himself; may be empty.
    std::string reports_to = {};  // Login of his manager; may be empty.
};

struct UnitNode {
    catalog::Unit unit;
    std::vector<Staff> staff;
    std::vector<UnitNode> children;
};

/// Who works in the bank, where, and what they may see and do.
///
/// Rights follow from roles, re-read with each change of the organisation. Any thread.
class Organisation {
public:
    explicit Organisation(platform::sql::Book& house, const catalog::Bank& bank);
    ~Organisation();

    /// Brings the house book's units and staff to what the bank's folder says: new ones are added,
    /// changed ones changed, missing staff made inactive; then to the changes that were confirmed
    /// since (see StaffChanges). Idempotent.
    base::Result<void> load();

    /// Errors: staff.unknown (or inactive).
    base::Result<Staff> by_login(std::string_view login) const;
    base::Result<Staff> by_id(StaffId id) const;

    /// Also who has left. Errors: staff.unknown.
    base::Result<Staff> known(std::string_view login) const;

    /// Those who report to a person, who still work here.
    std::vector<Staff> reporting_to(std::string_view login) const;

    /// After a change of the house book's staff.
    void read_again();
    /// Grows with every change, for whoever keeps something that follows from who works where.
    std::int64_t times_changed() const;

    std::vector<std::string> permissions(const Staff& staff) const;
    bool may(const Staff& staff, std::string_view permission) const;

    /// Whether the person may see what belongs to an institution, and to a unit of it (empty: the
    /// institution as a whole, which takes a scope of at least the institution).
    bool sees_institution(const Staff& staff, std::string_view institution) const;
    bool sees_unit(const Staff& staff, std::string_view unit) const;
    /// "province" to "village": the level of the unit that the person works in; empty: of none.
    std::string level_of(const Staff& staff) const;
    /// Codes of the unit that the person works in and of all below it.
    std::vector<std::string> units_of(const Staff& staff) const;
    /// Codes of the institutions that the person sees.
    std::vector<std::string> institutions(const Staff& staff) const;

    /// `sees_institution` and `may`, as a refusal. Errors: staff.not_permitted, staff.out_of_scope.
    base::Result<void> check(const Staff& staff, std::string_view permission,
                             std::string_view institution) const;

    /// Errors: staff.over_limit.
    base::Result<void> check_limit(const Staff& staff, const base::Money& amount) const;

    /// Everybody active who sees the institution and may do that there, by login.
    std::vector<Staff> who_may(std::string_view permission, std::string_view institution) const;

    /// The tree, cut to what the person sees.
    std::vector<UnitNode> tree(const Staff& staff) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace bank::organisation
