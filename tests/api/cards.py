# SPDX-License-Identifier: Apache-2.0
"""The ID card, where something is wrong with it or its pictures."""
import struct
import zlib

from harness import case, done, expect, refused
from steps import applicant, give_card, over, told
from world import IDENTITIES


def huge_png(side):
    """A picture that says to be side by side and holds nothing."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def case_number(text):
    """The number behind an id's 13 characters (Crockford's base 32)."""
    number = 0
    for letter in text:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    return number


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
