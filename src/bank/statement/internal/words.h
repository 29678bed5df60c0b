// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/money.h>

#include <string>
#include <string_view>

namespace bank::statement::internal {

/// A label of a document in "zh" or "en"; `key` is one of the table in words.cpp.
std::string_view label(std::string_view key, std::string_view language);

/// What a line's kind is called; an unknown kind is "other".
std::string_view kind_label(std::string_view kind, std::string_view language);

/// "1,234.50", without the currency.
std::string grouped(base::Money amount);

/// "9901 0000 0000 0017".
std::string in_fours(std::string_view number);

/// "2026-11-22 14:05:09", `utc_offset_minutes` east of Greenwich.
std::string local_time(base::Instant instant, int utc_offset_minutes);

/// "20261122-0ABCDEFGHJKMN": the day and the id, as receipts write it.
std::string reference(base::Date day, std::string_view id);

}  // namespace bank::statement::internal
