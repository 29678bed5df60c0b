// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/voucher/campaign.h>

#include <base/result.h>
#include <platform/sql/transaction.h>

#include <functional>
#include <span>
#include <vector>

namespace bank::voucher::internal {

/// Errors: voucher.campaign_invalid.
base::Result<void> check_facts(const CampaignFacts& facts);

void insert(platform::sql::Transaction& transaction, const Campaign& campaign);
/// Words, times, audience, and whether it is held.
void update(platform::sql::Transaction& transaction, const Campaign& campaign);
std::vector<Campaign> read_campaigns(platform::sql::Snapshot& snapshot);

/// A person's piece of a campaign.
std::optional<Voucher> find_claim(platform::sql::Snapshot& snapshot, CampaignId campaign,
                                  CustomerId person);
void insert_claim(platform::sql::Transaction& transaction, const Voucher& voucher);

/// Persons who came too late, numbered from `first_number` on.
void insert_late(platform::sql::Transaction& transaction, CampaignId campaign,
                 std::int64_t first_number, std::span<const std::uint64_t> persons);
/// When the late claim of that number came.
base::Instant late_at(platform::sql::Snapshot& snapshot, CampaignId campaign, std::int64_t number);
/// Everybody who was answered, with the number.
void each_asked(platform::sql::Snapshot& snapshot, CampaignId campaign,
                const std::function<void(std::uint64_t person, std::int64_t number)>& take);
/// When the latest piece was given out.
std::optional<base::Instant> latest_claim(platform::sql::Snapshot& snapshot, CampaignId campaign);

}  // namespace bank::voucher::internal
