// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace bank::account {

/// The Luhn check digit of `digits` (ISO/IEC 7812-1 annex B), to be written after them.
char luhn_digit(std::string_view digits);

/// An account number: the institution's prefix, `serial` as ten digits, a Luhn check digit.
/// `prefix` is 4 to 7 digits, the first not 0; `serial` is 1 to 9,999,999,999.
std::string make_number(std::string_view prefix, std::int64_t serial);

/// Digits of a number as people write it (blanks and hyphens are passed over), check digit right.
/// Errors: account.number_malformed, account.number_mistyped (the check digit is another).
base::Result<std::string> read_number(std::string_view text);

/// "9901 **** **** 0017": the first four and last four digits.
std::string masked_number(std::string_view number);

}  // namespace bank::account
