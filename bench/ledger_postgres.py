# SPDX-License-Identifier: Apache-2.0
"""`bench ledger` on PostgreSQL: the ledger with the product's parts beside one call of a PL/pgSQL function a transfer, in one run on one server."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from lib.postgres import PROGRAMS, Server, psql

HERE = pathlib.Path(__file__).resolve().parent
ACCOUNTS = 200_000
CONNECTIONS = 16
SECONDS = 10
IN_FLIGHT = 512
CALL = f"""\\set payer random(1, {ACCOUNTS})
\\set step random(1, {ACCOUNTS - 1})
\\set payee 1 + (:payer - 1 + :step) % {ACCOUNTS}
\\set high random(1, 4611686018427387903)
\\set low random(1, 4611686018427387903)
"""
PAYMENT = CALL + "select usual.payment(:high, :low, :payer, :payee, 1);\n"
TRANSFER = CALL + f"select usual.transfer(:high, :low, :payer, :payee, 1, '{'e' * 160}');\n"


def calls_per_second(url, call, seconds):
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(call)
        script.flush()
        run = subprocess.run([PROGRAMS / "pgbench", "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T", str(seconds), "-f", script.name, url],
                             capture_output=True, text=True)
    rate = re.search(r"tps = ([0-9.]+)", run.stdout)
    if run.returncode or not rate:
        sys.exit(f"pgbench: {run.stdout}{run.stderr}")
    return float(rate[1])


def ours(program, url):
    run = subprocess.run([program, "load-ledger-postgres", url, str(ACCOUNTS), str(SECONDS), str(IN_FLIGHT)], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    return json.loads(run.stdout)


def ledger_postgres(program):
    server = Server(durable=True, settings={"max_wal_size": "4GB", "checkpoint_timeout": "15min"})
    url = server.url()
    try:
        psql(url, (HERE / "ledger_postgres.sql").read_text(),
             f"insert into usual.account select id, 100000000, 0 from generate_series(1, {ACCOUNTS}) id", "vacuum analyze")
        print(f"opening {ACCOUNTS} accounts", file=sys.stderr, flush=True)
        calls_per_second(url, TRANSFER, 2)
        bare = calls_per_second(url, TRANSFER, SECONDS // 2)
        psql(url, (HERE / "ledger_postgres_parts.sql").read_text())
        # The function before and after, because the machine's speed drifts.
        before = calls_per_second(url, PAYMENT, SECONDS // 2)
        measured = ours(program, url)
        after = calls_per_second(url, PAYMENT, SECONDS // 2)
    finally:
        server.remove()
    function = (before + after) / 2
    return {"postgres_per_second": measured["per_second"], "postgres_function_per_second": function,
            "ratio_to_postgres_function": measured["per_second"] / function,
            "bare_postgres_function_per_second": bare, "ratio_to_bare_postgres_function": measured["per_second"] / bare, "postgres_function_connections": CONNECTIONS,
            "postgres_accounts": ACCOUNTS, "postgres_in_flight": IN_FLIGHT,
            **{f"postgres_{name}": measured[name] for name in ("group", "p50_ms", "p99_ms", "max_ms", "cpu_us_each")}}
