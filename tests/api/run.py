#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bad cases over the HTTP API of the real bank with the sandbox partners: `ok NAME` or `not ok NAME` a case. All modules are run as two
halves side by side, each with a bank of its own.

    python3 tests/api/run.py [MODULE …]      modules: access inputs money papers payees codes cards faces opening partners tellers handing versions vouchers outgoing orders
                                             batches bills books billers services models
"""
import argparse
import importlib
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from world import World  # noqa: E402

MODULES = ["access", "inputs", "money", "papers", "payees", "codes", "cards", "faces", "opening", "partners", "tellers", "handing", "versions", "vouchers", "outgoing", "orders", "batches",
           "bills", "credit_cards", "wallets", "books", "billers", "services", "models"]
# Half of the time of all of them.
HALF = ["versions", "services", "models", "outgoing", "partners", "billers"]


def both_halves():
    """Two programs write to one log, a case at a time."""
    halves = [HALF, [name for name in MODULES if name not in HALF]]
    running = [subprocess.Popen([sys.executable, __file__, *half]) for half in halves]
    for half, program in zip(halves, running):
        if status := program.wait():
            print(f"not ok {' '.join(half)} ended with status {status}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--soak", action="store_true", help="the same: every case is run once")
    parser.add_argument("--database", help="sqlite")
    names = parser.parse_args().modules
    if unknown := [n for n in names if n not in MODULES]:
        sys.exit(f"tests/api knows no “{unknown[0]}”; there are {', '.join(MODULES)}")
    if not names:
        return both_halves()
    for name in MODULES:
        importlib.import_module(name)
    began, world = time.monotonic(), World()
    try:
        world.start()
        harness.run(world, names)
        exceptions = [line for line in world.figures().splitlines() if line.startswith("http_handler_exceptions_total ")]
        print(("ok" if exceptions == ["http_handler_exceptions_total 0"] else "not ok") + f" no handler ended by an exception ({exceptions})")
    finally:
        status, checked, report = world.end()
    print(("not ok" if status else "ok") + " the bank ends cleanly when asked")
    print(("not ok" if checked else "ok") + " check finds ledger and audit trail in order")
    if checked:
        print("    " + report.strip().replace("\n", "\n    "))
    print(f"    in {time.monotonic() - began:.0f} s")


main()
