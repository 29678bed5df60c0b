// SPDX-License-Identifier: Apache-2.0
// Campaigns of vouchers: what there is, claiming one, and what a customer has.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <platform/http/problem.h>

namespace api {

namespace http = platform::http;
namespace sql = platform::sql;
namespace voucher = bank::voucher;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int points_of_chart = 60;

std::string_view campaign_state(const voucher::Campaign& campaign,
                                const voucher::Standing& standing, base::Instant now)
{
    if (campaign.holding == voucher::Holding::ended) return "over";
    if (now < campaign.facts.starts_at) return "coming";
    if (standing.left == 0) return "gone";
    if (campaign.holding == voucher::Holding::paused && now < campaign.facts.ends_at)
        return "paused";
    return now < campaign.facts.ends_at ? "open" : "over";
}

Object claim_shape(const voucher::Claim& claim)
{
    Object object{{"outcome", claim.granted ? "granted" : "too-late"},
                  {"number", claim.number},
                  {"stock", claim.stock},
                  {"at", shape(claim.at)},
                  {"repeated", claim.repeated}};
    if (claim.granted) object.set("voucher", to_string(claim.voucher));
    if (claim.gone_at) object.set("gone_at", shape(*claim.gone_at));
    return object;
}

Object campaign_shape(const voucher::Campaign& campaign, const voucher::Standing& standing,
                      base::Instant now)
{
    const auto& facts = campaign.facts;
    Object object{{"id", to_string(campaign.id)},
                  {"code", facts.code},
                  {"name", shape(facts.name)},
                  {"about", shape(facts.about)},
                  {"stock", facts.stock},
                  {"left", standing.left},
                  {"asked", standing.asked},
                  {"value", shape(facts.value)},
                  {"least_bill", shape(facts.least_bill)},
                  {"audience", voucher::to_string(facts.audience)},
                  {"starts_at", shape(facts.starts_at)},
                  {"ends_at", shape(facts.ends_at)},
                  {"use_until", shape(facts.use_until)},
                  {"state", campaign_state(campaign, standing, now)}};
    if (standing.gone_at) object.set("gone_at", shape(*standing.gone_at));
    return object;
}

/// Whether a person may claim by the campaign's audience.
bool may_claim(sql::Snapshot& snapshot, Institution& institution, const voucher::Campaign& campaign,
               bank::customer::CustomerId person)
{
    if (campaign.facts.audience == voucher::Audience::everybody) return true;
    for (const auto& account : institution.accounts.of_holder(snapshot, person)) {
        if (account.state != bank::account::State::closed) return true;
    }
    return false;
}

Object campaign_for(sql::Snapshot& snapshot, const Call& call, const voucher::Campaign& campaign,
                    base::Instant now)
{
    Institution& institution = *call.caller->institution;
    auto object = campaign_shape(campaign, institution.vouchers.standing(snapshot, campaign), now);
    object.set("eligible", may_claim(snapshot, institution, campaign, call.caller->customer));
    if (const auto had = institution.vouchers.answered(snapshot, campaign, call.caller->customer)) {
        object.set("mine", claim_shape(*had));
    }
    return object;
}

Result<http::Response> campaigns(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        Array items;
        for (const auto& campaign : institution.vouchers.campaigns()) {
            items.push_back(campaign_for(snapshot, call, campaign, parts.clock.now()));
        }
        return ok(Object{{"items", std::move(items)}});
    });
}

Result<http::Response> campaign(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<voucher::CampaignId>("campaign"));
    const auto found = TRY(institution.vouchers.campaign(id));
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        return ok(campaign_for(snapshot, call, found, parts.clock.now()));
    });
}

/// Hands the claim to the campaign's queue; the commit that decides it answers.
void claim(const Call& call, http::Reply reply)
{
    base::ensure(call.caller.has_value());
    Institution& institution = *call.caller->institution;
    const auto person = call.caller->customer;
    const std::string request = call.request.id;
    const auto refuse = [&](const base::Error& error) {
        reply.send(http::problem(error, request));
    };
    const auto id = call.id<voucher::CampaignId>("campaign");
    if (!id) return refuse(id.error());
    const auto found = institution.vouchers.campaign(id.value());
    if (!found) return refuse(found.error());
    const bool may = institution.book.read([&](sql::Snapshot& snapshot) {
        return may_claim(snapshot, institution, found.value(), person);
    });
    if (!may) {
        return refuse(base::rejected("voucher.not_for_you",
                                     "this campaign is for people who hold an account here"));
    }
    auto kept = std::make_shared<http::Reply>(std::move(reply));
    institution.vouchers.claim(
        id.value(), person, [kept, request](const Result<voucher::Claim>& answer) {
            if (!answer) return kept->send(http::problem(answer.error(), request));
            const auto& given = answer.value();
            kept->send(ok(claim_shape(given), given.granted && !given.repeated ? 201 : 200));
        });
}

/// What the ledger says of a voucher.
std::string_view voucher_state(sql::Snapshot& snapshot, Institution& institution,
                               const voucher::Voucher& one, const voucher::Campaign& campaign,
                               base::Instant now)
{
    const auto account = institution.accounts.ledger().account(snapshot, one.id);
    base::ensure(account.has_value());
    if (account.value().balance().minor_units == 0) return "used";
    if (account.value().available().minor_units == 0) return "reserved";
    return now < campaign.facts.use_until ? "usable" : "expired";
}

