# SPDX-License-Identifier: Apache-2.0
"""The payee book, codes by which one is paid, and spending by month and category."""
import datetime
import decimal
import re

from harness import at_once, case, done, expect, refused, until
from money import pay
from outgoing import lanwan, nobody_at_lanwan
from world import PHONES


def book(client):
    return done(client("GET", "/v1/payee-book"))["items"]


def add(client, to, **more):
    return client("POST", "/v1/payee-book", {"to": to, **more})


def emptied(client):
    for one in book(client):
        done(client("DELETE", f"/v1/payee-book/{one['id']}"), 204)
    return client


@case("a payee is kept with a checked name, found by pinyin, changed and removed; only by whose book it is")
def payee_book(world):
    client, other = emptied(world.customer("rich")), world.customer("class2")
    number = world.account("payee")["number"]
    grouped = " ".join(number[i:i + 4] for i in range(0, len(number), 4))
    kept = done(add(client, {"account_number": grouped}, name="柜试乙", nickname="房东"), 201)
    expect(kept["name"] == "柜试乙" and kept["name_checked"] and kept["account_number"] == number and not kept["favourite"], kept)
    expect(kept["pinyin"] == "gui shi yi fang dong" and kept["initials"] == "gsyfd", kept)
    by_phone = done(add(client, {"phone": PHONES["poor"]}, favourite=True), 201)
    expect(by_phone["name"] == "柜**" and not by_phone["name_checked"], by_phone)
    expect([one["id"] for one in book(client)] == [by_phone["id"], kept["id"]], "favourites are not first")
    expect(book(other) == [] or kept["id"] not in [one["id"] for one in book(other)], "another's book shows it")
    path = f"/v1/payee-book/{kept['id']}"
    changed = done(client("PATCH", path, {"favourite": True}))
    expect(changed["favourite"] and changed["nickname"] == "房东", changed)
    expect(done(client("PATCH", path, {"nickname": ""})).get("nickname") is None)
    for method, body in (("PATCH", {"nickname": "x"}), ("DELETE", None)):
        refused(other(method, path, body), 404, "payee.unknown", method)
        refused(client(method, "/v1/payee-book/0000000000000", body), 404, "payee.unknown", method)
        refused(world.client()(method, path, body), 401, about=method)
    done(client("DELETE", path), 204)
    refused(client("DELETE", path), 404, "payee.unknown")
    expect(len(book(client)) == 1)


@case("a payee that is another's name, oneself, nobody or kept already is refused and not kept")
def wrong_payees(world):
    client = emptied(world.customer("rich"))
    number = world.account("payee")["number"]
    for name in ("柜试丙", "柜", "x", "' or '1'='1"):
        refused(add(client, {"account_number": number}, name=name), 422, "payee.name_differs", name)
    refused(add(client, {"account_number": world.account("rich")["number"]}), 422, "payee.oneself")
    refused(add(client, {"phone": "16400004998"}), 404, "payment.payee_unknown")
    refused(add(client, {"account_number": number[:-1] + str((int(number[-1]) + 1) % 10)}), 400, "account.number_mistyped")
    refused(add(client, {"account_number": number}, nickname="长" * 61), 400, "payee.text_too_long")
    for body in ({}, {"to": {}}, {"to": {"account_number": number, "phone": PHONES["payee"]}}, {"to": {"account_number": number}, "x": 1},
                 {"to": {"account_number": number}, "favourite": "yes"}):
        refused(client("POST", "/v1/payee-book", body), 400, "api.contract", body)
    expect(book(client) == [])
    callers = [world.again(client) for _ in range(8)]
    answers = at_once(8, lambda i: add(callers[i], {"account_number": number}))
    expect(sorted(a[0] for a in answers) == [201] + [409] * 7, [a[0] for a in answers])
    refused(add(client, {"account_number": number}, name="柜试乙"), 409, "payee.known")


