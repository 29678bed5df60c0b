# SPDX-License-Identifier: Apache-2.0
"""Credit cards of any bank: the bill is asked of the issuer, paid in full or in part, and comes back where it is not taken."""
from harness import at_once, case, done, expect, refused, until
from outgoing import comes_to
from world import PASSWORD

HOLDER, OTHER = "16400000002", "16400000001"
TIANQI, XINGHAI, BLOCKED, CLEAR = "9989050000000000020", "9989019000000000012", "9989050000000000046", "9989050000000000053"


def look(world, who, number):
    """The card with the issuer's word on it."""
    card = done(world.customer(who)("POST", "/v1/credit-cards", {"number": number}), 202, "a card")
    return said(world, who, card)


def said(world, who, card, seconds=20):
    def answered():
        seen = done(world.customer(who)("GET", f"/v1/credit-cards/{card['id']}"))
        return seen if seen["state"] != "asking" else None
    return until(answered, seconds, "the issuer's word")


def again(world, who, card):
    return said(world, who, done(world.customer(who)("POST", f"/v1/credit-cards/{card['id']}/bill"), 202))


def order(world, who, card, amount):
    return {"card": card["id"], "from": world.account(who)["id"], "amount": {"amount": amount, "currency": "CNY"}}


def prove(world, who, repayment):
    client = world.customer(who)
    before = {m["id"] for m in world.handset(who)}
    proof = done(client("POST", "/v1/proofs", {"card": repayment}), 201, "a proof")
    answer = {"password": PASSWORD} if proof["method"] == "password" else {"code": world.new_code(who, before)}
    world.age_codes()
    return done(client("POST", f"/v1/proofs/{proof['id']}", answer))["token"]


def pay(world, who, repayment, key=None, proof=None):
    token = prove(world, who, repayment) if proof is None else proof
    return world.customer(who)("POST", "/v1/credit-card-repayments", {"repayment": repayment, "proof": token}, {"Idempotency-Key": key or world.key()})


def available(world, who):
    return round(float(world.account(who)["available"]["amount"]), 2)


@case("a card's bill is asked of its issuer; the minimum and then the rest are paid, and the issuer knows; the customer is told")
def in_parts(world):
    card = look(world, HOLDER, "9989 0190-0000 0000 012")
    expect(card["state"] == "known" and card["bank"] == "xinghai" and card["open"]["amount"] == "2000.00", card)
    expect(card["minimum"]["amount"] == "200.00" and card["due"] == "2026-12-15" and XINGHAI not in str(card), card)
    before, key, first = available(world, HOLDER), world.key(), order(world, HOLDER, card, "200.00")
    token = prove(world, HOLDER, first)
    made = done(pay(world, HOLDER, first, key, token), 202)
    expect(made["category"] == "CCRD" and XINGHAI not in str(made), made)
    expect(done(pay(world, HOLDER, first, key, token), 202)["id"] == made["id"], "the same key paid again")
    comes_to(world, made, "settled", payer=HOLDER)
    seen = again(world, HOLDER, card)
    expect(seen["statement"]["amount"] == "1800.00" and seen["open"]["amount"] == "1800.00" and seen["minimum"]["amount"] == "0.00", seen)
    expect([p["state"] for p in seen["payments"]] == ["settled"], seen["payments"])
    rest = done(pay(world, HOLDER, order(world, HOLDER, seen, "1800.00")), 202)
    comes_to(world, rest, "settled", payer=HOLDER)
    expect(round(before - available(world, HOLDER), 2) == 2000.00)
    refused(world.customer(HOLDER)("POST", "/v1/proofs", {"card": order(world, HOLDER, card, "1.00")}), 422, "card.nothing_due")
    expect(again(world, HOLDER, card)["statement"]["amount"] == "0.00")
    until(lambda: [m for m in world.handset(HOLDER) if "信用卡已还款200.00元" in m["text"] and "星海银行" in m["text"]], about="the message")
    paper = done(world.customer(HOLDER)("GET", f"/v1/outgoing-payments/{made['id']}"))
    status, _ = world.customer(HOLDER)("GET", f"/v1/outgoing-payments/{made['id']}/document?language=en&large=true")
    expect(status == 200 and world.customer(HOLDER).text.startswith(b"%PDF"), "the receipt is no PDF", status)
    for number, code, genuine in ((paper["receipt_number"].lower(), paper["verification_code"].replace("-", ""), True), (paper["receipt_number"], "AAAA-AAAA", False),
                                  ("20990101-" + made["id"], paper["verification_code"], False)):
        shown = done(world.somewhere()("POST", "/v1/verifications", {"number": number, "code": code}))
        expect(shown["genuine"] == genuine and XINGHAI not in str(shown), number, shown)
    refused(world.customer(OTHER)("GET", f"/v1/outgoing-payments/{made['id']}/document"), 404, "clearing.payment_unknown")
    entries = done(world.customer(HOLDER)("GET", f"/v1/accounts/{first['from']}/entries"))["items"]
    expect(any(e.get("purpose") == "信用卡还款" for e in entries), entries[:3])


