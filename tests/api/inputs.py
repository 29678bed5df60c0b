# SPDX-License-Identifier: Apache-2.0
"""What may come in any field of any request: the answer is a problem document or a right success, and never a failure."""
import json
import re
from urllib.parse import quote

import access
from harness import case, done, expect, refused
from world import PASSWORD, PHONES, STAFF_PASSWORD

ATTACKS = {
    "empty": "", "blank": " ", "long": "x" * 5000, "very long": "长" * 20_000, "null": "\u0000", "null inside": "a\u0000b", "control": "\u0007\u001b[31m",
    "quote": "'", "SQL": "' or '1'='1' --", "SQL drop": "\"); drop table account; --", "SQL like": "%_%", "script": "<script>alert(1)</script>",
    "image": "\"><img src=x onerror=alert(1)>", "template": "{{7*7}}${7*7}#{7*7}<%=7*7%>{name}", "FEEL": "\" + string(case.id) + \"", "path": "../../../../etc/passwd",
    "path encoded": "..%2f..%2fetc%2fpasswd", "windows path": "..\\..\\windows\\win.ini", "format": "%s%s%s%n%x", "shell": "; cat /etc/passwd | $(id) `id`",
    "header": "a\r\nSet-Cookie: yungui_session=x", "log": "x\n2026-11-22T00:00:00Z error forged", "URL": "javascript:alert(1)", "LDAP": "*)(uid=*",
    "right to left": "\u202eabc\u202c", "isolates": "\u2066abc\u2069", "zero width": "a\u200bb\u200c\u200d\ufeff", "combining": "e\u0301" + "\u0300" * 60,
    "precomposed": "é", "emoji": "👩‍👩‍👧‍👦🏳️‍🌈", "astral": "𠮷𡈽", "private use": "\ue000\U000f0000", "noncharacter": "\ufffe\uffff", "full width": "１２３", "arabic digits": "٣٢١",
    "turkish": "İıŞş", "sharp": "ﬁß", "number": "1e400", "negative": "-1", "hexadecimal": "0x7fffffff", "JSON": "{\"a\":1}", "true": "true", "YAML": "&a [*a]", "XML": "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
}
OTHER_TYPES = [None, True, 0, -1, 1.5, 10 ** 30, [], ["x"], {}, {"a": {"b": []}}]
# Bodies that are no JSON, or none that is taken.
NO_JSON = {
    "nothing": b"", "blank": b"  ", "half": b'{"a":', "no quotes": b"{a:1}", "comma": b'{"a":1,}', "NaN": b'{"a":NaN}', "comment": b'{"a":1}//x', "two": b"{}{}",
    "name twice": b'{"a":1,"a":2}', "invalid UTF-8": b'{"a":"\xff\xfe"}', "overlong UTF-8": b'{"a":"\xc0\xaf"}', "UTF-8 surrogate": b'{"a":"\xed\xa0\x80"}',
    "lone surrogate": b'{"a":"\\ud800"}', "turned surrogates": b'{"a":"\\udc00\\ud800"}', "UTF-16": '{"a":1}'.encode("utf-16"), "mark": b'\xef\xbb\xbf{"a":1}', "control": b'{"a":"\x01"}',
    "deep list": b"[" * 30_000, "deep object": b'{"a":' * 8_000, "deep and whole": b"[" * 5_000 + b"]" * 5_000, "list": b"[]", "text": b'"x"', "number": b"1", "null": b"null",
    "huge number": b'{"a":' + b"9" * 4_000 + b"}", "form": b"a=1&b=2", "XML": b"<?xml version='1.0'?><a/>",
}


class Keyed:
    """A client that shows a biller's key with everything it asks."""

    def __init__(self, client, key):
        self.client, self.key = client, key

    def __call__(self, method, path, body=None, headers=None, *rest, **more):
        return self.client(method, path, body, {**(headers or {}), "Authorization": f"Bearer {self.key}"}, *rest, **more)

    def __getattr__(self, name):
        return getattr(self.client, name)


def biller(world):
    """One that joined, with its sandbox key."""
    application = {**access.RULES["applyAsBiller"][1], "code": "inputs", "category": "property", "city": "yunchuan"}
    return Keyed(world.client(), done(world.somewhere()("POST", "/v1/billers/applications", application), 201)["sandbox_key"])


