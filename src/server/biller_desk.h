// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/biller/payouts.h>
#include <bank/clearing/directory.h>
#include <bank/outbox/outbox.h>
#include <bank/partner/partners.h>

#include <string>

namespace server {

/// What happens with one institution's billers, and wallets' providers, after a business date:
/// sheets and files are made, told to the partner, its list asked for, both compared, and what is
/// owed paid out.
/// Everything that is still to do stands in the book, so it goes on wherever it was left.
class BillerDesk {
public:
    struct Parts {
        platform::sql::Book& book;
        bank::partner::Partners& partners;
        bank::outbox::Outbox& outbox;
        const bank::clearing::Directory& directory;
        bank::biller::Payouts& payouts;
        std::string institution;
        std::string
            partner;  // Of billers. Empty: nobody to tell; files can be fetched by the staff.
    };
    /// Before the outbox and the partners start.
    explicit BillerDesk(Parts parts);

    /// Does what is due. Every second.
    void tick();

private:
    void pay_out(base::Instant now);
    void make_file(const bank::biller::Sheet& sheet);
    void compare(const bank::biller::Sheet& sheet);
    void ask(const bank::biller::Sheet& sheet);
    /// Who speaks for a biller, or for a wallet's provider; empty where nobody does.
    std::string partner_of(const bank::biller::Sheet& sheet) const;
    base::Result<void> file_answered(platform::sql::Transaction& transaction,
                                     const bank::partner::Answer& answer);
    base::Result<void> list_answered(platform::sql::Transaction& transaction,
                                     const bank::partner::Answer& answer);

    const Parts parts_;
};

}  // namespace server
