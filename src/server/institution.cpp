// SPDX-License-Identifier: Apache-2.0
#include <server/institution.h>

#include <api/case_proof.h>
#include <api/shapes.h>
#include <server/end_of_day_terms.h>
#include <server/offers.h>

#include <bank/audit/trail.h>
#include <bank/authentication/code.h>
#include <bank/authentication/login.h>
#include <bank/authentication/schema.h>
#include <bank/booking/bookings.h>
#include <bank/card/cards.h>
#include <bank/community/reports.h>
#include <bank/counter/worker.h>
#include <bank/customer/person.h>
#include <bank/letter/letters.h>
#include <bank/payment/figures.h>
#include <platform/log/log.h>

namespace server {

namespace account = bank::account;
namespace outbox = bank::outbox;
namespace partner = bank::partner;
namespace payment = bank::payment;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;
using platform::json::Value;

namespace {

constexpr std::int64_t top_up_patience_seconds = 120;
constexpr int due_at_once = 100;
constexpr std::int64_t people_review_seconds = 60;

bank::risk::Rules velocity_rules()
{
    using bank::risk::Verdict;
    return {"2026-11",
            {{.seconds = 60,
              .count = 600,
              .minor_units = 100'000'000'00,
              .verdict = Verdict::block,
              .reason = "risk.too_many_payments"}}};
}

/// The first partner of that kind; empty where the bank has none.
std::string partner_of_kind(const bank::catalog::Bank& bank, std::string_view kind)
{
    for (const auto& one : bank.partners) {
        if (one.kind == kind) return one.code;
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Institution>> Institution::open(const Shared& shared,
                                                       const bank::catalog::Institution& facts,
                                                       const std::vector<std::string>& partner_urls)
{
    auto made = std::unique_ptr<Institution>{new Institution{shared, facts}};
    House& house = shared.house;
    made->book_ = house.open_book(facts.code, facts.book);
    TRY(made->migrate());
    made->vault_ =
        std::make_unique<bank::customer::Vault>(*house.keyring, house.random, facts.code);
    made->sealing_ = std::make_unique<bank::customer::Sealing>(*made->book_, *made->vault_);
    made->evidence_ = std::make_unique<bank::evidence::Store>(
        house.settings.data_folder / "evidence" / facts.code, *house.keyring, house.random);
    made->make_ledger_side();
    made->make_clearing_side();
    TRY(made->make_vouchers());
    made->make_partner_side(partner_urls);
    made->make_counter_side();
    return made;
}

Institution::~Institution()
{
    stop();
}

Result<void> Institution::migrate()
{
    for (const auto& migrations :
         {bank::audit::migrations(),     outbox::migrations(),
          bank::customer::migrations(),  bank::authentication::institution_migrations(),
          bank::evidence::migrations(),  bank::business_day::migrations(),
          bank::ledger::migrations(),    account::migrations(),
          bank::booking::migrations(),   bank::card::migrations(),
          bank::community::migrations(), bank::letter::migrations(),
          bank::risk::migrations(),      payment::migrations(),
          payment::figures_migrations(), bank::end_of_day::migrations(),
          bank::batch::migrations(),     bank::statement::migrations(),
          bank::payee::migrations(),     bank::spending::migrations(),
          bank::voucher::migrations(),   bank::bill::migrations(),
          bank::biller::migrations(),    bank::clearing::migrations(),
          bank::standing::migrations(),  bank::credit_card::migrations(),
          bank::wallet::migrations(),    partner::migrations(),
          bank::message::migrations(),   engine::process::migrations(),
          bank::counter::migrations()}) {
        TRY(book_->migrate(migrations));
    }
    return {};
}

void Institution::make_ledger_side()
{
    House& house = shared_.house;
    ledger_ = std::make_unique<bank::ledger::Ledger>(*book_);
    business_day_ =
        std::make_unique<bank::business_day::BusinessDay>(*book_, business_day_rules(facts_));
    accounts_ = std::make_unique<account::Accounts>(
        *ledger_, account::Institution{.number_prefix = facts_.account_prefix,
                                       .business_day = business_day_.get()});
    const auto& rules = house.bank().facts;
    dormancy_ = std::make_unique<DormancyWatch>(
        *book_, *accounts_, account::Idleness{rules.unused_after_days, rules.idle_after_days},
        rules.look_for_idle_seconds);
    judge_ = std::make_unique<bank::risk::Judge>(*book_, velocity_rules(), shared_.sanctions);
    outbox_ = std::make_unique<outbox::Outbox>(*book_);
    outbox_->on_dead_letter([](const outbox::DeadLetter& letter) {
        platform::log::error("outbox.dead_letter", {{"consumer", letter.consumer},
                                                    {"event", to_string(letter.event.id)},
                                                    {"type", letter.event.type},
                                                    {"reason", letter.reason}});
    });
    end_of_day_ =
        std::make_unique<bank::end_of_day::EndOfDay>(bank::end_of_day::EndOfDay::Environment{
            *book_, *business_day_, *accounts_, *outbox_, end_of_day_terms(house.bank()),
            [this](const bank::end_of_day::Run& run) {
                platform::log::error("end_of_day.failed", {{"institution", facts_.code},
                                                           {"day", base::to_string(run.day)},
                                                           {"reason", run.reason},
                                                           {"detail", run.detail}});
            },
            bank::voucher::pieces});
    events_ = std::make_unique<Events>(*outbox_);
    people_ = std::make_unique<People>(*vault_, *sealing_);
    proofs_ =
        std::make_unique<Proofs>(*house.book, facts_.book, shared_.proof_desk, shared_.proof_table);
    // The oldest key: a receipt's code is the same after a rotation.
    const auto key = house.keyring->first_sealing_key("receipt");
    receipt_key_ = std::make_unique<platform::crypto::Hmac>(key.key.view());
    transfers_ = std::make_unique<payment::Transfers>(payment::Transfers::Parts{
        *accounts_, *judge_, *people_, *proofs_, *events_, *receipt_key_});
    top_ups_ = std::make_unique<payment::TopUps>(*accounts_, *events_);
    batches_ = std::make_unique<bank::batch::Batches>(bank::batch::Batches::Parts{
        *book_, *accounts_, *judge_, *people_, *events_, [this](bank::batch::BatchId id) {
            shared_.live.tell({api::Listener::Kind::staff, facts_.book, 0}, "batch.changed",
                              to_string(id));
        }});
    statements_ = std::make_unique<bank::statement::Desk>(bank::statement::Desk::Parts{
        .book = *book_,
        .accounts = *accounts_,
        .people = *people_,
        .key = *receipt_key_,
        .run = [this](auto work) { shared_.document_maker.run(std::move(work)); },
        .bank = house.bank().facts.name,
        .institution = facts_.name,
        .clearing_code = facts_.clearing_code});
    payees_ = std::make_unique<bank::payee::Book>(bank::payee::Book::Parts{
        *book_, *transfers_, *people_, *receipt_key_, shared_.directory, facts_.code});
    spending_ = std::make_unique<bank::spending::Spending>(
        bank::spending::Spending::Parts{*book_, *accounts_, *people_, house.bank().categories});
}

/// The campaigns of the bank's folder are put into the book, each once.
Result<void> Institution::make_vouchers()
{
    namespace voucher = bank::voucher;
    vouchers_ = std::make_unique<voucher::Vouchers>(voucher::Vouchers::Parts{
        *book_, *ledger_,
        [this](sql::Transaction& transaction, const voucher::Campaign& campaign,
               const voucher::Voucher& given) {
            events_->append(transaction, "voucher.granted", to_string(given.id),
                            Object{{"customer", to_string(given.holder)},
                                   {"campaign", campaign.facts.code},
                                   {"number", given.number},
                                   {"name", api::shape(campaign.facts.name)},
                                   {"value", base::to_decimal(campaign.facts.value)},
                                   {"use_until", base::to_string(campaign.facts.use_until)}});
        },
        [this](base::Instant instant) { return accounts_->business_date(instant); }});
    for (const auto& one : shared_.house.bank().campaigns) {
        if (one.institution != facts_.code) continue;
        TRY(vouchers_->adopt({.code = one.code,
                              .name = one.name,
                              .about = one.about,
                              .stock = one.stock,
                              .value = one.value,
                              .least_bill = one.least_bill,
                              .audience = one.for_account_holders
                                              ? voucher::Audience::account_holder
                                              : voucher::Audience::everybody,
                              .starts_at = one.starts_at,
                              .ends_at = one.ends_at,
                              .use_until = one.use_until}));
    }
    return {};
}

/// Payments that leave the book, come in from outside, or happen later.
void Institution::make_clearing_side()
{
    outgoing_ = std::make_unique<bank::clearing::Outgoing>(bank::clearing::Outgoing::Parts{
        *accounts_, *judge_, *people_, *proofs_, *events_, shared_.directory, *receipt_key_,
        facts_.code, facts_.clearing_code, shared_.payment_rules.notice_from,
        std::string{base::in_language(facts_.name, "zh")}});
    orders_ = std::make_unique<bank::standing::Orders>(
        bank::standing::Orders::Parts{*accounts_, *transfers_, *outgoing_, *people_, *proofs_,
                                      *events_, facts_.business_calendar, shared_.payment_rules});
    incoming_ = std::make_unique<bank::clearing::Incoming>(bank::clearing::Incoming::Parts{
        *accounts_, *judge_, *people_, *events_, facts_.clearing_code});
}

void Institution::make_partner_side(const std::vector<std::string>& urls)
{
    House& house = shared_.house;
    partner_sealer_ = std::make_unique<partner::Sealer>(*house.keyring, house.random, "partner");
    std::vector<partner::Settings> settings;
    std::size_t place = 0;
    for (const auto& one : house.bank().partners) {
        settings.push_back({one.code, urls[place++], one.key, one.answer_timeout_ms, one.attempts,
                            one.first_retry_ms, one.deadline_ms});
    }
    partners_ = std::make_unique<partner::Partners>(
        partner::Partners::Environment{
            .book = *book_,
            .outbox = *outbox_,
            .sealer = *partner_sealer_,
            .client = shared_.client,
            .find_key =
                [&keys = *house.partner_keys](std::string_view name) { return keys.find(name); },
            .random = house.random,
            .institution = facts_.code,
            .metrics = &shared_.metrics},
        std::move(settings));
    partners_->on_answer("identity-check",
                         [this](auto& tx, const auto& answer) { return answered(tx, answer); });
    partners_->on_answer("account-check",
                         [this](auto& tx, const auto& answer) { return answered(tx, answer); });
    for (const char* question : {"ship", "track", "fund-query", "fund-withdraw", "fund-paid"}) {
        partners_->on_answer(question,
                             [this](auto& tx, const auto& answer) { return answered(tx, answer); });
    }
    partners_->on_answer(
        "pull", [this](auto& tx, const auto& answer) { return top_up_answered(tx, answer); });
    outbox_->subscribe({.name = "top-ups",
                        .types = {"top-up.requested"},
                        .act = [this](const outbox::Event& event) { return send_top_up(event); }});
    clearing_desk_ = std::make_unique<ClearingDesk>(
        ClearingDesk::Parts{*book_, *outbox_, *partners_, *outgoing_, *incoming_, shared_.directory,
                            shared_.mail, facts_.code});
    bills_ = std::make_unique<bank::bill::Bills>(
        bank::bill::Bills::Parts{*house.bill_items, *accounts_, *judge_, *people_, *proofs_,
                                 *events_, *vouchers_, *receipt_key_});
    const auto* billed = house.bill_items->catalogue();
    const std::string answering = billed == nullptr ? "" : billed->partner;
    joined_billers_ =
        std::make_unique<bank::biller::JoinedBillers>(bank::biller::JoinedBillers::Parts{
            *house.bill_items, *receipt_key_, house.random, facts_.code});
    book_->read([&](sql::Snapshot& snapshot) { joined_billers_->show_items(snapshot); });
    bill_desk_ = std::make_unique<BillDesk>(BillDesk::Parts{*book_, *bills_, *partners_, *outbox_,
                                                            *joined_billers_, *accounts_,
                                                            facts_.code, answering});
    payouts_ = std::make_unique<bank::biller::Payouts>(
        bank::biller::Payouts::Parts{*outgoing_, shared_.payout_rules});
    biller_desk_ = std::make_unique<BillerDesk>(BillerDesk::Parts{
        *book_, *partners_, *outbox_, shared_.directory, *payouts_, facts_.code, answering});
    cards_ = std::make_unique<bank::credit_card::Cards>(bank::credit_card::Cards::Parts{
        *outgoing_, shared_.directory, *people_, *receipt_key_, book_->clock()});
    card_desk_ = std::make_unique<CardDesk>(
        CardDesk::Parts{*book_, *cards_, *partners_, partner_of_kind(house.bank(), "card")});
    wallets_ = std::make_unique<bank::wallet::Wallets>(bank::wallet::Wallets::Parts{
        *accounts_, *outgoing_, shared_.directory, *judge_, *people_, *proofs_, *events_});
    withdrawals_ = std::make_unique<bank::wallet::Withdrawals>(*accounts_, *events_);
    wallet_desk_ = std::make_unique<WalletDesk>(
        WalletDesk::Parts{*book_, *wallets_, *withdrawals_, *accounts_, *partners_,
                          shared_.directory, *people_, *vault_});
    message_sealer_ = std::make_unique<partner::Sealer>(*house.keyring, house.random, "message");
    messages_ = std::make_unique<bank::message::Messages>(bank::message::Messages::Environment{
        .book = *book_,
        .outbox = *outbox_,
        .partners = *partners_,
        .sealer = *message_sealer_,
        .push = [this](bank::customer::CustomerId person, bank::message::MessageId id,
                       const std::string&) {
            return shared_.live.tell({api::Listener::Kind::customer, facts_.book, person.value},
                                     "message.new", to_string(id)) > 0;
        }});
    announcer_ = std::make_unique<Announcer>(
        Announcer::Parts{*book_, *house.catalog, facts_, *vault_, *accounts_, *people_, *messages_,
                         shared_.live, *outgoing_, shared_.directory});
    outbox_->subscribe(
        {.name = "announcer",
         .types = {"payment.*", "top-up.*", "interest.posted", "fee.charged", "end-of-day.*",
                   "clearing.*", "standing.*", "bill.paid", "bill.failed", "wallet.*",
                   "voucher.granted"},
         .plan = [this](const outbox::Event& event) { return announcer_->announce(event); }});
}

void Institution::make_counter_side()
{
    House& house = shared_.house;
    operation_parts_ = std::make_unique<OperationParts>(OperationParts{
        house.bank(), facts_, *house.book, *vault_, *sealing_, *accounts_, *evidence_,
        shared_.sanctions, *house.authentication, *outbox_, *receipt_key_});
    add_identity_operations(operations_, *operation_parts_);
    add_account_operations(operations_, *operation_parts_);
    add_service_operation(operations_);
    add_proof_operations(operations_, *operation_parts_);
    add_customer_operations(operations_, *operation_parts_);
    add_card_operations(operations_, *operation_parts_);
    add_booking_operations(operations_, *operation_parts_);
    add_certificate_operations(operations_, *operation_parts_);
    add_grant_operations(operations_, *operation_parts_);
    add_fee_operations(operations_, *operation_parts_);
    add_letter_operations(operations_, *operation_parts_);
    add_community_operations(operations_, *operation_parts_);
    operations_.add("message.send", [this](const auto& call) { return announcer_->send(call); });
    operations_.add("partner.ask", [this](const auto& call) { return ask_partner(call); });
    case_sealer_ = std::make_unique<CaseSealer>(*sealing_, *house.keyring, house.random);
    counter_ = std::make_unique<bank::counter::Counter>(
        *book_, *house.catalog, facts_.code, operations_, *case_sealer_,
        [this](const bank::counter::CaseChange& change) {
            if (const auto person = base::parse_id<bank::customer::CustomerId>(change.applicant)) {
                shared_.live.tell(
                    {api::Listener::Kind::customer, facts_.book, person.value().value},
                    "case.changed", to_string(change.id));
            }
            shared_.live.tell({api::Listener::Kind::staff, facts_.book, 0}, "case.changed",
                              to_string(change.id));
        },
        [this](sql::Snapshot& snapshot, bank::counter::CaseId id, std::string_view source,
               std::string_view applicant, const Value& settings) {
            return offered(snapshot, *operation_parts_, id, source, applicant, settings);
        });
    counter_->on_end([](sql::Transaction& transaction, bank::counter::CaseId id) {
        bank::booking::release(transaction, id.value);
    });
    outbox_->subscribe({.name = "case-codes",
                        .types = {"case.code-wanted"},
                        .act = [this](const outbox::Event& event) { return send_code(event); }});
    outbox_->subscribe({.name = "logins",
                        .types = {"customer.phone-changed"},
                        .act = [this](const outbox::Event& event) { return move_login(event); }});
}

Result<Value> Institution::ask_partner(const engine::process::OperationCall& call)
{
    const auto text = [&](std::string_view name) {
        const Value* value = call.arguments.find(name);
        return std::string{value == nullptr ? std::string_view{} : value->text_or()};
    };
    const Value* content = call.arguments.find("content");
    const auto id = TRY(
        partners_->ask(call.transaction, {text("partner"), text("question"), text("correlation"),
                                          content == nullptr ? Value{Object{}} : *content}));
    return Value{Object{{"call", to_string(id)}}};
}

/// A code for the phone that somebody entered in a case. A second one too soon is not sent: the
/// first still counts.
Result<void> Institution::send_code(const outbox::Event& event)
{
    namespace authentication = bank::authentication;
    const auto id = TRY(base::parse_id<bank::counter::CaseId>(event.subject));
    const auto instance = TRY(counter_->instance(id));
    const Value* entered = instance.variables.find("application");
    const std::string phone{entered == nullptr ? "" : (*entered)["phone"].text_or()};
    const auto& environment = *shared_.house.authentication;
    const auto issued = shared_.house.book->write([&](sql::Transaction& transaction) {
        return authentication::issue_code(
            transaction, environment, api::case_code_purpose, phone,
            authentication::digest(api::content_of_code(event.subject)), transaction.now());
    });
    if (!issued) {
        platform::log::warning("case.code_not_sent",
                               {{"case", event.subject}, {"reason", issued.error().reason}});
        return {};
    }
    const auto person = TRY(base::parse_id<bank::customer::CustomerId>(instance.subject));
    const std::string language = book_->read(
        [&](sql::Snapshot& snapshot) { return bank::customer::language_of(snapshot, person); });
    return announcer_->send_to_phone(
        issued.value().phone, "authentication.new-phone-code",
        Object{{"code", issued.value().code}, {"minutes", environment.policy.code_seconds / 60}},
        language.empty() ? "zh" : language);
}

/// Sign-in follows the customer's record: the two stand in different books.
Result<void> Institution::move_login(const outbox::Event& event)
{
    namespace authentication = bank::authentication;
    const auto person = TRY(base::parse_id<bank::customer::CustomerId>(event.subject));
    const std::string phone = TRY(book_->read([&](sql::Snapshot& snapshot) {
        return bank::customer::read_field(snapshot, *vault_, person, bank::customer::field::phone);
    }));
    return shared_.house.book->write([&](sql::Transaction& transaction) -> Result<void> {
        const auto login =
            authentication::find_customer_login(transaction, facts_.book, person.value);
        if (!login) return {};
        return authentication::change_phone(transaction, *shared_.house.authentication, login->id,
                                            phone);
    });
}

/// A partner's answer to a process: handed over in the unit of work that records it; who waits goes
/// on after the commit (and, should this program end just then, at the next poll).
Result<void> Institution::answered(sql::Transaction& transaction, const partner::Answer& answer)
{
    Object content = answer.content.object() == nullptr ? Object{} : *answer.content.object();
    content.set("status", answer.status);
    std::vector<engine::process::InstanceId> woken;
    TRY(counter_->engine().deliver(transaction, "partner.reply", answer.correlation, content,
                                   woken));
    for (const auto instance : woken) {
        transaction.after_commit([this, instance] {
            shared_.background.run([this, instance] {
                if (const auto gone_on = counter_->engine().advance(instance); !gone_on) {
                    platform::log::warning(
                        "process.advance_failed",
                        {{"instance", to_string(instance)}, {"reason", gone_on.error().reason}});
                }
            });
        });
    }
    return {};
}

Result<void> Institution::send_top_up(const outbox::Event& event)
{
    const auto id = TRY(base::parse_id<payment::TopUpId>(event.subject));
    return book_->write([&](sql::Transaction& transaction) -> Result<void> {
        const auto top_up = top_ups_->mark_sent(transaction, id);
        if (!top_up)
            return top_up.error().reason == "payment.top_up_over" ? Result<void>{}
                                                                  : Result<void>{top_up.error()};
        const auto account = TRY(accounts_->account(transaction, top_up.value().account));
        const std::string number = TRY(sealing_->open(
            account.holder, "bound-account", account.bound ? account.bound->sealed_number : ""));
        const auto asked = partners_->ask(
            transaction, {top_up.value().bank, "pull", to_string(id),
                          Object{{"reference", to_string(id)},
                                 {"account_number", number},
                                 {"name", people_->name(transaction, account.holder)},
                                 {"amount", base::to_decimal(top_up.value().amount)},
                                 {"currency", top_up.value().amount.currency.code},
                                 {"to_institution", facts_.clearing_code},
                                 {"to_account", account.number}}});
        if (!asked) return asked.error();
        return {};
    });
}

/// The other bank's word on a pull. Silence is no answer: it is asked again until it speaks.
Result<void> Institution::top_up_answered(sql::Transaction& transaction,
                                          const partner::Answer& answer)
{
    const auto id = TRY(base::parse_id<payment::TopUpId>(answer.correlation));
    if (answer.status == "timeout") return {};
    if (answer.status == "paid") {
        TRY(top_ups_->credited(transaction, id, answer.content["reference"].text_or()));
        return {};
    }
    const std::string reason{answer.content["reason"].text_or(answer.status)};
    TRY(top_ups_->failed(transaction, id,
                         reason.find('.') == std::string::npos ? "partner." + reason : reason));
    return {};
}

void Institution::start()
{
    outbox_->start();
    partners_->start();
    end_of_day_->start();
    batches_->start();
}

void Institution::stop()
{
    if (end_of_day_ != nullptr) end_of_day_->stop();
    if (batches_ != nullptr) batches_->stop();
    if (partners_ != nullptr) partners_->stop();
    if (outbox_ != nullptr) outbox_->stop();
}

void Institution::review_people()
{
    const auto& organisation = *shared_.house.organisation;
    const auto changes = organisation.times_changed();
    const std::int64_t since = book_->clock().now().micros - people_reviewed_at_.micros;
    const bool fresh = since >= 0 && since < people_review_seconds * base::micros_per_second;
    if (fresh && changes == people_reviewed_) return;
    people_reviewed_ = changes;
    people_reviewed_at_ = book_->clock().now();
    std::vector<engine::process::Worker> people;
    book_->read([&](sql::Snapshot& snapshot) {
        for (const auto& each : organisation.who_may("task.work", facts_.code))
            people.push_back(bank::counter::worker_of(snapshot, *vault_, organisation, each));
    });
    const auto found = counter_->engine().review_people(people);
    if (found.returned + found.signers_gone > 0)
        shared_.live.tell({api::Listener::Kind::staff, facts_.book, 0}, "task.changed", "");
}

void Institution::tick()
{
    review_people();
    while (counter_->poll() >= due_at_once) {
    }
    clearing_desk_->ask_again();
    while (orders_->run_due(*book_, due_at_once) >= due_at_once) {
    }
    bill_desk_->tick();
    biller_desk_->tick();
    wallet_desk_->tick();
    dormancy_->tick();
    const auto now = book_->clock().now();
    const auto waiting = book_->read([&](sql::Snapshot& snapshot) {
        return top_ups_->unfinished(snapshot, base::after_seconds(now, -top_up_patience_seconds),
                                    due_at_once);
    });
    for (const auto& top_up : waiting) {
        outbox::Event event{};
        event.subject = to_string(top_up.id);
        if (const auto sent = send_top_up(event); !sent) {
            platform::log::warning("top_up.not_sent",
                                   {{"top_up", event.subject}, {"reason", sent.error().reason}});
        }
    }
}

api::Institution Institution::as_api()
{
    return {facts_,        *book_,       *vault_,  *sealing_,        *accounts_,     *transfers_,
            *top_ups_,     *batches_,    *people_, *vouchers_,       *bills_,        *evidence_,
            *counter_,     *statements_, *payees_, *spending_,       *receipt_key_,  *outgoing_,
            *ledger_,      *orders_,     *cards_,  *joined_billers_, *business_day_, *wallets_,
            *withdrawals_, *payouts_};
}

}  // namespace server
