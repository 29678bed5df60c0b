// SPDX-License-Identifier: Apache-2.0
#include <bank/voucher/vouchers.h>

#include <bank/voucher/internal/desk.h>
#include <bank/voucher/internal/rows.h>

#include <algorithm>
#include <map>
#include <shared_mutex>

namespace bank::voucher {

using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr int most_vouchers_shown = 200;
constexpr std::size_t longest_reason = 500;

base::Error unknown_campaign()
{
    return base::not_found("voucher.campaign_unknown", "there is no such campaign");
}

/// The code of one of the bank's own accounts of a campaign.
std::string own_code(const CampaignFacts& facts, std::string_view what)
{
    return "voucher/" + facts.code + "/" + std::string{what};
}

}  // namespace

struct Vouchers::State {
    explicit State(Parts given) : parts(std::move(given)) {}

    Desk* desk(CampaignId id) const
    {
        const std::shared_lock lock{mutex};
        const auto it = desks.find(id);
        return it == desks.end() ? nullptr : it->second.get();
    }
    Desk* desk(std::string_view code) const
    {
        const std::shared_lock lock{mutex};
        for (const auto& [id, one] : desks) {
            if (one->campaign().facts.code == code) return one.get();
        }
        return nullptr;
    }
    Result<Campaign> make(Transaction& transaction, const CampaignFacts& facts, audit::Actor by);

    const Parts parts;
    mutable std::shared_mutex mutex;
    std::map<CampaignId, std::unique_ptr<Desk>> desks;
};

std::string_view to_string(Audience audience)
{
    return audience == Audience::everybody ? "everybody" : "account-holder";
}

std::vector<ledger::Ledger::OwnAccount> pieces(Snapshot& snapshot)
{
    auto row = snapshot.query(
        "select k.voucher, c.code from voucher_claim k join voucher_campaign c on c.id = "
        "k.campaign");
    std::vector<ledger::Ledger::OwnAccount> found;
    while (row.next()) {
        found.push_back({"voucher/" + row.string(1) + "/held", row.id<ledger::AccountId>(0)});
    }
    return found;
}

std::string_view to_string(Holding holding)
{
    constexpr std::string_view names[] = {"running", "paused", "ended"};
    return names[static_cast<std::size_t>(holding)];
}

Vouchers::Vouchers(Parts parts) : state_(std::make_unique<State>(std::move(parts)))
{
    auto& book = state_->parts.book;
    const auto campaigns =
        book.read([](Snapshot& snapshot) { return internal::read_campaigns(snapshot); });
    for (const auto& campaign : campaigns) {
        state_->desks.emplace(campaign.id, std::make_unique<Desk>(state_->parts, campaign));
    }
}

Vouchers::~Vouchers() = default;

Result<Campaign> Vouchers::State::make(Transaction& transaction, const CampaignFacts& facts,
                                       audit::Actor by)
{
    {
        auto row = transaction.query("select id from voucher_campaign where code = ?", facts.code);
        if (row.next())
            return base::conflict("voucher.campaign_exists", "another campaign has this code");
    }
    using ledger::Flag;
    auto& books = parts.ledger;
    Campaign made{.id = transaction.new_id<CampaignId>(),
                  .facts = facts,
                  .unit = {base::intern("voucher/" + facts.code), 0},
                  .stock = {},
                  .redeemed = {},
                  .cost = {},
                  .by_staff = by.kind == audit::ActorKind::staff,
                  .created_at = transaction.now()};
    const auto own = [&](std::string_view what, base::Currency unit, Flag flags) {
        return books.own_account(transaction, own_code(facts, what), unit, flags);
    };
    made.stock = TRY(own("stock", made.unit, Flag::debits_must_not_exceed_credits));
    made.redeemed = TRY(own("redeemed", made.unit, Flag::debits_must_not_exceed_credits));
    made.cost = TRY(own("cost", facts.value.currency, Flag::none));
    const auto issued = TRY(own("issued", made.unit, Flag::credits_must_not_exceed_debits));
    const base::Money pieces{facts.stock, made.unit};
    const ledger::Leg legs[] = {{issued, ledger::Side::debit, pieces},
                                {made.stock, ledger::Side::credit, pieces}};
    TRY(books.post(transaction, {.client = ledger::client_id({"voucher.issue", facts.code}),
                                 .kind = "voucher-issue",
                                 .effective = parts.business_date(transaction.now()),
                                 .legs = legs}));
    internal::insert(transaction, made);
    audit::append(transaction, {.actor = by,
                                .action = "voucher.create-campaign",
                                .object = {"campaign", made.id.value},
                                .reason = {},
                                .details = {{"code", facts.code},
                                            {"stock", facts.stock},
                                            {"value", base::to_decimal(facts.value)}}});
    return made;
}

