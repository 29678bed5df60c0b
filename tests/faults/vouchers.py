# SPDX-License-Identifier: Apache-2.0
"""Vouchers that are being claimed and bills that are being paid when the bank is killed: never one piece too many, nothing paid twice."""
import datetime
import http.client
import itertools
import json
import pathlib
import random
import threading
import time

from lib.bank import PASSWORD, Bank, Client

ROUNDS = 3
STOCK = 7
CLAIMERS = [f"164000000{n:02}" for n in range(1, 21)]
PAYERS = ["16400000001", "16400000003"]
ITEM = "tap-water.yunchuan.baita"
BROKEN = (OSError, ValueError, http.client.HTTPException)


class People:
    """Signed in once; sessions outlive a kill."""

    def __init__(self, bank):
        self.bank = bank
        self.claimers = []
        for phone in CLAIMERS:
            try:
                self.claimers.append(Client(bank.port).sign_in(phone))
            except AssertionError:
                continue  # Of another institution, or without a password.
        self.payers = [Client(bank.port).sign_in(phone) for phone in PAYERS]
        self.office = Client(bank.port).staff("yc.operations")
        self.accounts = [c("GET", "/v1/accounts")[1]["items"][0]["id"] for c in self.payers]
        self.numbers = itertools.count(time.time_ns() // 1000 % 10**9 * 100)
        self.orders = []  # [payer, key, order]: sent at least once.
        self.answers = {}  # What a repetition must answer again.
        self.wrong = []

    def balance(self, place):
        return round(float(self.payers[place]("GET", f"/v1/accounts/{self.accounts[place]}")[1]["balance"]["amount"]) * 100)

    def campaign(self, number):
        now = datetime.datetime.now(datetime.timezone.utc)
        at = lambda days: (now + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: E731
        money = {"amount": "5.00", "currency": "CNY"}
        status, made = self.office("POST", "/v1/staff/campaigns",
                                   {"institution": "yunchuan", "code": f"kill-{number}", "name": {"zh": "试", "en": "Test"}, "stock": STOCK, "value": money,
                                    "least_bill": money, "audience": "everybody", "starts_at": at(-1), "ends_at": at(1), "use_until": at(9)})
        assert status == 201, made
        return made["id"]

    def claim(self, place, campaign):
        try:
            status, answer = self.claimers[place]("POST", f"/v1/campaigns/{campaign}/claims")
        except BROKEN:
            return
        self.same((campaign, place), (answer.get("outcome"), answer.get("number"), answer.get("voucher")), status in (200, 201))

    def same(self, what, answer, right=True):
        if not right or self.answers.setdefault(what, answer) != answer:
            self.wrong.append((what, answer, self.answers.get(what)))

    def pay_bills(self, place, stop):
        while not stop.is_set():
            try:
                if not self.pay_one(place):
                    return
            except BROKEN:
                return

    def pay_one(self, place):
        client = self.payers[place]
        asked = client("POST", f"/v1/bill-items/{ITEM}/inquiries", {"data": {"number": f"2{next(self.numbers) % 10**11:011d}"}})[1]
        for _ in range(300):
            seen = client("GET", f"/v1/bill-inquiries/{asked['id']}")[1]
            if seen["state"] != "asking":
                break
            time.sleep(0.02)
        if seen["state"] != "due":
            return True
        order = {"inquiry": asked["id"], "from": self.accounts[place]}
        proof = client("POST", "/v1/proofs", {"bill": order})[1]
        token = client("POST", f"/v1/proofs/{proof['id']}", {"password": PASSWORD})[1]["token"]
        key = f"kill-bill-{asked['id']}"
        self.orders.append((place, key, {"bill": order, "proof": token}))
        status, bill = client("POST", "/v1/bills", {"bill": order, "proof": token}, {"Idempotency-Key": key})
        if status == 201:
            self.same(key, bill["id"])
        return True

    def repeat(self):
        """Asks again about everything that was answered, and about what was not."""
        for place, key, body in self.orders:
            status, bill = self.payers[place]("POST", "/v1/bills", body, {"Idempotency-Key": key})
            self.same(key, bill.get("id"), status == 201)

    def hang_up(self):
        for client in [*self.claimers, *self.payers, self.office]:
            client.hang_up()


def one_kill(bank, people, campaign, chance):
    stop = threading.Event()
    threads = [threading.Thread(target=people.pay_bills, args=(place, stop)) for place in range(len(PAYERS))]
    threads += [threading.Thread(target=lambda p=place: (time.sleep(chance.uniform(0.2, 0.6)), people.claim(p, campaign))) for place in range(len(people.claimers))]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.35, 0.8))
    bank.kill()
    stop.set()
    for thread in threads:
        thread.join()
    people.hang_up()
    bank.start()
    for place in range(len(people.claimers)):
        people.claim(place, campaign)
    people.repeat()


