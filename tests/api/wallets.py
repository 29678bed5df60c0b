# SPDX-License-Identifier: Apache-2.0
"""Wallets of third parties: bound under a code by SMS, taking money by signed requests within the customer's limits, unbound."""
from harness import at_once, case, done, expect, refused, until
from outgoing import comes_to
from world import PHONES, Client

OWNER, OTHER = "16400000006", "16400000007"
DEBITS = "/v1/partners/wallet/debits"


def money(amount):
    return {"amount": amount, "currency": "CNY"}


def order(world, who, per_payment="100.00", per_day="250.00", **more):
    return {"provider": "suixin", "account": world.account(who)["id"], "per_payment": money(per_payment), "per_day": money(per_day), **more}


def prove(world, who, body):
    """The token of the code that the handset shows; what it says must name the wallet where one is bound."""
    client, phone = world.customer(who), PHONES.get(who, who)
    before = {m["id"] for m in world.handset(phone)}
    proof = done(client("POST", "/v1/proofs", body), 201, "a proof")
    answer = {"password": "Yungui-2026"}
    if proof["method"] == "sms":
        answer = {"code": world.new_code(phone, before)}
        expect("wallet_top_up" in body or any("随心钱包" in m["text"] for m in world.handset(phone) if m["id"] not in before), "the code does not say what for")
        world.age_codes()
    return done(client("POST", f"/v1/proofs/{proof['id']}", answer))["token"]


def bind(world, who, **more):
    wanted = order(world, who, **more)
    return done(world.customer(who)("POST", "/v1/wallets", {"wallet": wanted, "proof": prove(world, who, {"wallet": wanted})}), 202, "a wallet")


def bound(world, who, **more):
    """The owner's wallet, bound; an earlier one is unbound first."""
    client = world.customer(who)
    for one in done(client("GET", "/v1/wallets"))["items"]:
        if one["state"] in ("asking", "bound"):
            done(client("DELETE", f"/v1/wallets/{one['id']}"))
    wallet = bind(world, who, **more)
    return until(lambda: (lambda seen: seen if seen["state"] == "bound" else None)(shown(world, who, wallet)), 20, "the provider's word")


def shown(world, who, wallet):
    return done(world.customer(who)("GET", f"/v1/wallets/{wallet['id']}"))


def call(world, body, partner="wallet", **ways):
    """What the bank answered to a request that a partner signed: status, body, whether the answer was signed."""
    told = done(Client(world.bank.sandbox_port)("POST", f"/control/calls/{partner}", {"path": DEBITS, "body": body, **ways}))
    return told["status"], told["body"], told["genuine"]


def debit(world, wallet, amount, reference, merchant="测试商户", **ways):
    content = {"link": wallet["id"], "reference": reference, "amount": amount, "currency": "CNY", "merchant": merchant}
    return call(world, {"notice": world.key(), "type": "debit", "institution": "yunchuan", "content": content}, **ways)


def paid(answer):
    expect(answer[0] == 200 and answer[1]["status"] == "paid" and answer[2], answer)
    return answer[1]["reference"]


def not_paid(answer, reason):
    expect(answer[0] == 200 and answer[1] == {"status": "refused", "reason": reason} and answer[2], reason, answer)


def balance(world, who):
    return round(float(world.account(who)["balance"]["amount"]), 2)


@case("a wallet is bound under a code that names it, takes money once for each reference, and the customer is told")
def takes(world):
    wallet, before = bound(world, OWNER), balance(world, OWNER)
    expect("9989060016400000006" not in str(wallet) and wallet["number"].endswith("0006"), wallet)
    reference, name = world.key(), world.key()
    entry = paid(debit(world, wallet, "88.80", name))
    expect(paid(debit(world, wallet, "88.80", name)) == entry, "the same reference paid twice")
    expect(round(before - balance(world, OWNER), 2) == 88.80)
    status, problem, _ = debit(world, wallet, "88.81", name)
    expect(status == 409 and problem["reason"] == "ledger.client_id_reused", problem)
    answers = at_once(4, lambda _: debit(world, wallet, "1.00", reference))
    expect(len({paid(one) for one in answers}) == 1 and round(before - balance(world, OWNER), 2) == 89.80, answers)
    seen = shown(world, OWNER, wallet)
    expect(seen["taken_today"]["amount"] == "89.80" and [d["merchant"] for d in seen["debits"]] == ["测试商户"] * 2, seen)
    entries = done(world.customer(OWNER)("GET", f"/v1/accounts/{wallet['account']}/entries"))["items"]
    expect(any(e["kind"] == "wallet" and e.get("purpose") == "测试商户" for e in entries), entries[:2])
    until(lambda: [m for m in world.handset(OWNER) if "通过随心钱包支付88.80元" in m["text"]], about="the message")
    refused(world.customer(OTHER)("GET", f"/v1/wallets/{wallet['id']}"), 404, "wallet.unknown")


