# SPDX-License-Identifier: Apache-2.0
"""Billers: the day's file and their own list compared, and billers that join through the open API."""
import csv
import hashlib
import io
import json
import time

from bills import ask, ended, fresh_number, order_of, pay
from harness import at_once, case, done, expect, refused, until
from wallets import OWNER, bound, debit, ends as withdrawal_ends, not_paid, withdraw

OFFICE = "yc.operations"
SECOND = "yc.manager"
serial = iter(range(1000))


def knows(world, **more):
    """What the sandbox billers know until it is told again."""
    data = {"delay_ms": 10, "differences_per_thousand": {}, "customers": [], **more}
    world.sandbox("PUT", "/control/data/biller", data)


def wallet_takes(world):
    """Debits of every kind that a wallet's list of the day may have, by how it stands there; one whose answer the provider never
    saw, and one after the customer unbound the wallet."""
    wallet, made = bound(world, OWNER), {}
    for kind, merchant, ways in (("right", "测试商户", {}), ("missing-there", "漏记商户", {}), ("other-amount", "错记商户", {}),
                                 ("twice-there", "重记商户", {}), ("replayed", "测试商户", {"times": 2})):
        answer = debit(world, wallet, "3.00", world.key(), merchant, **ways)
        made[kind] = answer[1].get("reference", "")
    made["withdrawn"] = withdrawal_ends(world, done(withdraw(world, wallet, "2.00", who=OWNER), 202), "credited", who=OWNER)["id"]
    day = answer_again(world, wallet)
    done(world.customer(OWNER)("DELETE", f"/v1/wallets/{wallet['id']}"))
    not_paid(debit(world, wallet, "4.00", world.key()), "wallet.not_bound")
    return {**made, "day": day}


def answer_again(world, wallet):
    """A late question about a reference has the same answer and the same day."""
    name = world.key()
    first, second = (debit(world, wallet, "5.00", name)[1] for _ in range(2))
    expect(first == second and first["status"] == "paid", first, second)
    return first["day"]


def paid_bill(world, number=None, item="tap-water.yunchuan.baita"):
    inquiry = ask(world, "rich", number or fresh_number(), item)
    made = done(pay(world, "rich", order_of(world, "rich", inquiry)), 201)
    bill = ended(world, "rich", made)
    expect(bill["state"] == "paid", bill)
    return bill


def figures(world, **query):
    text = "&".join(f"{k}={v}" for k, v in {"institution": "yunchuan", **query}.items())
    return done(world.staff(OFFICE)("GET", f"/v1/staff/bill-figures?{text}"))


def close_day(world):
    """Closes the open business date; answers it."""
    staff = world.staff(OFFICE)
    day = done(staff("GET", "/v1/staff/end-of-day?institution=yunchuan"))["business_date"]
    done(staff("POST", "/v1/staff/end-of-day", {"institution": "yunchuan", "action": "close", "day": day, "reason": "a test closes"}), 202)
    return day


def sheet(world, day, biller, *states, seconds=60):
    """The biller's day as soon as it is in one of those states, with its differences."""
    staff = world.staff(OFFICE)

    def look():
        found = done(staff("GET", f"/v1/staff/biller-days?institution=yunchuan&day={day}&biller={biller}"))["items"]
        if not found or found[0]["state"] not in states:
            return None
        return done(staff("GET", f"/v1/staff/biller-days/{found[0]['id']}"))
    return until(look, seconds, f"{biller} of {day} as {states}")


def read_file(text):
    """(head, rows, end) of a biller's file."""
    lines = text.splitlines()
    head, end = lines[0].split(","), lines[-1].split(",")
    expect(head[0] == "#yungui-biller-file" and head[1] == "1" and end[0] == "#end", text)
    return head, list(csv.DictReader(io.StringIO("\n".join(lines[1:-1])))), end


def application(**more):
    return {"institution": "yunchuan", "code": f"garden-{next(serial)}-{time.time_ns() % 10**6}", "name": {"zh": "柳园物业", "en": "Willow Garden"},
            "category": "property", "city": "yunchuan", "contact": "0330-5550100", **more}


class Keyed:
    """A biller with a key."""

    def __init__(self, world, key):
        self.client, self.key = world.client(), key

    def __call__(self, method, path, body=None):
        return self.client(method, "/v1/billers/me" + path, body, {"Authorization": f"Bearer {self.key}"})