def callers(world):
    """Who calls each kind of operation here: people of their own, so that locks and cases are nobody else's."""
    if not hasattr(world, "attackers"):
        visitor = world.visitor("16400004701")
        case_id = world.start_case(visitor)
        live = done(visitor("POST", f"/v1/cases/{case_id}/liveness"), 201)
        own = world.customer("attacks")
        proof = done(own("POST", "/v1/proofs", {"transfer": world.order("attacks", "payee", "1.00")}), 201)
        ids = {**access.belongings(world), "account": world.account("attacks")["id"], "case": case_id, "liveness": live["id"], "proof": proof["id"], "step": "id-card"}
        world.attackers = {"open": world.somewhere(), "partner": world.somewhere(), "phone": visitor, "customer": own,
                           "staff": world.staff("yc.senior"), "key": biller(world)}, ids
    return world.attackers


def sound(world, client, answer, about):
    """An answer is a problem document with a stable reason, or a success; never a failure, and never anything a browser would run."""
    status, body = answer
    kind, text = client.answer.getheader("Content-Type", ""), client.text
    expect(status < 500, about, "failed:", status, text)
    expect(client.answer.getheader("X-Content-Type-Options") == "nosniff", about, "may be sniffed")
    expect("text/html" not in kind and "xml" not in kind, about, "is", kind)
    if status >= 400:
        expect(kind == "application/problem+json", about, "answered", status, kind, text)
        expect(re.fullmatch(r"[a-z0-9-]+\.[a-z0-9_]+", body["reason"]) and body["status"] == status and body["title"] and body["instance"], about, body)
    for name, value in client.answer.getheaders():
        expect("\n" not in value and "x=x" not in value, about, "a header was written:", name, value)


def resolved(world, schema):
    while "$ref" in schema:
        node = world.contract
        for part in schema["$ref"][2:].split("/"):
            node = node[part]
        schema = node
    return schema


def fields(world, schema, value, place=()):
    """Every member of a JSON body, by the contract: (path to it, its schema, whether it must be there)."""
    schema = resolved(world, schema)
    for name, inner in schema.get("properties", {}).items():
        inner = resolved(world, inner)
        yield (*place, name), inner, name in schema.get("required", [])
        if inner.get("type") == "object" and isinstance(value, dict) and isinstance(value.get(name), dict):
            yield from fields(world, inner, value[name], (*place, name))


def with_member(value, place, new, drop=False):
    copy = json.loads(json.dumps(value))
    node = copy
    for name in place[:-1]:
        node = node.setdefault(name, {})
    if drop:
        node.pop(place[-1], None)
    else:
        node[place[-1]] = new
    return copy


def with_bodies(world):
    """Every operation with a JSON body: the operation, its caller, address, headers, a body that would do, and the body's schema."""
    who, ids = callers(world)
    for operation in access.operations(world):
        name, method, path, told = operation
        content = resolved(world, told.get("requestBody", {})).get("content", {})
        if "application/json" not in content or name == "live":
            continue
        body = access.filled(access.RULES[name][1], ids)
        yield name, method, path.format(**ids), who[access.RULES[name][0]], access.HEADERS.get(name, {}), body, content["application/json"]["schema"]


@case("a body that is no JSON is refused by every operation that takes one")
def no_json(world):
    for name, method, path, client, headers, _, _ in with_bodies(world):
        for what, body in NO_JSON.items():
            answer = client(method, path, body, headers)
            sound(world, client, answer, f"{name} with {what}")
            expect(400 <= answer[0] < 500, name, what, "was taken:", answer)
        for media in ("text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded", "", "application/json/x"):
            answer = client(method, path, b"{}", {**headers, "Content-Type": media}, media=media)
            sound(world, client, answer, f"{name} as {media}")
            refused(answer, 415, about=f"{name} as {media}")


@case("a member that is missing, unknown or of another type is refused by every operation")
def members(world):
    for name, method, path, client, headers, body, schema in with_bodies(world):
        if access.RULES[name][0] == "partner":
            continue
        for place, inner, required in fields(world, schema, body):
            if required:
                refused(client(method, path, with_member(body, place, None, drop=True), headers), 400, "api.contract", f"{name} without {place}")
            for value in OTHER_TYPES:
                if inner.get("type") == "object" and isinstance(value, dict) or inner.get("type") == "integer" and value in (0, -1, 10 ** 30) \
                        or inner.get("type") == "array" and isinstance(value, list) or inner.get("type") == "boolean" and isinstance(value, bool) or "type" not in inner:
                    continue
                answer = client(method, path, with_member(body, place, value), headers)
                refused(answer, 400, about=f"{name} with {place} = {value}")
        if resolved(world, schema).get("additionalProperties") is False:
            refused(client(method, path, {**body, "admin": True}, headers), 400, "api.contract", f"{name} with a member too many")
            refused(client(method, path, {**body, "__proto__": {"admin": True}}, headers), 400, "api.contract", name)


