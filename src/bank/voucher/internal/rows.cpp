// SPDX-License-Identifier: Apache-2.0
#include <bank/voucher/internal/rows.h>

#include <platform/json/value.h>

#include <algorithm>

namespace bank::voucher::internal {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::size_t longest_code = 40;
constexpr std::size_t person_bytes = 8;

json::Object words_of(const base::Text& text)
{
    json::Object object;
    for (const auto& [language, words] : text) object.set(language, words);
    return object;
}

base::Text text_of(const json::Value& value)
{
    base::Text text;
    if (value.object() == nullptr) return text;
    for (const auto& [language, words] : *value.object()) {
        text.emplace(language, std::string{words.text_or()});
    }
    return text;
}

std::string words_of(const CampaignFacts& facts)
{
    return json::serialise(
        json::Object{{"name", words_of(facts.name)}, {"about", words_of(facts.about)}});
}

base::Error invalid_fact(const char* why)
{
    return base::invalid("voucher.campaign_invalid", why);
}

}  // namespace

base::Result<void> check_facts(const CampaignFacts& facts)
{
    const bool plain =
        !facts.code.empty() && facts.code.size() <= longest_code &&
        facts.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
    if (!plain) return invalid_fact("code: lower-case letters, figures and dashes, 40 at most");
    if (facts.name.find("zh") == facts.name.end()) return invalid_fact("name: zh is missing");
    if (facts.stock < 1 || facts.stock > most_stock)
        return invalid_fact("stock: 1 to 100,000,000 pieces");
    if (facts.value.minor_units <= 0) return invalid_fact("value: more than zero");
    if (facts.least_bill.minor_units < facts.value.minor_units)
        return invalid_fact("least_bill: not less than the value");
    if (facts.starts_at >= facts.ends_at) return invalid_fact("ends_at: after starts_at");
    if (facts.use_until < facts.ends_at) return invalid_fact("use_until: not before ends_at");
    return {};
}

void insert(Transaction& transaction, const Campaign& campaign)
{
    const CampaignFacts& facts = campaign.facts;
    transaction.execute(
        "insert into voucher_campaign(id, code, words, stock, value, least_bill, audience,"
        " starts_at, ends_at, use_until, stock_account, redeemed_account, cost_account, by_staff,"
        " created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        campaign.id, facts.code, words_of(facts), facts.stock, facts.value.minor_units,
        facts.least_bill.minor_units, static_cast<int>(facts.audience), facts.starts_at,
        facts.ends_at, facts.use_until, campaign.stock, campaign.redeemed, campaign.cost,
        campaign.by_staff, campaign.created_at);
}

void update(Transaction& transaction, const Campaign& campaign)
{
    const CampaignFacts& facts = campaign.facts;
    transaction.execute(
        "update voucher_campaign set words = ?, audience = ?, starts_at = ?, ends_at = ?,"
        " use_until = ?, holding = ? where id = ?",
        words_of(facts), static_cast<int>(facts.audience), facts.starts_at, facts.ends_at,
        facts.use_until, static_cast<int>(campaign.holding), campaign.id);
}

std::vector<Campaign> read_campaigns(Snapshot& snapshot)
{
    std::vector<Campaign> campaigns;
    auto rows = snapshot.query(
        "select id, code, words, stock, value, least_bill, audience, starts_at, ends_at, use_until,"
        " stock_account, redeemed_account, cost_account, by_staff, created_at, holding"
        " from voucher_campaign order by id");
    while (rows.next()) {
        const auto words = json::parse(rows.text(2));
        base::ensure(words.has_value());
        CampaignFacts facts{.code = rows.string(1),
                            .name = text_of(words.value()["name"]),
                            .about = text_of(words.value()["about"]),
                            .stock = rows.integer(3),
                            .value = {rows.integer(4), {"CNY", 2}},
                            .least_bill = {rows.integer(5), {"CNY", 2}},
                            .audience = static_cast<Audience>(rows.integer(6)),
                            .starts_at = rows.instant(7),
                            .ends_at = rows.instant(8),
                            .use_until = rows.instant(9)};
        const base::Currency unit{base::intern("voucher/" + facts.code), 0};
        campaigns.push_back({.id = rows.id<CampaignId>(0),
                             .facts = std::move(facts),
                             .unit = unit,
                             .stock = rows.id<ledger::AccountId>(10),
                             .redeemed = rows.id<ledger::AccountId>(11),
                             .cost = rows.id<ledger::AccountId>(12),
                             .by_staff = rows.boolean(13),
                             .created_at = rows.instant(14),
                             .holding = static_cast<Holding>(rows.integer(15))});
    }
    return campaigns;
}

