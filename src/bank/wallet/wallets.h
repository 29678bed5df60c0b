// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>
#include <bank/clearing/outgoing.h>
#include <bank/payment/ports.h>
#include <bank/risk/judge.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::wallet {

using account::AccountId;
using customer::CustomerId;
using ledger::EntryId;
using LinkId = base::Id<struct WalletLinkTag>;

std::span<const platform::sql::Migration> migrations();

/// asking → bound | refused; asking, bound → unbound.
enum class State : std::uint8_t { asking, bound, refused, unbound };
std::string_view to_string(State state);

/// What a wallet may take.
struct Limits {
    base::Money per_payment;
    base::Money per_day;  // Of the institution's business date.
};

/// A wallet that is, or was, tied to an account.
struct Link {
    LinkId id;
    CustomerId person;
    AccountId account;
    std::string provider;  // Its code in the directory of banks.
    State state = State::asking;
    std::string reason = {};  // Of a refusal: wallet.unknown_phone, wallet.another_holder, …
    std::string masked_number = {};
    Limits limits;
    base::Instant asked_at = {};
    std::optional<base::Instant> bound_at = {};
    std::optional<base::Instant> ended_at = {};
};

/// What a customer asks to be bound, or, with `changes`, under which limits it is to stay so.
struct Order {
    std::string provider = {};
    AccountId account = {};
    Limits limits;
    LinkId changes = {};
};

/// An order that could be done as of a snapshot.
struct Plan {
    CustomerId person;
    Order order;
    payment::Proof proof_needed = payment::Proof::sms;
    std::string subject = {};  // What a proof is bound to; canonical JSON.
};

/// What the provider asks to take.
struct Debit {
    LinkId link;
    std::string reference;  // The provider's, of this payment; 1 to 64 characters.
    base::Money amount;
    std::string merchant;  // Whom the customer pays; at most 60 characters.
};

/// A debit with what was worked out for it before the unit of work.
struct DebitPlan {
    std::string provider;
    Debit debit;
    risk::Decision decision = {};
    std::string sealed = {};  // Merchant, under the customer's key.
};

/// A debit that was made.
struct Taken {
    std::string reference;
    EntryId entry;
    base::Money amount;
    std::string merchant;  // Empty where the customer was erased.
    base::Instant at;
};

/// The lasting answer to one reference: either of the two.
struct Answer {
    std::optional<EntryId> paid;
    std::optional<base::Error> refused;
    base::Date day = {};  // The business date in whose settlement a paid one stands.
};

/// What passed between provider and account, as both sides of a day's settlement know it.
struct OfDay {
    std::uint64_t payment = 0;  // The entry of a debit, the id of a withdrawal.
    std::string reference;      // The provider's.
    base::Money amount;         // Of a withdrawal below zero.
    base::Instant at;
};

/// The wallets of one book's customers. Events: wallet.bound, wallet.refused, wallet.unbound,
/// wallet.debited.
class Wallets {
public:
    struct Parts {
        account::Accounts& accounts;
        clearing::Outgoing& outgoing;
        const clearing::Directory& directory;
        risk::Judge& judge;
        payment::People& people;
        payment::Proofs& proofs;
        payment::Events& events;
    };
    explicit Wallets(const Parts& parts) : parts_(parts) {}

    /// Works an order out. Binding always needs a code by SMS at least, new limits only where one
    /// of them rises. Errors, in this order: wallet.unknown (also another's), wallet.not_bound (of
    /// `changes`); wallet.provider_unknown, payment.from_unknown, payment.from_closed,
    /// payment.from_frozen, wallet.bound_already (or being bound); wallet.limits_impossible (not
    /// above zero, a payment's above the day's, or above what the bank allows the provider).
    base::Result<Plan> plan(platform::sql::Snapshot& snapshot, CustomerId person,
                            const Order& order);
    /// Notes the wallet as being bound; the caller asks the provider in the same unit of work.
    /// Errors: wallet.bound_already, payment.proof_missing, authentication's.
    base::Result<Link> bind(platform::sql::Transaction& transaction, const Plan& plan,
                            std::uint64_t proof);
    /// Puts the plan's limits in force. Errors: wallet.not_bound, payment.proof_missing,
    /// authentication's.
    base::Result<Link> set_limits(platform::sql::Transaction& transaction, const Plan& plan,
                                  std::uint64_t proof);
    /// What the provider said to the question whether it binds: its number of the wallet, or why
    /// not. Only of one that is being bound. Errors: wallet.unknown.
    base::Result<void> answered(platform::sql::Transaction& transaction, LinkId id,
                                std::string_view number, std::string_view reason);
    /// From now on nothing is taken. The caller tells the provider. Again: nothing. Errors:
    /// wallet.unknown.
    base::Result<Link> unbind(platform::sql::Transaction& transaction, CustomerId person,
                              LinkId id);
    /// The provider knows that it was unbound.
    void told(platform::sql::Transaction& transaction, LinkId id);
    /// Those about which the provider has not answered (being bound, or unbound), not touched since
    /// `before`; the oldest first.
    std::vector<Link> waiting(platform::sql::Snapshot& snapshot, base::Instant before, int limit);
    /// They are asked about again now.
    void touch(platform::sql::Transaction& transaction, LinkId id);

    /// The slow part of a debit. Errors: wallet.debit_malformed (reference, merchant),
    /// wallet.unknown (also another provider's).
    base::Result<DebitPlan> prepare(platform::sql::Snapshot& snapshot, std::string_view provider,
                                    const Debit& debit);
    /// Takes the money, once for each reference of a provider. Lasting refusals are in the answer:
    /// wallet.not_bound, wallet.over_payment_limit, wallet.over_day_limit, risk.*, payment.*.
    /// Errors: ledger.client_id_reused (the reference was used for another payment).
    base::Result<Answer> debit(platform::sql::Transaction& transaction, const DebitPlan& plan);

    /// What a top-up pays to the wallet's number. Errors: wallet.unknown, wallet.not_bound.
    base::Result<clearing::Order> top_up(platform::sql::Snapshot& snapshot, CustomerId person,
                                         LinkId id, base::Money amount);

    /// Errors: wallet.unknown (also another's).
    base::Result<Link> link(platform::sql::Snapshot& snapshot, CustomerId person, LinkId id);
    /// Newest first, at most 50.
    std::vector<Link> of_person(platform::sql::Snapshot& snapshot, CustomerId person);
    /// Newest first.
    std::vector<Taken> taken(platform::sql::Snapshot& snapshot, const Link& link, int limit);
    /// On the business date of now.
    base::Money taken_today(platform::sql::Snapshot& snapshot, const Link& link);

private:
    base::Result<void> prove(platform::sql::Transaction& transaction, const Plan& plan,
                             std::uint64_t proof);
    base::Result<void> check_limits(const clearing::Bank& provider, const Limits& limits) const;

    const Parts parts_;
};

/// The providers that took or gave something on a business date, by code.
std::vector<std::string> providers_of(platform::sql::Snapshot& snapshot, base::Date day);
/// What passed in CNY on a business date, debits and withdrawals, in the order of `payment`, from
/// after `after` (0: the first). No more are added once the date is closed.
std::vector<OfDay> passed_on(platform::sql::Snapshot& snapshot, std::string_view provider,
                             base::Date day, std::uint64_t after, int limit);

/// Holds each "wallet/<provider>" to the debits, withdrawals and payouts that explain it: says what
/// is not, one sentence each.
std::vector<std::string> explain(platform::sql::Snapshot& snapshot, ledger::Ledger& ledger);

}  // namespace bank::wallet
