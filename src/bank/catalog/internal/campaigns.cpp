// SPDX-License-Identifier: Apache-2.0
// campaigns/: vouchers that the bank gives away.
#include <bank/catalog/internal/bank_files.h>

#include <algorithm>

namespace bank::catalog::internal {

void read_campaign(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    Campaign campaign;
    campaign.code = fields.text("code");
    campaign.institution = fields.text("institution");
    if (bank.institution(campaign.institution) == nullptr)
        fields.fault("institution", "names no institution");
    campaign.name = fields.languages("name");
    campaign.about = fields.languages("about");
    campaign.stock = fields.integer("stock", 1, 100'000'000);
    campaign.value = fields.money("value", bank.facts.currency);
    campaign.least_bill = fields.money("least_bill", bank.facts.currency);
    if (campaign.least_bill.minor_units < campaign.value.minor_units)
        fields.fault("least_bill", "must not be less than the value");
    campaign.for_account_holders =
        fields.one_of("audience", {"everybody", "account-holder"}) == "account-holder";
    campaign.starts_at = fields.instant("starts_at");
    campaign.ends_at = fields.instant("ends_at");
    campaign.use_until = fields.instant("use_until");
    if (campaign.ends_at <= campaign.starts_at) fields.fault("ends_at", "must be after starts_at");
    if (campaign.use_until < campaign.ends_at)
        fields.fault("use_until", "must not be before ends_at");
    const bool twice =
        std::any_of(bank.campaigns.begin(), bank.campaigns.end(), [&](const Campaign& other) {
            return other.institution == campaign.institution && other.code == campaign.code;
        });
    if (twice) fields.fault("code", "is given to another campaign of the institution too");
    bank.campaigns.push_back(std::move(campaign));
}

}  // namespace bank::catalog::internal
