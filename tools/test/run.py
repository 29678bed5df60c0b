#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sets up and runs every suite; the last line is `N passed, N failed, N skipped`.

    ./yungui test [SUITE …] [--soak] [--list] [--database sqlite|postgresql]

A suite is a program that reports its cases one way or another (GoogleTest's JSON, or lines `ok NAME`, `not ok NAME`,
`skip NAME: why`). Outputs are kept in build/test/. `--soak` runs the full counts instead of the short ones and goes on where a
stopped soak left off.
"""
import argparse
import atexit
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from lib import soak  # noqa: E402

OUTPUT = ROOT / "build/test"
SHARED_DATA = ROOT.parent / "shared/data"
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1",
              "LSAN_OPTIONS": f"suppressions={ROOT}/tools/test/leaks.txt:print_suppressions=0",
              "UBSAN_OPTIONS": "print_stacktrace=1", "YUNGUI_SHARED_DATA": str(SHARED_DATA)}


class Counts:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.failures = []
        self.skips = []

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures
        self.skips += other.skips


def run(command, log, env=None, timeout=3600):
    """Runs `command`, its output to the file `log`; returns its exit status, -1 where it took too long."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        try:
            return subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                  env={**os.environ, **(env or {})}, timeout=timeout).returncode
        except subprocess.TimeoutExpired:
            return -1


class Ahead:
    """Sets up what the suites need in the order in which they need it, at the lowest priority beside them: compilers work while a
    suite waits for a browser."""

    def __init__(self, steps):
        self.ready = {step: threading.Event() for step in steps}
        self.status = {}
        self.process = None
        atexit.register(self.end)
        threading.Thread(target=self.work, daemon=True).start()

    def log(self, step):
        return OUTPUT / f"setup-{step}.log"

    def work(self):
        for step, ready in self.ready.items():
            with self.log(step).open("w") as out:
                # A group of its own, to be ended as one; the same session, or its low priority would not count against ours.
                self.process = subprocess.Popen(["nice", "-n", "19", "./yungui", "setup", step], cwd=ROOT, stdout=out,
                                                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, process_group=0)
                self.status[step] = self.process.wait()
            ready.set()
            if self.status[step] != 0:
                return

    def end(self):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)

    def wait_for(self, step):
        """Until `step` is there; ends the program where it, or one before it, failed."""
        began = time.monotonic()
        if not self.ready[step].is_set():
            print(f"· setting up: {step}", flush=True)
        while not self.ready[step].wait(1):
            if failed := [name for name, status in self.status.items() if status != 0]:
                step = failed[0]
                break
        if self.status[step] != 0:
            print(self.log(step).read_text()[-6000:])
            sys.exit(f"yungui: setting up {step} failed")
        if (waited := time.monotonic() - began) > 1:
            print(f"  {waited:.0f} s", flush=True)


def read_gtest(report, binary, status, log, counts):
    """Adds the cases of a GoogleTest JSON report; a program that died counts as one failure."""
    try:
        suites = json.loads(report.read_text())["testsuites"]
    except (OSError, ValueError, KeyError):
        suites = []
    failed_before = counts.failed
    for suite in suites:
        for case in suite["testsuite"]:
            name = f"{binary}: {suite['name']}.{case['name']}"
            if case.get("failures"):
                counts.failed += 1
                counts.failures.append((name, case["failures"][0]["failure"][:600]))
            elif case.get("result") == "SKIPPED" or case.get("status") == "NOTRUN":
                counts.skipped += 1
                counts.skips.append(name)
            else:
                counts.passed += 1
    if status != 0 and counts.failed == failed_before:
        counts.failed += 1
        counts.failures.append((f"{binary}: ended with status {status}", log.read_text(errors="replace")[-3000:]))


def read_lines(name, status, log, counts):
    """Adds the cases of `ok`, `not ok` and `skip` lines."""
    text = log.read_text(errors="replace")
    failed_before, seen = counts.failed, 0
    for line in text.splitlines():
        if match := re.match(r"(ok|not ok|skip)\s+(.*)", line):
            seen += 1
            if match[1] == "ok":
                counts.passed += 1
            elif match[1] == "skip":
                counts.skipped += 1
                counts.skips.append(f"{name}: {match[2]}")
            else:
                counts.failed += 1
                counts.failures.append((f"{name}: {match[2]}", ""))
    if counts.failed > failed_before or (status == 0 and seen > 0):
        if counts.failed > failed_before:
            print(text[-6000:])
        return
    counts.failed += 1
    counts.failures.append((f"{name}: ended with status {status}, {seen} cases seen", text[-6000:]))


def test_programs(folder):
    """The test programs of a build folder, as CTest knows them."""
    known = json.loads(subprocess.run(["ctest", "--show-only=json-v1"], cwd=folder, capture_output=True, check=True).stdout)
    return sorted(pathlib.Path(test["command"][0]) for test in known["tests"] if "command" in test)


