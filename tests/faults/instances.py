# SPDX-License-Identifier: Apache-2.0
"""Processes that wait for partners, messages, the clock and people when the bank is killed: each ends as its scenario says, each step once.

The service is the test's own (tests/faults/parcel): pieces held in the ledger, a partner's answer, a message from one branch to the
other, a timer, a decision table, a person for some, pieces given out or put back, a message to the customer.
"""
import collections
import http.client
import json
import pathlib
import random
import shutil
import tempfile
import threading
import time

from faults.openings import signed_in_teller
from lib.bank import ROOT, Bank, Client

BOOK = "yunchuan"
SERVICE = "parcel"
MEMBER = "330999190001010000"
PHONES = [f"164000000{n:02}" for n in range(1, 7)]
# What is recorded once for each step of an instance, whatever happened meanwhile.
ONCE = "('started', 'task-created', 'claimed', 'completed', 'operation', 'decided', 'timer', 'message', 'sent', 'ended')"
BROKEN = (OSError, ValueError, http.client.HTTPException)


def make_folder(folder):
    """The demo bank with the test's service, and a member of the housing fund who has enough for all."""
    shutil.copytree(ROOT / "banks/demo", folder)
    shutil.copytree(ROOT / "tests/faults/parcel", folder / "services" / SERVICE)
    fund = folder / "sandbox/fund.yaml"
    fund.write_text(fund.read_text().replace("delay_ms: 200", "delay_ms: 20")
                    + f'  - {{number: "{MEMBER}", balance: "10000000.00", monthly: "0.00", employer: 试验}}\n')
    # The sandbox dies with the bank: silence is the scenario of another test.
    partners = folder / "partners.yaml"
    before, fund_is, rest = partners.read_text().partition("\n  fund:\n")
    rest = rest.replace("attempts: 3", "attempts: 20", 1).replace("deadline_ms: 30000", "deadline_ms: 600000", 1)
    assert "attempts: 20" in rest, rest
    partners.write_text(before + fund_is + rest)


