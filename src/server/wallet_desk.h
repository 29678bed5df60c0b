// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/vault.h>
#include <bank/partner/partners.h>
#include <bank/wallet/wallets.h>

#include <string>

namespace server {

/// Between one institution's customers and the providers of wallets: has wallets bound and tells
/// what was unbound, until each is answered.
class WalletDesk {
public:
    struct Parts {
        platform::sql::Book& book;
        bank::wallet::Wallets& wallets;
        bank::partner::Partners& partners;
        const bank::clearing::Directory& directory;
        bank::payment::People& people;
        const bank::customer::Vault& vault;
    };
    /// Before the partners start.
    explicit WalletDesk(Parts parts);

    /// Binds, and asks the provider in the same unit of work. Errors: those of Wallets::bind.
    base::Result<bank::wallet::Link> bind(const bank::wallet::Plan& plan, std::uint64_t proof);
    /// Unbinds, and tells the provider. Errors: those of Wallets::unbind.
    base::Result<bank::wallet::Link> unbind(bank::customer::CustomerId person,
                                            bank::wallet::LinkId id);

    /// Asks again about what was not answered. Every second.
    void tick();

private:
    base::Result<void> ask(platform::sql::Transaction& transaction, const bank::wallet::Link& link);
    base::Result<void> bind_answered(platform::sql::Transaction& transaction,
                                     const bank::partner::Answer& answer);
    base::Result<void> unbind_answered(platform::sql::Transaction& transaction,
                                       const bank::partner::Answer& answer);

    const Parts parts_;
};

}  // namespace server
