// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/parts.h>

#include <bank/authentication/proof.h>
#include <bank/customer/sealing.h>
#include <bank/outbox/outbox.h>
#include <bank/payment/ports.h>
#include <engine/dmn/model.h>
#include <engine/process/engine.h>

#include <map>
#include <mutex>

namespace server {

/// People's records, as payments ask for them.
class People final : public bank::payment::People {
public:
    People(const bank::customer::Vault& vault, bank::customer::Sealing& sealing)
        : vault_(vault), sealing_(sealing)
    {
    }

    base::Result<bank::customer::CustomerId> by_phone(platform::sql::Snapshot& snapshot,
                                                      std::string_view phone) override;
    std::string name(platform::sql::Snapshot& snapshot, bank::customer::CustomerId person) override;
    std::string seal(bank::customer::CustomerId person, std::string_view text) override;
    std::string unseal(platform::sql::Snapshot& snapshot, bank::customer::CustomerId person,
                       std::string_view sealed) override;

private:
    const bank::customer::Vault& vault_;
    bank::customer::Sealing& sealing_;
};

/// Proofs that were given, between the request that brings the token and the unit of work that uses
/// it up.
class ProofDesk final : public api::ProofDesk {
public:
    explicit ProofDesk(const bank::authentication::Environment& environment)
        : environment_(environment)
    {
    }

    base::Result<std::uint64_t> put(std::string_view token) override;
    void take(std::uint64_t number) override;
    std::optional<bank::authentication::Proof> find(std::uint64_t number) const;

private:
    const bank::authentication::Environment& environment_;
    mutable std::mutex mutex_;
    std::uint64_t last_ = 0;
    std::map<std::uint64_t, bank::authentication::Proof> proofs_;
};

/// Which proof a payment needs (the bank's table), and using it up.
class Proofs final : public bank::payment::Proofs {
public:
    Proofs(platform::sql::Book& house, int book, const ProofDesk& desk,
           const engine::dmn::Model& table)
        : house_(house), book_(book), desk_(desk), table_(table)
    {
    }

    base::Result<bank::payment::Proof> needed(
        platform::sql::Snapshot& snapshot, const bank::payment::ProofQuestion& question) override;
    base::Result<void> consume(platform::sql::Transaction& transaction,
                               bank::customer::CustomerId payer, std::uint64_t proof,
                               bank::payment::Proof needed, std::string_view subject) override;

private:
    /// What the bank's table says to these facts.
    base::Result<bank::payment::Proof> answer(base::Money sum, bool payee_known,
                                              bool has_passkey) const;

    platform::sql::Book& house_;
    const int book_;
    const ProofDesk& desk_;
    const engine::dmn::Model& table_;
};

/// What happened with payments, for the outbox.
class Events final : public bank::payment::Events {
public:
    explicit Events(bank::outbox::Outbox& outbox) : outbox_(outbox) {}
    void append(platform::sql::Transaction& transaction, std::string_view type,
                std::string_view subject, const platform::json::Object& data) override;

private:
    bank::outbox::Outbox& outbox_;
};

/// Hides what a case knows under the key of the person whose case it is.
class CaseSealer final : public engine::process::Sealer {
public:
    CaseSealer(bank::customer::Sealing& sealing, const platform::crypto::Keyring& keyring,
               platform::crypto::Random& random)
        : sealing_(sealing), keyring_(keyring), random_(random)
    {
    }

    std::string seal(std::string_view subject, std::string_view plain) override;
    base::Result<std::string> open(std::string_view subject, std::string_view sealed) override;

private:
    bank::customer::Sealing& sealing_;
    const platform::crypto::Keyring& keyring_;
    platform::crypto::Random& random_;
};

}  // namespace server
