# SPDX-License-Identifier: Apache-2.0
"""`bench claim`: a million people claim ten thousand vouchers over HTTP from 200 connections, each once."""
import json
import shutil
import sqlite3
import subprocess
import sys
import time

from transfer import FOLDER, PROGRAM, ROOT, Server, say, tool
from lib.bank import free_port  # noqa: E402

PEOPLE = 1_000_000
STOCK = 10_000
CONNECTIONS = 200


def recorded(data):
    """What the books say: pieces that are somebody's, and the highest number anybody was given."""
    pieces, highest = 0, 0
    for file in data.glob("*.db"):
        if file.name == "house.db":
            continue
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as book:
            campaign = book.execute("select id from voucher_campaign where code = 'bench'").fetchone()
            if campaign is None:
                continue
            pieces += book.execute("select count(*) from voucher_claim where campaign = ?", campaign).fetchone()[0]
            late = book.execute("select coalesce(max(first_number + length(persons) / 8 - 1), 0) from voucher_late where campaign = ?", campaign)
            highest = max(highest, late.fetchone()[0])
    return pieces, highest


def claim():
    data = FOLDER / "claim-run"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    say(f"signing in {PEOPLE:,} people")
    began = time.monotonic()
    tool("prepare-claims", data, data / "claims.txt", PEOPLE, STOCK)
    say(f"done in {time.monotonic() - began:.0f} s; {PEOPLE:,} claim {STOCK:,} pieces")
    port = free_port()
    server = Server(data, port, False)
    figures = json.loads(tool("load-claims", data / "claims.txt", port, CONNECTIONS))
    if server.stop():
        sys.exit("the bank did not end cleanly")
    pieces, highest = recorded(data)
    if figures["wrong"] or figures["granted"] != STOCK or pieces != STOCK or highest != PEOPLE:
        sys.exit(f"{figures['granted']} were told that they have one of {STOCK}, {pieces} are recorded, the last number is {highest},"
                 f" {figures['wrong']} answers were wrong; the first of them:\n{figures['first_wrong']}")
    check = subprocess.run([str(PROGRAM), "check", "--data", str(data)], cwd=ROOT, capture_output=True, text=True)
    if check.returncode:
        sys.exit("after the run the bank is not in order:\n" + check.stdout)
    shutil.rmtree(data)
    names = ["granted", "claims", "seconds", "per_second", "p50_ms", "p99_ms", "max_ms"]
    return {**{name: figures[name] for name in names}, "connections": CONNECTIONS}
