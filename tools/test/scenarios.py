#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the scenarios of every service folder of every bank, each in a throw-away book with a clock of its own."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

PROGRAM = [ROOT / "build/release/yungui", "process", "test"]
ENVIRONMENT = {**os.environ, "YUNGUI_HOME": str(ROOT)}
first = sorted(ROOT.glob("banks/*/services/*"))[0]
said = [subprocess.run([*PROGRAM, place], env=ENVIRONMENT, cwd=first, capture_output=True, text=True) for place in (first, first / "scenario.yaml", "scenario.yaml")]
same = all((one.returncode, one.stdout) == (0, said[0].stdout) for one in said)
print(("ok" if same and said[0].stdout else "not ok") + " a scenario's file stands for its folder", flush=True)

for folder in sorted(ROOT.glob("banks/*/services/*")):
    print(f"# {folder.relative_to(ROOT)}", flush=True)
    status = subprocess.run([*PROGRAM, folder], env=ENVIRONMENT).returncode
    if status:
        print(f"not ok {folder.name}: ended with status {status}", flush=True)
