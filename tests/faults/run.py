#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random points while people pay, open accounts, decide about openings, and payrolls are paid.

After each start everything that was answered is there, what was not is wholly there or not at all, a repetition answers the
same, and every opening goes on to its end; at the end `yungui check` is clean. 20 rounds; 200 with --soak, which goes on where a
stopped soak left off (build/soak/faults). With `--database postgresql` on a server of its own, which is killed too: 6 rounds, 100.
Then connections that die between a commit and its answer, and kills in the midst of claims of vouchers, of bills, and of 300 processes
(10,000 with --soak).
"""
import json
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from faults.instances import kill_instances  # noqa: E402
from faults.lost_answers import lost_answers  # noqa: E402
from faults.openings import Openers, make_folder  # noqa: E402
from faults.payments import PAYEE, Payers  # noqa: E402
from faults.payrolls import Payrolls  # noqa: E402
from faults.vouchers import kill_claims_and_bills  # noqa: E402
from lib.bank import ROOT, Bank, Client  # noqa: E402
from lib.postgres import Server, new_database  # noqa: E402

SOAK = "--soak" in sys.argv
POSTGRES = "postgresql" in sys.argv
# In a soak, the kept folder needs a kept server; on PostgreSQL it is done in one go.
ROUNDS = (100 if SOAK else 6) if POSTGRES else 200 if SOAK else 20
PLACE = ROOT / "build/soak/faults"
failed = False


def say(right, sentence):
    global failed
    failed |= not right
    print(("ok " if right else "not ok ") + sentence, flush=True)


def begin():
    """The folder of a run and what is known of it; a soak's may be there already."""
    place = PLACE if SOAK and not POSTGRES else pathlib.Path(tempfile.mkdtemp(prefix="yungui-faults-"))
    if (place / "state.json").exists():
        state = json.loads((place / "state.json").read_text())
        print(f"    goes on after round {state['rounds']}", flush=True)
        return place, state
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    make_folder(place / "bank")
    return place, {"rounds": 0, "payments": 0, "lost": 0, "doubled": 0, "forgotten": [], "slowest": 0.0}


def one_round(bank, payers, openers, payrolls, chance, server=None):
    """Some seconds of work, a kill of the bank (or of its database's server), a start; answers how long it took until the bank served."""
    stop = threading.Event()
    threads = [threading.Thread(target=work, args=(stop,)) for work in payers.works() + openers.works() + payrolls.works()]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.5, 2.0))
    if server is not None:
        return kill_server(bank, server, stop, threads, payers)
    bank.kill()
    stop.set()
    for thread in threads:
        thread.join()
    for client in payers.callers() + openers.callers() + payrolls.callers():
        client.hang_up()
    return bank.start()


def kill_server(bank, server, stop, threads, payers):
    """The bank lives on, and goes on as soon as the server is there again."""
    server.kill()
    time.sleep(0.3)
    began, before = time.monotonic(), len(payers.answered)
    server.start()
    while len(payers.answered) == before and time.monotonic() - began < 60:
        time.sleep(0.02)
    took = time.monotonic() - began
    stop.set()
    for thread in threads:
        thread.join()
    assert bank.process.poll() is None, "the bank has ended with its database"
    return took


def main():
    place, state = begin()
    server = Server() if POSTGRES else None
    Client.patience = 60 if POSTGRES else 0  # While the database's server is away.
    bank = Bank(data=place / "data", folder=place / "bank", database=new_database(server.url()) if server else None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        rounds(bank, place, state, server)
    finally:
        if bank.process and bank.process.poll() is None:
            bank.kill()
    if not SOAK or POSTGRES or not failed:
        shutil.rmtree(place, ignore_errors=True)


def rounds(bank, place, state, server):
    bank.start()
    payers, openers, payrolls = Payers(bank), Openers(bank), Payrolls(bank)
    before = payers.balance(Client(bank.port).sign_in(PAYEE))
    paid = set()
    while state["rounds"] < ROUNDS:
        # Every third time it is the database's server that dies.
        victim = server if state["rounds"] % 3 == 2 else None
        took = one_round(bank, payers, openers, payrolls, random.Random(f"20261121-{state['rounds']}"), victim)
        lost, doubled, ids = payers.check()
        paid |= ids
        forgotten = openers.check()
        payrolls.check()
        state["rounds"] += 1
        state["payments"] += len(ids)
        state["lost"] += lost
        state["doubled"] += doubled
        state["forgotten"] += forgotten
        state["slowest"] = max(state["slowest"], took)
        (place / "state.json").write_text(json.dumps(state))
        if SOAK and state["rounds"] % 10 == 0:
            print(f"    round {state['rounds']}: {state['payments']} payments, {len(openers.cases)} openings since the start", flush=True)
    # A soak outlasts the first sign-in.
    moved = round(payers.balance(Client(bank.port).sign_in(PAYEE)) - before)
    unfinished = openers.finish()
    done, opened = openers.totals()
    print(f"    {state['rounds']} kills on {'PostgreSQL' if POSTGRES else 'SQLite'}, {state['payments']} payments, {len(openers.cases)} openings with {openers.answered} answered steps,"
          f" {openers.decided} decisions; slowest start {state['slowest']:.2f} s", flush=True)
    say(state["payments"] and not state["lost"], f"nothing answered is lost ({state['lost']} of {state['payments']} payments)")
    say(not state["doubled"], f"a repetition answers the same ({state['doubled']} did not)")
    say(moved == len(paid), f"nothing is done twice or half ({moved} yuan moved, {len(paid)} payments)")
    say(openers.answered and not state["forgotten"], f"no answered step or decision of an opening is forgotten {state['forgotten'][:3] or ''}")
    say(not unfinished, f"every opening goes on to its end {unfinished[:3] or ''}")
    say(done and done == opened, f"every opening that was done opened one account ({done} done, {opened} accounts)")
    lost_answers(bank, say)
    stuck = openers.stuck()
    say(not stuck, f"no process waits for somebody to mend it {stuck[:3] or ''}")
    unpaid, wages = payrolls.finish()
    say(payrolls.ids and not payrolls.wrong, f"the lines of every payroll add up after every kill {payrolls.wrong[:2] or ''}")
    say(not unpaid, f"every payroll is paid to its last line {unpaid[:2] or ''}")
    say(bank.stop() == 0, "it ends cleanly when asked")
    posted = bank.rows("yunchuan", "select count(*) from ledger_journal where kind = 'wages'")[0][0]
    say(SOAK or posted == wages, f"every line of {len(payrolls.ids)} payrolls is paid once ({wages} lines, {posted} entries)")
    status, report = bank.check()
    print("    " + report.strip().replace("\n", "\n    "))
    say(status == 0, "check finds ledger and audit trail in order")
    if not POSTGRES:
        kill_claims_and_bills(say)
        kill_instances(say, SOAK)


main()