def joins(world, **more):
    made = done(world.somewhere()("POST", "/v1/billers/applications", application(**more)), 201)
    return made, Keyed(world, made["sandbox_key"])


def bill_line(reference, amount="88.50", number="7700001", **more):
    return {"reference": reference, "item": "fee", "number": number, "amount": {"amount": amount, "currency": "CNY"}, "payer": "柳**",
            "period": "2026-11", **more}


def act(world, who, made, action, **more):
    return world.staff(who)("POST", f"/v1/staff/joined-billers/{made['id']}", {"action": action, **more})


CLOSED = {"bank": "xinghai", "number": "9989010000000000029", "name": "星销户"}
FEE = {"name": {"zh": "柳园物业费", "en": "Willow Garden fee"}, "district": "baita"}


@case("a biller joins with a sandbox key, tries everything out, goes live with four eyes, and is paid")
def joins_and_is_paid(world):
    made, test = joins(world)
    expect(made["state"] == "testing" and not made["live"] and made["sandbox_key"].startswith("yb-test-"), made)
    refused(act(world, OFFICE, made, "propose"), 409, "biller.no_items")
    expect(done(test("PUT", "/items/fee", FEE))["live"] is False)
    told = done(test("POST", "/bills", {"bills": [bill_line("T-1"), bill_line("T-2", "12.00")]}))["items"]
    expect([t["outcome"] for t in told] == ["added", "added"], told)
    done(test("POST", "/test-payments", {"reference": "T-1"}), 201)
    refused(test("POST", "/test-payments", {"reference": "T-1"}), 409, "biller.bill_paid")
    refused(test("POST", "/test-payments", {"reference": "none"}), 404, "biller.bill_unknown")
    today = done(test("GET", ""))["business_date"]
    paid = done(test("GET", f"/payments?day={today}"))["items"]
    expect(len(paid) == 1 and paid[0]["reference"] == "T-1", paid)
    expect(test("GET", f"/daily-files/{today}")[0] == 200)
    _, rows, _ = read_file(test.client.text.decode())
    expect([r["reference"] for r in rows] == ["T-1"], rows)
    lines = [{"payment": paid[0]["payment"], "amount": {"amount": "88.51", "currency": "CNY"}}]
    compared = done(test("POST", f"/daily-lists/{today}", {"page": 0, "last": True, "lines": lines}))
    expect(compared["state"] == "different" and compared["differences"][0]["kind"] == "other-amount", compared)

    search = f"/v1/bill-items?q=%E6%9F%B3%E5%9B%AD%E7%89%A9%E4%B8%9A%E8%B4%B9&institution=yunchuan"
    code = f"{made['code']}--fee.yunchuan.baita"
    expect(all(i["code"] != code for i in done(world.client()("GET", search))["items"]), "found before it is live")
    refused(test("POST", "/keys", {"mode": "live"}), 409, "biller.not_live")
    done(act(world, OFFICE, made, "propose"))
    refused(act(world, OFFICE, made, "approve"), 403, "staff.not_permitted")
    refused(act(world, OFFICE, made, "propose"), 409, "biller.not_now")
    refused(act(world, SECOND, made, "send-back"), 403)
    live = done(act(world, SECOND, made, "approve"))
    expect(live["state"] == "live" and live["maker"]["username"] == OFFICE and live["checker"]["username"] == SECOND, live)

    key = Keyed(world, done(test("POST", "/keys", {"mode": "live"}), 201)["key"])
    expect(done(key("GET", ""))["key"] == "live")
    expect(any(i["code"] == code for i in done(world.client()("GET", search))["items"]), "not found though live")
    expect(all(i["code"] != code for i in done(world.client()("GET", search.replace("yunchuan", "qingxi")))["items"]), "found elsewhere")
    expect(ask(world, "rich", "7700001", code)["state"] == "nothing-due", "the sandbox's bills are not for customers")
    refused(key("POST", "/test-payments", {"reference": "T-2"}), 409, "biller.test_only")
    done(key("POST", "/bills", {"bills": [bill_line("L-1"), bill_line("L-2", "20.00", "7700002")]}))
    inquiry = ask(world, "rich", "7700001", code)
    expect(inquiry["state"] == "due" and inquiry["amount"]["amount"] == "88.50" and inquiry["payer"] == "柳**", inquiry)
    bill = ended(world, "rich", done(pay(world, "rich", order_of(world, "rich", inquiry)), 201))
    expect(bill["state"] == "paid" and bill["biller_receipt"], bill)
    expect(ask(world, "rich", "7700001", code)["state"] == "nothing-due", "paid and due")
    told = done(key("POST", "/bills", {"bills": [bill_line("L-1", "99.00"), bill_line("L-2", "20.00", "7700002")]}))["items"]
    expect([(t["outcome"], t.get("reason")) for t in told] == [("refused", "biller.bill_paid"), ("same", None)], told)

    changed = ask(world, "rich", "7700002", code)
    done(key("POST", "/bills", {"bills": [bill_line("L-2", "25.00", "7700002")]}))
    failed = ended(world, "rich", done(pay(world, "rich", order_of(world, "rich", changed)), 201))
    expect(failed["state"] == "failed" and failed["reason"] == "biller.amount_changed", failed)

    refused(key("GET", f"/daily-files/{today}"), 404, "biller.day_not_closed")
    world.joined = made, key, bill


