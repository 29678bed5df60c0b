// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/bill/bills.h>
#include <bank/biller/joined.h>
#include <bank/outbox/outbox.h>
#include <bank/partner/partners.h>

#include <string>

namespace server {

/// Between one institution's bills and the partner who answers for the billers: asks what is due,
/// sends payments, and takes the answers into the book.
class BillDesk {
public:
    struct Parts {
        platform::sql::Book& book;
        bank::bill::Bills& bills;
        bank::partner::Partners& partners;
        bank::outbox::Outbox& outbox;
        bank::biller::JoinedBillers& joined;
        const bank::account::Accounts& accounts;
        std::string institution;
        std::string partner;  // Empty: nobody answers, and only billers that joined can be asked.
    };
    /// Before the outbox and the partners start.
    explicit BillDesk(Parts parts);

    /// Errors: bill.item_unknown, bill.no_partner, those of the book.
    base::Result<bank::bill::Inquiry> ask(bank::customer::CustomerId person, std::string_view item,
                                          const platform::json::Object& data);

    /// Asks again about payments that were not answered. Every second.
    void tick();

private:
    base::Result<void> send(bank::bill::BillId id);
    base::Result<bank::bill::Inquiry> answer_for_joined(platform::sql::Transaction& transaction,
                                                        const bank::bill::Inquiry& inquiry,
                                                        const bank::bill::Item& item,
                                                        std::string_view number);
    base::Result<void> pay_joined(platform::sql::Transaction& transaction,
                                  const bank::bill::Bill& bill, const bank::bill::Item& item);
    base::Result<void> inquiry_answered(platform::sql::Transaction& transaction,
                                        const bank::partner::Answer& answer);
    base::Result<void> payment_answered(platform::sql::Transaction& transaction,
                                        const bank::partner::Answer& answer);

    const Parts parts_;
};

}  // namespace server
