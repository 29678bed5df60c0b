# SPDX-License-Identifier: Apache-2.0
"""A bank of its own for one test: the real program on a free port with a data folder that goes afterwards."""
import atexit
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from lib import postgres
from lib.ports import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / os.environ.get("YUNGUI_BUILD", "build/release") / "yungui"
PASSWORD = "Yungui-2026"


class Bank:
    def __init__(self, data=None, sandbox=True, folder=None, words=(), database=None):
        """`folder`: another bank folder than the demo bank's; `words`: more for the command line. `database`: a URL; without it a new one of the server that
        YUNGUI_TEST_DATABASE names, or SQLite."""
        server = os.environ.get("YUNGUI_TEST_DATABASE")
        self.database = database or (postgres.new_database(server) if server else None)
        self.words = list(words)
        self.data = pathlib.Path(data or tempfile.mkdtemp(prefix="yungui-test-"))
        self.port, self.sandbox_port = free_port(), free_port()
        self.sandbox, self.folder = sandbox, folder
        self.requests_per_minute = 0
        self.process = None
        atexit.register(self.end)

    def end(self):
        """Whatever became of the test, nothing of it goes on running."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def start(self, seconds=60):
        """Starts the program; returns how long it took until it served."""
        began = time.monotonic()
        words = [PROGRAM, "run", "--data", self.data, "--port", str(self.port), "--quiet", "--requests-per-minute", str(self.requests_per_minute)]
        words += ["--sandbox-port", str(self.sandbox_port)] if self.sandbox else ["--no-sandbox"]
        if self.folder:
            words += ["--bank", self.folder]
        words += self.words + self.database_words()
        self.process = subprocess.Popen([str(w) for w in words], cwd=ROOT, env={**os.environ, "YUNGUI_HOME": str(ROOT)},
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        while time.monotonic() - began < seconds:
            if self.process.poll() is not None:
                raise RuntimeError("the bank did not start: " + self.process.stderr.read().decode()[-2000:])
            try:
                if Client(self.port)("GET", "/healthz")[0] == 200 and self.process.poll() is None:
                    return time.monotonic() - began
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError("the bank did not serve in time")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()

    def stop(self):
        self.process.terminate()
        status = self.process.wait(timeout=30)
        self.process.stderr.close()
        return status

    def check(self):
        """`yungui check` of the data folder: its exit status and output."""
        run = subprocess.run([PROGRAM, "check", "--data", self.data, *self.database_words()], cwd=ROOT, env={**os.environ, "YUNGUI_HOME": str(ROOT)},
                             capture_output=True, text=True, timeout=300)
        return run.returncode, run.stdout + run.stderr

    def database_words(self):
        return ["--database", self.database] if self.database else []

    def rows(self, book, sql, *values):
        """Reads or changes rows beside the bank. What a change may still be worked out on is past when it returns: the bank's late
        snapshots (Book::most_lateness, 50 ms) begin anew at the bank's own commits only."""
        found = self.rows_of(self.data, self.database, book, sql, *values)
        if not sql.lstrip().lower().startswith("select"):
            time.sleep(0.06)
        return found

    @staticmethod
    def rows_of(data, database, book, sql, *values):
        if database:
            return postgres.rows(database, f"set search_path to book_{book}", sql, *values)
        with sqlite3.connect(data / f"{book}.db", timeout=20) as opened:
            return opened.execute(sql, values).fetchall()

    @classmethod
    def packed(cls, data, database, book, table, key, column):
        """The rows that a table keeps packed in one column (src/platform/sql/packed_rows.h), oldest first, as lists of texts."""
        back = {"t": "\t", "n": "\n", "0": "\0"}
        return [[re.sub(r"\\(.)", lambda found: back.get(found[1], found[1]), field) for field in line.split("\t")]
                for (page,) in cls.rows_of(data, database, book, f"select {column} from {table} order by {key}")
                for line in page.split("\n") if line]

    @classmethod
    def audit_of(cls, data, database, book):
        """The audit trail, oldest first."""
        names = ("actor_kind", "actor", "action", "object_kind", "object", "details", "reason")
        return [dict(zip(names, row)) for row in cls.packed(data, database, book, "audit_page", "last", "records")]

    def remove(self):
        shutil.rmtree(self.data, ignore_errors=True)


class Client:
    """One caller with its cookies and CSRF token, on one kept connection; `source` is the address it calls from. After a call
    `answer` and `text` hold the whole answer."""

    patience = 0  # For how many seconds a 503 is asked again, as a client should.

    def __init__(self, port, source=None):
        self.port, self.source = port, source
        self.cookies, self.csrf, self.connection, self.answer, self.text = {}, None, None, None, b""
        self.used = 0.0

    def __call__(self, method, path, body=None, headers=None, media="application/json"):
        deadline = time.monotonic() + self.patience
        while True:
            status, parsed = self.ask(method, path, body, headers, media)
            if status != 503 or time.monotonic() > deadline:
                return status, parsed
            time.sleep(0.1)

    def ask(self, method, path, body, headers, media):
        if time.monotonic() - self.used > 5:  # The bank hangs up on who says nothing for long.
            self.hang_up()
        self.used = time.monotonic()
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60,
                                                         source_address=(self.source, 0) if self.source else None)
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": media, **(headers or {})} if data is not None else dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if self.csrf:
            sent["X-CSRF-Token"] = self.csrf
        try:
            self.connection.request(method, path, data, sent)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        self.answer, self.text = answer, text
        parsed = json.loads(text) if text and "json" in answer.getheader("Content-Type", "") else {}
        if isinstance(parsed, dict) and "csrf_token" in parsed:
            self.csrf = parsed["csrf_token"]
        return answer.status, parsed

    def hang_up(self):
        """The next call opens a new connection; cookies stay."""
        if self.connection:
            self.connection.close()
        self.connection = None

    def sign_in(self, phone, institution="yunchuan", password=PASSWORD):
        status, session = self("POST", "/v1/sessions/password", {"institution": institution, "phone": phone, "password": password})
        assert status == 201, session
        return self

    def staff(self, username):
        status, ticket = self("POST", "/v1/staff/sessions", {"username": username, "password": "Yungui-2026-staff"})
        assert status == 200, ticket
        codes = Client(self.port)("GET", "/v1/demo/handset")[1]["authenticators"]
        code = next(c["code"] for c in codes if c["username"] == username)
        status, session = self("POST", "/v1/staff/sessions/second-factor", {"ticket": ticket["ticket"], "code": code})
        assert status == 201, session
        return self

    def code_for(self, phone, seconds=20):
        """The newest SMS code that the phone received."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for message in Client(self.port)("GET", "/v1/demo/handset?phone=" + phone)[1]["messages"]:
                if found := re.search(r"码是?(\d{6})", message["text"]):
                    return found[1]
            time.sleep(0.2)
        raise AssertionError("no code came")

    def pay(self, order, key, password=PASSWORD):
        """Proof by password, then the transfer; status and answer of the transfer."""
        status, proof = self("POST", "/v1/proofs", {"transfer": order})
        if status != 201:
            return status, proof
        status, given = self("POST", f"/v1/proofs/{proof['id']}", {"password": password})
        if status != 200:
            return status, given
        return self("POST", "/v1/transfers", {"transfer": order, "proof": given["token"]}, {"Idempotency-Key": key})