@case("after the day each biller gets its file, tells its list, and every kind of difference is found once, noted and settled")
def reconciled(world):
    water, power, gas = "tap-water.yunchuan", "electricity.yunchuan", "gas.yunchuan"
    knows(world, customers=[{"number": "200000000011", "amount": "31.00", "list": "missing"},
                            {"number": "200000000012", "amount": "32.00", "list": "other-amount"},
                            {"number": "200000000013", "amount": "33.00", "list": "twice"}],
          lists_besides=[{"biller": power, "payment": "0000000000001", "amount": "5.00"}])
    try:
        right = paid_bill(world)
        wrong = {n: paid_bill(world, f"2000000000{n}")["id"] for n in (11, 12, 13)}
        paid_bill(world, item="electricity.yunchuan.baita")
        paid_bill(world, item="gas.yunchuan.baita")
        seen = figures(world)
        expect(seen["paid"] >= 6 and sum(h["bills"] for h in seen["hours"]) == seen["bills"], seen)
        expect({water, power, gas} <= {b["code"] for b in seen["billers"]}, seen["billers"])
        expect(sum(c["paid"] for c in seen["categories"]) == seen["paid"], seen["categories"])
        listed = done(world.staff(OFFICE)("GET", f"/v1/staff/bill-payments?institution=yunchuan&biller={gas}"))["items"]
        expect(len(listed) == 1 and listed[0]["state"] == "paid" and "*" in listed[0]["from_account"], listed)

        world.partner("biller", mode="twice")  # Every answer comes a second time.
        world.taken = wallet_takes(world)
        day = world.closed = close_day(world)
        balanced = sheet(world, day, gas, "balanced")
        expect(balanced["count"] == balanced["their_count"] == 1 and balanced["total"] == balanced["their_total"], balanced)
        file = world.staff(OFFICE)
        answer = file("GET", f"/v1/staff/biller-days/{balanced['id']}/file")
        expect(answer[0] == 200, answer)
        text = file.text
        expect(hashlib.sha256(text).hexdigest() == balanced["digest"], "another file than was told")
        head, rows, end = read_file(text.decode())
        expect(head[2:] == ["yunchuan", gas, day, "CNY"] and end[1:] == ["1", rows[0]["amount"]], head, end)

        extra = sheet(world, day, power, "different")
        expect([(d["kind"], d["payment"], d["theirs"]) for d in extra["differences"]] == [("missing-here", "0000000000001", "5.00")], extra)
        different = sheet(world, day, water, "different")
        found = {d["payment"]: d for d in different["differences"]}
        expect({p: d["kind"] for p, d in found.items()} ==
               {wrong[11]: "missing-there", wrong[12]: "other-amount", wrong[13]: "twice-there"}, different["differences"])
        expect(found[wrong[12]]["ours"] == "32.00" and found[wrong[12]]["theirs"] == "33.00" and found[wrong[13]]["theirs"] == "66.00", found)
        expect(right["id"] not in found and different["open"] == 3)

        staff, path = world.staff(OFFICE), "/v1/staff/biller-differences/"
        one = found[wrong[11]]["id"]
        refused(staff("POST", path + one, {"text": ""}), 400)
        refused(staff("POST", path + one, {"text": "x", "resolution": "forgotten"}), 400)
        refused(staff("POST", path + "0000000000000", {"text": "x"}), 404, "biller.difference_unknown")
        refused(world.staff(SECOND)("POST", path + one, {"text": "x"}), 403, "staff.not_permitted")
        noted = done(staff("POST", path + one, {"text": "called them"}))
        expect(noted["state"] == "noted" and noted["notes"][0]["by"]["username"] == OFFICE, noted)
        settled = done(staff("POST", path + one, {"text": "they add it", "resolution": "biller-corrects"}))
        expect(settled["state"] == "settled" and len(settled["notes"]) == 2, settled)
        refused(staff("POST", path + one, {"text": "again", "resolution": "explained"}), 409, "biller.difference_settled")

        knows(world)  # The biller puts its list right.
        done(staff("POST", f"/v1/staff/biller-days/{different['id']}/list-again"))
        after = sheet(world, day, water, "settled")
        expect({d["payment"]: d["resolution"] for d in after["differences"]} ==
               {wrong[11]: "biller-corrects", wrong[12]: "gone", wrong[13]: "gone"}, after["differences"])
        expect(after["open"] == 0 and after["round"] == 2, after)
        refused(world.staff("lw.operations")("GET", f"/v1/staff/biller-days/{after['id']}"), 404, "biller.sheet_unknown")
        expect(any(d["day"] == day for d in figures(world)["days"]))
    finally:
        world.partner("biller")
        world.sandbox("PUT", "/control/data/biller", world.sandbox_file("biller"))


