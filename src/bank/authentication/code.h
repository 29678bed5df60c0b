// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/environment.h>
#include <bank/authentication/recorded.h>
#include <platform/crypto/hash.h>
#include <platform/sql/book.h>

#include <optional>

#include <optional>

namespace bank::authentication {

using CodeId = base::Id<struct CodeTag>;

/// A code to send by SMS. Only its keyed hash is stored; whoever passes it on seals it.
struct IssuedCode {
    CodeId id;
    std::string phone;  // Normalised.
    std::string code;   // Six digits.
    base::Instant expires;
};

/// A fresh code for `phone`, good once, for `purpose` ("sign-up", "sign-in", "proof") and, where
/// the code confirms something, for exactly `content`. An earlier open code for the same phone and
/// purpose is void.
///
/// Errors: customer.phone_malformed, authentication.code_too_soon, authentication.code_cap (per
/// hour or day; the detail says which).
base::Result<IssuedCode> issue_code(platform::sql::Transaction& transaction,
                                    const Environment& environment, std::string_view purpose,
                                    std::string_view phone, const platform::crypto::Digest& content,
                                    base::Instant now);

/// Uses the code up where it is right; counts the try where it is wrong.
///
/// Answers with: authentication.code_wrong (detail: tries left; also for another phone, purpose or
/// content, and for an id that is none), authentication.code_expired, authentication.code_used,
/// authentication.code_void (too many tries, or a newer one was sent), customer.phone_malformed.
Recorded<void> redeem_code(platform::sql::Transaction& transaction, const Environment& environment,
                           CodeId id, std::string_view purpose, std::string_view phone,
                           const platform::crypto::Digest& content, std::string_view code,
                           base::Instant now);

/// The newest code sent to `phone` for `purpose`, in whatever state; for callers who were not given
/// its id. None where there is none or the number is malformed.
std::optional<CodeId> latest_code(platform::sql::Snapshot& snapshot, const Environment& environment,
                                  std::string_view purpose, std::string_view phone);

}  // namespace bank::authentication
