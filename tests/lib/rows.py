#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints rows of a bank's book as JSON, for tests in other languages: rows.py DATA DATABASE BOOK SQL, with "" for SQLite;
for SQL also the word audit."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.bank import Bank  # noqa: E402

data, database, book, sql = sys.argv[1:]
data = pathlib.Path(data)
print(json.dumps(Bank.audit_of(data, database, book) if sql == "audit" else Bank.rows_of(data, database, book, sql)))