class Senders:
    """Customers who begin one case after another, and a teller who looks at those that need it."""

    def __init__(self, bank):
        self.bank = bank
        self.clients = []
        for phone in PHONES:
            try:
                self.clients.append(Client(bank.port).sign_in(phone))
            except AssertionError:
                continue  # Of another institution, or without a password.
        self.teller = signed_in_teller(bank)
        self.pieces = {}  # Case: how many pieces were, or are to be, asked for.
        self.sent = set()  # Cases whose order was answered.
        self.lost = []

    def send(self, client, stop, until):
        """Until killed, or until enough was begun."""
        try:
            while not stop.is_set() and len(self.pieces) < until:
                status, case = client("POST", "/v1/cases", {"service": SERVICE})
                assert status == 201, case
                self.order(client, case["id"])
        except BROKEN:
            return

    def order(self, client, case):
        pieces = self.pieces.setdefault(case, len(self.pieces) % 10 + 1)
        status, answer = client("POST", f"/v1/cases/{case}/steps/order", {"data": {"goods": "parcel", "quantity": pieces}})
        if status != 200:
            self.lost.append(f"the order of {case} was refused: {answer}")
        self.sent.add(case)

    def look(self, stop):
        try:
            while not stop.is_set():
                if not self.look_once():
                    time.sleep(0.05)
        except BROKEN:
            return

    def look_once(self):
        """Claims and completes what is there; true where there was something."""
        done = 0
        for view in ("mine", "open"):
            for task in self.teller("GET", f"/v1/staff/tasks?state={view}&service={SERVICE}&limit=100")[1]["items"]:
                if view == "open":
                    self.teller("POST", f"/v1/staff/tasks/{task['id']}/claim")
                done += self.teller("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "approve"})[0] == 200
        return done > 0

    def cases(self):
        """Every case of the service that the bank knows: {id: (client, case)}."""
        found = {}
        for client in self.clients:
            cursor = ""
            while True:
                page = client("GET", f"/v1/cases?limit=100{cursor}")[1]
                found.update({c["id"]: (client, c) for c in page["items"] if c["service"] == SERVICE})
                if not page.get("next_cursor"):
                    break
                cursor = "&cursor=" + page["next_cursor"]
        return found

    def finish(self, seconds):
        """Sends what was begun and not answered, and waits for all to end: what the bank has then."""
        deadline = time.monotonic() + seconds
        while True:
            known = self.cases()
            for id_, (client, case) in known.items():
                if case["state"] != "customer":
                    continue
                if id_ in self.sent:
                    self.lost.append(f"the order of {id_} was answered and is asked for again")
                else:
                    self.order(client, id_)
            self.look_once()
            if all(case["state"] not in ("customer", "bank") for _, case in known.values()) or time.monotonic() > deadline:
                return known
            time.sleep(0.3)

    def hang_up(self):
        for client in [*self.clients, self.teller]:
            client.hang_up()


def one_kill(bank, senders, until, chance):
    stop = threading.Event()
    threads = [threading.Thread(target=senders.send, args=(client, stop, until)) for client in senders.clients]
    threads.append(threading.Thread(target=senders.look, args=(stop,)))
    for thread in threads:
        thread.start()
    # Some kills while cases begin, some while all wait for timers, partners and people.
    time.sleep(chance.uniform(0.2, 1.8))
    bank.kill()
    stop.set()
    for thread in threads:
        thread.join()
    senders.hang_up()
    bank.start()


def effects(bank):
    """What happened outside of the processes' own records: holds by what became of them, messages by text, payments of the partner."""
    steps = dict(bank.rows(BOOK, "select step, count(*) from ledger_journal where kind = 'supply-promise' group by step"))
    told = dict(bank.rows(BOOK, "select code, count(*) from message where code in ('done', 'back') group by code"))
    paid = collections.Counter()
    for line in (pathlib.Path(bank.data) / "sandbox.jsonl").read_text().splitlines():
        try:
            one = json.loads(line)
        except ValueError:
            continue  # The line that a kill cut off.
        if one.get("account") == f"fund/{MEMBER}" and one.get("change"):
            paid[one["call"]] += 1
    return steps, told, paid


def kill_instances(say, soak=False, seed=None):
    """300 instances and 8 kills; 10,000 and 60 in a soak. Says what must be true afterwards."""
    wanted, kills = (10_000, 60) if soak else (300, 8)
    chance = random.Random(seed)
    place = pathlib.Path(tempfile.mkdtemp(prefix="yungui-instances-"))
    make_folder(place / "bank")
    bank = Bank(data=place / "data", folder=place / "bank")
    try:
        bank.start()
        senders = Senders(bank)
        for kill in range(kills):
            one_kill(bank, senders, wanted * (kill + 1) // kills, chance)
        senders.send(senders.clients[0], threading.Event(), wanted)  # What the kills kept from being begun.
        known = senders.finish(seconds=1800 if soak else 120)
        judge(bank, senders, known, kills, say)
    finally:
        bank.end()
        shutil.rmtree(place, ignore_errors=True)


def judge(bank, senders, known, kills, say):
    waiting = [id_ for id_, (_, case) in known.items() if case["state"] in ("customer", "bank")]
    gone = [id_ for id_ in senders.sent if id_ not in known]
    say(not waiting, f"every one of {len(known)} instances comes to its end after {kills} kills {waiting[:2] or ''}")
    say(not gone and not senders.lost, f"none of {len(senders.sent)} answered orders is lost {(gone + senders.lost)[:2] or ''}")
    wrong = [(id_, pieces) for id_, pieces in senders.pieces.items()
             if id_ in known and known[id_][1]["state"] != ("refused" if pieces == 10 else "done")]
    say(not wrong and {p for p in senders.pieces.values()} == set(range(1, 11)), f"each ends as its scenario says {wrong[:2] or ''}")
    twice = bank.rows(BOOK, "select h.instance, h.kind, h.element, count(*) from process_history h join process_instance i on i.id = h.instance"
                            f" where i.definition like '{SERVICE}@%' and h.kind in {ONCE} group by h.instance, h.kind, h.element having count(*) > 1")
    steps = bank.rows(BOOK, "select count(*) from process_history h join process_instance i on i.id = h.instance"
                            f" where i.definition like '{SERVICE}@%' and h.kind in {ONCE}")[0][0]
    say(steps > 8 * len(known) and not twice, f"no step of {steps} is recorded twice {twice[:2] or ''}")
    incidents = bank.rows(BOOK, "select element, reason, detail from process_incident where state = 'open'")
    say(not incidents, f"none waits for somebody to mend it {incidents[:2] or ''}")
    back = sum(pieces == 10 for pieces in senders.pieces.values())
    given = len(known) - back
    deadline = time.monotonic() + 30  # Messages follow by the outbox.
    while sum((found := effects(bank))[1].values()) < len(known) and time.monotonic() < deadline:
        time.sleep(0.3)
    steps, told, paid = found
    say(sorted(steps.values()) == sorted([len(known), given, back]), f"pieces are held once, given out {given} times and put back {back} times {steps}")
    say(told == {"done": given, "back": back}, f"everybody is told once {told}")
    say(len(paid) == len(known) and set(paid.values()) == {1}, f"the partner pays {len(known)} times, once for each ({len(paid)} calls)")
    say(bank.stop() == 0, "it ends cleanly when asked")
    status, report = bank.check()
    say(status == 0, "check finds ledger and audit trail in order" + ("" if status == 0 else " " + report))