std::optional<Voucher> find_claim(Snapshot& snapshot, CampaignId campaign, CustomerId person)
{
    auto row = snapshot.query(
        "select number, voucher, claimed_at from voucher_claim where campaign = ? and person = ?",
        campaign, person);
    if (!row.next()) return std::nullopt;
    return Voucher{row.id<VoucherId>(1), campaign, person, row.integer(0), row.instant(2)};
}

void insert_claim(Transaction& transaction, const Voucher& voucher)
{
    transaction.execute(
        "insert into voucher_claim(campaign, person, number, voucher, claimed_at)"
        " values (?, ?, ?, ?, ?)",
        voucher.campaign, voucher.holder, voucher.number, voucher.id, voucher.claimed_at);
}

void insert_late(Transaction& transaction, CampaignId campaign, std::int64_t first_number,
                 std::span<const std::uint64_t> persons)
{
    std::vector<std::byte> packed;
    packed.reserve(persons.size() * person_bytes);
    for (const std::uint64_t person : persons) {
        for (std::size_t i = 0; i < person_bytes; ++i) {
            packed.push_back(static_cast<std::byte>(person >> (8 * i) & 0xFF));
        }
    }
    transaction.execute(
        "insert into voucher_late(campaign, first_number, claimed_at, persons)"
        " values (?, ?, ?, ?)",
        campaign, first_number, transaction.now(), platform::sql::Bytes{packed});
}

base::Instant late_at(Snapshot& snapshot, CampaignId campaign, std::int64_t number)
{
    auto row = snapshot.query(
        "select claimed_at from voucher_late where campaign = ? and first_number <= ?"
        " order by first_number desc limit 1",
        campaign, number);
    return row.next() ? row.instant(0) : base::Instant{};
}

void each_asked(Snapshot& snapshot, CampaignId campaign,
                const std::function<void(std::uint64_t, std::int64_t)>& take)
{
    {
        auto rows =
            snapshot.query("select person, number from voucher_claim where campaign = ?", campaign);
        while (rows.next()) take(static_cast<std::uint64_t>(rows.integer(0)), rows.integer(1));
    }
    auto rows = snapshot.query(
        "select first_number, persons from voucher_late where campaign = ? order by first_number",
        campaign);
    while (rows.next()) {
        const auto packed = rows.blob(1);
        for (std::size_t at = 0; at + person_bytes <= packed.size(); at += person_bytes) {
            std::uint64_t person = 0;
            for (std::size_t i = 0; i < person_bytes; ++i) {
                person |= std::uint64_t{std::to_integer<std::uint8_t>(packed[at + i])} << (8 * i);
            }
            take(person, rows.integer(0) + static_cast<std::int64_t>(at / person_bytes));
        }
    }
}

std::optional<base::Instant> latest_claim(Snapshot& snapshot, CampaignId campaign)
{
    auto row = snapshot.query(
        "select claimed_at from voucher_claim where campaign = ? order by claimed_at desc limit 1",
        campaign);
    if (!row.next()) return std::nullopt;
    return row.instant(0);
}

}  // namespace bank::voucher::internal
