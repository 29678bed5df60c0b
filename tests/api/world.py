# SPDX-License-Identifier: Apache-2.0
"""The bank that the cases talk to, its people, and the ways through it that several cases take."""
import base64
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.bank import PASSWORD, ROOT, Bank, Client  # noqa: E402

from harness import done, expect, until  # noqa: E402

IDENTITIES = ROOT / "tests/data/identities"
FACES = pathlib.Path(os.environ.get("YUNGUI_FACES", ROOT / ".cache/faces"))
STAFF_PASSWORD = "Yungui-2026-staff"
INSTITUTION = "yunchuan"
MICROS = 1_000_000


def id_number(serial, born="19900307", region="330999"):
    """A number with the check digit of GB 11643 that nobody was ever given: region 330999 does not exist."""
    body = f"{region}{born}{serial:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]


# Who is added to the demo bank: key, name, product, opening balance. Phones are 16400003001 and on.
ADDED = [
    ("rich", "柜试甲", "class-1", "500000.00"),
    ("payee", "柜试乙", "class-1", "100.00"),
    ("class2", "柜试丙", "class-2", "60000.00"),
    ("class2-year", "柜试丁", "class-2-year", "60000.00"),
    ("class3", "柜试戊", "class-3", "1500.00"),
    ("class3-year", "柜试己", "class-3-year", "1500.00"),
    ("closed", "柜试庚", "class-1", "0.00"),
    ("poor", "柜试辛", "class-1", "10.00"),
    ("double", "柜试壬", "class-1", "1000.00"),
    ("frozen", "柜试癸", "class-1", "100.00"),
    ("locked", "柜试子", "class-1", "100.00"),
    ("changes", "柜试丑", "class-1", "100.00"),
    ("spammer", "柜试寅", "class-1", "100.00"),
    ("attacks", "柜试卯", "class-1", "5000.00"),
    ("top-up", "柜试辰", "class-1", "5000.00"),
    ("class2-day", "柜试巳", "class-2", "60000.00"),
    ("reassigned", "柜试午", "class-1", "100.00"),
    ("sender", "柜试未", "class-1", "500000.00"),
    ("receiver", "柜试申", "class-1", "100.00"),
    ("later", "柜试酉", "class-1", "1000.00"),
    ("walletless", "柜试戌", "class-1", "1000.00"),
    ("telling", "柜试亥", "class-1", "1000.00"),
    ("told", "柜试元", "class-1", "10.00"),
    ("pin", "柜试亨", "class-1", "100.00"),
    ("by-mail", "柜试利", "class-1", "100.00"),
    ("certified", "柜试贞", "class-1", "5000.00"),
    ("asleep", "柜试天", "class-2", "0.00"),
    ("pupil", "柜试地", "class-1", "3000.00"),
    ("village", "柜试玄", "class-1", "100.00"),
]
PHONES = {key: str(16400003001 + place) for place, (key, *_) in enumerate(ADDED)}
ID_NUMBERS = {key: id_number(101 + 2 * place) for place, (key, *_) in enumerate(ADDED)}

# Whom the police and the other bank know besides, with names in every direction.
PEOPLE = {
    "script": "Ægir Þórólfsdóttir·ئايگۈل·אבג·" + "थ" * 30,
    "right to left": "\u200fمحمد\u200f \u200dنور Z̵̛a͜l̷g̶o é ﷽",
}


# Whom the police answer in ways of their own.
SILENT = {mode: id_number(901 + 2 * place, "19850126", "411524") for place, mode in enumerate(("silent", "unsigned"))}


