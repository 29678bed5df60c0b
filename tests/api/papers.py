# SPDX-License-Identifier: Apache-2.0
"""What people take home: statements as PDF, CSV and camt.053 and receipts, held to the ledger by readers of their own; and
whether a paper is genuine."""
import csv
import datetime
import decimal
import io
import os
import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree

from harness import at_once, case, done, expect, refused, until
from money import pay
from world import PHONES

SCHEMAS = pathlib.Path(os.environ.get("YUNGUI_SHARED_DATA", pathlib.Path(__file__).resolve().parents[3] / "shared/data")) / "iso20022/xsd"
CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"
TODAY = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=8)).date().isoformat()
PURPOSES = ["=HYPERLINK(\"http://x\")", "+1", "-1", "@sum", "引号\"逗号,分号;", "<b>&amp;</b>", "还饭钱 🍜", "长" * 200, "ئايگۈل אבג", "＝1+1"]


def begin(client, account, kind="pdf", first=TODAY, last=TODAY, language="zh", **more):
    return client("POST", f"/v1/accounts/{account}/statement-documents", {"from": first, "to": last, "format": kind, **more},
                  {"Accept-Language": language})


def made(client, account, kind, **more):
    """The finished document and its bytes."""
    document = done(begin(client, account, kind, **more), 202)
    path = f"/v1/statement-documents/{document['id']}"

    def look():
        now = done(client("GET", path))
        expect(now["state"] != "failed", now)
        return now if now["state"] == "ready" else None
    document = until(look, about="the document")
    expect(document["written"] == document["entries"], document)
    expect(client("GET", path + "/content")[0] == 200)
    return document, client.text


def text_of(pdf):
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        return subprocess.run(["pdftotext", "-layout", file.name, "-"], capture_output=True, text=True, check=True).stdout


def spend(world):
    """Payments with purposes that are hard to write; made once."""
    if not hasattr(world, "spent"):
        world.spent = []
        for place, purpose in enumerate(PURPOSES):
            done(pay(world, "rich", "payee", f"1.{place:02d}", purpose=purpose), 201, purpose)
            world.spent.append(purpose)
    return world.customer("rich"), world.account("rich")["id"]


def ledger(client, account):
    return done(client("GET", f"/v1/accounts/{account}/statement?from={TODAY}&to={TODAY}"))


@case("a statement as CSV holds what the ledger holds, and no formula")
def as_csv(world):
    client, account = spend(world)
    truth = ledger(client, account)
    _, content = made(client, account, "csv")
    text = content.decode("utf-8-sig")
    expect(content.startswith(b"\xef\xbb\xbf") and "\r\n" in text)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    expect(len(rows) == len(truth["entries"]), len(rows), len(truth["entries"]))
    for row, entry in zip(rows, truth["entries"]):
        amount = row["收入"] if entry["direction"] == "in" else row["支出"]
        expect(amount == entry["amount"]["amount"] and row["余额"] == entry["balance"]["amount"], row, entry)
        expect(row["流水号"].endswith("-" + entry["id"]) and row["记账日期"] == entry["business_date"], row)
        expect(row["用途"].removeprefix("'") == entry.get("purpose", ""), row, entry)
        for cell in (row["用途"], row["对方户名"], row["摘要"]):
            expect(not cell.startswith(tuple("=+-@＝＋－＠\t\r")), "a formula:", cell)
    _, content = made(client, account, "csv", language="en")
    expect(content.decode("utf-8-sig").startswith('"Date","Time","Kind","In","Out","Balance"'), content[:80])


