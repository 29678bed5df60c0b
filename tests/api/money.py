# SPDX-License-Identifier: Apache-2.0
"""Paying and bringing money in, where it must not work: amounts, limits, payees, keys, proofs."""
from harness import at_once, case, done, expect, refused
from world import PHONES

NOT_AMOUNTS = ["", " ", "0.001", "-1", "+1", "1e3", "1E3", "0x10", "１２", "٣", "1,000.00", "1.", ".5", "1.2.3", "NaN", "Infinity", "1 ", " 1", "1\u0000",
               "--1", "1/2", "12.345", "99999999999999999999999", "9223372036854775807", "92233720368547758.08"]


def pay(world, payer, to, amount, key=None, **more):
    """A payment with whatever proof it needs; the refusal of the first step that refuses."""
    order = world.order(payer, to, amount, **more)
    return pay_order(world, payer, order, key)


def pay_order(world, payer, order, key=None):
    client = world.customer(payer)
    before = {m["id"] for m in world.handset(PHONES[payer])}
    status, proof = client("POST", "/v1/proofs", {"transfer": order})
    if status != 201:
        return status, proof
    if proof["method"] == "password":
        answer = {"password": "Yungui-2026"}
    else:
        expect(proof["method"] == "sms", "a proof by", proof["method"])
        answer = {"code": world.new_code(PHONES[payer], before)}
        world.age_codes()
    token = done(client("POST", f"/v1/proofs/{proof['id']}", answer), 200, "the proof's answer")["token"]
    return world.transfer(payer, order, token, key)


def nothing_moves(world, *who):
    """A check that what these customers hold is as it was."""
    before = {one: world.client_balance(one) for one in who}

    def check():
        after = {one: world.client_balance(one) for one in who}
        expect(before == after, "money moved:", before, after)
    return check


@case("what is no amount is refused, of a payment, its proof and a top-up")
def amounts(world):
    still = nothing_moves(world, "rich", "payee", "top-up")
    rich, own = world.customer("rich"), world.account("rich")["id"]
    for amount in NOT_AMOUNTS + ["0", "0.00", "00"]:
        order = world.order("rich", "payee", amount)
        refused(rich("POST", "/v1/proofs", {"transfer": order}), 400, about=f"a proof for {amount!r}")
        refused(world.transfer("rich", order), 400, about=f"a payment of {amount!r}")
        refused(rich("POST", f"/v1/accounts/{own}/top-ups", {"amount": {"amount": amount, "currency": "CNY"}}, {"Idempotency-Key": world.key()}),
                400, about=f"a top-up of {amount!r}")
    for amount in (0, 1, 1.5, -1, 1e3, None, True, ["1.00"], {"amount": "1.00"}):
        order = {**world.order("rich", "payee", "1.00"), "amount": {"amount": amount, "currency": "CNY"}}
        refused(world.transfer("rich", order), 400, "api.contract", amount)
    for currency in ("USD", "cny", "CNYX", "", "¥"):
        order = {**world.order("rich", "payee", "1.00"), "amount": {"amount": "1.00", "currency": currency}}
        refused(world.transfer("rich", order), 400, ("api.contract", "money.currency_unknown"), currency)
    still()


@case("more than there is, and more than there could be, is refused")
def too_little(world):
    still = nothing_moves(world, "poor", "rich", "payee")
    for payer, amount in (("poor", "10.01"), ("poor", "9999999999999.99"), ("rich", "500000.01"), ("rich", "92233720368547758.07")):
        order = world.order(payer, "payee", amount)
        refused(world.customer(payer)("POST", "/v1/proofs", {"transfer": order}), 422, "payment.no_funds", amount)
        # Over 50,000 without a passkey no proof is enough; that is said before the balance is looked at.
        refused(world.transfer(payer, order), 422, ("payment.no_funds", "payment.at_a_branch")[float(amount) > 50000], amount)
    still()


@case("the whole balance can be paid, and not a fen more after it")
def to_the_last_fen(world):
    whole = world.client_balance("poor")
    done(pay(world, "poor", "payee", whole), 201)
    expect(world.client_balance("poor") == "0.00")
    refused(pay(world, "poor", "payee", "0.01"), 422, "payment.no_funds")
    done(pay(world, "payee", "poor", whole), 201)


