# SPDX-License-Identifier: Apache-2.0
"""`bench open`: whole account openings through the API, without the vision steps and the phone's code."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from lib.bank import Client, PASSWORD, free_port  # noqa: E402

TOOL = ROOT / "build/release/yungui-bench"
OPENINGS = 200
AT_ONCE = 16
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
VERSION = "2026-11"  # Of the texts agreed to.


def card_of(number):
    """A made-up person of the region 330999, which no place has."""
    born = f"19{60 + number % 40:02}-{1 + number % 12:02}-{1 + number % 28:02}"
    digits = "330999" + born.replace("-", "") + f"{(500 + number) % 1000:03}"
    check = "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS)) % 11]
    stems = "甲乙丙丁戊己庚辛壬癸"
    return {"name": "测" + stems[number // 100 % 10] + stems[number // 10 % 10] + stems[number % 10], "number": digits + check,
            "birth_date": born, "address": "云岭省云川市白塔区云柜路7号", "issuer": "云川市公安局", "valid_from": "2020-01-01",
            "valid_until": "2040-01-01"}


def account_of(number):
    """A number at the sandbox's other bank, with its Luhn digit."""
    digits = "9988" + f"{900_000_000_000 + number:014}"
    total = sum(d if i % 2 else d * 2 - 9 * (d > 4) for i, d in enumerate(int(c) for c in reversed(digits)))
    return digits + str(-total % 10)


def bank_folder(folder):
    """The demo bank, whose sandbox partners know these people too."""
    shutil.copytree(ROOT / "banks/demo", folder)
    with (folder / "sandbox/police.yaml").open("a") as police, (folder / "sandbox/bank.yaml").open("a") as other:
        for i in range(OPENINGS):
            card = card_of(i)
            police.write(f'  - {{number: "{card["number"]}", name: {card["name"]}}}\n')
            other.write(f'  - {{number: "{account_of(i)}", class: 1, name: {card["name"]}, id_number: "{card["number"]}", '
                        f'phone: "{16500000000 + i}", balance: "100.00"}}\n')


class OpenBank:
    def __init__(self, folder, port):
        words = [TOOL, "open-bank", folder / "data", folder / "bank", port, OPENINGS]
        self.process = subprocess.Popen([str(w) for w in words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "YUNGUI_HOME": str(ROOT)}, start_new_session=True)
        self.visitors, self.one_at_a_time = [], threading.Lock()
        while (line := self.process.stdout.readline().split()) and line[0] != "listening":
            if line[0] == "visitor":
                self.visitors.append(line[1:])
        if len(self.visitors) != OPENINGS:
            sys.exit("the bank did not start")

    def evidence(self, case, card):
        with self.one_at_a_time:
            self.process.stdin.write(f"evidence {case} {json.dumps(card)}\n")
            self.process.stdin.flush()
            return self.process.stdout.readline().split()[2:]

    def stop(self):
        self.process.stdin.close()
        return self.process.wait(timeout=60)


class Opening:
    """One visitor's way from the first page to an open account."""

    def __init__(self, bank, port, number):
        self.bank, self.number = bank, number
        self.client = Client(port)
        token, self.client.csrf = bank.visitors[number]
        self.client.cookies["yungui_session"] = token

    def ask(self, method, path, body=None):
        status, answer = self.client(method, path, body)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def submit(self, step, data):
        return self.ask("POST", f"/v1/cases/{self.case}/steps/{step}", {"data": data})

    def until(self, step):
        """A partner answers in its own time; the page is told over its socket, here it looks."""
        for _ in range(600):
            case = self.ask("GET", f"/v1/cases/{self.case}")
            if case.get("step", {}).get("code") == step:
                return
            if case["state"] in ("refused", "cancelled"):
                break
            time.sleep(0.05)
        raise RuntimeError(f"case {self.case} does not come to {step}: {case['state']}")

    def run(self):
        began = time.monotonic()
        card = card_of(self.number)
        self.case = self.ask("POST", "/v1/cases", {"service": "account-opening"})["id"]
        self.submit("consent", {"agreement_privacy": VERSION, "agreement_face": VERSION})
        front, back, liveness = self.bank.evidence(self.case, card)
        self.submit("id-card", {**card, "front": front, "back": back})
        self.submit("face", {"liveness": liveness})
        self.until("details")
        self.submit("details", {"class": "2", "bound_bank": "他行（沙箱）", "bound_account": account_of(self.number),
                                "bound_phone": str(16500000000 + self.number), "occupation": "office", "address": card["address"],
                                "purpose": "daily", "tax_residence": "china", "agreement_account": VERSION})
        self.until("password")
        self.ask("PUT", "/v1/me/password", {"password": PASSWORD})
        self.submit("password", {})
        case = self.submit("passkey", {"added": False})
        if case["state"] != "done":
            raise RuntimeError(f"case {self.case} ends {case['state']}")
        return time.monotonic() - began


def open_accounts():
    folder = ROOT / "build/bench/open"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    bank_folder(folder / "bank")
    port = free_port()
    bank = OpenBank(folder, port)
    print(f"  {OPENINGS} openings, {AT_ONCE} at a time", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            took = sorted(pool.map(lambda i: Opening(bank, port, i).run(), range(OPENINGS)))
    except RuntimeError as failure:
        bank.stop()
        sys.exit(f"an opening failed: {failure}")
    seconds = time.monotonic() - began
    if bank.stop():
        sys.exit("the bank did not end cleanly")
    check = subprocess.run([str(ROOT / "build/release/yungui"), "check", "--data", str(folder / "data")], cwd=ROOT, capture_output=True,
                           text=True, env={**os.environ, "YUNGUI_HOME": str(ROOT)})
    if check.returncode:
        sys.exit("after the run the bank is not in order:\n" + check.stdout)
    shutil.rmtree(folder)
    return {"per_second": OPENINGS / seconds, "openings": OPENINGS, "at_once": AT_ONCE, "p50_s": took[len(took) // 2],
            "max_s": took[-1]}
