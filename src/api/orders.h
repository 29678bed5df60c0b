// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/call.h>

#include <bank/authentication/proof.h>
#include <bank/bill/bills.h>
#include <bank/clearing/outgoing.h>
#include <bank/credit_card/cards.h>
#include <bank/payment/transfer.h>
#include <bank/standing/orders.h>
#include <bank/wallet/wallets.h>
#include <platform/json/value.h>

namespace api {

/// The contract's PayeeAddress and TransferOrder.
bank::payment::PayeeAddress read_payee(const platform::json::Value& value);
/// Errors: id.malformed, money.*.
base::Result<bank::payment::Order> read_order(const platform::json::Value& value);

/// The contract's OutgoingOrder. Errors: id.malformed, money.*.
base::Result<bank::clearing::Order> read_out_order(const platform::json::Value& value);

/// The contract's StandingOrder and StandingChange. Errors: id.malformed, money.*, date.*,
/// standing.*.
base::Result<bank::standing::Order> read_standing(const platform::json::Value& value);
base::Result<bank::standing::Order> read_standing_change(const platform::json::Value& value);

/// The contract's BillOrder. Errors: id.malformed.
base::Result<bank::bill::Order> read_bill_order(const platform::json::Value& value);
/// The contract's CardRepayment. Errors: id.malformed, money.*.
base::Result<bank::credit_card::Repayment> read_repayment(const platform::json::Value& value);

/// The contract's WalletOrder, WalletLimits and WalletTopUp. Errors: id.malformed, money.*.
base::Result<bank::wallet::Order> read_wallet_order(const platform::json::Value& value);
struct WalletTopUp {
    bank::wallet::LinkId wallet;
    base::Money amount;
};
base::Result<WalletTopUp> read_wallet_top_up(const platform::json::Value& value);

/// The contract's OutgoingPayment, for its payer. Errors: clearing.payment_unknown.
base::Result<platform::http::Response> show_outgoing(Call& call, Parts& parts,
                                                     bank::clearing::PaymentId id, int status);

/// A customer may ask for so many payees in a while: who holds an account or a phone is nothing to
/// try through. The answer that says so, or nothing.
std::optional<platform::http::Response> too_many_look_ups(const Call& call, Parts& parts);

/// What a proof of a payment is bound to, by the plan's subject.
bank::authentication::Content content_of_payment(std::string_view subject);

}  // namespace api
