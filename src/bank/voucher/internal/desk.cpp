// SPDX-License-Identifier: Apache-2.0
#include <bank/voucher/internal/desk.h>

#include <bank/voucher/internal/rows.h>

#include <algorithm>
#include <iterator>

namespace bank::voucher {

using base::Result;
using platform::sql::Transaction;

namespace {

constexpr std::size_t most_waiting = 65'536;
// A piece costs some 20 µs of the writer's time, a late claim less than one.
constexpr std::size_t claims_a_unit = 48;
constexpr std::size_t late_claims_a_unit = 2'048;

}  // namespace

Vouchers::Desk::Desk(const Parts& parts, Campaign campaign)
    : parts_(parts), campaign_(std::move(campaign))
{
    parts_.book.read([&](platform::sql::Snapshot& snapshot) {
        internal::each_asked(snapshot, campaign_.id, [&](std::uint64_t person, std::int64_t n) {
            const auto number = static_cast<std::uint32_t>(n);
            asked_.add(person, number);
            newest_ = std::max(newest_, number);
        });
        const auto stock = parts_.ledger.account(snapshot, campaign_.stock);
        base::ensure(stock.has_value());
        if (stock.value().balance().minor_units == 0) {
            gone_at_ = internal::latest_claim(snapshot, campaign_.id);
        }
    });
    committed_ = newest_;
}

Campaign Vouchers::Desk::campaign() const
{
    const std::lock_guard lock{mutex_};
    return campaign_;
}

void Vouchers::Desk::change_facts(const CampaignFacts& facts)
{
    const std::lock_guard lock{mutex_};
    campaign_.facts = facts;
}

void Vouchers::Desk::change_holding(Holding holding)
{
    const std::lock_guard lock{mutex_};
    campaign_.holding = holding;
}

/// 0 also while the answer is not durable.
std::uint32_t Vouchers::Desk::number_of(CustomerId person) const
{
    const std::lock_guard lock{mutex_};
    const std::uint32_t number = asked_.number_of(person.value);
    return number <= committed_ ? number : 0;
}

/// Under the mutex. Whoever has an answer hears it at any time.
std::optional<base::Error> Vouchers::Desk::not_now(CustomerId person) const
{
    const auto now = parts_.ledger.clock().now();
    const bool early = now < campaign_.facts.starts_at;
    const bool over = now >= campaign_.facts.ends_at || campaign_.holding == Holding::ended;
    const bool paused = campaign_.holding == Holding::paused;
    if ((!early && !over && !paused) || asked_.number_of(person.value) != 0) return std::nullopt;
    if (early) return base::rejected("voucher.not_begun", "the campaign has not begun yet");
    if (over) return base::rejected("voucher.over", "the campaign is over");
    return base::rejected("voucher.paused", "the campaign has a pause");
}

void Vouchers::Desk::claim(CustomerId person, Done done)
{
    std::optional<base::Error> refusal;
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        refusal = not_now(person);
        if (!refusal && waiting_.size() >= most_waiting) {
            refusal = base::unavailable("voucher.too_busy",
                                        "very many people are claiming; try again in a moment");
        }
        if (!refusal) {
            waiting_.push_back({person, std::move(done)});
            first = !std::exchange(queued_, true);
        }
    }
    if (refusal) return done(*refusal);
    if (first) submit();
}

void Vouchers::Desk::submit()
{
    auto batch = std::make_shared<Batch>();
    parts_.book.submit(
        [this, batch](Transaction& transaction) { return decide(transaction, *batch); },
        [this, batch](const Result<void>& outcome) { finish(*batch, outcome); });
}

/// What waits, from the front; the same again where the unit is run anew.
void Vouchers::Desk::take(Batch& batch)
{
    if (!batch.claims.empty()) return;
    const std::size_t most = gone_at_ ? late_claims_a_unit : claims_a_unit;
    const std::size_t count = std::min(most, waiting_.size());
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    batch.claims.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
}