@case("payees at other banks are kept with the bank; an institution of the group is asked for the name, the clearing house tells nobody's")
def payees_elsewhere(world):
    client, other = emptied(world.customer("rich")), lanwan(world)
    grouped = " ".join(other["number"][i:i + 4] for i in range(0, len(other["number"]), 4))
    there = done(add(client, {"account_number": grouped}, bank="lanwan", name=other["name"], nickname="表姐"), 201)
    expect(there["bank"] == "lanwan" and there["bank_name"]["zh"] and there["name_checked"] and there["account_number"] == other["number"], there)
    far = done(add(client, {"account_number": "9988 0000 0000 0000 023"}, bank="otherbank", name="柜雨水"), 201)
    expect(far["bank"] == "otherbank" and not far["name_checked"] and far["account_number"] == "9988000000000000023", far)
    expect({one["id"]: one.get("bank") for one in book(client)} == {there["id"]: "lanwan", far["id"]: "otherbank"}, book(client))
    kept = done(client("PATCH", f"/v1/payee-book/{far['id']}", {"favourite": True}))
    expect(kept["bank"] == "otherbank" and kept["name"] == "柜雨水", "a change forgets the bank", kept)
    number = other["number"]
    refused(add(client, {"account_number": number}, bank="lanwan", name="柜试丙"), 422, "payee.name_differs")
    refused(add(client, {"account_number": nobody_at_lanwan()}, bank="lanwan", name="柜试丙"), 404, "payment.payee_unknown")
    refused(add(client, {"account_number": number}, bank="lanwan"), 400, "clearing.name_missing")
    refused(add(client, {"account_number": "9988000000000000031"}, bank="otherbank"), 400, "clearing.name_missing")
    refused(add(client, {"account_number": "9988000000000000031"}, bank="nobank", name="x"), 404, "clearing.bank_unknown")
    refused(add(client, {"account_number": "99880000abcd"}, bank="otherbank", name="x"), 400)
    refused(add(client, {"account_number": "9988000"}, bank="otherbank", name="x"), 400)
    refused(add(client, {"phone": other["phone"]}, bank="lanwan", name=other["name"]), 400, "clearing.number_malformed")
    refused(add(client, {"account_number": number}, bank="lanwan", name=other["name"]), 409, "payee.known")
    refused(add(client, {"account_number": number}, bank="", name=other["name"]), 400, "api.contract")
    mine = done(add(client, {"account_number": world.account("payee")["number"]}, bank="yunchuan", name="柜试乙"), 201)
    expect("bank" not in mine and mine["name_checked"], "this institution is another bank", mine)
    expect(len(book(client)) == 3)


@case("a payment within the bank is told to payer and payee, each once, masked, with what is left on their own account; a refused one to nobody")
def told_to_both(world):
    phones = {who: PHONES[who] for who in ("telling", "told")}
    heard = {who: {m["id"] for m in world.handset(phone)} for who, phone in phones.items()}
    tails = {who: world.account(who)["number"][-4:] for who in phones}

    def fresh(who, word):
        return [m for m in world.handset(phones[who]) if m["id"] not in heard[who] and word in m["text"]]
    key = world.key()
    order = world.order("telling", "told", "17.31", purpose="不给别人看的用途")
    token = world.prove("telling", order)
    made = [done(world.transfer("telling", order, token, key), 201) for _ in range(2)]
    expect(made[0]["id"] == made[1]["id"], made)
    channels = {who: until(lambda who=who, word=word: fresh(who, word), about=f"the message to who is {who}") for who, word in (("telling", "转出17.31元"), ("told", "转入17.31元"))}
    for who, other in (("telling", "柜试元"), ("told", "柜试亥")):
        text = channels[who][0]["text"]
        expect(f"尾号{tails[who]}" in text and f"余额{world.client_balance(who)}元" in text, text)
        expect("不给别人看的用途" not in text and world.account("telling")["number"] not in text and "*" in text, text)
        expect(other not in text, "the other's name stands there in full", text)
    order = world.order("telling", "told", "18.32", payee_name="柜试丙")
    refused(world.transfer("telling", order), 422, "payment.payee_name_differs")
    done(pay(world, "telling", "told", "0.01"), 201)  # Messages come in order: behind this one nothing is on its way.
    until(lambda: fresh("told", "转入0.01元"), about="the next message")
    for who, word in (("telling", "17.31元"), ("told", "17.31元")):
        told = fresh(who, word)
        expect(len({m["text"] for m in told}) == 1 and len(told) == len({m.get("channel") for m in told}), "told more than once", told)
    expect(not fresh("telling", "18.32") and not fresh("told", "18.32"), "a refused payment was told")