@case("over a payment's or the day's limit, beyond the balance, unbound, another's, malformed: refused with its reason, and no money moves")
def refusals(world):
    wallet, before = bound(world, OWNER), balance(world, OWNER)
    over = world.key()
    not_paid(debit(world, wallet, "100.01", over), "wallet.over_payment_limit")
    paid(debit(world, wallet, "100.00", world.key()))
    paid(debit(world, wallet, "100.00", world.key()))
    not_paid(debit(world, wallet, "50.01", world.key()), "wallet.over_day_limit")
    answers = at_once(4, lambda i: debit(world, wallet, "30.00", f"{over}-{i}"))
    expect(sorted(a[1]["status"] for a in answers) == ["paid", "refused", "refused", "refused"], answers)
    expect(round(before - balance(world, OWNER), 2) == 230.00)
    client, before = world.customer(OWNER), balance(world, OWNER)
    lower = {"per_payment": money("10.00"), "per_day": money("300.00")}
    refused(client("PUT", f"/v1/wallets/{wallet['id']}/limits", {"limits": lower}), 403, "payment.proof_missing")
    done(client("PUT", f"/v1/wallets/{wallet['id']}/limits", {"limits": {**lower, "per_day": money("250.00")}}))
    not_paid(debit(world, wallet, "11.00", world.key()), "wallet.over_payment_limit")
    not_paid(debit(world, wallet, "100.01", over), "wallet.over_payment_limit")
    for limits in ({"per_payment": money("0.00")}, {"per_payment": money("300.00"), "per_day": money("200.00")}, {"per_day": money("10000.01")}, {"per_payment": money("5000.01"), "per_day": money("9000.00")}):
        refused(client("POST", "/v1/proofs", {"wallet_limits": {"wallet": wallet["id"], **lower, **limits}}), (400, 422), ("wallet.limits_impossible", "api.contract"), limits)
    body = {"notice": world.key(), "type": "debit", "institution": "yunchuan", "content": {"link": wallet["id"], "reference": "x", "amount": "1.00", "currency": "CNY", "merchant": "m"}}
    for changes, reason in (({"reference": ""}, "wallet.debit_malformed"), ({"merchant": ""}, "wallet.debit_malformed"), ({"amount": "0.00"}, "wallet.debit_malformed"),
                            ({"amount": "-1.00"}, None), ({"amount": "1.001"}, None), ({"currency": "USD"}, None), ({"link": "nothing"}, None), ({"reference": "x" * 65}, "wallet.debit_malformed")):
        status, problem, _ = call(world, {**body, "notice": world.key(), "content": {**body["content"], **changes}})
        expect(400 <= status < 500 and (reason is None or problem["reason"] == reason), changes, problem)
    expect(call(world, {**body, "notice": world.key(), "type": "credit"})[0] == 404)
    expect(call(world, {**body, "institution": "nowhere"})[0] == 404)
    done(client("DELETE", f"/v1/wallets/{wallet['id']}"))
    not_paid(debit(world, wallet, "1.00", world.key()), "wallet.not_bound")
    done(client("DELETE", f"/v1/wallets/{wallet['id']}"))
    expect(shown(world, OWNER, wallet)["state"] == "unbound" and balance(world, OWNER) == before)


