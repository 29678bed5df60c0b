# SPDX-License-Identifier: Apache-2.0
"""Every word of the command line, used wrongly: one clear line, a status that is not 0, and nothing done."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from lib.bank import PROGRAM, ROOT

# Words, what the line says. NOTHING is an empty folder, FILE a file that is none of ours, TAKEN a folder with something in it.
PROGRAM_WORDS = [
    (["fly"], "fly"),
    (["--fly"], "--fly"),
    (["run", "--fly"], "--fly"),
    (["run", "extra"], "extra"),
    (["run", "--port", "70000"], "--port"),
    (["run", "--port", "-1"], "--port"),
    (["run", "--port", "eighty"], "--port"),
    (["run", "--sandbox-port", "70000"], "--sandbox-port"),
    (["run", "--requests-per-minute", "-5"], "--requests-per-minute"),
    (["run", "--log", "loud"], "--log"),
    (["run", "--database", "mysql://x"], "--database"),
    (["run", "--database", "postgresql://127.0.0.1:1/nowhere?connect_timeout=2"], "PostgreSQL"),
    (["run", "--events", "http://x"], "--events"),
    (["run", "--bank", "NOTHING"], "bank.yaml"),
    (["run", "--bank", "NOTHING/none"], "bank.yaml"),
    (["run", "--data", "FILE"], "FILE"),
    (["run", "--data", "TAKEN", "--reset"], "left alone"),
    (["run", "--listen", "nowhere.example"], "--listen"),
    (["run", "--listen", "localhost"], "127.0.0.1"),
    (["run", "--listen", "192.0.2.1"], "192.0.2.1"),
    (["run", "--data"], "--data"),
    (["check", "--data", "NOTHING"], "no data folder"),
    (["check", "--data", "NOTHING/none"], "no data folder"),
    (["check", "extra"], "extra"),
    (["backup"], "folder"),
    (["backup", "NOTHING/copy", "--data", "NOTHING"], "no data folder"),
    (["restore"], "folder"),
    (["restore", "NOTHING", "NOTHING/data", "--keys", "FILE"], "no backup"),
    (["end-of-day", "--data", "NOTHING"], "no data folder"),
    (["keys"], "what"),
    (["keys", "turn"], "turn"),
    (["keys", "list", "--data", "NOTHING"], "no data folder"),
    (["erase"], "institution"),
    (["erase", "yunchuan", "who"], ""),
    (["feel"], "expression"),
    (["feel", "1 +"], ""),
    (["feel", "1", "--context", "NOTHING/none"], "none"),
    (["feel", "1", "--context", "FILE"], "JSON object"),
    (["dmn", "test"], "folder"),
    (["dmn", "fly", "NOTHING"], "test"),
    (["dmn", "test", "NOTHING/none"], "none"),
    (["process", "fly", "NOTHING"], "test"),
    (["process", "test", "NOTHING/none"], "none"),
    (["service"], "what"),
    (["service", "fly", "account-opening"], "fly"),
    (["service", "versions", "account-opening", "--url", "http://127.0.0.1:1", "--staff", "x", "--code", "000000"], ""),
    (["service", "versions", "account-opening", "--url", "nonsense", "--staff", "x", "--code", "000000"], ""),
]
SCRIPT_WORDS = [
    (["tools/test/run.py", "fly"], "fly"),
    (["tools/test/run.py", "--fly"], "--fly"),
    (["tools/test/run.py", "--database", "mysql"], "mysql"),
    (["bench/run.py", "fly"], "fly"),
    (["bench/run.py", "start", "--fly"], "--fly"),
    (["tests/browser/demo.py", "fly"], "fly"),
]


def misuse(check):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-misuse-"))
    (folder / "NOTHING").mkdir()
    (folder / "TAKEN").mkdir()
    (folder / "TAKEN/letter.txt").write_text("dear")
    (folder / "FILE").write_text("none of ours\n")
    try:
        for programs, words, said in [*(([PROGRAM], *row) for row in PROGRAM_WORDS), *((["python3"], *row) for row in SCRIPT_WORDS)]:
            made = [word.replace("NOTHING", str(folder / "NOTHING")).replace("FILE", str(folder / "FILE")).replace("TAKEN", str(folder / "TAKEN")) for word in words]
            if programs == ["python3"]:
                made[0] = str(ROOT / made[0])
            before = sorted(folder.rglob("*"))
            try:
                run = subprocess.run([*programs, *made], cwd=folder, env={**os.environ, "YUNGUI_HOME": str(ROOT), "YUNGUI_STAFF_PASSWORD": "x"}, stdin=subprocess.DEVNULL,
                                     capture_output=True, text=True, timeout=60)
                status, out, err = run.returncode, run.stdout, run.stderr
            except subprocess.TimeoutExpired:
                status, out, err = 0, "", "it goes on"
            shutil.rmtree(folder / "data", ignore_errors=True)  # Where `run` would have put its books.
            line = (out + err).strip()
            wanted = said.replace("FILE", str(folder / "FILE"))
            check(f"misuse: {' '.join(words)}", status > 0 and line and "\n" not in line and wanted in line and sorted(folder.rglob("*")) == before, f"status {status}, said “{(out + err)[:300]}”, made {set(folder.rglob('*')) - set(before)}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