@case("a wallet's provider gets its file of the day and tells its list: what differs is found and settled on the workbench as billers'")
def wallet_day(world):
    taken, day, name = world.taken, world.closed, "wallet/suixin"
    expect(taken["day"] == day, taken)
    seen = sheet(world, day, name, "different")
    expect(seen["biller"]["name"]["zh"] == "随心钱包" and seen["biller"]["category"] == "wallet" and seen["count"] >= 6, seen)
    found = {d["payment"]: d for d in seen["differences"]}
    expect({p: d["kind"] for p, d in found.items()} == {taken[kind]: kind for kind in ("missing-there", "other-amount", "twice-there")}, found)
    expect((found[taken["other-amount"]]["ours"], found[taken["other-amount"]]["theirs"]) == ("3.00", "4.00"), found)
    staff = world.staff(OFFICE)
    expect(staff("GET", f"/v1/staff/biller-days/{seen['id']}/file")[0] == 200)
    head, rows, end = read_file(staff.text.decode())
    expect(head[2:] == ["yunchuan", name, day, "CNY"] and int(end[1]) == seen["count"] == len(rows), head, end)
    expect({taken[k] for k in ("right", "missing-there", "other-amount", "twice-there")} <= {r["payment"] for r in rows}, rows)
    expect([r["amount"] for r in rows if r["payment"] == taken["withdrawn"]] == ["-2.00"], rows)
    one = found[taken["missing-there"]]["id"]
    settled = done(staff("POST", f"/v1/staff/biller-differences/{one}", {"text": "the provider adds it", "resolution": "biller-corrects"}))
    expect(settled["state"] == "settled", settled)
    known = world.sandbox_file("wallet")
    world.sandbox("PUT", "/control/data/wallet", known.split(b"merchants:")[0] + b"lists_besides: [{biller: wallet/suixin, payment: '0000000000002', amount: '6.00'}]\n")
    world.partner("wallet", mode="twice")
    try:
        done(staff("POST", f"/v1/staff/biller-days/{seen['id']}/list-again"))
        after = until(lambda: (lambda now: now if now["round"] == 2 and now["state"] == "different" else None)(done(staff("GET", f"/v1/staff/biller-days/{seen['id']}"))), 30, "the second list")
        expect({d["payment"]: d["resolution"] for d in after["differences"]} ==
               {taken["missing-there"]: "biller-corrects", taken["other-amount"]: "gone", taken["twice-there"]: "gone", "0000000000002": "none"}, after["differences"])
        expect(after["open"] == 1 and after["count"] + 1 == after["their_count"], after)
    finally:
        world.partner("wallet")
        world.sandbox("PUT", "/control/data/wallet", known)


