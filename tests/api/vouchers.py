# SPDX-License-Identifier: Apache-2.0
"""Vouchers: one a person, never one too many, and campaigns that are held to their facts."""
from harness import at_once, case, done, expect, refused, until
from world import PHONES

CLAIMERS = ["rich", "payee", "class2", "class3", "double", "poor", "attacks", "top-up", "class2-day", "later"]
FACTS = {"institution": "yunchuan", "name": {"zh": "测试券", "en": "Test"}, "about": {"zh": "说明", "en": "About"}, "stock": 3,
         "value": {"amount": "5.00", "currency": "CNY"}, "least_bill": {"amount": "20.00", "currency": "CNY"}, "audience": "account-holder",
         "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2029-01-01T00:00:00Z", "use_until": "2029-02-01T00:00:00Z"}


def campaign(world, code, **more):
    return done(world.staff("yc.operations")("POST", "/v1/staff/campaigns", {**FACTS, "code": code, **more}), 201, "a campaign")


@case("the campaigns of the bank's folder are offered, with what is left of them")
def offered(world):
    items = done(world.customer("rich")("GET", "/v1/campaigns"))["items"]
    winter = next(one for one in items if one["code"] == "winter-warmth")
    expect(winter["stock"] == 10000 == winter["left"] and winter["state"] == "open" and winter["eligible"] and "mine" not in winter, winter)
    refused(world.client()("GET", "/v1/campaigns"), 401)


@case("each person gets one piece, the late hear their number and when the last one went, and hear the same again")
def stock_of_three(world):
    made = campaign(world, "three")
    path = f"/v1/campaigns/{made['id']}/claims"
    first = done(world.customer("rich")("POST", path), 201)
    expect(first["outcome"] == "granted" and first["number"] == 1 and not first["repeated"], first)
    again = done(world.customer("rich")("POST", path), 200)
    expect(again == {**first, "repeated": True}, again)
    for key in ("payee", "class2"):
        done(world.customer(key)("POST", path), 201, key)
    late = done(world.customer("class3")("POST", path), 200)
    expect(late["outcome"] == "too-late" and late["number"] == 4 and late["stock"] == 3 and "gone_at" in late and "voucher" not in late, late)
    expect(done(world.customer("class3")("POST", path), 200) == {**late, "repeated": True})
    seen = done(world.customer("class3")("GET", f"/v1/campaigns/{made['id']}"))
    expect(seen["state"] == "gone" and seen["left"] == 0 and seen["asked"] == 4 and seen["mine"]["number"] == 4, seen)
    mine = done(world.customer("rich")("GET", "/v1/vouchers"))["items"]
    expect(any(one["id"] == first["voucher"] and one["state"] == "usable" and one["number"] == 1 for one in mine), mine)
    expect(not any(one["campaign"] == made["id"] for one in done(world.customer("class3")("GET", "/v1/vouchers"))["items"]))


@case("many who claim at the same moment, each several times: every piece goes once, and numbers have no gaps")
def rush(world):
    made = campaign(world, "rush", stock=6)
    path = f"/v1/campaigns/{made['id']}/claims"
    callers = [(key, world.again(world.customer(key))) for key in CLAIMERS for _ in range(3)]
    answers = at_once(len(callers), lambda i: callers[i][1]("POST", path))
    seen = {}
    for (key, _), answer in zip(callers, answers):
        expect(answer[0] in (200, 201), answer)
        seen.setdefault(key, set()).add((answer[1]["outcome"], answer[1]["number"], answer[1].get("voucher")))
    expect(all(len(one) == 1 for one in seen.values()), seen)
    given = sorted((number, outcome) for one in seen.values() for outcome, number, _ in one)
    expect([n for n, _ in given] == list(range(1, 11)) and [o for _, o in given] == ["granted"] * 6 + ["too-late"] * 4, given)
    expect(sum(answer[0] == 201 for answer in answers) == 6, "told six times that it is new")
    staff = next(one for one in done(world.staff("yc.operations")("GET", "/v1/staff/campaigns"))["items"] if one["code"] == "rush")
    expect(staff["left"] == 0 and staff["left_over_time"][0]["left"] == 6 and staff["left_over_time"][-1]["left"] == 0 and staff["by_staff"], staff)


