// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/live.h>

#include <bank/account/accounts.h>
#include <bank/catalog/catalog.h>
#include <bank/clearing/outgoing.h>
#include <bank/customer/vault.h>
#include <bank/message/messages.h>
#include <bank/outbox/outbox.h>
#include <bank/payment/ports.h>
#include <engine/process/operation.h>

namespace server {

/// Says to people what happened: from processes (message.send), from codes, and from the events of
/// payments. Knows which text of the bank's folder goes with what, and fills in its values.
class Announcer {
public:
    struct Parts {
        platform::sql::Book& book;
        const bank::catalog::Catalog& catalog;
        const bank::catalog::Institution& institution;
        const bank::customer::Vault& vault;
        bank::account::Accounts& accounts;
        bank::payment::People& people;
        bank::message::Messages& messages;
        api::Live& live;
        bank::clearing::Outgoing& outgoing;
        const bank::clearing::Directory& directory;
    };
    explicit Announcer(const Parts& parts) : parts_(parts) {}

    /// The operation message.send: a message of the service, to the person whose case it is, or to
    /// the one that `to` names.
    /// Errors: message.template_unknown, those of Messages::send.
    base::Result<platform::json::Value> send(const engine::process::OperationCall& call);

    /// A message of the bank's folder to a phone, whoever has it. Errors: as send.
    base::Result<void> send_to_phone(std::string_view phone, std::string_view message,
                                     const platform::json::Object& values,
                                     std::string_view language);

    /// Consumer of the outbox: the unit of work that sends a message to the person whose account
    /// moved; word to their open pages and the workbench's after its commit.
    base::Result<bank::outbox::UnitOfWork> announce(const bank::outbox::Event& event);

    /// The contract's page of messages.
    base::Result<platform::json::Value> messages_of(bank::customer::CustomerId person,
                                                    std::string_view cursor, int limit);

private:
    platform::json::Object with_bank(platform::json::Object values,
                                     std::string_view language) const;
    base::Result<bank::message::Template> bank_message(std::string_view code) const;
    std::string phone_of(platform::sql::Snapshot& snapshot,
                         bank::customer::CustomerId person) const;
    std::string language_of(platform::sql::Snapshot& snapshot,
                            bank::customer::CustomerId person) const;
    base::Result<bank::message::Order> order_for(platform::sql::Snapshot& snapshot,
                                                 const bank::outbox::Event& event,
                                                 const bank::account::Account& account,
                                                 const platform::json::Value& data) const;
    /// Messages about an entry with many customers' accounts: interest, fees.
    base::Result<bank::outbox::UnitOfWork> announce_voucher(const bank::outbox::Event& event);
    base::Result<bank::outbox::UnitOfWork> announce_many(const bank::outbox::Event& event);
    base::Result<void> add_clearing_values(platform::sql::Snapshot& snapshot,
                                           const bank::outbox::Event& event,
                                           std::string_view language,
                                           platform::json::Object& values) const;
    void tell_pages(const bank::outbox::Event& event, bank::customer::CustomerId holder) const;

    const Parts parts_;
};

}  // namespace server
