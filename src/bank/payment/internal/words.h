// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/transfer.h>

namespace bank::payment::internal {

/// The ledger's refusal of a payment in the words of payments: who is meant, and what to say.
base::Error in_words_of_payments(const base::Error& refusal);

/// What the idempotency key of a transfer stands for.
std::uint64_t content_of(CustomerId payer, const Order& order);
ledger::ClientId client_of(CustomerId payer, std::string_view key);

/// Number and code of a receipt. Whoever has the receipt can have the code checked by the bank.
std::string receipt_number(EntryId id, base::Date day);
std::string verification_code(const platform::crypto::Hmac& key, std::string_view receipt,
                              AccountId from, AccountId to, base::Money amount);

/// Characters of UTF-8.
std::size_t length_of(std::string_view text);

}  // namespace bank::payment::internal
