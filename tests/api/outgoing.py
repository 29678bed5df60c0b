# SPDX-License-Identifier: Apache-2.0
"""Paying accounts at other institutions and at other banks, where it works and where it does not."""
import datetime
import re
import time

from harness import case, done, expect, refused, until
from world import PHONES, Client


def lanwan(world):
    """A customer of another institution of the group: name, phone and the account that phone receives on."""
    person = re.search(r'institution: lanwan.*?name: (\S+?),.*?phone: "(\d+)"', (world.folder / "customers.yaml").read_text())
    client = world.customer(person[2], "lanwan")
    account = done(client("GET", "/v1/accounts"))["items"][0]
    return {"name": person[1], "phone": person[2], "number": account["number"], "balance": float(account["balance"]["amount"])}


def nobody_at_lanwan():
    """A well-formed number of that institution which it never gave out."""
    body = "9901029999999999"
    odd = sum(sum(divmod(int(d) * 2, 10)) if place % 2 == 0 else int(d) for place, d in enumerate(reversed(body)))
    return body + str(-odd % 10)


def order(world, bank, number, name, amount, payer="sender", **more):
    return {"from": world.account(payer)["id"], "bank": bank, "number": number, "name": name, "amount": {"amount": amount, "currency": "CNY"}, **more}


def prove(world, payer, body):
    """The token of whatever proof `body` needs, or the refusal."""
    client = world.customer(payer)
    before = {m["id"] for m in world.handset(PHONES.get(payer, payer))}
    status, proof = client("POST", "/v1/proofs", body)
    if status != 201:
        return status, proof
    answer = {"password": "Yungui-2026"}
    if proof["method"] == "sms":
        answer = {"code": world.new_code(PHONES.get(payer, payer), before)}
        world.age_codes()
    return 201, done(client("POST", f"/v1/proofs/{proof['id']}", answer), 200)["token"]


def pay_out(world, body, payer="sender", key=None, proof=True):
    token = None
    if proof:
        status, token = prove(world, payer, {"outgoing": body})
        if status != 201:
            return status, token
    request = {"payment": body, **({"proof": token} if token else {})}
    return world.customer(payer)("POST", "/v1/outgoing-payments", request, {"Idempotency-Key": key or world.key()})


def standing(world, payment, payer="sender"):
    return done(world.customer(payer)("GET", f"/v1/outgoing-payments/{payment['id']}"))


def comes_to(world, payment, state, seconds=15, payer="sender"):
    return until(lambda: (lambda seen: seen if seen["state"] == state else None)(standing(world, payment, payer)), seconds, f"{state} of {payment['id']}")


@case("a bank is found by number and by name, and only an institution of the group tells whose account it is")
def directory(world):
    sender = world.customer("sender")
    for number, code, reach in (("9901020000000012", "lanwan", "group"), ("9988 0000", "otherbank", "network"), ("99890100", "xinghai", "network"), ("990101", "yunchuan", "own")):
        items = done(sender("GET", f"/v1/banks?number={number.replace(' ', '%20')}"))["items"]
        expect(len(items) == 1 and items[0]["code"] == code and items[0]["reach"] == reach, number, items)
    expect(done(sender("GET", "/v1/banks?number=4000"))["items"] == [])
    expect([b["code"] for b in done(sender("GET", "/v1/banks?query=nanz"))["items"]] == ["nanzhou"])
    expect(len(done(sender("GET", "/v1/banks"))["items"]) >= 8)
    other = lanwan(world)
    seen = done(sender("POST", "/v1/outgoing-payments/lookup", {"bank": "lanwan", "number": other["number"]}))
    expect("*" in seen["masked_name"] and "*" in seen["masked_number"], seen)
    expect(done(sender("POST", "/v1/outgoing-payments/lookup", {"bank": "lanwan", "phone": other["phone"]}))["number"] == other["number"])
    refused(sender("POST", "/v1/outgoing-payments/lookup", {"bank": "xinghai", "number": "9989010000000000011"}), 404, "clearing.name_not_available")
    refused(sender("POST", "/v1/outgoing-payments/lookup", {"bank": "lanwan", "number": nobody_at_lanwan()}), 404, "payment.payee_unknown")
    refused(sender("POST", "/v1/outgoing-payments/lookup", {"bank": "lanwan"}), 400, "api.contract")


