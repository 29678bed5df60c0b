# SPDX-License-Identifier: Apache-2.0
"""Payments that happen later: held and revocable, on a date, again and again; what is tried again, skipped, paused, changed."""
import datetime

from harness import case, done, expect, refused, until
from money import pay
from outgoing import lanwan, prove
from world import MICROS, PHONES

WHO = "later"


def today():
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).date()


def day(ahead):
    return (today() + datetime.timedelta(days=ahead)).isoformat()


def order(world, amount, **more):
    return {"from": world.account(WHO)["id"], "to": {"phone": PHONES["receiver"]}, "amount": {"amount": amount, "currency": "CNY"}, **more}


def set_up(world, body, key=None, proof=True):
    token = None
    if proof:
        status, token = prove(world, WHO, {"standing": body})
        if status != 201:
            return status, token
    return world.customer(WHO)("POST", "/v1/payment-orders", {"order": body, **({"proof": token} if token else {})}, {"Idempotency-Key": key or world.key()})


def seen(world, made):
    return done(world.customer(WHO)("GET", f"/v1/payment-orders/{made['id']}"))


def state(world, made, word):
    return world.customer(WHO)("POST", f"/v1/payment-orders/{made['id']}/state", {"state": word})


def let_pass(world, made):
    """As if the time of the order's next date had come."""
    world.rows("yunchuan", "update standing_order set next_at = next_at - ? where id = (select max(id) from standing_order where next_at is not null)", 4000 * 86400 * MICROS)


def runs(world, made, count):
    return until(lambda: (lambda one: one if len(one.get("runs", [])) >= count else None)(seen(world, made)), 10, f"run {count}")


def own(world):
    account = world.account(WHO)
    return float(account["balance"]["amount"]), float(account["available"]["amount"])


@case("a payment that can be revoked holds the money; revoked it is free, left alone it goes once")
def delayed(world):
    balance, available = own(world)
    made = done(set_up(world, order(world, "30.00", rhythm="delayed")), 201)
    expect(made["state"] == "active" and own(world) == (balance, available - 30), made, own(world))
    refused(state(world, made, "paused"), 422, "standing.not_pausable")
    expect(done(state(world, made, "cancelled"))["state"] == "cancelled")
    expect(own(world) == (balance, available), "the money is not free again")
    refused(state(world, made, "active"), 409, "standing.over")
    again = done(set_up(world, order(world, "30.00", rhythm="delayed")), 201)
    let_pass(world, again)
    gone = runs(world, again, 1)
    expect(gone["state"] == "ended" and gone["runs"][0]["result"] == "paid" and own(world) == (balance - 30, available - 30), gone)
    refused(state(world, again, "cancelled"), 409, "standing.over")
    refused(set_up(world, order(world, "2000.00", rhythm="delayed")), 422, "payment.no_funds")


@case("an order that was refused is refused for ever under its key, also when there is money; another key sets it up")
def refusal_stands(world):
    body, key = order(world, f"{own(world)[1] + 10:.2f}", rhythm="delayed"), world.key()
    send = lambda wanted, with_key: world.customer(WHO)("POST", "/v1/payment-orders", {"order": wanted}, {"Idempotency-Key": with_key})  # noqa: E731
    first = refused(set_up(world, body, key), 422, "payment.no_funds")
    done(pay(world, "rich", WHO, "20.00"), 201)
    again = refused(send(body, key), 422, "payment.no_funds")
    expect({**first, "instance": ""} == {**again, "instance": ""}, first, again)
    refused(send({**body, "amount": {"amount": "1.00", "currency": "CNY"}}, key), 409, "ledger.client_id_reused")
    refused(send(body, world.key()), 403, "payment.proof_missing", "a proof that is missing burns no key")
    made = done(set_up(world, body, key=world.key()), 201)
    expect(done(state(world, made, "cancelled"))["state"] == "cancelled")
    expect(world.audit("yunchuan", action="payment.refuse"), "not in the audit trail")


