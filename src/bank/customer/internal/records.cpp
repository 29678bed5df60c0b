// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/internal/records.h>

#include <bank/customer/phone.h>

namespace bank::customer {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

/// Data keys are sealed under a key that has this id in field ciphertexts; a person has one.
constexpr crypto::KeyId data_key_id = 1;

crypto::Bytes key_binding(CustomerId customer)
{
    crypto::Bytes binding;
    crypto::append_framed(binding, crypto::as_bytes("data key"));
    crypto::append_u64(binding, customer.value);
    return binding;
}

}  // namespace

Result<crypto::SealingKey> unwrap(const Vault& vault, CustomerId customer, crypto::ByteView wrapped)
{
    const crypto::KeyId id = TRY(crypto::sealing_key_id(wrapped));
    const auto wrapping = TRY(vault.wrapping_key(id));
    const crypto::Bytes plain = TRY(crypto::unseal(wrapping, key_binding(customer), wrapped));
    if (plain.size() != crypto::SecretKey::size) {
        return base::rejected("crypto.unreadable", "the data key is damaged");
    }
    return crypto::SealingKey{data_key_id,
                              crypto::SecretKey(std::span<const std::uint8_t, 32>{plain})};
}

crypto::Bytes wrap(const Vault& vault, CustomerId customer, const crypto::SealingKey& data_key)
{
    const auto wrapping = vault.wrapping_key(vault.current_key_id());
    return crypto::seal(wrapping.value(), key_binding(customer), data_key.key.view(),
                        vault.random());
}

Result<crypto::SealingKey> data_key(sql::Snapshot& snapshot, const Vault& vault,
                                    CustomerId customer)
{
    auto row = snapshot.query("select data_key from customer_person where id = ?", customer);
    if (!row.next()) return base::not_found("customer.unknown", "there is no such customer");
    if (row.is_null(0)) {
        return base::rejected("customer.erased", "the personal data of this customer was erased");
    }
    return unwrap(vault, customer, bytes_of(row.blob(0)));
}

crypto::Bytes field_binding(CustomerId customer, std::string_view name)
{
    crypto::Bytes binding;
    crypto::append_u64(binding, customer.value);
    crypto::append_framed(binding, crypto::as_bytes(name));
    return binding;
}

bool is_looked_up(std::string_view name)
{
    return name == field::id_number || name == field::phone;
}

Result<std::string> normalised(std::string_view name, std::string_view value)
{
    if (value.empty()) return std::string();
    if (name == field::phone) return normal_phone(value);
    std::string text(value);
    if (name == field::id_number) {
        for (char& c : text) {
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return text;
}

Result<void> replace_lookup(sql::Transaction& transaction, const Vault& vault, CustomerId customer,
                            std::string_view kind, std::string_view value)
{
    transaction.execute("delete from customer_lookup where customer = ? and kind = ?", customer,
                        kind);
    if (value.empty()) return {};
    const auto hash = TRY(vault.lookup_hash(kind, value, vault.current_key_id()));
    transaction.execute("insert into customer_lookup(kind, hash, customer) values (?, ?, ?)", kind,
                        blob(hash), customer);
    return {};
}

Result<Person> require(sql::Snapshot& snapshot, CustomerId customer)
{
    Person person = TRY(find(snapshot, customer));
    if (person.state == State::erased) {
        return base::rejected("customer.erased", "the personal data of this customer was erased");
    }
    return person;
}

}  // namespace bank::customer
