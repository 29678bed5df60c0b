// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/housekeeping.h>
#include <server/institution.h>
#include <server/sandbox_process.h>

#include <api/contract.h>
#include <api/routes.h>

#include <platform/http/server.h>

#include <optional>

namespace server {

/// The whole bank in one process: house, institutions, API and pages.
class BankProgram {
public:
    /// Makes everything and listens. Errors: those of House::open, server.address_taken,
    /// server.migration, server.decisions, server.contract.
    static base::Result<std::unique_ptr<BankProgram>> start(const Settings& settings);
    ~BankProgram();

    /// Ends what runs beside this process; for a process that is about to be replaced.
    void end_processes();

    std::uint16_t port() const { return http_->port(); }
    House& house() { return *house_; }
    std::vector<std::unique_ptr<Institution>>& institutions() { return institutions_; }

    /// Operations of the contract that nothing answers; for a test.
    std::vector<std::string> missing_operations() const { return routes_->missing(); }

private:
    BankProgram() = default;
    base::Result<void> open_books(const Settings& settings);
    base::Result<void> make_api(const Settings& settings);
    base::Result<void> listen(const Settings& settings);
    void tick();
    Institution& of(const api::Institution& institution);
    base::Result<void> receive(const platform::http::Request& request);
    base::Result<platform::json::Array> handset_messages(std::string_view phone);
    platform::json::Array demo_id_cards() const;

    std::unique_ptr<House> house_;
    std::optional<platform::http::Tls> tls_;
    std::unique_ptr<SandboxProcess> sandbox_;
    std::string sandbox_url_;
    std::unique_ptr<platform::http::Client> client_;
    platform::metrics::Registry metrics_;
    std::unique_ptr<bank::risk::SanctionsList> sanctions_;
    std::optional<engine::dmn::Model> proof_table_;
    std::unique_ptr<ProofDesk> proof_desk_;
    api::Live live_;
    std::unique_ptr<Background> background_;
    std::unique_ptr<Background> document_maker_;
    std::optional<bank::clearing::Directory> directory_;
    std::unique_ptr<Mail> mail_;
    std::optional<bank::standing::Rules> payment_rules_;
    std::optional<bank::biller::PayoutRules> payout_rules_;
    std::unique_ptr<platform::vision::TextReader> text_reader_;
    std::unique_ptr<platform::vision::FaceReader> face_reader_;
    std::unique_ptr<platform::http::RateLimiter> codes_per_address_;
    std::unique_ptr<platform::http::RateLimiter> verifications_per_address_;
    std::unique_ptr<platform::http::RateLimiter> look_ups_per_customer_;
    std::unique_ptr<platform::http::RateLimiter> applications_per_address_;
    std::unique_ptr<platform::http::RateLimiter> calls_per_biller_;
    std::unique_ptr<platform::http::RateLimiter> requests_per_address_;
    std::vector<std::unique_ptr<Institution>> institutions_;
    std::optional<api::Contract> contract_;
    std::unique_ptr<api::Parts> parts_;
    platform::http::Router router_;
    std::unique_ptr<api::Routes> routes_;
    std::unique_ptr<platform::http::Server> http_;
    std::optional<Housekeeping> housekeeping_;
    std::unique_ptr<Ticker> ticker_;
};

}  // namespace server
