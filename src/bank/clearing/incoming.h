// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/clearing/outgoing.h>

#include <optional>
#include <string>

namespace bank::clearing {

/// Payments that come into the book from another institution or bank.
///
/// A message is recorded under its sender and id in the unit of work that pays it out, or that
/// refuses it; whatever is sent again is answered as before and does nothing. What the other bank
/// owes for it stands on "settlement/<route>". Event: clearing.received.
class Incoming {
public:
    struct Parts {
        account::Accounts& accounts;
        risk::Judge& judge;
        payment::People& people;
        payment::Events& events;
        std::string own_clearing_code;
    };
    explicit Incoming(const Parts& parts) : parts_(parts) {}

    /// A message with all that can be worked out before the unit of work.
    struct Prepared {
        std::string route;
        iso20022::CreditTransfer message;
        std::optional<base::Money> amount;
        std::optional<AccountId> account;
        std::string sealed;       // Payer's name and purpose under the payee's key.
        std::string masked_name;  // The payer's.
        std::string refused;      // ISO external code, where it is refused anyhow.
        std::string why;          // For people.
    };

    /// Reads and judges a message; `sender_code` is the BIC of who hands it over, or empty where
    /// the clearing house speaks for many. Refusals become answers (AC01 no such account, AC04
    /// closed, AC06 blocked, AM03 currency, AM12 amount, BE01 name differs, RC01 not for this bank,
    /// RR04 sanctions). Errors: iso20022.*, clearing.sender_differs.
    base::Result<Prepared> prepare(platform::sql::Snapshot& snapshot, std::string_view route,
                                   std::string_view sender_code, std::string_view xml);

    /// Pays it out or refuses it (also AM02: over what the account may take), once; answers how it
    /// stands. The same id with another content is refused with AM05.
    base::Result<iso20022::StatusReport> record(platform::sql::Transaction& transaction,
                                                const Prepared& prepared);

    /// The payer's masked name of an entry that came in, for the message to the payee.
    static std::string payer_of(platform::sql::Snapshot& snapshot, EntryId entry);

private:
    const Parts parts_;
};

}  // namespace bank::clearing
