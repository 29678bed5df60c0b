// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/product.h>

#include <bank/audit/trail.h>
#include <bank/business_day/business_day.h>
#include <bank/customer/customer_id.h>
#include <bank/ledger/ledger.h>
#include <base/text.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::account {

using customer::CustomerId;
using ledger::AccountId;

std::span<const platform::sql::Migration> migrations();

/// `dormant`: nothing moved for long; nothing goes out until the holder proved who they are.
enum class State : std::uint8_t { open, frozen, closed, dormant };
std::string_view to_string(State state);

/// The holder's own account at another bank, from which money comes and to which it may always go.
struct BoundAccount {
    std::string bank;           // Code of the partner: "otherbank".
    std::string masked_number;  // For people.
    std::string sealed_number;  // Encrypted by the customer module; opaque here.
};

/// What an account is, apart from its money.
struct Account {
    AccountId id;  // The ledger's too.
    std::string number;
    Class account_class;
    State state;
    CustomerId holder;
    std::string product;
    std::string branch;  // Code of the unit of the organisation that keeps it.
    base::Currency unit;
    base::Instant opened_at;
    std::optional<base::Instant> closed_at;
    bool face_to_face = false;  // The holder was confirmed in person.
    bool is_default = false;    // Receives what is paid to the holder's phone number.
    std::optional<BoundAccount> bound;
};

/// A limit and how much of it is gone.
struct LimitUse {
    std::string_view code;  // "out_day", "out_year", "in_day", "in_year", "balance".
    base::Money limit;
    base::Money used;
};

/// When an open account goes to sleep, in days; 0: never.
struct Idleness {
    int unused_after_days = 0;  // Nothing moved since it was opened.
    int idle_after_days = 0;    // Nothing moved since the last movement.
};

struct Opening {
    std::string key;  // The process's own for this opening; opened once, whatever is repeated.
    CustomerId holder;
    std::string branch;
    bool face_to_face = false;
    std::optional<BoundAccount> bound = {};
    audit::Actor by = {};  // Who opens it, for the audit trail.
};

/// What an institution gives its accounts.
struct Institution {
    std::string number_prefix;  // See make_number.
    int utc_offset_minutes = 480;
    const business_day::BusinessDay* business_day = nullptr;  // Without: the date of the clock.
};

/// The accounts of one book: who holds them, numbers, classes, limits. Money is the ledger's.
class Accounts {
public:
    Accounts(ledger::Ledger& ledger, Institution institution);

    /// Opens an account of `product`, with the product's limits on the ledger's account. The first
    /// open account of a holder becomes the default. The same key answers the same account.
    /// Errors: account.key_missing, account.key_reused (for another holder or product),
    /// account.holder_missing, account.remote_not_allowed, account.bound_account_needed,
    /// account.too_many_of_class (over per_person).
    base::Result<Account> open(platform::sql::Transaction& transaction, const Product& product,
                               const Opening& opening);

    /// Whether `open` would say too many; for asking early.
    bool may_have_another(platform::sql::Snapshot& snapshot, CustomerId holder,
                          const Product& product);

    /// Nothing goes out (money still comes in), and the reverse.
    /// Errors: account.unknown, account.closed.
    base::Result<void> freeze(platform::sql::Transaction& transaction, AccountId id);
    base::Result<void> unfreeze(platform::sql::Transaction& transaction, AccountId id);

    /// Whether a rule of `idleness` puts an open account to sleep on `today`. What the bank itself
    /// booked (interest, fees) is no movement. Errors: account.unknown.
    base::Result<bool> is_idle(platform::sql::Snapshot& snapshot, AccountId id,
                               const Idleness& idleness, base::Date today);
    /// Looks once more and puts it to sleep: nothing goes out, money still comes in. False where it
    /// is not idle, or not open. Errors: account.unknown.
    base::Result<bool> put_to_sleep(platform::sql::Transaction& transaction, AccountId id,
                                    const Idleness& idleness);
    /// Wakes a dormant account; it counts as moved today. Errors: account.unknown,
    /// account.not_dormant.
    base::Result<void> revive(platform::sql::Transaction& transaction, AccountId id);

    /// Makes an account of Class II or III one of `product`, which is of a higher class, with its
    /// limits; the holder was met. Errors: account.unknown, account.not_open,
    /// account.class_not_higher, account.too_many_of_class.
    base::Result<Account> upgrade(platform::sql::Transaction& transaction, const Product& product,
                                  AccountId id);

    /// For ever. Errors: account.unknown, account.frozen, account.closed, account.not_empty (a
    /// balance, or money reserved).
    base::Result<void> close(platform::sql::Transaction& transaction, AccountId id);

    /// The holder was met: lifts what requires_face_to_face held back, puts the product's limits.
    /// Errors: account.unknown, account.closed.
    base::Result<void> confirm_face_to_face(platform::sql::Transaction& transaction,
                                            const Product& product, AccountId id);

    /// Errors: account.unknown, account.not_open, account.not_the_holders.
    base::Result<void> make_default(platform::sql::Transaction& transaction, CustomerId holder,
                                    AccountId id);

    /// Errors: account.unknown.
    base::Result<Account> account(platform::sql::Snapshot& snapshot, AccountId id);
    /// `number` as read_number gives it. Errors: account.unknown.
    base::Result<Account> by_number(platform::sql::Snapshot& snapshot, std::string_view number);
    /// Errors: account.no_default (no open account).
    base::Result<Account> default_of(platform::sql::Snapshot& snapshot, CustomerId holder);
    std::vector<Account> of_holder(platform::sql::Snapshot& snapshot, CustomerId holder);

    /// The limits of an account and what is used of them today. Errors: ledger.account_unknown.
    base::Result<std::vector<LimitUse>> limits(platform::sql::Snapshot& snapshot, AccountId id,
                                               base::Date today);

    /// Whether accounts that this one is not bound to may pay in (Class II before the holder was
    /// met: no).
    base::Result<bool> takes_from_others(platform::sql::Snapshot& snapshot, AccountId id);

    /// The date that entries made now count for: the one that is open in the book, whatever
    /// `instant` says; where the book keeps none, the local date of `instant`. In a unit of work it
    /// is the date at its commit.
    base::Date business_date(base::Instant instant) const;

    /// What an account is to those who go through all of them.
    struct Row {
        AccountId id;
        std::string_view product;  // Interned.
        base::Currency unit;
        Class account_class;
        State state;
        bool is_default;
    };
    /// The accounts from `first` on and before `end` (none: to the last), in order of id; at most
    /// `limit`.
    std::vector<Row> rows(platform::sql::Snapshot& snapshot, AccountId first, AccountId end,
                          int limit);
    std::int64_t count(platform::sql::Snapshot& snapshot);

    ledger::Ledger& ledger() { return ledger_; }

    /// Makes `count` accounts for measurements, held by customers numbered from `first_holder` on,
    /// each with `balance` out of the bank's own account "measurement". Not in a unit of work: it
    /// makes its own. Returns their ids in order.
    std::vector<AccountId> fill(platform::sql::Book& book, const Product& product,
                                std::int64_t count, CustomerId first_holder, base::Money balance);

private:
    std::string next_number(platform::sql::Transaction& transaction);
    base::Result<void> set_state(platform::sql::Transaction& transaction, AccountId id, State state,
                                 ledger::Flag flag);

    ledger::Ledger& ledger_;
    const Institution institution_;
};

}  // namespace bank::account