@case("a statement as camt.053 is valid by its schema and adds up to the ledger")
def as_camt(world):
    client, account = spend(world)
    truth = ledger(client, account)
    document, content = made(client, account, "camt053")
    schema = SCHEMAS / "camt.053.001.08.xsd"
    if schema.exists():
        with tempfile.NamedTemporaryFile(suffix=".xml") as file:
            file.write(content)
            file.flush()
            checked = subprocess.run(["xmllint", "--noout", "--schema", schema, file.name], capture_output=True, text=True)
            expect(checked.returncode == 0, checked.stderr)
    else:
        print(f"    no schema at {schema}; validity is not checked")
    statement = xml.etree.ElementTree.fromstring(content).find(f"{CAMT}BkToCstmrStmt/{CAMT}Stmt")
    expect(statement.findtext(f"{CAMT}Id") == document["number"])

    def signed(node):
        value = decimal.Decimal(node.findtext(f"{CAMT}Amt"))
        return value if node.findtext(f"{CAMT}CdtDbtInd") == "CRDT" else -value
    balances = {b.findtext(f"{CAMT}Tp/{CAMT}CdOrPrtry/{CAMT}Cd"): signed(b) for b in statement.findall(f"{CAMT}Bal")}
    expect(balances["OPBD"] == decimal.Decimal(truth["opening"]["amount"]) and balances["CLBD"] == decimal.Decimal(truth["closing"]["amount"]), balances)
    entries = statement.findall(f"{CAMT}Ntry")
    expect(balances["OPBD"] + sum(map(signed, entries)) == balances["CLBD"])
    expect([e.findtext(f"{CAMT}NtryRef") for e in entries] == [e["id"] for e in truth["entries"]])
    for node, entry in zip(entries, truth["entries"]):
        expect(abs(signed(node)) == decimal.Decimal(entry["amount"]["amount"]), entry)
        words = "".join(u.text for u in node.iter(f"{CAMT}Ustrd"))
        expect(words == entry.get("purpose", ""), words, entry)
    totals = statement.find(f"{CAMT}TxsSummry")
    expect(decimal.Decimal(totals.findtext(f"{CAMT}TtlDbtNtries/{CAMT}Sum")) == decimal.Decimal(truth["out"]["amount"]))
    expect(int(totals.findtext(f"{CAMT}TtlCdtNtries/{CAMT}NbOfNtries")) == sum(e["direction"] == "in" for e in truth["entries"]))


@case("a statement as PDF shows Chinese text, the figures and its code, in both languages, also in large type")
def as_pdf(world):
    client, account = spend(world)
    truth = ledger(client, account)
    document, content = made(client, account, "pdf")
    text = text_of(content)
    for words in ("账户对账单", "柜试甲", "期末余额", f"{decimal.Decimal(truth['closing']['amount']):,}", document["number"], document["verification_code"], "还饭钱", "核验真伪"):
        expect(words in text, words, "is not in", text)
    for entry in truth["entries"]:
        expect(f"{decimal.Decimal(entry['balance']['amount']):,}" in text, entry["balance"])
    large = text_of(made(client, account, "pdf", language="en", large=True)[1])
    for words in ("Account statement", "Closing balance", "Verification code", "Page 1"):
        expect(words in large, words, "is not in", large)
    expect(large.count("\f") > text.count("\f"), "large type takes no more pages")


@case("an empty period is a statement too; a wrong one, another's account and nonsense are refused")
def wrong_periods(world):
    client, account = spend(world)
    text = text_of(made(client, account, "pdf", first="2020-01-01", last="2020-12-31")[1])
    expect("本期间没有收支" in text, text)
    for first, last in (("2026-02-02", "2026-02-01"), ("2025-01-01", "2026-01-03")):
        refused(begin(client, account, first=first, last=last), 400, "ledger.period_invalid")
    for body in ({"from": "2026-02-30", "to": TODAY, "format": "pdf"}, {"from": TODAY, "to": TODAY, "format": "exe"}, {"from": TODAY, "format": "pdf"},
                 {"from": TODAY, "to": TODAY, "format": "pdf", "large": "yes"}, {"from": "'; --", "to": TODAY, "format": "pdf"}):
        refused(client("POST", f"/v1/accounts/{account}/statement-documents", body), 400, about=body)
    other = world.customer("payee")
    refused(begin(other, account), 404, "account.unknown")
    refused(begin(client, "0000000000000"), 404, "account.unknown")
    refused(begin(world.client(), account), 401)
    document = done(begin(client, account), 202)
    for path in ("", "/content"):
        refused(other("GET", f"/v1/statement-documents/{document['id']}{path}"), 404, "statement.document_unknown")
        refused(client("GET", f"/v1/statement-documents/0000000000000{path}"), 404, "statement.document_unknown")
        refused(world.client()("GET", f"/v1/statement-documents/{document['id']}{path}"), 401)


