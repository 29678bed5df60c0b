// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/crypto/keyring.h>
#include <platform/signing/shared_keys.h>
#include <platform/sql/book.h>

#include <filesystem>
#include <map>
#include <string>

namespace server {

/// The house book remembers a mark of every key that the bank ever worked with, from which no key
/// can be found out, so that no program works on the books with others: not a second node whose
/// copy was forgotten, nor one that was started with the keys of another bank.
using KeyMarks = std::map<std::string, std::string>;  // "keys/1", "partner-keys/police": mark.

inline constexpr const char* key_mark_table = "server_key_mark";
std::span<const platform::sql::Migration> key_mark_migrations();
KeyMarks known_key_marks(platform::sql::Snapshot& snapshot);

/// Compares the data folder's keys with the marks; to be asked before keys are made. Errors:
/// server.keys_missing (there are marks, and the folder has no keys), server.keys_differ (a master
/// key that the books know is another here or is not here, or a partner's is another; the detail
/// says which), the files' own.
base::Result<void> check_keys(const KeyMarks& known, const std::filesystem::path& folder,
                              platform::crypto::Random& random, base::Instant now);

/// Marks the keys that are new.
base::Result<void> mark_keys(platform::sql::Book& house, const platform::crypto::Keyring& keyring,
                             const platform::signing::SharedKeys& partner_keys,
                             std::span<const std::string> partners);

}  // namespace server