@case("a request that was tampered with, comes twice or is signed by another partner takes nothing")
def signatures(world):
    wallet, before = bound(world, OWNER), balance(world, OWNER)
    for ways, status, reason in (({"tampered": True}, 403, "signature.digest_wrong"), ({"partner": "sms"}, 404, "partner.notice_unknown")):
        seen, problem, _ = debit(world, wallet, "1.00", world.key(), **ways)
        expect(seen == status and problem["reason"] == reason, ways, seen, problem)
    seen, problem, _ = debit(world, wallet, "2.00", world.key(), times=2)
    expect(seen == 409 and problem["reason"] == "partner.replayed", problem)
    expect(round(before - balance(world, OWNER), 2) == 2.00, "a replay took money")
    status, problem = world.client()("POST", DEBITS, {"type": "debit", "institution": "yunchuan", "content": {}})
    expect(status in (401, 403) and problem["reason"].startswith("signature."), problem)


@case("who has no wallet, or one in another name, is refused by its provider; silence is asked again; twice is refused; a proof is needed")
def binding(world):
    client = world.customer("walletless")
    wanted = order(world, "walletless")
    refused(client("POST", "/v1/wallets", {"wallet": wanted}), 403, "payment.proof_missing")
    refused(client("POST", "/v1/wallets", {"wallet": wanted, "proof": prove(world, "walletless", {"wallet": {**wanted, "per_day": money("251.00")}})}), 403, "authentication.proof_of_other_content")
    for change, status, reason in (({"provider": "xinghai"}, 404, "wallet.provider_unknown"), ({"account": world.account(OWNER)["id"]}, 404, "payment.from_unknown"),
                                   ({"per_day": money("99999.00")}, 422, "wallet.limits_impossible")):
        refused(client("POST", "/v1/proofs", {"wallet": {**wanted, **change}}), status, reason, change)
    wallet = bind(world, "walletless")
    until(lambda: shown(world, "walletless", wallet)["state"] == "refused" and shown(world, "walletless", wallet)["reason"] == "wallet.unknown_phone", about="the provider's refusal")
    not_paid(debit(world, wallet, "1.00", world.key()), "wallet.not_bound")
    world.partner("wallet", mode="lost")
    try:
        silent = [one for one in done(world.customer(OTHER)("GET", "/v1/wallets"))["items"] if one["state"] in ("asking", "bound")]
        wallet = silent[0] if silent else bind(world, OTHER)
        refused(world.customer(OTHER)("POST", "/v1/proofs", {"wallet": order(world, OTHER)}), 409, "wallet.bound_already")
        not_paid(debit(world, wallet, "1.00", world.key()), "wallet.not_bound")
    finally:
        world.partner("wallet")
    until(lambda: shown(world, OTHER, wallet)["state"] == "bound", 40, "the provider's late word")
    done(world.customer(OTHER)("DELETE", f"/v1/wallets/{wallet['id']}"))


@case("a bound wallet is topped up, as a payment that arrives there once; one that is not bound is not")
def top_up(world):
    wallet, before, client = bound(world, OWNER), balance(world, OWNER), world.customer(OWNER)
    wanted, key = {"wallet": wallet["id"], "amount": money("20.00")}, world.key()
    token = prove(world, OWNER, {"wallet_top_up": wanted})
    made = [done(client("POST", "/v1/wallet-top-ups", {"top_up": wanted, "proof": token}, {"Idempotency-Key": key}), 202) for _ in range(2)]
    expect(made[0]["id"] == made[1]["id"] and made[0]["bank"] == "suixin", made)
    comes_to(world, made[0], "settled", payer=OWNER)
    expect(round(before - balance(world, OWNER), 2) == 20.00)
    refused(client("POST", "/v1/wallet-top-ups", {"top_up": {**wanted, "amount": money("21.00")}, "proof": token}, {"Idempotency-Key": world.key()}), 403)
    done(client("DELETE", f"/v1/wallets/{wallet['id']}"))
    refused(client("POST", "/v1/proofs", {"wallet_top_up": wanted}), 409, "wallet.not_bound")


def withdraw(world, wallet, amount, key=None, who=OTHER):
    body = {"withdrawal": {"wallet": wallet["id"], "amount": money(amount)}}
    return world.again(world.customer(who))("POST", "/v1/wallet-withdrawals", body, {"Idempotency-Key": key or world.key()})


def still_bound(world):
    """The wallet of OTHER, bound where it is not: each binding costs a message, and a phone gets only so many."""
    live = [one for one in done(world.customer(OTHER)("GET", "/v1/wallets"))["items"] if one["state"] == "bound"]
    return live[0] if live else bound(world, OTHER)


