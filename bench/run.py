#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./yungui bench [NAME] [--json]: `start` here, `ledger` and `vision` in yungui-bench. Without a name all run."""
import json
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from lib.bank import Bank  # noqa: E402

NATIVE = ["ledger", "vision"]


def start():
    """How long the demo bank takes to serve, the second time it starts, and what it keeps in memory."""
    bank = Bank()
    first = bank.start()
    bank.stop()
    times = []
    for _ in range(5):
        times.append(bank.start())
        status = pathlib.Path(f"/proc/{bank.process.pid}/status").read_text()
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
        bank.stop()
    bank.remove()
    return {"first_start_s": first, "start_s": sorted(times)[2], "resident_mb": resident}


def main():
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    as_json = "--json" in sys.argv
    if unknown := [n for n in names if n not in ["start", *NATIVE]]:
        sys.exit(f"yungui: bench knows no “{unknown[0]}”; there are start, {', '.join(NATIVE)}")
    for name in names or ["start", *NATIVE]:
        if name in NATIVE:
            status = subprocess.run([ROOT / "build/release/yungui-bench", name, *(["--json"] if as_json else [])]).returncode
            if status:
                sys.exit(status)
            continue
        figures = {key: round(value, 3) for key, value in start().items()}
        if as_json:
            machine = {"cores": os.cpu_count(), "system": platform.platform()}
            print(json.dumps({"bench": name, "machine": machine, "figures": figures}))
        else:
            for key, value in figures.items():
                print(f"  {key:<20} {value:>10}")


main()