def gtest_suites(program):
    """The names of a GoogleTest program's suites."""
    listed = subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True, check=True, env={**os.environ, **SANITIZERS}).stdout
    return [line.split("#")[0].strip().rstrip(".") for line in listed.splitlines() if re.match(r"\S+\.\s*(#.*)?$", line)]


def run_side_by_side(commands, seconds, finished, soaking=False, at_once=2):
    """Runs (name, command, log) side by side; calls finished(name, status, log) for each. Who takes too long is ended. In a soak, who
    ended well before is not run again: its log and report are there still."""
    running, pending = [], []
    for name, command, log in commands:
        if soaking and soak.Part(name).kept is not None:
            print(f"  {name} ended well before{soak.Part(name).kept}", flush=True)
            finished(name, 0, log)
        else:
            pending.append((name, command, log))
    while pending or running:
        while pending and len(running) < at_once:
            name, command, log = pending.pop(0)
            process = subprocess.Popen(command, cwd=ROOT, stdout=log.open("w"), stderr=subprocess.STDOUT,
                                       stdin=subprocess.DEVNULL, env={**os.environ, **SANITIZERS})
            running.append((process, name, log, time.monotonic()))
        time.sleep(0.05)
        for item in list(running):
            process, name, log, start = item
            if process.poll() is None and time.monotonic() - start > seconds:
                process.kill()
            if process.poll() is not None:
                running.remove(item)
                finished(name, process.returncode, log)
                if soaking and process.returncode == 0:
                    soak.Part(name).ended_well(f", in {time.monotonic() - start:.1f} s")
                print(f"  {name} {time.monotonic() - start:.1f} s", flush=True)


def unit(counts, options):
    """C++ unit tests under the address and undefined-behaviour sanitizers; with --quick without them. A soak runs each program's suites
    one by one, to go on where it stopped."""
    if options.soak:
        SANITIZERS["YUNGUI_SOAK"] = "1"
    report = lambda name: OUTPUT / f"{name.replace('/', '-')}.json"  # noqa: E731
    commands = []
    for program in test_programs(ROOT / "build" / build_of(options)):
        for suite in gtest_suites(program) if options.soak else [""]:
            name = f"{program.name} {suite}".strip()
            if not (options.soak and soak.Part(name).kept is not None):
                report(name).unlink(missing_ok=True)
            commands.append((name, [program, f"--gtest_output=json:{report(name)}", *([f"--gtest_filter={suite}.*"] if suite else [])],
                             report(name).with_suffix(".log")))
    run_side_by_side(commands, 7200 if options.soak else 900,
                     lambda name, status, log: read_gtest(report(name), name, status, log, counts), options.soak)


def fuzz(counts, options):
    """Every fuzz target over its corpus, and changes of it, for 10 s; 10 minutes with --soak."""
    seconds = 600 if options.soak else 10
    commands = []
    for program in sorted((ROOT / "build" / build_of(options) / "fuzz").glob("fuzz_*")):
        if program.is_file() and os.access(program, os.X_OK):
            corpus = ROOT / "fuzz/corpus" / program.name.removeprefix("fuzz_")
            commands.append((program.name, [program, f"-max_total_time={seconds}", "-seed=1", corpus],
                             OUTPUT / f"{program.name}.log"))

    def finished(name, status, log):
        if status == 0:
            counts.passed += 1
        else:
            counts.failed += 1
            counts.failures.append((f"{name}: ended with status {status}", log.read_text(errors="replace")[-3000:]))

    run_side_by_side(commands, seconds + 120, finished, options.soak, 3 if options.soak else 2)


def build_of(options):
    return "check" if options.quick else "dev"


def bench(counts, options):
    """Measurements take no part in tests; that they can be built and begun does."""
    log = OUTPUT / "bench.log"
    nameless = run(["build/release/yungui-bench", "nothing"], log)
    listed = run(["python3", "bench/run.py", "--list"], log)
    if nameless == 2 and listed == 0:
        counts.passed += 1
    else:
        counts.failed += 1
        counts.failures.append(("bench: the measurements do not begin", log.read_text()[-3000:]))


def program_suite(name, command):
    def suite(counts, options):
        log = OUTPUT / f"{name}.log"
        arguments = ["--soak"] if options.soak else []
        status = run([*command, *arguments], log, {"YUNGUI_SHARED_DATA": str(SHARED_DATA)},
                     timeout=6 * 3600 if options.soak else 1800)
        read_lines(name, status, log, counts)
    return suite


def postgres(counts, options):
    """Ledger, process and fault suites on servers of its own."""
    log = OUTPUT / "postgres.log"
    status = run(["python3", "tests/postgres/run.py", "--build", build_of(options), *(["--soak"] if options.soak else [])], log,
                 {"YUNGUI_SHARED_DATA": str(SHARED_DATA)}, timeout=6 * 3600 if options.soak else 1800)
    read_lines("postgres", status, log, counts)


