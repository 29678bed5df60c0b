// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/transfer.h>
#include <bank/statement/certificate.h>
#include <bank/statement/issue.h>

#include <optional>

namespace bank::statement {

/// What anyone with number and code of a paper may read of it; names and numbers masked.
struct Genuine {
    std::optional<payment::Transfer> receipt;  // One of the three.
    std::optional<Issue> issue;
    std::string holder;          // Of the account of a statement or a certificate.
    std::string account_number;  // The same.
    std::optional<Certificate> certificate = {};
    Standing standing = Standing::valid;  // The certificate's, today.
};

/// Looks in one book; blanks and case are passed over. None where there is no such paper or the
/// code is another: which of the two is not told.
std::optional<Genuine> verify(platform::sql::Snapshot& snapshot, account::Accounts& accounts,
                              payment::People& people, payment::Transfers& transfers,
                              const platform::crypto::Hmac& key, std::string_view number,
                              std::string_view code);

}  // namespace bank::statement
