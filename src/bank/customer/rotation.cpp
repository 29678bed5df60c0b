// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/rotation.h>

#include <bank/customer/internal/records.h>

namespace bank::customer {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

Result<void> rewrap(sql::Transaction& transaction, const Vault& vault, CustomerId customer,
                    crypto::ByteView wrapped)
{
    const auto key = TRY(unwrap(vault, customer, wrapped));
    transaction.execute("update customer_person set data_key = ?, key_id = ? where id = ?",
                        blob(wrap(vault, customer, key)),
                        static_cast<std::int64_t>(vault.current_key_id()), customer);
    constexpr std::array looked_up{field::id_number, field::phone};
    for (const auto& [name, value] : TRY(read_fields(transaction, vault, customer, looked_up))) {
        TRY(replace_lookup(transaction, vault, customer, name, value));
    }
    return {};
}

}  // namespace

Result<RotationStep> rotate_keys(sql::Transaction& transaction, const Vault& vault,
                                 CustomerId after, int limit)
{
    std::vector<std::pair<CustomerId, crypto::Bytes>> batch;
    {
        auto row = transaction.query(
            "select id, data_key from customer_person "
            "where id > ? and data_key is not null and key_id <> ? order by id limit ?",
            after, static_cast<std::int64_t>(vault.current_key_id()), limit);
        while (row.next()) batch.emplace_back(row.id<CustomerId>(0), bytes_of(row.blob(1)));
    }
    RotationStep step{.last = after};
    for (const auto& [customer, wrapped] : batch) {
        TRY(rewrap(transaction, vault, customer, wrapped));
        step.last = customer;
        ++step.rewrapped;
    }
    step.finished = step.rewrapped < limit;
    return step;
}

bool key_is_unused(sql::Snapshot& snapshot, crypto::KeyId id)
{
    return !snapshot
                .query("select id from customer_person where key_id = ? limit 1",
                       static_cast<std::int64_t>(id))
                .next();
}

}  // namespace bank::customer