@case("an order repeats on its dates, each once; paused it waits, with its last date it ends")
def repeats(world):
    balance, _ = own(world)
    key = world.key()
    body = order(world, "5.00", rhythm="monthly", first=day(3), day=31, holiday="next-day", times=3, purpose="房租")
    status, token = prove(world, WHO, {"standing": body})
    send = lambda: world.customer(WHO)("POST", "/v1/payment-orders", {"order": body, "proof": token}, {"Idempotency-Key": key})
    made = done(send(), 201)
    expect(done(send(), 201)["id"] == made["id"], "the same key set up another order")
    first = datetime.date.fromisoformat(made["next_date"])
    expect((first + datetime.timedelta(days=1)).day == 1, "not the last of a month:", made)
    expect(done(state(world, made, "paused"))["state"] == "paused")
    let_pass(world, made)
    expect(seen(world, made)["runs"] == [] and own(world)[0] == balance, "a paused order was done")
    done(state(world, made, "active"))
    for count in (1, 2, 3):
        after = runs(world, made, count)
        if count < 3:
            let_pass(world, made)
    expect([r["result"] for r in after["runs"]] == ["paid"] * 3 and len({r["date"] for r in after["runs"]}) == 3, after)
    expect(after["state"] == "ended" and after["done"] == 3 and own(world)[0] == balance - 15, after, own(world))
    expect(any(e.get("purpose") == "房租" for e in done(world.customer(WHO)("GET", f"/v1/accounts/{world.account(WHO)['id']}/entries"))["items"]))


@case("without funds a date is tried again, then skipped with a message; the next date stands")
def skipped(world):
    balance, _ = own(world)
    made = done(set_up(world, order(world, "1900.00", rhythm="weekly", first=day(1))), 201)
    for count in (1, 2, 3):
        let_pass(world, made)
        after = runs(world, made, count)
    expect([r["result"] for r in after["runs"]] == ["skipped", "refused", "refused"] and after["runs"][0]["reason"] == "payment.no_funds", after)
    expect(after["state"] == "active" and after["next_date"] == day(8) and after["attempt"] == 1 and own(world)[0] == balance, after)
    until(lambda: any("没有办成" in m["text"] and "余额不足" in m["text"] for m in world.handset(PHONES[WHO])), about="the message")
    done(state(world, made, "cancelled"))


@case("an order to another institution goes its way by itself")
def outside(world):
    other = lanwan(world)
    made = done(set_up(world, {**{k: v for k, v in order(world, "4.00", rhythm="once", first=day(2)).items() if k != "to"}, "bank": "lanwan", "number": other["number"], "name": other["name"]}), 201)
    let_pass(world, made)
    after = runs(world, made, 1)
    payment = after["runs"][0]["payment"]
    until(lambda: done(world.customer(WHO)("GET", f"/v1/outgoing-payments/{payment}"))["state"] == "settled", about="the payment")
    expect(abs(lanwan(world)["balance"] - other["balance"] - 4) < 0.001)


