// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/login.h>

#include <bank/authentication/internal/secrets.h>
#include <bank/customer/phone.h>

#include <algorithm>
#include <array>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::string_view columns =
    "id, kind, book, subject, active, password_hash, totp_sealed, locked_until, user_handle";
constexpr std::size_t user_handle_size = 32;

Login login_of(const sql::Cursor& row)
{
    return {.id = row.id<LoginId>(0),
            .kind = row.text(1) == "staff" ? LoginKind::staff : LoginKind::customer,
            .book = static_cast<int>(row.integer(2)),
            .subject = static_cast<std::uint64_t>(row.integer(3)),
            .active = row.boolean(4),
            .password_hash = row.string(5),
            .has_totp = !row.is_null(6),
            .locked_until = row.instant(7),
            .user_handle = bytes_of(row.blob(8))};
}

template <class... Args>
std::optional<Login> find_one(sql::Snapshot& snapshot, std::string_view condition,
                              const Args&... args)
{
    auto row = snapshot.query("select " + std::string(columns) +
                                  " from authentication_login where " + std::string(condition),
                              args...);
    if (!row.next()) return std::nullopt;
    return login_of(row);
}

base::Error unknown()
{
    return base::not_found("authentication.login_unknown", "there is no such sign-in");
}

Result<LoginId> insert(sql::Transaction& transaction, const Environment& environment,
                       std::string_view kind, int book, std::uint64_t subject,
                       std::optional<std::string_view> name, base::Instant now)
{
    const auto subject_value = static_cast<std::int64_t>(subject);
    if (find_one(transaction, "kind = ? and book = ? and subject = ?", kind, book, subject_value) ||
        (name && find_one(transaction, "name = ?", *name))) {
        return base::conflict("authentication.login_exists", "there is already such a sign-in");
    }
    const auto id = transaction.new_id<LoginId>();
    transaction.execute(
        "insert into authentication_login(id, kind, book, subject, name, active, key_id, "
        "password_hash, password_failures, locked_until, totp_step, totp_failures, "
        "totp_locked_until, user_handle, created) "
        "values (?, ?, ?, ?, ?, 1, ?, '', 0, 0, 0, 0, 0, ?, ?)",
        id, kind, book, subject_value, name,
        static_cast<std::int64_t>(environment.keyring.current_id()),
        blob(environment.random.bytes(user_handle_size)), now);
    return id;
}

bool is_name(std::string_view name)
{
    return name.size() >= 2 && name.size() <= 32 && std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                      c == '_';
           });
}

void write_phone(sql::Transaction& transaction, const Environment& environment, LoginId id,
                 std::string_view phone)
{
    transaction.execute(
        "update authentication_login set phone_hash = ?, phone_sealed = ? where id = ?",
        blob(phone_hash(environment, phone)),
        blob(seal_for(environment, "phone", id.value, crypto::as_bytes(phone))), id);
}

}  // namespace

Result<LoginId> create_customer_login(sql::Transaction& transaction, const Environment& environment,
                                      int book, std::uint64_t customer, std::string_view phone,
                                      base::Instant now)
{
    const std::string number = TRY(customer::normal_phone(phone));
    const LoginId id =
        TRY(insert(transaction, environment, "customer", book, customer, std::nullopt, now));
    write_phone(transaction, environment, id, number);
    return id;
}

Result<LoginId> create_staff_login(sql::Transaction& transaction, const Environment& environment,
                                   int book, std::uint64_t staff, std::string_view name,
                                   base::Instant now)
{
    if (!is_name(name)) {
        return base::invalid("authentication.name_malformed",
                             "a sign-in name has 2 to 32 of a-z, 0-9, '.', '-' and '_'");
    }
    return insert(transaction, environment, "staff", book, staff, name, now);
}

Result<Login> find_login(sql::Snapshot& snapshot, LoginId id)
{
    auto login = find_one(snapshot, "id = ?", id);
    if (!login) return unknown();
    return *std::move(login);
}

