// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/live.h>

#include <bank/account/accounts.h>
#include <bank/authentication/environment.h>
#include <bank/batch/batches.h>
#include <bank/bill/bills.h>
#include <bank/biller/joined.h>
#include <bank/biller/payouts.h>
#include <bank/business_day/business_day.h>
#include <bank/catalog/catalog.h>
#include <bank/clearing/outgoing.h>
#include <bank/counter/counter.h>
#include <bank/credit_card/cards.h>
#include <bank/customer/sealing.h>
#include <bank/evidence/store.h>
#include <bank/organisation/organisation.h>
#include <bank/payee/book.h>
#include <bank/payment/history.h>
#include <bank/payment/top_up.h>
#include <bank/payment/transfer.h>
#include <bank/spending/spending.h>
#include <bank/standing/orders.h>
#include <bank/statement/desk.h>
#include <bank/voucher/vouchers.h>
#include <bank/wallet/withdrawals.h>
#include <platform/http/rate_limiter.h>
#include <platform/metrics/metrics.h>
#include <platform/vision/face_reader.h>
#include <platform/vision/text_reader.h>

#include <deque>
#include <functional>

namespace api {

/// One institution's book and the modules that live on it, as the handlers see them.
struct Institution {
    const bank::catalog::Institution& facts;
    platform::sql::Book& book;
    const bank::customer::Vault& vault;
    bank::customer::Sealing& sealing;
    bank::account::Accounts& accounts;
    bank::payment::Transfers& transfers;
    bank::payment::TopUps& top_ups;
    bank::batch::Batches& batches;
    bank::payment::People& people;
    bank::voucher::Vouchers& vouchers;
    bank::bill::Bills& bills;
    bank::evidence::Store& evidence;
    bank::counter::Counter& counter;
    bank::statement::Desk& statements;
    bank::payee::Book& payees;
    bank::spending::Spending& spending;
    const platform::crypto::Hmac& receipt_key;
    bank::clearing::Outgoing& outgoing;
    bank::ledger::Ledger& ledger;
    bank::standing::Orders& orders;
    bank::credit_card::Cards& cards;
    bank::biller::JoinedBillers& joined_billers;
    const bank::business_day::BusinessDay& business_day;
    bank::wallet::Wallets& wallets;
    bank::wallet::Withdrawals& withdrawals;
    bank::biller::Payouts& payouts;

    int utc_offset_minutes = 480;
};

/// The given proof of the payment that is being made, handed to the unit of work beside the plan:
/// `put` before, `take` after.
class ProofDesk {
public:
    virtual ~ProofDesk() = default;
    /// The number under which the payment names the proof. Errors: authentication.proof_forged.
    virtual base::Result<std::uint64_t> put(std::string_view token) = 0;
    virtual void take(std::uint64_t number) = 0;
};

/// What the handlers call. References outlive the server.
struct Parts {
    const base::Clock& clock;
    platform::sql::Book& house;
    const bank::authentication::Environment& authentication;
    bank::catalog::Catalog& catalog;
    const bank::bill::Items& bill_items;
    bank::organisation::Organisation& organisation;
    platform::vision::TextReader& text_reader;
    platform::vision::FaceReader& face_reader;
    platform::metrics::Registry& metrics;
    ProofDesk& proof_desk;
    Live& live;
    platform::http::RateLimiter& codes_per_address;
    platform::http::RateLimiter& verifications_per_address;
    const bank::clearing::Directory& directory;
    platform::http::RateLimiter& look_ups_per_customer;
    platform::http::RateLimiter& applications_per_address;
    platform::http::RateLimiter& calls_per_biller;
    bool secure_cookies = false;
    std::deque<Institution> institutions = {};

    /// Sends an SMS that is not the outcome of an event: a code. Texts come from the bank's folder.
    std::function<base::Result<void>(Institution&, std::string_view phone, std::string_view message,
                                     const platform::json::Object& values,
                                     std::string_view language)>
        send_sms = {};

    /// The contract's page of messages to one customer.
    std::function<base::Result<platform::json::Value>(Institution&, bank::customer::CustomerId,
                                                      std::string_view cursor, int limit)>
        messages_of = {};

    /// Asks a biller what is due. Errors: bill.item_unknown, bill.no_partner.
    std::function<base::Result<bank::bill::Inquiry>(Institution&, bank::customer::CustomerId,
                                                    std::string_view item,
                                                    const platform::json::Object& data)>
        ask_biller = {};

    /// Asks the issuer of the card that `note` answers for its bill, in the same unit of work.
    /// Errors: card.no_partner, those of `note`.
    using NoteCard =
        std::function<base::Result<bank::credit_card::Card>(platform::sql::Transaction&)>;
    std::function<base::Result<bank::credit_card::Card>(Institution&, const NoteCard& note)>
        ask_card_issuer = {};

    /// Has a wallet bound, and unbound, and its provider told. Errors: those of Wallets.
    std::function<base::Result<bank::wallet::Link>(Institution&, const bank::wallet::Plan&,
                                                   std::uint64_t proof)>
        bind_wallet = {};
    std::function<base::Result<bank::wallet::Link>(Institution&, bank::customer::CustomerId,
                                                   bank::wallet::LinkId)>
        unbind_wallet = {};
    /// Has money brought from a wallet. Errors: those of Withdrawals::request.
    std::function<base::Result<bank::wallet::Withdrawal>(Institution&, bank::customer::CustomerId,
                                                         bank::wallet::LinkId, base::Money amount,
                                                         std::string_view key)>
        withdraw_from_wallet = {};

    /// What a partner asks by a signed request that is answered at once, and signing that answer.
    /// Errors: signature.*, partner.*, api.institution_unknown.
    struct PartnerRequest {
        std::string institution;
        std::string partner;
        std::string type;
        platform::json::Value content;
    };
    std::function<base::Result<PartnerRequest>(const platform::http::Request&)>
        accept_from_partner = {};
    std::function<void(std::string_view partner, const platform::http::Request&,
                       platform::http::Response&)>
        sign_for_partner = {};

    /// A signed request of a partner. Errors: signature.*, partner.*.
    std::function<base::Result<void>(const platform::http::Request&)> receive_from_partner = {};

    /// What the demo people's phones received, newest first; empty phone: all.
    std::function<base::Result<platform::json::Array>(std::string_view phone)> handset_messages =
        {};
    /// The made-up ID cards that lie beside the demo: {name, front, back} with addresses of
    /// pictures.
    std::function<platform::json::Array()> demo_id_cards = {};

    /// Runs a short piece of work on another thread, soon.
    std::function<void(std::function<void()>)> run_later = {};

    Institution* institution(std::string_view code);
    Institution* institution(int book);
    /// The institution in whose book an id was issued, or nullptr.
    template <class Tag>
    Institution* institution_of(base::Id<Tag> id)
    {
        return institution(static_cast<int>((id.value >> 12) & 1023));
    }
};

}  // namespace api
