# SPDX-License-Identifier: Apache-2.0
"""A bank's folder in which one file is broken, one after another: the program does not start, names the file with line and reason, and
leaves no bank behind. Every file of the demo bank, of its services one, of its process shapes three."""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from lib.bank import PROGRAM, ROOT

DEMO = ROOT / "banks/demo"
SERVICE = "account-opening"
SHAPES = ("apply-decide.bpmn", "ask-partner.bpmn", "apply-verify-decide.bpmn")


def files():
    """The files that a bank is made of, with one service."""
    for file in sorted(DEMO.rglob("*")):
        place = file.relative_to(DEMO)
        kind = place.parts[0]
        if file.is_file() and (kind not in ("services", "processes", "sandbox") or SERVICE in place.parts or place.name in SHAPES):
            yield place


def cut(text):
    return text[:len(text) * 2 // 3].rstrip()[:-1]


# How a file of a kind is broken: what is done to its text, and whether the line is known.
BREAKS = {
    ".yaml": {"no YAML": lambda text: text + "\n  - }: [\n", "a member that nobody knows": lambda text: text + "\nfly: high\n", "empty": lambda text: ""},
    ".json": {"cut off": cut, "empty": lambda text: ""},
    ".dmn": {"cut off": cut, "an element that nobody knows": lambda text: text.replace("</definitions>", "<fly/></definitions>"), "empty": lambda text: ""},
    ".bpmn": {"cut off": cut, "an element that nobody knows": lambda text: re.sub(r"</((?:\w+:)?)process>", r"<\1fly/></\1process>", text), "empty": lambda text: ""},
    ".txt": {"no text": lambda text: "\udcff\udcfe" + text},
}


def start(folder, data):
    """Whether a bank came of it, the program's status, and what it said."""
    process = subprocess.Popen([str(w) for w in (PROGRAM, "run", "--bank", folder, "--data", data, "--port", "0", "--no-sandbox", "--quiet")],
                               env={**os.environ, "YUNGUI_HOME": str(ROOT)}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    started = process.stdout.readline() != ""
    if started:
        process.kill()
    said = process.communicate(timeout=30)[1]
    return started, process.returncode, said


def try_one(place, how, change, work):
    """What is wrong with how the program takes it; nothing where it is right."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=work))
    bank, data = folder / "bank", folder / "data"
    # Shared shapes are looked at where a service uses them; for the rest one service is enough.
    others = place.suffix == ".bpmn"
    shutil.copytree(DEMO, bank, ignore=lambda at, names: [n for n in names if pathlib.Path(at).name == "services" and n != SERVICE and not others])
    text = (bank / place).read_text()
    changed = change(text)
    if changed == text:
        return f"{place} ({how}): the break changes nothing"
    (bank / place).write_bytes(changed.encode(errors="surrogateescape"))
    started, status, said = start(bank, data)
    shutil.rmtree(folder)
    named = re.search(rf"{re.escape(str(place))}(:\d+)*: .{{6,}}", said)  # Of a shape that is called, after where it is called.
    if status == 1 and named and not started:
        return None
    return f"{place} ({how}): {'it starts' if started else f'status {status}, said “{said.strip()[:200]}”'}"


def bad_folders(check):
    work = pathlib.Path(tempfile.mkdtemp(prefix="yungui-folders-"))
    try:
        tries = [(place, how, change) for place in files() for how, change in BREAKS.get(place.suffix, {}).items()]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda one: try_one(*one, work), tries))
        for kind in BREAKS:
            wrong = [what for (place, _, _), what in zip(tries, found) if place.suffix == kind and what]
            count = sum(place.suffix == kind for place, _, _ in tries)
            check(f"a broken {kind[1:]} file starts no bank and is named with the reason ({count} ways)", not wrong and count, " | ".join(wrong)[:6000])
    finally:
        shutil.rmtree(work, ignore_errors=True)
