// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/environment.h>
#include <platform/sql/book.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bank::authentication {

/// The right of one customer, or one member of staff, to sign in; a row of the house book.
using LoginId = base::Id<struct LoginTag>;

enum class LoginKind { customer, staff };

struct Login {
    LoginId id;
    LoginKind kind;
    int book;               // Of the customer's institution; of the staff member's home.
    std::uint64_t subject;  // The customer's or staff member's id.
    bool active;
    std::string password_hash;  // Empty: none set.
    bool has_totp;
    base::Instant locked_until;           // Password refused before it.
    platform::crypto::Bytes user_handle;  // What authenticators know the login by: 32 random bytes.
};

/// Errors: authentication.login_exists (the subject has one), customer.phone_malformed.
base::Result<LoginId> create_customer_login(platform::sql::Transaction& transaction,
                                            const Environment& environment, int book,
                                            std::uint64_t customer, std::string_view phone,
                                            base::Instant now);

/// `name`: 2 to 32 of a-z, 0-9, '.', '-', '_'. Errors: authentication.login_exists,
/// authentication.name_malformed.
base::Result<LoginId> create_staff_login(platform::sql::Transaction& transaction,
                                         const Environment& environment, int book,
                                         std::uint64_t staff, std::string_view name,
                                         base::Instant now);

/// Errors: authentication.login_unknown.
base::Result<Login> find_login(platform::sql::Snapshot& snapshot, LoginId id);

std::optional<Login> find_customer_login(platform::sql::Snapshot& snapshot, int book,
                                         std::uint64_t customer);
std::optional<Login> find_staff_login(platform::sql::Snapshot& snapshot, std::string_view name);

/// The sign-ins of a phone: one in each institution at most. None where it is malformed.
std::vector<Login> find_logins_by_phone(platform::sql::Snapshot& snapshot,
                                        const Environment& environment, std::string_view phone);

/// The phone of a customer's login, to send to. Errors: authentication.login_unknown,
/// authentication.no_phone.
base::Result<std::string> phone_of(platform::sql::Snapshot& snapshot,
                                   const Environment& environment, LoginId id);

/// Errors: authentication.login_unknown, customer.phone_malformed.
base::Result<void> change_phone(platform::sql::Transaction& transaction,
                                const Environment& environment, LoginId id, std::string_view phone);

/// Signs out everywhere and lets nobody in again; forgets phone, password, passkeys and secrets, as
/// erasure asks. Errors: authentication.login_unknown.
base::Result<void> close_login(platform::sql::Transaction& transaction, LoginId id);

/// Seals and hashes anew, under the current key, what the next `limit` logins after `after` hold;
/// returns the last one done, or none when all are. May be stopped and begun again anywhere.
/// Errors: crypto.unreadable, keyring.unknown_key.
base::Result<LoginId> rotate_login_keys(platform::sql::Transaction& transaction,
                                        const Environment& environment, LoginId after, int limit);

}  // namespace bank::authentication