def kill_claims_and_bills(say, seed=None):
    """Some kills in the midst of claims and bill payments; says what must be true afterwards."""
    chance = random.Random(seed)
    bank = Bank()
    try:
        bank.start()
        people = People(bank)
        before = [people.balance(place) for place in range(len(PAYERS))]
        campaigns = []
        for number in range(ROUNDS):
            campaigns.append(people.campaign(number))
            one_kill(bank, people, campaigns[-1], chance)
        say(not people.wrong, f"a claim and a bill are answered again as before, after {ROUNDS} kills {people.wrong[:2] or ''}")
        for campaign in campaigns:
            mine = [people.answers[(campaign, p)] for p in range(len(people.claimers))]
            given = [answer[2] for answer in mine if answer[0] == "granted"]
            numbers = sorted(answer[1] for answer in mine)
            if len(given) != STOCK or len(set(given)) != STOCK or numbers != list(range(1, len(mine) + 1)):
                say(False, f"pieces given out: {len(given)} of {STOCK}, numbers {numbers}")
                break
        else:
            say(len(people.claimers) > STOCK, f"{len(people.claimers)} persons got {STOCK} pieces of each of {ROUNDS} campaigns, never one too many")
        bills = ended(people)
        open_ones = [b for b in bills if b["state"] not in ("paid", "failed")]
        say(bills and not open_ones, f"every one of {len(bills)} bills comes to its end {open_ones[:2] or ''}")
        paid = [b for b in bills if b["state"] == "paid"]
        spent = sum(before) - sum(people.balance(place) for place in range(len(PAYERS)))
        owed = sum(round(float(b["amount"]["amount"]) * 100) for b in paid)
        say(spent == owed, f"what left the accounts is what was paid ({spent} and {owed} fen)")
        taken = taken_by_billers(bank.data)
        twice = [account for account, times in taken.items() if times > 1]
        say(len(taken) == len(paid) and not twice, f"billers took each of {len(paid)} payments once ({len(taken)} taken) {twice[:2] or ''}")
        say(bank.stop() == 0, "it ends cleanly when asked")
        status, report = bank.check()
        say(status == 0, "check finds vouchers, bills and ledger in order " + ("" if status == 0 else report))
    finally:
        bank.end()
        bank.remove()


def ended(people, seconds=90):
    """All bills that were sent, when they have ended or the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        bills = []
        for place, client in enumerate(people.payers):
            ids = [people.answers[key] for owner, key, _ in people.orders if owner == place and key in people.answers]
            bills += [client("GET", f"/v1/bills/{id_}")[1] for id_ in ids]
        if all(b["state"] in ("paid", "failed") for b in bills) or time.monotonic() > deadline:
            return bills
        time.sleep(0.3)


def taken_by_billers(data):
    """How often each bill was taken, by the sandbox's journal."""
    taken = {}
    for line in (pathlib.Path(data) / "sandbox.jsonl").read_text().splitlines():
        try:
            one = json.loads(line)
        except ValueError:
            continue
        if str(one.get("account", "")).startswith("bill/") and one.get("change", 0) > 0:
            taken[one["account"]] = taken.get(one["account"], 0) + 1
    return taken
