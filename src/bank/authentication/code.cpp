// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/code.h>

#include <bank/authentication/internal/secrets.h>
#include <bank/customer/phone.h>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::uint32_t codes = 1'000'000;
constexpr std::int64_t hour_seconds = 3600;
constexpr std::int64_t day_seconds = 86400;

/// What is stored of a code: a MAC over it and all it is bound to.
crypto::Digest binding(const Environment& environment, CodeId id, std::string_view purpose,
                       crypto::ByteView phone, const crypto::Digest& content, std::string_view code)
{
    crypto::Bytes message;
    crypto::append_u64(message, id.value);
    crypto::append_framed(message, crypto::as_bytes(purpose));
    crypto::append_framed(message, phone);
    crypto::append_framed(message, content);
    crypto::append_framed(message, crypto::as_bytes(code));
    return mac(environment, "code", environment.keyring.current_id(), message).value();
}

std::int64_t sent_since(sql::Snapshot& snapshot, crypto::ByteView phone, base::Instant since)
{
    auto row = snapshot.query(
        "select count(*) from authentication_code where phone_hash = ? and created > ?",
        blob(phone), since);
    row.next();
    return row.integer(0);
}

Result<void> check_caps(sql::Snapshot& snapshot, const Policy& policy, crypto::ByteView phone,
                        std::string_view purpose, base::Instant now)
{
    auto row = snapshot.query(
        "select id from authentication_code where phone_hash = ? and purpose = ? and created > ?",
        blob(phone), purpose, base::after_seconds(now, -policy.code_resend_seconds));
    if (row.next()) {
        return base::rejected("authentication.code_too_soon",
                              "a code was sent just now; wait a minute before the next");
    }
    if (sent_since(snapshot, phone, base::after_seconds(now, -hour_seconds)) >=
        policy.codes_per_hour) {
        return base::rejected("authentication.code_cap",
                              "too many codes were sent to this phone in an hour");
    }
    if (sent_since(snapshot, phone, base::after_seconds(now, -day_seconds)) >=
        policy.codes_per_day) {
        return base::rejected("authentication.code_cap",
                              "too many codes were sent to this phone in a day");
    }
    return {};
}

void set_state(sql::Transaction& transaction, CodeId id, std::string_view state)
{
    transaction.execute("update authentication_code set state = ? where id = ?", state, id);
}

base::Error wrong(std::int64_t tries_left)
{
    return base::forbidden(
        "authentication.code_wrong",
        "the code is not right; " + std::to_string(tries_left) + " tries are left");
}

base::Error void_code()
{
    return base::rejected("authentication.code_void",
                          "this code is no longer good; ask for a new one");
}

}  // namespace

Result<IssuedCode> issue_code(sql::Transaction& transaction, const Environment& environment,
                              std::string_view purpose, std::string_view phone,
                              const crypto::Digest& content, base::Instant now)
{
    const std::string number = TRY(customer::normal_phone(phone));
    const crypto::Digest hash = phone_hash(environment, number);
    TRY(check_caps(transaction, environment.policy, hash, purpose, now));

    std::string code = std::to_string(environment.random.below(codes));
    code.insert(0, 6 - code.size(), '0');
    const auto id = transaction.new_id<CodeId>();
    const base::Instant expires = base::after_seconds(now, environment.policy.code_seconds);
    transaction.execute(
        "update authentication_code set state = 'void' "
        "where phone_hash = ? and purpose = ? and state = 'open'",
        blob(hash), purpose);
    transaction.execute(
        "insert into authentication_code(id, phone_hash, purpose, binding, state, tries_left, "
        "created, expires) values (?, ?, ?, ?, 'open', ?, ?, ?)",
        id, blob(hash), purpose, blob(binding(environment, id, purpose, hash, content, code)),
        environment.policy.code_tries, now, expires);
    return IssuedCode{id, number, code, expires};
}

Recorded<void> redeem_code(sql::Transaction& transaction, const Environment& environment, CodeId id,
                           std::string_view purpose, std::string_view phone,
                           const crypto::Digest& content, std::string_view code, base::Instant now)
{
    const auto number = customer::normal_phone(phone);
    if (!number) return {number.error()};
    auto row = transaction.query(
        "select state, tries_left, expires, binding from authentication_code where id = ?", id);
    if (!row.next()) return {wrong(0)};
    const std::string state = row.string(0);
    const std::int64_t left = row.integer(1) - 1;
    if (state == "used") {
        return {base::rejected("authentication.code_used", "this code was used already")};
    }
    if (state != "open") return {void_code()};
    if (now >= row.instant(2)) {
        return {base::rejected("authentication.code_expired", "this code has run out")};
    }
    const crypto::Digest given =
        binding(environment, id, purpose, phone_hash(environment, number.value()), content, code);
    if (crypto::equal_constant_time(given, bytes_of(row.blob(3)))) {
        set_state(transaction, id, "used");
        return {Result<void>{}};
    }
    transaction.execute("update authentication_code set tries_left = ? where id = ?", left, id);
    if (left > 0) return {wrong(left)};
    set_state(transaction, id, "void");
    return {void_code()};
}

}  // namespace bank::authentication
