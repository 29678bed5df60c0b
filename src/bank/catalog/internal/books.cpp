// SPDX-License-Identifier: Apache-2.0
// What the books need of the folder: interest and fees of products/, chart-of-accounts.yaml.
#include <bank/catalog/internal/bank_files.h>

#include <algorithm>

namespace bank::catalog::internal {

namespace {

constexpr std::string_view chart_file = "chart-of-accounts.yaml";

DueDays read_due_days(Fields& fields)
{
    DueDays due;
    due.frequency = fields.one_of("frequency", {"monthly", "quarterly", "yearly"});
    due.day = static_cast<int>(fields.integer("day", 1, 31));
    due.month = static_cast<int>(fields.integer_or("month", 1, 12, 12));
    return due;
}

void read_bands(Fields& fields, const Product& product, interest::Rates& rates,
                std::vector<Finding>& findings)
{
    for (const Node& node : fields.items("rates", true)) {
        Fields inner{node, findings};
        interest::Band band;
        band.from = inner.money("from", product.currency).minor_units;
        if (const auto rate = interest::parse_rate(inner.text("percent"))) {
            band.rate = rate.value();
        } else {
            inner.fault("percent", rate.error().detail);
        }
        const bool rises =
            rates.bands.empty() ? band.from == 0 : band.from > rates.bands.back().from;
        if (!rises) inner.fault("from", "must begin at 0.00 and rise from band to band");
        rates.bands.push_back(band);
    }
    if (rates.bands.empty()) fields.fault("rates", "must hold a rate");
}

bool names(const ChartLine& line, std::string_view code)
{
    return std::ranges::any_of(line.own, [&](std::string_view pattern) {
        if (!pattern.ends_with('*')) return pattern == code;
        return code.starts_with(pattern.substr(0, pattern.size() - 1));
    });
}

void need_line(const Bank& bank, const std::string& code, std::vector<Finding>& findings)
{
    const bool named =
        std::ranges::any_of(bank.chart, [&](const ChartLine& line) { return names(line, code); });
    if (!named) {
        findings.push_back(
            {std::string{chart_file}, 0, "no line names the bank's own account \"" + code + "\""});
    }
}

}  // namespace

void read_terms(Fields& fields, Product& product, std::vector<Finding>& findings)
{
    if (const Node* node = fields.node("interest")) {
        Fields inner{*node, findings};
        ProductInterest pays;
        const auto day_count = interest::parse_day_count(inner.text("day_count"));
        if (!day_count) {
            inner.fault("day_count", day_count.error().detail);
        } else if (day_count.value() == interest::DayCount::actual_actual_icma ||
                   day_count.value() == interest::DayCount::actual_actual_afb) {
            inner.fault("day_count", "measures coupons, not the days of a deposit");
        } else {
            pays.rates.day_count = day_count.value();
        }
        read_bands(inner, product, pays.rates, findings);
        if (const Node* posting = inner.node("posting", true)) {
            Fields due{*posting, findings};
            pays.posting = read_due_days(due);
        }
        product.interest = std::move(pays);
    }
    for (const Node& node : fields.items("fees")) {
        Fields inner{node, findings};
        ProductFee fee;
        fee.code = inner.text("code");
        fee.name = inner.languages("name");
        fee.amount = inner.money("amount", product.currency);
        if (fee.amount.minor_units == 0) inner.fault("amount", "must be more than nothing");
        fee.due = read_due_days(inner);
        fee.average_below = inner.money_if_given("average_below", product.currency);
        fee.waived_for_default =
            !inner.text_or("waived_for", "").empty() &&
            inner.one_of("waived_for", {"default_account"}) == "default_account";
        const bool twice =
            std::ranges::find(product.fees, fee.code, &ProductFee::code) != product.fees.end();
        if (twice) inner.fault("code", "is given to another fee too");
        product.fees.push_back(std::move(fee));
    }
}

void read_chart(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    fields.text("source");
    for (const Node& node : fields.items("lines", true)) {
        Fields inner{node, findings};
        ChartLine line;
        line.code = inner.text("code");
        line.parent = inner.text_or("parent", "");
        line.name = inner.languages("name");
        line.debit = inner.one_of("side", {"debit", "credit"}) == "debit";
        line.products = inner.texts("products");
        line.own = inner.texts("own");
        line.rest = inner.boolean_or("rest", false);
        const auto known = [&](std::string_view code) {
            return std::ranges::find(bank.chart, code, &ChartLine::code) != bank.chart.end();
        };
        if (known(line.code)) inner.fault("code", "is given to another line too");
        if (!line.parent.empty() && !known(line.parent)) {
            inner.fault("parent", "must be the code of a line above");
        }
        for (const auto& product : line.products) {
            if (!bank.products.contains(product))
                inner.fault("products", "there is no product \"" + product + "\"");
        }
        bank.chart.push_back(std::move(line));
    }
    if (bank.chart.empty()) fields.fault("lines", "must hold a line");
}

void check_chart(const Bank& bank, std::vector<Finding>& findings)
{
    const auto fault = [&](const std::string& message) {
        findings.push_back({std::string{chart_file}, 0, message});
    };
    if (std::ranges::count_if(bank.chart, &ChartLine::rest) != 1) {
        fault("one line, and only one, must be the rest");
    }
    for (const auto& [code, product] : bank.products) {
        const auto lines = std::ranges::count_if(bank.chart, [&](const ChartLine& line) {
            return std::ranges::find(line.products, code) != line.products.end();
        });
        if (lines != 1) fault("the product \"" + code + "\" must stand in one line, and only one");
        if (product.interest) {
            need_line(bank, "interest/payable/" + code, findings);
            need_line(bank, "interest/expense/" + code, findings);
        }
        if (!product.fees.empty()) need_line(bank, "fee/income/" + code, findings);
    }
    for (const Partner& partner : bank.partners) {
        if (partner.kind == "bank") need_line(bank, "clearing/" + partner.code, findings);
    }
}

}  // namespace bank::catalog::internal
