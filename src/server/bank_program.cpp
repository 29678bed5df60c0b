// SPDX-License-Identifier: Apache-2.0
#include <server/bank_program.h>

#include <server/demo.h>

#include <api/workday.h>
#include <server/addresses.h>
#include <server/nats_mail.h>
#include <server/tls_identity.h>

#include <platform/config/node.h>
#include <platform/http/problem.h>
#include <platform/log/log.h>
#include <platform/vision/models.h>

namespace server {

namespace http = platform::http;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr platform::http::RateLimit codes_limit{.burst = 20, .per_minute = 10};
constexpr platform::http::RateLimit look_ups_limit{.burst = 120, .per_minute = 20};
constexpr platform::http::RateLimit verifications_limit{.burst = 20, .per_minute = 10};
constexpr platform::http::RateLimit applications_limit{.burst = 10, .per_minute = 1};
constexpr platform::http::RateLimit biller_calls_limit{.burst = 240, .per_minute = 240};

std::filesystem::path own_folder()
{
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

std::unique_ptr<bank::risk::SanctionsList> sanctions_of(const bank::catalog::Bank& bank)
{
    std::vector<bank::risk::ListedParty> parties;
    for (const auto& entry : bank.sanctions.entries) {
        parties.push_back({entry.id, entry.names, entry.born, entry.number});
    }
    return std::make_unique<bank::risk::SanctionsList>(bank.sanctions.version, std::move(parties));
}

/// The institutions of the group, then the other banks that the folder names.
std::vector<bank::clearing::Bank> directory_of(const bank::catalog::Bank& bank)
{
    using bank::clearing::Reach;
    std::vector<bank::clearing::Bank> banks;
    for (const auto& one : bank.institutions)
        banks.push_back(
            {one.code, one.clearing_code, one.name, Reach::group, {one.account_prefix}, {}});
    for (const auto& one : bank.other_banks) {
        banks.push_back({.code = one.code,
                         .clearing_code = one.clearing_code,
                         .name = one.name,
                         .reach = Reach::network,
                         .prefixes = one.prefixes,
                         .words = one.words,
                         .credit_card_prefixes = one.credit_cards});
        if (!one.wallet) continue;
        banks.back().wallet_partner = one.wallet->partner;
        banks.back().wallet_most_per_payment = one.wallet->per_payment.minor_units;
        banks.back().wallet_most_per_day = one.wallet->per_day.minor_units;
    }
    return banks;
}

bank::standing::Rules rules_of(const bank::catalog::PaymentRules& given)
{
    bank::standing::Rules rules{.minute_of_day = given.minute_of_day,
                                .delayed_hours = given.delayed_hours,
                                .attempts = given.attempts,
                                .retry_minutes = given.retry_minutes,
                                .furthest_days = given.furthest_days};
    if (given.notice) {
        rules.notice_from = given.notice->from.minor_units;
        rules.notice_days = given.notice->days;
    }
    return rules;
}

bank::biller::PayoutRules payout_rules_of(const std::optional<bank::catalog::Payouts>& given)
{
    bank::biller::PayoutRules rules;
    if (!given) return rules;
    rules.approve_from = given->approve_from.minor_units;
    for (const auto& one : given->accounts)
        rules.accounts.push_back(
            {.payee = one.payee, .bank = one.bank, .number = one.number, .name = one.name});
    return rules;
}

}  // namespace

Result<std::unique_ptr<BankProgram>> BankProgram::start(const Settings& settings)
{
    auto program = std::unique_ptr<BankProgram>{new BankProgram};
    program->house_ = TRY(House::open(settings));
    TRY(program->open_books(settings));
    TRY(program->make_api(settings));
    TRY(program->listen(settings));
    return program;
}

Result<void> BankProgram::open_books(const Settings& settings)
{
    const auto& bank = house_->bank();
    sanctions_ = sanctions_of(bank);
    const auto table = bank.decisions.find("payment-proof");
    if (table == bank.decisions.end())
        return base::invalid("server.decisions", "decisions/payment-proof.dmn is missing");
    proof_table_.emplace(TRY(engine::dmn::load(table->second.text, table->second.file)));
    proof_desk_ = std::make_unique<ProofDesk>(*house_->authentication);
    background_ = std::make_unique<Background>(2);
    document_maker_ = std::make_unique<Background>(1);
    client_ = std::make_unique<http::Client>();
    directory_.emplace(directory_of(bank));
    payment_rules_ = rules_of(bank.payment_rules);
    payout_rules_ = payout_rules_of(bank.payouts);
    if (settings.events.empty()) {
        mail_ = std::make_unique<InnerMail>();
    } else {
        const auto key = house_->keyring->first_sealing_key("clearing-mail");
        mail_ = std::make_unique<NatsMail>(settings.events, key.key.view());
    }

    if (settings.tls) {  // Before the sandbox, which is to trust it.
        std::vector<std::string> names{"localhost", "127.0.0.1",
                                       house_->authentication->relying_party.id};
        const auto reached = is_every_address(settings.listen)
                                 ? own_addresses()
                                 : std::vector<std::string>{settings.listen};
        names.insert(names.end(), reached.begin(), reached.end());
        tls_ = TRY(tls_identity(settings.data_folder, names, house_->clock.now()));
    }

    std::vector<std::string> urls;
    for (const auto& partner : bank.partners) urls.push_back(partner.url);
    if (settings.sandbox && bank.facts.demo) {
        const auto port =
            free_port(settings.sandbox_port != 0 ? settings.sandbox_port
                                                 : static_cast<std::uint16_t>(settings.port + 1));
        const std::string scheme = settings.tls ? "https" : "http";
        const std::string host = is_every_address(settings.listen) ? "127.0.0.1" : settings.listen;
        std::vector<std::string> words{
            "--data",     settings.data_folder.string(),
            "--knows",    (settings.bank_folder / "sandbox").string(),
            "--port",     std::to_string(port),
            "--bank-url", scheme + "://" + host_in_url(host) + ":" + std::to_string(settings.port)};
        if (settings.tls)
            words.insert(words.end(),
                         {"--bank-authority", trusted_certificate(settings.data_folder).string()});
        sandbox_ = std::make_unique<SandboxProcess>(own_folder() / "yungui-sandbox", words);
        sandbox_url_ = "http://127.0.0.1:" + std::to_string(port);
        for (std::size_t i = 0; i < urls.size(); ++i)
            urls[i] = sandbox_url_ + "/" + bank.partners[i].code;
    }
    const Shared shared{*house_,          *client_,      metrics_, *sanctions_,
                        *proof_desk_,     *proof_table_, live_,    *background_,
                        *document_maker_, *directory_,   *mail_,   *payment_rules_,
                        *payout_rules_};
    for (const auto& facts : bank.institutions) {
        institutions_.push_back(TRY(Institution::open(shared, facts, urls)));
    }
    return seed_demo(*house_, institutions_);
}

Result<void> BankProgram::make_api(const Settings& settings)
{
    const auto yaml = TRY(platform::config::read_yaml(settings.source_root / "openapi/openapi.yaml",
                                                      "openapi/openapi.yaml"));
    contract_.emplace(TRY(api::Contract::load(yaml.to_json())));
    const auto models = platform::vision::models_folder(settings.source_root);
    text_reader_ = std::make_unique<platform::vision::TextReader>(models);
    face_reader_ = std::make_unique<platform::vision::FaceReader>(models);
    codes_per_address_ = std::make_unique<http::RateLimiter>(house_->clock, codes_limit);

    verifications_per_address_ =
        std::make_unique<http::RateLimiter>(house_->clock, verifications_limit);
    look_ups_per_customer_ = std::make_unique<http::RateLimiter>(house_->clock, look_ups_limit);
    applications_per_address_ =
        std::make_unique<http::RateLimiter>(house_->clock, applications_limit);
    calls_per_biller_ = std::make_unique<http::RateLimiter>(house_->clock, biller_calls_limit);

    parts_ = std::make_unique<api::Parts>(
        api::Parts{.clock = house_->clock,
                   .house = *house_->book,
                   .authentication = *house_->authentication,
                   .catalog = *house_->catalog,
                   .bill_items = *house_->bill_items,
                   .organisation = *house_->organisation,
                   .text_reader = *text_reader_,
                   .face_reader = *face_reader_,
                   .metrics = metrics_,
                   .proof_desk = *proof_desk_,
                   .live = live_,
                   .codes_per_address = *codes_per_address_,
                   .verifications_per_address = *verifications_per_address_,
                   .directory = *directory_,
                   .look_ups_per_customer = *look_ups_per_customer_,
                   .applications_per_address = *applications_per_address_,
                   .calls_per_biller = *calls_per_biller_,
                   .secure_cookies = settings.tls});
    for (auto& institution : institutions_) parts_->institutions.push_back(institution->as_api());
    parts_->run_later = [this](std::function<void()> work) { background_->run(std::move(work)); };
    parts_->ask_biller = [this](api::Institution& institution, bank::customer::CustomerId person,
                                std::string_view item, const Object& data) {
        return of(institution).bill_desk().ask(person, item, data);
    };
    parts_->ask_card_issuer = [this](api::Institution& institution, const auto& note) {
        return of(institution).card_desk().ask(note);
    };
    parts_->bind_wallet = [this](api::Institution& institution, const bank::wallet::Plan& plan,
                                 std::uint64_t proof) {
        return of(institution).wallet_desk().bind(plan, proof);
    };
    parts_->unbind_wallet = [this](api::Institution& institution, bank::customer::CustomerId person,
                                   bank::wallet::LinkId id) {
        return of(institution).wallet_desk().unbind(person, id);
    };
    parts_->withdraw_from_wallet =
        [this](api::Institution& institution, bank::customer::CustomerId person,
               bank::wallet::LinkId id, base::Money amount, std::string_view key) {
            return of(institution).wallet_desk().withdraw(person, id, amount, key);
        };
    parts_->accept_from_partner =
        [this](const http::Request& request) -> Result<api::Parts::PartnerRequest> {
        const std::string code = TRY(bank::partner::Partners::institution_of(request));
        for (auto& institution : institutions_) {
            if (institution->facts().code != code) continue;
            auto notice = TRY(institution->partners().accept(request));
            return api::Parts::PartnerRequest{code, notice.partner, notice.type,
                                              std::move(notice.content)};
        }
        return base::not_found("api.institution_unknown", "there is no such institution");
    };
    parts_->sign_for_partner = [this](std::string_view partner, const http::Request& request,
                                      http::Response& response) {
        // Every institution signs for a partner with the key that they share.
        institutions_.front()->partners().sign(partner, request, response);
    };
    parts_->receive_from_partner = [this](const http::Request& request) {
        return receive(request);
    };
    parts_->handset_messages = [this](std::string_view phone) { return handset_messages(phone); };
    parts_->demo_id_cards = [this] { return demo_id_cards(); };
    parts_->send_sms = [this](api::Institution& institution, std::string_view phone,
                              std::string_view message, const Object& values,
                              std::string_view language) {
        return of(institution).announcer().send_to_phone(phone, message, values, language);
    };
    parts_->messages_of = [this](api::Institution& institution, bank::customer::CustomerId person,
                                 std::string_view cursor, int limit) {
        return of(institution).announcer().messages_of(person, cursor, limit);
    };

    routes_ = std::make_unique<api::Routes>(*contract_, *parts_, router_);
    api::add_system_routes(*routes_, *contract_);
    api::add_bank_routes(*routes_);
    api::add_branch_routes(*routes_);
    api::add_session_routes(*routes_);
    api::add_passkey_routes(*routes_);
    api::add_case_routes(*routes_);
    api::add_evidence_routes(*routes_);
    api::add_picture_routes(*routes_);
    api::add_diagram_routes(*routes_);
    api::add_simulation_routes(*routes_);
    api::add_account_routes(*routes_);
    api::add_payment_routes(*routes_);
    api::add_payee_routes(*routes_);
    api::add_spending_routes(*routes_);
    api::add_statement_routes(*routes_);
    api::add_certificate_routes(*routes_);
    api::add_outgoing_routes(*routes_);
    api::add_order_routes(*routes_);
    api::add_proof_routes(*routes_);
    api::add_supply_routes(*routes_);
    api::add_voucher_routes(*routes_);
    api::add_bill_routes(*routes_);
    api::add_credit_card_routes(*routes_);
    api::add_biller_routes(*routes_);
    api::add_staff_biller_routes(*routes_);
    api::add_wallet_routes(*routes_);
    api::add_message_routes(*routes_);
    api::add_live_routes(*routes_);
    api::add_partner_routes(*routes_);
    api::add_letter_routes(*routes_);
    api::add_community_routes(*routes_);
    api::add_demo_routes(*routes_);
    api::add_staff_session_routes(*routes_);
    api::add_task_routes(*routes_);
    api::add_task_work_routes(*routes_);
    api::add_filter_routes(*routes_);
    api::add_staff_change_routes(*routes_);
    api::add_incident_routes(*routes_);
    api::add_version_routes(*routes_);
    api::add_release_routes(*routes_);
    api::add_batch_routes(*routes_);
    api::add_staff_customer_routes(*routes_);
    api::add_management_routes(*routes_);
    std::map<std::string, api::Workday, std::less<>> workdays;
    for (auto& institution : institutions_) {
        workdays.emplace(institution->facts().code,
                         api::Workday{institution->business_day(), institution->end_of_day()});
    }
    api::add_workday_routes(*routes_, std::move(workdays));
    return {};
}

Result<void> BankProgram::listen(const Settings& settings)
{
    http::ServerSettings server{.address = settings.listen, .port = settings.port};
    server.worker_threads = 64;  // Most of them wait for a commit; few compute.
    server.worker_queue = 1024;
    server.connections_per_address = 2048;
    server.origins = house_->authentication->relying_party.origins;
    server.metrics = &metrics_;
    server.access_log = [](const http::AccessRecord& record) {
        platform::log::write(platform::log::Level::debug, "http.request",
                             {{"request", record.request_id},
                              {"method", record.method},
                              {"route", record.pattern},
                              {"status", record.status},
                              {"micros", record.micros}});
    };
    server.on_exception = [](const http::Request& request, std::string_view what) {
        platform::log::error("http.exception",
                             {{"request", request.id}, {"route", request.pattern}, {"what", what}});
    };
    if (settings.requests_per_minute > 0) {
        requests_per_address_ = std::make_unique<http::RateLimiter>(
            house_->clock,
            http::RateLimit{settings.requests_per_minute / 4, settings.requests_per_minute});
        server.admit = [this](const http::Request& request) -> std::optional<http::Response> {
            const auto wait_ms = requests_per_address_->take(request.peer);
            if (wait_ms == 0) return std::nullopt;
            auto response = http::problem(429, "api.too_many_requests",
                                          "too many requests from here; wait a moment", request.id);
            response.set("Retry-After", std::to_string(wait_ms / 1000 + 1));
            return response;
        };
    }
    server.tls = std::move(tls_);
    const auto web = settings.source_root / "web";
    server.files = {{"/staff", web / "staff/dist"},
                    {"/handset", web / "handset/dist"},
                    {"/", web / "customer/dist"}};
    if (house_->bank().facts.demo) {
        server.files.insert(server.files.begin(),
                            {"/demo-cards", settings.source_root / "tests/data/identities", ""});
    }
    http_ = std::make_unique<http::Server>(std::move(server), std::move(router_));
    if (settings.before_listening) settings.before_listening();
    try {
        http_->start();
    } catch (const std::exception& failure) {
        return base::unavailable("server.address_taken",
                                 std::string{failure.what()} + "; try --port with another one");
    }
    mail_->start();
    for (auto& institution : institutions_) institution->start();
    housekeeping_.emplace(*house_);
    ticker_ = std::make_unique<Ticker>([this] { tick(); });
    return {};
}

void BankProgram::tick()
{
    for (auto& institution : institutions_) institution->tick();
    housekeeping_->run(institutions_);
}

Institution& BankProgram::of(const api::Institution& institution)
{
    for (auto& one : institutions_) {
        if (&one->facts() == &institution.facts) return *one;
    }
    base::ensure(false);
    return *institutions_.front();
}

Result<void> BankProgram::receive(const http::Request& request)
{
    const std::string code = TRY(bank::partner::Partners::institution_of(request));
    for (auto& institution : institutions_) {
        if (institution->facts().code == code) return institution->partners().receive(request);
    }
    return base::not_found("api.institution_unknown", "there is no such institution");
}

Result<Array> BankProgram::handset_messages(std::string_view phone)
{
    if (sandbox_url_.empty()) return Array{};
    http::Call call{.method = http::Method::get,
                    .url = sandbox_url_ + "/handset/messages",
                    .deadline_ms = 2000};
    if (!phone.empty()) call.url += "?phone=" + std::string{phone};
    const auto response = TRY(client_->send(call));
    const auto body = TRY(platform::json::parse(response.content()));
    const auto* messages = body["messages"].array();
    return messages == nullptr ? Array{} : *messages;
}

Array BankProgram::demo_id_cards() const
{
    const auto index = platform::config::read_text(
        house_->settings.source_root / "tests/data/identities/index.json", "index.json");
    if (!index) return {};
    const auto parsed = platform::json::parse(index.value());
    if (!parsed || parsed.value().array() == nullptr) return {};
    Array cards;
    for (const auto& identity : *parsed.value().array()) {
        const std::string number = std::to_string(identity["identity"].integer_or(0));
        const std::string folder =
            "/demo-cards/" + std::string(number.size() < 2 ? 1 : 0, '0') + number;
        cards.push_back(Object{{"name", identity["name"]},
                               {"front", folder + "/front.jpg"},
                               {"back", folder + "/back.jpg"}});
    }
    return cards;
}

void BankProgram::end_processes()
{
    sandbox_.reset();
}

BankProgram::~BankProgram()
{
    ticker_.reset();
    if (http_ != nullptr) http_->stop(5000);
    if (mail_ != nullptr) mail_->stop();
    for (auto& institution : institutions_) institution->stop();
    document_maker_.reset();
    background_.reset();
    institutions_.clear();
    sandbox_.reset();
    platform::log::flush();
}

}  // namespace server