@case("a biller that joined fetches its file, tells its list in pages, and is suspended and taken up again by two persons")
def settles_by_itself(world):
    (made, key, bill), day = world.joined, world.closed
    sheet(world, day, made["code"], "made")
    expect(key("GET", f"/daily-files/{day}")[0] == 200)
    _, rows, _ = read_file(key.client.text.decode())
    expect([(r["reference"], r["payment"], r["amount"]) for r in rows] == [("L-1", bill["id"], "88.50")], rows)
    sheet(world, day, made["code"], "delivered")
    lines = [{"payment": bill["id"], "amount": {"amount": "88.50", "currency": "CNY"}}]
    refused(key("GET", "/payout-account"), 404, "biller.payout_no_account")
    for change, status, reason in (({"bank": "nowhere"}, 404, "clearing.bank_unknown"), ({"bank": "yunchuan"}, 400, "clearing.own_bank"),
                                   ({"number": "not a number"}, 400, "clearing.number_malformed"), ({"name": ""}, 400, "api.contract")):
        refused(key("PUT", "/payout-account", {**CLOSED, **change}), status, reason, change)
    told = done(key("PUT", "/payout-account", CLOSED))
    expect(told == done(key("GET", "/payout-account")) and CLOSED["number"] not in str(told) and told["number"].endswith("0029"), told)
    refused(key("POST", f"/daily-lists/{day}", {"page": 3, "last": True, "lines": lines}), 409, "biller.list_out_of_order")
    expect(done(key("POST", f"/daily-lists/{day}", {"page": 0, "last": False, "lines": lines}), 202)["state"] == "delivered")
    expect(done(key("POST", f"/daily-lists/{day}", {"page": 1, "last": True, "lines": []}))["state"] == "balanced")
    refused(key("POST", f"/daily-lists/{day}", {"page": 2, "last": True, "lines": []}), 409, "biller.list_closed")

    refused(act(world, OFFICE, made, "suspend"), 400, "biller.note_missing")
    done(act(world, OFFICE, made, "suspend", reason="a test suspends"))
    refused(key("GET", ""), 401, "biller.not_live")
    refused(world.client()("GET", f"/v1/bill-items/{made['code']}--fee.yunchuan.baita"), 404, "bill.item_unknown")
    done(act(world, SECOND, made, "resume"))
    expect(done(key("GET", ""))["live"])
    again = done(key("POST", "/keys", {"mode": "live"}), 201)["key"]
    refused(key("GET", ""), 401, "biller.key_wrong")
    expect(done(Keyed(world, again)("GET", ""))["live"])
    world.joined_key = Keyed(world, again)


def pays(world, who, sheet_id, action, **more):
    return world.staff(who)("POST", f"/v1/staff/biller-days/{sheet_id}/payout", {"action": action, **more})


def payout(world, day, biller, *states, seconds=60):
    """The biller's day as soon as its payout is in one of those states."""
    def look():
        found = done(world.staff(OFFICE)("GET", f"/v1/staff/biller-days?institution=yunchuan&day={day}&biller={biller}"))["items"]
        return found[0] if found and found[0].get("payout", {}).get("state") in states else None
    return until(look, seconds, f"the payout of {biller} as {states}")


def waiting_payouts(world):
    return {one["id"] for one in done(world.staff(SECOND)("GET", "/v1/staff/biller-days?institution=yunchuan&payout=waiting"))["items"]}


@case("a reconciled day is paid out once through clearing; one whose differences staff settled, after a second person")
def paid_out(world):
    day = world.closed
    gas = payout(world, day, "gas.yunchuan", "paid")
    expect(gas["payout"]["amount"] == gas["total"] and gas["payout"]["cause"] == "none" and gas["payout"]["attempt"] == 1, gas)
    refused(pays(world, OFFICE, gas["id"], "propose", note="once more"), 409, "biller.payout_not_now")
    refused(pays(world, SECOND, gas["id"], "approve"), 409, "biller.payout_not_now")

    water = payout(world, day, "tap-water.yunchuan", "waiting")
    expect(water["payout"]["cause"] == "differences" and water["id"] in waiting_payouts(world), water)
    expect(figures(world)["payouts_waiting"] >= 1)
    refused(pays(world, OFFICE, water["id"], "approve"), 403, "staff.not_permitted")
    refused(pays(world, SECOND, water["id"], "propose", note="x"), 403, "staff.not_permitted")
    refused(pays(world, SECOND, water["id"], "pay"), 400)
    refused(world.staff("lw.operations")("POST", f"/v1/staff/biller-days/{water['id']}/payout", {"action": "propose", "note": "x"}), 404, "biller.sheet_unknown")
    answers = at_once(3, lambda _: world.again(world.staff(SECOND))("POST", f"/v1/staff/biller-days/{water['id']}/payout", {"action": "approve"}))
    expect(sorted(a[0] for a in answers) == [200, 409, 409], answers)
    paid = payout(world, day, "tap-water.yunchuan", "paid")["payout"]
    expect(paid["checker"]["username"] == SECOND and paid["attempt"] == 1, paid)
    expect(water["id"] not in waiting_payouts(world))


