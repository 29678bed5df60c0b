// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/proof.h>
#include <bank/bill/bills.h>
#include <bank/clearing/outgoing.h>
#include <bank/payment/transfer.h>
#include <bank/standing/orders.h>
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

/// What a proof of a payment is bound to, by the plan's subject.
bank::authentication::Content content_of_payment(std::string_view subject);

}  // namespace api
