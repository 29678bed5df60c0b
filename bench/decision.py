# SPDX-License-Identifier: Apache-2.0
"""What decisions cost, beside GoRules' ZEN (native, on its own form of the same table) and feelin (20 expressions), in turns of a few seconds each."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
HERE = ROOT / "bench/decision"
BENCH = ROOT / "build/release/yungui-bench"
BUILT = ROOT / "build/bench-decision"
TURNS, SECONDS = 5, "2"


def first():
    """On a busy machine, before others."""
    return ["chrt", "-f", "5"] if os.geteuid() == 0 and shutil.which("chrt") else []


def ask(*words):
    ended = subprocess.run([*first(), *map(str, words)], capture_output=True, text=True)
    if ended.returncode:
        sys.exit(f"{words[0]} failed: {ended.stderr.strip()[-400:]}")
    return json.loads(ended.stdout)


def build_zen():
    """The program, or None where it cannot be had, which is said."""
    try:
        built = subprocess.run(["cargo", "build", "--quiet", "--release"], cwd=HERE / "zen", env={**os.environ, "CARGO_TARGET_DIR": str(BUILT / "zen")},
                               capture_output=True, text=True)
        if built.returncode == 0:
            return BUILT / "zen/release/bench-zen"
        why = (built.stderr.strip().splitlines() or ["cargo said nothing"])[0]
    except OSError as error:
        why = f"cargo does not run: {error}"
    print(f"  ZEN is left out, and so are its figures: {why}", file=sys.stderr, flush=True)
    return None


def install_feelin():
    folder = BUILT / "feelin"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "bench.js", ".npmrc"):
        shutil.copy(HERE / "feelin" / name, folder / name)
    if not (folder / "node_modules/feelin").exists():
        subprocess.run(["npm", "install", "--silent"], cwd=folder, check=True)
    return folder / "bench.js"


def middle(values):
    return sorted(values)[len(values) // 2]


def alike(ours, theirs):
    """Numbers as numbers, whatever they are written as."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(alike, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(alike(ours[k], theirs[k]) for k in ours)
    try:
        return ours == theirs or abs(float(ours) - float(theirs)) < 1e-9
    except (TypeError, ValueError):
        return False


def decision():
    zen, feelin = build_zen(), install_feelin()
    tables, zens, expressions, feelins = [], [], [], []
    for _ in range(TURNS):  # In turns, so that what else the machine does falls on all.
        tables.append(ask(BENCH, "table", SECONDS))
        if zen:
            zens.append(ask(zen, HERE / "table.json", SECONDS))
        expressions.append(ask(BENCH, "expressions", SECONDS))
        feelins.append(ask("node", feelin, HERE / "expressions.json", SECONDS))
    if zens and tables[0]["sum"] != zens[0]["sum"]:
        sys.exit(f"the tables do not say the same: {tables[0]['sum']} and {zens[0]['sum']}")
    listed = json.loads((HERE / "expressions.json").read_text())
    for one, ours, theirs in zip(listed, expressions[0]["answers"], feelins[0]["answers"]):
        if not alike(ours, theirs):
            sys.exit(f"{one['expression']} is {ours} here and {theirs} there")
    each = lambda all_of: [one["per_second"] for one in all_of]  # noqa: E731
    ratios = lambda ours, theirs: middle([a / b for a, b in zip(each(ours), each(theirs))])  # noqa: E731
    beside_zen = {"zen_per_second": middle(each(zens)), "ratio_to_zen": ratios(tables, zens)} if zens else {}
    return {"table_per_second": middle(each(tables)), **beside_zen,
            "expressions_per_second": middle(each(expressions)), "feelin_per_second": middle(each(feelins)), "ratio_to_feelin": ratios(expressions, feelins)}