@case("a claim outside the times, of what is no campaign, or by somebody without an account is refused")
def not_now(world):
    coming = campaign(world, "coming", starts_at="2028-01-01T00:00:00Z")
    over = campaign(world, "over", starts_at="2025-01-01T00:00:00Z", ends_at="2025-02-01T00:00:00Z", use_until="2025-03-01T00:00:00Z")
    rich = world.customer("rich")
    refused(rich("POST", f"/v1/campaigns/{coming['id']}/claims"), 422, "voucher.not_begun")
    refused(rich("POST", f"/v1/campaigns/{over['id']}/claims"), 422, "voucher.over")
    refused(rich("POST", "/v1/campaigns/1S0KQ8Z0M0000/claims"), 404, "voucher.campaign_unknown")
    refused(rich("GET", "/v1/campaigns/1S0KQ8Z0M0000"), 404, "voucher.campaign_unknown")
    refused(rich("POST", "/v1/campaigns/nonsense/claims"), (400, 404))
    world.rows("yunchuan", "update account set state = 2, closed_at = opened_at, is_default = 0 where number = ?", world.account("reassigned")["number"])
    open_now = campaign(world, "holders")
    refused(world.customer("reassigned")("POST", f"/v1/campaigns/{open_now['id']}/claims"), 422, "voucher.not_for_you")
    refused(world.client()("POST", f"/v1/campaigns/{open_now['id']}/claims"), 401)
    expect(PHONES["reassigned"] and done(world.customer("reassigned")("GET", f"/v1/campaigns/{open_now['id']}"))["eligible"] is False)


@case("a campaign is made by staff who may, within their institution, and only with facts that fit")
def made_by_staff(world):
    operations = world.staff("yc.operations")
    refused(world.staff("yc.teller1")("POST", "/v1/staff/campaigns", {**FACTS, "code": "x1"}), 403)
    refused(operations("POST", "/v1/staff/campaigns", {**FACTS, "code": "x1", "institution": "lanwan"}), 404, "api.institution_unknown")
    refused(world.customer("rich")("POST", "/v1/staff/campaigns", {**FACTS, "code": "x1"}), 401)
    for wrong in ({"stock": 0}, {"stock": 100_000_001}, {"stock": "3"}, {"code": "Nice Code"}, {"code": ""}, {"name": {"en": "no Chinese"}},
                  {"audience": "friends"}, {"starts_at": "tomorrow"}, {"ends_at": FACTS["starts_at"]}, {"use_until": FACTS["starts_at"]},
                  {"value": {"amount": "0.00", "currency": "CNY"}}, {"least_bill": {"amount": "4.99", "currency": "CNY"}},
                  {"value": {"amount": "5.00", "currency": "USD"}}, {"more": 1}):
        refused(operations("POST", "/v1/staff/campaigns", {**FACTS, "code": "x1", **wrong}), 400, about=wrong)
    campaign(world, "x1")
    refused(operations("POST", "/v1/staff/campaigns", {**FACTS, "code": "x1"}), 409, "voucher.campaign_exists")


@case("a campaign is paused, goes on, and ends for good; who has an answer keeps it, and who got a piece is told")
def held(world):
    made = campaign(world, "held")
    staff, path = world.staff("yc.operations"), f"/v1/campaigns/{made['id']}/claims"
    hold = f"/v1/staff/campaigns/{made['id']}/holding"
    first = done(world.customer("rich")("POST", path), 201)
    until(lambda: any("测试券" in m["text"] for m in done(world.customer("rich")("GET", "/v1/messages"))["items"]), 20, "the message of the voucher")
    refused(staff("POST", hold, {"holding": "paused", "reason": ""}), 400)
    refused(staff("POST", hold, {"holding": "forgotten", "reason": "x"}), 400)
    refused(world.staff("yc.manager")("POST", hold, {"holding": "paused", "reason": "x"}), 403, "staff.not_permitted")
    refused(world.staff("lw.operations")("POST", hold, {"holding": "paused", "reason": "x"}), 404, "voucher.campaign_unknown")
    expect(done(staff("POST", hold, {"holding": "paused", "reason": "too many complaints"}))["state"] == "paused")
    refused(world.customer("payee")("POST", path), 422, "voucher.paused")
    expect(done(world.customer("rich")("POST", path), 200)["voucher"] == first["voucher"], "the piece is gone")
    expect(done(world.customer("payee")("GET", f"/v1/campaigns/{made['id']}"))["state"] == "paused")
    done(staff("POST", hold, {"holding": "running", "reason": "mended"}))
    done(world.customer("payee")("POST", path), 201)
    expect(done(staff("POST", hold, {"holding": "ended", "reason": "enough"}))["holding"] == "ended")
    refused(world.customer("class3")("POST", path), 422, "voucher.over")
    refused(staff("POST", hold, {"holding": "running", "reason": "again"}), 409, "voucher.campaign_ended")
