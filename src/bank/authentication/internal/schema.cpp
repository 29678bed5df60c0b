// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/schema.h>

#include <array>

namespace bank::authentication {

namespace sql = platform::sql;

namespace {

constexpr std::array house{sql::Migration{"authentication", 1, R"sql(
create table authentication_login(
    id bigint primary key,
    kind text not null,
    book integer not null,
    subject bigint not null,
    name text unique,
    active integer not null,
    key_id bigint not null,
    phone_hash blob,
    phone_sealed blob,
    password_hash text not null,
    password_failures integer not null,
    locked_until bigint not null,
    totp_sealed blob,
    totp_step bigint not null,
    totp_failures integer not null,
    totp_locked_until bigint not null,
    user_handle blob not null unique,
    created bigint not null,
    unique(kind, book, subject));
create index authentication_login_phone on authentication_login(phone_hash);
create index authentication_login_key on authentication_login(key_id, id);
create table authentication_code(
    id bigint primary key,
    phone_hash blob not null,
    purpose text not null,
    binding blob not null,
    state text not null,
    tries_left integer not null,
    created bigint not null,
    expires bigint not null);
create index authentication_code_phone on authentication_code(phone_hash, created);
create index authentication_code_expires on authentication_code(expires);
create table authentication_challenge(
    id bigint primary key,
    kind text not null,
    login bigint not null,
    method text not null,
    content blob not null,
    challenge blob not null,
    code bigint not null,
    state text not null,
    expires bigint not null);
create index authentication_challenge_expires on authentication_challenge(expires);
create table authentication_passkey(
    credential_id blob primary key,
    login bigint not null,
    public_key blob not null,
    sign_count bigint not null,
    backup_eligible integer not null,
    backed_up integer not null,
    aaguid blob not null,
    attestation text not null,
    transports text not null,
    name text not null,
    created bigint not null,
    last_used bigint not null);
create index authentication_passkey_login on authentication_passkey(login, created);
create table authentication_session(
    token_hash blob primary key,
    id bigint not null unique,
    kind text not null,
    login bigint not null,
    book integer not null,
    subject bigint not null,
    second_factor integer not null,
    method text not null,
    phone_sealed blob,
    created bigint not null,
    last_seen bigint not null,
    ends bigint not null);
create index authentication_session_login on authentication_session(login, created);
create index authentication_session_ends on authentication_session(ends);
)sql"}};

constexpr std::array institution{sql::Migration{"authentication_proof", 1, R"sql(
create table authentication_used_proof(id bigint primary key, expires bigint not null);
create index authentication_used_proof_expires on authentication_used_proof(expires);
)sql"}};

constexpr std::int64_t code_memory_seconds = 86400;

}  // namespace

std::span<const sql::Migration> house_migrations()
{
    return house;
}

std::span<const sql::Migration> institution_migrations()
{
    return institution;
}

int purge_house(sql::Transaction& transaction, base::Instant now, int limit)
{
    const auto purge = [&](const std::string& table, const std::string& column,
                           base::Instant before) {
        return transaction.execute("delete from " + table + " where id in (select id from " +
                                       table + " where " + column + " < ? limit ?)",
                                   before, limit);
    };
    return static_cast<int>(
        purge("authentication_code", "expires", base::after_seconds(now, -code_memory_seconds)) +
        purge("authentication_challenge", "expires", now) +
        purge("authentication_session", "ends", now));
}

int purge_institution(sql::Transaction& transaction, base::Instant now, int limit)
{
    return static_cast<int>(
        transaction.execute("delete from authentication_used_proof where id in "
                            "(select id from authentication_used_proof where expires < ? limit ?)",
                            now, limit));
}

}  // namespace bank::authentication
