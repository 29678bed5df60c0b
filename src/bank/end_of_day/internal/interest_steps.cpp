// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/internal/settle.h>

#include <algorithm>
#include <limits>
#include <map>

namespace bank::end_of_day::internal {

namespace {

using ProductUnit = std::pair<std::string_view, base::Currency>;

struct ProductSum {
    std::int64_t accounts = 0;
    std::int64_t debits = 0;
    std::int64_t credits = 0;
    interest::Accrued earned;
};

/// A product's terms; most pages have one product.
class TermsFinder {
public:
    explicit TermsFinder(const Terms& terms) : terms_(terms) {}

    const ProductTerms* of(std::string_view product)
    {
        if (product.data() != last_.data()) {
            last_ = product;
            found_ = terms_.product(product);
        }
        return found_;
    }

private:
    const Terms& terms_;
    std::string_view last_;
    const ProductTerms* found_ = nullptr;
};

struct AccrualPlan {
    std::int64_t first;
    std::vector<Kept> kept;
    std::map<ProductUnit, ProductSum> sums;
};

std::int64_t plus_clamped(std::int64_t sum, std::int64_t balance, std::int64_t days)
{
    std::int64_t more = 0;
    if (__builtin_mul_overflow(balance, days, &more) || __builtin_add_overflow(sum, more, &sum)) {
        return std::numeric_limits<std::int64_t>::max();
    }
    return sum;
}

base::Result<AccrualPlan> plan_accrual(const Work& work, const Page& page)
{
    const Run& run = work.run;
    AccrualPlan plan{page.first(), page.kept, {}};
    TermsFinder finder{work.parts.terms};
    std::vector<ledger::AccountId> ids;
    for (const Kept& kept : page.kept) ids.push_back(kept.account);
    const auto closed = TRY(work.at_closing(ids));
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        const auto& row = page.rows[i];
        Kept& kept = plan.kept[i];
        const auto& counters = closed[i].counters;
        const std::int64_t balance = counters.credits_posted - counters.debits_posted;
        auto& sum = plan.sums[{row.product, row.unit}];
        ++sum.accounts;
        sum.debits += counters.debits_posted;
        sum.credits += counters.credits_posted;
        if (kept.through == 0) kept.since = run.day.days;
        kept.through = run.next_day.days;
        if (balance <= 0) continue;
        kept.balance_days =
            plus_clamped(kept.balance_days, balance, run.next_day.days - run.day.days);
        if (const auto* terms = finder.of(row.product)) {
            const auto earned = interest::earn(terms->rates, balance, run.day, run.next_day);
            kept.accrued = interest::plus(kept.accrued, earned);
            sum.earned = interest::plus(sum.earned, earned);
        }
    }
    return plan;
}

base::Result<void> apply_accrual(const Work& work, Transaction& transaction,
                                 const AccrualPlan& plan)
{
    write_page(transaction, plan.first, plan.kept);
    std::int64_t whole = 0;
    for (const auto& [key, sum] : plan.sums) {
        const auto& [product, unit] = key;
        Store::add_trial(transaction, work.run.day, LineKind::product, product, unit, sum.accounts,
                         sum.debits, sum.credits);
        if (sum.earned == interest::Accrued{}) continue;
        const auto owed = Store::owed(transaction, product, unit);
        Store::set_owed(transaction, product, unit, interest::plus(owed, sum.earned));
        whole += sum.earned.whole;
    }
    Store::tally(transaction, work.run.day, Step::interest_accrual, 0, whole);
    return {};
}

struct PostingPlan {
    std::int64_t first;
    std::vector<Kept> kept;
    struct Group {
        std::vector<std::size_t> places;
        std::vector<Item> items;  // Those that round to something, of the places in order.
    };
    std::map<ProductUnit, Group> groups;
};

base::Result<PostingPlan> plan_posting(const Work& work, const Page& page)
{
    PostingPlan plan{page.first(), page.kept, {}};
    TermsFinder finder{work.parts.terms};
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        const auto& row = page.rows[i];
        const auto& accrued = page.kept[i].accrued;
        const auto* terms = finder.of(row.product);
        if (accrued == interest::Accrued{} || terms == nullptr ||
            !falls_due(terms->posting, work.run.day, work.run.next_day)) {
            continue;
        }
        auto& group = plan.groups[{row.product, row.unit}];
        group.places.push_back(i);
        group.items.push_back({row.id, interest::rounded_half_up(accrued)});
    }
    return plan;
}