Result<void> Vouchers::Desk::decide(Transaction& transaction, Batch& batch)
{
    // Pages that ask how things stand wait for as long as a batch takes, which is below a
    // millisecond.
    const std::lock_guard lock{mutex_};
    take(batch);
    batch.answers.clear();
    transaction.on_rollback([this, newest = newest_, gone = gone_at_] {
        const std::lock_guard again{mutex_};
        newest_ = newest;
        gone_at_ = gone;
        asked_.forget_above(newest);
    });
    std::int64_t left =
        TRY(parts_.ledger.account(transaction, campaign_.stock)).balance().minor_units;
    std::vector<std::uint64_t> late;
    for (const Waiting& waiting : batch.claims) {
        batch.answers.push_back(decide_one(transaction, waiting.person, left, late));
    }
    if (!late.empty()) {
        internal::insert_late(transaction, campaign_.id,
                              newest_ - static_cast<std::int64_t>(late.size()) + 1, late);
    }
    transaction.after_commit([this, newest = newest_] { committed_ = newest; });
    return {};
}

Result<Claim> Vouchers::Desk::decide_one(Transaction& transaction, CustomerId person,
                                         std::int64_t& left, std::vector<std::uint64_t>& late)
{
    const std::int64_t stock = campaign_.facts.stock;
    if (const std::uint32_t number = asked_.number_of(person.value)) {
        if (const auto had = internal::find_claim(transaction, campaign_.id, person)) {
            return Claim{true, number, had->id, had->claimed_at, stock, {}, true};
        }
        // Nobody waits on a page twice in one unit of work but by a double tap.
        const bool just_now = number + late.size() > newest_;
        const auto at =
            just_now ? transaction.now() : internal::late_at(transaction, campaign_.id, number);
        return Claim{false, number, {}, at, stock, gone_at_, true};
    }
    if (left > 0) {
        auto granted = TRY(grant(transaction, person));
        if (--left == 0) gone_at_ = transaction.now();
        return granted;
    }
    asked_.add(person.value, ++newest_);
    late.push_back(person.value);
    return Claim{false, newest_, {}, transaction.now(), stock, gone_at_, false};
}

Result<Claim> Vouchers::Desk::grant(Transaction& transaction, CustomerId person)
{
    const Voucher voucher{transaction.new_id<VoucherId>(), campaign_.id, person, newest_ + 1,
                          transaction.now()};
    const base::Money piece{1, campaign_.unit};
    TRY(parts_.ledger.open_account(
        transaction,
        {voucher.id, campaign_.unit, {.flags = ledger::Flag::debits_must_not_exceed_credits}}));
    const ledger::Leg legs[] = {{campaign_.stock, ledger::Side::debit, piece},
                                {voucher.id, ledger::Side::credit, piece}};
    TRY(parts_.ledger.post(
        transaction, {.client = ledger::client_id({"voucher.claim", base::to_string(campaign_.id),
                                                   base::to_string(person)}),
                      .kind = "voucher-claim",
                      .effective = parts_.business_date(transaction.now()),
                      .legs = legs}));
    asked_.add(person.value, ++newest_);
    internal::insert_claim(transaction, voucher);
    audit::append(transaction,
                  {.actor = {audit::ActorKind::customer, person.value},
                   .action = "voucher.claim",
                   .object = {"voucher", voucher.id.value},
                   .reason = {},
                   .details = {{"campaign", campaign_.facts.code}, {"number", voucher.number}}});
    if (parts_.granted) parts_.granted(transaction, campaign_, voucher);
    return Claim{true, voucher.number, voucher.id, transaction.now(), campaign_.facts.stock, {}};
}

void Vouchers::Desk::finish(Batch& batch, const Result<void>& outcome)
{
    bool more = false;
    {
        const std::lock_guard lock{mutex_};
        // A unit that never ran took nothing; those who wait hear why, and nobody waits for ever.
        if (!outcome && batch.claims.empty()) std::swap(batch.claims, waiting_);
        more = !waiting_.empty();
        queued_ = more;
    }
    for (std::size_t i = 0; i < batch.claims.size(); ++i) {
        if (outcome) {
            batch.claims[i].done(batch.answers[i]);
        } else {
            batch.claims[i].done(outcome.error());
        }
    }
    if (more) submit();
}

}  // namespace bank::voucher
