// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/credit_card/cards.h>

namespace bank::credit_card::internal {

void insert(platform::sql::Transaction& transaction, const Card& card, std::string_view sealed,
            std::int64_t print);
/// State, bill, the question's number and time, whether it is kept.
void update(platform::sql::Transaction& transaction, const Card& card);

/// The cards of `select … where CONDITION`; `condition` is a literal and may order and limit.
std::vector<Card> select_with(platform::sql::Snapshot& snapshot, std::string_view condition,
                              std::span<const platform::sql::Parameter> parameters);
std::string sealed_of(platform::sql::Snapshot& snapshot, CardId id);

void insert_repayment(platform::sql::Transaction& transaction, CardId card,
                      clearing::PaymentId payment);
/// Newest first.
std::vector<clearing::PaymentId> repayments(platform::sql::Snapshot& snapshot, CardId card,
                                            int limit);

}  // namespace bank::credit_card::internal