@case("a wrong number, a card that is none, an issuer that does not know it, another's card: nobody learns a bill")
def wrong_cards(world):
    holder = world.customer(HOLDER)
    for number, status, reason in (("99890500000", 400, "card.number_malformed"), ("9989050000000000021", 400, "card.number_mistyped"),
                                   ("99890500000000000200", 400, "card.number_malformed"), ("998905000000000002x", 400, "card.number_malformed"),
                                   ("9988000000000000023", (400, 422), ("card.no_credit_card", "card.number_mistyped")), ("4000000000000002", 422, "card.no_credit_card")):
        refused(holder("POST", "/v1/credit-cards", {"number": number}), status, reason, number)
    refused(holder("POST", "/v1/credit-cards", {"number": "1"}), 400, "api.contract")
    expect(look(world, HOLDER, "9989050000000000087")["state"] == "unknown-card")
    anothers = look(world, HOLDER, "9989050000000000012")
    expect(anothers["state"] == "another-holder" and "statement" not in anothers and "open" not in anothers, anothers)
    refused(holder("POST", "/v1/proofs", {"card": order(world, HOLDER, anothers, "1.00")}), 422, "card.bill_not_known")
    clear = look(world, HOLDER, CLEAR)
    refused(holder("POST", "/v1/proofs", {"card": order(world, HOLDER, clear, "1.00")}), 422, "card.nothing_due")
    done(holder("DELETE", f"/v1/credit-cards/{clear['id']}"), 204)
    refused(holder("GET", f"/v1/credit-cards/{clear['id']}"), 404, "card.unknown")
    refused(holder("DELETE", f"/v1/credit-cards/{clear['id']}"), 404, "card.unknown")
    expect(look(world, HOLDER, CLEAR)["id"] == clear["id"], "a card kept again is another")


@case("more than is open, nothing, another's card or account, no proof or a proof of something else: refused, and no money moves")
def refusals(world):
    holder, before = world.customer(HOLDER), available(world, HOLDER)
    card = look(world, HOLDER, TIANQI)
    for amount, status, reason in (("150.01", 422, "card.more_than_due"), ("0.00", (400, 422), ("payment.amount_not_positive", "api.contract"))):
        refused(holder("POST", "/v1/proofs", {"card": order(world, HOLDER, card, amount)}), status, reason, amount)
    fine = order(world, HOLDER, card, "10.00")
    refused(holder("POST", "/v1/proofs", {"card": {**fine, "from": world.account(OTHER)["id"]}}), 404, "payment.from_unknown")
    refused(world.customer(OTHER)("POST", "/v1/proofs", {"card": order(world, OTHER, card, "10.00")}), 404, "card.unknown")
    refused(world.customer(OTHER)("POST", f"/v1/credit-cards/{card['id']}/bill"), 404, "card.unknown")
    refused(holder("POST", "/v1/credit-card-repayments", {"repayment": fine}, {"Idempotency-Key": world.key()}), 403, "payment.proof_missing")
    refused(pay(world, HOLDER, fine, proof="x"), 403, "authentication.proof_forged")
    refused(pay(world, HOLDER, fine, proof=prove(world, HOLDER, order(world, HOLDER, card, "9.00"))), 403, "authentication.proof_of_other_content")
    refused(holder("POST", "/v1/credit-card-repayments", {"repayment": fine}), 400, "api.contract")
    world.rows("yunchuan", "update credit_card set asked_at = asked_at - ? where masked_number like '%0020'", 31 * 60 * 1_000_000)
    refused(holder("POST", "/v1/proofs", {"card": fine}), 422, "card.bill_out_of_date")
    expect(available(world, HOLDER) == before, "money moved")


@case("an issuer that is silent is told as such and asked again; its late word counts")
def silent(world):
    world.partner("card", mode="unavailable")
    try:
        card = look(world, HOLDER, TIANQI)
        expect(card["state"] == "unavailable" and "open" not in card, card)
    finally:
        world.partner("card")
    expect(again(world, HOLDER, card)["state"] == "known")


@case("four repayments of the whole at the same moment pay it once; one on its way counts against what is open, a refused one comes back")
def at_the_same_moment(world):
    before, card = available(world, HOLDER), look(world, HOLDER, TIANQI)
    whole = order(world, HOLDER, card, "150.00")
    tokens = [prove(world, HOLDER, whole) for _ in range(4)]
    callers = [world.again(world.customer(HOLDER)) for _ in range(4)]
    world.partner("clearing", mode="lost")
    try:
        answers = at_once(4, lambda i: callers[i]("POST", "/v1/credit-card-repayments", {"repayment": whole, "proof": tokens[i]}, {"Idempotency-Key": world.key()}))
        expect(sorted(a[0] for a in answers) == [202, 422, 422, 422], answers)
        made = next(a[1] for a in answers if a[0] == 202)
        seen = done(world.customer(HOLDER)("GET", f"/v1/credit-cards/{card['id']}"))
        expect(seen["open"]["amount"] == "0.00" and seen["payments"][0]["state"] in ("requested", "sent"), seen)
    finally:
        world.partner("clearing")
    comes_to(world, made, "settled", payer=HOLDER, seconds=40)
    expect(round(before - available(world, HOLDER), 2) == 150.00)
    blocked, before = look(world, HOLDER, BLOCKED), available(world, HOLDER)
    made = done(pay(world, HOLDER, order(world, HOLDER, blocked, "500.00")), 202)
    comes_to(world, made, "rejected", payer=HOLDER)
    expect(available(world, HOLDER) == before, "the money is not back")
    refused(world.customer(HOLDER)("GET", f"/v1/outgoing-payments/{made['id']}/document"), 409, "clearing.no_receipt")
    expect(done(world.customer(HOLDER)("GET", f"/v1/credit-cards/{blocked['id']}"))["open"]["amount"] == "500.00", "what came back counts as paid")
