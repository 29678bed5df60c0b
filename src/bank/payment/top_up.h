// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/ports.h>

#include <bank/account/accounts.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::payment {

std::span<const platform::sql::Migration> migrations();

using TopUpId = base::Id<struct TopUpTag>;

/// requested → sent → credited or failed. An unknown outcome stays `sent` and is asked again.
enum class TopUpState : std::uint8_t { requested, sent, credited, failed };
std::string_view to_string(TopUpState state);

/// Money brought in from the bound account at another bank.
struct TopUp {
    TopUpId id;  // Also the reference that the other bank removes duplicates by.
    account::AccountId account;
    std::string bank;
    base::Money amount;
    TopUpState state;
    std::string reason;  // Of a failure: the other bank's, or ours.
    base::Instant requested_at;
    std::optional<base::Instant> ended_at;
    int attempts = 0;
};

/// Pulls money through the clearing account of each other bank.
///
/// Asking reserves the amount on the customer's account, so that a balance limit is held to before
/// the other bank is asked. Each answer of the other bank has its effect once, whenever and however
/// often it comes. Every change of state is an event: top-up.requested, top-up.credited,
/// top-up.failed.
class TopUps {
public:
    TopUps(account::Accounts& accounts, Events& events) : accounts_(accounts), events_(events) {}

    /// Errors: payment.key_missing, payment.amount_not_positive, account.unknown (also another's),
    /// payment.unit_mismatch, payment.no_bound_account, payment.from_closed,
    /// payment.over_balance_limit, payment.amount_too_large, ledger.client_id_reused.
    base::Result<TopUp> request(platform::sql::Transaction& transaction,
                                customer::CustomerId holder, account::AccountId account,
                                base::Money amount, std::string_view key);
    /// Whether `key` has been answered with a top-up.
    bool known(platform::sql::Snapshot& snapshot, customer::CustomerId holder,
               std::string_view key);

    /// The other bank is being asked now. Errors: payment.top_up_unknown, payment.top_up_over.
    base::Result<TopUp> mark_sent(platform::sql::Transaction& transaction, TopUpId id);

    /// The other bank paid. Again: the same answer, nothing done. Where it had refused before, no
    /// money moves either: the contradiction is written to the audit trail and given as reason
    /// payment.top_up_contradicted, for a person to clear. Errors: payment.top_up_unknown.
    base::Result<TopUp> credited(platform::sql::Transaction& transaction, TopUpId id,
                                 std::string_view partner_reference);

    /// The other bank refused for good, with its `reason` (a code). Where it had paid before: as
    /// above. Errors: payment.top_up_unknown.
    base::Result<TopUp> failed(platform::sql::Transaction& transaction, TopUpId id,
                               std::string_view reason);

    /// Errors: payment.top_up_unknown.
    base::Result<TopUp> top_up(platform::sql::Snapshot& snapshot, TopUpId id);
    std::vector<TopUp> of_account(platform::sql::Snapshot& snapshot, account::AccountId account,
                                  int limit);

    /// Those without an end that were last touched before `before`: to be asked again.
    std::vector<TopUp> unfinished(platform::sql::Snapshot& snapshot, base::Instant before,
                                  int limit);

private:
    base::Result<TopUp> end(platform::sql::Transaction& transaction, TopUp top_up, TopUpState state,
                            std::string_view reason, std::string_view partner_reference);
    base::Result<TopUp> contradicted(platform::sql::Transaction& transaction, TopUp top_up,
                                     std::string_view said);

    account::Accounts& accounts_;
    Events& events_;
};

}  // namespace bank::payment