Result<Campaign> Vouchers::create(const CampaignFacts& facts, audit::Actor by)
{
    TRY(internal::check_facts(facts));
    const auto made = TRY(state_->parts.book.write(
        [&](Transaction& transaction) { return state_->make(transaction, facts, by); }));
    auto desk = std::make_unique<Desk>(state_->parts, made);
    const std::unique_lock lock{state_->mutex};
    state_->desks.emplace(made.id, std::move(desk));
    return made;
}

Result<Campaign> Vouchers::adopt(const CampaignFacts& facts)
{
    Desk* desk = state_->desk(facts.code);
    if (desk == nullptr) return create(facts, {});
    TRY(internal::check_facts(facts));
    Campaign campaign = desk->campaign();
    CampaignFacts changed = facts;
    changed.stock = campaign.facts.stock;
    changed.value = campaign.facts.value;
    campaign.facts = changed;
    TRY(state_->parts.book.write([&](Transaction& transaction) -> Result<void> {
        internal::update(transaction, campaign);
        return {};
    }));
    desk->change_facts(changed);
    return campaign;
}

Result<Campaign> Vouchers::hold(CampaignId id, Holding holding, audit::Actor by,
                                std::string_view reason)
{
    Desk* desk = state_->desk(id);
    if (desk == nullptr) return unknown_campaign();
    if (reason.empty() || reason.size() > longest_reason) {
        return base::invalid("voucher.reason_missing", "say in some words why");
    }
    const auto held =
        TRY(state_->parts.book.write([&](Transaction& transaction) -> Result<Campaign> {
            Campaign campaign = desk->campaign();
            if (campaign.holding == Holding::ended) {
                return base::conflict("voucher.campaign_ended", "this campaign was ended for good");
            }
            campaign.holding = holding;
            internal::update(transaction, campaign);
            audit::append(transaction, {.actor = by,
                                        .action = "voucher.hold-campaign",
                                        .object = {"campaign", id.value},
                                        .reason = reason,
                                        .details = {{"code", campaign.facts.code},
                                                    {"holding", to_string(holding)}}});
            transaction.after_commit([desk, holding] { desk->change_holding(holding); });
            return campaign;
        }));
    return held;
}

void Vouchers::redeemed(Transaction& transaction, VoucherId id)
{
    std::optional<CampaignId> campaign;
    {
        auto row = transaction.query("select campaign from voucher_claim where voucher = ?", id);
        if (row.next()) campaign = row.id<CampaignId>(0);
    }
    if (!campaign) return;
    transaction.execute(
        "insert into voucher_used(voucher, campaign, used_at) values (?, ?, ?)"
        " on conflict (voucher) do nothing",
        id, *campaign, transaction.now());
}

std::vector<Campaign> Vouchers::campaigns() const
{
    const std::shared_lock lock{state_->mutex};
    std::vector<Campaign> campaigns;
    for (const auto& [id, desk] : state_->desks) campaigns.push_back(desk->campaign());
    std::reverse(campaigns.begin(), campaigns.end());
    return campaigns;
}

