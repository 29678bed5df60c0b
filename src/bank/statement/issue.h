// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/period.h>
#include <platform/crypto/hash.h>

#include <span>

namespace bank::statement {

using account::AccountId;
using customer::CustomerId;
using DocumentId = base::Id<struct DocumentTag>;

std::span<const platform::sql::Migration> migrations();

/// What was issued: all that a statement says in numbers.
struct Issue {
    DocumentId id;
    AccountId account;
    base::Date first;
    base::Date last;
    base::Money opening;
    base::Money closing;
    base::Money in;
    base::Money out;
    std::int64_t count;
    base::Instant issued_at;
};

/// "S20261122-0ABCDEFGHJKMN": the last day and the id.
std::string number_of(const Issue& issue);

/// Stands for every fact of the issue but its instant, under the bank's key for receipts.
std::string code_of(const platform::crypto::Hmac& key, const Issue& issue);

void record(platform::sql::Transaction& transaction, const Issue& issue);

/// Errors: statement.unknown.
base::Result<Issue> find_issue(platform::sql::Snapshot& snapshot, account::Accounts& accounts,
                               DocumentId id);

}  // namespace bank::statement
