// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/customer_id.h>
#include <platform/crypto/hash.h>
#include <platform/sql/book.h>

#include <string>
#include <string_view>
#include <vector>

namespace bank::customer {

/// What a customer agreed to, or took back: the document, the version of its text and the hash of
/// exactly what was shown.
struct Consent {
    std::string document;  // "account-agreement", "face-processing"
    std::string version;   // "2026-11"
    std::string language;  // "zh"
    platform::crypto::Digest text_hash{};
    bool given = false;   // False: taken back.
    std::string channel;  // "phone", "counter"
    base::Instant instant{};
};

/// Records it at the transaction's instant; earlier records stay. Errors: customer.unknown,
/// customer.erased.
base::Result<void> record_consent(platform::sql::Transaction& transaction, CustomerId customer,
                                  const Consent& consent);

/// Oldest first.
std::vector<Consent> consents(platform::sql::Snapshot& snapshot, CustomerId customer);

/// Whether the newest record about `document` gives consent, whatever the version, or to `version`
/// where it is not empty.
bool has_consent(platform::sql::Snapshot& snapshot, CustomerId customer, std::string_view document,
                 std::string_view version);

}  // namespace bank::customer
