// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>

#include <string>
#include <string_view>

namespace bank::identity {

enum class Sex { male, female };

std::string_view to_string(Sex sex);  // "male", "female".

/// A resident identity number (公民身份号码, GB 11643-1999): 6 digits region, 8 birth date, 3 order
/// (odd: male), 1 check character by ISO 7064 MOD 11-2.
struct IdNumber {
    std::string text;  // 18 characters, X in upper case.
    base::Date born;
    Sex sex;
};

/// Reads 18 characters; full-width digits, blanks between and a small x are accepted, 15-digit
/// numbers of before 1999 are not (身份证法 2003 art. 3; void since 2013).
///
/// Errors: identity.number_malformed, identity.number_region (no such province),
/// identity.number_birth_date (no such day, before 1900 or after `today`),
/// identity.number_check_digit.
base::Result<IdNumber> parse_id_number(std::string_view text, base::Date today);

/// The check character for the first 17 digits.
char id_check_character(std::string_view first_17_digits);

/// "3301**********1234": region's first four and the last four stay.
std::string masked_id_number(std::string_view text);

/// The province-level name of a region code's first two digits ("浙江省"), by GB/T 2260 and the
/// Ministry's codes for residence permits; empty for none. The county need not exist today: a
/// number keeps the code of its first registration.
std::string_view province_of(std::string_view region_code);

}  // namespace bank::identity
