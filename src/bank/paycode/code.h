// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/money.h>
#include <base/result.h>
#include <platform/crypto/hash.h>

#include <optional>
#include <string>

namespace bank::paycode {

/// What a code asks for.
struct Code {
    std::string institution;  // Code of the institution that keeps the account.
    std::string account_number;
    std::optional<base::Money> amount = {};
    std::string purpose = {};                      // At most 60 bytes of UTF-8.
    std::optional<base::Instant> expires_at = {};  // Then it is signed. Whole minutes.
};

inline constexpr std::size_t longest_purpose = 60;

/// Whose codes these are.
struct Issuer {
    std::string bank;  // Of the folder: "yungui-demo"; told in each code.
    std::string name;  // In ASCII, for readers of other banks; 25 characters of it are told.
    const platform::crypto::Hmac& key;
};

/// The text of the code. `code` is within the limits above.
std::string write(const Issuer& issuer, const Code& code);

/// Reads what was scanned or pasted. Errors, in this order: paycode.malformed (no such code at
/// all), paycode.damaged (the CRC is another), paycode.foreign (another bank's), paycode.forged
/// (the signature is another), paycode.expired, paycode.unit (not in CNY).
base::Result<Code> read(const Issuer& issuer, std::string_view text, base::Instant now);

}  // namespace bank::paycode