@case("every string field of every operation stands every string")
def strings(world):
    for name, method, path, client, headers, body, schema in with_bodies(world):
        texts = [place for place, inner, _ in fields(world, schema, body) if inner.get("type") == "string"]
        for place in texts:
            for what, attack in ATTACKS.items():
                if name in ("signInWithPassword", "staffSignIn", "setPassword", "answerProof") and "password" in place[-1] and len(what) % 3:
                    continue  # Hashing is slow on purpose; every third will do.
                answer = client(method, path, with_member(body, place, attack), headers)
                sound(world, client, answer, f"{name} with {place} = {what}")
    world.rows("house", "update authentication_login set locked_until = 0, password_failures = 0")
    world.customer("attacks")("GET", "/v1/me")
    done(world.client()("POST", "/v1/sessions/password", {"institution": "yunchuan", "phone": PHONES["attacks"], "password": PASSWORD}), 201, "the password was changed")
    done(world.client()("POST", "/v1/staff/sessions", {"username": "yc.senior", "password": STAFF_PASSWORD}), 200, "the staff password was changed")


@case("every parameter in an address stands every string")
def addresses(world):
    who, ids = callers(world)
    for operation in access.operations(world):
        name, method, path, told = operation
        if name in ("live", "signOut", "staffSignOut", "reloadServices"):
            continue
        client, headers, body = who[access.RULES[name][0]], access.HEADERS.get(name, {}), access.filled(access.RULES[name][1], ids)
        media = access.MEDIA.get(name, "application/json")
        query = "?" + access.QUERIES[name].format(**ids) if name in access.QUERIES else ""
        for parameter in re.findall(r"\{(\w+)\}", path):
            for what, attack in ATTACKS.items():
                if len(attack) > 6000:
                    continue
                address = path.format(**{**ids, parameter: quote(attack, safe="")}) + query
                answer = client(method, address, body, headers, media)
                sound(world, client, answer, f"{name} with {parameter} = {what}")
                expect(answer[0] >= 400 or parameter == "step" or name == "putOwnItem", name, parameter, what, "was found:", answer)
            for raw in ("%ff", "%c0%af", "%", "%zz", "%00", "1S0KQ8Z0M0000%00", "1s0kq8z0m0000", "ZZZZZZZZZZZZZ", "0000000000000", "%u0041"):
                answer = client(method, path.format(**{**ids, parameter: raw}) + query, body, headers, media)
                sound(world, client, answer, f"{name} with {parameter} = {raw}")
        for parameter in [resolved(world, p) for p in told.get("parameters", [])]:
            if parameter["in"] != "query":
                continue
            for what, attack in ATTACKS.items():
                others = "&".join(part for part in access.QUERIES.get(name, "").format(**ids).split("&") if part and not part.startswith(parameter["name"] + "="))
                address = path.format(**ids) + f"?{parameter['name']}={quote(attack[:2000], safe='')}" + ("&" + others if others else "")
                sound(world, client, client(method, address, body, headers, media), f"{name} with ?{parameter['name']} = {what}")
        answer = client(method, path.format(**ids) + (query + "&" if query else "?") + "nothing=1", body, headers, media)
        if access.RULES[name][0] != "partner":
            refused(answer, 400, about=f"{name} with an unknown parameter")


CARD = {"front": "1S0KQ8Z0M0001", "back": "1S0KQ8Z0M0002", "name": "林试一", "number": "330999199003072017", "birth_date": "1990-03-07", "sex": "男", "ethnicity": "汉",
        "address": "云岭省云川市白塔区云柜路7号", "issuer": "云川市公安局", "valid_from": "2020-01-01", "valid_until": "2040-01-01"}


@case("every field of a service's form stands every string and every type")
def form_fields(world):
    visitor = world.visitor("16400004702")
    case_id = world.start_case(visitor)
    for field in CARD:
        for what, value in [*ATTACKS.items(), *((str(v), v) for v in OTHER_TYPES)]:
            answer = world.submit(visitor, case_id, "id-card", {**CARD, field: value})
            sound(world, visitor, answer, f"{field} = {what}")
            if not isinstance(value, str):
                refused(answer, 400, "form.invalid", f"{field} = {what}")
            elif answer[0] == 200:  # A try that counts: the pictures are of no case. After five it is over.
                view = world.settled(visitor, case_id)
                expect(view["state"] in ("customer", "refused"), what, view)
                if view["state"] == "customer":
                    prefill = view["step"].get("prefill", {})
                    expect(prefill.get(field, value) == value, field, what, "comes back as", prefill)
                else:
                    case_id = world.start_case(visitor)
    for step in ("details", "appointment", "material", "face", "password", "passkey", "decision"):
        for data in ({}, CARD, {"class": ATTACKS["SQL"]}):
            answer = world.submit(visitor, case_id, step, data)
            sound(world, visitor, answer, step)
            refused(answer, 409, "case.step_not_current", step)