@case("an order is changed under a proof of what it will be, and nobody else's proof or hand will do")
def changed(world):
    made = done(set_up(world, order(world, "6.00", rhythm="weekly", first=day(1))), 201)
    change = {"amount": {"amount": "7.00", "currency": "CNY"}, "times": 5}
    path = f"/v1/payment-orders/{made['id']}"
    refused(world.customer(WHO)("PUT", path, {"change": change}), 403, "payment.proof_missing")
    status, token = prove(world, WHO, {"change": {"order": made["id"], **change}})
    expect(status == 201, token)
    refused(world.customer(WHO)("PUT", path, {"change": {**change, "amount": {"amount": "8.00", "currency": "CNY"}}, "proof": token}), 403, "authentication.proof_of_other_content")
    after = done(world.customer(WHO)("PUT", path, {"change": change, "proof": token}))
    expect(after["amount"]["amount"] == "7.00" and after["times"] == 5, after)
    moved = {"amount": {"amount": "7.00", "currency": "CNY"}, "first": day(9), "until": day(40)}
    for bad, reason in (({"first": day(0)}, "standing.first_date_past"), ({"first": day(4000)}, "standing.first_date_too_far"), ({"until": day(8)}, "standing.until_before_first")):
        refused(world.customer(WHO)("POST", "/v1/proofs", {"change": {"order": made["id"], **moved, **bad}}), 400, reason, bad)
    status, token = prove(world, WHO, {"change": {"order": made["id"], **moved}})
    refused(world.customer(WHO)("PUT", path, {"change": {**moved, "first": day(10)}, "proof": token}), 403, "authentication.proof_of_other_content")
    after = done(world.customer(WHO)("PUT", path, {"change": moved, "proof": token}))
    expect(after["next_date"] == after["first"] == day(9) and after["until"] == day(40) and "times" not in after, after)
    let_pass(world, made)
    expect(runs(world, made, 1)["next_date"] == day(16), "the row does not go on from the new date")
    for method, at, body in (("GET", path, None), ("POST", path + "/state", {"state": "cancelled"})):
        refused(world.customer("receiver")(method, at, body), 404, "standing.unknown", at)
    expect(made["id"] not in str(done(world.customer("receiver")("GET", "/v1/payment-orders"))))
    done(state(world, made, "cancelled"))


@case("a large payment to another bank is told of in advance: also one that grows, and not one that was told of")
def notice(world):
    def change_of(made, **more):
        change = {"amount": {"amount": "4950.00", "currency": "CNY"}, **more}
        status, token = prove(world, WHO, {"change": {"order": made["id"], **change}})
        if status != 201:
            return status, token
        return world.customer(WHO)("PUT", f"/v1/payment-orders/{made['id']}", {"change": change, "proof": token})

    def due_today(made):
        world.rows("yunchuan", "update standing_order set next_date = next_date - 1, next_at = next_at - ? where id = (select max(id) from standing_order)", 86400 * MICROS)

    far = {k: v for k, v in order(world, "1.00", rhythm="once", first=day(1)).items() if k != "to"} | {"bank": "xinghai", "number": "9989010000000000011", "name": "星河测"}
    small = done(set_up(world, far), 201)
    # As if it was set up the day before; while it is looked at it does not go.
    done(state(world, small, "paused"))
    due_today(small)
    refused(change_of(small), 422, "standing.notice_too_short")
    expect(seen(world, small)["amount"]["amount"] == "1.00", "the order grew")
    grown = done(change_of(small, first=day(1)))
    expect(grown["amount"]["amount"] == "4950.00" and grown["next_date"] == day(1), grown)
    due_today(small)
    done(change_of(small, times=1))
    refused(change_of(small, amount={"amount": "4960.00", "currency": "CNY"}), 422, "standing.notice_too_short")
    done(state(world, small, "cancelled"))


@case("an order that cannot be is refused")
def impossible(world):
    for change, status, reason in (({"first": day(0)}, 400, "standing.first_date_past"), ({"first": day(4000)}, 400, "standing.first_date_too_far"),
                                   ({"first": "2026-02-30"}, 400, None), ({"until": day(1)}, 400, "standing.until_before_first"), ({"times": 0}, 400, "api.contract"),
                                   ({"rhythm": "daily"}, 400, "api.contract"), ({"day": 32}, 400, "api.contract"), ({"to": {"phone": "16400004998"}}, 404, "payment.payee_unknown"),
                                   ({"amount": {"amount": "0.00", "currency": "CNY"}}, 400, "payment.amount_not_positive")):
        refused(set_up(world, {**order(world, "1.00", rhythm="monthly", first=day(3)), **change}), status, reason, change)
    refused(set_up(world, order(world, "1.00", rhythm="once", first=day(3)), proof=False), 403, "payment.proof_missing")
    account = world.account("sender")["id"]
    refused(world.customer("sender")("POST", "/v1/proofs", {"outgoing": {"from": account, "bank": "xinghai", "number": "9989010000000000011", "name": "星河测", "amount": {"amount": "200000.00", "currency": "CNY"}}}),
            422, "clearing.notice_needed")
