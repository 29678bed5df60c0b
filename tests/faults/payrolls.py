# SPDX-License-Identifier: Apache-2.0
"""Payrolls that are being uploaded, checked and paid when the bank is killed, and what must be true afterwards."""
import http.client
import itertools
import sys
import time

import yaml
from lib.bank import ROOT, Client

# On PostgreSQL a payroll is paid some ten lines a second for now: small ones, or the rounds would not end.
LINES = 1500
PAYEES = [f"164000000{n:02}" for n in range(15, 30)]
BROKEN = (OSError, ValueError, http.client.HTTPException)
ENDED = ("done", "stopped", "refused")


class Payrolls:
    """A maker who uploads one file after another, and a checker who approves each."""

    def __init__(self, bank):
        self.maker, self.checker = Client(bank.port).staff("yc.manager2"), Client(bank.port).staff("yc.manager")
        self.payer = next(p["account"] for p in self.maker("GET", "/v1/staff/batch-payers")[1]["items"] if p["institution"] == "yunchuan")
        people = yaml.safe_load((ROOT / "banks/demo/customers.yaml").read_text())["customers"]
        names = {person["phone"]: person["name"] for person in people}
        self.payees = [(self.number_of(Client(bank.port).sign_in(phone)), names[phone]) for phone in PAYEES]
        self.numbers, self.ids, self.wrong = itertools.count(1), [], []

    @staticmethod
    def number_of(client):
        number = client("GET", "/v1/accounts")[1]["items"][0]["number"]
        client.hang_up()
        return number

    def callers(self):
        return [self.maker, self.checker]

    def works(self):
        return [self.go_on]

    def file(self):
        run = f"{time.time_ns()}-{next(self.numbers)}"
        lines = ["账号,姓名,金额,备注"]
        for n in range(LINES):
            number, name = self.payees[n % len(self.payees)]
            lines.append(f"{number},{name},0.01,{run}-{n}")
        return ("\n".join(lines) + "\n").encode(), run

    def go_on(self, stop):
        while not stop.is_set():
            file, run = self.file()
            try:
                status, batch = self.maker("POST", f"/v1/staff/batches?payer={self.payer}&on_bad_line=go_on", file, {"Idempotency-Key": "kill-" + run}, media="text/csv")
                if status != 201:
                    self.wrong.append(batch)
                    return
                self.ids.append(batch["id"])
                self.push(batch["id"], lambda _: stop.is_set())
            except BROKEN:
                return

    def push(self, id_, enough):
        """Takes a batch as far as people can, and waits for its end, or until what it has come to is `enough`."""
        while True:
            one = self.maker("GET", f"/v1/staff/batches/{id_}")[1]
            if enough(one):
                return
            if one["state"] == "checked":
                self.maker("POST", f"/v1/staff/batches/{id_}/submit")
            elif one["state"] == "submitted":
                self.checker("POST", f"/v1/staff/batches/{id_}/approve")
            elif one["state"] in ENDED:
                return
            time.sleep(0.05)

    def check(self):
        """After a start: every batch that was answered is there and its lines add up."""
        for id_ in self.ids:
            status, one = self.maker("GET", f"/v1/staff/batches/{id_}")
            parts = [one.get(part, {}).get("lines", 0) for part in ("waiting", "ready", "refused", "paid")]
            if status != 200 or one["all"]["lines"] != LINES or sum(parts) != LINES:
                self.wrong.append(one)

    def finish(self):
        """All come to their end; answers those that did not, how many lines were paid, and how many wages were posted. There is time
        as long as lines are paid: after hundreds of rounds there are hundreds of thousands."""
        unfinished, paid = [], 0
        for id_ in self.ids:
            self.push(id_, standing_still(120))
            one = self.maker("GET", f"/v1/staff/batches/{id_}")[1]
            paid += one["paid"]["lines"]
            if one["state"] != "done" or one["paid"]["lines"] != LINES:
                unfinished.append(one)
        return unfinished, paid


def standing_still(seconds):
    """Whether a batch that is looked at again and again has not moved for that long."""
    seen, since = None, time.monotonic()

    def still(one):
        nonlocal seen, since
        now = (one["state"], one["paid"]["lines"], one["waiting"]["lines"])
        if now != seen:
            seen, since = now, time.monotonic()
        return time.monotonic() - since > seconds

    return still
