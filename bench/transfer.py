# SPDX-License-Identifier: Apache-2.0
"""`bench transfer`: full payments over HTTP at 64 connections, and a fixed answer of the same server beside them."""
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from lib.bank import free_port  # noqa: E402

PROGRAM = ROOT / "build/release/yungui"
TOOL = ROOT / "build/release/yungui-bench"
FOLDER = ROOT / "build/bench"
ACCOUNTS = 1_000_000
PEOPLE = 150_000
PAYMENTS = 40_000  # Of each of the two runs.
WARM_UP = 5_000
FIXED_SECONDS = 3


def say(text):
    print("  " + text, file=sys.stderr, flush=True)


def tool(*words):
    done = subprocess.run([str(w) for w in (TOOL, *words)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip() or f"yungui-bench {words[0]} failed")
    return done.stdout


def schema_of(folder):
    """All tables of a data folder, hashed: what was seeded under another schema is seeded anew."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.db")):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as book:
            for (sql,) in book.execute("select coalesce(sql, '') from sqlite_master order by type, name"):
                digest.update(sql.encode())
    return digest.hexdigest()[:12]


def seeded():
    """A data folder with all the accounts, made once and kept."""
    empty = FOLDER / "transfer-empty"
    shutil.rmtree(empty, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    tool("seed", empty, 0, 0)
    kept = FOLDER / f"transfer-{schema_of(empty)}-{PEOPLE}-{ACCOUNTS}"
    shutil.rmtree(empty)
    if not kept.exists():
        for old in FOLDER.glob("transfer-*"):
            shutil.rmtree(old, ignore_errors=True)
        say(f"the first time: making {PEOPLE:,} customers and {ACCOUNTS:,} accounts")
        began = time.monotonic()
        part = FOLDER / "transfer-part"
        if subprocess.run([str(TOOL), "seed", str(part), str(PEOPLE), str(ACCOUNTS)], cwd=ROOT).returncode:
            sys.exit("yungui-bench seed failed")
        part.rename(kept)
        say(f"made in {time.monotonic() - began:.0f} s; kept in {kept.relative_to(ROOT)}")
    return kept


class Server:
    def __init__(self, data, port, tls):
        words = [PROGRAM, "run", "--data", data, "--port", port, "--quiet", "--requests-per-minute", 0, *(["--tls"] if tls else [])]
        self.process = subprocess.Popen([str(w) for w in words], cwd=ROOT, env={**os.environ, "YUNGUI_HOME": str(ROOT)},
                                        stdout=subprocess.PIPE, text=True, start_new_session=True)
        while line := self.process.stdout.readline():
            if line.startswith("listening"):
                return
        sys.exit("the bank did not start")

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=60)


def measured(data, tls, first):
    """One server: a fixed answer, payments, the fixed answer again."""
    say(f"signing in {PAYMENTS + WARM_UP:,} payers who prove a payment each")
    port = free_port()
    origin = f"http{'s' if tls else ''}://localhost:{port}"
    tool("prepare", data, data / "warm-up.bin", origin, first, WARM_UP)
    tool("prepare", data, data / "payments.bin", origin, first + WARM_UP, PAYMENTS)
    say("paying" + (" with TLS" if tls else ""))
    server = Server(data, port, tls)
    way = "tls" if tls else "plain"
    fixed = [json.loads(tool("load", port, way, "fixed", "/healthz", FIXED_SECONDS))]
    json.loads(tool("load", port, way, "file", data / "warm-up.bin"))
    before = server.cpu_seconds()
    paid = json.loads(tool("load", port, way, "file", data / "payments.bin"))
    paid["server_cpu_us_each"] = (server.cpu_seconds() - before) * 1e6 / PAYMENTS
    fixed.append(json.loads(tool("load", port, way, "fixed", "/healthz", FIXED_SECONDS)))
    if server.stop():
        sys.exit("the bank did not end cleanly")
    if paid["wrong"]:
        sys.exit(f"{paid['wrong']} of {PAYMENTS} payments were not paid; the first answer:\n{paid['first_wrong']}")
    paid["fixed_per_second"] = sum(one["per_second"] for one in fixed) / len(fixed)
    paid["ratio_to_fixed_answer"] = paid["per_second"] / paid["fixed_per_second"]
    return paid


def announced(data):
    """What the announcer and the carrier came to meanwhile: messages made of the events of payments, and those sent."""
    counts = [0, 0, 0]
    for file in data.glob("*.db"):
        if file.name == "house.db":
            continue
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as book:
            found = book.execute("select (select count(*) from outbox_event where type like 'payment.%'), (select count(*) from message),"
                                 " (select count(*) from message where state in ('sent', 'delivered'))").fetchone()
            counts = [a + b for a, b in zip(counts, found)]
    return counts


def transfer():
    data = FOLDER / "transfer-run"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(seeded(), data)
    plain = measured(data, False, 0)
    over_tls = measured(data, True, PAYMENTS + WARM_UP)
    say("checking ledger and audit trail")
    check = subprocess.run([str(PROGRAM), "check", "--data", str(data)], cwd=ROOT, capture_output=True, text=True,
                           env={**os.environ, "YUNGUI_HOME": str(ROOT)})
    if check.returncode:
        sys.exit("after the run the bank is not in order:\n" + check.stdout)
    events, messages, sent = announced(data)
    shutil.rmtree(data)
    names = ["per_second", "p50_ms", "p99_ms", "max_ms", "fixed_per_second", "ratio_to_fixed_answer", "server_cpu_us_each",
             "generator_cpu_us_each"]
    return {**{name: plain[name] for name in names}, **{"tls_" + name: over_tls[name] for name in names},
            "accounts": ACCOUNTS, "distinct_payers": 2 * PAYMENTS, "payment_events": events, "messages_made": messages,
            "messages_sent": sent}
