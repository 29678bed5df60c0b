// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/mail.h>

#include <bank/clearing/incoming.h>
#include <bank/clearing/outgoing.h>
#include <bank/outbox/outbox.h>
#include <bank/partner/partners.h>

namespace server {

/// Carries one institution's clearing messages: out after the commit of what they say, to another
/// institution by Mail, to other banks by the clearing house (the partner "clearing"); in from
/// both.
class ClearingDesk {
public:
    struct Parts {
        platform::sql::Book& book;
        bank::outbox::Outbox& outbox;
        bank::partner::Partners& partners;
        bank::clearing::Outgoing& outgoing;
        bank::clearing::Incoming& incoming;
        const bank::clearing::Directory& directory;
        Mail& mail;
        std::string own_code;
    };
    /// Subscribes; before outbox, partners and mail start.
    explicit ClearingDesk(const Parts& parts);

    /// Asks again for payments that have been without an end for a while. Every second.
    void ask_again();

private:
    base::Result<void> send(bank::clearing::PaymentId id);
    base::Result<void> receive(const std::string& from, const std::string& message);
    base::Result<void> house_answered(platform::sql::Transaction& transaction,
                                      const bank::partner::Answer& answer);
    base::Result<void> house_told(platform::sql::Transaction& transaction,
                                  const bank::partner::Notice& notice);

    const Parts parts_;
};

}  // namespace server
