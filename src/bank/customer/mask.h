// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace bank::customer {

/// What of a personal field may be shown where no reason was given to see it whole. Any text goes,
/// of any script and length, well-formed or not; the answer is valid UTF-8 and at most 64
/// characters.

/// The first letter, with its accents: 张三 → 张*, 欧阳娜娜 → 欧***, "Ann Lee" → "A*** L***". A
/// name of one letter shows nothing.
std::string masked_name(std::string_view name);

/// 13800001234 → 138****1234, +85251234567 → +852****4567; shorter ones show less.
std::string masked_phone(std::string_view phone);

/// A resident identity number or another document's: 110101********1234; a third at most of a short
/// one.
std::string masked_document(std::string_view number);

/// A bank account or card number: its last four digits, **** 1234.
std::string masked_account(std::string_view number);

/// The province and city part, that is the first six characters: 北京市东城区****.
std::string masked_address(std::string_view address);

}  // namespace bank::customer
