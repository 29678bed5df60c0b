# SPDX-License-Identifier: Apache-2.0
"""Opening an account where something is wrong: with the card, the face, the partners, the person, the tellers, or the timing."""
import json
import re
import struct
import zlib

from codes import age_codes, at_once
from harness import case, done, expect, refused, until
from inputs import ATTACKS
from money import pay
from world import IDENTITIES, PEOPLE, PHONES, SILENT, id_number

PASSWORD = "Opening-2026"


def applicant(world, phone):
    """A visitor with a case that was just begun."""
    client = world.visitor(phone)
    return client, world.start_case(client)


def give_card(world, client, case_id, identity, **changed):
    """Uploads and submits a card; the case once the bank has looked at it."""
    done(world.submit(client, case_id, "id-card", world.card(client, case_id, identity, **changed)), 200, "the card")
    return until(lambda: (view := done(client("GET", f"/v1/cases/{case_id}")))["state"] != "bank" and view, about="a look at the card")


def give_face(world, client, case_id):
    """Shows the face of identity 1; the case once it waits again."""
    shown = world.show_face(client, case_id)
    expect(shown["state"] == "passed", "the genuine face failed:", shown)
    done(world.submit(client, case_id, "face", {"liveness": shown["id"]}), 200, "the face")
    return world.settled(client, case_id)


def to_details(world, phone, identity, **changed):
    """An applicant who is asked for the details, without having shown a face that counts."""
    client, case_id = applicant(world, phone)
    view = give_card(world, client, case_id, identity, **changed)
    expect(view.get("step", {}).get("code") == "face", "the face was not asked for:", view)
    world.no_face(client, case_id)
    return client, case_id, world.settled(client, case_id, leaving="face")


def give_details(world, client, case_id, details):
    done(world.submit(client, case_id, "details", details), 200, "the details")
    return world.settled(client, case_id)


def decide(world, who, task, outcome, **more):
    return world.staff(who)("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": outcome, **more})


def claim(world, who, task):
    return world.staff(who)("POST", f"/v1/staff/tasks/{task['id']}/claim")


def over(view, reason):
    expect(view["state"] == "refused" and view.get("reason") == reason, f"not refused with {reason}:", view)


def told(world, phone, word):
    until(lambda: any(word in m["text"] for m in world.handset(phone)), about=f"a message with “{word}” for {phone}")


