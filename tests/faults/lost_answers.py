# SPDX-License-Identifier: Apache-2.0
"""The connection dies between the commit and its answer: who asks again with the same key gets the same answer, and paid once."""
import json
import socket
import threading
import time

from faults.payments import PAYEE
from lib.bank import PASSWORD, Client


class DroppingProxy:
    """Hands requests on to the bank and, while `dropping`, throws each answer away once it has come and hangs up."""

    def __init__(self, port):
        self.to = port
        self.dropping, self.dropped = False, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            bank = socket.create_connection(("127.0.0.1", self.to))
            threading.Thread(target=self.requests, args=(caller, bank), daemon=True).start()
            threading.Thread(target=self.answers, args=(bank, caller), daemon=True).start()

    @staticmethod
    def requests(caller, bank):
        try:
            while data := caller.recv(65536):
                bank.sendall(data)
        except OSError:
            pass
        # The bank goes on with what it has; its answer decides when this ends.

    def answers(self, bank, caller):
        try:
            while data := bank.recv(65536):
                if self.dropping:
                    self.dropped += 1
                    caller.shutdown(socket.SHUT_RDWR)
                    return
                caller.sendall(data)
        except OSError:
            pass
        finally:
            bank.close()
            caller.close()

    def end(self):
        self.listener.close()


def proven(client, order):
    """The body of a payment with its proof."""
    proof = client("POST", "/v1/proofs", {"transfer": order})[1]
    return {"transfer": order, "proof": client("POST", f"/v1/proofs/{proof['id']}", {"password": PASSWORD})[1]["token"]}


def send_and_hang_up(client, payment, key):
    """Sends the payment whole and closes the socket at once, without waiting for a byte."""
    body = json.dumps(payment).encode()
    head = ["POST /v1/transfers HTTP/1.1", f"Host: 127.0.0.1:{client.port}", "Content-Type: application/json",
            f"Content-Length: {len(body)}", f"Idempotency-Key: {key}", f"X-CSRF-Token: {client.csrf}",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in client.cookies.items())]
    with socket.create_connection(("127.0.0.1", client.port)) as wire:
        wire.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)


def settle(client, payment, key):
    """Asks again, twice: the id of the payment, and whether both answers are the same."""
    first_status, first = client("POST", "/v1/transfers", payment, {"Idempotency-Key": key})
    second_status, second = client("POST", "/v1/transfers", payment, {"Idempotency-Key": key})
    return first.get("id") if first_status == 201 else None, (first_status, first.get("id")) == (second_status, second.get("id"))


def balance(client):
    return round(float(client("GET", "/v1/accounts")[1]["items"][0]["balance"]["amount"]) * 100)


def lost_answers(bank, say, phone="16400000001", rounds=10):
    """Cents are paid `rounds` times each way; `say` (whether it is right, sentence) is told what came of it."""
    client, payee = Client(bank.port).sign_in(phone), Client(bank.port).sign_in(PAYEE)
    account = client("GET", "/v1/accounts")[1]["items"][0]["id"]
    order = {"from": account, "to": {"phone": PAYEE}, "amount": {"amount": "0.01", "currency": "CNY"}}
    stamp = int(time.time() * 1000)
    before, paid, same = balance(payee), set(), True

    asked = [(proven(client, order), f"hung-up-{stamp}-{number}") for number in range(rounds)]
    for payment, key in asked:
        send_and_hang_up(client, payment, key)
    for payment, key in asked:
        id_, again = settle(client, payment, key)
        same &= again and id_ is not None
        paid.add(id_)
    say(same and len(paid) == rounds, f"who hangs up after sending and asks again is answered the same ({len(paid)} of {rounds} payments)")

    proxy = DroppingProxy(bank.port)
    through = Client(proxy.port)
    through.cookies, through.csrf = client.cookies, client.csrf
    lost, kept = 0, True
    for number in range(rounds):
        payment, key = proven(client, order), f"dropped-{stamp}-{number}"
        proxy.dropping = True
        try:
            through("POST", "/v1/transfers", payment, {"Idempotency-Key": key})
        except Exception:  # noqa: BLE001  The answer is lost, however the connection says so.
            lost += 1
        through.hang_up()
        proxy.dropping = False
        moved = balance(payee)
        id_, again = settle(client, payment, key)
        kept &= again and id_ is not None and id_ not in paid and balance(payee) == moved
        paid.add(id_)
    proxy.end()
    say(lost == rounds and proxy.dropped == rounds, f"the connection died after the commit and before the answer ({proxy.dropped} of {rounds})")
    say(kept, "who asks again then gets the answer that was lost, and nothing moves a second time")
    say(balance(payee) - before == len(paid) == 2 * rounds, f"each was paid once ({balance(payee) - before} cents, {len(paid)} payments)")
    client.hang_up()
    payee.hang_up()
