// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/interest/accrual.h>
#include <base/clock.h>
#include <base/money.h>
#include <base/text.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bank::end_of_day {

enum class Frequency : std::uint8_t { never, monthly, quarterly, yearly };

/// Days on which something falls due: `day` of each month, of each quarter's last month, or of
/// `month` of each year. A month without that day has it on its last one.
struct Schedule {
    Frequency frequency = Frequency::never;
    int day = 20;    // 1 to 31.
    int month = 12;  // 1 to 12; of a yearly one.

    friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// Whether a due day lies in the days from `first` and before `end`.
bool falls_due(const Schedule& schedule, base::Date first, base::Date end);

/// What an account is charged, as far as its balance goes.
struct Fee {
    std::string code;
    base::Money amount{0, {"CNY", 2}};
    Schedule schedule;
    // Charged only where the closing balances since the last due day average less, in minor units.
    std::optional<std::int64_t> average_below = {};
    // One account of each customer is free of it: the one that the customer uses as default.
    // Source: 发改价格规〔2017〕1250号.
    bool waived_for_default = false;
};

/// What a product pays and costs.
struct ProductTerms {
    std::string code;
    interest::Rates rates;  // Without bands: no interest.
    Schedule posting;       // Interest up to the due day, included, is posted after its closing.
    std::vector<Fee> fees;
};

/// A line of the chart of accounts. Its sum is that of its children, of the products and of the own
/// accounts that roll to it.
struct ChartLine {
    std::string code;         // "2211"
    std::string parent = {};  // Empty: a root.
    base::Text name = {};
    bool debit = false;                      // Its balance usually is one.
    std::vector<std::string> products = {};  // Codes of products.
    std::vector<std::string> own = {};       // Codes of own accounts, or "clearing/*".
    bool rest = false;                       // Takes the own accounts that no other line names.
};

/// Parents before children; one line is the rest; every product stands in one line.
using Chart = std::vector<ChartLine>;

/// The line of an own account: the longest of the patterns that fit, else the rest.
const ChartLine& line_of_own(const Chart& chart, std::string_view code);
/// The line of a product; the rest where none names it.
const ChartLine& line_of_product(const Chart& chart, std::string_view product);

struct Terms {
    std::vector<ProductTerms> products;
    Chart chart;

    const ProductTerms* product(std::string_view code) const;
};

}  // namespace bank::end_of_day
