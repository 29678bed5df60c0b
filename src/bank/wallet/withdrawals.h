// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/wallet/wallets.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::wallet {

using WithdrawalId = base::Id<struct WithdrawalTag>;

/// requested → sent → credited or failed. An unknown outcome stays `sent` and is asked again.
enum class WithdrawalState : std::uint8_t { requested, sent, credited, failed };
std::string_view to_string(WithdrawalState state);

/// Money brought from a wallet to the account that it is bound to.
struct Withdrawal {
    WithdrawalId id;  // Also the reference that the provider removes duplicates by.
    LinkId link;
    CustomerId person;
    AccountId account;
    std::string provider;
    base::Money amount;
    WithdrawalState state = WithdrawalState::requested;
    std::string reason = {};  // Of a failure: "partner.…" in the provider's words.
    base::Instant requested_at = {};
    std::optional<base::Instant> ended_at = {};
    int attempts = 0;
};

/// Withdrawals of one book's wallets.
///
/// Asking reserves the amount on the customer's account, so that a balance limit is held to before
/// the provider is asked. When the provider has taken it from the wallet, the account is credited
/// and "wallet/<provider>" debited: the bank owes the provider so much less. Each word of the
/// provider has its effect once, whenever and however often it comes. Events:
/// wallet.withdrawal-requested, wallet.withdrawn, wallet.withdrawal-failed.
class Withdrawals {
public:
    Withdrawals(account::Accounts& accounts, payment::Events& events)
        : accounts_(accounts), events_(events)
    {
    }

    /// `key` is the Idempotency-Key, scoped by person: again with the same content it answers the
    /// same withdrawal. Errors, in this order: payment.key_missing, ledger.client_id_reused,
    /// payment.amount_not_positive, wallet.unknown (also another's), wallet.not_bound,
    /// payment.unit_mismatch, payment.from_closed, payment.over_balance_limit,
    /// payment.amount_too_large, the ledger's.
    base::Result<Withdrawal> request(platform::sql::Transaction& transaction, CustomerId person,
                                     LinkId link, base::Money amount, std::string_view key);
    /// Whether `key` has been answered with a withdrawal.
    bool known(platform::sql::Snapshot& snapshot, CustomerId person, std::string_view key);

    /// The provider is being asked, once more. Errors: wallet.withdrawal_unknown,
    /// wallet.withdrawal_over.
    base::Result<Withdrawal> mark_sent(platform::sql::Transaction& transaction, WithdrawalId id);
    /// The provider took it from the wallet. Again: nothing. Where it had refused before, no money
    /// moves either: the contradiction is in the audit trail, for a person to clear. Errors:
    /// wallet.withdrawal_unknown.
    base::Result<Withdrawal> credited(platform::sql::Transaction& transaction, WithdrawalId id,
                                      std::string_view partner_reference);
    /// The provider refused for good, with its `reason`. As credited, the other way round.
    base::Result<Withdrawal> failed(platform::sql::Transaction& transaction, WithdrawalId id,
                                    std::string_view reason);

    /// Newest first.
    std::vector<Withdrawal> of_link(platform::sql::Snapshot& snapshot, LinkId link, int limit);
    /// Without an end, not touched since `before`; the oldest first.
    std::vector<Withdrawal> unfinished(platform::sql::Snapshot& snapshot, base::Instant before,
                                       int limit);

private:
    base::Result<Withdrawal> end(platform::sql::Transaction& transaction, Withdrawal withdrawal,
                                 WithdrawalState state, std::string_view reason,
                                 std::string_view partner_reference);

    account::Accounts& accounts_;
    payment::Events& events_;
};

}  // namespace bank::wallet
