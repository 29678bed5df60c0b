// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/customer_id.h>
#include <bank/customer/vault.h>
#include <platform/crypto/aead.h>
#include <platform/sql/book.h>

#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bank::customer {

/// Seals texts about a person under that person's data key, for the tables of other modules: what
/// is sealed here goes with the person when the record is erased. Keeps the keys of the last people
/// it was asked about. Thread-safe.
class Sealing {
public:
    Sealing(platform::sql::Book& book, const Vault& vault) : book_(book), vault_(vault) {}

    /// Seals `plain`, bound to the person and to `purpose`, for a committed record.
    /// Errors: customer.unknown, customer.erased, those of the keyring.
    base::Result<std::string> seal(CustomerId person, std::string_view purpose,
                                   std::string_view plain);

    /// Errors: as seal, crypto.unreadable.
    base::Result<std::string> open(CustomerId person, std::string_view purpose,
                                   std::string_view sealed);

    /// Drops a person's key from memory; call it after an erasure has committed.
    void forget(CustomerId person);

private:
    base::Result<platform::crypto::SealingKey> key_of(CustomerId person);

    platform::sql::Book& book_;
    const Vault& vault_;
    std::mutex mutex_;
    std::list<CustomerId> order_;  // Latest first.
    std::unordered_map<CustomerId,
                       std::pair<platform::crypto::SealingKey, std::list<CustomerId>::iterator>>
        keys_;
};

}  // namespace bank::customer
