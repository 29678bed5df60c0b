// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/clearing/directory.h>
#include <bank/payment/transfer.h>

#include <span>

namespace bank::payee {

using customer::CustomerId;
using PayeeId = base::Id<struct PayeeTag>;

std::span<const platform::sql::Migration> migrations();

/// What a customer keeps of somebody.
struct Payee {
    PayeeId id;
    std::string name;  // As it was given and found right, else the holder's, masked.
    bool name_checked = false;
    std::string nickname;
    payment::PayeeAddress address;
    bool favourite = false;
    std::string pinyin;     // Of name and nickname, apart by a blank.
    std::string initials;   // Of these.
    std::string bank = {};  // Where the account is kept: a code in the directory; empty: here.
};

/// What is to be added.
struct NewPayee {
    payment::PayeeAddress address;
    std::string name;  // Empty: the holder's masked name is kept.
    std::string nickname;
    bool favourite = false;
    /// Code of another bank or institution, which needs the account's number and the name in full;
    /// empty or this institution's own: the account is here.
    std::string bank = {};
    /// Whether that institution says that the account is held under the name; nothing where the
    /// bank tells nobody, as all do that the clearing house reaches.
    std::optional<bool> same_name_there = {};
};

inline constexpr std::size_t longest_name = 60;  // Characters, of a nickname too.
inline constexpr int most_payees = 500;

/// The payees of the customers of one book.
class Book {
public:
    struct Parts {
        platform::sql::Book& book;
        payment::Transfers& transfers;
        payment::People& people;
        const platform::crypto::Hmac& key;
        const clearing::Directory& directory;
        std::string own_code;  // Of this institution, in the directory.
    };
    explicit Book(const Parts& parts) : parts_(parts) {}

    /// Favourites first, then by pinyin. What cannot be read any more (erased) is left out.
    std::vector<Payee> list(platform::sql::Snapshot& snapshot, CustomerId owner);

    /// Not in a unit of work: it makes its own. Errors: those of Transfers::look_up or, of another
    /// bank, clearing.bank_unknown, clearing.number_malformed, clearing.name_missing; then
    /// payee.name_differs (the account is held under another name), payee.text_too_long,
    /// payee.oneself, payee.known (the address is in the book), payee.too_many.
    base::Result<Payee> add(CustomerId owner, const NewPayee& wish);

    /// Whether an account of this book is held under `name`: what another institution asks before
    /// it keeps a payee. Errors: those of Transfers::look_up.
    base::Result<bool> held_under(const payment::PayeeAddress& address, std::string_view name);

    /// Nothing where it stays as it is. Errors: payee.unknown (also another's),
    /// payee.text_too_long.
    struct Change {
        std::optional<std::string> nickname;
        std::optional<bool> favourite;
    };
    base::Result<Payee> change(CustomerId owner, PayeeId id, const Change& change);

    /// Errors: payee.unknown (also another's).
    base::Result<void> remove(CustomerId owner, PayeeId id);

private:
    base::Result<Payee> find(platform::sql::Snapshot& snapshot, CustomerId owner, PayeeId id);
    std::string seal(CustomerId owner, const Payee& payee);
    base::Result<Payee> here(CustomerId owner, const NewPayee& wish);
    base::Result<Payee> elsewhere(const NewPayee& wish) const;

    const Parts parts_;
};

}  // namespace bank::payee
