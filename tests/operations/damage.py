# SPDX-License-Identifier: Apache-2.0
"""A disk that gives back other bytes than it was given: `check` names the book, and copy, archive and log bring back all that was answered."""
import os
import random
import shutil
import sqlite3
import time

from lib.bank import Bank

PAGE = 4096


def overwrite(file, at, count, chance):
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(chance.randbytes(count))


def with_log(sound, data, pay):
    """A killed bank on a copy of `sound` with payments in its log, and a signed head that knows of them. Where in the log they begin."""
    shutil.copytree(sound, data)
    heads = data / "audit-heads/yunchuan.jsonl"
    bank = Bank(data)
    bank.start()
    pay(bank, 1, "before-log")
    begin = (data / "yunchuan.db-wal").stat().st_size
    pay(bank, 5, "log")
    bank.kill()
    lines = lambda: len(heads.read_text().splitlines()) if heads.exists() else 0  # noqa: E731
    signed = lines()
    bank.start()  # Each start signs the heads.
    until = time.monotonic() + 60
    while lines() == signed:
        assert time.monotonic() < until, "no head was signed"
        time.sleep(0.1)
    bank.kill()
    return begin


def damage(check, word, bank, work, pay):
    """`bank` has ended and nobody is on its data."""
    copied = work / "before-damage"
    shutil.copytree(bank.data, copied)
    status, out, _ = word("check", "--data", copied)
    check("a folder that is sound is found in order", status == 0, out)
    # The log may hold any part of the pages; here the file is to have them all.
    with sqlite3.connect(copied / "yunchuan.db") as opened:
        opened.execute("pragma wal_checkpoint(truncate)")
        roots = dict(opened.execute("select name, rootpage from sqlite_master where rootpage > 0"))
    opened.close()
    chance = random.Random(20261123)
    begin = with_log(copied, work / "logged", pay)

    def named(what, ruin, book="yunchuan"):
        place = work / "damaged"
        shutil.copytree(copied if "log" not in what else work / "logged", place)
        ruin(place)
        status, out, err = word("check", "--data", place)
        check(f"check names the book with {what}", status == 1 and book in out + err and "in order" not in out
              and ("WRONG" in out or err.count("\n") == 1), (status, out[-600:], err[-600:]))
        shutil.rmtree(place)

    for table in ["ledger_journal", "ledger_account", "ledger_client", "account", "audit_page", "outbox_page", "risk_page", "customer_field", "outbox_retry_event"]:
        named(f"a ruined page of {table}", lambda place, table=table: overwrite(place / "yunchuan.db", (roots[table] - 1) * PAGE, PAGE, chance))
    named("a ruined header", lambda place: overwrite(place / "yunchuan.db", 0, 100, chance))
    named("half of its file gone", lambda place: os.truncate(place / "yunchuan.db", (copied / "yunchuan.db").stat().st_size // 2 // PAGE * PAGE))
    named("a log that was cut", lambda place: os.truncate(place / "yunchuan.db-wal", begin + PAGE))
    named("some bytes of its log changed", lambda place: overwrite(place / "yunchuan.db-wal", begin + PAGE // 2, 64, chance))
    named("no log", lambda place: (place / "yunchuan.db-wal").unlink())
    named("a ruined header of the house's book", lambda place: (overwrite(place / "house.db", 0, 100, chance), (place / "house.db-wal").unlink(missing_ok=True)), "house")