@case("nothing of a payee stands in the book in clear, and it goes with the customer")
def sealed(world):
    client = emptied(world.customer("rich"))
    number = world.account("payee")["number"]
    done(add(client, {"account_number": number}, name="柜试乙", nickname="秘密昵称"), 201)
    rows = world.rows("yunchuan", "select sealed, mark from payee")
    expect(rows, "no row")
    for content, mark in rows:
        expect("秘密".encode() not in bytes(content) and number.encode() not in bytes(content) and 0 <= mark < 2 ** 32, "readable")


@case("who asks for many payees is slowed down")
def many_look_ups(world):
    client = world.customer("frozen")
    answers = [client("POST", "/v1/payees/lookup", {"phone": "16400004997"}) for _ in range(130)]
    expect([a[0] for a in answers[:60]] == [404] * 60)
    refused(answers[-1], 429, "payee.too_many_look_ups")
    refused(add(client, {"phone": PHONES["payee"]}), 429, "payee.too_many_look_ups")


def crc(text):
    """CRC-16/CCITT-FALSE."""
    value = 0xFFFF
    for byte in text.encode():
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
            value &= 0xFFFF
    return f"{value:04X}"


def objects(text):
    found, data, place = {}, text.encode(), 0
    while place < len(data):
        length = int(data[place + 2:place + 4])
        found[data[place:place + 2].decode()] = data[place + 4:place + 4 + length].decode()
        place += 4 + length
    return found


@case("a code is EMVCo's, says what was asked, and is read back")
def codes(world):
    payee, client = world.customer("payee"), world.customer("rich")
    account = world.account("payee")
    make = f"/v1/accounts/{account['id']}/paycode"
    static = done(payee("POST", make, {}))
    found = objects(static["text"])
    expect(found["00"] == "01" and found["01"] == "11" and found["53"] == "156" and found["58"] == "CN" and "54" not in found, found)
    expect(static["text"][-4:] == crc(static["text"][:-4]), "the checksum is another")
    expect(objects(found["26"])["02"] == account["number"])
    expect(len(static["rows"]) == len(static["rows"][0]) and set("".join(static["rows"])) == {"0", "1"})
    read = done(client("POST", "/v1/paycodes/read", {"text": static["text"]}))
    expect(read == {"account_number": account["number"], "masked_name": "柜**", "masked_number": read["masked_number"]}, read)
    dynamic = done(payee("POST", make, {"amount": {"amount": "12.34", "currency": "CNY"}, "purpose": "还饭钱", "minutes": 10}))
    away = world.customer(lanwan(world)["phone"], "lanwan")
    elsewhere = done(away("POST", "/v1/paycodes/read", {"text": dynamic["text"]}))
    expect(elsewhere["bank"] == "yunchuan" and elsewhere["account_number"] == read["account_number"] and "*" in elsewhere["masked_name"] and "bank" not in read, elsewhere)
    read = done(client("POST", "/v1/paycodes/read", {"text": " " + dynamic["text"] + "\n"}))
    expect(read["amount"]["amount"] == "12.34" and read["purpose"] == "还饭钱" and read["expires_at"] == dynamic["expires_at"], read)
    expect(objects(dynamic["text"])["01"] == "12")
    # What was read can be paid.
    done(pay(world, "rich", {"account_number": read["account_number"]}, "12.34", purpose=read["purpose"]), 201)

    def wrong(text, status, reason):
        refused(client("POST", "/v1/paycodes/read", {"text": text}), status, reason, text)
    altered = dynamic["text"].replace("540512.34", "540592.34")[:-4]
    wrong(altered + crc(altered), 422, "paycode.forged")
    later = re.sub(r"(0108)(\d{8})", lambda m: m[1] + str(int(m[2]) + 60), dynamic["text"][:-4])
    expect(later != dynamic["text"][:-4])
    wrong(later + crc(later), 422, "paycode.forged")
    wrong(static["text"][:-1] + ("0" if static["text"][-1] != "0" else "1"), 400, "paycode.damaged")
    foreign = static["text"].replace("yungui-demo", "other--bank")[:-4]
    wrong(foreign + crc(foreign), 422, "paycode.foreign")
    for text in ("https://example.test", "000201", "0" * 2000, static["text"][:40], "𝟘𝟘"):
        wrong(text, 400, "paycode.malformed")
    mistyped = static["text"].replace(account["number"], account["number"][:-1] + str((int(account["number"][-1]) + 1) % 10))[:-4]
    wrong(mistyped + crc(mistyped), 400, "account.number_mistyped")
    for body in ({"minutes": 0}, {"minutes": 99999}, {"purpose": ""}, {"purpose": "x" * 61}, {"amount": "1"}, {"x": 1}):
        refused(payee("POST", make, body), 400, "api.contract", body)
    refused(payee("POST", make, {"purpose": "长" * 21}), 400, "paycode.purpose_too_long")
    refused(payee("POST", make, {"amount": {"amount": "0.00", "currency": "CNY"}}), 400, "payment.amount_not_positive")
    refused(client("POST", make, {}), 404, "account.unknown")
    refused(world.client()("POST", make, {}), 401)
    refused(world.client()("POST", "/v1/paycodes/read", {"text": static["text"]}), 401)