std::optional<Login> find_customer_login(sql::Snapshot& snapshot, int book, std::uint64_t customer)
{
    return find_one(snapshot, "kind = 'customer' and book = ? and subject = ?", book,
                    static_cast<std::int64_t>(customer));
}

std::optional<Login> find_staff_login(sql::Snapshot& snapshot, std::string_view name)
{
    return find_one(snapshot, "name = ?", name);
}

std::vector<Login> find_logins_by_phone(sql::Snapshot& snapshot, const Environment& environment,
                                        std::string_view phone)
{
    std::vector<Login> found;
    const auto number = customer::normal_phone(phone);
    if (!number) return found;
    for (const crypto::KeyId key : environment.keyring.ids()) {
        const auto hash = phone_hash(environment, number.value(), key);
        if (!hash) continue;  // Removed since the list was taken.
        auto row = snapshot.query("select " + std::string(columns) +
                                      " from authentication_login where phone_hash = ? and "
                                      "active = 1 order by id limit 20",
                                  blob(hash.value()));
        while (row.next()) found.push_back(login_of(row));
    }
    return found;
}

Result<std::string> phone_of(sql::Snapshot& snapshot, const Environment& environment, LoginId id)
{
    auto row = snapshot.query("select phone_sealed from authentication_login where id = ?", id);
    if (!row.next()) return unknown();
    if (row.is_null(0)) {
        return base::rejected("authentication.no_phone", "no phone number is known");
    }
    return crypto::as_text(TRY(unseal_for(environment, "phone", id.value, bytes_of(row.blob(0)))));
}

Result<void> change_phone(sql::Transaction& transaction, const Environment& environment, LoginId id,
                          std::string_view phone)
{
    const std::string number = TRY(customer::normal_phone(phone));
    TRY(find_login(transaction, id));
    write_phone(transaction, environment, id, number);
    return {};
}

Result<void> close_login(sql::Transaction& transaction, LoginId id)
{
    TRY(find_login(transaction, id));
    transaction.execute(
        "update authentication_login set active = 0, phone_hash = null, phone_sealed = null, "
        "password_hash = '', totp_sealed = null where id = ?",
        id);
    for (const char* table :
         {"authentication_passkey", "authentication_session", "authentication_challenge"}) {
        transaction.execute(std::string("delete from ") + table + " where login = ?", id);
    }
    return {};
}

Result<LoginId> rotate_login_keys(sql::Transaction& transaction, const Environment& environment,
                                  LoginId after, int limit)
{
    struct Row {
        LoginId id;
        bool has_phone, has_totp;
        crypto::Bytes phone, totp;
    };
    std::vector<Row> batch;
    const auto current = static_cast<std::int64_t>(environment.keyring.current_id());
    {
        auto row = transaction.query(
            "select id, phone_sealed, totp_sealed from authentication_login "
            "where id > ? and key_id <> ? order by id limit ?",
            after, current, limit);
        while (row.next()) {
            batch.push_back({row.id<LoginId>(0), !row.is_null(1), !row.is_null(2),
                             bytes_of(row.blob(1)), bytes_of(row.blob(2))});
        }
    }
    for (const Row& row : batch) {
        if (row.has_phone) {
            const auto phone = TRY(unseal_for(environment, "phone", row.id.value, row.phone));
            write_phone(transaction, environment, row.id, crypto::as_text(phone));
        }
        if (row.has_totp) {
            const auto secret = TRY(unseal_for(environment, "totp", row.id.value, row.totp));
            transaction.execute("update authentication_login set totp_sealed = ? where id = ?",
                                blob(seal_for(environment, "totp", row.id.value, secret)), row.id);
        }
        transaction.execute("update authentication_login set key_id = ? where id = ?", current,
                            row.id);
    }
    return batch.empty() ? LoginId{} : batch.back().id;
}

}  // namespace bank::authentication
