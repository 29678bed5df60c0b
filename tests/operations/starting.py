# SPDX-License-Identifier: Apache-2.0
"""How the bank starts and ends: quickly, at any address, with TLS, anew, and not at all where something is wrong."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

from lib.bank import PASSWORD, PROGRAM, ROOT, Bank, Client, free_port

MOST_SECONDS = 3  # From the second start on.


def own_address():
    """An address of this machine on a network, or another of its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # Sends nothing.
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.2"


class Started:
    """`yungui run` with words of its own and its banner kept."""

    def __init__(self, *words):
        self.port = free_port()
        self.process = subprocess.Popen([str(w) for w in (PROGRAM, "run", "--port", self.port, "--sandbox-port", free_port(), *words)], cwd=ROOT,
                                        env={**os.environ, "YUNGUI_HOME": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        start_new_session=True)
        self.banner = ""
        for line in self.process.stdout:
            self.banner += line
            if "Ctrl-C" in line:
                break

    def end(self, by=signal.SIGINT):
        """Its exit status, what it said last, what it complained of."""
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


def asked(host, port, context, path="/healthz", method="GET", body=None):
    """Status, header and JSON over TLS, where the certificate is trusted for `host`."""
    line = http.client.HTTPSConnection(host, port, context=context, timeout=20)
    line.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"} if body else {})
    answer = line.getresponse()
    text = answer.read()
    line.close()
    return answer.status, answer, json.loads(text) if "json" in answer.getheader("Content-Type", "") else {}


def ends_and_starts(check, folder):
    data = folder / "data"
    bank = Started("--data", data)
    check("the banner names the pages, the sign-ins and how to end it",
          all(word in bank.banner for word in (f"http://localhost:{bank.port}/", "/staff", "/handset", "16400000001", "Yungui-2026", "yc.", "Ctrl-C")), bank.banner)
    other = subprocess.run([PROGRAM, "run", "--port", str(bank.port), "--data", folder / "other", "--no-sandbox"], env={**os.environ, "YUNGUI_HOME": str(ROOT)},
                           capture_output=True, text=True, timeout=60)
    check("a port that is taken is told in a line", other.returncode == 1 and str(bank.port) in other.stderr and other.stderr.count("\n") == 1, other.stderr)
    status, out, err = bank.end(signal.SIGINT)
    check("Ctrl-C ends it cleanly", status == 0 and "Ending" in out and err == "", f"{status} {out} {err}")
    times = []
    for _ in range(3):
        again = Bank(data=data)
        times.append(again.start())
        again.stop()
    check(f"started again it is up in {MOST_SECONDS} s", min(times) <= MOST_SECONDS, times)
    status, report = again.check()
    check("check finds it in order", status == 0, report)


def anew(check, folder):
    data = folder / "anew"
    bank = Bank(data=data)
    bank.start()
    payer = Client(bank.port).sign_in("16400000001")
    account = payer("GET", "/v1/accounts")[1]["items"][0]
    payer.pay({"from": account["id"], "to": {"phone": "16400000002"}, "amount": {"amount": "1.00", "currency": "CNY"}}, "before-the-reset")
    bank.stop()
    bank.words = ["--reset"]
    bank.start()
    fresh = Client(bank.port).sign_in("16400000001")("GET", "/v1/accounts")[1]["items"][0]
    check("--reset forgets all data", fresh["balance"] == account["balance"], fresh)
    bank.stop()

    precious = folder / "precious"
    precious.mkdir()
    (precious / "letter.txt").write_text("dear")
    run = subprocess.run([PROGRAM, "run", "--reset", "--data", precious, "--port", "0"], env={**os.environ, "YUNGUI_HOME": str(ROOT)}, capture_output=True, text=True,
                         timeout=60)
    check("--reset leaves a folder alone that is no bank's data", run.returncode == 1 and "left alone" in run.stderr and run.stderr.count("\n") == 1
          and (precious / "letter.txt").read_text() == "dear", run.stderr)


def over_tls(check, folder):
    data, address = folder / "tls", own_address()
    bank = Started("--data", data, "--listen", address, "--tls")
    check("with --tls the banner names the address and what a phone has to trust",
          f"https://{address}:{bank.port}/" in bank.banner and "tls-authority.pem" in bank.banner, bank.banner)
    trusting = ssl.create_default_context(cafile=data / "tls-authority.pem")
    check("it serves that address under a certificate that its authority signed", asked(address, bank.port, trusting)[0] == 200)
    status, answer, _ = asked(address, bank.port, trusting, "/v1/sessions/password", "POST",
                              {"institution": "yunchuan", "phone": "16400000001", "password": PASSWORD})
    check("people sign in over it, and the cookie is for TLS alone", status == 201 and "Secure" in answer.getheader("Set-Cookie"), status)
    phone = "16400000777"
    asked(address, bank.port, trusting, "/v1/codes", "POST", {"institution": "yunchuan", "phone": phone})
    deadline, texts = time.monotonic() + 20, []
    while time.monotonic() < deadline and not texts:
        time.sleep(0.2)
        texts = asked(address, bank.port, trusting, f"/v1/demo/handset?phone={phone}")[2].get("messages", [])
    check("the sandbox partners reach it there: a code arrives", bool(texts))
    modes = {name: (data / name).stat().st_mode & 0o777 for name in ("tls-authority-key.pem", "tls-key.pem")}
    check("its keys are for their owner alone", set(modes.values()) == {0o600}, modes)
    bank.end()

    authority = (data / "tls-authority.pem").read_text()
    bank = Started("--data", data, "--listen", "127.0.0.1", "--tls", "--rp-id", "bank.example")
    bank_certificate = (data / "tls-certificate.pem").read_text()
    check("at another name the authority stays and the certificate is a new one", (data / "tls-authority.pem").read_text() == authority)
    line = trusting.wrap_socket(socket.create_connection(("127.0.0.1", bank.port), timeout=20), server_hostname="bank.example")
    check("which is good for that name", line.getpeercert() is not None)
    line.close()
    bank.end()

    bank = Started("--data", data, "--listen", "0.0.0.0", "--tls")
    check("at every address the banner and the certificate name this machine's own", address == "127.0.0.2" or
          f"https://{address}:{bank.port}/" in bank.banner and asked(address, bank.port, trusting)[0] == 200, bank.banner)
    bank.end()

    alone = bank_certificate[:bank_certificate.index("-----END CERTIFICATE-----") + 26]
    (data / "tls-certificate.pem").write_text(alone)
    (data / "tls-key.pem").write_text("none")
    run = subprocess.run([PROGRAM, "run", "--data", data, "--port", "0", "--tls"], env={**os.environ, "YUNGUI_HOME": str(ROOT)}, capture_output=True, text=True, timeout=60)
    check("somebody else's certificate is left as it is, and one that does not fit its key is told in a line",
          run.returncode == 1 and run.stderr.count("\n") == 1 and (data / "tls-certificate.pem").read_text() == alone, run.stderr)


def starting(check):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-starting-"))
    try:
        ends_and_starts(check, folder)
        anew(check, folder)
        over_tls(check, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
