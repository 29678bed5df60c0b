#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The journey in a real Chromium against the real bank: opening, review by a teller where the table asks for one, payments; then
every page of the customer against axe. One `ok` line a step."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.bank import Bank, Client, ROOT  # noqa: E402

NODE = ROOT / ".cache/node/bin"
ENV = {**os.environ, "PATH": f"{NODE}:{os.environ['PATH']}"} if NODE.is_dir() else dict(os.environ)
PICTURES = ROOT / "build/test/pictures"


def review(bank, stop):
    """A teller who opens what comes up for review, while the journey runs."""
    teller = Client(bank.port).staff("yc.teller1")
    while not stop.wait(1.0):
        for task in teller("GET", "/v1/staff/tasks?state=open")[1].get("items", []):
            teller("POST", f"/v1/staff/tasks/{task['id']}/claim")
            status, detail = teller("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "open"})
            print(("ok" if status == 200 else "not ok") + f" the teller reviews a case ({detail.get('reason', 'opened')})", flush=True)


def run(name, *command, timeout=900):
    """Prints the program's lines as they are; a bad end without a failed case is one."""
    began = time.monotonic()
    result = subprocess.run(["node", *command], cwd=ROOT, env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            timeout=timeout)
    print(result.stdout, end="")
    if result.returncode != 0:
        print(result.stderr[-3000:])
    print(("ok " if result.returncode == 0 else "not ok ") + f"{name} ({time.monotonic() - began:.0f} s)", flush=True)


def main():
    bank = Bank()
    bank.start()
    base = f"http://localhost:{bank.port}"
    stop = threading.Event()
    teller = threading.Thread(target=review, args=(bank, stop))
    teller.start()
    try:
        run("the journey", "tests/browser/journey-customer.mjs", base, "--identity", "01", "--phone", "16400002001",
            "--bound-account", "9988000000000002011", "--review-seconds", "60", "--pay-as", "16400000003:Yungui-2026",
            "--amounts", "12.50,800", "--pictures", str(PICTURES / "journey"))
    finally:
        stop.set()
        teller.join()
    status = bank.stop()
    print(("ok" if status == 0 else "not ok") + " it ends cleanly when asked")
    status, report = bank.check()
    print(("ok" if status == 0 else "not ok") + " check finds all in order")
    if status:
        print(report)
    bank.remove()


def workbench():
    """The staff's side and every page's accessibility, on a bank in which qingxi works day and night: a deadline passes there at
    whatever time this runs."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-bank-"))
    shutil.copytree(ROOT / "banks/demo", folder, dirs_exist_ok=True)
    facts = folder / "institutions/qingxi.yaml"
    facts.write_text(facts.read_text().replace('{from: "09:00", to: "17:00"}', '{from: "00:00", to: "24:00"}')
                     .replace("calendar: cn-holidays", "calendar: every-day"))
    (folder / "calendars/every-day.yaml").write_text("code: every-day\nweekend: []\nyears: []\n")
    bank = Bank(folder=folder)
    bank.start()
    base = f"http://localhost:{bank.port}"
    run("the workbench", "tests/browser/workbench.mjs", base, "--data", str(bank.data), "--bank", str(folder),
        "--pictures", str(PICTURES / "workbench"))
    run("every page is accessible", "tests/browser/axe.mjs", base)
    bank.stop()
    bank.remove()
    shutil.rmtree(folder)


main()
workbench()
