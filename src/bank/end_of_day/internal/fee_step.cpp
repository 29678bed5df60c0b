// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/internal/settle.h>

#include <algorithm>

namespace bank::end_of_day::internal {

namespace {

struct FeePlan {
    std::int64_t first;
    std::vector<Kept> kept;
    bool begins_anew = false;  // Averages that were used up.
    struct Charge {
        const Fee* fee;
        std::string product;
        std::vector<ledger::AccountId> accounts;
    };
    std::vector<Charge> charges;
};

bool is_charged(const Fee& fee, const account::Accounts::Row& row, const Kept& kept)
{
    if (fee.waived_for_default && row.is_default) return false;
    if (!fee.average_below) return true;
    const std::int64_t days = kept.through - kept.since;
    return days > 0 && kept.balance_days / days < *fee.average_below;
}

base::Result<FeePlan> plan_fees(const Work& work, const Page& page)
{
    const Run& run = work.run;
    FeePlan plan{page.first(), page.kept, false, {}};
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        const auto& row = page.rows[i];
        const auto* terms = work.parts.terms.product(row.product);
        if (terms == nullptr || row.state == account::State::closed) continue;
        for (const Fee& fee : terms->fees) {
            if (!falls_due(fee.schedule, run.day, run.next_day)) continue;
            if (is_charged(fee, row, page.kept[i])) {
                auto charge = std::ranges::find(plan.charges, &fee, &FeePlan::Charge::fee);
                if (charge == plan.charges.end()) {
                    plan.charges.push_back({&fee, terms->code, {}});
                    charge = std::prev(plan.charges.end());
                }
                charge->accounts.push_back(row.id);
            }
            if (fee.average_below) {
                plan.kept[i].balance_days = 0;
                plan.kept[i].since = run.next_day.days;
                plan.begins_anew = true;
            }
        }
    }
    return plan;
}

base::Result<void> apply_fees(const Work& work, Transaction& transaction, const FeePlan& plan)
{
    for (const auto& charge : plan.charges) {
        std::vector<Item> items;
        work.ledger().expect(charge.accounts);
        for (const auto id : charge.accounts) {
            // What is there is taken; nobody is put into debt by a fee.
            const auto stands = TRY(work.ledger().account(transaction, id));
            const auto amount =
                std::min(charge.fee->amount.minor_units, stands.available().minor_units);
            if (amount > 0) {
                items.push_back({id, amount});
            } else {
                Store::note(
                    transaction, work.run.day,
                    {Step::fees, id, "end_of_day.no_balance", charge.fee->amount.minor_units});
            }
        }
        const auto done = settle(work, transaction,
                                 {.step = Step::fees,
                                  .kind = "fee",
                                  .event = "fee.charged",
                                  .name = "fee/" + charge.product + "/" + charge.fee->code,
                                  .own_account = "fee/income/" + charge.product,
                                  .side = ledger::Side::debit,
                                  .unit = charge.fee->amount.currency},
                                 items);
        if (!done) return done.error();
    }
    if (plan.begins_anew) write_page(transaction, plan.first, plan.kept);
    return {};
}

}  // namespace

base::Result<void> charge_fees(const Work& work)
{
    const bool due =
        std::ranges::any_of(work.parts.terms.products, [&](const ProductTerms& product) {
            return std::ranges::any_of(product.fees, [&](const Fee& fee) {
                return falls_due(fee.schedule, work.run.day, work.run.next_day);
            });
        });
    if (!due) return work.pass(Step::fees);
    return each_page(
        work, Step::fees, [&work](const Page& page) { return plan_fees(work, page); },
        [&work](Transaction& transaction, const FeePlan& plan) {
            return apply_fees(work, transaction, plan);
        });
}

}  // namespace bank::end_of_day::internal
