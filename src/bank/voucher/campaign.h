// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/customer_id.h>
#include <bank/ledger/ids.h>
#include <base/clock.h>
#include <base/money.h>
#include <base/text.h>

#include <cstdint>
#include <optional>
#include <string>

namespace bank::voucher {

using customer::CustomerId;
using CampaignId = base::Id<struct CampaignTag>;
/// A voucher is an account of the ledger that holds one piece: whose balance is 0, it is used.
using VoucherId = ledger::AccountId;

/// Who may claim. `account_holder`: whoever has an open account here.
enum class Audience : std::uint8_t { everybody, account_holder };
std::string_view to_string(Audience audience);

/// What a bank gives away, as its folder or a member of the staff describes it.
struct CampaignFacts {
    std::string code;  // Lower-case words, at most 40 bytes; the unit is "voucher/<code>".
    base::Text name;
    base::Text about;
    std::int64_t stock = 0;                 // Pieces; 1 to most_stock. Never changes.
    base::Money value{0, {"CNY", 2}};       // Off a bill that is paid with it. Never changes.
    base::Money least_bill{0, {"CNY", 2}};  // A bill must be this much; at least `value`.
    Audience audience = Audience::everybody;
    base::Instant starts_at = {};  // Claims are taken from here
    base::Instant ends_at = {};    // to here, this instant excluded.
    base::Instant use_until = {};  // Vouchers may be used up to here; not before `ends_at`.
};

/// What the staff made of a campaign; `ended` is for good. Who has an answer keeps it.
enum class Holding : std::uint8_t { running, paused, ended };
std::string_view to_string(Holding holding);

inline constexpr std::int64_t most_stock = 100'000'000;

/// A campaign with its accounts in the ledger.
struct Campaign {
    CampaignId id;
    CampaignFacts facts;
    base::Currency unit;
    ledger::AccountId stock;     // What is left; the ledger lets it never go below zero.
    ledger::AccountId redeemed;  // Used vouchers come back here.
    ledger::AccountId cost;      // What used vouchers cost the bank, in money.
    bool by_staff = false;
    base::Instant created_at;
    Holding holding = Holding::running;
};

/// How a campaign stands.
struct Standing {
    std::int64_t left = 0;
    std::int64_t asked = 0;  // Persons who were answered, the late ones included.
    std::optional<base::Instant> gone_at = {};  // When the last piece went.
};

/// The lasting answer to one person's claim.
struct Claim {
    bool granted = false;
    std::int64_t number = 0;  // Which person it was in the order of the claims, from 1.
    VoucherId voucher = {};   // Where granted.
    base::Instant at = {};
    std::int64_t stock = 0;
    std::optional<base::Instant> gone_at = {};  // Where too late: when the last piece went.
    bool repeated = false;                      // Answered before; nothing was done now.
};

/// One person's voucher.
struct Voucher {
    VoucherId id;
    CampaignId campaign;
    CustomerId holder;
    std::int64_t number = 0;
    base::Instant claimed_at;
};

}  // namespace bank::voucher
