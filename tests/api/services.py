# SPDX-License-Identifier: Apache-2.0
"""Services of the bank's folder, each through the counter with its operations: what people do right, wrong, twice and at once."""
import datetime
import json

from harness import case, done, expect, refused, until
from papers import text_of
from world import ADDED, Client, IDENTITIES, ID_NUMBERS, PHONES


def begin(world, who, service):
    client = world.customer(who)
    begun = client("POST", "/v1/cases", {"service": service})
    expect(begun[0] == 201, "a case did not begin:", begun)
    return client, begun[1]


def give(world, client, view, step, data):
    """Answers a step; the case once the bank has done its part."""
    done(world.submit(client, view["id"], step, data), 200, f"{step} of {view['service']}")
    return world.settled(client, view["id"])


def options(view, field):
    fields = view["step"]["section"]["fields"]
    return [one["value"] for one in next(f for f in fields if f["name"] == field).get("options", [])]


def prove(world, client, phone, view):
    """The token of a proof for what the case would do, by whatever the service asks for."""
    world.age_codes()
    before = {m["id"] for m in world.handset(phone)}
    proof = done(client("POST", "/v1/proofs", {"case": view["id"]}), 201, "a proof")
    given = {"password": "Yungui-2026"} if proof["method"] == "password" else {"code": world.new_code(phone, before)}
    return done(client("POST", f"/v1/proofs/{proof['id']}", given), 200, "the proof's answer")["token"]


def task_of(world, view, code, who):
    def look():
        rows = done(world.staff(who)("GET", "/v1/staff/tasks?state=all&limit=100"))["items"]
        return next((t for t in rows if t["case"] == view["id"] and t["state"] != "done"), None)
    return until(look, about=f"the task {code}")


def work(world, view, code, who, outcome, **more):
    """Claims the case's task and ends it; the answer of the second."""
    task = task_of(world, view, code, who)
    done(world.staff(who)("POST", f"/v1/staff/tasks/{task['id']}/claim"), 200, "a claim")
    return world.staff(who)("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": outcome, **more})


@case("a lost card is of no use at once, gets no new PIN, and nobody reports another's card")
def card_loss(world):
    client, view = begin(world, "rich", "card-loss")
    card = options(view, "card")[0]
    other, others = begin(world, "payee", "card-loss")
    problem = refused(world.submit(other, others["id"], "report", {"card": card, "how": "lost"}), 400, "form.invalid", "another's card")
    expect(problem["errors"][0]["field"] == "card", problem)
    refused(world.submit(client, view["id"], "report", {"card": card, "how": "eaten"}), 400, "form.invalid")
    view = give(world, client, view, "report", {"card": card, "how": "stolen", "where": "公交车上"})
    expect(view["state"] == "done" and view["result"]["lines"], view)
    states = {one["id"]: one["state"] for one in done(client("GET", "/v1/debit-cards"))["items"]}
    expect(states[card] == "lost", "the card's list does not know it is lost:", states)
    expect(card not in {one["id"] for one in done(other("GET", "/v1/debit-cards"))["items"]}, "another sees the card")
    client, pin = begin(world, "rich", "card-pin")
    pin = give(world, client, pin, "application", {"card": card}) if card in options(pin, "card") else pin
    expect(pin["state"] == "customer" and pin["step"]["code"] == "application" and pin["step"]["note"], "a lost card must be refused with words:", pin)


@case("a new PIN needs a proof for exactly this card, is kept as a hash, and easy or different ones are refused")
def card_pin(world):
    client, view = begin(world, "pin", "card-pin")
    view = give(world, client, view, "application", {"card": options(view, "card")[0]})
    for bad in ({"pin": "123456", "pin_again": "123456"}, {"pin": "111222", "pin_again": "111222"}, {"pin": "739164", "pin_again": "739165"}, {"pin": "73916", "pin_again": "73916"}):
        refused(world.submit(client, view["id"], "confirm", bad), 400, "form.invalid", bad)
    view = give(world, client, view, "confirm", {"pin": "739164", "pin_again": "739164"})
    expect(view["step"]["code"] == "proof", view)
    view = give(world, client, view, "proof", {"proof": "forged-forged-forged"})
    expect(view["step"]["code"] == "proof" and "无效" in view["step"]["note"]["zh"], "a forged proof is refused with words:", view)
    view = give(world, client, view, "proof", {"proof": prove(world, client, PHONES["pin"], view)})
    expect(view["state"] == "done", view)
    kept = world.rows("yunchuan", "select pin from card where pin <> ''")
    expect(kept and all(row[0].startswith("$argon2id$") for row in kept), "the PIN is not kept as a hash")


@case("a limit is changed after a proof by SMS; over the class or without proof it stays, and a proof serves one case")
def limit_change(world):
    client, view = begin(world, "double", "limit-change")
    account = options(view, "account")[0]
    view = give(world, client, view, "application", {"account": account, "limit": "300000.00"})
    expect(view["step"]["code"] == "application" and "网点" in view["step"]["note"]["zh"], "so much is agreed at a branch:", view)
    refused(world.submit(client, view["id"], "application", {"account": account, "limit": "-1"}), 400, "form.invalid")
    refused(client("POST", "/v1/proofs", {"case": view["id"]}), 409, "case.step_not_current")
    view = give(world, client, view, "application", {"account": account, "limit": "5000.00"})
    expect(view["step"]["prefill"]["limit"] == "5000.00", view)
    view = give(world, client, view, "confirm", {"agreed": "2026-11"})
    token = prove(world, client, PHONES["double"], view)
    refused(world.customer("poor")("POST", "/v1/proofs", {"case": view["id"]}), 404, "case.unknown", "another's case")
    view = give(world, client, view, "proof", {"proof": token})
    expect(view["state"] == "done", view)
    limits = done(client("GET", f"/v1/accounts/{account}"))["limits"]
    expect(any(one["limit"]["amount"] == "5000.00" for one in limits), "the limit stayed:", limits)
    client, view = begin(world, "double", "limit-change")
    view = give(world, client, view, "application", {"account": account, "limit": "6000.00"})
    view = give(world, client, view, "confirm", {"agreed": "2026-11"})
    view = give(world, client, view, "proof", {"proof": token})
    expect(view["step"]["code"] == "proof" and view["step"]["note"], "a proof of another case is refused with words:", view)


@case("a phone is changed by a code to the new one and a proof; then the new one signs in and the old one does not")
def phone_change(world):
    old, new = PHONES["reassigned"], "16400009901"
    client, view = begin(world, "reassigned", "phone-change")
    view = give(world, client, view, "application", {"phone": PHONES["payee"]})
    expect(view["step"]["code"] == "application" and view["step"]["note"], "another customer's phone:", view)
    before = {m["id"] for m in world.handset(new)}
    view = give(world, client, view, "application", {"phone": new})
    code = world.new_code(new, before)
    wrong = "000000" if code != "000000" else "111111"
    refused(world.submit(client, view["id"], "confirm", {"code": wrong}), (400, 401, 403, 409, 422), "authentication.code_wrong")
    refused(world.submit(client, view["id"], "confirm", {"code": "right"}), 400, "form.invalid")
    view = give(world, client, view, "confirm", {"code": code})
    view = give(world, client, view, "proof", {"proof": prove(world, client, old, view)})
    expect(view["state"] == "done", view)
    signs_in = {"institution": "yunchuan", "password": "Yungui-2026"}
    until(lambda: world.client()("POST", "/v1/sessions/password", {**signs_in, "phone": new})[0] == 201, about="a sign-in by the new phone")
    refused(world.client()("POST", "/v1/sessions/password", {**signs_in, "phone": old}), (401, 403), about="the old phone")
    world.customers.pop(old, None)


