# SPDX-License-Identifier: Apache-2.0
"""Bills: found, asked of the biller, paid once, and the money back where the biller does not take it."""
import time

from harness import at_once, case, done, expect, refused, until
from world import PASSWORD

ITEM = "tap-water.yunchuan.baita"
serial = iter(range(1000))


def fresh_number():
    return f"2{time.time_ns() // 1000 % 10**8:08d}{next(serial):03d}"


def ask(world, who, number, item=ITEM, **data):
    """The biller's word on what is due."""
    client = world.customer(who)
    asked = done(client("POST", f"/v1/bill-items/{item}/inquiries", {"data": {"number": number, **data}}), 202, "an inquiry")

    def answered():
        seen = done(client("GET", f"/v1/bill-inquiries/{asked['id']}"))
        return seen if seen["state"] != "asking" else None
    return until(answered, 30, "the biller's answer")


def prove(world, who, order):
    client = world.customer(who)
    proof = done(client("POST", "/v1/proofs", {"bill": order}), 201, "a proof")
    expect(proof["method"] == "password", "bills here are small enough for a password:", proof)
    return done(client("POST", f"/v1/proofs/{proof['id']}", {"password": PASSWORD}))["token"]


def pay(world, who, order, key=None, proof=None):
    token = prove(world, who, order) if proof is None else proof
    return world.customer(who)("POST", "/v1/bills", {"bill": order, "proof": token}, {"Idempotency-Key": key or world.key()})


def order_of(world, who, inquiry, **more):
    return {"inquiry": inquiry["id"], "from": world.account(who)["id"], **more}


def ended(world, who, bill, seconds=30):
    def look():
        seen = done(world.customer(who)("GET", f"/v1/bills/{bill['id']}"))
        return seen if seen["state"] in ("paid", "failed") else None
    return until(look, seconds, "the end of a bill")


def available(world, who):
    return round(float(world.account(who)["available"]["amount"]), 2)


@case("6,300 items are found by kind, place, pinyin and first letters; nonsense finds nothing")
def search(world):
    client = world.client()
    expect(done(client("GET", "/v1/bill-categories"))["items"] == 6300)
    for words in ("%E7%99%BD%E5%A1%94%E6%B0%B4%E8%B4%B9", "baitashuifei", "btsf", "baita+tap+water", "shuifei%20baita"):
        found = done(client("GET", f"/v1/bill-items?q={words}"))
        expect(found["items"][0]["code"] == ITEM, words, found["items"][:1])
    expect(done(client("GET", "/v1/bill-items?q=zzzzzz"))["total"] == 0)
    expect(done(client("GET", "/v1/bill-items?category=study&limit=5"))["total"] == 5 * 210)
    refused(client("GET", "/v1/bill-items?q=" + "x" * 101), 400, "api.contract")
    refused(client("GET", "/v1/bill-items/tap-water.yunchuan.nowhere"), 404, "bill.item_unknown")
    expect(done(client("GET", f"/v1/bill-items/{ITEM}"))["form"]["code"] == "number")


@case("a bill is looked up, paid with a proof, and is then nothing due; receipt and statement show it")
def paid_once(world):
    number, before = fresh_number(), available(world, "rich")
    inquiry = ask(world, "rich", number)
    expect(inquiry["state"] == "due" and float(inquiry["amount"]["amount"]) >= 10, inquiry)
    order, key = order_of(world, "rich", inquiry), world.key()
    made = done(pay(world, "rich", order, key), 201)
    bill = ended(world, "rich", made)
    expect(bill["state"] == "paid" and bill["receipt_number"] and bill["biller_receipt"], bill)
    expect(round(before - available(world, "rich"), 2) == float(inquiry["amount"]["amount"]), "another sum than that was paid")
    paper = {"number": bill["receipt_number"], "code": bill["verification_code"]}
    seen = done(world.somewhere()("POST", "/v1/verifications", paper))
    expect(seen["genuine"] and seen["amount"] == bill["amount"] and seen["payee_name"] == "云川市自来水厂", seen)
    expect(not done(world.somewhere()("POST", "/v1/verifications", {**paper, "code": "2222-2222"}))["genuine"], "any code will do")
    again = done(world.customer("rich")("POST", "/v1/bills", {"bill": order}, {"Idempotency-Key": key}), 201)
    expect(again["id"] == made["id"], "the same key made another")
    burnt, another = world.key(), order_of(world, "rich", ask(world, "rich", fresh_number()))
    for _ in range(2):
        refused(world.customer("rich")("POST", "/v1/bills", {"bill": order}, {"Idempotency-Key": burnt}), 409, "bill.already_paid")
    refused(pay(world, "rich", another, burnt), 409, "ledger.client_id_reused")
    expect(ask(world, "rich", number)["state"] == "nothing-due")
    entries = done(world.customer("rich")("GET", f"/v1/accounts/{order['from']}/entries"))["items"]
    expect(any(e["kind"] == "bill" and "自来水费" in e.get("purpose", "") for e in entries), entries[:2])
    expect(done(world.customer("rich")("GET", "/v1/bills"))["items"][0]["id"] == made["id"])


@case("what the biller does not know, or does not owe, cannot be paid; a sum that is none is no bill")
def nothing_to_pay(world):
    for number, state in (("100000000002", "nothing-due"), ("100000000003", "unknown-number"), ("900000000000", "unknown-number"),
                          ("100000000008", "unavailable")):
        inquiry = ask(world, "rich", number)
        expect(inquiry["state"] == state, number, inquiry)
        refused(world.customer("rich")("POST", "/v1/proofs", {"bill": order_of(world, "rich", inquiry)}), 422, "bill.not_due", number)


