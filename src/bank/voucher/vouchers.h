// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/voucher/campaign.h>

#include <bank/audit/trail.h>
#include <bank/ledger/ledger.h>
#include <base/result.h>
#include <platform/sql/book.h>

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace bank::voucher {

std::span<const platform::sql::Migration> migrations();

/// The ledger's account of each piece that was given out, under the code of its campaign's line in
/// the books ("voucher/CODE/held"). One a piece.
std::vector<ledger::Ledger::OwnAccount> pieces(platform::sql::Snapshot& snapshot);

/// The vouchers of one book: a stock of pieces in the ledger for each campaign, of which each
/// person gets one, in the order in which the claims come. One object per book.
///
/// Claims of a campaign wait in one queue and are decided by the book's writer, many in a unit of
/// work. What is answered is durable: a piece as an entry of the ledger, a late claim as one number
/// in a packed row, so that a person who asks again hears the same, also after a restart.
class Vouchers {
public:
    struct Parts {
        platform::sql::Book& book;
        ledger::Ledger& ledger;
        /// Told in the unit of work of each voucher that was given out ("voucher.granted").
        std::function<void(platform::sql::Transaction&, const Campaign&, const Voucher&)> granted;
        /// The book's date of an instant.
        std::function<base::Date(base::Instant)> business_date;
    };
    /// Reads the campaigns and the late claims; the book is migrated.
    explicit Vouchers(Parts parts);
    ~Vouchers();

    /// Makes a campaign and puts its stock into the ledger. Errors: voucher.campaign_invalid (the
    /// detail names the fact), voucher.campaign_exists.
    base::Result<Campaign> create(const CampaignFacts& facts, audit::Actor by);
    /// Makes the campaign where there is none of that code; else takes over words, times and
    /// audience. Stock and value stay as they were. Errors: voucher.campaign_invalid.
    base::Result<Campaign> adopt(const CampaignFacts& facts);

    /// Pauses a campaign, lets it go on, or ends it. Claims that already wait are still decided.
    /// Errors: voucher.campaign_unknown, voucher.campaign_ended, voucher.reason_missing (empty or
    /// over 500 bytes).
    base::Result<Campaign> hold(CampaignId id, Holding holding, audit::Actor by,
                                std::string_view reason);
    /// A voucher was used, in the unit of work that moved its piece. Again: nothing.
    void redeemed(platform::sql::Transaction& transaction, VoucherId id);

    /// All, the latest first. Any thread, as all that follow.
    std::vector<Campaign> campaigns() const;
    /// Errors: voucher.campaign_unknown.
    base::Result<Campaign> campaign(CampaignId id) const;
    Standing standing(platform::sql::Snapshot& snapshot, const Campaign& campaign) const;

    /// Claims for `person`, who may claim by the campaign's audience (the caller sees to that).
    /// `done` is called once, on the writer's thread or this one; short, must not throw. Errors:
    /// voucher.campaign_unknown, voucher.not_begun, voucher.paused, voucher.over (all three only
    /// where the person has no answer yet), voucher.too_busy (nothing was done), those of the book.
    using Done = std::function<void(const base::Result<Claim>&)>;
    void claim(CampaignId id, CustomerId person, Done done);

    /// What was answered to a person before.
    std::optional<Claim> answered(platform::sql::Snapshot& snapshot, const Campaign& campaign,
                                  CustomerId person) const;
    /// A person's vouchers, the latest first, at most 200.
    std::vector<Voucher> of_person(platform::sql::Snapshot& snapshot, CustomerId person) const;
    /// Errors: voucher.unknown (also another's).
    base::Result<Voucher> voucher(platform::sql::Snapshot& snapshot, CustomerId person,
                                  VoucherId id) const;

    /// How many pieces had been claimed, or used, up to the end of each of at most `points` equal
    /// spans between the first time and the last, from zero; empty where it never happened.
    struct Point {
        base::Instant at;
        std::int64_t pieces;
    };
    enum class Happened : std::uint8_t { claimed, used };
    std::vector<Point> over_time(platform::sql::Snapshot& snapshot, const Campaign& campaign,
                                 Happened what, int points) const;

private:
    class Desk;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::voucher
