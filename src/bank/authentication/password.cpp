// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/password.h>

#include <bank/authentication/internal/secrets.h>
#include <platform/crypto/otp.h>
#include <platform/crypto/password.h>

#include <algorithm>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

base::Error locked(base::Instant until, base::Instant now)
{
    const std::int64_t minutes = (until.micros - now.micros) / base::micros_per_second / 60 + 1;
    return base::rejected("authentication.locked", "too many wrong tries; try again in " +
                                                       std::to_string(minutes) + " minutes");
}

base::Error wrong_password()
{
    return base::forbidden("authentication.password_wrong", "name or password is not right");
}

struct Counter {
    std::string_view failures;  // Columns.
    std::string_view locked_until;
    int tries;
};

/// Counts one more failure; the new lock, if any.
base::Instant count_failure(sql::Transaction& transaction, const Environment& environment,
                            LoginId login, int failures, const Counter& counter, base::Instant now)
{
    const std::int64_t seconds = lock_seconds(environment.policy, counter.tries, failures);
    const base::Instant until = seconds > 0 ? base::after_seconds(now, seconds) : base::Instant{};
    transaction.execute("update authentication_login set " + std::string(counter.failures) +
                            " = ?, " + std::string(counter.locked_until) + " = ? where id = ?",
                        failures, until, login);
    return until;
}

}  // namespace

Result<void> set_password(sql::Transaction& transaction, LoginId login, std::string_view hash)
{
    TRY(find_login(transaction, login));
    transaction.execute(
        "update authentication_login set password_hash = ?, password_failures = 0, "
        "locked_until = 0 where id = ?",
        hash, login);
    return {};
}

PasswordCheck check_password(const std::optional<Login>& login, std::string_view password)
{
    // What is compared where there is nothing to compare: as slow, and never right.
    static const std::string nobody = crypto::hash_password("nobody has this password");
    const bool real = login && login->active && !login->password_hash.empty();
    const bool same = crypto::password_matches(real ? login->password_hash : nobody, password);
    if (!real) return {login ? login->id : LoginId{}, false, {}};
    return {login->id, same, login->password_hash};
}

Recorded<Login> settle_password(sql::Transaction& transaction, const Environment& environment,
                                const PasswordCheck& check, base::Instant now)
{
    const auto login = find_login(transaction, check.login);
    if (!login || !login.value().active) return {wrong_password()};
    const Login& found = login.value();
    if (now < found.locked_until) return {locked(found.locked_until, now)};
    if (found.password_hash != check.checked_hash) {
        return {base::conflict("authentication.password_changed",
                               "the password was changed meanwhile; try again")};
    }
    if (!check.right) {
        auto row = transaction.query(
            "select password_failures from authentication_login where id = ?", check.login);
        row.next();
        const int failures = static_cast<int>(row.integer(0)) + 1;
        const Counter counter{"password_failures", "locked_until",
                              environment.policy.password_tries};
        const base::Instant until =
            count_failure(transaction, environment, check.login, failures, counter, now);
        if (now < until) return {locked(until, now)};
        return {wrong_password()};
    }
    transaction.execute(
        "update authentication_login set password_failures = 0, locked_until = 0 "
        "where id = ? and (password_failures <> 0 or locked_until <> 0)",
        check.login);
    return {found};
}

Result<void> enrol_totp(sql::Transaction& transaction, const Environment& environment,
                        LoginId login, crypto::ByteView secret)
{
    TRY(find_login(transaction, login));
    transaction.execute(
        "update authentication_login set totp_sealed = ?, totp_step = 0, totp_failures = 0, "
        "totp_locked_until = 0 where id = ?",
        blob(seal_for(environment, "totp", login.value, secret)), login);
    return {};
}

Recorded<void> settle_totp(sql::Transaction& transaction, const Environment& environment,
                           LoginId login, std::string_view code, base::Instant now)
{
    auto row = transaction.query(
        "select totp_sealed, totp_step, totp_failures, totp_locked_until "
        "from authentication_login where id = ? and active = 1",
        login);
    if (!row.next() || row.is_null(0)) {
        return {base::rejected("authentication.totp_missing",
                               "no authenticator app is registered for this sign-in")};
    }
    if (now < row.instant(3)) return {locked(row.instant(3), now)};
    const int failures = static_cast<int>(row.integer(2));
    const auto last_step = static_cast<std::uint64_t>(row.integer(1));
    const auto secret = unseal_for(environment, "totp", login.value, bytes_of(row.blob(0)));
    if (!secret) return {secret.error()};

    const auto step = crypto::matching_totp_step(secret.value(), code, now);
    if (!step || *step <= last_step) {
        const Counter counter{"totp_failures", "totp_locked_until",
                              environment.policy.second_factor_tries};
        const base::Instant until =
            count_failure(transaction, environment, login, failures + 1, counter, now);
        if (now < until) return {locked(until, now)};
        return {base::forbidden("authentication.totp_wrong",
                                "the code is not right, or was used already")};
    }
    transaction.execute(
        "update authentication_login set totp_step = ?, totp_failures = 0 where id = ?",
        static_cast<std::int64_t>(*step), login);
    return {base::Result<void>{}};
}

}  // namespace bank::authentication
