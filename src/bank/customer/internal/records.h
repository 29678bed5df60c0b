// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/person.h>

namespace bank::customer {

inline platform::sql::Bytes blob(platform::crypto::ByteView bytes)
{
    return std::as_bytes(bytes);
}

inline platform::crypto::Bytes bytes_of(platform::sql::Bytes blob)
{
    const auto* start = reinterpret_cast<const std::uint8_t*>(blob.data());
    return {start, start + blob.size()};
}

/// Errors: customer.unknown, customer.erased, keyring.unknown_key, crypto.unreadable.
base::Result<platform::crypto::SealingKey> data_key(platform::sql::Snapshot& snapshot,
                                                    const Vault& vault, CustomerId customer);

/// The data key under the wrapping key, bound to the customer.
base::Result<platform::crypto::SealingKey> unwrap(const Vault& vault, CustomerId customer,
                                                  platform::crypto::ByteView wrapped);
platform::crypto::Bytes wrap(const Vault& vault, CustomerId customer,
                             const platform::crypto::SealingKey& data_key);

/// What a sealed field is bound to.
platform::crypto::Bytes field_binding(CustomerId customer, std::string_view name);

/// Whether fields of this name are looked up.
bool is_looked_up(std::string_view name);

/// Forgets what `kind` of this customer was found by, and where `value` is not empty makes it found
/// by that under the current key.
base::Result<void> replace_lookup(platform::sql::Transaction& transaction, const Vault& vault,
                                  CustomerId customer, std::string_view kind,
                                  std::string_view value);

/// The one text that a field is stored and found by. Errors: customer.phone_malformed.
base::Result<std::string> normalised(std::string_view name, std::string_view value);

/// Errors: customer.unknown; customer.erased.
base::Result<Person> require(platform::sql::Snapshot& snapshot, CustomerId customer);

}  // namespace bank::customer