@case("details are changed where they are others; nothing changed and a word for an address are refused, and no card's day is believed without the card")
def details(world):
    client, view = begin(world, "later", "details-update")
    expect(view["step"]["prefill"]["occupation"] == "office", "what is known is not there:", view)
    known = view["step"]["prefill"]["address"]
    refused(world.submit(client, view["id"], "application", {"address": "家", "occupation": "office"}), 400, "form.invalid")
    refused(world.submit(client, view["id"], "application", {"address": known, "occupation": "office", "valid_until": "2041-05-06"}), 400, "form.invalid")
    view = give(world, client, view, "application", {"address": known, "occupation": "office"})
    expect(view["step"]["code"] == "confirm", view)
    view = give(world, client, view, "confirm", {"agreed": "2026-11"})
    view = give(world, client, view, "proof", {"proof": prove(world, client, PHONES["later"], view)})
    expect(view["step"]["code"] == "application" and view["step"]["note"], "nothing changed:", view)
    view = give(world, client, view, "application", {"address": "云岭省云川市白塔区新居路1号", "occupation": "retired"})
    view = give(world, client, view, "confirm", {"agreed": "2026-11"})
    view = give(world, client, view, "proof", {"proof": prove(world, client, PHONES["later"], view)})
    expect(view["state"] == "done", view)
    client, view = begin(world, "later", "details-update")
    expect("新居路" in view["step"]["prefill"]["address"] and view["step"]["prefill"]["occupation"] == "retired", "it was not written:", view)


@case("a complaint is answered by somebody, in words, and the customer reads them")
def complaint(world):
    client, view = begin(world, "top-up", "complaint")
    refused(world.submit(client, view["id"], "report", {"about": "fee", "text": "差"}), 400, "form.invalid")
    view = give(world, client, view, "report", {"about": "fee", "text": "上月扣了两次短信费 <script>alert(1)</script>"})
    expect(view["state"] == "bank", view)
    refused(work(world, view, "handle", "yc.teller1", "settled"), 400, "task.comment_missing")
    task = task_of(world, view, "handle", "yc.teller1")
    done(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "settled", "comment": "已核对，多收的费用已退回。"}))
    view = world.settled(client, view["id"])
    expect(view["state"] == "done" and any("退回" in str(line["value"]) for line in view["result"]["lines"]), view)


@case("pictures are given to one's own case only, drawn anew, seen by the staff; whoever got an answer rates it, others do not")
def pictures_and_stars(world):
    client, view = begin(world, "sender", "complaint")
    at = f"/v1/cases/{view['id']}/pictures"
    picture = (IDENTITIES / "01/front.jpg").read_bytes()
    refused(client("POST", f"{at}/pictures", b"not a picture", media="image/jpeg"), 400, None, "no picture")
    refused(client("POST", f"{at}/text", picture, media="image/jpeg"), 409, "case.step_not_current", "a field that asks for none")
    refused(world.customer("poor")("POST", f"{at}/pictures", picture, media="image/jpeg"), 404, "case.unknown", "another's case")
    given = done(client("POST", f"{at}/pictures", picture, media="image/jpeg"), 201)["evidence"]
    other, others = begin(world, "poor", "complaint")
    words = {"about": "app", "text": "这个页面打不开，附上截图。"}
    problem = refused(world.submit(other, others["id"], "report", {**words, "pictures": [given]}), 400, "form.invalid", "another's picture")
    expect(problem["errors"][0]["reason"] == "form.not_offered", problem)
    refused(world.submit(client, view["id"], "report", {**words, "pictures": [given] * 4}), 400, "form.invalid", "four of three")
    refused(client("PUT", f"/v1/cases/{view['id']}/rating", {"stars": 5}), 409, "case.not_ended", "not decided yet")
    view = give(world, client, view, "report", {**words, "pictures": [given]})
    task = task_of(world, view, "handle", "yc.teller1")
    seen = done(world.staff("yc.teller1")("GET", f"/v1/staff/tasks/{task['id']}"))["evidence"]
    expect([(one["id"], one["kind"]) for one in seen] == [(given, "picture")], seen)
    teller = world.staff("yc.teller1")
    done(teller("GET", f"/v1/staff/evidence/{given}"))
    expect(teller.text.startswith(b"\xff\xd8") and teller.text != picture, "the picture is not seen, or as it was sent")
    refused(client("POST", f"{at}/pictures", picture, media="image/jpeg"), 409, "case.step_not_current", "nothing is asked any more")
    done(work(world, view, "handle", "yc.teller1", "settled", comment="已修好，请再试。"))
    world.settled(client, view["id"])
    for stars in (0, 6, "5"):
        refused(client("PUT", f"/v1/cases/{view['id']}/rating", {"stars": stars}), 400)
    refused(world.customer("poor")("PUT", f"/v1/cases/{view['id']}/rating", {"stars": 1}), 404, "case.unknown")
    done(client("PUT", f"/v1/cases/{view['id']}/rating", {"stars": 2}))
    expect(done(client("PUT", f"/v1/cases/{view['id']}/rating", {"stars": 4}))["rating"] == 4, "the second counts")
    listed = done(world.staff("yc.operations")("GET", "/v1/staff/services"))["items"]
    complaint_of = next(one for one in listed if one["service"]["code"] == "complaint")
    expect(complaint_of["ratings"] >= 1 and complaint_of["stars"] >= 4, complaint_of)


@case("a slot is taken as often as there are places; who gives up makes room; days off are refused")
def appointment(world):
    wish = {"branch": "P-YC-BT", "time": "10:00", "about": "card"}
    views = []
    for who in ("poor", "double", "top-up", "sender"):
        client, view = begin(world, who, "branch-appointment")
        day = options(view, "date")[3]
        refused(world.submit(client, view["id"], "appointment", {**wish, "date": "2026-01-01"}), 400, "form.invalid", "a day that is not offered")
        views.append((client, give(world, client, view, "appointment", {**wish, "date": day})))
    states = [view["state"] for _, view in views]
    expect(states == ["bank", "bank", "bank", "customer"], "three places, four people:", states)
    expect("约满" in views[3][1]["step"]["note"]["zh"], views[3][1])
    done(views[0][0]("POST", f"/v1/cases/{views[0][1]['id']}/cancel"))
    client, view = views[3]
    view = give(world, client, view, "appointment", {**wish, "date": options(view, "date")[3]})
    expect(view["state"] == "bank" and view["result"]["lines"], "the place that was given up is not free:", view)
    visit = task_of(world, view, "visit", "yc.teller3")
    refused(world.staff("yc.teller3")("POST", f"/v1/staff/tasks/{visit['id']}/claim"), 403, "task.not_for_you", "who works below that branch")
    refused(world.staff("yc.manager2")("POST", f"/v1/staff/tasks/{visit['id']}/claim"), 403, "task.not_for_you", "who works at another")
    done(work(world, view, "visit", "yc.manager", "came"))
    expect(world.settled(client, view["id"])["state"] == "done", "came, and yet")


@case("large cash is booked from 50,000 on, and the branch sees how much to have ready")
def large_cash(world):
    client, view = begin(world, "rich", "large-cash")
    wish = {"account": options(view, "account")[0], "branch": "P-YC-BT", "date": options(view, "date")[1], "time": "14:30", "use": "house"}
    refused(world.submit(client, view["id"], "appointment", {**wish, "amount": "300.00"}), 400, "form.invalid")
    view = give(world, client, view, "appointment", {**wish, "amount": "220000.00"})
    task = task_of(world, view, "visit", "yc.manager")
    seen = done(world.staff("yc.manager")("GET", f"/v1/staff/tasks/{task['id']}"))
    expect(any("220000" in row["value"] for group in seen["facts"] for row in group["rows"]) and seen["prompts"], seen)