Result<http::Response> my_vouchers(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        Array items;
        for (const auto& one : institution.vouchers.of_person(snapshot, call.caller->customer)) {
            const auto found = institution.vouchers.campaign(one.campaign);
            if (!found) continue;
            const auto& facts = found.value().facts;
            items.push_back(Object{{"id", to_string(one.id)},
                                   {"campaign", to_string(one.campaign)},
                                   {"name", shape(facts.name)},
                                   {"value", shape(facts.value)},
                                   {"least_bill", shape(facts.least_bill)},
                                   {"number", one.number},
                                   {"claimed_at", shape(one.claimed_at)},
                                   {"use_until", shape(facts.use_until)},
                                   {"state", voucher_state(snapshot, institution, one,
                                                           found.value(), parts.clock.now())}});
        }
        return ok(Object{{"items", std::move(items)}});
    });
}

Object staff_shape(sql::Snapshot& snapshot, Institution& institution,
                   const voucher::Campaign& campaign, base::Instant now)
{
    auto object = campaign_shape(campaign, institution.vouchers.standing(snapshot, campaign), now);
    object.set("institution", institution.facts.code);
    object.set("by_staff", campaign.by_staff);
    const auto used = institution.accounts.ledger().account(snapshot, campaign.redeemed);
    object.set("used", used ? used.value().balance().minor_units : 0);
    const auto over_time = [&](voucher::Vouchers::Happened what) {
        return institution.vouchers.over_time(snapshot, campaign, what, points_of_chart);
    };
    Array left;
    for (const auto& point : over_time(voucher::Vouchers::Happened::claimed)) {
        left.push_back(
            Object{{"at", shape(point.at)}, {"left", campaign.facts.stock - point.pieces}});
    }
    object.set("left_over_time", std::move(left));
    Array used_over_time;
    for (const auto& point : over_time(voucher::Vouchers::Happened::used)) {
        used_over_time.push_back(Object{{"at", shape(point.at)}, {"used", point.pieces}});
    }
    object.set("used_over_time", std::move(used_over_time));
    object.set("holding", voucher::to_string(campaign.holding));
    return object;
}

Result<http::Response> staff_campaigns(Call& call, Parts& parts)
{
    Array items;
    for (Institution* institution : TRY(institutions_for(call, parts, "campaign.view"))) {
        institution->book.read([&](sql::Snapshot& snapshot) {
            for (const auto& one : institution->vouchers.campaigns()) {
                items.push_back(staff_shape(snapshot, *institution, one, parts.clock.now()));
            }
        });
    }
    return ok(Object{{"items", std::move(items)}});
}

base::Text text_of(const platform::json::Value& value)
{
    base::Text text;
    if (value.object() == nullptr) return text;
    for (const auto& [language, words] : *value.object()) {
        text.emplace(language, std::string{words.text_or()});
    }
    return text;
}

Result<http::Response> create_campaign(Call& call, Parts& parts)
{
    const auto& body = call.body;
    Institution* institution =
        TRY(institution_for(call, parts, parts.institution(body["institution"].text_or()),
                            "campaign.manage", "api.institution_unknown"));
    const voucher::CampaignFacts facts{
        .code = std::string{body["code"].text_or()},
        .name = text_of(body["name"]),
        .about = text_of(body["about"]),
        .stock = body["stock"].integer_or(0),
        .value = TRY(read_money(body["value"])),
        .least_bill = TRY(read_money(body["least_bill"])),
        .audience = body["audience"].text_or() == "account-holder"
                        ? voucher::Audience::account_holder
                        : voucher::Audience::everybody,
        .starts_at = TRY(base::parse_instant(body["starts_at"].text_or())),
        .ends_at = TRY(base::parse_instant(body["ends_at"].text_or())),
        .use_until = TRY(base::parse_instant(body["use_until"].text_or()))};
    const auto made = TRY(institution->vouchers.create(
        facts, {bank::audit::ActorKind::staff, call.staff->staff.id.value}));
    return institution->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        return ok(staff_shape(snapshot, *institution, made, parts.clock.now()), 201);
    });
}

/// Pauses a campaign, lets it go on, or ends it.
Result<http::Response> hold_campaign(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<voucher::CampaignId>("campaign"));
    Institution* institution =
        TRY(institution_for(call, parts, id, "campaign.manage", "voucher.campaign_unknown"));
    const auto wanted = call.body["holding"].text_or();
    const auto holding = wanted == "paused"  ? voucher::Holding::paused
                         : wanted == "ended" ? voucher::Holding::ended
                                             : voucher::Holding::running;
    const auto held = TRY(institution->vouchers.hold(
        id, holding, {bank::audit::ActorKind::staff, call.staff->staff.id.value},
        call.body["reason"].text_or()));
    return institution->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        return ok(staff_shape(snapshot, *institution, held, parts.clock.now()));
    });
}

}  // namespace

void add_voucher_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listCampaigns", Access::customer, with(campaigns));
    routes.add("getCampaign", Access::customer, with(campaign));
    routes.add_late("claimVoucher", Access::customer,
                    [](Call call, http::Reply reply) { claim(call, std::move(reply)); });
    routes.add("listVouchers", Access::customer, with(my_vouchers));
    routes.add("listStaffCampaigns", Access::staff, with(staff_campaigns));
    routes.add("holdCampaign", Access::staff, with(hold_campaign));
    routes.add("createCampaign", Access::staff, with(create_campaign));
}

}  // namespace api
