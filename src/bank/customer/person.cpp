// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/person.h>

#include <bank/customer/internal/records.h>

#include <base/ensure.h>

#include <algorithm>
#include <array>
#include <limits>

namespace bank::customer {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::size_t max_name = 40;
constexpr std::size_t max_value = 64 * 1024;
constexpr std::array<std::string_view, 4> states{"active", "suspended", "closed", "erased"};
constexpr std::array<std::string_view, 3> knowledges{"claimed", "remote", "face_to_face"};

template <class Enum, std::size_t n>
Enum from_name(std::string_view name, const std::array<std::string_view, n>& names)
{
    const auto found = std::ranges::find(names, name);
    base::ensure(found != names.end());
    return static_cast<Enum>(found - names.begin());
}

Result<void> check(const Fields& fields)
{
    for (const auto& [name, value] : fields) {
        const bool well_named =
            !name.empty() && name.size() <= max_name && std::ranges::all_of(name, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            });
        if (!well_named) return base::invalid("customer.field_unknown", "no such field");
        if (value.size() > max_value) {
            return base::invalid("customer.field_too_long", name + " is longer than 64 KiB");
        }
    }
    return {};
}

Result<Fields> all_normalised(const Fields& fields)
{
    Fields out;
    for (const auto& [name, value] : fields) {
        out[name] = TRY(normalised(name, value));
    }
    return out;
}

Result<void> check_number_is_free(sql::Snapshot& snapshot, const Vault& vault, CustomerId customer,
                                  const Fields& fields)
{
    const auto number = fields.find(field::id_number);
    if (number == fields.end() || number->second.empty()) return {};
    const auto holder = find_by_id_number(snapshot, vault, number->second);
    if (holder && *holder != customer) {
        return base::conflict("customer.id_number_taken",
                              "there is already a customer with this identity number");
    }
    return {};
}

Result<void> write(sql::Transaction& transaction, const Vault& vault, CustomerId customer,
                   const crypto::SealingKey& key, const Fields& fields)
{
    for (const auto& [name, value] : fields) {
        if (is_looked_up(name)) TRY(replace_lookup(transaction, vault, customer, name, value));
        if (value.empty()) {
            transaction.execute("delete from customer_field where customer = ? and name = ?",
                                customer, name);
            continue;
        }
        const crypto::Bytes sealed = crypto::seal(key, field_binding(customer, name),
                                                  crypto::as_bytes(value), vault.random());
        transaction.execute(
            "insert into customer_field(customer, name, sealed) values (?, ?, ?) "
            "on conflict(customer, name) do update set sealed = excluded.sealed",
            customer, name, blob(sealed));
    }
    return {};
}

Person person_of(const sql::Cursor& row)
{
    return {row.id<CustomerId>(0), from_name<State>(row.text(1), states),
            from_name<Knowledge>(row.text(2), knowledges), row.instant(3)};
}

}  // namespace

std::string_view to_string(State state)
{
    return states[static_cast<std::size_t>(state)];
}

std::string_view to_string(Knowledge knowledge)
{
    return knowledges[static_cast<std::size_t>(knowledge)];
}

Result<CustomerId> create(sql::Transaction& transaction, const Vault& vault, const Fields& fields,
                          Knowledge knowledge)
{
    TRY(check(fields));
    const Fields clean = TRY(all_normalised(fields));
    TRY(check_number_is_free(transaction, vault, {}, clean));

    const auto customer = transaction.new_id<CustomerId>();
    const crypto::SealingKey key{1, vault.random().key()};
    transaction.execute(
        "insert into customer_person(id, state, knowledge, created, key_id, data_key) "
        "values (?, 'active', ?, ?, ?, ?)",
        customer, to_string(knowledge), transaction.now(),
        static_cast<std::int64_t>(vault.current_key_id()), blob(wrap(vault, customer, key)));
    TRY(write(transaction, vault, customer, key, clean));
    return customer;
}

Result<void> set_fields(sql::Transaction& transaction, const Vault& vault, CustomerId customer,
                        const Fields& fields)
{
    TRY(check(fields));
    const Fields clean = TRY(all_normalised(fields));
    const auto key = TRY(data_key(transaction, vault, customer));
    TRY(check_number_is_free(transaction, vault, customer, clean));
    return write(transaction, vault, customer, key, clean);
}

Result<void> set_state(sql::Transaction& transaction, CustomerId customer, State state)
{
    base::ensure(state != State::erased);
    TRY(require(transaction, customer));
    transaction.execute("update customer_person set state = ? where id = ?", to_string(state),
                        customer);
    return {};
}

Result<void> set_knowledge(sql::Transaction& transaction, CustomerId customer, Knowledge knowledge)
{
    TRY(require(transaction, customer));
    transaction.execute("update customer_person set knowledge = ? where id = ?",
                        to_string(knowledge), customer);
    return {};
}

Result<void> set_language(sql::Transaction& transaction, CustomerId customer,
                          std::string_view language)
{
    TRY(find(transaction, customer));
    transaction.execute("update customer_person set language = ? where id = ?", language, customer);
    return {};
}

std::string language_of(sql::Snapshot& snapshot, CustomerId customer)
{
    auto row = snapshot.query(
        "select language from customer_person where id = ? and language is not null", customer);
    return row.next() ? row.string(0) : std::string{};
}

Result<Person> find(sql::Snapshot& snapshot, CustomerId customer)
{
    auto row = snapshot.query(
        "select id, state, knowledge, created from customer_person where id = ?", customer);
    if (!row.next()) return base::not_found("customer.unknown", "there is no such customer");
    return person_of(row);
}

std::vector<Person> list(sql::Snapshot& snapshot, CustomerId before, int limit)
{
    constexpr std::uint64_t all = std::numeric_limits<std::int64_t>::max();
    const CustomerId bound{before ? before.value : all};
    auto row = snapshot.query(
        "select id, state, knowledge, created from customer_person "
        "where id < ? and state <> 'erased' order by id desc limit ?",
        bound, limit);
    std::vector<Person> people;
    while (row.next()) people.push_back(person_of(row));
    return people;
}

Result<void> erase(sql::Transaction& transaction, CustomerId customer)
{
    TRY(find(transaction, customer));
    transaction.execute(
        "update customer_person set state = 'erased', data_key = null, key_id = null where id = ?",
        customer);
    transaction.execute("delete from customer_lookup where customer = ?", customer);
    return {};
}

}  // namespace bank::customer
