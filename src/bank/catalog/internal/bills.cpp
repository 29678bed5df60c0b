// SPDX-License-Identifier: Apache-2.0
// billers/: kinds of bills, places, forms.
#include <bank/catalog/bills.h>
#include <bank/catalog/internal/bank_files.h>

#include <algorithm>

namespace bank::catalog::internal {

namespace {

BillKind read_kind(const Node& node, const BillCatalogue& bills, std::vector<Finding>& findings)
{
    Fields fields{node, findings};
    BillKind kind{.code = fields.text("code"),
                  .category = fields.text("category"),
                  .name = fields.languages("name"),
                  .also = fields.texts("also"),
                  .biller = fields.languages("biller"),
                  .form = fields.text("form")};
    const bool known =
        std::any_of(bills.categories.begin(), bills.categories.end(),
                    [&](const BillCategory& one) { return one.code == kind.category; });
    if (!known) fields.fault("category", "names no category");
    if (bills.forms.section(kind.form) == nullptr)
        fields.fault("form", "names no section of forms.json");
    const bool twice = std::any_of(bills.kinds.begin(), bills.kinds.end(),
                                   [&](const BillKind& one) { return one.code == kind.code; });
    if (twice) fields.fault("code", "is given to another kind too");
    return kind;
}

void read_kinds(const Node& root, BillCatalogue& bills, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    bills.partner = fields.text("partner");
    for (const Node& node : fields.items("categories", true)) {
        Fields category{node, findings};
        bills.categories.push_back(
            {category.text("code"), category.languages("name"), category.text("icon")});
    }
    for (const Node& node : fields.items("kinds", true)) {
        bills.kinds.push_back(read_kind(node, bills, findings));
    }
}

void read_places(const Node& root, BillCatalogue& bills, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    std::set<std::string> codes;
    for (const Node& node : fields.items("cities", true)) {
        Fields inner{node, findings};
        BillCity city{inner.text("code"), inner.languages("name"), {}};
        for (const Node& each : inner.items("districts", true)) {
            Fields district{each, findings};
            city.districts.push_back({district.text("code"), district.languages("name")});
            if (!codes.insert(city.code + "." + city.districts.back().code).second)
                district.fault("code", "is given to another district of the city too");
        }
        bills.cities.push_back(std::move(city));
    }
}

}  // namespace

std::shared_ptr<const BillCatalogue> read_bills(const std::filesystem::path& folder,
                                                std::vector<Finding>& findings)
{
    auto bills = std::make_shared<BillCatalogue>();
    const auto yaml = [&](const char* name, auto read) {
        const auto root = platform::config::read_yaml(folder / name, name);
        if (root) {
            read(root.value(), *bills, findings);
        } else {
            findings.push_back(finding_of(root.error(), name));
        }
    };
    const auto forms =
        platform::config::read_text(folder / "billers/forms.json", "billers/forms.json");
    if (forms) {
        bills->forms = Form::read(forms.value(), "billers/forms.json", findings);
    } else {
        findings.push_back(finding_of(forms.error(), "billers/forms.json"));
    }
    yaml("billers/kinds.yaml", read_kinds);
    yaml("billers/places.yaml", read_places);
    return bills;
}

}  // namespace bank::catalog::internal
