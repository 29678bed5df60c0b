# SPDX-License-Identifier: Apache-2.0
"""People who pay one yuan after another until the bank is killed, and what must be true afterwards."""
import http.client
import itertools
import time

from lib.bank import Client

PAYERS = ["16400000001", "16400000003", "16400000005", "16400000013"]
PAYEE = "16400000002"
BROKEN = (OSError, ValueError, http.client.HTTPException)


class Payers:
    """Sessions outlive a kill: each signs in once."""

    def __init__(self, bank):
        self.clients = {phone: Client(bank.port).sign_in(phone) for phone in PAYERS}
        self.accounts = {phone: client("GET", "/v1/accounts")[1]["items"][0]["id"] for phone, client in self.clients.items()}
        self.keys = itertools.count(int(time.time() * 1000))
        self.answered, self.open = [], {}

    def callers(self):
        return list(self.clients.values())

    def works(self):
        self.answered, self.open = [], {}
        return [lambda stop, phone=phone: self.pay(phone, stop) for phone in PAYERS]

    def pay(self, phone, stop):
        """Pays until killed: what was answered with success is in `answered`, what was sent and not answered in `open`."""
        client = self.clients[phone]
        while not stop.is_set():
            key = f"kill-{next(self.keys)}"
            order = {"from": self.accounts[phone], "to": {"phone": PAYEE}, "amount": {"amount": "1.00", "currency": "CNY"}}
            self.open[phone] = (key, order)
            try:
                status, answer = client.pay(order, key)
            except BROKEN:
                return
            if status == 201:
                self.answered.append((phone, key, order, answer["id"]))
            del self.open[phone]

    def check(self):
        """How many answered payments are lost, how many answer otherwise, and the ids of all that were made."""
        lost, doubled, ids = 0, 0, set()
        for phone, key, order, id_ in self.answered:
            status, again = self.clients[phone]("POST", "/v1/transfers", {"transfer": order}, {"Idempotency-Key": key})
            lost += status != 201
            doubled += status == 201 and again["id"] != id_
            ids.add(id_)
        # What was not answered is either wholly there or not at all: asking again with the key settles it.
        for phone, (key, order) in self.open.items():
            status, again = self.clients[phone].pay(order, key)
            if status == 201:
                ids.add(again["id"])
        return lost, doubled, ids

    @staticmethod
    def balance(client):
        return float(client("GET", "/v1/accounts")[1]["items"][0]["balance"]["amount"])
