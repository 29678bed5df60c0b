#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./yungui bench [NAME] [--json] [--list]: a table for people, or one JSON object a measurement. Without a name all run."""
import json
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "bench"))
from lib.bank import Bank, Client  # noqa: E402
from opening import open_accounts  # noqa: E402
from payroll import payroll  # noqa: E402
from process import process  # noqa: E402
from transfer import transfer  # noqa: E402
from claim import claim  # noqa: E402
from decision import decision  # noqa: E402
from search import search  # noqa: E402
from ledger_postgres import ledger_postgres  # noqa: E402

TOOL = ROOT / "build/release/yungui-bench"


def native(name):
    """A measurement that is in yungui-bench as a whole."""
    run = subprocess.run([TOOL, name, "--json"], stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(run.returncode)
    return json.loads(run.stdout)["figures"]


def resident_mb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def start():
    """How long the demo bank takes to serve, the second time it starts, what it keeps in memory, and what vision adds to that."""
    bank = Bank()
    first = bank.start()
    times = []
    for _ in range(5):
        bank.stop()
        times.append(bank.start())
    resident = [resident_mb(bank.process)]
    client = Client(bank.port).sign_in("16400000001")
    case = client("POST", "/v1/cases", {"service": "account-opening"})[1]["id"]
    client("POST", f"/v1/cases/{case}/steps/consent", {"data": {"agreement_privacy": "2026-11", "agreement_face": "2026-11"}})
    for side in ("back", "front"):  # The back is only read; on the front the portrait is looked for too.
        picture = (ROOT / f"tests/data/identities/01/{side}.jpg").read_bytes()
        status, answer = client("POST", f"/v1/cases/{case}/id-card/{side}", picture, media="image/jpeg")
        if status != 200:
            sys.exit(f"the card's {side} was not read: {answer}")
        resident.append(resident_mb(bank.process))
    bank.stop()
    bank.remove()
    return {"first_start_s": first, "start_s": sorted(times)[2], "resident_mb": resident[0],
            "vision_ocr_mb": resident[1] - resident[0], "vision_face_mb": resident[2] - resident[1]}


NAMES = {"ledger": lambda: native("ledger") | ledger_postgres(TOOL), "ledger-scale": lambda: native("ledger-scale"), "start": start,
         "transfer": transfer, "open": open_accounts, "claim": claim, "decision": decision, "process": process, "search": search, "payroll": payroll, "end-of-day": lambda: native("end-of-day"),
         "vision": lambda: native("vision")}


def main():
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    unknown = [w for w in sys.argv[1:] if w not in [*NAMES, "--json", "--list"]]
    if unknown:
        sys.exit(f"yungui: bench knows no “{unknown[0]}”; there are {', '.join(NAMES)}, and --json, --list")
    if "--list" in sys.argv:
        print(*names or NAMES, sep="\n")
        return
    as_json = "--json" in sys.argv
    for name in names or NAMES:
        print(f"bench {name}", file=sys.stderr, flush=True)
        figures = {key: round(value, 3) for key, value in NAMES[name]().items()}
        if as_json:
            machine = {"cores": os.cpu_count(), "system": platform.platform()}
            print(json.dumps({"bench": name, "machine": machine, "figures": figures}), flush=True)
        else:
            for key, value in figures.items():
                print(f"  {key:<44} {value:>14}", flush=True)


main()
