// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/clearing/outgoing.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::credit_card {

using customer::CustomerId;
using CardId = base::Id<struct CreditCardTag>;

std::span<const platform::sql::Migration> migrations();

/// How the last question to the issuer stands. `unavailable`: no answer in time; a late one still
/// counts.
enum class BillState : std::uint8_t { asking, known, unknown_card, another_holder, unavailable };
std::string_view to_string(BillState state);

/// What the issuer says is to be paid.
struct Bill {
    base::Money statement{0, {"CNY", 2}};  // Still open of it.
    base::Money minimum{0, {"CNY", 2}};    // At least this much of it by the due date.
    base::Date due = {};
};

/// A credit card that a person keeps here, with its last bill.
struct Card {
    CardId id;
    CustomerId person;
    std::string bank;  // The issuer's code in the directory.
    std::string masked_number;
    BillState state = BillState::asking;
    Bill bill = {};
    int asked = 0;  // How often; names the question.
    base::Instant asked_at = {};
    bool removed = false;
};

/// What a customer asks to be repaid.
struct Repayment {
    CardId card;
    account::AccountId from;
    base::Money amount;
};

/// A repayment that could be done as of a snapshot.
struct Plan {
    Repayment repayment;
    clearing::Plan payment;
};

/// One person's credit cards, and paying them.
class Cards {
public:
    struct Parts {
        clearing::Outgoing& outgoing;
        const clearing::Directory& directory;
        payment::People& people;
        const platform::crypto::Hmac& fingerprint;
        const base::Clock& clock;
    };
    explicit Cards(const Parts& parts) : parts_(parts) {}

    /// Keeps a card and notes the question for its bill, which the caller asks in the same unit of
    /// work; a card that is kept already is asked about again. Blanks and hyphens in `number` are
    /// passed over. Errors: card.number_malformed (12 to 19 digits), card.number_mistyped (its
    /// check digit), card.no_credit_card (no issuer gives out such numbers), card.too_many (20
    /// numbers a day).
    base::Result<Card> keep(platform::sql::Transaction& transaction, CustomerId person,
                            std::string_view number);
    /// Notes one more question. Errors: card.unknown (also another's).
    base::Result<Card> ask_again(platform::sql::Transaction& transaction, CustomerId person,
                                 CardId id);
    /// What the issuer said to question number `asked`; an answer to an earlier one is passed over.
    /// Errors: card.unknown.
    base::Result<void> answered(platform::sql::Transaction& transaction, CardId id, int asked,
                                BillState state, const Bill& bill);
    /// What is asked of the issuer: {bank, number, name}.
    platform::json::Object question(platform::sql::Snapshot& snapshot, const Card& card);

    /// Errors: card.unknown (also another's, or no longer kept).
    base::Result<Card> card(platform::sql::Snapshot& snapshot, CustomerId person, CardId id);
    /// At most 50, the one kept first first.
    std::vector<Card> of_person(platform::sql::Snapshot& snapshot, CustomerId person);
    /// Repayments under way go on. Errors: card.unknown.
    base::Result<void> remove(platform::sql::Transaction& transaction, CustomerId person,
                              CardId id);

    /// What may still be paid on the last bill: the statement less what was paid since it was asked
    /// for, or is on its way. Zero where the bill is not known.
    base::Money open(platform::sql::Snapshot& snapshot, const Card& card);
    /// The payments to a card, newest first, at most 20.
    std::vector<clearing::Payment> payments(platform::sql::Snapshot& snapshot, const Card& card);

    /// Errors, in this order: card.unknown, payment.amount_not_positive, card.bill_not_known,
    /// card.bill_out_of_date (asked more than 30 minutes ago), card.nothing_due,
    /// card.more_than_due, those of clearing::Outgoing::plan.
    base::Result<Plan> plan(platform::sql::Snapshot& snapshot, CustomerId person,
                            const Repayment& repayment);
    /// Pays, in the unit of work; as clearing::Outgoing::pay, and card.more_than_due where another
    /// repayment was faster.
    base::Result<clearing::Answer> pay(platform::sql::Transaction& transaction, const Plan& plan,
                                       std::string_view key, std::uint64_t proof);
    /// What was answered to `key` before. Errors: card.unknown, ledger.client_id_reused.
    base::Result<std::optional<clearing::Answer>> before(platform::sql::Snapshot& snapshot,
                                                         CustomerId person,
                                                         const Repayment& repayment,
                                                         std::string_view key);

private:
    base::Result<clearing::Order> order_of(platform::sql::Snapshot& snapshot, CustomerId person,
                                           const Repayment& repayment);

    const Parts parts_;
};

}  // namespace bank::credit_card
