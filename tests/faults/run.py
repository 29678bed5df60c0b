#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random points while people pay: after each start every answered payment is there, a repetition answers the same,
nothing is done twice, and `yungui check` is clean at the end. 20 rounds; 200 with --soak."""
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.bank import Bank, Client  # noqa: E402

ROUNDS = 200 if "--soak" in sys.argv else 20
PAYERS = ["16400000001", "16400000003", "16400000005", "16400000013"]
random.seed(20261121)


def pay_until_killed(bank, phone, round_number, answered, open_keys):
    """Pays one yuan at a time; what was answered with success goes to `answered`, what was sent and not answered to the other."""
    try:
        client = Client(bank.port).sign_in(phone)
        account = client("GET", "/v1/accounts")[1]["items"][0]["id"]
    except (OSError, AssertionError, KeyError, ValueError):
        return
    for number in range(10_000):
        key = f"kill-{round_number}-{phone}-{number}"
        order = {"from": account, "to": {"phone": "16400000002"}, "amount": {"amount": "1.00", "currency": "CNY"}}
        open_keys[phone] = (phone, key, order)
        try:
            status, answer = client.pay(order, key)
        except (OSError, ValueError, __import__("http").client.HTTPException):
            return
        if status == 201:
            answered.append((phone, key, order, answer["id"]))
        del open_keys[phone]


def balance(client):
    return client("GET", "/v1/accounts")[1]["items"][0]["balance"]["amount"]


def main():
    bank = Bank(sandbox=False)
    everything, lost, doubled, slow = [], 0, 0, 0.0
    bank.start()
    payee_before = float(balance(Client(bank.port).sign_in("16400000002")))
    for round_number in range(ROUNDS):
        answered, open_keys = [], {}
        threads = [threading.Thread(target=pay_until_killed, args=(bank, phone, round_number, answered, open_keys)) for phone in PAYERS]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.4, 1.6))
        bank.kill()
        for thread in threads:
            thread.join()
        slow = max(slow, bank.start())
        clients = {phone: Client(bank.port).sign_in(phone) for phone in PAYERS}
        for phone, key, order, id_ in answered:
            status, again = clients[phone]("POST", "/v1/transfers", {"transfer": order}, {"Idempotency-Key": key})
            lost += status != 201
            doubled += status == 201 and again["id"] != id_
        # What was not answered is either wholly there or not at all: asking again with the key settles it.
        settled = []
        for phone, key, order in open_keys.values():
            status, again = clients[phone].pay(order, key)
            if status == 201:
                settled.append((phone, key, order, again["id"]))
        everything += answered + settled
    print(f"    {ROUNDS} kills, {len(everything)} payments answered, slowest start {slow:.2f} s")
    print(("not ok" if lost or not everything else "ok") + f" nothing answered is lost ({lost} of {len(everything)})")
    print(("not ok" if doubled else "ok") + f" a repetition answers the same ({doubled} did not)")
    ids = {id_ for *_, id_ in everything}
    payee_after = float(balance(Client(bank.port).sign_in("16400000002")))
    moved = round(payee_after - payee_before)
    print(("ok" if moved == len(ids) else "not ok") + f" nothing is done twice or half ({moved} yuan moved, {len(ids)} payments)")
    print(("ok" if bank.stop() == 0 else "not ok") + " it ends cleanly when asked")
    status, report = bank.check()
    print("    " + report.strip().replace("\n", "\n    "))
    print(("ok" if status == 0 else "not ok") + " check finds ledger and audit trail in order")
    bank.remove()


main()
