// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/login.h>
#include <bank/authentication/recorded.h>

namespace bank::authentication {

/// Whether `password` may be chosen: 8 to 128 bytes of UTF-8; not one character over and over, not
/// a run up or down ("12345678", "hgfedcba"), not a short piece repeated ("abcabcabc"), not among
/// the most used, and none of `personal` (phone, birth date, identity number: their digit runs of 6
/// and more) inside it. NIST SP 800-63B-4 section 3.1.1.
///
/// Errors: authentication.password_too_short, authentication.password_too_long,
/// authentication.password_too_simple, authentication.password_personal.
base::Result<void> check_password_rules(std::string_view password,
                                        std::span<const std::string> personal);

/// Sets what crypto::hash_password made on a worker; clears a lock. Errors:
/// authentication.login_unknown.
base::Result<void> set_password(platform::sql::Transaction& transaction, LoginId login,
                                std::string_view hash);

/// What comparing a password gave, to be counted by `settle_password`.
struct PasswordCheck {
    LoginId login;  // None where nobody has this name or phone.
    bool right = false;
    std::string checked_hash;  // What it was compared with.
};

/// Compares on a worker thread: 50 ms, as long for a login that is not there or has no password, so
/// that the time tells nobody who is a customer.
PasswordCheck check_password(const std::optional<Login>& login, std::string_view password);

/// Counts a wrong password and locks the login by time; a right one clears the count.
///
/// Answers with: authentication.password_wrong (also for an unknown login),
/// authentication.locked (detail says for how long), authentication.password_changed (meanwhile).
Recorded<Login> settle_password(platform::sql::Transaction& transaction,
                                const Environment& environment, const PasswordCheck& check,
                                base::Instant now);

/// Gives a login the secret of an authenticator app, replacing an earlier one.
/// Errors: authentication.login_unknown.
base::Result<void> enrol_totp(platform::sql::Transaction& transaction,
                              const Environment& environment, LoginId login,
                              platform::crypto::ByteView secret);

/// Checks a six-digit code of the app (RFC 6238). A code is good once.
/// Answers with: authentication.totp_wrong, authentication.totp_missing (none enrolled),
/// authentication.locked.
Recorded<void> settle_totp(platform::sql::Transaction& transaction, const Environment& environment,
                           LoginId login, std::string_view code, base::Instant now);

}  // namespace bank::authentication