@case("two payments at once that are covered one at a time: one is made")
def overdrawn_at_once(world):
    whole = world.client_balance("double")
    orders = [world.order("double", "payee", whole, purpose=str(i)) for i in range(2)]
    tokens = []
    for order in orders:
        tokens.append(world.prove("double", order))
        world.age_codes()
    callers = [world.client().sign_in(PHONES["double"]) for _ in orders]
    answers = at_once(2, lambda i: callers[i]("POST", "/v1/transfers", {"transfer": orders[i], "proof": tokens[i]}, {"Idempotency-Key": world.key()}))
    expect(sorted(a[0] for a in answers) == [201, 422], answers)
    expect(world.client_balance("double") == "0.00")
    for _ in range(2):
        done(pay(world, "payee", "double", "200.00"), 201)


@case("an account does not pay itself, nobody, or a closed account")
def payees(world):
    still = nothing_moves(world, "rich")
    rich = world.customer("rich")
    world.rows("yunchuan", "update account set state = 2, closed_at = opened_at, is_default = 0 where number = ?", world.account("closed")["number"])
    closed, own = world.account("closed")["number"], world.account("rich")["number"]
    mistyped = own[:-1] + str((int(own[-1]) + 1) % 10)
    unknown = "9" * len(own)
    for to, status, reason in (
            ({"account_number": own}, 422, "payment.to_oneself"), ("rich", 422, "payment.to_oneself"),
            ({"account_number": closed}, 422, "payment.payee_closed"), ({"phone": PHONES["closed"]}, 404, "payment.payee_unknown"),
            ({"phone": "16400004998"}, 404, "payment.payee_unknown"), ({"account_number": mistyped}, 400, "account.number_mistyped"),
            ({"account_number": unknown}, (400, 404), None), ({"account_number": "x" * 20}, 400, "account.number_malformed"),
            ({"account_number": own, "phone": PHONES["payee"]}, 400, "api.contract"), ({}, 400, "api.contract"),
            ({"phone": "16400000031"}, 404, "payment.payee_unknown")):
        order = {**world.order("rich", "payee", "1.00"), "to": {"phone": PHONES["rich"]} if to == "rich" else to}
        refused(rich("POST", "/v1/proofs", {"transfer": order}), status, reason, to)
        refused(world.transfer("rich", order), status, reason, to)
        if reason != "payment.to_oneself":
            refused(rich("POST", "/v1/payees/lookup", order["to"]), status, reason, to)
    refused(pay_order(world, "closed", world.order("closed", "payee", "1.00")), 422, "payment.from_closed")
    still()


@case("a phone number that was only proven is no payee")
def visitors_are_no_payees(world):
    world.visitor("16400004501")
    refused(pay(world, "rich", {"phone": "16400004501"}, "1.00"), 404, "payment.payee_unknown")


@case("a payee's name that is given must be the holder's")
def names(world):
    still = nothing_moves(world, "rich", "payee")
    for name in ("柜试丙", "柜试", "柜试乙乙", "x", "' or '1'='1", "柜\u200b试乙丙"):
        refused(pay(world, "rich", "payee", "1.00", payee_name=name), 422, "payment.payee_name_differs", name)
    still()
    done(pay(world, "rich", "payee", "1.00", payee_name=" 柜试乙 "), 201)


@case("another's account pays nothing")
def others_account(world):
    still = nothing_moves(world, "rich", "payee")
    order = world.order("rich", "payee", "1.00")
    for thief in ("payee", "class2"):
        refused(world.customer(thief)("POST", "/v1/proofs", {"transfer": order}), 404, "payment.from_unknown")
        refused(world.transfer(thief, order, world.prove("rich", order)), 404, "payment.from_unknown")
    still()