@case("numbers in a queue rise, are called, and with a fever none is given")
def queue(world):
    wish = {"branch": "P-YC-BT", "about": "cash", "temperature": "36.5", "symptoms": "no", "truth": "2026-11"}
    client, first = begin(world, "poor", "queue-ticket")
    refused(world.submit(client, first["id"], "ticket", {**wish, "temperature": "38.1"}), 400, "form.invalid")
    first = give(world, client, first, "ticket", wish)
    other, second = begin(world, "double", "queue-ticket")
    second = give(world, other, second, "ticket", wish)
    number = [next(line["value"] for line in view["result"]["lines"] if line["label"]["zh"] == "您的号码") for view in (first, second)]
    expect(number[0] < number[1], number)
    done(work(world, first, "call", "yc.manager", "called"))
    until(lambda: any(number[0] in m["text"] for m in world.handset(PHONES["poor"])), about="the call")
    done(work(world, first, "serve", "yc.manager", "not-there"))
    expect(world.settled(client, first["id"])["state"] == "done", "a number that has passed")


@case("a card comes by mail: an unknown address, a lost parcel, wrong digits, then it is active")
def replacement(world):
    client, view = begin(world, "by-mail", "card-replacement")
    card, phone = options(view, "card")[0], PHONES["by-mail"]
    view = give(world, client, view, "choose", {"card": card})
    view = give(world, client, view, "application", {"address": "无名路一号院子", "phone": phone})
    done(world.submit(client, view["id"], "proof", {"proof": prove(world, client, phone, view)}))
    until(lambda: done(client("GET", f"/v1/cases/{view['id']}")).get("step", {}).get("code") == "application", about="the address once more")
    done(world.submit(client, view["id"], "application", {"address": "云岭省云川市白塔区云柜路7号", "phone": phone}))
    view = until(lambda: (v := done(client("GET", f"/v1/cases/{view['id']}"))).get("step", {}).get("code") == "receipt" and v, 40, "the parcel")
    number = world.rows("yunchuan", "select number from card where state = 'ordered'")[0][0]
    wrong = "0000" if not number.endswith("0000") else "1111"
    done(world.submit(client, view["id"], "receipt", {"digits": wrong}))
    view = until(lambda: (v := done(client("GET", f"/v1/cases/{view['id']}"))).get("step", {}).get("note") and v, about="a word about wrong digits")
    done(world.submit(client, view["id"], "receipt", {"digits": number[-4:]}))
    view = until(lambda: (v := done(client("GET", f"/v1/cases/{view['id']}")))["state"] == "done" and v, about="the end")
    expect(world.rows("yunchuan", "select state from card where number = ?", number) == [("active",)], "the card is not active")


