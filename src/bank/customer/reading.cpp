// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/internal/letters.h>
#include <bank/customer/internal/records.h>
#include <bank/customer/mask.h>
#include <bank/customer/person.h>
#include <bank/customer/phone.h>

#include <algorithm>

namespace bank::customer {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr int max_found = 20;
constexpr std::size_t min_reason_letters = 4;

std::string masked(std::string_view name, std::string_view value)
{
    if (name == field::name || name == field::visitor_name) return masked_name(value);
    if (name == field::phone) return masked_phone(value);
    if (name == field::id_number) return masked_document(value);
    if (name == field::address) return masked_address(value);
    if (name == field::birth_date) return std::string(value.substr(0, 4)) + "-**-**";
    if (name.ends_with("account")) return masked_account(value);
    return "****";
}

std::vector<CustomerId> find_by(sql::Snapshot& snapshot, const Vault& vault, std::string_view kind,
                                std::string_view value)
{
    std::vector<CustomerId> found;
    for (const crypto::KeyId id : vault.key_ids()) {
        const auto hash = vault.lookup_hash(kind, value, id);
        if (!hash) continue;  // Removed since the list was taken.
        auto row = snapshot.query(
            "select customer from customer_lookup where kind = ? and hash = ? "
            "order by customer limit ?",
            kind, blob(hash.value()), max_found);
        while (row.next()) found.push_back(row.id<CustomerId>(0));
    }
    std::ranges::sort(found);
    if (found.size() > max_found) found.resize(max_found);
    return found;
}

}  // namespace

std::optional<CustomerId> find_by_id_number(sql::Snapshot& snapshot, const Vault& vault,
                                            std::string_view number)
{
    const auto text = normalised(field::id_number, number);
    const auto found = find_by(snapshot, vault, field::id_number, text.value());
    if (found.empty()) return std::nullopt;
    return found.front();
}

std::vector<CustomerId> find_by_phone(sql::Snapshot& snapshot, const Vault& vault,
                                      std::string_view phone)
{
    const auto text = normal_phone(phone);
    if (!text) return {};
    return find_by(snapshot, vault, field::phone, text.value());
}

Result<Fields> read_fields(sql::Snapshot& snapshot, const Vault& vault, CustomerId customer,
                           std::span<const std::string_view> names)
{
    const auto key = TRY(data_key(snapshot, vault, customer));
    Fields fields;
    auto row =
        snapshot.query("select name, sealed from customer_field where customer = ?", customer);
    while (row.next()) {
        const std::string name = row.string(0);
        if (!names.empty() && std::ranges::find(names, name) == names.end()) continue;
        const crypto::Bytes plain =
            TRY(crypto::unseal(key, field_binding(customer, name), bytes_of(row.blob(1))));
        fields[name] = crypto::as_text(plain);
    }
    return fields;
}

Result<std::string> read_field(sql::Snapshot& snapshot, const Vault& vault, CustomerId customer,
                               std::string_view name)
{
    auto row = snapshot.query(
        "select p.data_key, f.sealed from customer_person p left join customer_field f "
        "on f.customer = p.id and f.name = ? where p.id = ?",
        name, customer);
    if (!row.next()) return base::not_found("customer.unknown", "there is no such customer");
    if (row.is_null(0)) {
        return base::rejected("customer.erased", "the personal data of this customer was erased");
    }
    if (row.is_null(1)) return std::string{};
    const auto key = TRY(unwrap(vault, customer, bytes_of(row.blob(0))));
    return crypto::as_text(
        TRY(crypto::unseal(key, field_binding(customer, name), bytes_of(row.blob(1)))));
}

Result<Fields> masked_fields(sql::Snapshot& snapshot, const Vault& vault, CustomerId customer)
{
    Fields fields = TRY(read_fields(snapshot, vault, customer, {}));
    if (const auto face = fields.find(field::face_template); face != fields.end()) {
        fields.erase(face);
    }
    for (auto& [name, value] : fields) value = masked(name, value);
    return fields;
}

Result<Fields> reveal(sql::Snapshot& snapshot, const Vault& vault, CustomerId customer,
                      std::span<const std::string_view> names, std::string_view reason)
{
    const auto letters = letters_of(reason);
    const auto said = std::ranges::count_if(letters, [](const Letter& l) { return l.text != " "; });
    if (said < static_cast<std::ptrdiff_t>(min_reason_letters)) {
        return base::invalid("customer.reason_missing", "say why you need to see this");
    }
    return read_fields(snapshot, vault, customer, names);
}

}  // namespace bank::customer