@case("a payment needs its proof: none, a forged one, one that is used, another's, of another payee or amount, or too weak is refused")
def proofs(world):
    order = world.order("rich", "payee", "2.00")
    used = world.prove("rich", order)
    done(world.transfer("rich", order, used), 201)
    still = nothing_moves(world, "rich", "payee")
    refused(world.transfer("rich", order), 403, "payment.proof_missing")
    refused(world.transfer("rich", order, used), 409, "authentication.proof_used")
    good = world.prove("rich", order)
    for forged in ("x", "A" * 100, good[:-2] + ("AA" if good[-2:] != "AA" else "BB"), good + "A", good.swapcase(), "../../etc/passwd"):
        refused(world.transfer("rich", order, forged), 403, "authentication.proof_forged", forged)
    for other in ({"amount": {"amount": "2.01", "currency": "CNY"}}, {"to": {"phone": PHONES["class3"]}},
                  {"amount": {"amount": "200.00", "currency": "CNY"}}):
        refused(world.transfer("rich", {**order, **other}, good), 403, "authentication.proof_of_other_content", other)
    theirs = world.order("payee", "rich", "2.00")
    refused(world.transfer("payee", theirs, good), 403, "authentication.proof_of_another")
    still()
    # A key is not burnt by a proof that was wrong.
    key = world.key()
    refused(world.transfer("rich", order, "x", key), 403, "authentication.proof_forged")
    done(world.transfer("rich", order, good, key), 201)


@case("a proof is answered by its owner, in the way asked for, once, and in time")
def proof_answers(world):
    rich = world.customer("rich")
    order = world.order("rich", "payee", "2.00")
    proof = done(rich("POST", "/v1/proofs", {"transfer": order}), 201)
    path = f"/v1/proofs/{proof['id']}"
    refused(world.customer("payee")("POST", path, {"password": "Yungui-2026"}), 404, "authentication.challenge_unknown")
    refused(rich("POST", path, {"code": "000000"}), 404, "authentication.challenge_unknown")
    refused(rich("POST", path, {}), 400, "authentication.answer_missing")
    refused(rich("POST", path, {"password": "Wrong-2026"}), 403, "authentication.password_wrong")
    done(rich("POST", path, {"password": "Yungui-2026"}))
    refused(rich("POST", path, {"password": "Yungui-2026"}), (409, 422), "authentication.challenge_used")
    late = done(rich("POST", "/v1/proofs", {"transfer": order}), 201)
    world.rows("house", "update authentication_challenge set expires = expires - 301000000 where state = 'open'")
    refused(rich("POST", f"/v1/proofs/{late['id']}", {"password": "Yungui-2026"}), (409, 422), "authentication.challenge_expired")


@case("one proof pays once, also when it is sent twice at the same moment under two keys")
def proof_at_once(world):
    order = world.order("rich", "payee", "3.00")
    token, before = world.prove("rich", order), float(world.client_balance("payee"))
    callers = [world.client().sign_in(PHONES["rich"]) for _ in range(4)]
    answers = at_once(4, lambda i: callers[i]("POST", "/v1/transfers", {"transfer": order, "proof": token}, {"Idempotency-Key": world.key()}))
    expect(sorted(a[0] for a in answers) == [201, 409, 409, 409], answers)
    expect(round(float(world.client_balance("payee")) - before, 2) == 3, "paid more than once")


@case("the same key with the same content gives the same answer, with other content it is refused")
def same_key(world):
    order, key = world.order("rich", "payee", "4.00", purpose="房租 🏠"), world.key()
    first = done(world.transfer("rich", order, world.prove("rich", order), key), 201)
    still = nothing_moves(world, "rich", "payee")
    for proof in (None, "x", world.prove("rich", order)):
        expect(done(world.transfer("rich", order, proof, key), 201) == first, "another answer")
    for other in ({"amount": {"amount": "4.01", "currency": "CNY"}}, {"to": {"phone": PHONES["class3"]}}, {"purpose": "other"}, {"payee_name": "柜试乙"}):
        refused(world.transfer("rich", {**order, **other}, None, key), 409, "ledger.client_id_reused", other)
    still()
    # Keys are each customer's own.
    theirs = world.order("payee", "rich", "1.00")
    done(world.transfer("payee", theirs, world.prove("payee", theirs), key), 201)


@case("a refusal stands under its key, also when the payment could be made later")
def refusal_stands(world):
    order, key = world.order("poor", "payee", "11.00"), world.key()
    first = refused(world.transfer("poor", order, None, key), 422, "payment.no_funds")
    done(pay(world, "payee", "poor", "5.00"), 201)
    again = refused(world.transfer("poor", order, None, key), 422, "payment.no_funds")
    expect({**first, "instance": ""} == {**again, "instance": ""}, first, again)
    refused(world.transfer("poor", {**order, "amount": {"amount": "1.00", "currency": "CNY"}}, None, key), 409, "ledger.client_id_reused")
    done(pay_order(world, "poor", order), 201)
    done(pay(world, "payee", "poor", "6.00"), 201)


