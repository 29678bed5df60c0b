#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of its own for one test: in a temporary folder, on a free port of 127.0.0.1, never as root.

    tests/lib/postgres.py COMMAND …    runs COMMAND with YUNGUI_TEST_DATABASE naming such a server
"""
import atexit
import itertools
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.ports import free_port  # noqa: E402

NUMBERS = itertools.count(1)
PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")


def psql(url, *statements):
    """Rows as lists of texts."""
    words = [word for statement in statements for word in ("-c", statement)]
    out = subprocess.run([PROGRAMS / "psql", "-XAtq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", url, *words], capture_output=True, text=True)
    if out.returncode != 0:
        raise RuntimeError(out.stderr)
    return [line.split("\x1f") for line in out.stdout.splitlines()]


def rows(url, before, sql, *values):
    """What `sql` gives, with a value in the place of each `?`; whole numbers as numbers, blobs as bytes."""
    for value in values:
        sql = sql.replace("?", str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'", 1)

    def value_of(text):
        if text.startswith("\\x"):
            return bytes.fromhex(text[2:])
        return int(text) if text.lstrip("-").isdigit() else text

    return [tuple(value_of(text) for text in row) for row in psql(url, before, sql)]


def new_database(url):
    """The URL of an empty database of the server."""
    name = f"bank{os.getpid()}_{next(NUMBERS)}"
    psql(url, f"create database {name}")
    return url[:url.rindex("/") + 1] + name


class Server:
    """`durable`: with fsync, as in operation; a test that only looks at rows is quicker without."""

    def __init__(self, durable=True, settings=()):
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-postgres-"))
        self.process = None
        self.account = None  # PostgreSQL refuses to run as root.
        if os.geteuid() == 0:
            names = {user.pw_name: user for user in pwd.getpwall()}
            self.account = names.get("postgres") or names["nobody"]
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.run("initdb", "-D", self.data, "-U", "yungui", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        chosen = {"listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder, "max_connections": 300,
                  "fsync": "on" if durable else "off", "shared_buffers": "128MB", "timezone": "UTC", **dict(settings)}
        with (self.data / "postgresql.conf").open("a") as out:
            out.writelines(f"{name} = '{value}'\n" for name, value in chosen.items())
        atexit.register(self.remove)
        self.start()

    @property
    def data(self):
        return self.folder / "data"

    def words(self, program, *words):
        return [str(word) for word in (PROGRAMS / program, *words)]

    def account_of(self):
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}

    def run(self, program, *words):
        done = subprocess.run(self.words(program, *words), cwd=self.folder, capture_output=True, text=True, **self.account_of())
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self, seconds=30):
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(self.words("postgres", "-D", self.data, "-p", self.port), cwd=self.folder, stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, start_new_session=True, **self.account_of())
        deadline = time.monotonic() + seconds
        while subprocess.run(self.words("pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port, "-t", "1")).returncode != 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError("PostgreSQL did not start: " + (self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self, how=signal.SIGINT):
        """SIGINT ends sessions and stops in order; SIGQUIT ends at once, as a crash does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait()

    def kill(self):
        """Every process of the server at once; they have a session of their own."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def remove(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database="postgres", port=None):
        return f"postgresql://yungui@127.0.0.1:{port or self.port}/{database}"


if __name__ == "__main__":
    server = Server(durable=False)
    status = subprocess.run(sys.argv[1:], env={**os.environ, "YUNGUI_TEST_DATABASE": server.url()}).returncode
    server.remove()
    sys.exit(status)