@case("a payment to another institution arrives at once, once, and both are told")
def to_another_institution(world):
    other = lanwan(world)
    before = world.client_balance("sender")
    body = order(world, "lanwan", other["number"], other["name"], "120.00", purpose="房租")
    key = world.key()
    status, token = prove(world, "sender", {"outgoing": body})
    expect(status == 201, token)
    send = lambda: world.customer("sender")("POST", "/v1/outgoing-payments", {"payment": body, "proof": token}, {"Idempotency-Key": key})
    payment = done(send(), 202)
    expect("*" in payment["name"] and payment["reach"] == "group", payment)
    seen = comes_to(world, payment, "settled")
    expect([s["state"] for s in seen["timeline"]] == ["requested", "sent", "settled"], seen)
    expect(done(send(), 202)["id"] == payment["id"], "the same key is another payment")
    refused(world.customer("sender")("POST", "/v1/outgoing-payments", {"payment": {**body, "purpose": "x"}, "proof": token}, {"Idempotency-Key": key}), 409, "ledger.client_id_reused")
    expect(float(before) - float(world.client_balance("sender")) == 120, before)
    expect(abs(lanwan(world)["balance"] - other["balance"] - 120) < 0.001, other)
    until(lambda: any("已到账" in m["text"] for m in world.handset(PHONES["sender"])), about="the payer's message")
    until(lambda: any("收到" in m["text"] and "120.00" in m["text"] for m in world.handset(other["phone"])), about="the payee's message")
    refused(world.customer("receiver")("GET", f"/v1/outgoing-payments/{payment['id']}"), 404, "clearing.payment_unknown")


@case("what the other side refuses comes back with its reason")
def comes_back(world):
    other = lanwan(world)
    before = world.client_balance("sender")
    for bank, number, name, reason in (("lanwan", other["number"], "别人", "BE01"), ("lanwan", nobody_at_lanwan(), "无此人", "AC01"),
                                       ("xinghai", "9989010000000000029", "星销户", "AC04"), ("xinghai", "9989010000000000011", "别人", "BE01"),
                                       ("nanzhou", "9989030000000000019", "南冻结", "AC06"), ("nanzhou", "9989030000000000999", "无此人", "AC01")):
        payment = done(pay_out(world, order(world, bank, number, name, "3.00")), 202)
        seen = comes_to(world, payment, "rejected")
        expect(seen["reason"] == reason and seen["reason_text"], seen)
        expect(world.client_balance("sender") == before, number)
    until(lambda: any("已退回" in m["text"] for m in world.handset(PHONES["sender"])), about="the message")


@case("another bank that answers late, twice or after its answer was lost is paid once")
def late_answers(world):
    before = float(world.client_balance("sender"))
    sent = [done(pay_out(world, order(world, bank, number, name, "2.00")), 202)
            for bank, number, name in (("xinghai", "9989010000000000011", "星河测"), ("beiling", "9989020000000000036", "北双答"), ("beiling", "9989020000000000044", "北迟答"))]
    for payment in sent:
        comes_to(world, payment, "settled")
    expect(abs(before - float(world.client_balance("sender")) - 6) < 0.001, before)


