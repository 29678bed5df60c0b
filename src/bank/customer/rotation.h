// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/customer_id.h>
#include <bank/customer/vault.h>
#include <platform/sql/book.h>

namespace bank::customer {

struct RotationStep {
    int rewrapped = 0;
    CustomerId last;  // Where the next step goes on.
    bool finished = false;
};

/// Wraps the data keys of the next `limit` customers after `after` with the current master key and
/// hashes their look-ups anew. Fields are not touched: their keys stay. May be stopped and begun
/// again anywhere; done twice it does nothing more.
/// Errors: keyring.unknown_key, crypto.unreadable.
base::Result<RotationStep> rotate_keys(platform::sql::Transaction& transaction, const Vault& vault,
                                       CustomerId after, int limit);

/// Whether no customer of the book needs the master key `id` any more, so that it may be removed.
bool key_is_unused(platform::sql::Snapshot& snapshot, platform::crypto::KeyId id);

}  // namespace bank::customer
