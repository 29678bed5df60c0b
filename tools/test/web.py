#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The pages' own tests: install from the lock file, types, unit tests, build, size of the first load. One `ok` line a case."""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
NODE = ROOT / ".cache/node/bin"
ENV = {**os.environ, "PATH": f"{NODE}:{os.environ['PATH']}"} if NODE.is_dir() else dict(os.environ)
failed = False


def step(name, *command, folder=WEB, timeout=900):
    """Runs a command; prints its case, and its output where it failed. Returns whether it passed."""
    global failed
    run = subprocess.run(command, cwd=folder, env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
    if run.returncode != 0:
        print(run.stdout[-4000:], run.stderr[-4000:], sep="\n")
        failed = True
    print(("ok " if run.returncode == 0 else "not ok ") + name, flush=True)
    return run.returncode == 0


def unit_tests():
    """Each unit test is a case of its own."""
    global failed
    report = ROOT / "build/test/vitest.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    run = subprocess.run(["npx", "vitest", "run", "--reporter=json", f"--outputFile={report}"], cwd=WEB, env=ENV,
                         stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
    cases = [case for suite in json.loads(report.read_text())["testResults"] for case in suite["assertionResults"]] if report.exists() else []
    for case in cases:
        word = {"passed": "ok", "failed": "not ok"}.get(case["status"], "skip")
        print(f"{word} unit: {case['fullName']}" + (": not run" if word == "skip" else ""))
        failed |= word == "not ok"
    if run.returncode != 0 and not any(case["status"] == "failed" for case in cases):
        print(run.stdout[-3000:], run.stderr[-3000:], sep="\n")
        print("not ok unit: the runner ended with an error")
        failed = True


if step("the lock file installs and the pages build", "./yungui", "setup", "web", folder=ROOT):
    step("the client is made from the contract", "npm", "run", "--silent", "generate")
    step("lint finds nothing", "npm", "run", "--silent", "lint")
    step("types hold", "npm", "run", "--silent", "typecheck")
    unit_tests()
    step("the first load is small enough", "npm", "run", "--silent", "size")
sys.exit(failed)