@case("supplies are promised once, two people decide above the limit, and what is refused goes back")
def supplies(world):
    wish = {"goods": "disinfectant", "branch": "P-YC-BT", "for_whom": "白塔村卫生室"}
    client, big = begin(world, "rich", "supply-request")
    refused(world.submit(client, big["id"], "order", {**wish, "quantity": 0}), 400, "form.invalid")
    big = give(world, client, big, "order", {**wish, "quantity": 200})
    other, more = begin(world, "payee", "supply-request")
    more = give(world, other, more, "order", {**wish, "quantity": 150})
    expect(more["state"] == "customer" and more["step"]["note"], "promised twice:", more)
    done(work(world, big, "decide", "yc.teller1", "approve"))
    refused(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task_of(world, big, 'check', 'yc.senior')['id']}/claim"), (403, 409), about="the same person twice")
    refused(world.staff("yc.teller3")("POST", f"/v1/staff/tasks/{task_of(world, big, 'check', 'yc.senior')['id']}/claim"), 403, "task.not_for_you", "of a town, where a county checks")
    check = task_of(world, big, "check", "yc.senior")["id"]
    done(world.staff("yc.senior")("POST", f"/v1/staff/tasks/{check}/claim"))
    shown = done(world.staff("yc.senior")("GET", f"/v1/staff/tasks/{check}"))
    expect(shown["task"]["customer_name"] == "柜**", "whose case it is:", shown["task"])
    back = shown["send_back"]
    expect([one["name"]["zh"] for one in back] == ["物资审批"], "where it can be sent back to:", back)
    refused(world.staff("yc.senior")("POST", f"/v1/staff/tasks/{check}/send-back", {"to": back[0]["to"], "reason": " "}), 400, about="sent back without a word")
    refused(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{check}/send-back", {"to": back[0]["to"], "reason": "mine"}), (403, 409), about="by somebody else")
    done(world.staff("yc.senior")("POST", f"/v1/staff/tasks/{check}/send-back", {"to": back[0]["to"], "reason": "Who is it for?"}))
    again = until(lambda: (t := task_of(world, big, "decide", "yc.senior"))["id"] != check and t, about="the first person's task again")
    told = done(world.staff("yc.teller1")("GET", f"/v1/staff/tasks/{again['id']}"))["history"]
    expect(any("Who is it for?" in json.dumps(entry) for entry in told), "the reason is not told:", told)
    done(work(world, big, "decide", "yc.teller1", "approve"))
    done(work(world, big, "check", "yc.senior", "refuse", reason="supply.not_justified"))
    expect(world.settled(client, big["id"])["reason"] == "supply.not_justified", "not refused")
    more = give(world, other, more, "order", {**wish, "quantity": 140, "for_whom": "白塔村学校"})
    expect(more["state"] == "bank", more)
    told = done(world.staff("yc.teller1")("GET", f"/v1/staff/tasks/{task_of(world, more, 'decide', 'yc.teller1')['id']}"))["history"]
    expect([entry["text"]["en"].split(" · ")[-1] for entry in told if "changed:" in entry["text"]["en"]] == ["changed: For whom, How many"], "what was changed:", told)
    done(work(world, more, "decide", "yc.teller1", "approve"))
    done(work(world, more, "check", "yc.senior", "approve"))
    done(work(world, more, "hand-out", "yc.teller3", "handed-out"))
    expect(world.settled(other, more["id"])["state"] == "done", more)


@case("what is there of each kind of goods is told to who may see it; what comes is put in once, with a record, and can be given out")
def stocks(world):
    operations, key = world.staff("yc.operations"), world.key()
    shelf = lambda goods="disinfectant": {one["goods"]: one for one in done(operations("GET", "/v1/staff/supplies"))["items"]}[goods]  # noqa: E731
    before = shelf()
    expect(before["name"]["zh"] and {"mask", "food"} <= {one["goods"] for one in done(operations("GET", "/v1/staff/supplies?institution=yunchuan"))["items"]}, before)
    put = lambda pieces, key, goods="disinfectant", who=operations, **more: who("POST", f"/v1/staff/supplies/{goods}", {"institution": "yunchuan", "pieces": pieces, "reason": "供应商送货", **more}, {"Idempotency-Key": key})  # noqa: E731
    for wrong in ({"pieces": 0}, {"pieces": -1}, {"pieces": 1_000_001}, {"pieces": "5"}, {"reason": ""}, {"more": 1}):
        refused(put(**{"pieces": 5, "key": world.key(), **wrong}), 400, about=wrong)
    refused(put(5, world.key(), "gold"), 404, "supply.goods_unknown")
    refused(put(5, world.key(), institution="lanwan"), 404, "api.institution_unknown")
    refused(put(5, world.key(), who=world.staff("yc.manager")), 403, "staff.not_permitted")
    records = len(world.audit("yunchuan", action="supply.put-in"))
    for _ in range(3):
        done(put(5, key))
    refused(put(6, key), 409, "ledger.client_id_reused")
    expect(shelf() == {**before, "there": before["there"] + 5}, "put in once:", before, shelf())
    expect(len(world.audit("yunchuan", action="supply.put-in")) == records + 1, "recorded once")
    client, view = begin(world, "village", "supply-request")
    view = give(world, client, view, "order", {"goods": "disinfectant", "branch": "P-YC-BT", "for_whom": "社区", "quantity": 3})
    expect(shelf()["there"] == before["there"] + 2 and shelf()["promised"] == before["promised"] + 3, "promised:", shelf())
    done(work(world, view, "decide", "yc.teller1", "refuse", reason="supply.not_justified"))
    expect(world.settled(client, view["id"])["state"] == "refused" and shelf()["there"] == before["there"] + 5, "what is refused goes back:", shelf())


@case("who reports well on each day goes back to work at once; others are looked at; who is unwell is called")
def community(world):
    well = {"branch": "P-YC-BT", "temperature": "36.4", "symptoms": "no", "where": "here"}
    back = {"employer": "云川市水务公司", "from": "2030-01-01", "came_from": "here", "truth": "2026-11"}
    client, view = begin(world, "poor", "health-report")
    expect(give(world, client, view, "report", well)["state"] == "done", "a report")
    client, view = begin(world, "poor", "back-to-work")
    expect(give(world, client, view, "application", back)["state"] == "bank", "one day is not three")
    done(work(world, view, "decide", "yc.teller1", "refuse", reason="community.not_well"))
    expect(world.settled(client, view["id"])["reason"] == "community.not_well", "not refused")
    for day in (1, 2):
        world.rows("yunchuan", "insert into community_report(person, day, place, state, taken_at) select person, day - ?, place, state, taken_at from community_report"
                               " where state = 'well' and day = (select max(day) from community_report)", day)
    client, view = begin(world, "poor", "back-to-work")
    expect(give(world, client, view, "application", back)["state"] == "done", "three days well")
    client, view = begin(world, "double", "health-report")
    expect(give(world, client, view, "report", {**well, "temperature": "38.6"})["state"] == "bank", "nobody is told")
    done(work(world, view, "handle", "yc.teller1", "settled", comment="已电话联系，建议就医。"))
    client, view = begin(world, "double", "visitor-registration")
    expect(give(world, client, view, "report", {"name": "到访人", "branch": "P-YC-BT", "temperature": "36.6", "purpose": "meeting"})["state"] == "done", "a visit")


@case("the housing fund tells what there is, pays no more than that, and is not asked twice")
def fund(world):
    client = world.client().sign_in("16400000001")
    view = done(client("POST", "/v1/cases", {"service": "housing-fund"}), 201)
    view = world.settled(client, view["id"])
    expect(any(line["value"] == "86400.00" for line in view["result"]["lines"]), view)
    refused(world.submit(client, view["id"], "application", {"wanted": True}), 400, "form.invalid")
    view = give(world, client, view, "application", {"wanted": True, "why": "rent", "amount": "99999.00", "account": options(view, "account")[0]})
    view = give(world, client, view, "proof", {"proof": prove(world, client, "16400000001", view)})
    view = until(lambda: (v := done(client("GET", f"/v1/cases/{view['id']}"))).get("step", {}).get("code") == "application" and v, about="the fund's no")
    expect("余额" in view["step"]["note"]["zh"], view)
    account = options(view, "account")[0]
    before = float(done(client("GET", f"/v1/accounts/{account}"))["balance"]["amount"])
    view = give(world, client, view, "application", {"wanted": True, "why": "rent", "amount": "1400.00", "account": account})
    view = give(world, client, view, "proof", {"proof": prove(world, client, "16400000001", view)})
    view = until(lambda: (v := done(client("GET", f"/v1/cases/{view['id']}")))["state"] == "done" and v, 40, "the fund's money")
    refused(client("POST", f"/v1/cases/{view['id']}/cancel"), 409, about="it is over")
    after = float(done(client("GET", f"/v1/accounts/{account}"))["balance"]["amount"])
    expect(round(after - before, 2) == 1400.0, "not credited, or twice:", before, after)
    world.partner("fund", mode="silent")
    other = world.customer("poor")
    view = done(other("POST", "/v1/cases", {"service": "housing-fund"}), 201)
    waits = done(other("GET", f"/v1/cases/{view['id']}"))
    expect(waits["state"] == "bank" and waits["message"]["zh"], "a fund that says nothing is waited for, in words:", waits)
    world.partner("fund")
    until(lambda: done(other("GET", f"/v1/cases/{view['id']}"))["state"] != "bank", 40, "the end of the silence")


@case("a deposit certificate blocks what it certifies, verifies for anybody, and given back says so and frees the money")
def certificate(world):
    client, view = begin(world, "certified", "deposit-certificate")
    phone, account = PHONES["certified"], options(view, "account")[0]
    wish = {"account": account, "amount": "4000.00", "until": "2027-03-01", "use": "visa"}
    for bad in ({"until": "2020-01-01"}, {"until": "2027-02-30"}, {"amount": "0.00"}, {"amount": "-5"}, {"use": "fun"}, {"account": world.account("rich")["id"]}):
        refused(world.submit(client, view["id"], "application", {**wish, **bad}), 400, "form.invalid", bad)
    view = give(world, client, view, "application", {**wish, "amount": "900000.00"})
    expect(view["step"]["code"] == "application" and "不够" in view["step"]["note"]["zh"], "more than there is:", view)
    view = give(world, client, view, "application", {**wish, "until": "2099-01-01"})
    expect(view["step"]["code"] == "application" and "一年" in view["step"]["note"]["zh"], "longer than a year:", view)
    view = give(world, client, view, "application", wish)
    view = give(world, client, view, "confirm", {"agreed": "2026-11"})
    view = give(world, client, view, "proof", {"proof": prove(world, client, phone, view)})
    expect(view["state"] == "done", view)
    one = done(client("GET", "/v1/certificates"))["items"][0]
    expect(one["state"] == "valid" and one["amount"]["amount"] == "4000.00" and one["id"] == view["result"]["certificate"], one)
    seen = done(client("GET", f"/v1/accounts/{account}"))
    expect(seen["available"]["amount"] == "1000.00" and seen["balance"]["amount"] == "5000.00", "nothing is blocked:", seen)
    for language, words in (("zh", "个人存款证明书"), ("en", "Certificate of deposit balance")):
        expect(client("GET", f"/v1/certificates/{one['id']}/document?language={language}")[0] == 200)
        text = text_of(client.text)
        expect(words in text and one["number"] in text and one["verification_code"] in text and "4,000.00" in text, text)
    paper = {"number": one["number"], "code": one["verification_code"]}
    told = done(world.somewhere()("POST", "/v1/verifications", paper))
    expect(told["kind"] == "certificate" and told["standing"] == "valid" and told["to"] == "2027-03-01" and "*" in told["holder"] + told["account"], told)
    for forged in ({**paper, "code": "0000-0000"}, {**paper, "number": one["number"].replace("D", "S", 1)}):
        expect(done(world.somewhere()("POST", "/v1/verifications", forged)) == {"genuine": False}, forged)
    back = f"/v1/certificates/{one['id']}/give-back"
    refused(world.customer("poor")("POST", back), 404, "statement.certificate_unknown", "another's")
    refused(world.customer("poor")("GET", f"/v1/certificates/{one['id']}/document"), 404, "statement.certificate_unknown")
    for _ in range(2):
        expect(done(client("POST", back))["state"] == "given_back", "not given back")
    expect(done(client("GET", f"/v1/accounts/{account}"))["available"]["amount"] == "5000.00", "still blocked")
    expect(done(world.somewhere()("POST", "/v1/verifications", paper))["standing"] == "given_back", "it still counts")


def number_in(identifier):
    """The number that an id of the API stands for in the book."""
    number = 0
    for letter in identifier:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    return number


def card_of(world, client, view, who):
    """A card with somebody's name and number given and the face given up; the case as it then stands."""
    name = next(name for key, name, *_ in ADDED if key == who)
    written = world.card(client, view["id"], 2, name=name, number=ID_NUMBERS[who], birth_date="1990-03-07")
    view = give(world, client, view, "id-card", written)
    world.no_face(client, view["id"])
    return world.settled(client, view["id"], leaving="face")


@case("an account that nobody used goes to sleep, pays nothing, is revived by who can prove to be its holder, and rises to Class I at the branch")
def asleep(world):
    agreed = {"agreement_privacy": "2026-11", "agreement_face": "2026-11"}
    client, account = world.customer("asleep"), world.account("asleep")["id"]
    refused_view = begin(world, "asleep", "account-revival")[1]
    expect(options(refused_view, "account") == [], "it does not sleep yet:", refused_view)
    done(client("POST", f"/v1/cases/{refused_view['id']}/cancel"))
    world.rows("yunchuan", "update account set opened_at = opened_at - ? where id = ?", 184 * 86_400_000_000, number_in(account))
    until(lambda: done(client("GET", f"/v1/accounts/{account}"))["state"] == "dormant", about="sleep")
    order = {"from": account, "to": {"phone": PHONES["payee"]}, "amount": {"amount": "1.00", "currency": "CNY"}}
    refused(client("POST", "/v1/proofs", {"transfer": order}), (409, 422), "payment.from_dormant")
    client, view = begin(world, "asleep", "account-revival")
    refused(world.submit(client, view["id"], "application", {"account": account}), 400, "form.invalid", "without consent")
    view = give(world, client, view, "application", {"account": account, **agreed})
    strange = give(world, client, view, "id-card", world.card(client, view["id"], 4))
    expect(strange["state"] == "refused" and strange["reason"] in ("identity.phone_of_other_person", "identity.known_under_other_phone"), "another's card:", strange)
    client, view = begin(world, "asleep", "account-revival")
    view = card_of(world, client, give(world, client, view, "application", {"account": account, **agreed}), "asleep")
    expect(view["state"] == "bank", "a face that was not shown revives nothing:", view)
    done(work(world, view, "decide", "yc.teller1", "approve"))
    expect(world.settled(client, view["id"])["state"] == "done", "not revived")
    expect(done(client("GET", f"/v1/accounts/{account}"))["state"] == "open", "it still sleeps")
    client, view = begin(world, "asleep", "account-upgrade")
    view = give(world, client, view, "application", {"account": account, "branch": "P-YC-BT", **agreed})
    view = card_of(world, client, view, "asleep")
    seen = done(world.staff("yc.teller1")("GET", f"/v1/staff/tasks/{task_of(world, view, 'decide', 'yc.teller1')['id']}"))
    expect({"id-card-front", "id-card-back"} <= {one["kind"] for one in seen["evidence"]} and seen["prompts"], seen)
    done(work(world, view, "decide", "yc.teller1", "approve"))
    done(work(world, view, "check", "yc.senior", "approve"))
    expect(world.settled(client, view["id"])["state"] == "done", "not upgraded")
    now = done(client("GET", f"/v1/accounts/{account}"))
    expect(now["class"] == "1" and not now["limits"], "the limits stay:", now)
    expect(options(begin(world, "asleep", "account-upgrade")[1], "account") == [], "it rises once")


@case("a new ID card is recorded by its picture only: another's, an expired one and one that is known already are refused, what was typed is looked at")
def new_card(world):
    agreed = {"agreement_privacy": "2026-11", "agreement_face": "2026-11"}
    client, view = begin(world, "asleep", "id-card-renewal")
    refused(world.submit(client, view["id"], "application", {}), 400, "form.invalid", "without consent")
    done(client("POST", f"/v1/cases/{view['id']}/cancel"))
    name = next(name for key, name, *_ in ADDED if key == "asleep")
    own = {"name": name, "number": ID_NUMBERS["asleep"], "birth_date": "1990-03-07"}

    def renewed(valid_until, outcome="approve", **changed):
        client, view = begin(world, "asleep", "id-card-renewal")
        view = give(world, client, view, "application", agreed)
        view = give(world, client, view, "id-card", world.card(client, view["id"], 2, **{**own, **changed}, valid_until=valid_until))
        if view["state"] == "refused":
            return view
        world.no_face(client, view["id"])
        view = world.settled(client, view["id"], leaving="face")
        if view["state"] == "refused":
            return view
        expect(view["state"] == "bank", "what was typed is believed", view)
        done(work(world, view, "decide", "yc.teller1", outcome, **({"reason": "identity.doubtful"} if outcome == "refuse" else {})))
        return world.settled(client, view["id"])

    for wanted, given in (("identity.card_expired", renewed("2020-01-01")), ("identity.doubtful", renewed("2041-05-06", "refuse")),
                          ("identity.police_mismatch", renewed("2041-05-06", name="云试改"))):
        expect(given["state"] == "refused" and given["reason"] == wanted, wanted, given)
    strange = begin(world, "asleep", "id-card-renewal")[1]
    strange = give(world, client, give(world, client, strange, "application", agreed), "id-card", world.card(client, strange["id"], 4))
    expect(strange["state"] == "refused" and strange["reason"] in ("identity.phone_of_other_person", "identity.known_under_other_phone"), "another's card:", strange)
    view = renewed("2041-05-06")
    expect(view["state"] == "done" and any("2041-05-06" in str(line["value"]) for line in view["result"]["lines"]), view)
    known = renewed("2041-05-06")
    expect(known["state"] == "refused" and known["reason"] == "identity.card_not_newer", known)
    expect(renewed("长期")["state"] == "done" and renewed("2051-05-06")["reason"] == "identity.card_not_newer", "nothing outlives a card for ever")


@case("school aid: papers are seen, two people decide large sums, a student has it once a term, and the fund pays no more than its budget")
def school_aid(world):
    def ask(who, **more):
        client, view = begin(world, who, "school-aid")
        given = done(client("POST", f"/v1/cases/{view['id']}/pictures/papers", (IDENTITIES / "01/front.jpg").read_bytes(), media="image/jpeg"), 201)["evidence"]
        wish = {"kind": "allowance", "school": "yunchuan-no1", "student": "柜小地", "student_number": "20260101", "situation": "illness", "amount": "1800.00",
                "account": options(view, "account")[0], "papers": [given], "truth": "2026-11", **more}
        return client, view, {k: v for k, v in wish.items() if v is not None}
    client, view, wish = ask("pupil")
    for bad in ({"papers": []}, {"account": world.account("rich")["id"]}, {"student_number": "x"}, {"amount": "-1"}):
        refused(world.submit(client, view["id"], "application", {**wish, **bad}), 400, "form.invalid", bad)
    refused(world.submit(client, view["id"], "application", {k: v for k, v in wish.items() if k != "account"}), 400, "form.invalid", "no account")
    view = give(world, client, view, "application", {**wish, "amount": "2000.01"})
    expect(view["step"]["code"] == "application" and "上限" in view["step"]["note"]["zh"], view)
    view = give(world, client, view, "application", wish)
    seen = done(world.staff("yc.teller1")("GET", f"/v1/staff/tasks/{task_of(world, view, 'decide', 'yc.teller1')['id']}"))
    expect([one["kind"] for one in seen["evidence"]] == ["picture"] and any(row["value"] == "1800.00" for group in seen["facts"] for row in group["rows"]), seen)
    before = float(world.client_balance("pupil"))
    done(work(world, view, "decide", "yc.teller1", "approve"))
    expect(world.settled(client, view["id"])["state"] == "done", "not granted")
    expect(round(float(world.client_balance("pupil")) - before, 2) == 1800.0, "not credited once")
    client, view, wish = ask("later")
    view = give(world, client, view, "application", wish)
    expect(view["step"]["code"] == "application" and "领取过" in view["step"]["note"]["zh"], "twice for a student:", view)
    client, view, wish = ask("sender", kind="fee", student_number="20260210", amount="5000.01", account=None, situation="registered")
    view = give(world, client, view, "application", wish)
    refused(work(world, view, "decide", "yc.teller2", "approve"), 403, "task.over_limit", "more than a teller may grant")
    task = task_of(world, view, "decide", "yc.teller2")["id"]
    outcomes = {one["code"]: one["over_limit"] for one in done(world.staff("yc.teller2")("GET", f"/v1/staff/tasks/{task}"))["outcomes"]}
    expect(outcomes == {"approve": True, "refuse": False}, outcomes)
    done(world.staff("yc.teller2")("POST", f"/v1/staff/tasks/{task}/complete", {"outcome": "refuse", "reason": "aid.not_entitled"}))
    expect(world.settled(client, view["id"])["state"] == "refused", "a refusal needs no limit")
    for number in range(1, 4):
        client, view, wish = ask("sender", kind="fee", student_number=f"2026020{number}", amount="6000.00", account=None, situation="registered")
        view = give(world, client, view, "application", wish)
        done(work(world, view, "decide", "yc.teller1", "approve"))
        refused(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task_of(world, view, 'check', 'yc.senior')['id']}/claim"), (403, 409), about="the same person twice")
        done(work(world, view, "check", "yc.senior", "approve"))
        expect(world.settled(client, view["id"])["state"] == "done", "not paid")
    client, view, wish = ask("sender", kind="fee", student_number="20260204", amount="300.00", account=None, situation="registered")
    view = give(world, client, view, "application", wish)
    expect(view["step"]["code"] == "application" and "基金" in view["step"]["note"]["zh"], "more than the budget:", view)


def letter(world, number, **more):
    """What the bank answers to the audit firm's signed request."""
    content = {"number": number, "company": "91330999MA0GUI001X", "as_of": datetime.datetime.now(datetime.UTC).astimezone(datetime.timezone(datetime.timedelta(hours=8))).date().isoformat(), **more.pop("content", {})}
    body = {"notice": world.key(), "institution": more.pop("institution", "yunchuan"), "type": more.pop("type", "letter"), "content": content}
    return done(Client(world.bank.sandbox_port)("POST", f"/control/calls/{more.pop('partner', 'auditor')}", {"path": "/v1/partner/confirmation-letters", "body": body, **more}))


@case("an audit firm's letter needs its signature, the company's consent, a maker and a checker, and is answered once with the ledger's figures")
def confirmation(world):
    expect(letter(world, "HZ-1", tampered=True)["status"] in (401, 403), "a letter that nobody signed")
    expect(letter(world, "HZ-1", partner="wallet")["status"] in (403, 404), "a wallet audits nobody")
    for content, reason in (({"company": "91330999MA0NOBODY1"}, "letter.company_unknown"), ({"as_of": "2099-01-01"}, "letter.day_ahead"), ({"as_of": "yesterday"}, "letter.day_malformed"),
                            ({"number": "一号"}, "letter.number_malformed"), ({"company": ID_NUMBERS["rich"]}, "letter.nobody_authorised")):
        told = letter(world, "HZ-1", content=content)
        expect(told["genuine"] and told["body"] == {"status": "refused", "reason": reason}, reason, told)
    agent = "16400000005"
    before = {m["id"] for m in world.handset(agent)}
    told = letter(world, "HZ-1")
    expect(told["genuine"] and told["body"]["status"] == "waiting" and "accounts" not in told["body"], told)
    until(lambda: [m for m in world.handset(agent) if m["id"] not in before and "HZ-1" in m["text"]], about="word to the company")
    expect(letter(world, "HZ-1")["body"] == told["body"], "one number, one letter")
    expect(letter(world, "HZ-1", content={"as_of": "2026-01-31"})["body"]["reason"] == "letter.number_reused", "another day under the same number")
    expect(options(begin(world, "payee", "bank-confirmation")[1], "letter") == [], "anybody sees it")
    client, view = begin(world, agent, "bank-confirmation")
    chosen = options(view, "letter")
    refused(world.submit(client, view["id"], "application", {"letter": chosen[0]}), 400, "form.invalid", "without consent")
    view = give(world, client, view, "application", {"letter": chosen[0], "agreed": "2026-11"})
    view = give(world, client, view, "proof", {"proof": prove(world, client, agent, view)})
    seen = done(world.staff("yc.teller1")("GET", f"/v1/staff/tasks/{task_of(world, view, 'decide', 'yc.teller1')['id']}"))
    expect(any("8000000.00" in row["value"] or "CNY" in row["value"] for group in seen["facts"] for row in group["rows"]), "no figures:", seen["facts"])
    done(work(world, view, "decide", "yc.teller1", "approve"))
    refused(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task_of(world, view, 'check', 'yc.senior')['id']}/claim"), (403, 409), about="the same person twice")
    expect(letter(world, "HZ-1")["body"]["status"] != "answered", "answered by one person")
    done(work(world, view, "check", "yc.senior", "approve"))
    expect(world.settled(client, view["id"])["state"] == "done", view)
    answer = letter(world, "HZ-1")["body"]
    expect(answer["status"] == "answered" and len(answer["accounts"]) == 1 and answer["accounts"][0]["account"].startswith("9901"), answer)
    expect(letter(world, "HZ-1")["body"] == answer, "the answer changes")
    paper = {"number": answer["answer_number"], "code": answer["verification_code"]}
    told = done(world.somewhere()("POST", "/v1/verifications", paper))
    expect(told["kind"] == "letter" and told["entries"] == 1 and "*" in told["holder"], told)
    expect(done(world.somewhere()("POST", "/v1/verifications", {**paper, "code": "0000-0000"})) == {"genuine": False}, "any code does")
    client, view = begin(world, agent, "bank-confirmation")
    expect(options(view, "letter") == [], "it waits still")
    done(client("POST", f"/v1/cases/{view['id']}/cancel"))
    expect(letter(world, "HZ-2")["body"]["status"] == "waiting", "a second letter")
    client, view = begin(world, agent, "bank-confirmation")
    view = give(world, client, view, "application", {"letter": options(view, "letter")[0], "agreed": "2026-11"})
    view = give(world, client, view, "proof", {"proof": prove(world, client, agent, view)})
    done(work(world, view, "decide", "yc.teller1", "refuse", reason="letter.doubtful"))
    expect(world.settled(client, view["id"])["reason"] == "letter.doubtful", "not refused")
    told = letter(world, "HZ-2")["body"]
    expect(told["status"] == "declined" and told["reason"] == "letter.doubtful" and "accounts" not in told, "the firm waits for ever:", told)
    expect(options(begin(world, agent, "bank-confirmation")[1], "letter") == [], "what was declined is offered")


@case("what communities report is counted by the five levels; a visitor's pass is checked at the door; contacts are traced by who may, with a reason and a record")
def levels(world):
    client, view = begin(world, "top-up", "visitor-registration")
    view = give(world, client, view, "report", {"name": "到访人", "branch": "P-YC-BT-NG", "temperature": "36.6", "purpose": "business"})
    passed = view["result"]["pass"]
    expect(len(view["result"]["pass_rows"]) >= 21, "no code to show:", view)
    other, seen = begin(world, "sender", "visitor-registration")
    give(world, other, seen, "report", {"name": "送货人", "branch": "P-YC-BT-NG", "temperature": "36.4", "purpose": "delivery"})
    hot, view = begin(world, "later", "visitor-registration")
    view = give(world, hot, view, "report", {"name": "到访人", "branch": "P-YC-BT-NG", "temperature": "38.9", "purpose": "business"})
    expect("pass" not in (view.get("result") or {}), "who has a fever gets no pass:", view)
    door = world.staff("yc.teller3")
    told = done(door("POST", "/v1/staff/visitor-passes", {"pass": passed}))
    expect(told["valid"] and told["place"] == "P-YC-BT-NG" and "*" in told["name"], told)
    refused(door("POST", "/v1/staff/visitor-passes", {"pass": "ZZZZ-ZZZZ"}), 404, "visit.pass_unknown")
    refused(world.staff("lw.teller1")("POST", "/v1/staff/visitor-passes", {"pass": passed}), 404, "visit.pass_unknown", "another institution's door")
    path = f"/v1/staff/customers/{told['customer']}/contacts"
    refused(door("POST", path, {"reason": "不应该能查"}), 403, "staff.not_permitted")
    tracer = world.staff("yc.compliance")
    for bad in ({}, {"reason": " "}, {"reason": "流调需要", "days": 31}):
        refused(tracer("POST", path, bad), 400, about=bad)
    before = len(world.audit("yunchuan", action="visit.trace"))
    items = done(tracer("POST", path, {"reason": "疾控流调函2026-11"}))["items"]
    expect(any(one["place"] == "P-YC-BT-NG" and one["customer"] != told["customer"] for one in items) and all(one["customer"] != told["customer"] for one in items), items)
    expect(len(world.audit("yunchuan", action="visit.trace")) == before + 1, "the trace was not recorded")
    for who, branch, temperature in (("top-up", "P-YC-BT-NG", "36.5"), ("sender", "P-YC-SQ", "38.5")):
        client, view = begin(world, who, "health-report")
        give(world, client, view, "report", {"branch": branch, "temperature": temperature, "symptoms": "no", "where": "here"})
    client, view = begin(world, "top-up", "back-to-work")
    give(world, client, view, "application", {"employer": "云川市水务公司", "from": "2030-01-01", "came_from": "here", "truth": "2026-11"})

    def units(nodes):
        for node in nodes:
            yield node["code"], node
            yield from units(node["children"])
    told = dict(units(done(world.staff("yc.senior")("GET", "/v1/staff/community"))["roots"]))
    town, county, city = (told[code] for code in ("P-YC-BT-NG", "P-YC-BT", "P-YC"))
    expect(town["level"] == "town" and town["well"] >= 1 and town["returns_asked"] >= 1, town)
    expect(city["well"] >= county["well"] >= town["well"] and city["unwell"] >= told["P-YC-SQ"]["unwell"] >= 1, city)
    client, view = begin(world, "village", "health-report")
    give(world, client, view, "report", {"branch": "P-YC-BT-NG", "temperature": "36.6", "symptoms": "no", "where": "here"})
    whole = done(world.staff("group.audit")("GET", "/v1/staff/community"))["roots"]
    seen = dict(units(whole))
    expect([seen[code]["level"] for code in ("P", "P-YC", "P-YC-BT", "P-YC-BT-NG", "P-YC-BT-NG-01")] == ["province", "city", "county", "town", "village"], "five levels")
    for code, unit in seen.items():
        expect(unit["well"] >= sum(below["well"] for below in unit["children"]), code, "counts less than what is below it")
    expect(seen["P"]["well"] == sum(below["well"] for below in seen["P"]["children"]) and seen["P-YC-BT-NG"]["well"] == town["well"] + 1, "the province is its cities:", seen["P"]["well"])
    day = done(world.staff("yc.senior")("GET", "/v1/staff/community?day=2020-01-01"))
    expect(all(unit["well"] == 0 for _, unit in units(day["roots"])), "counts of another day")
    refused(world.staff("yc.senior")("GET", "/v1/staff/community?day=today"), 400)


@case("a list for many households is decided by one and checked by another; then each line is done, and what is not there is told by line")
def batch(world):
    client, view = begin(world, "village", "community-supplies")
    line = lambda household, goods, quantity: {"household": household, "goods": goods, "quantity": quantity}  # noqa: E731
    lines = [line("3组12号", "mask", 5), line("3组14号", "food", 200), line("4组1号", "food", 200), line("4组2号", "mask", 7)]
    for wrong, field in (([], "lines"), ([line("x", "mask", 1)], "lines/0/household"), ([line("3组12号", "mask", 201)], "lines/0/quantity"),
                         ([line("3组12号", "gold", 1)], "lines/0/goods"), ([line("3组12号", "mask", 1)] * 51, "lines")):
        problem = refused(world.submit(client, view["id"], "list", {"place": "古井社区", "lines": wrong}), 400, "form.invalid")
        expect(problem["errors"][0]["field"] == field, problem)
    expect(give(world, client, view, "list", {"place": "古井社区", "lines": lines})["state"] == "bank", "nobody decides")
    given = lambda: world.rows("yunchuan", "select count(*) from ledger_journal")[0][0]  # noqa: E731
    before = given()
    done(work(world, view, "decide", "yc.teller1", "approve"))
    refused(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task_of(world, view, 'check', 'yc.senior')['id']}/claim"), (403, 409), about="the maker checks")
    expect(given() == before, "given out before it was checked")
    done(work(world, view, "check", "yc.senior", "approve"))
    view = until(lambda: (v := done(client("GET", f"/v1/cases/{view['id']}")))["state"] == "done" and v, about="the lines")
    shown = {row["label"]["en"]: row["value"] for row in view["result"]["lines"]}
    expect(shown["Households"] == "4" and int(shown["Done"]) + int(shown["Not done"]) == 4, shown)
    # Of 200 parcels of food only one household can have all, whatever else was given out before.
    expect("3" in shown["Lines that were not done"].split(", ") and not {"1", "4"} & set(shown["Lines that were not done"].split(", ")), shown)
    expect(given() >= before + 4, "the lines that were done are not in the journal")
    until(lambda: any("物资清单已办理" in m["text"] for m in world.handset(PHONES["village"])), 60, "the message")
    client, view = begin(world, "village", "community-supplies")
    give(world, client, view, "list", {"place": "古井社区", "lines": lines[:1]})
    before = given()
    done(work(world, view, "decide", "yc.teller1", "refuse", reason="supply.not_justified"))
    expect(world.settled(client, view["id"])["reason"] == "supply.not_justified" and given() == before, "a refused list gave something out")


@case("a notice goes to everybody who reported in the area or below it, once, after two people have looked; what one refuses goes to nobody")
def notice(world):
    reported = {"temperature": "36.4", "symptoms": "no", "where": "here"}
    for who, place in (("telling", "P-YC-SQ-DM"), ("told", "P-YC-SQ"), ("pin", "P-YC-BT")):
        client, view = begin(world, who, "health-report")
        give(world, client, view, "report", {"branch": place, **reported})
    title = "检测安排甲"
    words = {"branch": "P-YC-SQ", "title": title, "text": "明天上午九点在镇政府广场检测，请带身份证。"}
    heard = lambda who: sum(title in m["text"] and "检测，请带" in m["text"] for m in world.handset(PHONES[who]))  # noqa: E731
    client, view = begin(world, "village", "community-notice")
    for wrong in ({"title": "短"}, {"text": "短"}, {"text": "长" * 201}, {"branch": "P-LW-GT"}, {"to": "everybody"}):
        refused(world.submit(client, view["id"], "notice", {**words, **wrong}), 400, "form.invalid", wrong)
    give(world, client, view, "notice", words)
    done(work(world, view, "decide", "yc.teller1", "approve"))
    expect(heard("told") == 0, "sent before it was checked")
    done(work(world, view, "check", "yc.senior", "approve"))
    view = until(lambda: (v := done(client("GET", f"/v1/cases/{view['id']}")))["state"] == "done" and v, about="the notice")
    told = int(next(row["value"] for row in view["result"]["lines"]))
    expect(told >= 2, view)
    for who in ("telling", "told"):
        until(lambda who=who: heard(who) == 1, 60, f"the notice to {who}")
    until(lambda: any(f"已发给{told}人" in m["text"] for m in world.handset(PHONES["village"])), 60, "the word to the writer")
    expect(heard("pin") == 0 and heard("telling") == 1, "told elsewhere, or twice")
    client, view = begin(world, "village", "community-notice")
    give(world, client, view, "notice", {**words, "title": "检测安排乙"})
    done(work(world, view, "decide", "yc.teller1", "refuse", reason="notice.not_proper"))
    expect(world.settled(client, view["id"])["reason"] == "notice.not_proper", "not refused")
    expect(not any("检测安排乙" in m["text"] for m in world.handset(PHONES["told"])), "a refused notice was sent")


@case("branches say whether they are open and how many wait; a visitor without an account tells everything once, then the temperature alone")
def branches(world):
    somewhere = world.somewhere()
    every = done(somewhere("GET", "/v1/branches"))["items"]
    own = done(somewhere("GET", "/v1/branches?institution=yunchuan"))["items"]
    expect({one["institution"] for one in own} == {"yunchuan"} and 0 < len(own) < len(every), own)
    refused(somewhere("GET", "/v1/branches?institution=nowhere"), 404, "api.institution_unknown")
    for code in ("P-NOWHERE", "P-YC", "P-YC-BT-NG-01"):  # The last two are units without a door.
        refused(somewhere("GET", f"/v1/branches/{code}"), 404, "branch.unknown")
    look = lambda code="P-YC-BT": done(world.somewhere()("GET", f"/v1/branches/{code}"))  # noqa: E731
    before = look()
    expect(("closes_at" in before) == before["open"] and ("opens_at" in before) != before["open"], before)
    expect(before["link"].endswith("/branches/P-YC-BT") and len(before["link_rows"]) >= 21, before)
    expect({"queue-ticket", "branch-appointment", "visitor-registration"} <= {one["code"] for one in before["services"]}, before)
    phone = "16400000771"
    client = world.visitor(phone)
    view = done(client("POST", "/v1/cases", {"service": "queue-ticket"}), 201)
    give(world, client, view, "ticket", {"branch": "P-YC-BT", "about": "cash", "temperature": "36.5", "symptoms": "no", "truth": "2026-11"})
    after = look()
    expect(after["waiting"] == before["waiting"] + 1 and after["wait_minutes"] == before["wait_minutes"] + 5, before, after)
    expect(look("P-YC-SQ")["waiting"] == 0, "another branch's queue")
    done(work(world, view, "call", "yc.manager", "called"))
    done(work(world, view, "serve", "yc.manager", "served"))
    until(lambda: look()["waiting"] == before["waiting"], about="the number's end")
    whole = {"name": "到访人甲", "branch": "P-YC-BT-NG", "temperature": "36.6", "purpose": "delivery"}
    view = done(client("POST", "/v1/cases", {"service": "visitor-registration"}), 201)
    expect(view["step"]["code"] == "report", view)
    refused(world.submit(client, view["id"], "report", {**whole, "name": ""}), 400, "form.invalid", "nobody in particular")
    refused(world.submit(client, view["id"], "again", {"branch": "P-YC-BT-NG", "temperature": "36.6"}), 409, about="the short form at the first visit")
    passed = give(world, client, view, "report", whole)["result"]["pass"]
    view = done(client("POST", "/v1/cases", {"service": "visitor-registration"}), 201)
    expect(view["step"]["code"] == "again" and [f["name"] for f in view["step"]["section"]["fields"]] == ["branch", "temperature"], view)
    give(world, client, view, "again", {"branch": "P-YC-BT-NG", "temperature": "36.4"})
    told = done(world.staff("yc.teller3")("POST", "/v1/staff/visitor-passes", {"pass": passed}))
    expect(told["name"].startswith("到") and "*" in told["name"], "the name said at the door, masked:", told)


@case("a box is rented once and paid when it is confirmed, not given up but ended, and free again when it is returned; without box or money it says so")
def boxes(world):
    wish = {"branch": "P-YC-BT", "size": "large", "months": "12"}
    client, view = begin(world, "rich", "box-rental")
    wish["account"] = options(view, "account")[0]
    money = lambda: (world.account("rich")["balance"]["amount"], world.account("rich")["available"]["amount"])  # noqa: E731
    before = money()
    refused(world.submit(client, view["id"], "apply", {**wish, "shared": True}), 400, "form.invalid", "a keeper without name")
    view = give(world, client, view, "apply", {**wish, "branch": "P-YC-SQ"})
    expect(view["state"] == "customer" and view["step"]["note"], "a branch without large boxes:", view)
    view = give(world, client, view, "apply", {**wish, "shared": True, "keeper": "王小云"})
    expect(view["state"] == "bank", view)
    less = lambda sum: f"{float(sum) - 900:.2f}"  # noqa: E731
    expect(money() == (before[0], less(before[1])), "the fee is kept, not taken:", before, money())
    refused(client("POST", f"/v1/cases/{view['id']}/cancel"), 422, "case.cannot_cancel", "given up while a box is kept")
    task = task_of(world, view, "confirm", "yc.teller1")
    facts = [row for group in done(world.staff("yc.teller1")("GET", f"/v1/staff/tasks/{task['id']}"))["facts"] for row in group["rows"]]
    branch = next(row for row in facts if row["label"]["en"] == "Branch")
    expect("白塔" in branch["words"]["zh"] and "P-YC" not in str(branch["words"]), "the branch has a name:", branch)
    done(work(world, view, "confirm", "yc.teller1", "confirm"))
    view = until(lambda: (v := done(client("GET", f"/v1/cases/{view['id']}"))).get("step", {}).get("code") == "end" and v, about="the box")
    expect(money() == (less(before[0]), less(before[1])), "the fee is taken:", before, money())
    # On an open page or the handset: wherever it went, it is among the customer's messages.
    until(lambda: [m for m in done(client("GET", "/v1/messages?limit=20"))["items"] if "900.00" in m["text"] and ("费用" in m["text"] or "fee" in m["text"])], about="word of the fee")
    view = give(world, client, view, "end", {"why": "moving"})
    expect(view["state"] == "bank", view)
    done(work(world, view, "return", "yc.teller3", "returned"))
    expect(world.settled(client, view["id"])["state"] == "done", "not ended")

    client, view = begin(world, "rich", "box-rental")
    kept = money()
    view = give(world, client, view, "apply", {**wish, "size": "small"})
    expect(money() != kept, "nothing is kept")
    done(work(world, view, "confirm", "yc.teller1", "refuse", reason="box.out_of_order"))
    expect(world.settled(client, view["id"])["state"] == "refused" and money() == kept, "a refused one costs nothing:", kept, money())
    client, view = begin(world, "poor", "box-rental")
    refused(world.submit(client, view["id"], "apply", wish), 400, "form.invalid", "another's account")
    view = give(world, client, view, "apply", {**wish, "account": options(view, "account")[0]})
    expect(view["state"] == "customer" and view["step"]["note"], "no money for the fee:", view)
    expect(done(client("POST", f"/v1/cases/{view['id']}/cancel"))["state"] == "cancelled", "nothing is kept")