@case("the same payment sent many times at the same moment is made once")
def key_at_once(world):
    order, key = world.order("rich", "payee", "6.00"), world.key()
    token, before = world.prove("rich", order), float(world.client_balance("payee"))
    callers = [world.client().sign_in(PHONES["rich"]) for _ in range(6)]
    answers = at_once(6, lambda i: callers[i]("POST", "/v1/transfers", {"transfer": order, "proof": token}, {"Idempotency-Key": key}))
    expect({a[0] for a in answers} == {201} and len({a[1]["id"] for a in answers}) == 1, answers)
    expect(round(float(world.client_balance("payee")) - before, 2) == 6, "paid more than once")


@case("keys that are none are refused")
def keys(world):
    order = world.order("rich", "payee", "1.00")
    for key in (None, "", "short", "k" * 81):
        headers = {} if key is None else {"Idempotency-Key": key}
        refused(world.customer("rich")("POST", "/v1/transfers", {"transfer": order}, headers), 400, "api.contract", key)


@case("Class II pays 10,000 a day to unbound accounts and no fen more")
def class_2_day(world):
    refused(pay(world, "class2-day", "payee", "10000.01"), 422, "payment.over_day_limit")
    for _ in range(2):
        done(pay(world, "class2-day", "payee", "5000.00"), 201)
    still = nothing_moves(world, "class2-day", "payee")
    for amount in ("0.01", "5000.00", "10000.00"):
        refused(pay(world, "class2-day", "payee", amount), 422, "payment.over_day_limit", amount)
    still()
    limits = {use["code"]: use["used"]["amount"] for use in world.account("class2-day")["limits"]}
    expect(limits["out_day"] == "10000.00" and limits["out_year"] == "10000.00", limits)


@case("Class II pays no more in a year than the year's limit (here 8,000)")
def class_2_year(world):
    refused(pay(world, "class2-year", "payee", "8000.01"), 422, "payment.over_year_limit")
    for amount in ("5000.00", "3000.00"):
        done(pay(world, "class2-year", "payee", amount), 201)
    refused(pay(world, "class2-year", "payee", "0.01"), 422, "payment.over_year_limit")


@case("Class II takes in at most 10,000 a day from unbound accounts, once its holder was met")
def class_2_in(world):
    refused(pay(world, "rich", "class2", "10000.01"), 422, "payment.payee_over_day_limit")
    for _ in range(2):
        done(pay(world, "rich", "class2", "5000.00"), 201)
    refused(pay(world, "rich", "class2", "0.01"), 422, "payment.payee_over_day_limit")


@case("Class III holds 2,000 at most, and pays at most 2,000 a day and the year's limit (here 1,200)")
def class_3(world):
    refused(pay(world, "rich", "class3", "500.01"), 422, "payment.payee_over_balance_limit")
    done(pay(world, "rich", "class3", "500.00"), 201)
    refused(pay(world, "rich", "class3", "0.01"), 422, "payment.payee_over_balance_limit")
    done(pay(world, "class3", "payee", "1500.00"), 201)
    done(pay(world, "rich", "class3", "600.00"), 201)
    refused(pay(world, "class3", "payee", "500.01"), 422, "payment.over_day_limit")
    done(pay(world, "class3", "payee", "500.00"), 201)
    refused(pay(world, "class3", "payee", "0.01"), 422, "payment.over_day_limit")
    done(pay(world, "class3-year", "payee", "1200.00"), 201)
    refused(pay(world, "class3-year", "payee", "0.01"), 422, "payment.over_year_limit")


@case("payments at the same moment do not pass a limit together")
def limit_at_once(world):
    order = [world.order("class2", "payee", "4000.00", purpose=str(i)) for i in range(4)]
    tokens = []
    for one in order:
        tokens.append(world.prove("class2", one))
        world.age_codes()
    callers = [world.client().sign_in(PHONES["class2"]) for _ in order]
    answers = at_once(4, lambda i: callers[i]("POST", "/v1/transfers", {"transfer": order[i], "proof": tokens[i]}, {"Idempotency-Key": world.key()}))
    expect(sorted(a[0] for a in answers) == [201, 201, 422, 422], answers)
    limits = {use["code"]: use["used"]["amount"] for use in world.account("class2")["limits"]}
    expect(limits["out_day"] == "8000.00", limits)


