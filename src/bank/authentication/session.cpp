// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/session.h>

#include <bank/authentication/internal/secrets.h>
#include <bank/customer/phone.h>
#include <platform/crypto/encoding.h>

#include <algorithm>
#include <array>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::array<std::string_view, 3> kinds{"visitor", "customer", "staff"};
constexpr std::size_t session_token_size = 32;
constexpr std::size_t token_text_size = 43;
constexpr std::int64_t touch_seconds = 60;
constexpr std::string_view columns =
    "id, kind, login, book, subject, second_factor, method, created, last_seen, ends";

struct Life {
    std::int64_t idle_seconds;
    std::int64_t seconds;
};

Life life_of(SessionKind kind, const Policy& policy)
{
    switch (kind) {
        case SessionKind::visitor:
            return {policy.visitor_idle_seconds, policy.visitor_seconds};
        case SessionKind::customer:
            return {policy.customer_idle_seconds, policy.customer_seconds};
        case SessionKind::staff:
            return {policy.staff_idle_seconds, policy.staff_seconds};
    }
    return {};
}

Session session_of(const sql::Cursor& row)
{
    const auto kind = std::ranges::find(kinds, row.text(1)) - kinds.begin();
    return {.id = row.id<SessionId>(0),
            .kind = static_cast<SessionKind>(kind),
            .login = row.id<LoginId>(2),
            .book = static_cast<int>(row.integer(3)),
            .subject = static_cast<std::uint64_t>(row.integer(4)),
            .second_factor = row.boolean(5),
            .method = row.string(6),
            .created = row.instant(7),
            .last_seen = row.instant(8),
            .ends = row.instant(9),
            .csrf_token = {}};
}

/// Follows from the token, so that it need not be stored and changes with it.
std::string csrf_of(std::string_view token)
{
    return crypto::to_base64url(
        crypto::Hmac(crypto::as_bytes(token)).code(crypto::as_bytes("csrf")));
}

crypto::Digest hash_of(std::string_view token)
{
    return crypto::sha256(crypto::as_bytes(token));
}

base::Error unknown()
{
    return base::forbidden("authentication.session_unknown", "you are not signed in");
}

bool has_run_out(const Session& session, const Policy& policy, base::Instant now)
{
    const auto idle = life_of(session.kind, policy).idle_seconds;
    return now >= session.ends || now >= base::after_seconds(session.last_seen, idle);
}

}  // namespace

std::string_view to_string(SessionKind kind)
{
    return kinds[static_cast<std::size_t>(kind)];
}

Result<OpenedSession> open_session(sql::Transaction& transaction, const Environment& environment,
                                   const NewSession& wanted, base::Instant now)
{
    std::string phone;
    if (!wanted.phone.empty()) phone = TRY(customer::normal_phone(wanted.phone));
    const std::string token = crypto::to_base64url(environment.random.bytes(session_token_size));
    Session session{
        .id = transaction.new_id<SessionId>(),
        .kind = wanted.kind,
        .login = wanted.login,
        .book = wanted.book,
        .subject = wanted.subject,
        .second_factor = wanted.second_factor,
        .method = std::string(wanted.method),
        .created = now,
        .last_seen = now,
        .ends = base::after_seconds(now, life_of(wanted.kind, environment.policy).seconds),
        .csrf_token = csrf_of(token)};
    const crypto::Bytes sealed =
        seal_for(environment, "visitor-phone", session.id.value, crypto::as_bytes(phone));
    transaction.execute(
        "insert into authentication_session(token_hash, id, kind, login, book, subject, "
        "second_factor, method, phone_sealed, created, last_seen, ends) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        blob(hash_of(token)), session.id, to_string(session.kind), session.login, session.book,
        static_cast<std::int64_t>(session.subject), session.second_factor, session.method,
        phone.empty() ? std::optional<sql::Bytes>() : blob(sealed), now, now, session.ends);
    return OpenedSession{std::move(session), token};
}

Result<OpenedSession> open_session(sql::Transaction& transaction, const Environment& environment,
                                   const Login& login, std::string_view method, bool second_factor,
                                   base::Instant now)
{
    return open_session(transaction, environment,
                        NewSession{.kind = login.kind == LoginKind::staff ? SessionKind::staff
                                                                          : SessionKind::customer,
                                   .login = login.id,
                                   .book = login.book,
                                   .subject = login.subject,
                                   .second_factor = second_factor,
                                   .method = method},
                        now);
}

Result<Session> find_session(sql::Snapshot& snapshot, const Environment& environment,
                             std::string_view token, base::Instant now)
{
    if (token.size() != token_text_size) return unknown();
    auto row = snapshot.query(
        "select " + std::string(columns) + " from authentication_session where token_hash = ?",
        blob(hash_of(token)));
    if (!row.next()) return unknown();
    Session session = session_of(row);
    if (has_run_out(session, environment.policy, now)) {
        return base::forbidden("authentication.session_expired",
                               "you were signed out because nothing was done for a while");
    }
    session.csrf_token = csrf_of(token);
    return session;
}

bool csrf_matches(const Session& session, std::string_view token)
{
    return crypto::equal_constant_time(crypto::as_bytes(session.csrf_token),
                                       crypto::as_bytes(token));
}

bool is_touch_due(const Session& session, base::Instant now)
{
    return now >= base::after_seconds(session.last_seen, touch_seconds);
}

void touch_session(sql::Transaction& transaction, SessionId id, base::Instant now)
{
    transaction.execute(
        "update authentication_session set last_seen = ? where id = ? and last_seen < ?", now, id,
        now);
}

Result<void> confirm_second_factor(sql::Transaction& transaction, SessionId id)
{
    if (transaction.execute("update authentication_session set second_factor = 1 where id = ?",
                            id) == 0) {
        return unknown();
    }
    return {};
}

Result<std::string> visitor_phone(sql::Snapshot& snapshot, const Environment& environment,
                                  SessionId id)
{
    auto row = snapshot.query("select phone_sealed from authentication_session where id = ?", id);
    if (!row.next()) return unknown();
    if (row.is_null(0)) {
        return base::rejected("authentication.no_phone", "no phone number was proven");
    }
    return crypto::as_text(
        TRY(unseal_for(environment, "visitor-phone", id.value, bytes_of(row.blob(0)))));
}

void end_session(sql::Transaction& transaction, SessionId id)
{
    transaction.execute("delete from authentication_session where id = ?", id);
}

int end_sessions(sql::Transaction& transaction, LoginId login, SessionId except)
{
    return static_cast<int>(transaction.execute(
        "delete from authentication_session where login = ? and id <> ?", login, except));
}

std::vector<Session> sessions_of(sql::Snapshot& snapshot, const Environment& environment,
                                 LoginId login, base::Instant now)
{
    auto row = snapshot.query("select " + std::string(columns) +
                                  " from authentication_session where login = ? "
                                  "order by created desc limit 50",
                              login);
    std::vector<Session> open;
    while (row.next()) {
        Session session = session_of(row);
        if (!has_run_out(session, environment.policy, now)) open.push_back(std::move(session));
    }
    return open;
}

}  // namespace bank::authentication
