// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/audit/trail.h>
#include <platform/crypto/keyring.h>

#include <filesystem>

namespace bank::audit {

/// The head of `book`'s trail, signed with Ed25519, as one line of JSON: book, sequence, hash,
/// instant, key id, public key, signature. Exported daily out of the database's reach, it shows
/// later that nothing up to it was altered or cut off.
std::string sign_head(const Head& head, int book, const platform::crypto::Keyring& keyring,
                      base::Instant now);

/// Appends a line to a file that only ever grows, flushed to disk. Throws std::system_error.
void append_line(const std::filesystem::path& file, std::string_view line);

/// Whether the trail still holds the head that `line` signed.
/// Errors: audit.head_malformed, audit.head_forged (the signature is not of a key of ours, or of
/// another book), audit.trail_altered (the trail holds another record there, or none).
base::Result<void> check_signed_head(platform::sql::Snapshot& snapshot, int book,
                                     std::string_view line,
                                     const platform::crypto::Keyring& keyring);

}  // namespace bank::audit
