#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the scenarios of every service folder of every bank, each in a throw-away book with a clock of its own."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

for folder in sorted(ROOT.glob("banks/*/services/*")):
    print(f"# {folder.relative_to(ROOT)}", flush=True)
    status = subprocess.run([ROOT / "build/release/yungui", "process", "test", folder],
                            env={**os.environ, "YUNGUI_HOME": str(ROOT)}).returncode
    if status:
        print(f"not ok {folder.name}: ended with status {status}", flush=True)