def huge_png(side):
    """A picture that says to be side by side and holds nothing."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@case("a picture that is unreadable, of the wrong side, of no ID card or none at all is refused and not kept")
def pictures(world):
    client, case_id = applicant(world, "16400004601")
    upload = f"/v1/cases/{case_id}/id-card"
    for name in ("black", "blurred", "fur", "receipt", "tiny", "broken"):
        refused(world.picture(client, case_id, "front", f"refused/{name}.jpg"), (400, 422), about=name)
    refused(world.picture(client, case_id, "front", "05/back.jpg"), 400, "identity.card_wrong_side")
    refused(world.picture(client, case_id, "back", "05/front.jpg"), 400, "identity.card_wrong_side")
    refused(world.picture(client, case_id, "front", "05/selfie.jpg"), (400, 422), about="a selfie")
    front = (IDENTITIES / "05/front.jpg").read_bytes()
    for data in (b"", b"\0", b"\xff\xd8\xff\xe0", front[:400], front[:200] + b"\0" * 2000, b"<svg onload=alert(1)>", b"GIF89a", huge_png(60_000)):
        refused(client("POST", f"{upload}/front", data, media="image/jpeg"), (400, 413, 422), about=data[:20])
    refused(client("POST", f"{upload}/front", front, media="image/gif"), 415, "api.media_type")
    refused(client("POST", f"{upload}/front", {"picture": "x"}), 415, "api.media_type")
    refused(client("POST", f"{upload}/top", front, media="image/jpeg"), 400, "api.contract")
    kept = world.rows("yunchuan", "select count(*) from evidence where case_id = ?", case_number(case_id))
    expect(kept == [(0,)], "a refused picture was kept", kept)
    done(world.picture(client, case_id, "front", "05/front.jpg"))
    expect(world.rows("yunchuan", "select count(*) from evidence where case_id = ?", case_number(case_id)) == [(2,)], "card and portrait were not kept")


def case_number(text):
    """The number behind an id's 13 characters (Crockford's base 32)."""
    number = 0
    for letter in text:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    return number


@case("a picture larger than any phone's is refused before it is read")
def too_large(world):
    client, case_id = applicant(world, "16400004602")
    try:
        answer = client("POST", f"/v1/cases/{case_id}/id-card/front", b"\xff\xd8" + b"\0" * (13 << 20), media="image/jpeg")
    except OSError:
        return  # The connection was closed while the picture was still coming.
    refused(answer, 413)


@case("an expired card is refused, with a message")
def expired(world):
    client, case_id = applicant(world, "16400002007")
    over(give_card(world, client, case_id, 7), "identity.card_expired")
    told(world, "16400002007", "没有通过")


@case("a child under sixteen is refused")
def under_age(world):
    client, case_id = applicant(world, "16400002008")
    over(give_card(world, client, case_id, 8), "identity.under_age")


@case("a number whose check digit is wrong is asked again, five times at most")
def check_digit(world):
    client, case_id = applicant(world, "16400002009")
    data = world.card(client, case_id, 9)
    for attempt in range(5):
        done(world.submit(client, case_id, "id-card", data))
        view = world.settled(client, case_id)
        if attempt < 4:
            expect(view["step"]["code"] == "id-card" and view["step"].get("note"), "not asked again:", view)
    over(view, "identity.too_many_attempts")


@case("a card's data must agree with its number, and its pictures be of this case and this side")
def card_data(world):
    client, case_id = applicant(world, "16400004603")
    data = world.card(client, case_id, 6)
    for changed in ({"birth_date": "1985-01-27"}, {"number": data["number"][:-1] + "x"}, {"number": "1" * 18}, {"valid_from": "2999-01-01"},
                    {"valid_until": "never"}, {"name": ""}, {"front": "x"}, {"birth_date": "1985-02-30"}, {"admin": True}):
        refused(world.submit(client, case_id, "id-card", {**data, **changed}), 400, "form.invalid", changed)
    for changed in ({"front": data["back"]}, {"back": data["front"]}, {"front": "1S0KQ8Z0M0001"}, {"sex": "男"}):
        done(world.submit(client, case_id, "id-card", {**data, **changed}))
        view = world.settled(client, case_id)
        expect(view["state"] == "customer" and view["step"]["code"] == "id-card" and view["step"].get("note"), changed, view)
    other, other_case = applicant(world, "16400004604")
    own = world.card(other, other_case, 6)
    done(world.submit(client, case_id, "id-card", {**data, "front": own["front"], "back": own["back"]}))
    over(world.settled(client, case_id), "identity.too_many_attempts")


@case("what the police know under another name, or not at all, is refused")
def police_says_no(world):
    for phone, name, number, reason in (("16400004605", "林甲名", "330999199309092109", "identity.police_mismatch"),
                                        ("16400004606", "林无人", id_number(951), "identity.police_unknown")):
        client, case_id = applicant(world, phone)
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        view = give_card(world, client, case_id, 6, name=name, number=number, birth_date=born)
        expect(view["step"]["code"] == "face", view)
        world.no_face(client, case_id)
        over(world.settled(client, case_id, leaving="face"), reason)


@case("where the police are silent or answer with a letter that nobody signed, a teller looks")
def police_silent(world):
    waiting = []
    for place, (mode, number) in enumerate(SILENT.items()):
        client, case_id = applicant(world, f"1640000420{place}")
        give_card(world, client, case_id, 6, number=number)
        world.no_face(client, case_id)
        waiting.append((place, mode, client, case_id))
    for place, mode, client, case_id in waiting:
        view = world.settled(client, case_id, leaving="face")
        expect(view.get("step", {}).get("code") == "details", mode, view)
        give_details(world, client, case_id, world.details(bound_account=f"998800000000000910{place}", bound_phone=f"1640000420{place}"))
        task = world.waits_for_staff(case_id)
        expect(task, mode, "no teller looks")
        detail = done(world.staff("yc.senior")("GET", f"/v1/staff/tasks/{task['id']}"))
        expect("没有答复" in str(detail["prompts"]), mode, "the teller is not told:", detail["prompts"])
        done(client("POST", f"/v1/cases/{case_id}/cancel"))


@case("a name on the sanctions list is refused, a name like one is looked at")
def sanctions(world):
    for phone, name, number, account in (("16400001006", "厉不通", "330999197101010013", "9988000000000000262"),
                                         ("16400001007", "莫须有", "330999198802292070", "9988000000000000270")):
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        client, case_id, view = to_details(world, phone, 6, name=name, number=number, birth_date=born)
        expect(view["step"]["code"] == "details", view)
        view = give_details(world, client, case_id, world.details(bound_account=account, bound_phone=phone))
        if name == "厉不通":
            over(view, "account.sanctions")
        else:
            expect(world.waits_for_staff(case_id), "nobody looks:", view)
            done(client("POST", f"/v1/cases/{case_id}/cancel"))


@case("details are refused field by field, and a bound account of another, of Class II or of another phone the third time")
def details(world):
    client, case_id, _ = to_details(world, "16400004621", 6)
    good = world.details(6)
    for field in good:
        if field not in ("class",):
            problem = refused(world.submit(client, case_id, "details", {k: v for k, v in good.items() if k != field}), 400, "form.invalid", field)
            expect(field in [e["field"] for e in problem["errors"]], field, problem)
    for changed in ({"class": "4"}, {"class": 2}, {"occupation": "king"}, {"agreement_face": "2020-01"}, {"agreement_privacy": False}, {"limit_day": "0"},
                    {"limit_day": "10000.01"}, {"limit_day": "-5"}, {"class": "3", "limit_day": "2000.01"}, {"bound_account": "12"}, {"bound_phone": "2"},
                    {"purpose": "other"}, {"address": "x" * 201}, {"admin": 1}, {"tax_residence": None}):
        refused(world.submit(client, case_id, "details", {**good, **changed}), 400, "form.invalid", changed)
    for wrong in (world.details(5), world.details(6, bound_phone="16400009999"), world.details(6, bound_account="9988000000000000296")):
        view = give_details(world, client, case_id, wrong)
    over(view, "account.bound_account_mismatch")


@case("another person's face, a face held still, and a recording of another check do not pass; the teller sees it")
def faces(world):
    client, case_id = applicant(world, "16400004622")
    give_card(world, client, case_id, 2)
    path = f"/v1/cases/{case_id}/liveness"
    shown = world.show_face(client, case_id)
    expect(shown["state"] == "passed", shown)
    done(world.submit(client, case_id, "face", {"liveness": shown["id"]}))
    view = world.settled(client, case_id)
    expect(view["step"]["code"] == "face" and view["step"].get("note"), "another's face went through:", view)
    # Held still: neutral frames whatever is asked.
    live = done(client("POST", path), 201)
    frames = world.films("neutral")
    for index in range(3):
        batch = [{"at_ms": 1000 * index + 100 * i, "jpeg": f} for i, f in enumerate(frames[10 * index:10 * index + 10])]
        seen = done(client("POST", f"{path}/{live['id']}/frames", {"nonce": live["nonce"], "challenge": index, "frames": batch}))
        expect(seen["state"] == "running" and not (index == 2 and seen["state"] == "passed"), seen)
    done(world.submit(client, case_id, "face", {"liveness": live["id"]}))
    expect(world.settled(client, case_id)["step"]["code"] == "face", "a face held still went through")
    # A recording: the acts in another order than asked.
    live = done(client("POST", path), 201)
    at = 0
    for index in range(3):
        act = live["challenges"][(index + 1) % 3]
        batch = []
        for frame in world.films(act)[1:13]:
            batch.append({"at_ms": at, "jpeg": frame})
            at += 100
        seen = done(client("POST", f"{path}/{live['id']}/frames", {"nonce": live["nonce"], "challenge": index, "frames": batch}))
        expect(seen["state"] != "passed", "a recording passed:", seen)
    done(world.submit(client, case_id, "face", {"liveness": live["id"]}))
    expect(world.settled(client, case_id)["step"]["code"] == "face", "a recording went through")
    done(world.submit(client, case_id, "face", {"liveness": "1S0KQ8Z0M0001"}))
    view = world.settled(client, case_id, leaving="face")
    give_details(world, client, case_id, world.details(2))
    task = world.waits_for_staff(case_id)
    expect(task, "no teller looks:", view)
    detail = done(world.staff("yc.senior")("GET", f"/v1/staff/tasks/{task['id']}"))
    rows = [row for group in detail["facts"] if group["group"] == "face" for row in group["rows"]]
    expect(any(row.get("state") == "bad" for row in rows), "the teller does not see it:", rows)
    done(client("POST", f"/v1/cases/{case_id}/cancel"))


@case("a print that is bent for the turns, or mirrored for the other side, does not pass for a face")
def attacks(world):
    client, case_id = applicant(world, "16400004628")
    give_card(world, client, case_id, 1)
    for kind in ("flat-warped", "flat-mirrored"):
        seen = world.show_face(client, case_id, kind)
        expect(seen["state"] != "passed", kind, "passed:", seen)
        done(world.submit(client, case_id, "face", {"liveness": seen["id"]}))
        view = world.settled(client, case_id)
        expect(view["step"]["code"] == "face" and view["step"].get("note"), kind, "went through:", view)
    done(client("POST", f"/v1/cases/{case_id}/cancel"))


@case("a liveness check takes its own nonce, frames that go on in time, pictures only, and ends once")
def liveness(world):
    client, case_id = applicant(world, "16400004623")
    path = f"/v1/cases/{case_id}/liveness"
    old, new = done(client("POST", path), 201), done(client("POST", path), 201)
    frame = world.films("neutral")[0]

    def send(live, nonce=None, challenge=0, frames=None, to=None):
        return client("POST", f"{to or path}/{live['id']}/frames", {"nonce": nonce or live["nonce"], "challenge": challenge, "frames": frames or [{"at_ms": 1, "jpeg": frame}]})
    refused(send(new, nonce=old["nonce"]), 409, "identity.liveness_nonce")
    refused(send(new, nonce="0" * 32), 409, "identity.liveness_nonce")
    refused(send(new, challenge=1), 409, "identity.liveness_order")
    refused(send(new, challenge=9), (400, 409), "identity.liveness_order")
    refused(send(new, frames=[{"at_ms": 5, "jpeg": frame}, {"at_ms": 5, "jpeg": frame}]), 409, "identity.liveness_order")
    refused(send(new, frames=[{"at_ms": 1, "jpeg": "not base64!"}]), 400, "identity.frame_malformed")
    refused(send(new, frames=[{"at_ms": 1, "jpeg": "AAAA"}]), (400, 422), about="no picture")
    refused(send(new, frames=[{"at_ms": i, "jpeg": frame} for i in range(13)]), 400, "api.contract")
    refused(send(new, frames=[{"at_ms": -1, "jpeg": frame}]), 400, "api.contract")
    refused(send({**new, "id": "1S0KQ8Z0M0001"}), 404, "identity.liveness_nonce")
    done(send(new, frames=[{"at_ms": 5000, "jpeg": frame}]))
    refused(send(new, frames=[{"at_ms": 4000, "jpeg": world.films("neutral")[1]}]), 409, "identity.liveness_order")
    stranger, strange_case = applicant(world, "16400004624")
    answer = stranger("POST", f"/v1/cases/{strange_case}/liveness/{new['id']}/frames", {"nonce": new["nonce"], "challenge": 0, "frames": [{"at_ms": 6000, "jpeg": frame}]})
    refused(answer, 404, "identity.liveness_nonce")
    while done(client("POST", path), 201)["attempts_left"]:
        pass
    refused(client("POST", path), 422, "identity.liveness_attempts")


@case("a whole opening, begun on one phone and gone on with on another, with every button tapped twice")
def journey(world):
    client, case_id = applicant(world, "16400002001")
    answers = at_once(4, lambda i: world.again(client)("POST", "/v1/cases", {"service": "account-opening"}))
    expect({a[0] for a in answers} == {200} and {a[1]["id"] for a in answers} == {case_id}, "a second case:", answers)
    refused(world.submit(client, case_id, "details", world.details(1)), 409, "case.step_not_current")
    refused(world.submit(client, case_id, "../../x", {}), (400, 404, 409), about="a step that is none")
    data = world.card(client, case_id, 1)
    answers = at_once(3, lambda i: world.submit(world.again(client), case_id, "id-card", data))
    expect({a[0] for a in answers} == {200}, answers)
    world.settled(client, case_id, leaving="id-card")

    age_codes(world, 61)
    other = world.visitor("16400002001")
    expect(done(other("GET", "/v1/cases"))["items"][0]["id"] == case_id, "the other device does not find the case")
    view = done(other("GET", f"/v1/cases/{case_id}"))
    expect(view["step"]["code"] == "face", "the other device is at another step:", view)
    expect(done(world.submit(other, case_id, "id-card", data))["step"]["code"] == "face", "a done step is not answered with where the case stands")
    world.partner("police", mode="twice")
    world.partner("bank", mode="twice")
    try:
        expect(give_face(world, other, case_id)["step"]["code"] == "details")
        answers = at_once(3, lambda i: world.submit(world.again(other), case_id, "details", world.details(1, limit_day="300")))
        expect({a[0] for a in answers} == {200}, answers)
        view = world.settled(other, case_id, leaving="details")
    finally:
        world.partner("police")
        world.partner("bank")
    expect(view["step"]["code"] == "password", "no account was opened:", view)
    refused(other("POST", f"/v1/cases/{case_id}/cancel"), 422, "case.cannot_cancel")
    done(world.submit(other, case_id, "password", {}))
    expect(world.settled(other, case_id)["step"]["code"] == "password", "went on without a password")
    refused(other("PUT", "/v1/me/password", {"password": "Ab-19900731-x"}), 400, "authentication.password_personal")
    done(other("PUT", "/v1/me/password", {"password": PASSWORD}), 204)
    done(world.submit(other, case_id, "password", {}))
    world.settled(other, case_id, leaving="password")
    done(world.submit(other, case_id, "passkey", {"added": False}))
    view = until(lambda: (v := done(other("GET", f"/v1/cases/{case_id}")))["state"] == "done" and v, about="the end")
    expect(view["result"]["number"], view)
    refused(world.submit(other, case_id, "material", {"explanation": "later"}), 409, "case.ended")
    refused(world.picture(other, case_id, "front", "01/front.jpg"), 409, "case.ended")
    refused(other("POST", "/v1/me/passkeys/options"), 403, "authentication.sign_in_fully")
    refused(other("PUT", "/v1/me/password", {"password": "Taken-over-2026"}), 403, "authentication.sign_in_fully")
    opened = world.customers["16400002001"] = world.client().sign_in("16400002001", password=PASSWORD)
    accounts = done(opened("GET", "/v1/accounts"))["items"]
    expect(len(accounts) == 1 and accounts[0]["class"] == "2" and accounts[0]["balance"]["amount"] == "0.00", accounts)
    told(world, "16400002001", "已开立")


@case("a Class II account opened from afar takes nothing from unbound accounts, and pays no more than its holder's own limit")
def class_2_from_afar(world):
    number = world.account("16400002001")["number"]
    expect(not world.account("16400002001")["inflow_from_others"])
    for to in ({"phone": "16400002001"}, {"account_number": number}):
        refused(pay(world, "rich", to, "1.00"), 422, "payment.payee_takes_no_inflow")
    expect(world.client_balance("16400002001") == "0.00", "money came in")


@case("money comes in once from the bound account, whatever the other bank says, does or says twice")
def top_ups(world):
    client, account = world.customer("16400002001"), world.account("16400002001")["id"]
    path = f"/v1/accounts/{account}/top-ups"

    def top_up(amount, key, caller=client):
        return caller("POST", path, {"amount": {"amount": amount, "currency": "CNY"}}, {"Idempotency-Key": key})

    def ended(id_):
        return until(lambda: next((t for t in done(client("GET", path))["items"] if t["id"] == id_ and t["state"] in ("credited", "failed")), None), 30, "an end of the top-up")
    key = world.key()
    answers = at_once(4, lambda i: top_up("500.00", key, world.again(client)))
    expect({a[0] for a in answers} == {202} and len({a[1]["id"] for a in answers}) == 1, answers)
    refused(top_up("500.01", key), 409, "ledger.client_id_reused")
    expect(ended(answers[0][1]["id"])["state"] == "credited")
    expect(world.client_balance("16400002001") == "500.00", world.client_balance("16400002001"))
    try:
        for mode, expected, state in (("twice", "600.00", "credited"), ("lost", "700.00", "credited"), ("refuse", "700.00", "failed")):
            world.partner("bank", mode=mode, **({"reason": "account_frozen"} if mode == "refuse" else {}))
            asked = done(top_up("100.00", world.key()), 202, mode)
            if mode == "lost":
                until(lambda: next(t for t in done(client("GET", path))["items"] if t["id"] == asked["id"])["state"] != "requested", 10, "sending")
                world.partner("bank")
            end = ended(asked["id"])
            expect(end["state"] == state, mode, end)
            expect(world.client_balance("16400002001") == expected, mode, world.client_balance("16400002001"))
    finally:
        world.partner("bank")
    end = ended(done(top_up("100000000.00", world.key()), 202)["id"])
    expect(end["state"] == "failed" and end["reason"], end)
    order = {"from": account, "to": {"phone": PHONES["payee"]}, "amount": {"amount": "300.01", "currency": "CNY"}}
    refused(client("POST", "/v1/proofs", {"transfer": order}), 422, "payment.over_day_limit")


@case("who has as many accounts of a class as the law allows opens no other (here one Class III)")
def class_limit(world):
    age_codes(world, 61)
    client = world.visitor("16400002001")
    for attempt in range(2):
        case_id = world.start_case(client)
        view = give_card(world, client, case_id, 1)
        expect(view["step"]["code"] == "face", view)
        if attempt:
            world.no_face(client, case_id)
            world.settled(client, case_id, leaving="face")
        else:
            world.partner("police", mode="later", seconds=1)
            world.partner("bank", mode="slow", seconds=1)
            expect(give_face(world, client, case_id)["step"]["code"] == "details", "the police's late answer did not come")
        view = give_details(world, client, case_id, world.details(1, **{"class": "3"}))
        world.partner("police")
        world.partner("bank")
        if attempt:
            over(view, "account.class_limit")
        else:
            expect(view["step"]["code"] == "password", "no second account of another class:", view)
            done(world.submit(client, case_id, "password", {}))
            world.settled(client, case_id, leaving="password")
            done(world.submit(client, case_id, "passkey", {"added": False}))
            until(lambda: done(client("GET", f"/v1/cases/{case_id}"))["state"] == "done", about="the end")
    expect(len(done(client("GET", "/v1/cases"))["items"]) == 3)


@case("a Class III account takes in no more than it may hold, also from the bound account")
def class_3_top_up(world):
    client = world.customer("16400002001")
    account = next(a for a in done(client("GET", "/v1/accounts"))["items"] if a["class"] == "3")["id"]
    answer = client("POST", f"/v1/accounts/{account}/top-ups", {"amount": {"amount": "2000.01", "currency": "CNY"}}, {"Idempotency-Key": world.key()})
    refused(answer, 422, "payment.over_balance_limit")
    answers = at_once(3, lambda i: world.again(client)("POST", f"/v1/accounts/{account}/top-ups", {"amount": {"amount": "1000.00", "currency": "CNY"}},
                                                          {"Idempotency-Key": world.key()}))
    expect(sorted(a[0] for a in answers) == [202, 202, 422], answers)


@case("a person known under one phone opens nothing under another")
def other_phone(world):
    client, case_id = applicant(world, "16400004625")
    over(give_card(world, client, case_id, 1), "identity.known_under_other_phone")


@case("a person who applies under two phones at the same moment becomes one customer; the other case ends with a reason")
def two_phones_at_once(world):
    people = [to_details(world, phone, 3) for phone in ("16400004626", "16400004627")]
    for client, case_id, _ in people:
        done(world.submit(client, case_id, "details", world.details(3)))
    tasks = [until(lambda: world.waits_for_staff(case_id), about="a task") for _, case_id, _ in people]
    for who, task in zip(("yc.teller1", "yc.senior"), tasks):
        done(claim(world, who, task))
    at_once(2, lambda i: decide(world, ("yc.teller1", "yc.senior")[i], tasks[i], "open"))
    views = [world.settled(client, case_id) for client, case_id, _ in people]
    ends = sorted((v["state"], v.get("reason", "")) for v in views)
    expect(ends[0] == ("customer", "") and ends[1][0] == "refused" and ends[1][1], "two customers, or a case that hangs:", ends)


@case("a phone that belongs to a customer opens no account with another person's card, and changes nothing of the customer's")
def phone_of_another(world):
    client, case_id = applicant(world, PHONES["reassigned"])
    over(give_card(world, client, case_id, 2), "identity.phone_of_other_person")
    expect(done(world.customer("reassigned")("GET", "/v1/me"))["id_number"][-4:] == "".join(done(client("GET", "/v1/me"))["id_number"][-4:]))
    teller = world.staff("yc.senior")
    row = done(teller("GET", f"/v1/staff/customers?q={PHONES['reassigned']}"))["items"]
    expect(len(row) == 1 and row[0]["name"].startswith("柜"), row)


@case("two tellers claim one task at the same moment: one has it, the other does nothing with it")
def claimed_once(world):
    client, case_id, task = world.to_review(5, "16400002005")
    refused(decide(world, "yc.teller1", task, "open"), (403, 409), about="deciding without a claim")
    tellers = ["yc.teller1", "yc.teller3", "yc.senior"]
    for who in tellers:
        world.staff(who)
    answers = at_once(3, lambda i: claim(world, tellers[i], task))
    expect(sorted(a[0] for a in answers) == [200, 409, 409], [(a[0], a[1].get("reason")) for a in answers])
    winner = tellers[[a[0] for a in answers].index(200)]
    loser = next(t for t in tellers[:2] if t != winner)
    done(claim(world, winner, task), 200, "claiming again what one has")
    refused(decide(world, loser, task, "open"), (403, 409), about="deciding another's task")
    refused(world.staff(loser)("POST", f"/v1/staff/tasks/{task['id']}/release"), (403, 409), about="releasing another's task")
    for outcome, more in (("open-it", {}), ("", {}), ("refuse", {}), ("refuse", {"reason": "account.because"}), ("more-material", {}), ("more-material", {"comment": ""})):
        refused(decide(world, winner, task, outcome, **more), (400, 409, 422), about=(outcome, more))
    copies = [world.again(world.staff(winner)) for _ in range(3)]
    answers = at_once(3, lambda i: copies[i]("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "open"}))
    expect({a[0] for a in answers} <= {200, 409} and 200 in {a[0] for a in answers}, answers)
    view = world.settled(client, case_id)
    expect(view["step"]["code"] == "password", view)
    refused(decide(world, winner, task, "refuse", reason="account.identity_doubtful"), 409, about="deciding again")
    expect(len(world.rows("yunchuan", "select 1 from audit_record where action = 'account.open' and details like ?", f"%{case_id}%")) == 1, "opened more than once")


@case("who lacks the skill claims no review, and a task that was released can be claimed by another")
def skills(world):
    _, _, task = world.review()
    refused(claim(world, "yc.teller4", task), (403, 409), about="a teller without the skill")
    done(claim(world, "yc.teller3", task))
    done(world.staff("yc.teller3")("POST", f"/v1/staff/tasks/{task['id']}/release"))
    done(claim(world, "yc.teller1", task))
    done(world.staff("yc.manager")("POST", f"/v1/staff/tasks/{task['id']}/release"), 200, "the manager takes it back")


@case("more material is asked for once; then it must be decided")
def material(world):
    client, case_id, task = world.to_review(2, "16400002002")
    done(claim(world, "yc.teller3", task))
    comment = "请说明用途 <script>alert(1)</script> \u202etxt.exe"
    done(decide(world, "yc.teller3", task, "more-material", comment=comment))
    view = world.settled(client, case_id)
    expect(view["step"]["code"] == "material" and view["step"]["note"]["zh"] == comment, "the comment is not there:", view)
    told(world, "16400002002", "补充一次资料")
    explanation = "工资卡 💼 <b>é</b> " + "长" * 100
    done(world.submit(client, case_id, "material", {"explanation": explanation}))
    world.settled(client, case_id, leaving="material")
    again = until(lambda: (t := world.waits_for_staff(case_id)) and t["id"] != task["id"] and t, about="the second look")
    detail = done(claim(world, "yc.teller3", again))
    expect(explanation in json.dumps(detail["facts"], ensure_ascii=False), "what the customer wrote is not there as it was")
    more = next(o for o in detail["outcomes"] if o["code"] == "more-material")
    expect(not more["available"], more)
    refused(decide(world, "yc.teller3", again, "more-material", comment="noch einmal"), (409, 422), "task.outcome_unavailable")
    done(decide(world, "yc.teller3", again, "refuse", reason="account.purpose_doubtful"))
    over(world.settled(client, case_id), "account.purpose_doubtful")


@case("names in any script and direction, and whatever stands in an address, are kept and come back exactly")
def scripts(world):
    for place, (key, name) in enumerate(PEOPLE.items()):
        number, phone = id_number(801 + 2 * place, "19850412"), f"1640000410{place}"
        client, case_id, view = to_details(world, phone, 6, name=name, number=number, birth_date="1985-04-12")
        expect(view.get("step", {}).get("code") == "details", key, view)
        address = ATTACKS["script"] + ATTACKS["right to left"] + ATTACKS["zero width"] + ATTACKS["emoji"] + ATTACKS["SQL"] + ATTACKS["FEEL"] + ATTACKS["template"]
        give_details(world, client, case_id, world.details(bound_account=f"998800000000000900{place}", bound_phone=phone, address=address, bound_bank=ATTACKS["image"],
                                                           purpose="other", purpose_text=ATTACKS["XML"]))
        task = world.waits_for_staff(case_id)
        expect(task, key, "no teller is asked")
        done(claim(world, "yc.teller1", task))
        done(decide(world, "yc.teller1", task, "open"))
        view = world.settled(client, case_id)
        expect(view.get("step", {}).get("code") == "password", key, view)
        teller = world.staff("yc.senior")
        customer = done(teller("GET", f"/v1/staff/customers?q={phone}"))["items"][0]
        shown = done(teller("POST", f"/v1/staff/customers/{customer['id']}/reveal", {"reason": "the test compares"}))
        kept = {f["name"]: f["value"] for f in shown["fields"]}
        expect(kept["name"] == name, key, repr(kept["name"]), "instead of", repr(name))
        expect(kept["address"] == address, key, repr(kept["address"]), "instead of", repr(address))


@case("Class I is an appointment: at a branch that there is, within thirty days, and received by who may")
def appointment(world):
    client, case_id, _ = to_details(world, "16400004630", 6)
    done(world.submit(client, case_id, "details", {"class": "1"}))
    view = world.settled(client, case_id, leaving="details")
    expect(view["step"]["code"] == "appointment", view)
    day = re.match(r"\d{4}-\d\d-\d\d", view["started_at"])[0]
    for data in ({"branch": "P-XX", "date": "2026-11-26", "time": "10:00"}, {"branch": "P-YC-BT", "date": day, "time": "10:00"},
                 {"branch": "P-YC-BT", "date": "2020-01-01", "time": "10:00"}, {"branch": "P-YC-BT", "date": "2099-01-01", "time": "10:00"},
                 {"branch": "P-LW-GT", "date": "2026-11-26", "time": "10:00"}, {"branch": "P-YC-BT", "date": "2026-11-26", "time": "03:00"}, {}):
        refused(world.submit(client, case_id, "appointment", data), 400, "form.invalid", data)
    done(client("POST", f"/v1/cases/{case_id}/cancel"))


@case("a case that was given up stays so, and a new one begins afresh")
def cancelled(world):
    client, case_id = applicant(world, "16400004631")
    for _ in range(2):
        expect(done(client("POST", f"/v1/cases/{case_id}/cancel"))["state"] == "cancelled")
    refused(world.submit(client, case_id, "id-card", {}), 409, "case.ended")
    refused(client("POST", f"/v1/cases/{case_id}/liveness"), 409, "case.ended")
    expect(world.start_case(client) != case_id)
    refused(client("POST", "/v1/cases", {"service": "no-such-service"}), 404, "case.service_unknown")


@case("after all that no case hangs: nothing waits for a person to mend it")
def no_incidents(world):
    for institution in ("yunchuan", "lanwan", "qingxi"):
        stuck = world.rows(institution, "select element, reason, detail from process_incident where state = 'open'")
        expect(not stuck, institution, stuck)