@case("no address leads to a file that is not one of the pages")
def files(world):
    client = world.client()
    ups = ["/../", "/../../", "/../../../../../../", "/..%2f..%2f", "/%2e%2e/%2e%2e/", "/..%5c..%5c", "/%252e%252e/%252e%252e/", "/....//....//", "/./../../", "//", "/\\"]
    for base in ("", "/staff", "/handset", "/demo-cards", "/demo-cards/01", "/assets"):
        for up in ups:
            for name in ("openapi/openapi.yaml", "etc/passwd", "README.md", "web/package.json", "house.db", "banks/demo/customers.yaml"):
                status, _ = client("GET", base + up + name)
                text = client.text.decode(errors="replace")
                expect(status < 500, base + up + name, "failed:", status)
                leaked = [word for word in ("openapi: 3.1", "root:x:", "# Yungui", '"dependencies"', "SQLite format", "demo_password") if word in text]
                expect(not leaked, base + up + name, "holds", leaked)
    for path in ("/.git/config", "/package.json", "/demo-cards/", "/demo-cards/01", "/yungui.log", "/keys"):
        client("GET", path)
        expect("text/html" in client.answer.getheader("Content-Type", "") or client.answer.status >= 400, path, "is served:", client.text[:200])


@case("headers stand what they hold")
def header_values(world):
    rich = world.customer("rich")
    for value in ("x" * 3000, "'", "<script>", "\xff\xfe", "../..", "%00", "en;q=999, zh;q=-1", "*", ",,,;;;=", "a" * 81):
        for name in ("Accept-Language", "Accept", "User-Agent", "X-Request-Id", "If-None-Match", "Range", "X-Forwarded-For", "Forwarded", "Traceparent", "Idempotency-Key", "Content-Language"):
            client = world.again(rich)
            answer = client("GET", "/v1/accounts", headers={name: value.encode("latin-1")})
            sound(world, client, answer, f"{name}: {value}")
        client = world.client()
        sound(world, client, client("GET", "/v1/me", headers={"Cookie": f"yungui_session={value}".encode("latin-1")}), f"a cookie {value}")
    for value in ("key-" + "é" * 5, "key '; drop table account; --", "key <script>alert(1)</script>", "../../../../key"):
        order = world.order("attacks", "payee", "1.00")
        client = world.customer("attacks")
        sound(world, client, client("POST", "/v1/transfers", {"transfer": order}, {"Idempotency-Key": value.encode("latin-1")}), f"the key {value}")


@case("what a customer writes is kept and comes back exactly, or is refused")
def kept(world):
    client, came_back = world.customer("attacks"), 0
    for what, attack in ATTACKS.items():
        order = world.order("attacks", "payee", "0.01", purpose=attack)
        status, proof = client("POST", "/v1/proofs", {"transfer": order})
        sound(world, client, (status, proof), what)
        if status != 201:
            expect(len(attack) > 200 or what in ("null", "null inside"), what, "was refused:", proof)
            continue
        token = done(client("POST", f"/v1/proofs/{proof['id']}", {"password": PASSWORD}))["token"]
        status, paid = world.transfer("attacks", order, token)
        if status == 403 and paid["reason"] == "payment.stronger_proof_needed":
            break
        receipt = done(client("GET", f"/v1/transfers/{done((status, paid), 201, what)['id']}"))
        expect(receipt.get("purpose", "") == attack, what, "came back as", repr(receipt.get("purpose")))
        entry = done(client("GET", f"/v1/accounts/{order['from']}/entries?limit=1"))["items"][0]
        expect(entry.get("purpose", "") == attack, what, "stands in the history as", repr(entry.get("purpose")))
        came_back += 1
    expect(came_back >= 15, "only", came_back, "came back")


@case("the log is one record a line, whatever came in, and holds nothing personal")
def log(world):
    text = (world.bank.data / "yungui.log").read_bytes()
    for line in text.decode(errors="replace").splitlines():
        expect("forged" not in line[:30] and "\x1b[" not in line, "a forged line:", line)
    for secret in (PHONES["rich"], "柜试甲", PASSWORD, STAFF_PASSWORD, world.account("rich")["number"]):
        expect(secret.encode() not in text, "the log holds", secret)