Result<Campaign> Vouchers::campaign(CampaignId id) const
{
    const Desk* desk = state_->desk(id);
    if (desk == nullptr) return unknown_campaign();
    return desk->campaign();
}

Standing Vouchers::standing(Snapshot& snapshot, const Campaign& campaign) const
{
    const auto stock = state_->parts.ledger.account(snapshot, campaign.stock);
    base::ensure(stock.has_value());
    const Desk* desk = state_->desk(campaign.id);
    Standing standing{.left = stock.value().balance().minor_units,
                      .asked = desk == nullptr ? 0 : desk->asked()};
    if (standing.left == 0) standing.gone_at = internal::latest_claim(snapshot, campaign.id);
    return standing;
}

void Vouchers::claim(CampaignId id, CustomerId person, Done done)
{
    Desk* desk = state_->desk(id);
    if (desk == nullptr) return done(unknown_campaign());
    desk->claim(person, std::move(done));
}

std::optional<Claim> Vouchers::answered(Snapshot& snapshot, const Campaign& campaign,
                                        CustomerId person) const
{
    const Desk* desk = state_->desk(campaign.id);
    const std::int64_t number = desk == nullptr ? 0 : desk->number_of(person);
    if (number == 0) return std::nullopt;
    const std::int64_t stock = campaign.facts.stock;
    if (const auto had = internal::find_claim(snapshot, campaign.id, person)) {
        return Claim{true, had->number, had->id, had->claimed_at, stock, {}, true};
    }
    return Claim{.number = number,
                 .at = internal::late_at(snapshot, campaign.id, number),
                 .stock = stock,
                 .gone_at = internal::latest_claim(snapshot, campaign.id),
                 .repeated = true};
}

std::vector<Voucher> Vouchers::of_person(Snapshot& snapshot, CustomerId person) const
{
    std::vector<Voucher> vouchers;
    auto rows = snapshot.query(
        "select voucher, campaign, number, claimed_at from voucher_claim where person = ?"
        " order by voucher desc limit ?",
        person, most_vouchers_shown);
    while (rows.next()) {
        vouchers.push_back({rows.id<VoucherId>(0), rows.id<CampaignId>(1), person, rows.integer(2),
                            rows.instant(3)});
    }
    return vouchers;
}

Result<Voucher> Vouchers::voucher(Snapshot& snapshot, CustomerId person, VoucherId id) const
{
    auto row = snapshot.query(
        "select campaign, number, claimed_at from voucher_claim where person = ? and voucher = ?",
        person, id);
    if (!row.next()) return base::not_found("voucher.unknown", "there is no such voucher of yours");
    return Voucher{id, row.id<CampaignId>(0), person, row.integer(1), row.instant(2)};
}

std::vector<Vouchers::Point> Vouchers::over_time(Snapshot& snapshot, const Campaign& campaign,
                                                 Happened what, int points) const
{
    const bool claimed = what == Happened::claimed;
    const std::string at = claimed ? "claimed_at" : "used_at";
    const std::string from = std::string{" from "} + (claimed ? "voucher_claim" : "voucher_used") +
                             " where campaign = ?";
    std::int64_t first = 0;
    std::int64_t last = 0;
    {
        auto row = snapshot.query(
            "select coalesce(min(" + at + "), 0), coalesce(max(" + at + "), 0)" + from,
            campaign.id);
        if (row.next()) {
            first = row.integer(0);
            last = row.integer(1);
        }
    }
    if (first == 0) return {};
    const std::int64_t span = std::max<std::int64_t>(1, (last - first) / points + 1);
    std::vector<Point> series{{{first}, 0}};
    std::int64_t pieces = 0;
    auto rows = snapshot.query(
        "select (" + at + " - ?) / ? as span, count(*)" + from + " group by 1 order by 1", first,
        span, campaign.id);
    while (rows.next()) {
        pieces += rows.integer(1);
        series.push_back({{std::min(first + (rows.integer(0) + 1) * span, last)}, pieces});
    }
    return series;
}

}  // namespace bank::voucher