base::Result<void> apply_posting(const Work& work, Transaction& transaction,
                                 const PostingPlan& plan)
{
    if (plan.groups.empty()) return {};
    auto kept = plan.kept;
    for (const auto& [key, group] : plan.groups) {
        const auto& [product, unit] = key;
        std::vector<Item> items;
        std::ranges::copy_if(group.items, std::back_inserter(items),
                             [](const Item& item) { return item.amount > 0; });
        const auto done = TRY(settle(work, transaction,
                                     {.step = Step::interest_posting,
                                      .kind = "interest",
                                      .event = "interest.posted",
                                      .name = "interest",
                                      .own_account = "interest/payable/" + std::string{product},
                                      .side = ledger::Side::credit,
                                      .unit = unit},
                                     items));
        auto owed = Store::owed(transaction, product, unit);
        std::size_t next = 0;
        for (std::size_t i = 0; i < group.places.size(); ++i) {
            // What rounds to nothing has had its rounding too; what was refused waits.
            if (group.items[i].amount > 0 && !done[next++]) continue;
            auto& accrued = kept[group.places[i]].accrued;
            owed = interest::minus(owed, accrued);
            accrued = {};
        }
        Store::set_owed(transaction, product, unit, owed);
    }
    write_page(transaction, plan.first, kept);
    return {};
}

}  // namespace

base::Result<void> accrue_interest(const Work& work)
{
    return each_page(
        work, Step::interest_accrual,
        [&work](const Page& page) { return plan_accrual(work, page); },
        [&work](Transaction& transaction, const AccrualPlan& plan) {
            return apply_accrual(work, transaction, plan);
        });
}

base::Result<void> post_interest(const Work& work)
{
    const bool due =
        std::ranges::any_of(work.parts.terms.products, [&](const ProductTerms& product) {
            return falls_due(product.posting, work.run.day, work.run.next_day);
        });
    if (!due) return work.pass(Step::interest_posting);
    return each_page(
        work, Step::interest_posting,
        [&work](const Page& page) { return plan_posting(work, page); },
        [&work](Transaction& transaction, const PostingPlan& plan) {
            return apply_posting(work, transaction, plan);
        });
}

base::Result<void> provide_for_interest(const Work& work)
{
    const auto all =
        work.parts.book.read([](Snapshot& snapshot) { return Store::all_owed(snapshot); });
    TRY(work.begin(Step::interest_provision, static_cast<std::int64_t>(all.size())));
    const auto day = base::to_string(work.run.day);
    for (auto i = work.cursor(Step::interest_provision); i < std::ssize(all); ++i) {
        const auto& one = all[static_cast<std::size_t>(i)];
        const auto piece = [&](Transaction& transaction) -> base::Result<void> {
            TRY(Store::advance(transaction, work.run.day, Step::interest_provision, i, i + 1, 1));
            auto& books = work.ledger();
            const auto payable =
                TRY(books.own_account(transaction, "interest/payable/" + one.product, one.unit));
            const auto expense =
                TRY(books.own_account(transaction, "interest/expense/" + one.product, one.unit));
            // The account of what is owed is brought to what is owed, so that roundings of postings
            // settle themselves.
            const std::int64_t stands =
                TRY(books.account(transaction, payable)).balance().minor_units;
            const std::int64_t missing = interest::rounded_half_up(one.accrued) - stands;
            if (missing == 0) return {};
            const base::Money amount{std::abs(missing), one.unit};
            const ledger::Leg legs[] = {
                {expense, missing > 0 ? ledger::Side::debit : ledger::Side::credit, amount},
                {payable, missing > 0 ? ledger::Side::credit : ledger::Side::debit, amount}};
            TRY(books.post(transaction,
                           {.client = ledger::client_id(
                                {"end-of-day", "provision", day, one.product, one.unit.code}),
                            .content = static_cast<std::uint64_t>(missing),
                            .kind = "interest-provision",
                            .effective = work.parts.day.date(),
                            .legs = legs}));
            Store::tally(transaction, work.run.day, Step::interest_provision, 1, missing);
            return {};
        };
        TRY(work.parts.book.write(piece));
    }
    return work.finish(Step::interest_provision);
}

}  // namespace bank::end_of_day::internal
