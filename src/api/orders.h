// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/proof.h>
#include <bank/payment/transfer.h>
#include <platform/json/value.h>

namespace api {

/// The contract's PayeeAddress and TransferOrder.
bank::payment::PayeeAddress read_payee(const platform::json::Value& value);
/// Errors: id.malformed, money.*.
base::Result<bank::payment::Order> read_order(const platform::json::Value& value);

/// What a proof of a payment is bound to, by the plan's subject.
bank::authentication::Content content_of_payment(std::string_view subject);

}  // namespace api
