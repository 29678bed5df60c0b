// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/announcer.h>
#include <server/bill_desk.h>
#include <server/biller_desk.h>
#include <server/card_desk.h>
#include <server/clearing_desk.h>
#include <server/dormancy.h>
#include <server/house.h>
#include <server/operations.h>
#include <server/ports.h>
#include <server/ticker.h>
#include <server/wallet_desk.h>

#include <api/parts.h>

#include <bank/batch/batches.h>
#include <bank/counter/counter.h>
#include <bank/end_of_day/end_of_day.h>
#include <bank/outbox/outbox.h>
#include <bank/partner/partners.h>
#include <bank/risk/judge.h>
#include <bank/voucher/vouchers.h>

namespace server {

/// What all institutions share.
struct Shared {
    House& house;
    platform::http::Client& client;
    platform::metrics::Registry& metrics;
    const bank::risk::SanctionsList& sanctions;
    const ProofDesk& proof_desk;
    const engine::dmn::Model& proof_table;
    api::Live& live;
    Background& background;
    Background& document_maker;  // For what takes seconds.
    const bank::clearing::Directory& directory;
    Mail& mail;
    const bank::standing::Rules& payment_rules;
    const bank::biller::PayoutRules& payout_rules;
};

/// One institution's book and all that lives on it, wired by hand.
class Institution {
public:
    /// Opens and migrates the book. Throws platform::sql::Failure. Errors: those of migrations.
    static base::Result<std::unique_ptr<Institution>> open(
        const Shared& shared, const bank::catalog::Institution& facts,
        const std::vector<std::string>& partner_urls);
    ~Institution();

    /// Starts what acts after commits: outbox, partners.
    void start();
    void stop();

    /// Does what is due: timers, deadlines, retries, top-ups without an answer, what has run out.
    /// Every second.
    void tick();

    api::Institution as_api();

    const bank::catalog::Institution& facts() const { return facts_; }
    platform::sql::Book& book() { return *book_; }
    bank::account::Accounts& accounts() { return *accounts_; }
    bank::voucher::Vouchers& vouchers() { return *vouchers_; }
    bank::batch::Batches& batches() { return *batches_; }
    const bank::customer::Vault& vault() const { return *vault_; }
    bank::counter::Counter& counter() { return *counter_; }
    bank::partner::Partners& partners() { return *partners_; }
    BillDesk& bill_desk() { return *bill_desk_; }
    CardDesk& card_desk() { return *card_desk_; }
    WalletDesk& wallet_desk() { return *wallet_desk_; }
    const bank::evidence::Store& evidence() const { return *evidence_; }
    bank::outbox::Outbox& outbox() { return *outbox_; }
    const bank::business_day::BusinessDay& business_day() const { return *business_day_; }
    bank::end_of_day::EndOfDay& end_of_day() { return *end_of_day_; }
    Announcer& announcer() { return *announcer_; }

private:
    Institution(const Shared& shared, const bank::catalog::Institution& facts)
        : shared_(shared), facts_(facts)
    {
    }
    base::Result<void> migrate();
    void make_ledger_side();
    void make_clearing_side();
    void make_partner_side(const std::vector<std::string>& urls);
    void make_counter_side();
    base::Result<void> make_vouchers();
    base::Result<platform::json::Value> ask_partner(const engine::process::OperationCall& call);
    base::Result<void> send_code(const bank::outbox::Event& event);
    base::Result<void> move_login(const bank::outbox::Event& event);
    base::Result<void> answered(platform::sql::Transaction& transaction,
                                const bank::partner::Answer& answer);
    base::Result<void> send_top_up(const bank::outbox::Event& event);
    base::Result<void> top_up_answered(platform::sql::Transaction& transaction,
                                       const bank::partner::Answer& answer);

    /// When the organisation has changed, and every minute: what begins or ends by the clock.
    void review_people();

    const Shared shared_;
    const bank::catalog::Institution& facts_;
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<bank::customer::Vault> vault_;
    std::unique_ptr<bank::customer::Sealing> sealing_;
    std::unique_ptr<bank::evidence::Store> evidence_;
    std::unique_ptr<bank::business_day::BusinessDay> business_day_;
    std::unique_ptr<bank::ledger::Ledger> ledger_;
    std::unique_ptr<bank::account::Accounts> accounts_;
    std::unique_ptr<DormancyWatch> dormancy_;
    std::unique_ptr<bank::risk::Judge> judge_;
    std::unique_ptr<bank::outbox::Outbox> outbox_;
    std::unique_ptr<Events> events_;
    std::unique_ptr<People> people_;
    std::unique_ptr<Proofs> proofs_;
    std::unique_ptr<platform::crypto::Hmac> receipt_key_;
    std::unique_ptr<bank::end_of_day::EndOfDay> end_of_day_;
    std::unique_ptr<bank::payment::Transfers> transfers_;
    std::unique_ptr<bank::payment::TopUps> top_ups_;
    std::unique_ptr<bank::voucher::Vouchers> vouchers_;
    std::unique_ptr<bank::statement::Desk> statements_;
    std::unique_ptr<bank::clearing::Outgoing> outgoing_;
    std::unique_ptr<bank::clearing::Incoming> incoming_;
    std::unique_ptr<bank::standing::Orders> orders_;
    std::unique_ptr<bank::batch::Batches> batches_;
    std::unique_ptr<bank::bill::Bills> bills_;
    std::unique_ptr<bank::credit_card::Cards> cards_;
    std::unique_ptr<bank::wallet::Wallets> wallets_;
    std::unique_ptr<bank::wallet::Withdrawals> withdrawals_;
    std::unique_ptr<bank::payee::Book> payees_;
    std::unique_ptr<bank::spending::Spending> spending_;
    std::unique_ptr<bank::partner::Sealer> partner_sealer_;
    std::unique_ptr<bank::partner::Partners> partners_;
    std::unique_ptr<ClearingDesk> clearing_desk_;
    std::unique_ptr<bank::biller::JoinedBillers> joined_billers_;
    std::unique_ptr<BillDesk> bill_desk_;
    std::unique_ptr<CardDesk> card_desk_;
    std::unique_ptr<bank::biller::Payouts> payouts_;
    std::unique_ptr<BillerDesk> biller_desk_;
    std::unique_ptr<WalletDesk> wallet_desk_;
    std::unique_ptr<bank::partner::Sealer> message_sealer_;
    std::unique_ptr<bank::message::Messages> messages_;
    std::unique_ptr<Announcer> announcer_;
    engine::process::OperationRegistry operations_;
    std::unique_ptr<OperationParts> operation_parts_;
    std::unique_ptr<CaseSealer> case_sealer_;
    std::unique_ptr<bank::counter::Counter> counter_;
    std::int64_t people_reviewed_ = 0;  // The organisation's `times_changed` then.
    base::Instant people_reviewed_at_;
};

}  // namespace server