def make_folder():
    """A copy of the demo bank's folder with more people, products with small year limits, and less patient partners."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-test-bank-")) / "bank"
    shutil.copytree(ROOT / "banks/demo", folder)
    with (folder / "customers.yaml").open("a") as out:
        for key, name, product, balance in ADDED:
            out.write(f'  - {{institution: {INSTITUTION}, unit: P-YC-BT, name: {name}, id_number: "{ID_NUMBERS[key]}", phone: "{PHONES[key]}",'
                      f' address: 云岭省云川市白塔区云柜路3号, occupation: office, language: zh, product: {product}, opening_balance: "{balance}"}}\n')
    staff = folder / "staff.yaml"
    staff.write_text(staff.read_text().replace("login: yc.teller2,", f'login: yc.teller2, phone: "{PHONES["told"]}",'))
    for number, year in (("2", "8000.00"), ("3", "1200.00")):
        text = (folder / f"products/class-{number}.yaml").read_text()
        text = text.replace(f"code: class-{number}\n", f"code: class-{number}-year\n")
        text = re.sub(r'(direction: out, counterpart: unbound, period: year, amount: )"[0-9.]+"', rf'\1"{year}"', text)
        (folder / f"products/class-{number}-year.yaml").write_text(text)
        chart = folder / "chart-of-accounts.yaml"
        chart.write_text(chart.read_text().replace(f"products: [class-{number}]", f"products: [class-{number}, class-{number}-year]"))
    class_3 = folder / "products/class-3.yaml"
    class_3.write_text(re.sub(r"per_person: 5", "per_person: 1", class_3.read_text()))
    partners = (folder / "partners.yaml").read_text()
    partners = re.sub(r"answer_timeout_ms: \d+", "answer_timeout_ms: 2000", partners)
    partners = re.sub(r"first_retry_ms: \d+", "first_retry_ms: 200", partners)
    (folder / "partners.yaml").write_text(re.sub(r"deadline_ms: 30000", "deadline_ms: 5000", partners))
    rules = folder / "payment-rules.yaml"  # Of a payment that a code still proves.
    rules.write_text(rules.read_text().replace('notice: {from: "200000.00"', 'notice: {from: "4900.00"'))
    facts = folder / "bank.yaml"
    facts.write_text(re.sub(r"look_every_seconds: \d+", "look_every_seconds: 1", facts.read_text()))
    fund = folder / "services/housing-fund/service.yaml"
    fund.write_text(re.sub(r"follow_every: PT\d+S", "follow_every: PT1S", fund.read_text()))
    mail = folder / "services/card-replacement/service.yaml"
    mail.write_text(re.sub(r"track_every: PT\d+S", "track_every: PT1S", mail.read_text()))
    with (folder / "sandbox/police.yaml").open("a") as police, (folder / "sandbox/bank.yaml").open("a") as bank:
        for place, (key, name) in enumerate(PEOPLE.items()):
            number = id_number(801 + 2 * place, "19850412")
            police.write(f'  - {{number: "{number}", name: {json.dumps(name, ensure_ascii=False)}}}\n')
            bank.write(f'  - {{number: "998800000000000900{place}", class: 1, name: {json.dumps(name, ensure_ascii=False)}, id_number: "{number}",'
                       f' phone: "1640000410{place}", balance: "1000.00"}}\n')
    with (folder / "sandbox/police.yaml").open("a") as police, (folder / "sandbox/bank.yaml").open("a") as bank:
        for place, (mode, number) in enumerate(SILENT.items()):
            police.write(f'  - {{number: "{number}", name: 示山琪, behaviour: {mode}}}\n')
            bank.write(f'  - {{number: "998800000000000910{place}", class: 1, name: 示山琪, id_number: "{number}", phone: "1640000420{place}", balance: "1000.00"}}\n')
    with (folder / "sandbox/police.yaml").open("a") as police:
        police.write(f'  - {{number: "{ID_NUMBERS["asleep"]}", name: 柜试天}}\n')
    return folder


class World:
    """One bank, and what the cases share."""

    def __init__(self):
        self.folder = make_folder()
        self.bank = Bank(folder=self.folder)
        self.customers, self.tellers, self.reviews = {}, {}, {}
        self.keys = itertools.count(1)
        self.sources = itertools.count(2)

    def start(self):
        self.bank.start()
        self.contract = done(self.client()("GET", "/openapi.json"))
        return self

    def end(self):
        status = self.bank.stop()
        checked, report = self.bank.check()
        shutil.rmtree(self.folder.parent, ignore_errors=True)
        self.bank.remove()
        return status, checked, report

    # Callers.

    def client(self, source=None):
        return Client(self.bank.port, source)

    def somewhere(self):
        """A caller from an address that nobody used before, for what is capped by address."""
        return self.client(f"127.0.1.{next(self.sources)}")

    def again(self, client):
        """The same session on a connection of its own."""
        copy = Client(client.port, client.source)
        copy.cookies, copy.csrf = dict(client.cookies), client.csrf
        return copy

    def customer(self, key, institution=INSTITUTION):
        """A full sign-in, kept; by the key of ADDED or by phone."""
        phone = PHONES.get(key, key)
        if phone not in self.customers:
            self.customers[phone] = self.client().sign_in(phone, institution)
        return self.customers[phone]

    def staff(self, username):
        """A sign-in with both factors, kept: an authenticator's code serves once in 30 seconds."""
        if username not in self.tellers:
            self.tellers[username] = self.client().staff(username)
        return self.tellers[username]

    def confirm_release(self, service, who="group.admin2"):
        """A second administrator confirms what the first proposed about a service's version."""
        second = self.staff(who)
        waiting = [one for one in done(second("GET", f"/v1/staff/service-releases?service={service}"))["items"] if one["state"] == "proposed" and not one["alone"]]
        assert len(waiting) == 1, waiting
        return done(second("POST", f"/v1/staff/services/{service}/release/{waiting[0]['id']}/decision", {"confirm": True, "comment": "seen"}))

    def ask_code(self, phone, institution=INSTITUTION, client=None):
        """Has a sign-in code sent, and answers it as the handset shows it."""
        before = {m["id"] for m in self.handset(phone)}
        done((client or self.somewhere())("POST", "/v1/codes", {"institution": institution, "phone": phone}), 202, "a code")
        return self.new_code(phone, before)

    def age_codes(self, seconds=61):
        """Moves every code that was sent so far back in time: as if that much had passed since."""
        self.rows("house", "update authentication_code set created = created - ?, expires = expires - ?", seconds * MICROS, seconds * MICROS)

    def new_code(self, phone, before):
        def look():
            fresh = [m for m in self.handset(phone) if m["id"] not in before]
            codes = [found[1] for m in fresh if (found := re.search(r"码是?(\d{6})", m["text"]))]
            return codes[0] if codes else None
        return until(look, about=f"a code for {phone}")

    def visitor(self, phone, institution=INSTITUTION):
        """A session of a proven phone."""
        client = self.somewhere()
        code = self.ask_code(phone, institution, client)
        done(client("POST", "/v1/sessions/phone", {"institution": institution, "phone": phone, "code": code}), 201, "a visitor")
        return client

    def figures(self):
        client = self.client()
        client("GET", "/metrics")
        return client.text.decode()

    def handset(self, phone):
        return self.client()("GET", "/v1/demo/handset?phone=" + phone)[1]["messages"]

    # Money.

    def key(self):
        return f"api-test-{next(self.keys):06d}"

    def account(self, key):
        """The first account of a customer."""
        return self.customer(key)("GET", "/v1/accounts")[1]["items"][0]

    def order(self, payer, to, amount, **more):
        address = {"phone": PHONES.get(to, to)} if isinstance(to, str) else to
        return {"from": self.account(payer)["id"], "to": address, "amount": {"amount": amount, "currency": "CNY"}, **more}

    def prove(self, payer, order, password=PASSWORD):
        """The token of a given proof, by password or SMS code, whichever is asked."""
        client = self.customer(payer)
        before = {m["id"] for m in self.handset(PHONES[payer])}
        proof = done(client("POST", "/v1/proofs", {"transfer": order}), 201, "a proof")
        given = {"password": password} if proof["method"] == "password" else {"code": self.new_code(PHONES[payer], before)}
        return done(client("POST", f"/v1/proofs/{proof['id']}", given), 200, "the proof's answer")["token"]

    def transfer(self, payer, order, proof=None, key=None):
        body = {"transfer": order} | ({"proof": proof} if proof else {})
        return self.customer(payer)("POST", "/v1/transfers", body, {"Idempotency-Key": key or self.key()})

    def audit(self, institution, **which):
        """The records of the audit trail that have these values, oldest first."""
        return [record for record in self.bank.audit_of(self.bank.data, self.bank.database, institution) if all(record[name] == value for name, value in which.items())]

    def rows(self, database, sql, *values):
        """Reads or ages rows beside the bank, for what would take days to happen."""
        return self.bank.rows(database, sql, *values)

    def client_balance(self, key):
        return self.account(key)["balance"]["amount"]

    # The sandbox.

    def partner(self, name, **behaviour):
        """Overrides how a partner behaves; without words, as its data says again."""
        control = Client(self.bank.sandbox_port)
        if behaviour:
            done(control("PUT", f"/control/behaviour/{name}", behaviour), (control.answer.status if control.answer.status < 300 else 200))
        else:
            control("DELETE", f"/control/behaviour/{name}")

    def sandbox(self, method, path, body):
        control = Client(self.bank.sandbox_port)
        done(control(method, path, body), 204, "the sandbox")

    def sandbox_file(self, partner):
        """What a partner knows by its file."""
        return (self.folder / f"sandbox/{partner}.yaml").read_bytes()

    # Openings.

    def start_case(self, client, service="account-opening"):
        status, case = client("POST", "/v1/cases", {"service": service})
        expect(status in (200, 201), "a case", status, case)
        if case.get("step", {}).get("code") == "consent":
            done(self.submit(client, case["id"], "consent", {"agreement_privacy": "2026-11", "agreement_face": "2026-11"}))
        return case["id"]

    def picture(self, client, case, side, file):
        """Uploads a picture of the card; status and answer."""
        path = file if isinstance(file, pathlib.Path) else IDENTITIES / file
        return client("POST", f"/v1/cases/{case}/id-card/{side}", path.read_bytes(), media="image/jpeg")

    def card(self, client, case, identity, **changed):
        """Uploads both sides; the data of the id-card step, by the truth, with changes."""
        truth = json.loads((IDENTITIES / f"{identity:02d}/truth.json").read_text())
        with concurrent.futures.ThreadPoolExecutor(2) as both:
            front, back = both.map(lambda side: done(self.picture(self.again(client), case, side, f"{identity:02d}/{side}.jpg"), 200, side), ("front", "back"))
        data = {"front": front["evidence"], "back": back["evidence"], "name": truth["name"], "number": truth["number"],
                "birth_date": truth["birth"], "address": truth["address"], "issuer": truth["issuer"],
                "valid_from": truth["valid_from"], "valid_until": truth["valid_until"]}
        return {**data, **changed}

    def submit(self, client, case, step, data):
        return client("POST", f"/v1/cases/{case}/steps/{step}", {"data": data})

    def settled(self, client, case, seconds=20, leaving=None):
        """The case once it waits for the customer, for a teller, or is over; not at the step `leaving`."""
        def look():
            view = done(client("GET", f"/v1/cases/{case}"))
            if view["state"] != "bank":
                return view if not leaving or view.get("step", {}).get("code") != leaving or view["state"] != "customer" else None
            return view if self.waits_for_staff(case) else None
        return until(look, seconds, f"an end of the bank's work on case {case}")

    def waits_for_staff(self, case):
        return next((t for t in self.tasks() if t["case"] == case and t["state"] != "done"), None)

    def tasks(self, username="yc.senior"):
        return done(self.staff(username)("GET", "/v1/staff/tasks?state=all&limit=100"))["items"]

    def films(self, act, kind="genuine"):
        """The frames of identity 1, or of an attack, doing something, as `./yungui setup faces` filmed them."""
        if not hasattr(self, "film_folder"):
            version = subprocess.run(["/usr/bin/python3", ROOT / "tools/synthetic/head.py", "--version"], capture_output=True, text=True, check=True)
            self.film_folder = FACES / version.stdout.strip()
        folder = self.film_folder / f"1-{kind}-0" / act
        expect(folder.is_dir(), "the films are not there; ./yungui setup faces makes them")
        return [base64.b64encode(f.read_bytes()).decode() for f in sorted(folder.glob("*.jpg"))]

    def show_face(self, client, case, kind="genuine"):
        """A liveness check answered as asked by identity 1, or by an attack; the last answer."""
        live = done(client("POST", f"/v1/cases/{case}/liveness"), 201, "a liveness check")
        at = 0
        for index, act in enumerate(live["challenges"]):
            frames = self.films(act, kind)[1 if index else 0:-1]
            for first in range(0, len(frames), 10):
                batch = [{"at_ms": at + 100 * i, "jpeg": f} for i, f in enumerate(frames[first:first + 10])]
                at += 100 * len(batch)
                seen = done(client("POST", f"/v1/cases/{case}/liveness/{live['id']}/frames",
                                   {"nonce": live["nonce"], "challenge": index, "frames": batch}), 200, "frames")
                if seen["state"] != "running":
                    return seen
        return seen

    def no_face(self, client, case):
        """Gives up the face check by using up its tries, which leaves it to a teller."""
        for _ in range(4):
            view = done(self.submit(client, case, "face", {"liveness": "1S0KQ8Z0M0001"}), 200, "a face that was never shown")
        return view

    def details(self, identity=None, **changed):
        """The details of a Class II account, bound to the account that goes with an identity."""
        accounts = re.findall(r'number: "(\d+)", class: 1, name: \S+ id_number: "\w+", phone: "1640000200\d"',
                              (self.folder / "sandbox/bank.yaml").read_text())
        data = {"class": "2", "bound_bank": "他行（沙箱）", "occupation": "office", "address": "云岭省云川市白塔区云柜路7号", "purpose": "daily",
                "tax_residence": "china", "agreement_account": "2026-11"}
        if identity:
            data |= {"bound_account": accounts[identity - 1], "bound_phone": f"1640000200{identity}"}
        return {**data, **changed}

    def to_review(self, identity, phone, **changed):
        """An opening that waits for a teller (no face was shown): client, case, task."""
        client = self.visitor(phone)
        case = self.start_case(client)
        done(self.submit(client, case, "id-card", self.card(client, case, identity, **changed)))
        self.settled(client, case, leaving="id-card")
        self.no_face(client, case)
        view = self.settled(client, case, leaving="face")
        expect(view.get("step", {}).get("code") == "details", "the details were not asked for:", view)
        done(self.submit(client, case, "details", self.details(identity)))
        self.settled(client, case, leaving="details")
        task = self.waits_for_staff(case)
        expect(task, "no teller is asked")
        return client, case, task

    def review(self):
        """The opening of identity 4, which waits for a teller and is looked at by several cases; nobody decides it."""
        if "shared" not in self.reviews:
            self.reviews["shared"] = self.to_review(4, "16400002004")
        return self.reviews["shared"]


__all__ = ["ADDED", "Client", "IDENTITIES", "ID_NUMBERS", "INSTITUTION", "MICROS", "PASSWORD", "PEOPLE", "PHONES", "ROOT", "STAFF_PASSWORD", "SILENT", "World", "id_number"]