def ends(world, made, *states, who=OTHER, seconds=30):
    """The withdrawal as soon as it is in one of those states."""
    def look():
        one = next(w for w in shown(world, who, {"id": made["wallet"]})["withdrawals"] if w["id"] == made["id"])
        return one if one["state"] in states else None
    return until(look, seconds, f"the withdrawal as {states}")


@case("money comes from the wallet to the account once, however often it is asked for, and the customer is told")
def withdrawal(world):
    wallet, before, key = still_bound(world), balance(world, OTHER), world.key()
    answers = at_once(4, lambda _: done(withdraw(world, wallet, "6.50", key), 202))
    expect(len({one["id"] for one in answers}) == 1, answers)
    ended = ends(world, answers[0], "credited")
    expect(ended["amount"]["amount"] == "6.50" and "reason" not in ended, ended)
    expect(round(balance(world, OTHER) - before, 2) == 6.50)
    refused(withdraw(world, wallet, "6.51", key), 409, "ledger.client_id_reused")
    entries = done(world.customer(OTHER)("GET", f"/v1/accounts/{wallet['account']}/entries"))["items"]
    expect(entries[0]["kind"] == "withdrawal" and entries[0]["amount"]["amount"] == "6.50", entries[0])
    until(lambda: [m for m in world.handset(OTHER) if "6.50元已从随心钱包提现" in m["text"]], about="the message")


@case("a withdrawal beyond what the wallet holds, of one that the provider does not know, of another's or an unbound wallet moves nothing")
def withdrawal_refused(world):
    wallet, before, client = still_bound(world), balance(world, OTHER), world.customer(OTHER)
    made = done(withdraw(world, wallet, "4000.00"), 202)
    expect(ends(world, made, "failed")["reason"] == "wallet.no_funds")
    until(lambda: [m for m in world.handset(OTHER) if "提现4000.00元未成功" in m["text"]], about="the message")
    for ways, reason in (({"mode": "refuse", "reason": "not_bound"}, "wallet.unbound_there"), ({"mode": "refuse", "reason": "suspended"}, "wallet.withdrawal_refused")):
        world.partner("wallet", **ways)
        try:
            expect(ends(world, done(withdraw(world, wallet, "1.00"), 202), "failed")["reason"] == reason, ways)
        finally:
            world.partner("wallet")
    refused(withdraw(world, wallet, "1.00", who=OWNER), 404, "wallet.unknown")
    for amount in ("0.00", "-1.00", "1.001", "x", ""):
        refused(withdraw(world, wallet, amount), (400, 422), None, amount)
    refused(client("POST", "/v1/wallet-withdrawals", {"withdrawal": {"wallet": wallet["id"], "amount": money("1.00")}}), 400, None)
    refused(client("POST", "/v1/wallet-withdrawals", {"withdrawal": {"wallet": wallet["id"], "amount": {"amount": "1.00", "currency": "USD"}}}, {"Idempotency-Key": world.key()}), (400, 422), None)
    expect(balance(world, OTHER) == before)


@case("a provider that answers late, twice, or acts and says nothing is believed once and never taken for a failure")
def withdrawal_late(world):
    wallet, before = still_bound(world), balance(world, OTHER)
    for ways, amount in (({"mode": "twice"}, "1.00"), ({"mode": "later", "seconds": 2}, "2.00")):
        world.partner("wallet", **ways)
        try:
            ends(world, done(withdraw(world, wallet, amount), 202), "credited")
        finally:
            world.partner("wallet")
    world.partner("wallet", mode="lost")
    try:
        made = done(withdraw(world, wallet, "4.00"), 202)
        expect(ends(world, made, "sent")["state"] == "sent" and round(balance(world, OTHER) - before, 2) == 3.00, "credited without a word")
    finally:
        world.partner("wallet")
    ends(world, made, "credited", seconds=120)
    expect(round(balance(world, OTHER) - before, 2) == 7.00)
    done(world.customer(OTHER)("DELETE", f"/v1/wallets/{wallet['id']}"))
    key = world.key()
    for _ in range(2):
        refused(withdraw(world, wallet, "1.00", key), 409, "wallet.not_bound")
    refused(withdraw(world, wallet, "2.00", key), 409, "ledger.client_id_reused")