@case("silence is no failure: the payment stays on its way, staff see it, and it is asked for again")
def silence(world):
    before = float(world.client_balance("sender"))
    silent = done(pay_out(world, order(world, "beiling", "9989020000000000010", "北无声", "1.00")), 202)
    lost = done(pay_out(world, order(world, "beiling", "9989020000000000028", "北丢答", "1.00")), 202)
    comes_to(world, silent, "sent")
    items = done(world.staff("group.audit")("GET", "/v1/staff/clearing?institution=yunchuan"))
    ids = {i["id"]: i for i in items["items"]}
    pages, cursor = [], ""
    while True:
        page = done(world.staff("group.audit")("GET", "/v1/staff/clearing?institution=yunchuan&limit=1" + (f"&cursor={cursor}" if cursor else "")))
        expect(len(page["items"]) <= 1, "a page of one:", page)
        pages += page["items"]
        if not (cursor := page.get("next_cursor")):
            break
    made = [i["id"] for i in pages]
    expect([one for one in made if one in (silent["id"], lost["id"])] == [silent["id"], lost["id"]] and made == sorted(set(made)), "page by page:", made)
    for wrong in ("cursor=nonsense", "limit=0", "limit=201"):
        refused(world.staff("group.audit")("GET", f"/v1/staff/clearing?{wrong}"), 400, about=wrong)
    expect(silent["id"] in ids and ids[silent["id"]]["age_seconds"] >= 0 and ids[silent["id"]]["name"].endswith("*"), items["items"][:3])
    network = next(a for a in items["accounts"] if a["route"] == "network")
    expect(network["unfinished"] >= 2 and float(network["clearing"]["amount"]) >= 2, network)
    time.sleep(7)  # Longer than the partner's deadline here: the call is over, the payment is not.
    for payment in (silent, lost):
        expect(standing(world, payment)["state"] == "sent", "a time-out was taken for an outcome")
    expect(abs(before - float(world.client_balance("sender")) - 2) < 0.001, "money came back without an answer")
    # The bank's patience is a minute; the case does not wait for it.
    world.partner("clearing", mode="answer")
    world.rows("yunchuan", "update clearing_payment set touched_at = touched_at - 600000000 where state < 3")
    for payment in (silent, lost):
        expect(comes_to(world, payment, "settled")["timeline"][-1]["state"] == "settled")
    world.partner("clearing")


@case("at night a large payment waits for the opening, a small one goes through")
def night(world):
    def set_gate(gate):
        text = (world.folder / "sandbox/clearing.yaml").read_text()
        lines = [line for line in text.splitlines() if not line.startswith(("gate:", "large_from:"))]
        (world.folder / "sandbox/clearing.yaml").write_text("\n".join([*lines, f"gate: {gate}", 'large_from: "40.00"', ""]))
    set_gate("shut")
    try:
        large = done(pay_out(world, order(world, "heyue", "9989040000000000018", "和悦测", "40.00")), 202)
        small = done(pay_out(world, order(world, "heyue", "9989040000000000018", "和悦测", "39.99")), 202)
        comes_to(world, small, "settled")
        expect(comes_to(world, large, "queued")["timeline"][-1]["state"] == "queued")
        until(lambda: any("清算系统开门后到账" in m["text"] for m in world.handset(PHONES["sender"])), about="the message")
        set_gate("open")
        comes_to(world, large, "settled")
    finally:
        set_gate("open")


@case("what is given back after it was settled is on the account again, once")
def given_back(world):
    before = world.client_balance("sender")
    payment = done(pay_out(world, order(world, "xinghai", "9989010000000000037", "星退款", "8.00")), 202)
    seen = comes_to(world, payment, "returned")
    expect([s["state"] for s in seen["timeline"]] == ["requested", "sent", "settled", "returned"] and seen["reason"] == "AC04", seen)
    expect(world.client_balance("sender") == before)
    until(lambda: any("退回" in m["text"] and "8.00" in m["text"] for m in world.handset(PHONES["sender"])), about="the message")


