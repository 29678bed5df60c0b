# SPDX-License-Identifier: Apache-2.0
"""A disk that gives back other bytes than it was given: `check` names the book, and copy, archive and log bring back all that was answered."""
import os
import random
import shutil
import sqlite3

PAGE = 4096


def overwrite(file, at, count, chance):
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(chance.randbytes(count))


def damage(check, word, bank, work):
    """`bank` has ended and nobody is on its data."""
    copied = work / "before-damage"
    shutil.copytree(bank.data, copied)
    status, out, _ = word("check", "--data", copied)
    check("a folder that is sound is found in order", status == 0, out)
    # The log holds every page of a young bank; here the file is to have them.
    with sqlite3.connect(copied / "yunchuan.db") as opened:
        opened.execute("pragma wal_checkpoint(truncate)")
        roots = dict(opened.execute("select name, rootpage from sqlite_master where rootpage > 0"))
    opened.close()
    chance = random.Random(20261123)

    def named(what, ruin, book="yunchuan"):
        place = work / "damaged"
        shutil.copytree(copied if "log" not in what else bank.data, place)
        ruin(place)
        status, out, err = word("check", "--data", place)
        check(f"check names the book with {what}", status == 1 and book in out + err and "in order" not in out
              and ("WRONG" in out or err.count("\n") == 1), (status, out[-600:], err[-600:]))
        shutil.rmtree(place)

    for table in ["ledger_journal", "ledger_account", "ledger_client", "account", "audit_page", "outbox_page", "risk_page", "customer_field", "outbox_retry_event"]:
        named(f"a ruined page of {table}", lambda place, table=table: overwrite(place / "yunchuan.db", (roots[table] - 1) * PAGE, PAGE, chance))
    named("a ruined header", lambda place: overwrite(place / "yunchuan.db", 0, 100, chance))
    named("half of its file gone", lambda place: os.truncate(place / "yunchuan.db", (copied / "yunchuan.db").stat().st_size // 2 // PAGE * PAGE))
    size = (bank.data / "yunchuan.db-wal").stat().st_size
    named("a log that was cut", lambda place: os.truncate(place / "yunchuan.db-wal", size // 2))
    named("some bytes of its log changed", lambda place: overwrite(place / "yunchuan.db-wal", size // 2, 64, chance))
    named("no log", lambda place: (place / "yunchuan.db-wal").unlink())
    named("a ruined header of the house's book", lambda place: (overwrite(place / "house.db", 0, 100, chance), (place / "house.db-wal").unlink()), "house")