@case("a large payment without a passkey is not let through by a weaker proof")
def large(world):
    order = world.order("rich", "payee", "6000.00")
    refused(world.customer("rich")("POST", "/v1/proofs", {"transfer": order}), 422, "authentication.no_passkey")
    small = world.order("rich", "payee", "1.00")
    refused(world.transfer("rich", order, world.prove("rich", small)), 403, "authentication.proof_of_other_content")
    refused(world.customer("rich")("POST", "/v1/proofs", {"transfer": world.order("rich", "payee", "60000.00")}), 422, "payment.at_a_branch")


@case("what a frozen account holds stays there")
def frozen(world):
    number = world.account("frozen")["number"]
    world.rows("yunchuan", "update account set state = 1 where number = ?", number)
    refused(pay(world, "frozen", "payee", "1.00"), 422, "payment.from_frozen")


@case("without a bound account nothing can be brought in, and a top-up's key has one answer")
def top_ups(world):
    own = world.account("rich")["id"]

    def top_up(who, account, amount, key):
        return world.customer(who)("POST", f"/v1/accounts/{account}/top-ups", {"amount": {"amount": amount, "currency": "CNY"}}, {"Idempotency-Key": key})
    key = world.key()
    for _ in range(2):
        refused(top_up("rich", own, "100.00", key), 422, "payment.no_bound_account")
    refused(top_up("rich", own, "101.00", key), 409, "ledger.client_id_reused")
    at_the_same_moment, key = world.client().sign_in(PHONES["rich"]), world.key()
    answers = at_once(6, lambda i: world.again(at_the_same_moment)("POST", f"/v1/accounts/{own}/top-ups", {"amount": {"amount": "5.00", "currency": "CNY"}}, {"Idempotency-Key": key}))
    expect({(status, answer["reason"]) for status, answer in answers} == {(422, "payment.no_bound_account")}, answers)
    key = world.key()
    refused(top_up("rich", own, "0.00", key), 400, "payment.amount_not_positive")
    refused(top_up("rich", own, "1.00", key), 422, "payment.no_bound_account", "a wrong form burns no key")
    refused(top_up("payee", own, "100.00", world.key()), 404, "account.unknown")


@case("statements and lists take no dates, cursors or limits that are none")
def queries(world):
    rich, own = world.customer("rich"), world.account("rich")["id"]
    for query in ("from=2026-13-01&to=2026-12-31", "from=2026-02-30&to=2026-12-31", "from=2026-12-31&to=2026-01-01", "from=2020-01-01&to=2026-01-01",
                  "from=x&to=y", "from=2026-01-01", "", "from=0000-00-00&to=9999-99-99", "from=2026-01-01&to=2026-02-01&x=1"):
        refused(rich("GET", f"/v1/accounts/{own}/statement?{query}"), (400, 422), about=query)
    for path in (f"/v1/accounts/{own}/entries", "/v1/messages", "/v1/cases"):
        for query in ("limit=0", "limit=-1", "limit=101", "limit=x", "limit=99999999999999999999", "limit=1e1", "cursor=%00", "cursor=x", "cursor=%27", "cursor=" + "9" * 201):
            status, answer = rich("GET", f"{path}?{query}")
            expect(status == 400 or (status == 200 and query.startswith("cursor")), path, query, status, answer)
        refused(rich("GET", f"{path}?limit=0"), 400, "api.contract")


@case("after all the refusals every account's balance is what its entries say")
def balances(world):
    for who in ("rich", "payee", "poor", "double", "class2", "class3", "class2-day"):
        account, total, cursor = world.account(who), 0.0, ""
        while True:
            page = done(world.customer(who)("GET", f"/v1/accounts/{account['id']}/entries?limit=100{cursor}"))
            total += sum(float(e["amount"]["amount"]) * (1 if e["direction"] == "in" else -1) for e in page["items"])
            if not page.get("next_cursor"):
                break
            cursor = "&cursor=" + page["next_cursor"]
        expect(abs(total - float(account["balance"]["amount"])) < 0.005, who, total, account["balance"])
