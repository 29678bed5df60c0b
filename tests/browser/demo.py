#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./yungui demo`: the whole journey in a real browser against a bank of its own, with a picture of each step in build/demo, and a
summary with times."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.bank import Bank, ROOT  # noqa: E402

NODE = ROOT / ".cache/node/bin"
ENV = {**os.environ, "PATH": f"{NODE}:{os.environ['PATH']}"} if NODE.is_dir() else dict(os.environ)
FOLDER = ROOT / "build/demo"


def main():
    if len(sys.argv) > 1:
        sys.exit(f"yungui demo takes no words, and was given “{sys.argv[1]}”")
    shutil.rmtree(FOLDER, ignore_errors=True)
    bank = Bank()
    started = bank.start()
    print(f"A bank with 50 customers and 21 staff was up in {started:.1f} s. A customer opens an account from home.\n", flush=True)
    began, steps, failed = time.monotonic(), [], []
    process = subprocess.Popen(["node", "tests/browser/demo.mjs", f"http://localhost:{bank.port}", "--pictures", str(FOLDER)], cwd=ROOT, env=ENV,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if found := re.match(r"ok (.*) \(([\d.]+) s\)$", line):
            steps.append((found[1], float(found[2])))
            print(f"  {len(steps):2d}  {found[2]:>6} s  {found[1]}", flush=True)
        else:
            failed.append(line.strip())
    status = process.wait()
    took = time.monotonic() - began
    errors = process.stderr.read()
    ended = bank.stop()
    checked, report = bank.check()
    bank.remove()
    print(f"\n{len(steps)} steps in {took:.0f} s; the longest: " +
          ", ".join(f"{name} ({seconds:.1f} s)" for name, seconds in sorted(steps, key=lambda one: -one[1])[:3]))
    print("Ledger and audit trail are in order." if checked == 0 else "The check found faults:\n" + report)
    print(f"Pictures: {FOLDER.relative_to(ROOT)}/ ({len(list(FOLDER.glob('*.png')))})")
    if status or ended or checked:
        print("\n".join(failed) + errors[-2000:], file=sys.stderr)
        sys.exit(1)


main()
