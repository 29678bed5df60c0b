# SPDX-License-Identifier: Apache-2.0
"""People who open one account after another until the bank is killed, a teller who decides, and what must be true afterwards.

Most open by a service of the test's own, which asks for everything but pictures; one gives real pictures of a card, whose reading
takes a second, and shows no face, so that a teller decides.
"""
import http.client
import json
import re
import shutil
import time

from lib.bank import ROOT, Client

BROKEN = (OSError, ValueError, http.client.HTTPException)
TELLER = "yc.senior"
INSTITUTION = "yunchuan"
# Demo customers by phone: the number of their account at the sandbox's other bank is found in its data.
PEOPLE = ["16400000006", "16400000008", "16400000010", "16400000011"]
REVIEWED = PEOPLE[0]  # Is a tax resident elsewhere too, so that a teller decides each time.
PICTURED = 3  # tests/data/identities/03, a demo customer of this folder.
PICTURED_PHONE = "16400002003"


def make_folder(folder):
    """The demo bank with a second opening service that looks at no pictures, as many accounts as one likes, and identity 3 as a customer."""
    shutil.copytree(ROOT / "banks/demo", folder)
    process = (folder / "processes/apply-verify-decide.bpmn").read_text().replace("apply-verify-decide", "quick-opening").replace("apply_verify_decide", "quick_opening")
    for step, answer in (("check_card", '{status: "ok", age: 36, edited: []}'), ("check_face", '{status: "ok", similarity: 0.9, threshold: 0.5}')):
        result = "card" if step == "check_card" else "face_check"
        process, count = re.subn(rf'<serviceTask id="{step}".*?</serviceTask>',
                                 f'<scriptTask id="{step}" scriptFormat="feel" yungui:result="{result}"><script>{answer}</script></scriptTask>', process, flags=re.S)
        assert count == 1, step
    (folder / "processes/quick-opening.bpmn").write_text(process)
    quick = folder / "services/quick-opening"
    shutil.copytree(folder / "services/account-opening", quick)
    scenario = (quick / "scenario.yaml").read_text()  # The first is enough: all in order.
    (quick / "scenario.yaml").write_text("\n\n".join(scenario.split("\n\n")[:1]) + "\n")
    (quick / "review.dmn").write_text((quick / "review.dmn").read_text().replace("account-opening", "quick-opening"))
    service = (quick / "service.yaml").read_text()
    (quick / "service.yaml").write_text(service.replace("code: account-opening", "code: quick-opening").replace("process: apply-verify-decide", "process: quick-opening"))
    product = folder / "products/class-2.yaml"
    product.write_text(product.read_text().replace("per_person: 5", "per_person: 1000"))
    truth = json.loads((ROOT / f"tests/data/identities/{PICTURED:02d}/truth.json").read_text())
    with (folder / "customers.yaml").open("a") as out:
        out.write(f'  - {{institution: {INSTITUTION}, unit: P-YC-BT, name: {truth["name"]}, id_number: "{truth["number"]}", phone: "{PICTURED_PHONE}",'
                  f' address: {truth["address"]}, occupation: office, language: zh, product: class-1, opening_balance: "10.00"}}\n')


def signed_in_teller(bank):
    """An authenticator's code serves once in 30 seconds; a soak that goes on may come too soon."""
    for _ in range(35):
        try:
            return Client(bank.port).staff(TELLER)
        except AssertionError:
            time.sleep(1)
    raise AssertionError(f"{TELLER} cannot sign in")