@case("one customer has three statements made at once, not thirty")
def many_at_once(world):
    client, account = spend(world)
    callers = [world.again(client) for _ in range(30)]
    answers = at_once(30, lambda i: begin(callers[i], account, "pdf"))
    expect({a[0] for a in answers} <= {202, 409} and any(a[0] == 202 for a in answers), [a[0] for a in answers])
    for answer in answers:
        if answer[0] == 409:
            refused(answer, 409, "statement.too_many_at_once")
    for _, document in (answer for answer in answers if answer[0] == 202):  # The next case wants one of its own.
        until(lambda path=f"/v1/statement-documents/{document['id']}": done(client("GET", path))["state"] == "ready", about="one of the three")


@case("a receipt as PDF names payee, amount and code; a third person does not get it")
def receipts(world):
    client, account = spend(world)
    paid = done(pay(world, "rich", "payee", "12.34", purpose="房租"), 201)
    for who, seen in (("rich", client), ("payee", world.customer("payee"))):
        expect(seen("GET", f"/v1/transfers/{paid['id']}/document?language=zh")[0] == 200, who)
        text = text_of(seen.text)
        for words in ("电子回单", "12.34", "柜**", "房租", paid["receipt_number"], paid["verification_code"]):
            expect(words in text, words, "is not in", text)
        expect(paid["balance_after"]["amount"] not in text, "the balance is on the receipt")
    client("GET", f"/v1/transfers/{paid['id']}/document?language=en&large=true")
    expect("Payment receipt" in text_of(client.text))
    refused(world.customer("class2")("GET", f"/v1/transfers/{paid['id']}/document"), 404, "payment.unknown")
    refused(client("GET", f"/v1/transfers/{paid['id']}/document?language=xx"), 400)
    refused(world.client()("GET", f"/v1/transfers/{paid['id']}/document"), 401)


@case("anyone can have a paper verified; a wrong code and an unknown number are answered alike")
def verification(world):
    client, account = spend(world)
    paid = done(pay(world, "rich", "payee", "3.21"), 201)
    document, _ = made(client, account, "csv")
    anyone = world.somewhere()

    def ask(number, code, who=anyone):
        return done(who("POST", "/v1/verifications", {"number": number, "code": code}))
    receipt = ask(paid["receipt_number"], paid["verification_code"])
    expect(receipt["genuine"] and receipt["kind"] == "receipt" and receipt["amount"]["amount"] == "3.21" and receipt["payee_name"] == "柜**", receipt)
    expect("*" in receipt["from_account"] and "balance_after" not in receipt and "purpose" not in receipt, receipt)
    statement = ask(" " + document["number"].lower(), document["verification_code"].lower().replace("-", " "))
    expect(statement["genuine"] and statement["kind"] == "statement" and statement["holder"] == "柜**" and "*" in statement["account"], statement)
    expect(statement["closing"] == ledger(client, account)["closing"], statement)
    code = paid["verification_code"]
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    for number, typed in ((paid["receipt_number"], wrong), (document["number"], wrong), (paid["receipt_number"], document["verification_code"]),
                          (document["number"][1:], document["verification_code"]), ("20200101-" + paid["id"], code), ("x", "y"),
                          ("S20261122-0000000000000", code), ("-", "-"), ("20261122-" + account, code)):
        expect(ask(number, typed) == {"genuine": False}, number, typed)
    world.rows("yunchuan", "update statement_issue set closing = closing + 1 where lines > 0")
    expect(ask(document["number"], document["verification_code"]) == {"genuine": False}, "an altered record is called genuine")
    for body in ({}, {"number": "x"}, {"number": "", "code": "y"}, {"number": "x" * 61, "code": "y"}, {"number": 1, "code": "y"}):
        refused(anyone("POST", "/v1/verifications", body), 400, about=body)


@case("who tries codes is slowed down")
def tried_codes(world):
    guesser = world.somewhere()
    answers = [guesser("POST", "/v1/verifications", {"number": "S20261122-0000000000000", "code": "2222-2222"}) for _ in range(25)]
    expect([a[0] for a in answers[:10]] == [200] * 10, answers[:3])
    refused(answers[-1], 429, "verification.too_many")
