// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/institution.h>

#include <optional>

namespace bench {

/// A customer with an account of one's own, as the seeding wrote it down.
struct Payer {
    bank::customer::CustomerId customer;
    bank::authentication::LoginId login;
    bank::account::AccountId account;
    std::string number;
    std::string name;
};

/// One institution of the demo bank, opened in this process through the server's own wiring;
/// nothing that acts by itself is started.
class TransferBank {
public:
    TransferBank(const std::filesystem::path& source_root, const std::filesystem::path& data);

    server::House& house() { return *house_; }
    server::Institution& institution() { return *institution_; }
    bank::account::Product product() const;

private:
    std::unique_ptr<server::House> house_;
    platform::http::Client client_;
    platform::metrics::Registry metrics_;
    bank::risk::SanctionsList sanctions_{"bench", {}};
    std::optional<engine::dmn::Model> proof_table_;
    std::optional<server::ProofDesk> proof_desk_;
    api::Live live_;
    server::Background background_{1};
    const bank::clearing::Directory directory_{{}};  // Nothing here leaves the institution.
    server::InnerMail mail_;
    const bank::standing::Rules payment_rules_;
    const bank::biller::PayoutRules payout_rules_{};
    std::unique_ptr<server::Institution> institution_;
};

/// The value, or an exception with the reason.
template <class T>
T must(base::Result<T> result)
{
    if (!result)
        throw std::runtime_error(std::string{result.error().reason} + ": " + result.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

/// Makes `people` customers with a record, a sign-in and an account each, and accounts of unknown
/// holders up to `accounts`; writes the people to `people.tsv` in the data folder.
int seed_transfers(const std::filesystem::path& source_root, const std::filesystem::path& data,
                   std::int64_t people, std::int64_t accounts);

/// For `count` people from the `first` on: a session, and a given proof for a payment to another;
/// writes each payment's HTTP request to `file`, as read_requests reads it.
int prepare_transfers(const std::filesystem::path& source_root, const std::filesystem::path& data,
                      const std::filesystem::path& file, const std::string& origin,
                      std::int64_t first, std::int64_t count);

}  // namespace bench
