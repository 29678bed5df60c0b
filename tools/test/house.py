#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the tree to the house style: layers, format, licences, links, dead sources, machine paths. One `ok` line a check."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
failed = False


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def check(name, problems):
    global failed
    for problem in problems[:20]:
        print(f"    {problem}")
    print(("not ok " if problems else "ok ") + name)
    failed |= bool(problems)


def text_of(file):
    return file.read_text(errors="replace")


def layers():
    run = subprocess.run([sys.executable, "tools/check_layers.py", "."], cwd=ROOT, capture_output=True, text=True)
    return run.stdout.splitlines() if run.returncode else []


def formatted():
    sources = tracked("src/*.h", "src/*.cpp", "bench/*.h", "bench/*.cpp", "fuzz/*.cpp")
    run = subprocess.run(["clang-format", "--dry-run", *sources], cwd=ROOT, capture_output=True, text=True)
    return sorted({line.split(":")[0] for line in run.stderr.splitlines() if "warning" in line})


def licensed():
    files = tracked("*.h", "*.cpp", "*.py", "*.sh", "*.ts", "*.vue", "*.mjs", "*.cmake")
    return [f"{f.relative_to(ROOT)} names no licence" for f in files if "SPDX-License-Identifier" not in text_of(f)[:400]]


def links():
    problems = []
    for file in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(file)):
            if not re.match(r"[a-z]+:", target) and not (file.parent / target).exists():
                problems.append(f"{file.relative_to(ROOT)}: nothing at {target}")
    return problems


def modules_have_readmes():
    declared = re.findall(r"^bank_module\((\S+?)[\s)]", text_of(ROOT / "cmake/modules.cmake"), re.M)
    problems = []
    for module in declared:
        readme = ROOT / "src" / module / "README.md"
        if not readme.exists():
            problems.append(f"src/{module} has no README.md")
        elif len(text_of(readme).splitlines()) > 40:
            problems.append(f"src/{module}/README.md is longer than 40 lines")
    return problems


def no_undeclared_module():
    declared = set(re.findall(r"^bank_module\((\S+?)[\s)]", text_of(ROOT / "cmake/modules.cmake"), re.M))
    folders = {f.parent.relative_to(ROOT / "src").as_posix().removesuffix("/internal").removesuffix("/program") for f in tracked("src/*.cpp", "src/*.h")}
    return [f"src/{folder} is no declared module" for folder in sorted(folders - declared)]


def no_machine_paths():
    pattern = re.compile(r"(?<![\w.])/(work|root|home)/[A-Za-z.]")
    hosts = re.compile(r"registry\.npmjs|pypi\.org|files\.pythonhosted|deb\.debian\.org|repo1?\.maven|static\.crates")
    problems = []
    for file in tracked():
        if file.suffix in {".jpg", ".png", ".webp", ".mjpeg", ".bin"} or file.name == "house.py":
            continue
        for number, line in enumerate(text_of(file).splitlines(), 1):
            if pattern.search(line) or hosts.search(line):
                problems.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    return problems


def nothing_left_for_later():
    problems = []
    for file in tracked("src/*", "web/*", "bench/*", "fuzz/*", "tests/*", "tools/*"):
        if file.name == "house.py" or file.suffix in {".jpg", ".png", ".webp", ".mjpeg", ".json", ".lock"}:
            continue
        for number, line in enumerate(text_of(file).splitlines(), 1):
            if re.search(r"\b(TODO|FIXME|HACK)\b", line):
                problems.append(f"{file.relative_to(ROOT)}:{number}")
    return problems


def shell_scripts_parse():
    scripts = [f for f in tracked("*.sh", "yungui", ".ci/run")]
    return [f"{f.relative_to(ROOT)}" for f in scripts if subprocess.run(["bash", "-n", f], capture_output=True).returncode]


def named_in_notice():
    """Packages that are installed, fetched or bundled, by the names under which they are asked for, that NOTICE does not name."""
    words = set(re.split(r"[\s,;:()]+", text_of(ROOT / "NOTICE")))
    wanted = {line: "tools/packages.txt" for line in text_of(ROOT / "tools/packages.txt").splitlines() if line and not line.startswith("#")}
    lock = json.loads(text_of(ROOT / "web/package-lock.json"))["packages"]
    direct = {name for path in lock if "node_modules" not in path for kind in ("dependencies", "devDependencies") for name in lock[path].get(kind, {})}
    bundled = {path.split("node_modules/")[-1] for path, facts in lock.items() if "node_modules/" in path and not facts.get("dev")}
    wanted |= {name: "web/package-lock.json" for name in direct | bundled if not name.startswith("@yungui/")}
    fetched = re.findall(r'"((?:@[\w-]+/)?[\w-]+)@\d+\.', text_of(ROOT / "tools/setup/models.py"))
    wanted |= {name: "tools/setup/models.py" for name in fetched}
    compared = re.findall(r"^([\w-]+) = [\"{]", text_of(ROOT / "bench/decision/zen/Cargo.toml").split("[dependencies]")[1].split("[profile")[0], re.M)
    wanted |= {name: "bench/decision/zen/Cargo.toml" for name in compared}
    wanted |= {name: "bench/decision/feelin/package.json" for name in json.loads(text_of(ROOT / "bench/decision/feelin/package.json"))["dependencies"]}
    return [f"{name} of {where}" for name, where in sorted(wanted.items()) if name not in words]


def only_common_sql():
    """What engines that speak PostgreSQL's protocol do not have."""
    words = re.compile(r"\b(create\s+extension|plpgsql|pg_(try_)?advisory\w*|listen\s+[a-z_]+\s*;|notify\s+[a-z_]+\s*[;,]|pg_notify)\b", re.I)
    return [f"{f.relative_to(ROOT)} says {found[0]}" for f in tracked("src/*.h", "src/*.cpp") if (found := words.search(text_of(f)))]


def appended_only():
    """Records of what happened are added to and never changed: no program text says otherwise, but what damages a book in a test.
    Columns that a later migration adds are filled by their default."""
    words = re.compile(r"\b(update|delete\s+from|replace\s+into)\s+(process_history|audit_page|ledger_journal|evidence_note)\b", re.I)
    sources = [f for f in tracked("src/*.h", "src/*.cpp") if not f.name.endswith("_test.cpp")]
    return [f"{f.relative_to(ROOT)} says {found[0]}" for f in sources if (found := words.search(" ".join(re.findall(r'"([^"]*)"', text_of(f)))))]


check("layers: every include keeps to its module's line", layers())
if shutil.which("clang-format"):
    check("format: clang-format changes nothing", formatted())
else:
    check("format: clang-format is installed", ["clang-format is missing"])
check("licence: every source names it", licensed())
check("notice: it names every package that is installed, fetched or bundled", named_in_notice())
check("links: every link in the documents leads somewhere", links())
check("modules: each has its README", modules_have_readmes())
check("modules: no folder stands outside the house", no_undeclared_module())
check("paths: no path of a machine, no registry's host", no_machine_paths())
check("later: nothing is left for later in the code", nothing_left_for_later())
check("sql: no extension, LISTEN, advisory lock or PL/pgSQL", only_common_sql())
check("records: the journal, the audit trail and the histories are added to and never changed", appended_only())
check("scripts: every shell script parses", shell_scripts_parse())
sys.exit(failed)