@case("a day whose list never comes or never agrees is paid by two persons, who may also refuse; a list that comes late pays nothing more")
def paid_without_list(world):
    day, power = world.closed, "electricity.yunchuan"
    one = sheet(world, day, power, "different")
    expect("payout" not in one, one)
    refused(pays(world, OFFICE, one["id"], "propose"), 400, "biller.note_missing")
    seen = done(pays(world, OFFICE, one["id"], "propose", note="they cannot say what it is"))["payout"]
    expect(seen["state"] == "waiting" and seen["cause"] == "own-list" and seen["maker"]["username"] == OFFICE, seen)
    refused(pays(world, SECOND, one["id"], "refuse"), 400, "biller.note_missing")
    seen = done(pays(world, SECOND, one["id"], "refuse", note="ask them once more"))["payout"]
    expect(seen["state"] == "refused" and seen["note"] == "ask them once more", seen)
    done(pays(world, OFFICE, one["id"], "propose", note="they agree now"))
    done(pays(world, SECOND, one["id"], "approve"))
    payout(world, day, power, "paid")
    done(world.staff(OFFICE)("POST", f"/v1/staff/biller-days/{one['id']}/list-again"))
    after = sheet(world, day, power, "balanced", "settled", "different")
    expect(after["round"] == 2 and after["payout"]["state"] == "paid" and after["payout"]["attempt"] == 1, after)

    wallet = sheet(world, day, "wallet/suixin", "different")
    done(pays(world, OFFICE, wallet["id"], "propose", note="the provider looks into it"))
    done(pays(world, SECOND, wallet["id"], "approve"))
    paid = payout(world, day, "wallet/suixin", "paid")
    expect(paid["payout"]["net"] == paid["total"] == paid["payout"]["amount"], paid)


@case("a biller of the open API is paid where it says, once approved; what comes back is paid once more to the account put right")
def paid_where_it_says(world):
    day, code, key = world.closed, world.joined[0]["code"], world.joined_key
    one = payout(world, day, code, "waiting")
    expect(one["payout"]["cause"] == "account" and one["payout"]["name"] == CLOSED["name"], one)
    done(pays(world, SECOND, one["id"], "approve"))
    back = payout(world, day, code, "came-back")["payout"]
    expect(back["reason"] == "iso.AC04", back)
    done(key("PUT", "/payout-account", {"bank": "xinghai", "number": "9989 0100 0000 0000 011", "name": "星河测"}))
    again = done(pays(world, OFFICE, one["id"], "propose", note="they told another account"))["payout"]
    expect(again["state"] == "waiting" and again["cause"] == "again" and again["name"] == "星河测", again)
    done(pays(world, SECOND, one["id"], "approve"))
    paid = payout(world, day, code, "paid")["payout"]
    expect(paid["attempt"] == 2 and paid["amount"]["amount"] == "88.50", paid)


