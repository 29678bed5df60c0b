// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/vault.h>
#include <bank/partner/partners.h>
#include <bank/wallet/withdrawals.h>

#include <string>

namespace server {

/// Between one institution's customers and the providers of wallets: has wallets bound, tells what
/// was unbound and asks for withdrawals, until each is answered.
class WalletDesk {
public:
    struct Parts {
        platform::sql::Book& book;
        bank::wallet::Wallets& wallets;
        bank::wallet::Withdrawals& withdrawals;
        bank::account::Accounts& accounts;
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

    /// Asks the provider for money out of the wallet. Errors: those of Withdrawals::request.
    base::Result<bank::wallet::Withdrawal> withdraw(bank::customer::CustomerId person,
                                                    bank::wallet::LinkId id, base::Money amount,
                                                    std::string_view key);

    /// Asks again about what was not answered. Every second.
    void tick();

private:
    base::Result<void> ask(platform::sql::Transaction& transaction, const bank::wallet::Link& link);
    base::Result<void> ask_for(platform::sql::Transaction& transaction,
                               const bank::wallet::Withdrawal& withdrawal);
    void ask_again_for_withdrawals(base::Instant before);
    base::Result<void> withdrawal_answered(platform::sql::Transaction& transaction,
                                           const bank::partner::Answer& answer);
    base::Result<void> bind_answered(platform::sql::Transaction& transaction,
                                     const bank::partner::Answer& answer);
    base::Result<void> unbind_answered(platform::sql::Transaction& transaction,
                                       const bank::partner::Answer& answer);

    const Parts parts_;
};

}  // namespace server
