// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/standing/terms.h>

#include <bank/clearing/outgoing.h>
#include <bank/payment/transfer.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::standing {

using account::AccountId;
using customer::CustomerId;
using ledger::EntryId;

std::span<const platform::sql::Migration> migrations();

using OrderId = base::Id<struct StandingOrderTag>;

/// Who is paid: within the institution by account or phone, else at `bank`.
struct Target {
    std::string bank;  // Empty: this institution.
    payment::PayeeAddress here;
    std::string number;  // At `bank`.
    std::string name;    // Empty here, or compared with the holder's; needed at `bank`.
};

/// What a customer asks to be done later.
struct Order {
    AccountId from = {};
    Target to = {};
    base::Money amount;
    std::string purpose = {};
    Terms terms = {};
};

/// How the bank does it (payment-rules.yaml).
struct Rules {
    int minute_of_day = 8 * 60;  // When the orders of a day are done, local time.
    int delayed_hours = 24;
    int attempts = 3;  // Of one date.
    int retry_minutes = 120;
    int furthest_days = 5 * 366;                   // How far ahead a first date may lie.
    std::optional<std::int64_t> notice_from = {};  // Minor units from which notice is needed,
    int notice_days = 0;                           // so many days.
};

enum class State : std::uint8_t { active, paused, ended, cancelled };
std::string_view to_string(State state);

/// What became of one date, at one attempt.
struct Run {
    base::Date date;  // By the rhythm.
    int attempt = 1;
    base::Instant at;
    bool paid = false;
    bool skipped = false;  // No more attempts.
    std::string reason;    // Of a refusal.
    std::string payment;   // Id of the transfer or the payment to another bank.
};

/// An order as it stands.
struct View {
    OrderId id;
    CustomerId payer;
    AccountId account;
    std::string bank;
    std::string masked_number;
    std::string masked_name;
    base::Money amount;
    Terms terms;
    State state = State::active;
    int done = 0;  // Dates paid or skipped.
    std::optional<base::Date> next_date = {};
    std::optional<base::Instant> next_at = {};
    int attempt = 1;
    base::Instant created_at;
    std::string last_reason = {};  // Of the last refusal that no payment followed.
};

/// An order that may be set up, with what a proof of it is bound to.
struct Plan {
    CustomerId payer;
    Order order;
    payment::Proof proof_needed = payment::Proof::branch;
    std::string subject = {};
    std::string masked_number = {};
    std::string masked_name = {};
    std::string sealed = {};
    OrderId changes = {};  // The order that it takes the place of, or none.
    bool moves = false;    // Its next date becomes `order.terms.first`.
};

/// Orders of one book. Events: standing.created, standing.cancelled, standing.retried,
/// standing.skipped.
class Orders {
public:
    struct Parts {
        account::Accounts& accounts;
        payment::Transfers& transfers;
        clearing::Outgoing& outgoing;
        payment::People& people;
        payment::Proofs& proofs;
        payment::Events& events;
        const engine::process::BusinessCalendar& calendar;
        Rules rules;
    };
    explicit Orders(const Parts& parts) : parts_(parts) {}

    /// Works an order out. Errors: those of the payment's own plan, standing.first_date_past,
    /// standing.first_date_too_far, standing.day_impossible, standing.until_before_first,
    /// standing.times_impossible, standing.notice_too_short. `changes`: also standing.unknown,
    /// standing.over.
    base::Result<Plan> plan(platform::sql::Snapshot& snapshot, CustomerId payer, const Order& order,
                            OrderId changes = {});

    /// Sets it up, in the unit of work; again with the same key: the same. Holds the money of one
    /// that is delayed. Errors: payment.key_missing, ledger.client_id_reused,
    /// payment.proof_missing, authentication's, payment.no_funds.
    base::Result<OrderId> create(platform::sql::Transaction& transaction, const Plan& plan,
                                 std::string_view key, std::uint64_t proof);
    /// Whether `key` has been answered with an order.
    bool known(platform::sql::Snapshot& snapshot, CustomerId payer, std::string_view key);

    /// Puts the plan's terms and amount in the place of the order's; where a plan of `changes`
    /// names a first date, the order's next date is that one, and its row goes on from there.
    /// Errors: as create, standing.unknown, standing.over.
    base::Result<void> change(platform::sql::Transaction& transaction, const Plan& plan,
                              std::uint64_t proof);

    /// Errors: standing.unknown (also another's), standing.over, standing.not_pausable (delayed).
    base::Result<void> set_state(platform::sql::Transaction& transaction, CustomerId payer,
                                 OrderId id, State state);

    /// Does what is due by now, a unit of work each; returns how many. `book` is the orders' own.
    int run_due(platform::sql::Book& book, int at_most);

    /// Errors: standing.unknown.
    base::Result<View> view(platform::sql::Snapshot& snapshot, OrderId id, CustomerId viewer = {});
    std::vector<View> of_payer(platform::sql::Snapshot& snapshot, CustomerId payer, int limit);
    /// The newest first.
    std::vector<Run> runs(platform::sql::Snapshot& snapshot, OrderId id, int limit);

    const Rules& rules() const { return parts_.rules; }

private:
    struct Due;
    /// How much was told to go next, and when.
    struct Next {
        std::int64_t minor_units = 0;
        base::Instant goes = {};
    };

    base::Result<void> check_terms(const Order& order, base::Instant now) const;
    base::Result<void> check_notice(const Order& order, base::Date next, const Next& before,
                                    base::Instant now) const;
    base::Result<void> prove(platform::sql::Transaction& transaction, const Plan& plan,
                             std::uint64_t proof);
    base::Instant moment(const Terms& terms, base::Date date, base::Instant asked) const;
    bool run_one(platform::sql::Book& book, OrderId id);
    Order order_of(platform::sql::Snapshot& snapshot, const View& view);

    const Parts parts_;
};

}  // namespace bank::standing
