// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/credit_card/cards.h>
#include <bank/partner/partners.h>

#include <functional>
#include <string>

namespace server {

/// Between one institution's customers and the partner who speaks for the issuers of credit cards:
/// asks for bills and takes the answers into the book.
class CardDesk {
public:
    struct Parts {
        platform::sql::Book& book;
        bank::credit_card::Cards& cards;
        bank::partner::Partners& partners;
        std::string partner;  // Empty: nobody answers, and nothing can be asked.
    };
    /// Before the partners start.
    explicit CardDesk(Parts parts);

    /// Asks for the bill of the card that `note` answers (Cards::keep or Cards::ask_again), in one
    /// unit of work. Errors: card.no_partner, those of `note` and of the book.
    using Note = std::function<base::Result<bank::credit_card::Card>(platform::sql::Transaction&)>;
    base::Result<bank::credit_card::Card> ask(const Note& note);

private:
    base::Result<void> answered(platform::sql::Transaction& transaction,
                                const bank::partner::Answer& answer);

    const Parts parts_;
};

}  // namespace server
