#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bank on three PostgreSQL nodes under Patroni and etcd, each in a network namespace of its own, while people pay. The primary
is stopped by SIGKILL, by SIGSTOP and by a cut network, in turn: nothing that was answered is lost, and payments go on in under 15 s.

    python3 tests/postgres/failover.py [ROUNDS] [--soak]      as root; 20 rounds without a number, about 12 minutes

Needs Debian's patroni, etcd-server and python3-etcd beside postgresql-15. Commands and configuration are those of docs/operating.md, with
the addresses and folders of the test.
"""
import json
import os
import pathlib
import pwd
import re
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from faults.payments import PAYEE, Payers  # noqa: E402
from lib.bank import ROOT, Bank, Client  # noqa: E402

NET = "10.99.77"
BRIDGE = f"yg{os.getpid()}"
ACCOUNT = pwd.getpwnam("postgres")
MANUAL = (ROOT / "docs/operating.md").read_text()


def manual(begin):
    """The block of the manual that begins with `begin`, without its indentation."""
    block = re.search(rf"^    {re.escape(begin)}.*\n(?:    .*\n)*", MANUAL, re.M)
    assert block, f"docs/operating.md has no block that begins with {begin}"
    return re.sub(r"^    ", "", block[0], flags=re.M).replace("10.0.0.", f"{NET}.")


def words_of(begin):
    """A command of the manual, as words."""
    return shlex.split(manual(begin).replace("\\\n", " "))


def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)


class Node:
    def __init__(self, number, folder):
        self.name, self.ip = "abc"[number - 1], f"{NET}.{10 + number}"
        self.space, self.link = f"{BRIDGE}-{self.name}", f"{BRIDGE}v{number}"
        self.folder = folder / self.name
        self.folder.mkdir()
        os.chown(self.folder, ACCOUNT.pw_uid, ACCOUNT.pw_gid)
        self.etcd = self.patroni = None
        ip("netns", "add", self.space)
        ip("link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        ip("link", "set", self.link, "master", BRIDGE, "up")
        for words in (["link", "set", "lo", "up"], ["addr", "add", f"{self.ip}/24", "dev", "eth0"], ["link", "set", "eth0", "up"]):
            ip("-n", self.space, *words)

    def run(self, what, *words):
        with (self.folder / f"{what}.log").open("a") as log:
            return subprocess.Popen(["ip", "netns", "exec", self.space, "setpriv", f"--reuid={ACCOUNT.pw_uid}", f"--regid={ACCOUNT.pw_gid}",
                                     "--clear-groups", *map(str, words)], cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                    start_new_session=True, env={"PATH": "/usr/bin:/bin", "ETCD_UNSUPPORTED_ARCH": "", "LC_ALL": "C.UTF-8"})

    def own(self, text):
        """What the manual says for node a, for this one; the list of all nodes stays."""
        text = text.replace("/var/lib/postgresql/bank", str(self.folder)).replace("name: a\n", f"name: {self.name}\n")
        return re.sub(rf'(?<!a=http://)(?<!\[")({re.escape(NET)})\.11(?=:)', rf"\1.{self.ip.rsplit('.', 1)[1]}", text)

    def start_etcd(self):
        words = [self.own(word) for word in words_of("etcd --name a ")]
        words[words.index("--name") + 1] = self.name
        self.etcd = self.run("etcd", *words)

    def start_patroni(self):
        (self.folder / "patroni.yaml").write_text(self.own(manual("scope: bank")))
        self.patroni = self.run("patroni", *(self.own(word) for word in words_of("patroni /")))

    def processes(self, of_postgres=False):
        """Patroni's and PostgreSQL's in this namespace; etcd runs on, as it would on a machine of its own."""
        found = []
        for pid in ip("netns", "pids", self.space).stdout.split():
            try:
                name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
            except OSError:
                continue
            if name.startswith("postgres") or (not of_postgres and name.startswith("patroni")):
                found.append(int(pid))
        return found

    def signal(self, what, of_postgres=False):
        for pid in self.processes(of_postgres):
            try:
                os.kill(pid, what)
            except ProcessLookupError:
                pass

    def remove(self):
        for pid in ip("netns", "pids", self.space, check=False).stdout.split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        ip("netns", "del", self.space, check=False)


class Cluster:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-failover-"))
        self.folder.chmod(0o755)
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        self.nodes = []
        for number in (1, 2, 3):
            self.nodes.append(Node(number, self.folder))
        for node in self.nodes:
            node.start_etcd()
        time.sleep(2)
        for node in self.nodes:
            node.start_patroni()
            if node is self.nodes[0]:
                self.wait(lambda: self.primary() is not None, 60)
        self.wait_until_whole()

    def members(self):
        for node in self.nodes:
            try:
                with urllib.request.urlopen(f"http://{node.ip}:8008/cluster", timeout=1) as answer:
                    return json.load(answer)["members"]
            except (OSError, ValueError):
                continue
        return []

    def primary(self):
        for member in self.members():
            if member["role"] == "leader" and member["state"] == "running":
                return next(node for node in self.nodes if node.name == member["name"])
        return None

    @staticmethod
    def wait(true, seconds):
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                raise RuntimeError("the cluster did not come to rest")
            time.sleep(0.2)

    def is_whole(self):
        members = self.members()
        return (len(members) == 3 and sum(m["role"] == "leader" for m in members) == 1 and sum(m["role"] == "sync_standby" for m in members) == 1
                and all(m["state"] in ("running", "streaming") for m in members) and len({m.get("timeline") for m in members}) == 1)

    def wait_until_whole(self):
        self.wait(self.is_whole, 90)

    def remove(self):
        for node in self.nodes:
            node.remove()
        ip("link", "del", BRIDGE, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def break_(how, node):
    if how == "SIGKILL":
        node.signal(signal.SIGKILL, of_postgres=True)
    elif how == "SIGSTOP":
        node.signal(signal.SIGSTOP)
    else:
        ip("link", "set", node.link, "down")


def mend(how, node):
    if how == "SIGSTOP":
        node.signal(signal.SIGCONT)
    elif how == "cut network":
        ip("link", "set", node.link, "up")


def one_round(cluster, payers, how):
    """How many seconds no payment was answered."""
    stop = threading.Event()
    threads = [threading.Thread(target=work, args=(stop,)) for work in payers.works()]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    node = cluster.primary()
    broken = time.monotonic()
    break_(how, node)
    time.sleep(0.3)  # What was on its way.
    before = len(payers.answered)
    while len(payers.answered) == before and time.monotonic() - broken < 60:
        time.sleep(0.02)
    took = time.monotonic() - broken
    time.sleep(1)
    mend(how, node)
    time.sleep(1)  # The old one wakes up under load.
    stop.set()
    for thread in threads:
        thread.join()
    cluster.wait_until_whole()
    return took


def main():
    rounds = next((int(word) for word in sys.argv[1:] if word.isdigit()), 20)
    cluster, bank = Cluster(), None
    try:
        subprocess.run(words_of('psql "postgresql://postgres:'), check=True, capture_output=True)
        bank = Bank(database=words_of("./yungui run --data data --database \"postgresql://yungui:secret-of-the-bank@10.0.0.11")[-1])
        bank.start(120)
        Client.patience = 60
        payers, payee = Payers(bank), Client(bank.port).sign_in(PAYEE)
        before, paid, waits, lost, doubled = payers.balance(payee), set(), {}, 0, 0
        for number in range(rounds):
            how = ["SIGKILL", "SIGSTOP", "cut network"][number % 3]
            took = one_round(cluster, payers, how)
            waits.setdefault(how, []).append(took)
            gone, twice, ids = payers.check()
            lost, doubled, paid = lost + gone, doubled + twice, paid | ids
            print(f"    {number + 1}: {how}: back after {took:.1f} s, {len(ids)} payments, {gone} lost", flush=True)
        moved = round(payers.balance(payee) - before)
        every = [took for waited in waits.values() for took in waited]
        print("    " + "; ".join(f"{how}: median {statistics.median(took):.1f} s, longest {max(took):.1f} s" for how, took in waits.items()))
        print(("ok" if not lost and not doubled else "not ok") + f" nothing answered is lost or answers otherwise ({lost}, {doubled} of {len(paid)})")
        print(("ok" if moved == len(paid) else "not ok") + f" nothing is done twice or half ({moved} yuan moved, {len(paid)} payments)")
        print(("ok" if max(every) < 15 else "not ok") + f" payments go on in under 15 s ({max(every):.1f} s at most)")
        print(("ok" if bank.stop() == 0 else "not ok") + " the bank ends cleanly when asked")
        status, report = bank.check()
        print(("ok" if status == 0 else "not ok") + " check finds ledger and audit trail in order")
        if status:
            print(report)
    finally:
        if bank is not None:
            bank.end()
            bank.remove()
        cluster.remove()


main()
