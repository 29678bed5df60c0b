# SPDX-License-Identifier: Apache-2.0
"""SMS codes, passwords, authenticators, sessions: what is wrong, late, used, or asked for too often."""
import re

from harness import at_once, case, done, expect, refused, until
from lib.bank import Bank, Client
from world import INSTITUTION, MICROS, PASSWORD, PHONES, STAFF_PASSWORD


def sign_in(client, phone, code, institution=INSTITUTION):
    return client("POST", "/v1/sessions/phone", {"institution": institution, "phone": phone, "code": code})


def password(client, phone, word, institution=INSTITUTION):
    return client("POST", "/v1/sessions/password", {"institution": institution, "phone": phone, "password": word})


def other_code(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def staff_code(world, username):
    """The authenticator's code, with at least three seconds to go, so that it is the same a moment later."""
    def look():
        codes = world.client()("GET", "/v1/demo/handset")[1]["authenticators"]
        mine = next(c for c in codes if c["username"] == username)
        return mine["code"] if mine["seconds_left"] > 3 else None
    return until(look, 10, "a fresh authenticator code")


def ticket(world, username):
    client = world.client()
    return done(client("POST", "/v1/staff/sessions", {"username": username, "password": STAFF_PASSWORD}))["ticket"]


def second_factor(world, given, code):
    return world.client()("POST", "/v1/staff/sessions/second-factor", {"ticket": given, "code": code})


@case("a code that was wrong five times is void, also when the sixth is right")
def wrong_five_times(world):
    phone, client = "16400004201", world.somewhere()
    code = world.ask_code(phone, client=client)
    for left in (4, 3, 2, 1):
        problem = refused(sign_in(client, phone, other_code(code)), 403, "authentication.code_wrong")
        expect(str(left) in problem["detail"], "tries left are not told:", problem)
    refused(sign_in(client, phone, other_code(code)), 422, "authentication.code_void")
    refused(sign_in(client, phone, code), 422, "authentication.code_void")


@case("guessing with many requests at once gets no more than five tries")
def guessing_at_once(world):
    phone = "16400004202"
    code = world.ask_code(phone)
    answers = at_once(16, lambda i: sign_in(world.client(), phone, f"{(int(code) + 1 + i) % 1_000_000:06d}"))
    reasons = [problem["reason"] for _, problem in answers]
    expect(reasons.count("authentication.code_wrong") == 4 and reasons.count("authentication.code_void") == 12, reasons)
    refused(sign_in(world.client(), phone, code), 422, "authentication.code_void")


@case("a code serves once, also when it is sent twice at the same moment")
def used_twice(world):
    phone = "16400004203"
    code = world.ask_code(phone)
    answers = at_once(6, lambda i: sign_in(world.client(), phone, code))
    expect(sorted(status for status, _ in answers) == [201] + [422] * 5, [a[0] for a in answers])
    refused(sign_in(world.client(), phone, code), 422, "authentication.code_used")


@case("a code runs out after five minutes")
def expired(world):
    phone = "16400004204"
    code = world.ask_code(phone)
    world.age_codes(301)
    refused(sign_in(world.client(), phone, code), 422, "authentication.code_expired")


@case("a code is good for the phone it was sent to and for what it was sent for")
def other_phone(world):
    mine = world.ask_code("16400004205")
    theirs = world.ask_code("16400004206")
    if mine != theirs:
        refused(sign_in(world.client(), "16400004206", mine), 403, "authentication.code_wrong")
    refused(sign_in(world.client(), "16400004207", mine), (403, 422), about="a phone that got none")
    # A code of a payment signs nobody in, and one of a sign-in pays nothing.
    sender, before = world.customer("sender"), {m["id"] for m in world.handset(PHONES["sender"])}
    order = world.order("sender", "payee", "1200.00")
    proof = done(sender("POST", "/v1/proofs", {"transfer": order}), 201)
    expect(proof["method"] == "sms" and "token" not in proof, proof)
    paying = world.new_code(PHONES["sender"], before)
    refused(sign_in(world.client(), PHONES["sender"], paying), (403, 422), about="a payment's code")
    signing = world.ask_code(PHONES["sender"])
    if signing != paying:
        refused(sender("POST", f"/v1/proofs/{proof['id']}", {"code": signing}), 403, "authentication.code_wrong")
    refused(sender("POST", f"/v1/proofs/{proof['id']}", {"password": PASSWORD}), 404, "authentication.challenge_unknown")
    expect(done(sign_in(world.client(), PHONES["sender"], signing), 201)["kind"] == "phone")


@case("a new code makes the one before void")
def newer(world):
    phone = "16400004208"
    first = world.ask_code(phone)
    world.age_codes(61)
    second = world.ask_code(phone)
    if first != second:
        refused(sign_in(world.client(), phone, first), 403, "authentication.code_wrong")
    done(sign_in(world.client(), phone, second), 201)


@case("one phone gets a code a minute, six an hour and twenty a day")
def caps_of_a_phone(world):
    phone = PHONES["spammer"]

    def ask():
        return world.somewhere()("POST", "/v1/codes", {"institution": INSTITUTION, "phone": phone})
    done(ask(), 202)
    refused(ask(), (422, 429), "authentication.code_too_soon")
    for _ in range(5):
        world.age_codes(61)
        done(ask(), 202)
    world.age_codes(61)
    problem = refused(ask(), (422, 429), "authentication.code_cap")
    expect("hour" in problem["detail"], problem)
    world.age_codes(3600)
    for _ in range(14):
        done(ask(), 202)
        world.age_codes(700)
    expect("day" in refused(ask(), (422, 429), "authentication.code_cap")["detail"])
    world.age_codes(86400)


@case("one address has at most twenty codes sent at a stretch, whatever the phones")
def caps_of_an_address(world):
    client, answers = world.somewhere(), []
    for place in range(40):
        answers.append(client("POST", "/v1/codes", {"institution": INSTITUTION, "phone": f"164000043{place:02d}"})[0])
        if answers[-1] == 429:
            expect(int(client.answer.getheader("Retry-After")) > 0, "no Retry-After")
            break
    expect(answers[:20] == [202] * 20 and 429 in answers[20:], answers)
    done(world.somewhere()("POST", "/v1/codes", {"institution": INSTITUTION, "phone": "16400004399"}), 202)


@case("one address has only so many requests answered in a minute; another goes on")
def caps_of_requests(world):
    bank = Bank(sandbox=False)
    bank.requests_per_minute = 200  # A quarter of it at a stretch.
    bank.start()
    try:
        client = Client(bank.port, "127.0.2.1")
        answered = 0
        while (answer := client("GET", "/v1/bank"))[0] == 200 and answered < 1000:
            answered += 1
        expect(answered >= 50, "only", answered, "were answered")
        refused(answer, 429, "api.too_many_requests")
        expect(int(client.answer.getheader("Retry-After")) > 0, "no Retry-After")
        done(Client(bank.port, "127.0.2.2")("GET", "/v1/bank"))
        forwarded = Client(bank.port, "127.0.2.1")
        expect(429 in [forwarded("GET", "/v1/bank", headers={"X-Forwarded-For": f"10.0.0.{i}"})[0] for i in range(10)], "a header makes it another address")
    finally:
        bank.stop()
        bank.remove()


@case("asking for a code says the same of a known and an unknown phone, and tells the code nobody but the handset")
def says_nothing(world):
    shapes = []
    for phone in (PHONES["poor"], "16400004400"):
        client, before = world.somewhere(), {m["id"] for m in world.handset(phone)}
        answer = done(client("POST", "/v1/codes", {"institution": INSTITUTION, "phone": phone}), 202)
        code = world.new_code(phone, before)
        expect(code not in client.text.decode(), "the answer holds the code")
        shapes.append(sorted(answer))
        log = (world.bank.data / "yungui.log").read_text(errors="replace")
        expect(phone not in log and code not in re.findall(r"\b\d{6}\b", log), "the log holds phone or code")
    expect(shapes[0] == shapes[1], shapes)


@case("five wrong passwords lock the sign-in, the right one included, for a while and for nobody else")
def locked(world):
    phone, client = PHONES["locked"], world.client()
    for _ in range(4):
        refused(password(client, phone, "Wrong-2026"), 403, "authentication.password_wrong")
    refused(password(client, phone, "Wrong-2026"), 422, "authentication.locked")
    refused(password(client, phone, PASSWORD), 422, "authentication.locked")
    done(password(world.client(), PHONES["poor"], PASSWORD), 201)
    world.rows("house", "update authentication_login set locked_until = 1 where locked_until > 0")
    done(password(client, phone, PASSWORD), 201)


@case("many wrong passwords at once get no more than five tries")
def locked_at_once(world):
    answers = at_once(12, lambda i: password(world.client(), PHONES["locked"], f"Wrong-{i}"))
    reasons = [problem["reason"] for _, problem in answers]
    expect(reasons.count("authentication.password_wrong") <= 4, reasons)
    refused(password(world.client(), PHONES["locked"], PASSWORD), 422, "authentication.locked")
    world.rows("house", "update authentication_login set locked_until = 0, password_failures = 0 where kind = 'customer'")


@case("a wrong password, an unknown phone and another institution's customer are answered alike")
def who_is_here(world):
    seen = {str({**refused(password(world.client(), phone, word, institution), 403), "instance": ""})
            for phone, word, institution in ((PHONES["poor"], "Wrong-2026", INSTITUTION), ("16400004401", "Wrong-2026", INSTITUTION),
                                             (PHONES["poor"], PASSWORD, "lanwan"))}
    expect(len(seen) == 1, seen)
    refused(password(world.client(), PHONES["poor"], PASSWORD, "nowhere"), 404, "api.institution_unknown")


@case("an authenticator's code serves once, and five wrong ones lock it")
def authenticator(world):
    first = ticket(world, "yc.teller2")
    code = staff_code(world, "yc.teller2")
    done(second_factor(world, first, code), 201)
    refused(second_factor(world, first, code), 403, "authentication.totp_wrong")
    refused(second_factor(world, ticket(world, "yc.teller2"), code), 403, "authentication.totp_wrong")
    given = ticket(world, "lw.teller2")
    right = staff_code(world, "lw.teller2")
    for _ in range(4):
        refused(second_factor(world, given, other_code(right)), 403, "authentication.totp_wrong")
    refused(second_factor(world, given, other_code(right)), 422, "authentication.locked")
    refused(second_factor(world, given, right), 422, "authentication.locked")
    refused(second_factor(world, "A" * 43, right), (401, 403), about="a ticket that is none")
    customer = world.customer("rich").cookies["yungui_session"]
    refused(second_factor(world, customer, right), (401, 403), about="a customer's session as a ticket")


@case("an authenticator's code sent twice at the same moment opens one session")
def authenticator_at_once(world):
    tickets = [ticket(world, "yc.manager2") for _ in range(4)]
    code = staff_code(world, "yc.manager2")
    answers = at_once(4, lambda i: second_factor(world, tickets[i], code))
    expect(sorted(a[0] for a in answers) == [201, 403, 403, 403], [a[0] for a in answers])


@case("five wrong staff passwords lock the sign-in")
def staff_locked(world):
    def ask(word):
        return world.client()("POST", "/v1/staff/sessions", {"username": "qx.teller2", "password": word})
    for _ in range(4):
        refused(ask("Wrong-2026"), 403, "authentication.password_wrong")
    refused(ask("Wrong-2026"), 422, "authentication.locked")
    refused(ask(STAFF_PASSWORD), 422, "authentication.locked")


@case("a session ends when nobody uses it, and at its end whatever is done")
def sessions_end(world):
    for column, seconds in (("last_seen", 901), ("ends", 43201)):
        client = world.client().sign_in(PHONES["double"])
        done(client("GET", "/v1/me"))
        world.rows("house", f"update authentication_session set {column} = {column} - ? where id = (select max(id) from authentication_session)",
                   seconds * MICROS)
        refused(client("GET", "/v1/me"), 401, "authentication.session_expired", column)


@case("a password is long enough, not simple and nothing personal")
def password_rules(world):
    client = world.client().sign_in(PHONES["changes"])

    def change(word, present=PASSWORD):
        return client("PUT", "/v1/me/password", {"password": word, "present_password": present})
    for word, reason in (("a1B2c3", "api.contract"), ("12345678", "authentication.password_too_simple"), ("aaaaaaaaaa", "authentication.password_too_simple"),
                         ("87654321", "authentication.password_too_simple"), ("password2026!", "authentication.password_too_simple"),
                         ("qwertyuiop", "authentication.password_too_simple"), ("abcabcabc", "authentication.password_too_simple"),
                         (f"Ab-{PHONES['changes'][-6:]}", "authentication.password_personal"), ("Ab-19900307-c", "authentication.password_personal"),
                         ("长" * 43, "authentication.password_too_long"), ("x7" * 101, "api.contract")):
        refused(change(word), (400, 422), reason, word)
    refused(change("Brand-new-2026", "Wrong-2026"), 403, "authentication.password_wrong")
    refused(client("PUT", "/v1/me/password", {"password": "Brand-new-2026"}), 403, "authentication.password_wrong")
    done(password(world.client(), PHONES["changes"], PASSWORD), 201)


@case("a changed password ends the other sessions, and the old one is wrong from then on")
def password_changed(world):
    phone = PHONES["changes"]
    mine, other = world.client().sign_in(phone), world.client().sign_in(phone)
    word = "新密码 với dấu 🔑 2026"
    done(mine("PUT", "/v1/me/password", {"password": word, "present_password": PASSWORD}), 204)
    refused(other("GET", "/v1/me"), 401, "authentication.session_unknown")
    done(mine("GET", "/v1/me"))
    refused(password(world.client(), phone, PASSWORD), 403, "authentication.password_wrong")
    refused(password(world.client(), phone, word.replace("🔑", "🔒")), 403, "authentication.password_wrong")
    done(password(world.client(), phone, word), 201)


@case("a phone alone neither changes a password nor adds a passkey")
def phone_alone(world):
    visitor = world.visitor(PHONES["changes"])
    refused(visitor("PUT", "/v1/me/password", {"password": "Taken-over-2026"}), 403, "authentication.sign_in_fully")
    refused(visitor("POST", "/v1/me/passkeys/options"), 403, "authentication.sign_in_fully")
    stray = world.again(visitor)
    stray.cookies = {"yungui_session": visitor.cookies["yungui_session"]}
    refused(stray("GET", "/v1/accounts"), 403, "authentication.sign_in_fully")
