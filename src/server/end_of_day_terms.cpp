// SPDX-License-Identifier: Apache-2.0
#include <server/end_of_day_terms.h>

namespace server {

namespace end_of_day = bank::end_of_day;

namespace {

end_of_day::Schedule schedule_of(const bank::catalog::DueDays& due)
{
    using end_of_day::Frequency;
    const Frequency frequency = due.frequency == "monthly"  ? Frequency::monthly
                                : due.frequency == "yearly" ? Frequency::yearly
                                                            : Frequency::quarterly;
    return {frequency, due.day, due.month};
}

}  // namespace

end_of_day::Terms end_of_day_terms(const bank::catalog::Bank& bank)
{
    end_of_day::Terms terms;
    for (const auto& [code, product] : bank.products) {
        end_of_day::ProductTerms made{code, {}, {}, {}};
        if (product.interest) {
            made.rates = product.interest->rates;
            made.posting = schedule_of(product.interest->posting);
        }
        for (const auto& fee : product.fees) {
            end_of_day::Fee charged{
                fee.code, fee.amount, schedule_of(fee.due), {}, fee.waived_for_default};
            if (fee.average_below) charged.average_below = fee.average_below->minor_units;
            made.fees.push_back(std::move(charged));
        }
        terms.products.push_back(std::move(made));
    }
    for (const auto& line : bank.chart) {
        terms.chart.push_back(
            {line.code, line.parent, line.name, line.debit, line.products, line.own, line.rest});
    }
    return terms;
}

bank::business_day::Rules business_day_rules(const bank::catalog::Institution& facts)
{
    return {facts.business_calendar, facts.cut_over_minute,
            facts.books_on_working_days ? bank::business_day::Days::working
                                        : bank::business_day::Days::every};
}

}  // namespace server
