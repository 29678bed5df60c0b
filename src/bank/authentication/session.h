// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/login.h>

namespace bank::authentication {

using SessionId = base::Id<struct SessionTag>;

/// visitor: someone who proved a phone number and is no customer (yet).
enum class SessionKind { visitor, customer, staff };
std::string_view to_string(SessionKind kind);

struct Session {
    SessionId id;
    SessionKind kind;
    LoginId login;          // None for a visitor.
    int book;               // Zero for a visitor.
    std::uint64_t subject;  // The customer's or staff member's id.
    bool second_factor;     // Staff: nothing is allowed before it is true.
    std::string method;     // How it began: "password", "code", "passkey".
    base::Instant created;
    base::Instant last_seen;
    base::Instant ends;      // Whatever is done until then.
    std::string csrf_token;  // What a changing request sends beside the cookie.
};

struct NewSession {
    SessionKind kind;
    LoginId login{};
    int book = 0;
    std::uint64_t subject = 0;
    bool second_factor = false;
    std::string_view method;
    std::string_view phone{};  // Of a visitor; stored sealed.
};

/// A session and its token, which is told once and of which only the hash is stored.
struct OpenedSession {
    Session session;
    std::string token;  // 43 characters of base64url: 256 random bits.
};

/// Errors: customer.phone_malformed.
base::Result<OpenedSession> open_session(platform::sql::Transaction& transaction,
                                         const Environment& environment, const NewSession& wanted,
                                         base::Instant now);

/// The session of a login, with what the login says.
base::Result<OpenedSession> open_session(platform::sql::Transaction& transaction,
                                         const Environment& environment, const Login& login,
                                         std::string_view method, bool second_factor,
                                         base::Instant now);

/// Errors: authentication.session_unknown, authentication.session_expired (idle, or past its end).
base::Result<Session> find_session(platform::sql::Snapshot& snapshot,
                                   const Environment& environment, std::string_view token,
                                   base::Instant now);

/// Whether `token` is the session's CSRF token, compared in constant time.
bool csrf_matches(const Session& session, std::string_view token);

/// Whether the session has gone unmarked for a minute, so that touch_session is due.
bool is_touch_due(const Session& session, base::Instant now);
void touch_session(platform::sql::Transaction& transaction, SessionId id, base::Instant now);

/// Marks that the second factor was shown. Errors: authentication.session_unknown.
base::Result<void> confirm_second_factor(platform::sql::Transaction& transaction, SessionId id);

/// The phone that a visitor proved. Errors: authentication.session_unknown,
/// authentication.no_phone.
base::Result<std::string> visitor_phone(platform::sql::Snapshot& snapshot,
                                        const Environment& environment, SessionId id);

void end_session(platform::sql::Transaction& transaction, SessionId id);

/// Ends all of a login but `except`; returns how many.
int end_sessions(platform::sql::Transaction& transaction, LoginId login, SessionId except = {});

/// The open sessions of a login, newest first.
std::vector<Session> sessions_of(platform::sql::Snapshot& snapshot, const Environment& environment,
                                 LoginId login, base::Instant now);

}  // namespace bank::authentication
