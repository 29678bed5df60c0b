#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The journeys in a real Chromium against the real bank, with a teller who decides what comes up for review; the demonstration, on
PostgreSQL; the workbench; every page against axe. One `ok` line a step. Customers and staff are tried on banks of their own, side by side.

    python3 tests/browser/run.py [PART …]      parts: journey elder bad demo services workbench
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import postgres  # noqa: E402
from lib.bank import Bank, Client, ROOT  # noqa: E402

NODE = ROOT / ".cache/node/bin"
ENV = {**os.environ, "PATH": f"{NODE}:{os.environ['PATH']}"} if NODE.is_dir() else dict(os.environ)
PICTURES = ROOT / "build/test/pictures"
ELDER_ENGLISH = ("--elder", "--english")
IDENTITY_1 = ("16400002001", "01", "9988000000000002011")
IDENTITY_2 = ("16400002002", "02", "9988000000000002029")


def bank_folder():
    """The demo bank, but with one Class II account a person, so that a second one is one too many."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-bank-")) / "demo"
    shutil.copytree(ROOT / "banks/demo", folder)
    product = next(f for f in (folder / "products").iterdir() if "code: class-2\n" in f.read_text())
    product.write_text(product.read_text().replace("per_person: 5 ", "per_person: 1 "))
    return folder


def say(text):
    """A line in one piece: two banks are tried at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def review(bank, stop):
    """A teller who opens what comes up for review, while the journeys run."""
    teller = Client(bank.port).staff("yc.teller1")
    while not stop.wait(1.0):
        for task in teller("GET", "/v1/staff/tasks?state=open")[1].get("items", []):
            if task["name"]["en"] != "Account-opening review":
                continue
            teller("POST", f"/v1/staff/tasks/{task['id']}/claim")
            status, detail = teller("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "open"})
            say(("ok" if status == 200 else "not ok") + f" the teller reviews a case ({detail.get('reason', 'opened')})")


def run(name, *command, timeout=600):
    """Prints the program's lines as they come; a bad end without a failed case is one."""
    began = time.monotonic()
    process = subprocess.Popen(["node", *command], cwd=ROOT, env=ENV, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
    late = threading.Timer(timeout, process.kill)
    late.start()
    errors = []
    reader = threading.Thread(target=lambda: errors.append(process.stderr.read()))
    reader.start()
    for line in process.stdout:
        say(line.rstrip("\n"))
    status = process.wait()
    late.cancel()
    reader.join()
    if status != 0:
        say("    " + errors[0][-2000:].replace("\n", "\n    "))
    say(("ok " if status == 0 else "not ok ") + f"{name} ({time.monotonic() - began:.0f} s)")
    return status == 0


def journey(base, identity, *more):
    phone, folder, account = identity
    return ["tests/browser/journey-customer.mjs", base, "--identity", folder, "--phone", phone, "--bound-account", account, *more]


def customer(parts):
    folder = bank_folder()
    bank = Bank(folder=folder)
    bank.start()
    base = f"http://localhost:{bank.port}"
    stop = threading.Event()
    teller = threading.Thread(target=review, args=(bank, stop))
    teller.start()
    try:
        if "journey" in parts:
            run("the journey", *journey(base, IDENTITY_1, "--pictures", str(PICTURES / "journey")))
        if "elder" in parts:
            run("the journey in elder mode and English",
                *journey(base, IDENTITY_2, "--elder", "--english", "--short", "--pictures", str(PICTURES / "journey-elder-en")))
        if "bad" in parts:
            has_class = ["--has-class", ":".join(IDENTITY_1)] if "journey" in parts else []
            run("the bad cases", "tests/browser/bad-cases.mjs", base, *has_class, "--pictures", str(PICTURES / "bad-cases"))
    finally:
        stop.set()
        teller.join()
    status = bank.stop()
    say(("ok" if status == 0 else "not ok") + " it ends cleanly when asked")
    status, report = bank.check()
    say(("ok" if status == 0 else "not ok") + " check finds all in order")
    if status:
        say(report)
    bank.remove()
    shutil.rmtree(folder.parent, ignore_errors=True)


def demonstration():
    """What `./yungui demo` shows, on PostgreSQL: on a server of its own, where the whole run is not on one."""
    server = None if os.environ.get("YUNGUI_TEST_DATABASE") else postgres.Server(durable=False)
    bank = Bank(database=postgres.new_database(server.url()) if server else None)
    bank.start()
    run("the demonstration", "tests/browser/demo.mjs", f"http://localhost:{bank.port}", "--pictures", str(PICTURES / "demo"))
    bank.stop()
    status, report = bank.check()
    say(("ok" if status == 0 else "not ok") + " check finds all in order on PostgreSQL")
    if status:
        say(report)
    bank.remove()
    if server:
        server.remove()


def work_day_and_night(folder, institution):
    """What is done in business hours only is done at whatever time this runs."""
    facts = folder / f"institutions/{institution}.yaml"
    text = facts.read_text()
    assert '{from: "09:00", to: "17:00"}' in text and "calendar: cn-holidays" in text, f"{facts} has other hours"
    facts.write_text(text.replace('{from: "09:00", to: "17:00"}', '{from: "00:00", to: "24:00"}').replace("calendar: cn-holidays", "calendar: every-day"))
    (folder / "calendars/every-day.yaml").write_text("code: every-day\nweekend: []\nyears: []\n")


def workbench():
    """The staff's side and every page's accessibility, on a bank in which qingxi works day and night: a deadline passes there at
    whatever time this runs."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-bank-"))
    shutil.copytree(ROOT / "banks/demo", folder, dirs_exist_ok=True)
    work_day_and_night(folder, "qingxi")
    bank = Bank(folder=folder)
    bank.start()
    base = f"http://localhost:{bank.port}"
    run("the workbench", "tests/browser/workbench.mjs", base, "--data", str(bank.data), "--database", bank.database or "", "--bank", str(folder),
        "--pictures", str(PICTURES / "workbench"))
    run("bills and vouchers", "tests/browser/bills.mjs", base, *ELDER_ENGLISH, "--pictures", str(PICTURES / "bills"))
    run("campaigns", "tests/browser/campaigns.mjs", base, "--pictures", str(PICTURES / "campaigns"))
    run("bad input of payments", "tests/browser/bad-payments.mjs", base, *ELDER_ENGLISH, "--pictures", str(PICTURES / "bad-payments"))
    run("payments", "tests/browser/payments.mjs", base, "--data", str(bank.data), "--database", bank.database or "", "--pictures", str(PICTURES / "payments"))
    run("credit cards and wallets", "tests/browser/money.mjs", base, *ELDER_ENGLISH, "--pictures", str(PICTURES / "money"))
    run("incidents", "tests/browser/incidents.mjs", base, "--pictures", str(PICTURES / "incidents"))
    run("services", "tests/browser/services.mjs", base, "--pictures", str(PICTURES / "services"))
    run("the books", "tests/browser/books.mjs", base, "--pictures", str(PICTURES / "books"))
    run("every page is accessible", "tests/browser/axe.mjs", base)
    bank.stop()
    bank.remove()
    shutil.rmtree(folder)


def the_other_ways():
    """What `workbench` walks in Chinese, in English, and the other way round; customers' ways in elder mode where they were not."""
    bank = Bank()
    bank.start()
    base = f"http://localhost:{bank.port}"
    for name, *more in (("bills",), ("campaigns", "--english"), ("bad-payments",), ("payments", *ELDER_ENGLISH, "--data", str(bank.data), "--database", bank.database or ""),
                        ("money",), ("incidents", "--english"), ("services", "--english"), ("books", "--english")):
        run(f"{name} the other way", f"tests/browser/{name}.mjs", base, *more, "--pictures", str(PICTURES / f"{name}-other"))
    bank.stop()
    bank.remove()


def main():
    known = ["journey", "elder", "bad", "demo", "services", "workbench"]
    parts = [word for word in sys.argv[1:] if word != "--soak"] or known  # A soak walks all in both languages.
    if unknown := set(parts) - set(known):
        sys.exit(f"there is no part {sorted(unknown)[0]}; there are {', '.join(known)}")
    customers = threading.Thread(target=try_customers, args=(parts,))
    customers.start()
    if "workbench" in parts:
        said("the workbench", workbench)
        if "--soak" in sys.argv[1:]:
            said("the other ways", the_other_ways)
    customers.join()


def try_customers(parts):
    if set(parts) - {"demo", "services", "workbench"}:
        said("the journeys", customer, parts)
    if "demo" in parts:
        said("the demonstration", demonstration)
    if "services" in parts:
        said("every service", services)
        if "--soak" in sys.argv[1:]:
            said("every service in the other language", services, "--swap")


def services(*more):
    """Every service of the folder to its end, on a bank whose partners are asked again every second, which gives out numbers at night and sees
    every second which accounts sleep."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-bank-"))
    shutil.copytree(ROOT / "banks/demo", folder, dirs_exist_ok=True)
    work_day_and_night(folder, "yunchuan")
    for code, wait in (("housing-fund", "follow_every"), ("card-replacement", "track_every")):
        manifest = folder / "services" / code / "service.yaml"
        manifest.write_text(re.sub(rf"{wait}: PT\d+S", f"{wait}: PT1S", manifest.read_text()))
    facts = folder / "bank.yaml"
    facts.write_text(re.sub(r"look_every_seconds: \d+", "look_every_seconds: 1", facts.read_text()))
    bank = Bank(folder=folder)
    bank.start()
    run("every service to its end", "tests/browser/each-service.mjs", f"http://localhost:{bank.port}", "--sandbox", str(bank.sandbox_port),
        "--data", str(bank.data), "--database", bank.database or "", "--bank", str(folder), "--pictures", str(PICTURES / "each-service"),
        *more)
    bank.stop()
    status, report = bank.check()
    say(("ok" if status == 0 else "not ok") + " check finds all in order after every service")
    if status:
        say(report)
    bank.remove()
    shutil.rmtree(folder)


def said(name, part, *arguments):
    """A part that breaks is a failed case; the other goes on."""
    try:
        part(*arguments)
    except Exception:
        say("    " + traceback.format_exc().replace("\n", "\n    "))
        say(f"not ok {name} broke off")


if __name__ == "__main__":
    main()