@case("an order that cannot be is refused before anything moves")
def impossible(world):
    before = world.client_balance("sender")
    good = order(world, "xinghai", "9989010000000000011", "星河测", "1.00")
    for change, status, reason in (({"bank": "nobank"}, 404, "clearing.bank_unknown"), ({"bank": "yunchuan"}, 400, "clearing.own_bank"), ({"number": "12345678x"}, 400, "clearing.number_malformed"),
                                   ({"number": "1234567"}, 400, "api.contract"), ({"name": ""}, 400, "api.contract"), ({"name": "a\nb"}, 400, "clearing.name_missing"),
                                   ({"purpose": "x\ty"}, 400, "payment.purpose_too_long"), ({"purpose": "x" * 141}, 400, "api.contract"),
                                   ({"amount": {"amount": "0.00", "currency": "CNY"}}, 400, "payment.amount_not_positive"), ({"amount": {"amount": "600000.00", "currency": "CNY"}}, 422, None),
                                   ({"from": world.account("receiver")["id"]}, 404, "payment.from_unknown")):
        body = {**good, **change}
        refused(world.customer("sender")("POST", "/v1/proofs", {"outgoing": body}), status, reason, change)
        refused(pay_out(world, body, proof=False), status if reason else (403, 422), reason, change)
    refused(pay_out(world, good, proof=False), 403, "payment.proof_missing")
    refused(world.customer("sender")("POST", "/v1/outgoing-payments", {"payment": good}), 400, about="no key")
    status, token = prove(world, "sender", {"outgoing": good})
    expect(status == 201, token)
    other = {**good, "number": "9989010000000000029"}
    refused(world.customer("sender")("POST", "/v1/outgoing-payments", {"payment": other, "proof": token}, {"Idempotency-Key": world.key()}), 403, "authentication.proof_of_other_content")
    refused(world.client()("GET", "/v1/outgoing-payments"), 401)
    refused(world.customer("sender")("GET", "/v1/staff/clearing"), (401, 403))
    expect(world.client_balance("sender") == before)


@case("money that another bank's customer sends comes in once, and what cannot be paid out is answered with a reason")
def comes_in(world):
    number = world.account("receiver")["number"]
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    before = float(world.client_balance("receiver"))

    def bring(message, name, amount="15.00", to=number):
        xml = ('<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>'
               f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>{now}</CreDtTm><NbOfTxs>1</NbOfTxs><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>"
               f'<CdtTrfTxInf><PmtId><EndToEndId>{message}</EndToEndId><TxId>{message}</TxId></PmtId><IntrBkSttlmAmt Ccy="CNY">{amount}</IntrBkSttlmAmt><IntrBkSttlmDt>{now[:10]}</IntrBkSttlmDt><ChrgBr>SLEV</ChrgBr>'
               "<Dbtr><Nm>星河测</Nm></Dbtr><DbtrAcct><Id><Othr><Id>9989010000000000011</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>XHBKCNDEMO1</BICFI></FinInstnId></DbtrAgt>"
               f"<CdtrAgt><FinInstnId><BICFI>YCRCCNDEMO1</BICFI></FinInstnId></CdtrAgt><Cdtr><Nm>{name}</Nm></Cdtr><CdtrAcct><Id><Othr><Id>{to}</Id></Othr></Id></CdtrAcct></CdtTrfTxInf></FIToFICstmrCdtTrf></Document>")
        status, answer = Client(world.bank.sandbox_port)("POST", "/control/notices/clearing", {"institution": "yunchuan", "type": "payment", "content": {"message": xml}})
        expect(status == 204, answer)
    bring("IN1", "柜试申")
    bring("IN1", "柜试申")
    bring("IN2", "别人")
    bring("IN3", "柜试申", "0.005")
    until(lambda: float(world.client_balance("receiver")) > before, about="the money")
    until(lambda: any("从他行转入的15.00元" in m["text"] for m in world.handset(PHONES["receiver"])), about="the message")
    time.sleep(1)
    expect(abs(float(world.client_balance("receiver")) - before - 15) < 0.001, "came in more than once")
    reasons = {row[0]: row[1] for row in world.rows("yunchuan", "select message, reason from clearing_received where sender = 'XHBKCNDEMO1'")}
    expect(reasons == {"IN1": "", "IN2": "BE01", "IN3": "AM12"}, reasons)