class Openers:
    """Each signs in once and goes on with the case that waits, whatever step it is at."""

    def __init__(self, bank):
        self.bank = bank
        self.clients = {phone: Client(bank.port).sign_in(phone) for phone in [*PEOPLE, PICTURED_PHONE]}
        self.teller = signed_in_teller(bank)
        known = (bank.folder / "sandbox/bank.yaml").read_text()
        self.people = {}
        for phone in self.clients:
            row = re.search(rf'number: "(\d+)", class: 1, name: (\S+), id_number: "(\w+)", phone: "{phone}"', known)
            self.people[phone] = {"account": row[1], "name": row[2], "number": row[3]}
        self.cases = {}  # Case: [phone, steps that were answered].
        self.decisions = {}  # Task: case, of decisions that were answered.
        self.evidence = {}  # Case: {side: id}, of pictures that were answered.
        self.refused = []
        self.answered = self.decided = 0

    def callers(self):
        return [*self.clients.values(), self.teller]

    def works(self):
        return [lambda stop, phone=phone: self.open(phone, stop) for phone in self.clients] + [self.decide]

    def open(self, phone, stop):
        """Opens accounts until killed."""
        try:
            while not stop.is_set():
                if not self.one_step(phone):
                    time.sleep(0.05)
        except BROKEN:
            return

    def one_step(self, phone):
        """Takes the next step of the person's case, or begins one; false where the bank is at work."""
        client = self.clients[phone]
        mine = client("GET", "/v1/cases?limit=1")[1]["items"]
        if not mine or mine[0]["state"] not in ("customer", "bank"):
            status, case = client("POST", "/v1/cases", {"service": "account-opening" if phone == PICTURED_PHONE else "quick-opening"})
            if status in (200, 201):
                self.cases[case["id"]] = [phone, []]
            return status in (200, 201)
        case = client("GET", f"/v1/cases/{mine[0]['id']}")[1]
        self.cases.setdefault(case["id"], [phone, []])
        if "step" not in case:
            return False
        step = case["step"]["code"]
        data = self.data_of(phone, case["id"], step)
        status, answer = client("POST", f"/v1/cases/{case['id']}/steps/{step}", {"data": data})
        if status == 200:
            self.answered += 1
            self.cases[case["id"]][1].append(step)
        elif status != 409:
            self.refused.append(f"{step} of {case['id']} was refused: {answer}")
            time.sleep(1)
        return True

    def data_of(self, phone, case, step):
        person = self.people[phone]
        born = f"{person['number'][6:10]}-{person['number'][10:12]}-{person['number'][12:14]}"
        if step == "id-card":
            pictures = {"front": "1S0KQ8Z0M0001", "back": "1S0KQ8Z0M0002"}
            if phone == PICTURED_PHONE:
                pictures = self.evidence.setdefault(case, {})
                for side in ("front", "back"):
                    if side not in pictures:
                        picture = (ROOT / f"tests/data/identities/{PICTURED:02d}/{side}.jpg").read_bytes()
                        status, answer = self.clients[phone]("POST", f"/v1/cases/{case}/id-card/{side}", picture, media="image/jpeg")
                        assert status == 200, answer
                        pictures[side] = answer["evidence"]
            return {**pictures, "name": person["name"], "number": person["number"], "birth_date": born, "address": "云岭省云川市白塔区云柜路1号",
                    "issuer": "云川市公安局", "valid_from": "2020-01-01", "valid_until": "2040-01-01"}
        return {
            "consent": {"agreement_privacy": "2026-11", "agreement_face": "2026-11"},
            "face": {"liveness": "1S0KQ8Z0M0003"},
            "details": {"class": "2", "bound_bank": "他行（沙箱）", "bound_account": person["account"], "bound_phone": phone, "occupation": "office",
                        "address": "云岭省云川市白塔区云柜路1号", "purpose": "daily", "tax_residence": "both" if phone == REVIEWED else "china", "agreement_account": "2026-11"},
            "password": {}, "passkey": {"added": False}, "material": {"explanation": "工资卡"}}[step]

    def decide(self, stop):
        """The teller: claims what is open and opens the account, until killed."""
        try:
            while not stop.is_set():
                if not self.one_decision():
                    time.sleep(0.1)
        except BROKEN:
            return

    def one_decision(self):
        tasks = [t for view in ("mine", "open") for t in self.teller("GET", f"/v1/staff/tasks?state={view}&limit=20")[1]["items"]]
        for task in tasks:
            if task["state"] == "open":
                self.teller("POST", f"/v1/staff/tasks/{task['id']}/claim")
            status, _ = self.teller("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "open"})
            if status == 200:
                self.decisions[task["id"]] = task["case"]
                self.decided += 1
        return bool(tasks)

    def check(self):
        """After a start: what was answered and is not there."""
        wrong, self.refused = self.refused, []
        for id_, (phone, steps) in self.cases.items():
            if not steps or steps[-1] == "over":
                continue
            status, case = self.clients[phone]("GET", f"/v1/cases/{id_}")
            if status != 200:
                wrong.append(f"case {id_} is gone")
                continue
            at = case.get("step", {}).get("code")
            # The face is asked for again by the process itself; so are details, where the other bank did not answer.
            if at in steps and at not in ("face", "details"):
                wrong.append(f"{at} of {id_} was answered and is asked for again")
            if case["state"] not in ("customer", "bank"):
                steps.append("over")
        for task, id_ in list(self.decisions.items()):
            seen = self.teller("GET", f"/v1/staff/tasks/{task}")[1]
            if seen.get("task", {}).get("state") != "done":
                wrong.append(f"the decision about {id_} is gone")
            del self.decisions[task]
        for case, pictures in self.evidence.items():
            for id_ in pictures.values():
                if self.teller("GET", f"/v1/staff/evidence/{id_}")[0] != 200:
                    wrong.append(f"a picture of {case} is gone")
        return wrong

    def finish(self, seconds=90):
        """Takes every case to its end; those that did not come to one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            running = []
            for phone, client in self.clients.items():
                mine = client("GET", "/v1/cases?limit=1")[1]["items"]
                if mine and mine[0]["state"] in ("customer", "bank"):
                    running.append(mine[0]["id"])
                    self.one_step(phone)
            if not running:
                return []
            self.one_decision()
            time.sleep(0.05)
        return running

    def totals(self):
        """How many openings are done, and how many accounts the same people got by them."""
        done = accounts = 0
        for client in self.clients.values():
            cursor = ""
            while True:
                page = client("GET", f"/v1/cases?limit=100{cursor}")[1]
                done += sum(case["state"] == "done" for case in page["items"])
                if not page.get("next_cursor"):
                    break
                cursor = "&cursor=" + page["next_cursor"]
            accounts += sum(account["class"] == "2" for account in client("GET", "/v1/accounts")[1]["items"])
        return done, accounts

    def stuck(self):
        return self.bank.rows(INSTITUTION, "select element, reason, detail from process_incident where state = 'open'")