@case("what a biller added later waits for the staff, and who proposes does not approve")
def four_eyes(world):
    made, test = joins(world)
    done(test("PUT", "/items/fee", FEE))
    refused(act(world, "lw.operations", made, "propose"), 404, "biller.unknown")
    done(act(world, OFFICE, made, "propose"))
    sent = done(act(world, OFFICE, made, "send-back", reason="the name is wrong"))
    expect(sent["state"] == "testing" and sent["reason"] == "the name is wrong", sent)
    expect(done(test("GET", ""))["reason"] == "the name is wrong")
    done(act(world, OFFICE, made, "propose"))
    done(act(world, SECOND, made, "approve"))
    refused(act(world, OFFICE, made, "propose"), 409, "biller.not_now")
    expect(done(test("PUT", "/items/parking", {**FEE, "name": {"zh": "柳园停车", "en": "Willow parking"}}))["live"] is False)
    refused(world.client()("GET", f"/v1/bill-items/{made['code']}--parking.yunchuan.baita"), 404, "bill.item_unknown")
    done(act(world, OFFICE, made, "propose"))
    expect(done(world.client()("GET", f"/v1/bill-items/{made['code']}--fee.yunchuan.baita"))["biller"]["zh"] == "柳园物业", "live while proposed")
    done(act(world, SECOND, made, "approve"))
    done(world.client()("GET", f"/v1/bill-items/{made['code']}--parking.yunchuan.baita"))


@case("false keys, false applications and false lines are refused each with its reason")
def refused_things(world):
    for key in ("", "x", "yb-test-", "yb-test-0000000000000-" + "A" * 43, "yb-live-" + "0" * 60, "' or 1=1 --"):
        refused(Keyed(world, key)("GET", ""), 401, ("biller.key_missing", "biller.key_wrong"))
    made, test = joins(world)
    refused(Keyed(world, test.key[:-1] + ("A" if test.key[-1] != "A" else "B"))("GET", ""), 401, "biller.key_wrong")
    refused(Keyed(world, test.key.replace("test", "live"))("GET", ""), 401, "biller.key_wrong")
    taken = application(code=made["code"].split("--")[1])
    refused(world.somewhere()("POST", "/v1/billers/applications", taken), 409, "biller.code_taken")
    refused(world.somewhere()("POST", "/v1/billers/applications", application(city="nowhere")), 400, "bill.place_unknown")
    refused(world.somewhere()("POST", "/v1/billers/applications", application(institution="nowhere")), (400, 404))
    refused(world.somewhere()("POST", "/v1/billers/applications", application(code="Two Words")), 400, "api.contract")
    refused(test("PUT", "/items/fee", {**FEE, "district": "nowhere"}), 400, "bill.place_unknown")
    done(test("PUT", "/items/fee", FEE))
    lines = {"ok": bill_line("ok"), "item": bill_line("item", item="none"), "number": bill_line("number", number="12"),
             "amount": bill_line("amount", "0.00"), "huge": bill_line("huge", "1000000.01"), "name": bill_line("name", payer="柳小明"),
             "period": bill_line("period", period="2026-13"), "gone": {"reference": "gone", "withdrawn": True}}
    told = {t["reference"]: t.get("reason", t["outcome"]) for t in done(test("POST", "/bills", {"bills": list(lines.values())}))["items"]}
    expect(told == {"ok": "added", "item": "biller.item_unknown", "number": "biller.bill_malformed", "amount": "biller.bill_malformed",
                    "huge": "biller.bill_malformed", "name": "biller.payer_not_masked", "period": "biller.bill_malformed",
                    "gone": "biller.bill_unknown"}, told)
    kept = done(test("GET", "/bills"))["items"]
    expect(len(kept) == 1 and kept[0]["number_tail"] == "0001" and "7700001" not in json.dumps(kept), kept)
    expect(done(test("POST", "/bills", {"bills": [{"reference": "ok", "withdrawn": True}]}))["items"][0]["outcome"] == "withdrawn")
    refused(test("POST", "/bills", {"bills": []}), 400, "api.contract")
    refused(test("POST", "/bills", {"bills": [bill_line(str(i)) for i in range(101)]}), 400, "api.contract")
    refused(test("GET", "/daily-files/2031-01-01"), 404, "biller.day_not_closed")
    limited = [world.client("127.0.1.250")("POST", "/v1/billers/applications", application())[0] for _ in range(12)]
    expect(limited.count(201) == 10 and limited.count(429) == 2, limited)


@case("the same bill told from eight connections at once is one bill")
def at_the_same_time(world):
    _, test = joins(world)
    done(test("PUT", "/items/fee", FEE))
    answers = at_once(8, lambda _: Keyed(world, test.key)("POST", "/bills", {"bills": [bill_line("one")]}))
    outcomes = sorted(done(a)["items"][0]["outcome"] for a in answers)
    expect(outcomes == ["added"] + ["same"] * 7, outcomes)
    expect(len(done(test("GET", "/bills"))["items"]) == 1)