@case("spending by month and category adds up to the ledger, also for what came since, and leads to its movements")
def spending(world):
    client, account = world.customer("changes"), world.account("changes")["id"]
    month = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=8)).strftime("%Y-%m")

    def now():
        months = done(client("GET", f"/v1/accounts/{account}/spending"))["months"]
        expect(len(months) == 12 and months[-1]["month"] == month, months)
        return months[-1], {one["code"]: (one["amount"]["amount"], one["count"]) for one in months[-1]["categories"]}
    before = decimal.Decimal(now()[0]["out"]["amount"])
    for amount, purpose in (("10.00", "晚饭"), ("20.50", "房租"), ("1.25", "parental advice"), ("3.00", "Rent in May"), ("4.00", "LUNCH!")):
        done(pay(world, "changes", "payee", amount, purpose=purpose), 201, purpose)
    figures, categories = now()
    expect(decimal.Decimal(figures["out"]["amount"]) - before == decimal.Decimal("38.75"), figures)
    expect(categories["food"] == ("14.00", 2) and categories["housing"] == ("23.50", 2) and categories["other"] == ("1.25", 1), categories)
    world.rows("yunchuan", "delete from spending_account")
    expect(now()[1] == categories, "worked out anew it is another")
    page = done(client("GET", f"/v1/accounts/{account}/spending/{month}?category=food&limit=1"))
    expect([e["purpose"] for e in page["items"]] == ["LUNCH!"] and page["next_cursor"], page)
    rest = done(client("GET", f"/v1/accounts/{account}/spending/{month}?category=food&limit=5&cursor={page['next_cursor']}"))
    expect([e["purpose"] for e in rest["items"]] == ["晚饭"], rest)
    whole = done(client("GET", f"/v1/accounts/{account}/spending/{month}?limit=100"))["items"]
    expect(sum(decimal.Decimal(e["amount"]["amount"]) for e in whole) == decimal.Decimal(figures["out"]["amount"]), whole)
    expect(done(client("GET", f"/v1/accounts/{account}/spending/2001-01")) == {"items": []})
    for bad in ("2026-13", "2026-00"):
        refused(client("GET", f"/v1/accounts/{account}/spending/{bad}"), 400, about=bad)
    refused(client("GET", f"/v1/accounts/{account}/spending/november"), 400, "api.contract")
    other = world.customer("payee")
    refused(other("GET", f"/v1/accounts/{account}/spending"), 404, "account.unknown")
    refused(other("GET", f"/v1/accounts/{account}/spending/{month}"), 404, "account.unknown")
    refused(world.client()("GET", f"/v1/accounts/{account}/spending"), 401)
    content = world.rows("yunchuan", "select sealed from spending_account")
    expect(content and all(b"food" not in bytes(row[0]) for row in content), "sums stand in clear")
