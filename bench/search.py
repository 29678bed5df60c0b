# SPDX-License-Identifier: Apache-2.0
"""`bench search`: bill items by name, pinyin, initials and English, in process and over HTTP from one connection and from eight."""
import json
import shutil
import sys

from transfer import FOLDER, Server, say, tool
from lib.bank import free_port  # noqa: E402


def search():
    data = FOLDER / "search-run"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    say("searching in process")
    figures = json.loads(tool("prepare-searches", data / "searches.bin"))
    port = free_port()
    server = Server(data / "bank", port, False)
    for name, connections in (("", 1), ("_8", 8)):
        say(f"searching over HTTP from {connections} connection{'s' if connections > 1 else ''}")
        seen = json.loads(tool("load-searches", data / "searches.bin", port, connections))
        if seen["wrong"]:
            sys.exit(f"{seen['wrong']} searches were not answered; the first:\n{seen['first_wrong']}")
        figures.update({key + name: seen[key] for key in ("per_second", "p50_ms", "p99_ms", "max_ms")})
    if server.stop():
        sys.exit("the bank did not end cleanly")
    shutil.rmtree(data)
    return figures
