// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace platform::crypto {

/// Argon2id (RFC 9106) of a password, as the usual text "$argon2id$v=19$m=…,t=…,p=1$salt$hash".
///
/// 32 MiB, two passes: above what OWASP asks for (19 MiB, two), about 50 ms of one core. For worker
/// threads; never inside a unit of work or on an I/O thread.
std::string hash_password(std::string_view password);

/// Whether `password` gave `hash`; as slow as hash_password. False for a text that is no such hash.
bool password_matches(std::string_view hash, std::string_view password);

/// Whether `hash` was made with weaker parameters than today's, so that it is made anew at the next
/// successful sign-in.
bool password_hash_is_outdated(const std::string& hash);

}  // namespace platform::crypto
