#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What those who run the bank do: start and end it, back up while people pay, restore to a moment, turn the master key, erase a
person; and what the command line says to misuse. One `ok` line each."""
import datetime
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_folders import bad_folders  # noqa: E402
from damage import damage, overwrite  # noqa: E402
from drop_in import drop_in  # noqa: E402
from lib.bank import PASSWORD, PROGRAM, ROOT, Bank, Client  # noqa: E402
from misuse import misuse  # noqa: E402
from starting import starting  # noqa: E402

PAYER, PAYEE = "16400000001", "16400000002"
WORK = pathlib.Path(tempfile.mkdtemp(prefix="yungui-operations-"))


def check(name, condition, what=""):
    print(("ok " if condition else "not ok ") + name + ("" if condition else f" ({what})"), flush=True)


def word(*words):
    """Runs the program; its exit status and what it printed."""
    run = subprocess.run([PROGRAM, *map(str, words)], cwd=ROOT, env={**os.environ, "YUNGUI_HOME": str(ROOT)}, capture_output=True,
                         text=True, timeout=300)
    return run.returncode, run.stdout, run.stderr


def balance(bank, phone=PAYER):
    return float(Client(bank.port).sign_in(phone)("GET", "/v1/accounts")[1]["items"][0]["balance"]["amount"])


def pay(bank, count, prefix):
    client = Client(bank.port).sign_in(PAYER)
    account = client("GET", "/v1/accounts")[1]["items"][0]["id"]
    for number in range(count):
        order = {"from": account, "to": {"phone": PAYEE}, "amount": {"amount": "1.00", "currency": "CNY"}}
        status, answer = client.pay(order, f"operations-{prefix}-{number}")
        assert status == 201, answer


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


def copies():
    bank = Bank()
    bank.start()
    start = balance(bank)
    pay(bank, 5, "before")
    status, out, err = word("backup", WORK / "copy", "--data", bank.data)
    check("a backup is made while the bank runs", status == 0, err)
    pay(bank, 5, "after")
    time.sleep(0.05)
    moment = now()
    time.sleep(0.05)
    pay(bank, 5, "later")
    status, _, err = word("check", "--data", bank.data)
    check("check says that the bank is running", status == 1 and "another program" in err and err.count("\n") == 1, err)
    status, _, err = word("run", "--data", bank.data, "--port", "0")
    check("a second bank does not start on the same data", status == 1 and "another program" in err, err)
    bank.kill()

    cases = [("to the copy", [], 5), ("to a moment", ["--live", bank.data, "--to", moment], 10),
             ("to the last commit", ["--live", bank.data], 15), ("to the last commit though its file is ruined", ["--live", WORK / "ruined"], 15)]
    shutil.copytree(bank.data, WORK / "ruined")
    overwrite(WORK / "ruined/yunchuan.db", 0, (bank.data / "yunchuan.db").stat().st_size, random.Random(20261123))
    for number, (name, words, paid) in enumerate(cases):
        data = WORK / f"restored-{number}"
        status, _, err = word("restore", WORK / "copy", data, "--keys", bank.data / "keys", *words)
        check(f"a killed bank is restored {name}", status == 0, err)
        status, out, _ = word("check", "--data", data)
        check(f"check finds the bank restored {name} in order", status == 0, out)
        restored = Bank(data)
        restored.start()
        check(f"the bank restored {name} has what was paid until then", balance(restored) == start - paid,
              f"{balance(restored)} of {start}")
        pay(restored, 1, "again")
        check(f"the bank restored {name} goes on", balance(restored) == start - paid - 1)
        restored.stop()

    for name, words, said in [
            ("before the copy was complete", ["--live", bank.data, "--to", "2020-01-01T00:00:00Z"], "earlier backup"),
            ("to a moment without the archive", ["--to", moment], "--live"),
            ("to what is no moment", ["--to", "yesterday"], "a moment like"),
            ("without the keys", [], "--keys")]:
        keys = [] if "keys" in name else ["--keys", bank.data / "keys"]
        status, _, err = word("restore", WORK / "copy", WORK / "no", *keys, *words)
        check(f"a restoration {name} is refused in a line", status != 0 and said in err and err.count("\n") == 1
              and not (WORK / "no").exists(), err)
    for name, words, said in [
            ("of what is no backup", ["restore", WORK, WORK / "no"], "no backup"),
            ("into a folder that is there", ["restore", WORK / "copy", bank.data], "there already"),
            ("of what is no data folder", ["backup", WORK / "no", "--data", WORK], "no data folder"),
            ("over an older copy", ["backup", WORK / "copy", "--data", bank.data], "there already")]:
        status, _, err = word(*words)
        check(f"a copy {name} is refused in a line", status == 1 and said in err and err.count("\n") == 1, err)
    damage(check, word, bank, WORK, pay)
    bank.remove()


def keys():
    bank = Bank()
    bank.start()
    before = balance(bank)
    bank.stop()
    status, out, err = word("keys", "rotate", "--data", bank.data)
    check("the master key is turned", status == 0 and "Key 2 is current" in out, out + err)
    status, out, _ = word("keys", "list", "--data", bank.data)
    check("both keys are listed", status == 0 and out.split() == ["1", "2", "current"], out)
    status, out, _ = word("keys", "finish", "--data", bank.data)
    check("a rotation that is whole has nothing left to do", status == 0 and ": 0 customers" in out, out)
    bank.start()
    check("people sign in and see their money after it", balance(bank) == before)
    teller = Client(bank.port).staff("yc.teller1")
    status, found = teller("GET", f"/v1/staff/customers?q={PAYEE}")
    check("a teller finds a customer by phone after it", status == 200 and len(found.get("items", [])) == 1, found)
    pay(bank, 1, "turned")
    check("people pay after it", balance(bank) == before - 1)
    customer = found["items"][0]["id"] if found.get("items") else "none"
    bank.stop()

    status, _, err = word("erase", "yunchuan", customer, "--reason", "the customer asked", "--data", bank.data)
    check("who still has an account is not erased", status == 1 and "close it first" in err, err)
    status, _, err = word("erase", "yunchuan", customer, "--data", bank.data)
    check("erasing needs a reason", status == 2 and "--reason" in err, err)
    status, _, err = word("erase", "nowhere", customer, "--reason", "the customer asked", "--data", bank.data)
    check("erasing needs an institution that is there", status == 2 and "no institution" in err, err)
    status, out, _ = word("check", "--data", bank.data)
    check("check finds all in order after it", status == 0, out)

    erased(bank, customer)
    kept = (bank.data / "keys").read_text()
    (bank.data / "keys").write_text("\n".join(kept.strip().split("\n")[:-1]) + "\n")
    status, _, err = word("keys", "list", "--data", bank.data)
    check("keys from before the rotation are known as such", status == 1 and "keys/2 is not here" in err, err)
    (bank.data / "keys").unlink()
    status, _, err = word("keys", "list", "--data", bank.data)
    check("no new keys are made where the books have some", status == 1 and "keys does not" in err and not (bank.data / "keys").exists(), err)
    bank.remove()


def erased(bank, customer):
    """Whose accounts are all closed; no page closes one yet."""
    holder = 0
    for letter in customer:
        holder = holder << 5 | "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    bank.rows("yunchuan", "update account set state = 2, closed_at = opened_at, is_default = 0 where holder = ?", holder)
    status, out, err = word("erase", "yunchuan", customer, "--reason", "the customer asked", "--data", bank.data)
    check("who has no account left is erased", status == 0 and "cannot be read again" in out, out + err)
    status, _, err = word("erase", "yunchuan", customer, "--reason", "the customer asked", "--data", bank.data)
    check("asked again it is as before", status == 0, err)
    bank.start()
    status, answer = Client(bank.port)("POST", "/v1/sessions/password", {"institution": "yunchuan", "phone": PAYEE, "password": PASSWORD})
    check("who was erased cannot sign in", status in (401, 403), answer)
    status, found = Client(bank.port).staff("yc.manager")("GET", f"/v1/staff/customers?q={PAYEE}")
    check("staff do not find who was erased", status == 200 and found["items"] == [], found)
    check("the money of others is what it was", balance(bank) > 0)
    bank.stop()
    erasures = [one for one in bank.audit_of(bank.data, None, "yunchuan") if one["action"] == "customer.erase"]
    check("the trail says who was erased and why", {one["reason"] for one in erasures} == {"the customer asked"}, erasures)
    status, out, _ = word("check", "--data", bank.data)
    check("check finds all in order after an erasure", status == 0, out)


def engines():
    status, out, _ = word("feel", "0.1 + 0.2")
    check("feel evaluates with exact decimals", status == 0 and out.strip() == "0.3", out)
    context = WORK / "context.json"
    context.write_text('{"age": 81}')
    status, out, _ = word("feel", "if age >= 80 then \"elder\" else \"standard\"", "--context", context)
    check("feel takes a context", status == 0 and "elder" in out, out)
    status, out, _ = word("help")
    check("help lists the words", status == 0 and all(w in out for w in ["run", "check", "backup", "restore", "keys", "feel"]), out)


try:
    starting(check)
    misuse(check)
    bad_folders(check)
    copies()
    keys()
    drop_in(check)
    engines()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
