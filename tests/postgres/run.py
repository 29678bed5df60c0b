#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What runs on SQLite runs on PostgreSQL too: the unit tests that have a book, the journeys over the API, and payments and openings under
kill -9 of the bank and of the server; and what only PostgreSQL has: lost answers, leases, nodes that take over, its copies. Starts
its own servers. With --soak the full counts; what ended well before is told and not run again.

    python3 tests/postgres/run.py [--build dev|check] [--soak]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.bank import ROOT  # noqa: E402
from lib.postgres import Server  # noqa: E402
from lib.soak import Part  # noqa: E402

# Program and what of it; those that have no book, or one of the same code again, are left out. The ledger's simulated disk is SQLite's,
# and its random histories take minutes here: a soak runs them. Three cases
# look into SQLite's file or tamper with rows in its spelling of bytes.
LEDGER = "*-Crashes.*:*Refusals*:Histories.*"
END_OF_DAY = "*-*Killed*:*NothingStops*"  # A minute each.
PROGRAMS = [("platform_sql_test", "BookTest.*"), ("postgres_test", "*"), ("bank_ledger_test", LEDGER), ("engine_process_test", "*"), ("bank_outbox_test", "*"),
            ("bank_account_test", "*"), ("bank_payment_test", "*"), ("bank_audit_test", "*-*AlteredInAnyColumn"), ("bank_customer_test", "*-*PersonalIntoTheFile"), ("bank_risk_test", "*"),
            ("bank_authentication_test", "*-*PhoneIsKeptSealed"), ("bank_counter_test", "*"), ("bank_organisation_test", "*"), ("bank_evidence_test", "*"), ("bank_batch_test", "*"), ("bank_business_day_test", "*"), ("bank_clearing_test", "*"),
            ("bank_credit_card_test", "*"), ("bank_wallet_test", "*"), ("bank_biller_test", "*"), ("bank_voucher_test", "*"), ("bank_end_of_day_test", END_OF_DAY)]
# The journeys over HTTP: opening an account from a phone, payments to other banks, bills, payrolls.
JOURNEYS = ["opening", "outgoing", "bills", "batches"]


def say(text):
    """A line in one piece: the unit tests run beside the other parts."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def unit(folder, soak):
    server = Server(durable=False)
    try:
        programs(server, folder, soak)
    except Exception:
        say("    " + traceback.format_exc().replace("\n", "\n    ") + "\nnot ok the unit tests on PostgreSQL broke off")
    server.remove()


def programs(server, folder, soak):
    environment = {**os.environ, "YUNGUI_TEST_DATABASE": server.url(), "YUNGUI_KILL_ROUNDS": "1000" if soak else "20", "YUNGUI_POSTGRES": "1",
                   "ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
    for name, cases in PROGRAMS:
        if soak:
            cases = {LEDGER: "*-Crashes.*:*Refusals*", END_OF_DAY: "*"}.get(cases, cases)
        mark = Part(f"postgres {name}") if soak else None
        if mark and mark.kept is not None:
            say(mark.kept)
            continue
        began = time.monotonic()
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            run = subprocess.run([folder / name, f"--gtest_filter={cases}", f"--gtest_output=json:{report.name}"], cwd=ROOT, env=environment,
                                 capture_output=True, text=True, errors="replace", timeout=7200 if soak else 600)
            try:
                suites = json.loads(pathlib.Path(report.name).read_text())["testsuites"]
            except ValueError:
                suites = []
        failed = [f"{suite['name']}.{case['name']}" for suite in suites for case in suite["testsuite"] if case.get("failures")]
        count = sum(len(suite["testsuite"]) for suite in suites)
        right = run.returncode == 0 and count > 0 and not failed
        line = ("ok" if right else "not ok") + f" {name} on PostgreSQL: {count} cases, {len(failed)} failed {failed[:4] or ''} in {time.monotonic() - began:.0f} s"
        say(line)
        if mark and right:
            mark.ended_well(line)
        if not right:
            say("    " + run.stdout[-3000:].replace("\n", "\n    ") + run.stderr[-2000:].replace("\n", "\n    "))


def part(program, *words, environment=None):
    """A suite of its own, which says its cases itself; that it ended early is a case too."""
    mark = Part(f"postgres {program}") if "--soak" in sys.argv else None
    if mark and mark.kept is not None:
        say(mark.kept)
        return
    said = []
    with subprocess.Popen([sys.executable, program, *words], cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stdout:
            said.append(line.rstrip("\n"))
            say(said[-1])
    if process.returncode:
        say(f"not ok {program} ended with status {process.returncode}")
    elif mark and not any(line.startswith(("not ok", "skip")) for line in said):
        mark.ended_well("\n".join(said))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="dev")
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--only", choices=["unit", "faults", "nodes", "journeys"])
    options = parser.parse_args()
    units = threading.Thread(target=unit, args=(ROOT / "build" / options.build, options.soak))
    if options.only in (None, "unit"):
        units.start()
    soak = ["--soak"] if options.soak else []
    if options.only in (None, "faults"):
        part("tests/faults/run.py", "--database", "postgresql", *soak)
    if options.only in (None, "nodes"):
        part("tests/postgres/nodes.py", *soak)
        part("tests/postgres/copies.py")
    if options.only in (None, "journeys"):
        server = Server(durable=False)
        part("tests/api/run.py", *JOURNEYS, environment={"YUNGUI_TEST_DATABASE": server.url()})
        server.remove()
    if units.ident is not None:
        units.join()


main()
