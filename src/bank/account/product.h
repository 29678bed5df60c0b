// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/money.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bank::account {

/// Classes of personal accounts. Source: 银发〔2015〕392号, 银发〔2016〕302号, 银发〔2018〕16号.
enum class Class : std::uint8_t { one = 1, two = 2, three = 3 };

enum class Direction : std::uint8_t { out, in };
enum class Period : std::uint8_t { day, year };  // Business date; its calendar year.

/// The most that may move between the account and accounts it is not bound to.
struct Limit {
    Direction direction;
    Period period;
    std::int64_t minor_units;
    bool requires_face_to_face = false;  // Nothing at all before the holder was met in person.
};

/// What of a product the accounts need; the catalogue reads it from the bank folder, sources
/// beside.
struct Product {
    std::string code;
    Class account_class = Class::one;
    base::Currency unit;
    int per_person = 1;   // Accounts of this class that one person may have with the institution.
    bool remote = false;  // May be opened without meeting the holder.
    bool needs_bound_account = false;
    std::optional<std::int64_t> balance_limit = {};  // Minor units.
    std::vector<Limit> limits = {};
};

}  // namespace bank::account
