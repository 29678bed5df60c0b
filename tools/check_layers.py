#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds every #include to the DEPENDS list of its module, so that the layers in the tree stay true.

A file may include its own module, and the public headers (those not under internal/) of the modules its bank_module() line
names; a line may name only modules declared above it, so there is no loop. Our headers are included in angle brackets from
src/. Headers of third parties stand in sources of platform/ and in tests. Exit status 1 lists each violation.
"""
import pathlib
import re
import sys

STANDARD = re.compile(r"[a-z_0-9]+(\.h)?$|sys/|netinet/|arpa/|net/")  # <vector>, <string.h>, <sys/socket.h>

root = pathlib.Path(sys.argv[1])
violations = []
declared = {}
for path, depends in re.findall(r"^bank_module\((\S+?)(?:\s+DEPENDS\s+([^)]*))?\)", (root / "cmake/modules.cmake").read_text(), re.M):
    unknown = [name for name in depends.split() if name not in declared]
    violations += [f"cmake/modules.cmake: {path} depends on {name}, which is not declared above it" for name in unknown]
    declared[path] = set(depends.split())


def module_of(path):
    """The declared module that holds `path`, which is relative to src/."""
    return next((m for m in sorted(declared, key=len, reverse=True) if path.startswith(m + "/")), None)


for file in sorted((root / "src").rglob("*.[hc]*")):
    name = file.relative_to(root / "src").as_posix()
    module = module_of(name)
    for number, text in enumerate(file.read_text().splitlines(), 1):
        if not (match := re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', text)):
            continue
        where, bracket, header = f"src/{name}:{number}", match[1], match[2]
        target = module_of(header)
        if bracket == '"':
            violations.append(f"{where}: write #include <{header}>, from src/")
        elif target is None:
            third_party_place = name.startswith("platform/") and name.endswith(".cpp") or name.endswith("_test.cpp")
            if not STANDARD.match(header) and not third_party_place:
                violations.append(f"{where}: {header} belongs in a source of platform/")
        elif target != module and (target not in declared.get(module, ()) or "/internal/" in header):
            violations.append(f"{where}: {module} may not include {header}")

print(*violations, sep="\n")
sys.exit(bool(violations))
