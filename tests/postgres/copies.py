#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The copies that docs/operating.md describes for PostgreSQL, with its commands: made while people pay, brought back into another
database, in order by `yungui check`, and the bank goes on from there.

    python3 tests/postgres/copies.py
"""
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from faults.payments import PAYEE, Payers  # noqa: E402
from lib.bank import PROGRAM, ROOT, Bank, Client  # noqa: E402
from lib.postgres import PROGRAMS, Server, new_database  # noqa: E402

COPY = """
cp -a {data}/audit-heads {copy}/
pg_dump --format=custom --file={copy}/books.dump {database}
cp -a {data}/evidence {data}/partner-keys {data}/database {copy}/
cp -a {data}/keys {safe}/
"""
BRING_BACK = """
pg_restore --exit-on-error --no-owner --dbname={database} {copy}/books.dump
cp -a {copy}/evidence {copy}/audit-heads {copy}/partner-keys {copy}/database {safe}/keys {data}/
"""


def say(right, sentence):
    print(("ok " if right else "not ok ") + sentence, flush=True)


def described():
    """The commands above stand in the manual, with its names for the places."""
    manual = (ROOT / "docs/operating.md").read_text()
    places = {"copy": "/backups/2026-11-22", "data": "data", "safe": "/safe", "database": "postgresql://yungui@db.example/bank"}
    wanted = COPY.format(**places).split("\n") + BRING_BACK.format(**{**places, "data": "restored", "database": "postgresql://yungui@db.example/restored"}).split("\n")
    return [line for line in wanted if line and line not in manual]


def run(commands, **places):
    for line in commands.format(**places).strip().split("\n"):
        done = subprocess.run(line, shell=True, capture_output=True, text=True, env={"PATH": f"{PROGRAMS}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
        if done.returncode != 0:
            raise RuntimeError(line + "\n" + done.stderr)


def main():
    say(not described(), "the manual has the commands" + "".join("\n    " + line for line in described()))
    server = Server()
    place = pathlib.Path(tempfile.mkdtemp(prefix="yungui-copy-"))
    for name in ("copy", "safe", "restored"):
        (place / name).mkdir()
    bank, restored = Bank(database=new_database(server.url()), sandbox=False), None
    try:
        bank.start()
        payers, payee, stop = Payers(bank), Client(bank.port).sign_in(PAYEE), threading.Event()
        threads = [threading.Thread(target=work, args=(stop,)) for work in payers.works()]
        for thread in threads:
            thread.start()
        time.sleep(1)
        while not (bank.data / "audit-heads").is_dir():  # Signed soon after the start.
            time.sleep(0.2)
        before = payers.balance(payee)
        run(COPY, database=bank.database, data=bank.data, copy=place / "copy", safe=place / "safe")
        stop.set()
        for thread in threads:
            thread.join()
        after = payers.balance(payee)
        asked = subprocess.run([PROGRAM, "backup", place / "by-word", "--data", bank.data], capture_output=True, text=True)
        said = asked.stderr.strip()
        say(asked.returncode != 0 and "pg_dump" in said and "operating.md" in said and "\n" not in said and not (place / "by-word").exists(),
            f"`backup` copies nothing and names the command in one line: {said!r}")
        target = new_database(server.url())
        run(BRING_BACK, database=target, data=place / "restored", copy=place / "copy", safe=place / "safe")
        restored = Bank(data=place / "restored", database=target, sandbox=False)
        status, report = restored.check()
        say(status == 0, "the copy of a bank under load is in order" + ("" if status == 0 else "\n" + report))
        restored.start()
        there = Payers(restored)
        payee = Client(restored.port).sign_in(PAYEE)
        kept = there.balance(payee)
        say(before <= kept <= after and after > before, f"it holds what was paid before it was begun, and nothing from after it ({before} {kept} {after})")
        order = {"from": there.accounts["16400000001"], "to": {"phone": PAYEE}, "amount": {"amount": "1.00", "currency": "CNY"}}
        say(there.clients["16400000001"].pay(order, "after-the-copy")[0] == 201 and there.balance(payee) == kept + 1, "the bank goes on from there")
        say((restored.stop(), bank.stop()) == (0, 0), "both end cleanly")
    finally:
        for one in filter(None, (bank, restored)):
            one.end()
            one.remove()


main()