# Name, what it needs set up, what runs it.
SUITES = [
    ("house", [], program_suite("house", ["python3", "tools/test/house.py"])),
    ("web", ["node", "web"], program_suite("web", ["python3", "tools/test/web.py"])),
    ("scenarios", ["release"], program_suite("scenarios", ["python3", "tools/test/scenarios.py"])),
    ("operations", ["models", "release"], program_suite("operations", ["python3", "tests/operations/run.py"])),
    ("faults", ["models", "release"], program_suite("faults", ["python3", "tests/faults/run.py"])),
    ("clearing", ["models", "release"], program_suite("clearing", ["python3", "tests/faults/clearing.py"])),
    ("api", ["models", "faces", "release"], program_suite("api", ["python3", "tests/api/run.py"])),
    ("browser", ["models", "faces", "release", "web"], program_suite("browser", ["python3", "tests/browser/run.py"])),
    ("unit", ["models", "dev"], unit),
    ("postgres", ["models", "release", "dev"], postgres),
    ("fuzz", ["dev"], fuzz),
    ("bench", ["release", "measurements"], bench),
    ("failover", ["models", "release"], program_suite("failover", ["python3", "tests/postgres/failover.py"])),
]
# Begun with the suite before it: both wait more than they work.
BESIDE = ["clearing", "fuzz"]
# In a soak, or when named: failover needs root, namespaces, etcd and Patroni, and its rounds are long.
SOAK_ONLY = ["failover"]


class Parser(argparse.ArgumentParser):
    def error(self, message):
        """In one line, as every word's misuse."""
        self.exit(2, f"yungui: test: {message}\n")


def run_suite(name, suite, options, own):
    """Runs one suite; its cases are in `own` then."""
    print(f"· {name}", flush=True)
    began = time.monotonic()
    part = soak.Part(f"suite {name}") if options.soak else None
    if part and part.kept is not None:
        own.passed, words = int(part.kept.split()[0]), part.kept
        print(f"  {name} ended well before: {words}", flush=True)
        return
    try:
        suite(own, options)
    except Exception:
        own.failed += 1
        own.failures.append((f"{name}: broke off", traceback.format_exc()))
    print(f"  {name}: {own.passed} passed, {own.failed} failed, {own.skipped} skipped in {time.monotonic() - began:.0f} s", flush=True)
    if own.skipped and SHARED_DATA.is_dir():
        print(f"  {name} skipped although the test data is there", flush=True)
        own.failed += 1
        own.failures.append((f"{name}: skipped although the test data is there", ""))
    if part and not own.failed and not own.skipped:
        part.ended_well(f"{own.passed} passed, 0 failed, 0 skipped in {time.monotonic() - began:.0f} s")


def main():
    parser = Parser(prog="yungui test")
    parser.add_argument("suites", nargs="*", metavar="SUITE")
    parser.add_argument("--soak", action="store_true", help="full counts, resumable")
    parser.add_argument("--quick", action="store_true", help="unit tests without the sanitizers: quicker to compile")
    parser.add_argument("--list", action="store_true", help="name the suites")
    parser.add_argument("--database", help="sqlite (the default); postgresql: postgres, api and browser on a server of its own")
    options = parser.parse_args()
    names = [name for name, _, _ in SUITES]
    if options.list:
        print(*names, sep="\n")
        return 0
    if options.database not in (None, "sqlite", "postgresql"):
        sys.exit(f"yungui: test knows no database “{options.database}”; there are sqlite and postgresql")
    if unknown := [s for s in options.suites if s not in names]:
        sys.exit(f"yungui: test knows no suite “{unknown[0]}”; there are {', '.join(names)}")

    if options.database == "postgresql":
        from lib.postgres import Server
        os.environ["YUNGUI_TEST_DATABASE"] = Server(durable=False).url()  # It goes with this program.
        options.suites = options.suites or ["postgres", "api", "browser"]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("yungui: test was ended"))
    counts, start = Counts(), time.monotonic()
    chosen = [(name, [build_of(options) if need == "dev" else need for need in needs], suite)
              for name, needs, suite in SUITES if (name in options.suites if options.suites else options.soak or name not in SOAK_ONLY)]
    ahead = Ahead(dict.fromkeys(need for _, needs, _ in chosen for need in needs))
    while chosen:
        together = [chosen.pop(0)]
        while chosen and chosen[0][0] in BESIDE and not options.soak:
            together.append(chosen.pop(0))
        for _, needs, _ in together:
            for need in needs:
                ahead.wait_for(need)
        running = []
        for name, _, suite in together:
            own = Counts()
            running.append((own, threading.Thread(target=run_suite, args=(name, suite, options, own), daemon=True)))
            running[-1][1].start()
        for own, thread in running:
            thread.join()
            counts.add(own)

    for skip in counts.skips:
        print(f"skipped: {skip}")
    for name, text in counts.failures:
        print(f"FAILED: {name}")
        if text:
            print("    " + text.replace("\n", "\n    "))
    print(f"in {(time.monotonic() - start) / 60:.1f} minutes; outputs in build/test/")
    print(f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped", flush=True)
    return 1 if counts.failed or not counts.passed else 0


sys.exit(main())
