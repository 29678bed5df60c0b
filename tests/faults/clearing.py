#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random points while people pay people at another institution of the group: the bank, the broker, both.

Every payment that was answered arrives once; none arrives that was not asked for; what the institutions have of each other agrees
(`yungui check`). Once with the messages in the program itself, once through a NATS server that the test starts and kills, and which in
the end comes back without its files; 3 rounds each, 50 with --soak.
"""
import itertools
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from faults.payments import BROKEN  # noqa: E402
from lib.bank import ROOT, Bank, Client, free_port  # noqa: E402

ROUNDS = 50 if "--soak" in sys.argv else 3
PAYERS = ["16400000001", "16400000003", "16400000005"]
failed = False


def say(right, sentence):
    global failed
    failed |= not right
    print(("ok " if right else "not ok ") + sentence, flush=True)


class Broker:
    """A NATS server of our own with JetStream on a folder that outlives it."""

    def __init__(self):
        self.port, self.folder, self.process = free_port(), tempfile.mkdtemp(prefix="yungui-nats-"), None

    def start(self):
        self.process = subprocess.Popen(["nats-server", "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", self.folder],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def forget(self):
        """Loses its files, as a broker may: nothing that it acknowledged is there any more."""
        shutil.rmtree(self.folder)

    def end(self):
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def payee():
    """A customer of another institution, by the demo bank's folder."""
    return re.search(r'institution: lanwan.*?name: (\S+?),.*?phone: "(\d+)"', (ROOT / "banks/demo/customers.yaml").read_text()).groups()


class Payers:
    def __init__(self, bank):
        self.bank, self.keys = bank, itertools.count(int(time.time() * 1000))
        self.clients = {phone: Client(bank.port).sign_in(phone) for phone in PAYERS}
        self.accounts = {phone: client("GET", "/v1/accounts")[1]["items"][0]["id"] for phone, client in self.clients.items()}
        name, phone = payee()
        self.payee = Client(bank.port).sign_in(phone, "lanwan")
        self.to = {"bank": "lanwan", "number": self.account()["number"], "name": name}
        self.answered, self.open = {}, {}

    def account(self):
        return self.payee("GET", "/v1/accounts")[1]["items"][0]

    def hang_up(self):
        for client in (*self.clients.values(), self.payee):
            client.hang_up()

    def send(self, phone, key):
        client = self.clients[phone]
        order = {"from": self.accounts[phone], **self.to, "amount": {"amount": "1.00", "currency": "CNY"}}
        status, proof = client("POST", "/v1/proofs", {"outgoing": order})
        if status != 201:
            return status, proof
        status, given = client("POST", f"/v1/proofs/{proof['id']}", {"password": "Yungui-2026"})
        if status != 200:
            return status, given
        return client("POST", "/v1/outgoing-payments", {"payment": order, "proof": given["token"]}, {"Idempotency-Key": key})

    def pay(self, phone, stop):
        while not stop.is_set():
            key = f"clearing-{next(self.keys)}"
            self.open[phone] = key
            try:
                status, answer = self.send(phone, key)
            except BROKEN:
                return
            if status == 202:
                self.answered[key] = (phone, answer["id"])
            del self.open[phone]

    def settle(self):
        """What was not answered is asked again; then everything comes to its end."""
        for phone, key in list(self.open.items()):
            status, answer = self.send(phone, key)
            if status == 202:
                self.answered[key] = (phone, answer["id"])
        self.open = {}


def payments(bank, condition):
    return bank.rows("yunchuan", f"select count(*) from clearing_payment where {condition}")[0][0]


def unfinished(bank):
    return payments(bank, "state < 3")


def settled(bank):
    return payments(bank, "state = 3")


def pay_for(payers, seconds):
    stop = threading.Event()
    threads = [threading.Thread(target=payers.pay, args=(phone, stop)) for phone in PAYERS]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()


def run(name, broker):
    chance = random.Random(int(time.time()))
    bank = Bank(words=["--events", f"nats://127.0.0.1:{broker.port}"] if broker else [])
    try:
        if broker:
            broker.start()
        bank.start()
        payers = Payers(bank)
        before = float(payers.account()["balance"]["amount"])
        for round_ in range(ROUNDS):
            stop = threading.Event()
            threads = [threading.Thread(target=payers.pay, args=(phone, stop)) for phone in PAYERS]
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.6, 1.5))
            if broker:
                broker.kill()
                time.sleep(chance.uniform(0, 0.4))
            if not broker or round_ % 2 == 0:
                bank.kill()
                stop.set()
                for thread in threads:
                    thread.join()
                payers.hang_up()
                if broker:
                    broker.start()
                bank.start()
            else:
                broker.start()
                stop.set()
                for thread in threads:
                    thread.join()
            payers.settle()
        if broker:
            broker.kill()
            pay_for(payers, 0.5)
            broker.forget()
            broker.start()
        deadline = time.monotonic() + 60
        while unfinished(bank) and time.monotonic() < deadline:
            time.sleep(0.2)
        ids = {id_ for _, id_ in payers.answered.values()}
        say(unfinished(bank) == 0, f"{name}: every payment came to its end ({unfinished(bank)} did not)")
        say(len(ids) >= 3 * ROUNDS and settled(bank) == len(ids), f"{name}: {len(ids)} payments were answered, {settled(bank)} settled")
        came = float(payers.account()["balance"]["amount"]) - before
        say(abs(came - len(ids)) < 0.001, f"{name}: the payee has {came:.2f} for {len(ids)} payments of 1.00")
        bank.stop()
        status, report = bank.check()
        say(status == 0, f"{name}: check is clean" + ("" if status == 0 else "\n" + report))
    finally:
        bank.end()
        bank.remove()
        if broker:
            broker.end()


run("in the program", None)
if shutil.which("nats-server"):
    run("through NATS", Broker())
else:
    say(False, "nats-server is installed (tools/packages.txt)")
sys.exit(failed)