@case("a biller that finds another amount refuses, and the money is free again")
def changed(world):
    before = available(world, "rich")
    inquiry = ask(world, "rich", "100000000004")
    bill = ended(world, "rich", done(pay(world, "rich", order_of(world, "rich", inquiry)), 201))
    expect(bill["state"] == "failed" and bill["reason"] == "partner.amount_changed" and "receipt_number" not in bill, bill)
    expect(available(world, "rich") == before, "the money is not back")


@case("a lost answer is not a failure: it is asked again and paid once")
def lost(world):
    number, before = fresh_number(), available(world, "rich")
    inquiry = ask(world, "rich", number)
    world.partner("biller", mode="lost")
    try:
        made = done(pay(world, "rich", order_of(world, "rich", inquiry)), 201)
        time.sleep(0.5)
        seen = done(world.customer("rich")("GET", f"/v1/bills/{made['id']}"))
        expect(seen["state"] in ("requested", "sent"), seen)
    finally:
        world.partner("biller")
    bill = ended(world, "rich", made)
    expect(bill["state"] == "paid", bill)
    expect(round(before - available(world, "rich"), 2) == float(inquiry["amount"]["amount"]))


@case("the same bill sent six times at the same moment is paid once")
def at_the_same_moment(world):
    before, inquiry = available(world, "rich"), ask(world, "rich", fresh_number())
    order = order_of(world, "rich", inquiry)
    tokens = [prove(world, "rich", order) for _ in range(3)]
    callers = [world.again(world.customer("rich")) for _ in range(6)]
    answers = at_once(6, lambda i: callers[i]("POST", "/v1/bills", {"bill": order, "proof": tokens[i % 3]}, {"Idempotency-Key": world.key()}))
    expect(sorted(a[0] for a in answers) == [201] + [409] * 5, answers)
    ended(world, "rich", next(a[1] for a in answers if a[0] == 201))
    expect(round(before - available(world, "rich"), 2) == float(inquiry["amount"]["amount"]))


@case("a form that is wrong, another's inquiry or account, a proof of something else: refused, and no money moves")
def refusals(world):
    rich, before = world.customer("rich"), available(world, "rich")
    for data in ({}, {"number": "12"}, {"number": "12345x"}, {"number": "1" * 17}, {"number": "1234567", "more": "x"}, {"number": 1234567}):
        refused(rich("POST", f"/v1/bill-items/{ITEM}/inquiries", {"data": data}), 400, "form.invalid", data)
    refused(rich("POST", "/v1/bill-items/no.such.item/inquiries", {"data": {"number": "1234567"}}), 404, "bill.item_unknown")
    inquiry = ask(world, "rich", fresh_number())
    order = order_of(world, "rich", inquiry)
    refused(world.customer("payee")("GET", f"/v1/bill-inquiries/{inquiry['id']}"), 404, "bill.inquiry_unknown")
    refused(world.customer("payee")("POST", "/v1/proofs", {"bill": order_of(world, "payee", inquiry)}), 404, "bill.inquiry_unknown")
    refused(rich("POST", "/v1/proofs", {"bill": {**order, "from": world.account("payee")["id"]}}), 404, "payment.from_unknown")
    refused(rich("POST", "/v1/bills", {"bill": order}, {"Idempotency-Key": world.key()}), 403, "payment.proof_missing")
    refused(pay(world, "rich", order, proof="x"), 403, "authentication.proof_forged")
    other = ask(world, "rich", fresh_number())
    refused(pay(world, "rich", order, proof=prove(world, "rich", order_of(world, "rich", other))), 403, "authentication.proof_of_other_content")
    refused(rich("POST", "/v1/bills", {"bill": order}, {}), 400, "api.contract")
    refused(world.client()("POST", f"/v1/bill-items/{ITEM}/inquiries", {"data": {"number": "1234567"}}), 401)
    expect(available(world, "rich") == before, "money moved")


@case("a voucher pays its part of a bill that is large enough, once, and is back where the biller refuses")
def with_voucher(world):
    from vouchers import campaign
    made = campaign(world, "for-bills", stock=1)
    voucher = done(world.customer("rich")("POST", f"/v1/campaigns/{made['id']}/claims"), 201)["voucher"]
    before = available(world, "rich")

    def state():
        return next(one["state"] for one in done(world.customer("rich")("GET", "/v1/vouchers"))["items"] if one["id"] == voucher)
    refused_one = ask(world, "rich", "100000000004")
    expect(ended(world, "rich", done(pay(world, "rich", order_of(world, "rich", refused_one, voucher=voucher)), 201))["state"] == "failed")
    expect(state() == "usable" and available(world, "rich") == before)
    inquiry = ask(world, "rich", "100000000001")
    bill = ended(world, "rich", done(pay(world, "rich", order_of(world, "rich", inquiry, voucher=voucher)), 201))
    expect(bill["state"] == "paid" and bill["discount"]["amount"] == "5.00", bill)
    expect(round(before - available(world, "rich"), 2) == 81.40 and state() == "used")
    again = ask(world, "rich", fresh_number())
    refused(world.customer("rich")("POST", "/v1/proofs", {"bill": order_of(world, "rich", again, voucher=voucher)}), 422, "voucher.used")
    mine = ask(world, "payee", fresh_number())
    refused(world.customer("payee")("POST", "/v1/proofs", {"bill": order_of(world, "payee", mine, voucher=voucher)}), 404, "voucher.unknown")
