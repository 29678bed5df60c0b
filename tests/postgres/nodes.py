#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two nodes of one bank on one PostgreSQL server, while people pay: one serves, the other stands by and says so. The one that serves
sleeps (SIGSTOP) or dies (SIGKILL); the other takes the books over in under 15 s, and nothing that was answered is lost. Who slept wakes
up, changes nothing, begins anew and stands by. A node with other keys does not start. 2 rounds of each; 10
with --soak.

    python3 tests/postgres/nodes.py [--soak]
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from faults.payments import PAYEE, Payers  # noqa: E402
from lib.bank import PROGRAM, ROOT, Bank, Client  # noqa: E402
from lib.postgres import Server, new_database  # noqa: E402

ROUNDS = 20 if "--soak" in sys.argv else 4


def say(right, sentence, seen=""):
    print(("ok " if right else "not ok ") + sentence + ("" if right or not seen else f" {seen}"), flush=True)


def health(bank):
    """Status and reason of what a node says of itself; 0 where nobody answers."""
    try:
        status, answer = Client(bank.port)("GET", "/healthz")
        return status, answer.get("reason", "")
    except OSError:
        return 0, ""


def wait(true, seconds):
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def start(bank):
    """Without waiting until it serves."""
    words = [PROGRAM, "run", "--data", bank.data, "--port", str(bank.port), "--quiet", "--requests-per-minute", "0", "--no-sandbox", *bank.database_words()]
    bank.process = subprocess.Popen([str(w) for w in words], cwd=ROOT, env={**os.environ, "YUNGUI_HOME": str(ROOT)}, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, start_new_session=True)


def refused(node):
    """Starts a node that may not start; its status and the line it ends with."""
    start(node)
    return node.process.wait(timeout=30), node.process.stderr.read().decode().strip()


class Callers(Payers):
    def move_to(self, port):
        """Sessions are in the books, so they are good at any node."""
        for client in self.callers():
            client.hang_up()
            client.port = port


def one_round(nodes, payers, how):
    """Stops the node that serves, under load. How long nobody was paid, and whether the stopped node stands by in the end."""
    serving = next(node for node in nodes if health(node)[0] == 200)
    other = next(node for node in nodes if node is not serving)
    stop = threading.Event()
    threads = [threading.Thread(target=work, args=(stop,)) for work in payers.works()]
    for thread in threads:
        thread.start()
    time.sleep(1)
    began = time.monotonic()
    serving.process.send_signal(how)
    stop.set()
    wait(lambda: health(other)[0] == 200, 60)
    took = time.monotonic() - began
    if how == signal.SIGKILL:
        serving.process.wait()
        start(serving)
    else:
        serving.process.send_signal(signal.SIGCONT)
    for thread in threads:
        thread.join()
    stands_by = wait(lambda: health(serving) == (503, "server.standby"), 15) and serving.process.poll() is None
    payers.move_to(other.port)
    return took, stands_by


def hand_over(first, second):
    """Gives the second node the first one's keys, one after another; what a node says that has not got them, or got others."""
    said = [refused(second)]
    shutil.copy(first.data / "keys", second.data / "keys")
    said.append(refused(second))
    shutil.copy(first.data / "partner-keys", second.data / "partner-keys")
    right = (first.data / "keys").read_text()
    header, key = right.strip().split("\n")
    (second.data / "keys").write_text(header + "\n" + key[:-5] + ("AAAA" if key[-5:-1] != "AAAA" else "BBBB") + key[-1] + "\n")
    said.append(refused(second))
    (second.data / "keys").write_text(right)
    return said


def main():
    server = Server()
    database = new_database(server.url())
    nodes = first, second = Bank(database=database, sandbox=False), Bank(database=database, sandbox=False)
    try:
        first.start()
        missing, incomplete, other = hand_over(first, second)
        say(missing[0] == 1 and "/keys does not" in missing[1] and "\n" not in missing[1], "a node without the bank's keys says so and ends", missing)
        say(incomplete[0] == 1 and "/partner-keys does not" in incomplete[1], "nor without what is shared with partners", incomplete)
        say(other[0] == 1 and "keys/1 is another" in other[1] and "\n" not in other[1], "a node with other keys says which and ends, before it waits for the first", other)
        start(second)
        say(wait(lambda: health(second) == (503, "server.standby"), 15), "with the right ones it stands by and says so", health(second))
        payers, payee = Callers(first), Client(first.port).sign_in(PAYEE)
        before, paid, lost, doubled, took, anew = payers.balance(payee), set(), 0, 0, [], 0
        for number in range(ROUNDS):
            how = signal.SIGSTOP if number % 2 == 0 else signal.SIGKILL
            seconds, stands_by = one_round(nodes, payers, how)
            took.append(seconds)
            anew += stands_by
            gone, twice, ids = payers.check()
            lost, doubled, paid = lost + gone, doubled + twice, paid | ids
            print(f"    {how.name}: served again after {seconds:.1f} s, {len(ids)} payments", flush=True)
        payee.hang_up()
        payee.port = payers.callers()[0].port
        moved = round(payers.balance(payee) - before)
        say(max(took) < 15, f"the other node serves in under 15 s ({max(took):.1f} s at most of {len(took)})")
        say(anew == ROUNDS, f"who slept or died stands by again by itself ({anew} of {ROUNDS})")
        say(paid and not lost and not doubled, f"nothing answered is lost or answers otherwise ({lost}, {doubled} of {len(paid)})")
        say(moved == len(paid), f"nothing is done twice or half ({moved} yuan moved, {len(paid)} payments)")
        serving = next(node for node in nodes if health(node)[0] == 200)
        waiting = next(node for node in nodes if node is not serving)
        say((waiting.stop(), serving.stop()) == (0, 0), "both end cleanly when asked, the one that stood by too")
        status, report = serving.check()
        say(status == 0, "check finds ledger and audit trail in order" + ("" if status == 0 else "\n" + report))
    finally:
        for node in nodes:
            node.end()
            node.remove()


main()
