// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/units.h>

#include <bank/ledger/internal/iso_4217.h>

#include <algorithm>

namespace bank::ledger {

namespace {

base::Error unknown()
{
    return base::invalid("ledger.unit_unknown", "no such currency or unit");
}

bool is_word_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/';
}

}  // namespace

base::Result<base::Currency> currency(std::string_view code)
{
    const auto list = internal::iso_4217();
    const auto it =
        std::lower_bound(list.begin(), list.end(), code,
                         [](base::Currency a, std::string_view wanted) { return a.code < wanted; });
    if (it == list.end() || it->code != code) return unknown();
    return *it;
}

base::Result<void> check_unit(base::Currency unit)
{
    if (auto known = currency(unit.code)) {
        if (known.value().minor_digits != unit.minor_digits) return unknown();
        return {};
    }
    const bool words = !unit.code.empty() && unit.code.size() <= 64 &&
                       std::all_of(unit.code.begin(), unit.code.end(), is_word_letter);
    if (!words || unit.minor_digits < 0 || unit.minor_digits > 8) return unknown();
    return {};
}

}  // namespace bank::ledger
