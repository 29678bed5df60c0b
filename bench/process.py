# SPDX-License-Identifier: Apache-2.0
"""`bench process`: whole instances over HTTP at 64 connections, the same beside 1,000,000 finished ones, and the task list of 100,000 open tasks."""
import json
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import time

from transfer import FOLDER, PROGRAM, ROOT, Server, say, schema_of, tool
from lib.bank import Client, free_port  # noqa: E402

BOOK, SERVICE = "yunchuan", "measured"
INSTANCES, WARM_UP = 8_000, 1_000
FINISHED, OPEN = 1_000_000, 100_000
PIECE = 50_000
LISTS = 2_000
CUSTOMERS = [f"164000000{n:02}" for n in range(1, 21)]
STAFF = ["yc.teller1", "yc.teller2", "yc.teller3", "yc.senior"]
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HOME = FOLDER / "process-home"
BANK = HOME / "banks/demo"


def begun(data, port):
    """The program with the measured bank, when it listens."""
    words = [PROGRAM, "run", "--data", data, "--bank", BANK, "--port", port, "--no-sandbox", "--quiet", "--requests-per-minute", 0]
    process = subprocess.Popen([str(w) for w in words], cwd=ROOT, env={**os.environ, "YUNGUI_HOME": str(ROOT)}, stdout=subprocess.PIPE, text=True, start_new_session=True)
    while line := process.stdout.readline():
        if line.startswith("listening"):
            return process
    sys.exit("the bank did not start")


class Running(Server):
    """The measured bank with people who are signed in."""

    def __init__(self, data):
        self.data, self.port = data, free_port()
        self.process = begun(data, self.port)
        self.customers = []
        for phone in CUSTOMERS:
            try:
                self.customers.append(Client(self.port).sign_in(phone))
            except AssertionError:
                continue  # Of another institution, or without a password.
        self.staff = [Client(self.port).staff(name) for name in STAFF]

    def load(self, requests, connections=64, status=200):
        """Sends (client, method, path, body) over so many connections; seconds and latencies."""
        file = self.data / "requests.bin"
        host = f"localhost:{self.port}"
        with file.open("wb") as out:
            for client, method, path, body in requests:
                cookies = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
                text = "" if body is None else json.dumps(body)
                request = (f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookies}\r\nX-CSRF-Token: {client.csrf}\r\n"
                           f"Accept-Language: zh-CN\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}").encode()
                out.write(struct.pack("<I", len(request)) + request)
        done = json.loads(tool("load", self.port, "plain", "file", file, connections, status))
        if done["wrong"]:
            sys.exit(f"{done['wrong']} of {len(requests)} requests were answered wrongly; the first:\n{done['first_wrong']}")
        return done

    def open_tasks(self):
        with sqlite3.connect(f"file:{self.data / BOOK}.db?mode=ro", uri=True) as book:
            return [text_of(one) for (one,) in book.execute("select id from process_task where state = 'open' and service = ? order by id", (SERVICE,))]

    def run(self, count):
        """So many whole instances: started by customers, claimed and completed by staff; seconds."""
        turn = lambda people, place: people[place % len(people)]  # noqa: E731
        seconds = 0
        for make in (lambda: [(turn(self.customers, i), "POST", "/v1/cases", {"service": SERVICE}) for i in range(count)],
                     lambda: [(turn(self.staff, i), "POST", f"/v1/staff/tasks/{task}/claim", None) for i, task in enumerate(tasks)],
                     lambda: [(turn(self.staff, i), "POST", f"/v1/staff/tasks/{task}/complete", {"outcome": "approve"}) for i, task in enumerate(tasks)]):
            requests = make()
            done = self.load(requests, status=201 if seconds == 0 else 200)
            if seconds == 0:
                tasks = self.open_tasks()
                if len(tasks) != count:
                    sys.exit(f"{len(tasks)} tasks are open instead of {count}")
            seconds += count / done["per_second"]
        if self.open_tasks():
            sys.exit("some tasks are open still")
        return seconds


def text_of(number):
    """An id as its 13 letters."""
    return "".join(DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def measured(data):
    server = Running(data)
    server.run(WARM_UP)
    cpu = server.cpu_seconds()
    seconds = server.run(INSTANCES)
    cpu = (server.cpu_seconds() - cpu) * 1e6 / INSTANCES
    if server.stop():
        sys.exit("the bank did not end cleanly")
    return INSTANCES / seconds, cpu


def listed(data):
    server = Running(data)
    requests = [(server.staff[i % len(server.staff)], "GET", "/v1/staff/tasks?state=open&limit=20", None) for i in range(LISTS)]
    server.load(requests[:200], 1)
    times = server.load(requests, 1)
    status, page = server.staff[0]("GET", "/v1/staff/tasks?state=open&limit=20")
    if status != 200 or page["counts"]["open"] != page["counts"]["most"] or len(server.open_tasks()) < OPEN:
        sys.exit(f"there are {page.get('counts')} tasks")
    if server.stop():
        sys.exit("the bank did not end cleanly")
    return times


def filled(name, empty, count, how):
    """A data folder with so many instances, made once and kept."""
    kept = FOLDER / f"process-{name}-{schema_of(empty)}-{count}"
    if not kept.exists():
        for old in FOLDER.glob(f"process-{name}-*"):
            shutil.rmtree(old)
        part = FOLDER / f"process-part-{name}"
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(empty, part)
        say(f"the first time: running {count:,} instances")
        began = time.monotonic()
        for done in range(0, count, PIECE):
            tool("fill-processes", HOME, part, min(PIECE, count - done), how)
            shutil.rmtree(part / "archive", ignore_errors=True)  # Some 24 GB for a million instances.
            say(f"{min(done + PIECE, count):,} of them")
        say(f"done in {time.monotonic() - began:.0f} s; kept in {kept.relative_to(ROOT)}")
        part.rename(kept)
    return kept


def process():
    for old in (HOME, FOLDER / "process-run", FOLDER / "process-empty"):
        shutil.rmtree(old, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "banks/demo", BANK)
    (BANK / f"institutions/{BOOK}.yaml").rename(BANK / f"institutions/0-{BOOK}.yaml")  # Read first: the one that is filled.
    shutil.copytree(ROOT / "bench/process", BANK / "services" / SERVICE)
    empty, data = FOLDER / "process-empty", FOLDER / "process-run"
    empty.mkdir()
    first = begun(empty, free_port())
    first.terminate()
    first.wait(timeout=60)
    figures = {}
    say(f"{INSTANCES:,} instances at 64 connections")
    shutil.copytree(empty, data)
    figures["instances_per_second"], figures["server_cpu_us_each"] = measured(data)
    check = subprocess.run([str(PROGRAM), "check", "--data", str(data)], cwd=ROOT, capture_output=True, text=True)
    if check.returncode:
        sys.exit("after the run the bank is not in order:\n" + check.stdout)
    for name, count, how in (("finished", FINISHED, "finished"), ("open", OPEN, "open")):
        shutil.rmtree(data)
        shutil.copytree(filled(name, empty, count, how), data)
        if name == "finished":
            say(f"the same beside {count:,} finished ones")
            figures["instances_per_second_at_1m"], figures["server_cpu_us_each_at_1m"] = measured(data)
            figures["ratio_at_1m"] = figures["instances_per_second_at_1m"] / figures["instances_per_second"]
        else:
            say(f"the task list with {count:,} open tasks")
            times = listed(data)
            figures.update({f"task_list_{each}": times[each] for each in ("p50_ms", "p99_ms", "max_ms")})
    shutil.rmtree(data)
    shutil.rmtree(empty)
    return figures
