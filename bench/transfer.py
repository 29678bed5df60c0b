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
ALONE = 500  # Of one connection.
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


def fsync_ms(folder):
    """The median of 4 KiB appended and synced, beside the books."""
    file = folder / "fsync-probe"
    times = []
    with file.open("wb", buffering=0) as probe:
        for _ in range(300):
            began = time.perf_counter()
            probe.write(bytes(4096))
            os.fdatasync(probe.fileno())
            times.append(time.perf_counter() - began)
    file.unlink()
    return sorted(times)[len(times) // 2] * 1e3


def measured(data, tls, first):
    """One server: one connection's payments, a fixed answer, payments of 64 connections, the same asked again, the fixed answer again.

    Asked again, a payment is parsed, checked, planned, proved and looked up under its key by the writer, and answered: all but the
    writing in the ledger.
    """
    say(f"signing in {PAYMENTS + WARM_UP + ALONE:,} payers who prove a payment each")
    port = free_port()
    origin = f"http{'s' if tls else ''}://localhost:{port}"
    tool("prepare", data, data / "warm-up.bin", origin, first, WARM_UP)
    tool("prepare", data, data / "payments.bin", origin, first + WARM_UP, PAYMENTS)
    tool("prepare", data, data / "alone.bin", origin, first + WARM_UP + PAYMENTS, ALONE)
    say("paying" + (" with TLS" if tls else ""))
    server = Server(data, port, tls)
    way = "tls" if tls else "plain"
    fsync = fsync_ms(data)
    alone = json.loads(tool("load", port, way, "file", data / "alone.bin", 1))
    fixed = [json.loads(tool("load", port, way, "fixed", "/healthz", FIXED_SECONDS))]
    json.loads(tool("load", port, way, "file", data / "warm-up.bin"))
    before = server.cpu_seconds()
    paid = json.loads(tool("load", port, way, "file", data / "payments.bin"))
    paid["server_cpu_us_each"] = (server.cpu_seconds() - before) * 1e6 / PAYMENTS
    again = json.loads(tool("load", port, way, "file", data / "payments.bin"))
    fixed.append(json.loads(tool("load", port, way, "fixed", "/healthz", FIXED_SECONDS)))
    if server.stop():
        sys.exit("the bank did not end cleanly")
    for run in (alone, paid, again):
        if run["wrong"]:
            sys.exit(f"{run['wrong']} payments were not paid; the first answer:\n{run['first_wrong']}")
    paid["fixed_per_second"] = sum(one["per_second"] for one in fixed) / len(fixed)
    paid["ratio_to_fixed_answer"] = paid["per_second"] / paid["fixed_per_second"]
    paid["no_ledger_per_second"] = again["per_second"]
    paid["ratio_to_no_ledger"] = paid["per_second"] / again["per_second"]
    paid["fsync_p50_ms"] = fsync
    paid["one_connection_p50_ms"] = alone["p50_ms"]
    paid["one_connection_p99_ms"] = alone["p99_ms"]
    return paid


def announced(data):
    """What the announcer and the carrier came to meanwhile: messages made of the events of payments, and those sent."""
    counts = [0, 0, 0]
    for file in data.glob("*.db"):
        if file.name == "house.db":
            continue
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as book:
            found = book.execute("select count(*), count(case when state in ('sent', 'delivered') then 1 end) from message").fetchone()
            events = sum(page.count("\tpayment.") for (page,) in book.execute("select events from outbox_page"))
            counts = [a + b for a, b in zip(counts, (events, *found))]
    return counts


def transfer():
    data = FOLDER / "transfer-run"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(seeded(), data)
    plain = measured(data, False, 0)
    over_tls = measured(data, True, PAYMENTS + WARM_UP + ALONE)
    say("checking ledger and audit trail")
    check = subprocess.run([str(PROGRAM), "check", "--data", str(data)], cwd=ROOT, capture_output=True, text=True,
                           env={**os.environ, "YUNGUI_HOME": str(ROOT)})
    if check.returncode:
        sys.exit("after the run the bank is not in order:\n" + check.stdout)
    events, messages, sent = announced(data)
    shutil.rmtree(data)
    names = ["per_second", "p50_ms", "p99_ms", "max_ms", "fixed_per_second", "ratio_to_fixed_answer", "no_ledger_per_second",
             "ratio_to_no_ledger", "fsync_p50_ms", "one_connection_p50_ms", "one_connection_p99_ms", "server_cpu_us_each",
             "generator_cpu_us_each"]
    return {**{name: plain[name] for name in names}, **{"tls_" + name: over_tls[name] for name in names},
            "accounts": ACCOUNTS, "distinct_payers": 2 * (PAYMENTS + WARM_UP + ALONE), "payment_events": events, "messages_made": messages,
            "messages_sent": sent}
