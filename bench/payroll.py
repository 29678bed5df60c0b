# SPDX-License-Identifier: Apache-2.0
"""`bench payroll`: 100,000 lines to 100,000 accounts, uploaded, checked and approved over HTTP, while one customer goes on paying."""
import contextlib
import itertools
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from lib.bank import PROGRAM, Bank, Client  # noqa: E402

TOOL = PROGRAM.parent / "yungui-bench"
FOLDER = ROOT / "build/bench"
LINES = 100_000
INSTITUTION = "lanwan"  # Where yungui-bench seeds: the first of the folder.
PAYMENTS_BEFORE = 200
MESSAGES_PATIENCE = 600


def say(text):
    print("  " + text, file=sys.stderr, flush=True)


def seeded():
    """A data folder with the payees."""
    data = FOLDER / "payroll"
    shutil.rmtree(data, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    say(f"making {LINES:,} customers with an account each")
    if subprocess.run([str(TOOL), "seed", str(data), str(LINES), str(LINES)], cwd=ROOT, stderr=subprocess.DEVNULL).returncode:
        sys.exit("yungui-bench seed failed")
    return data


def roster(data):
    rows = ["账号,姓名,金额,备注"]
    for line in (data / "people.tsv").read_text().splitlines():
        _, _, _, number, name = line.split("\t")
        rows.append(f"{number},{name},5.00,11月工资")
    return ("\n".join(rows) + "\n").encode()


class OtherCustomer:
    """Pays one yuan after another, each with its proof, and notes how long the payment took."""

    def __init__(self, bank):
        self.client = Client(bank.port).sign_in("16400000035", INSTITUTION)
        self.account = self.client("GET", "/v1/accounts")[1]["items"][0]["id"]
        self.keys, self.took, self.stopped = itertools.count(1), [], threading.Event()

    def pay(self):
        order = {"from": self.account, "to": {"phone": "16400000036"}, "amount": {"amount": "1.00", "currency": "CNY"}}
        proof = self.client("POST", "/v1/proofs", {"transfer": order})[1]
        given = self.client("POST", f"/v1/proofs/{proof['id']}", {"password": "Yungui-2026"})[1]
        began = time.monotonic()
        status, answer = self.client("POST", "/v1/transfers", {"transfer": order, "proof": given["token"]}, {"Idempotency-Key": f"payroll-{next(self.keys)}"})
        if status != 201:
            sys.exit(f"a payment beside the payroll was not made: {answer}")
        self.took.append((time.monotonic() - began) * 1000)

    def go_on(self):
        while not self.stopped.is_set():
            self.pay()

    def p99(self):
        """Of what was paid since it was asked last."""
        took, self.took = sorted(self.took), []
        return took[int(len(took) * 0.99)] if took else 0.0


def state_of(client, batch, *wanted, every=0.2, patience=300):
    deadline, one = time.monotonic() + patience, None
    while time.monotonic() < deadline:
        status, one = client("GET", f"/v1/staff/batches/{batch}")
        if status == 200 and one["state"] in wanted:
            return one
        time.sleep(every)
    sys.exit(f"the batch does not come to {wanted}: {one}")


def count(data, query):
    with contextlib.closing(sqlite3.connect(f"file:{data}/{INSTITUTION}.db?mode=ro", uri=True)) as book:
        return book.execute(query).fetchone()[0]


def instant(text):
    """Seconds of an RFC 3339 time of today."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    hours, minutes, seconds = whole.split("T")[1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float("0." + (fraction or "0"))


def payroll():
    data = seeded()
    file = roster(data)
    bank = Bank(data=data)
    bank.start(120)
    maker, checker = Client(bank.port).staff("lw.teller1"), Client(bank.port).staff("lw.manager")
    payer = maker("GET", "/v1/staff/batch-payers")[1]["items"][0]["account"]
    other = OtherCustomer(bank)
    for _ in range(PAYMENTS_BEFORE):
        other.pay()
    alone = other.p99()
    say(f"uploading {len(file) / 1e6:.1f} MB")
    began = time.monotonic()
    status, batch = maker("POST", f"/v1/staff/batches?payer={payer}&on_bad_line=go_on", file, {"Idempotency-Key": "bench-payroll"}, media="text/csv")
    if status != 201:
        sys.exit(f"the file was not taken: {batch}")
    uploaded = time.monotonic() - began
    batch = state_of(maker, batch["id"], "checked")
    checked = time.monotonic() - began
    if batch["ready"]["lines"] != LINES:
        sys.exit(f"lines are refused: {batch['reasons']}")
    maker("POST", f"/v1/staff/batches/{batch['id']}/submit")
    say("approved; paying, and another customer beside it")
    payer_thread = threading.Thread(target=other.go_on)
    payer_thread.start()
    approved = time.monotonic()
    status, answer = checker("POST", f"/v1/staff/batches/{batch['id']}/approve")
    if status != 200:
        sys.exit(f"the batch was not approved: {answer}")
    batch = state_of(checker, batch["id"], "done", "stopped")
    other.stopped.set()
    payer_thread.join()
    beside, payments = len(other.took), other.p99()
    if batch["paid"] != {"lines": LINES, "amount": f"{LINES * 5}.00"}:
        sys.exit(f"not all was paid: {batch}")
    seconds = instant(batch["ended_at"]) - instant(batch["approved_at"])
    say("all is paid; counting messages")
    messages = 0
    while messages < LINES and time.monotonic() - approved < MESSAGES_PATIENCE:
        time.sleep(1)
        messages = count(data, "select count(*) from message where code = 'payment.wages'")
    told = time.monotonic() - approved
    if bank.stop():
        sys.exit("the bank did not end cleanly")
    status, report = bank.check()
    if status:
        sys.exit("after the run the bank is not in order:\n" + report)
    bank.remove()
    return {"seconds": seconds, "lines_per_second": LINES / seconds, "upload_seconds": uploaded, "checked_seconds": checked,
            "messages": messages, "messages_seconds": told, "single_payments_beside": beside, "single_p99_ms": payments, "single_p99_alone_ms": alone}

