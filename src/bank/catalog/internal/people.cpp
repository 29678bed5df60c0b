// SPDX-License-Identifier: Apache-2.0
// roles.yaml, organisation.yaml, staff.yaml and customers.yaml.
#include <bank/catalog/internal/bank_files.h>

#include <algorithm>

namespace bank::catalog::internal {

namespace {

const std::vector<std::string> permission_names = {
    "task.view",           "task.work",       "task.release-other", "case.view",
    "customer.view",       "customer.reveal", "account.view",       "organisation.view",
    "figures.view",        "books.view",      "books.close",        "audit.view",
    "incident.work",       "service.view",    "service.deploy",     "campaign.view",
    "campaign.manage",     "bill.view",       "bill.work",          "bill.approve",
    "batch.view",          "batch.upload",    "batch.approve",      "visit.trace",
    "organisation.change", "supply.manage"};

void read_unit(const Node& node, const Unit* parent, int depth, Bank& bank,
               std::vector<Finding>& findings)
{
    Fields fields{node, findings};
    Unit unit;
    unit.code = fields.text("code");
    unit.parent = parent == nullptr ? "" : parent->code;
    unit.name = fields.languages("name");
    unit.address = fields.languages_or_empty("address");
    const auto level = level_of(fields.text("level"));
    if (!level) {
        fields.fault("level", "must be province, city, county, town or village");
    } else {
        unit.level = *level;
        if (parent != nullptr && unit.level <= parent->level) {
            fields.fault("level", "must be below that of the unit around it");
        }
    }
    unit.institution = fields.text_or("institution", parent == nullptr ? "" : parent->institution);
    if (!unit.institution.empty() && bank.institution(unit.institution) == nullptr) {
        fields.fault("institution", "names no institution");
    }
    if (bank.unit(unit.code) != nullptr) fields.fault("code", "stands twice in the tree");
    const std::vector<Node>& children = fields.items("units");
    if (depth > 10) return fields.fault("units", "is nested too deep");
    bank.units.push_back(unit);
    for (const Node& child : children) read_unit(child, &unit, depth + 1, bank, findings);
}

}  // namespace

void read_roles(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    for (const auto& [code, node] : fields.members("roles")) {
        Fields inner{node, findings};
        Role role;
        role.code = code;
        role.name = inner.languages("name");
        const std::string scope = inner.one_of("scope", {"unit", "institution", "group"});
        role.scope = scope == "group"         ? Reach::group
                     : scope == "institution" ? Reach::institution
                                              : Reach::unit;
        role.permissions = inner.texts("permissions");
        for (const auto& permission : role.permissions) {
            if (std::find(permission_names.begin(), permission_names.end(), permission) ==
                permission_names.end()) {
                inner.fault("permissions", "holds \"" + permission + "\", which is none");
            }
        }
        bank.roles.emplace(code, std::move(role));
    }
    for (const auto& [code, node] : fields.members("skills")) {
        bank.skills.emplace(code, read_languages(node, findings));
    }
}

void read_organisation(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    for (const Node& unit : fields.items("units", true))
        read_unit(unit, nullptr, 1, bank, findings);
}

void read_staff(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    bank.staff_demo_password = fields.text_or("demo_password", "");
    std::vector<std::pair<const Node*, std::string>> managers;
    for (const Node& node : fields.items("staff", true)) {
        Fields inner{node, findings};
        StaffMember member;
        member.login = inner.text("login");
        member.name = inner.text("name");
        member.roles = inner.texts("roles");
        member.skills = inner.texts("skills");
        member.unit = inner.text("unit");
        member.limit = inner.money("limit", bank.facts.currency);
        member.totp_secret = inner.text_or("totp_secret", "");
        member.phone = inner.text_or("phone", "");
        member.reports_to = inner.text_or("reports_to", "");
        if (!member.phone.empty() &&
            (member.phone.size() != 11 ||
             member.phone.find_first_not_of("0123456789") != std::string::npos)) {
            inner.fault("phone", "is no mobile number of 11 digits");
        }
        if (!member.reports_to.empty()) managers.emplace_back(&node, member.reports_to);
        if (!bank.facts.demo && !member.totp_secret.empty()) {
            inner.fault("totp_secret", "has no place in a bank that is no demonstration");
        }
        if (bank.staff_member(member.login) != nullptr) inner.fault("login", "is given twice");
        for (const auto& role : member.roles) {
            if (!bank.roles.contains(role))
                inner.fault("roles", "holds \"" + role + "\", which is none");
        }
        for (const auto& skill : member.skills) {
            if (!bank.skills.contains(skill)) {
                inner.fault("skills", "holds \"" + skill + "\", which is none");
            }
        }
        if (const Unit* unit = bank.unit(member.unit)) {
            member.institution = unit->institution;
        } else {
            inner.fault("unit", "names no unit of organisation.yaml");
        }
        bank.staff.push_back(std::move(member));
    }
    for (const auto& [node, manager] : managers) {
        if (bank.staff_member(manager) == nullptr)
            add(findings, *node, "reports_to names nobody of the staff");
    }
}

void read_customers(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    bank.customer_demo_password = fields.text("demo_password");
    if (!bank.facts.demo) add(findings, root, "made-up customers belong in a demonstration only");
    std::set<std::string> numbers;
    std::set<std::string> phones;
    for (const Node& node : fields.items("customers", true)) {
        Fields inner{node, findings};
        DemoCustomer customer;
        customer.institution = inner.text("institution");
        customer.unit = inner.text("unit");
        customer.name = inner.text("name");
        customer.id_number = inner.text("id_number");
        customer.phone = inner.text("phone");
        customer.address = inner.text("address");
        customer.occupation = inner.text("occupation");
        customer.language = inner.one_of("language", bank.facts.locales);
        customer.product = inner.text("product");
        customer.opening_balance = inner.money("opening_balance", bank.facts.currency);
        customer.elder_mode = inner.boolean_or("elder_mode", false);
        if (bank.institution(customer.institution) == nullptr) {
            inner.fault("institution", "names no institution");
        }
        const Unit* unit = bank.unit(customer.unit);
        if (unit == nullptr || unit->institution != customer.institution) {
            inner.fault("unit", "names no unit of that institution");
        }
        if (!bank.products.contains(customer.product)) inner.fault("product", "names no product");
        if (!numbers.insert(customer.id_number).second) inner.fault("id_number", "is given twice");
        if (!phones.insert(customer.phone).second) inner.fault("phone", "is given twice");
        bank.customers.push_back(std::move(customer));
    }
    for (const Node& node : fields.items("employers")) {
        Fields inner{node, findings};
        DemoEmployer employer;
        employer.institution = inner.text("institution");
        employer.unit = inner.text("unit");
        employer.name = inner.text("name");
        employer.credit_code = inner.text("credit_code");
        employer.product = inner.text("product");
        employer.opening_balance = inner.money("opening_balance", bank.facts.currency);
        employer.agents = inner.texts("agents");
        const Unit* unit = bank.unit(employer.unit);
        if (unit == nullptr || unit->institution != employer.institution) {
            inner.fault("unit", "names no unit of that institution");
        }
        if (!bank.products.contains(employer.product)) inner.fault("product", "names no product");
        if (!numbers.insert(employer.credit_code).second) {
            inner.fault("credit_code", "is given twice");
        }
        bank.employers.push_back(std::move(employer));
    }
}

}  // namespace bank::catalog::internal
