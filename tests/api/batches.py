# SPDX-License-Identifier: Apache-2.0
"""Payrolls on the workbench: files good and bad, four eyes, both choices, the files that come back."""
import csv
import io
import itertools
import zipfile

from harness import case, done, expect, refused, until
from world import PHONES

KEYS = itertools.count(1)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def key():
    return {"Idempotency-Key": f"batch-key-{next(KEYS):04d}"}


def payer(world, who="yc.teller1"):
    return next(p for p in done(world.staff(who)("GET", "/v1/staff/batch-payers"))["items"] if p["institution"] == "yunchuan")


def number_of(world, person):
    return world.account(person)["number"]


def roster(lines, head="账号,姓名,金额,备注"):
    return ("\n".join([head, *lines]) + "\n").encode()


def upload(world, file, who="yc.teller1", choice="go_on", media="text/csv", headers=None, account=None):
    return world.staff(who)("POST", f"/v1/staff/batches?payer={account or payer(world, who)['account']}&on_bad_line={choice}&title=11%E6%9C%88", file,
                            headers or key(), media=media)


def batch(world, id_, who="yc.senior"):
    return done(world.staff(who)("GET", f"/v1/staff/batches/{id_}"))


def settled(world, id_, *states):
    return until(lambda: (b := batch(world, id_))["state"] in states and b, about=f"the batch being {states}")


def act(world, id_, what, who, body=None):
    return world.staff(who)("POST", f"/v1/staff/batches/{id_}/{what}", body)


def adds_up(one):
    parts = [one[p] for p in ("waiting", "ready", "refused", "paid")]
    expect(one["all"]["lines"] == sum(p["lines"] for p in parts), "the lines do not add up", one)
    cents = [round(float(p["amount"]) * 100) for p in parts]
    expect(round(float(one["all"]["amount"]) * 100) == sum(cents), "the amounts do not add up", one)


@case("a payroll goes from the teller's file to the payees, and everybody is told what they should be")
def whole_way(world):
    rich, double = number_of(world, "payee"), number_of(world, "double")
    answer = done(upload(world, roster([f"{rich},柜试乙,88.10,11月工资", f"{double},柜试壬,12.90,", f"{double},柜试乙,1.00,", "123,柜试乙,1.00,"])), 201)
    checked = settled(world, answer["id"], "checked")
    adds_up(checked)
    expect(checked["ready"] == {"lines": 2, "amount": "101.00"} and checked["refused"]["lines"] == 2, checked)
    words = {r["code"]: r["text"] for r in checked["reasons"]}
    expect(set(words) == {"batch.name_differs", "batch.account_malformed"}, words)
    expect(all(t["zh"] != c and t["en"] != c for c, t in words.items()), "a reason has no words", words)
    refused(act(world, answer["id"], "approve", "yc.senior"), 409, "batch.state")
    refused(act(world, answer["id"], "submit", "yc.senior"), 403, "batch.not_the_maker")
    done(act(world, answer["id"], "submit", "yc.teller1"))
    refused(act(world, answer["id"], "approve", "yc.teller1"), 403, "staff.not_permitted")
    done(act(world, answer["id"], "approve", "yc.senior"))
    paid = settled(world, answer["id"], "done")
    adds_up(paid)
    expect(paid["paid"] == {"lines": 2, "amount": "101.00"} and paid["checker"]["username"] == "yc.senior", paid)
    entries = done(world.again(world.customer(PHONES["payee"]))("GET", f"/v1/accounts/{done(world.customer(PHONES['payee'])('GET', '/v1/accounts'))['items'][0]['id']}/entries"))["items"]
    wage = next(e for e in entries if e["kind"] == "wages")
    expect(wage["counterparty"] == "云川柜山机械有限公司" and wage["purpose"] == "11月工资" and wage["amount"]["amount"] == "88.10", wage)
    until(lambda: any("发放的工资88.10元" in m["text"] for m in done(world.customer(PHONES["payee"])("GET", "/v1/messages"))["items"]), about="the message")
    actions = [record["action"] for record in world.audit("yunchuan", object_kind="batch")]
    expect(actions[-4:] == ["batch.upload", "batch.submit", "batch.approve", "batch.pay"], actions)
    for table in ("batch_line", "batch"):
        for row in world.rows("yunchuan", f"select * from {table}"):
            expect(not any("柜试" in str(v) or "柜试".encode() in (v if isinstance(v, bytes) else b"") for v in row), "a name lies open in", table)
    lines = done(world.staff("yc.senior")("GET", f"/v1/staff/batches/{answer['id']}/lines?limit=3"))
    expect([line["number"] for line in lines["items"]] == [1, 2, 3] and "柜试乙" not in str(lines), "names are not masked", lines)
    rest = done(world.staff("yc.senior")("GET", f"/v1/staff/batches/{answer['id']}/lines?cursor={lines['next_cursor']}"))
    expect([line["number"] for line in rest["items"]] == [4], rest)
    only = done(world.staff("yc.senior")("GET", f"/v1/staff/batches/{answer['id']}/lines?state=paid"))["items"]
    expect(len(only) == 2, only)


@case("the files that come back hold every line, in the maker's language, and no formula")
def files(world):
    mine = number_of(world, "payee")
    answer = done(upload(world, roster([f"{mine},柜试乙,2.00,=1+1", f"{mine},@SUM(A1),3.00,+x", f"{mine},柜试乙,0,-"])), 201)
    settled(world, answer["id"], "checked")
    teller = world.staff("yc.teller1")
    expect(teller("GET", f"/v1/staff/batches/{answer['id']}/errors")[0] == 200, "no list of errors")
    text = teller.text.decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    expect(text.startswith("\ufeff") and rows[0][0] == "行号" and [r[0] for r in rows[1:]] == ["3", "4"], rows)
    expect(rows[1][3] == "'@SUM(A1)" and rows[1][5] == "'+x" and "户名不一致" in rows[1][6], rows[1])
    expect(teller("GET", f"/v1/staff/batches/{answer['id']}/result")[0] == 200, "no result")
    rows = list(csv.reader(io.StringIO(teller.text.decode())))
    expect(len(rows) == 4 and rows[1][5] == "'=1+1" and rows[1][6] == "待付", rows)
    expect(teller("GET", f"/v1/staff/batches/{answer['id']}/result?format=pain.002")[0] == 200, "no report")
    report = teller.text.decode()
    expect(report.count("<TxSts>RJCT</TxSts>") == 2 and report.count("<TxSts>PDNG</TxSts>") == 1, report)
    refused(world.staff("yc.compliance")("GET", f"/v1/staff/batches/{answer['id']}/errors"), 403, "staff.not_permitted")
    refused(world.staff("lw.teller1")("GET", f"/v1/staff/batches/{answer['id']}"), 404, "batch.unknown")
    told = world.audit("yunchuan", action="batch.download")
    expect(len(told) >= 3, told)
    done(act(world, answer["id"], "refuse", "yc.teller1", {"reason": "有错误要改"}))


@case("bad files are refused with what to mend, and good ones of each format are read")
def formats(world):
    mine = number_of(world, "payee")
    for file, media, reason in ((b"", "text/csv", None), (b"   ", "text/csv", "batch.file_empty"), (b"a,b\n1,2\n", "text/csv", "batch.header_missing"), (roster([]), "text/csv", "batch.no_lines"),
                                (roster(['"1,2,3']), "text/csv", "batch.csv_malformed"), (b"PK\x03\x04", XLSX, "spreadsheet.not_a_workbook"), (b"\xd0\xcf\x11\xe0", "application/vnd.ms-excel", "spreadsheet.encrypted"),
                                (b"<a/>", "application/xml", "batch.format_unknown"), (b"<!DOCTYPE a><a/>", "application/xml", "xml.doctype_refused"), (b"\x00\x01\x02", "application/octet-stream", "batch.format_unknown")):
        refused(upload(world, file, media=media), 400, reason, about=file)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet r:id='x'/></sheets></workbook>")
        archive.writestr("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='x' Target='s.xml'/></Relationships>")
        archive.writestr("xl/s.xml", "<worksheet>" + " " * (200 << 20) + "</worksheet>")
    refused(upload(world, packed.getvalue(), media=XLSX), 400, "spreadsheet.too_large", about="a workbook that unpacks to 200 MB")
    refused(upload(world, b"x" * (21 << 20)), 413, about="21 MB")
    refused(upload(world, roster(["1,2,3,4"]), media="image/png"), 415)
    refused(upload(world, roster(["1,2,3,4"]), account="0000000000000"), 404, "batch.payer_unknown")
    teller, line = world.staff("yc.teller1"), f"{mine},柜试乙,1.00,"
    samples = {}
    for name in ("csv", "xlsx", "pain.001"):
        expect(teller("GET", f"/v1/staff/batch-samples/{name}")[0] == 200, name)
        samples[name] = teller.text
    message = samples["pain.001"].decode().replace("990101000000001X", mine).replace("张三", "柜试乙").replace("NOTPROVIDED", "OURS")
    ids = [done(upload(world, file), 201)["id"] for file in (roster([line + "gb"]).decode().encode("gb18030"), samples["csv"], samples["xlsx"], message.encode())]
    read = [settled(world, i, "checked") for i in ids]
    expect([b["format"] for b in read] == ["csv", "csv", "xlsx", "pain.001"] and read[0]["encoding"] == "GB18030", read)
    expect([b["ready"]["lines"] for b in read] == [1, 0, 0, 1], [b["ready"] for b in read])
    refused(act(world, ids[1], "submit", "yc.teller1"), 422, "batch.no_lines_left")
    faulty = done(upload(world, message.replace("OURS", "OTHERS").replace("<EndToEndId>0001</EndToEndId>", "").encode()), 201)["id"]
    held = settled(world, faulty, "checked")
    expect(held["ready"]["lines"] == 0 and teller("GET", f"/v1/staff/batches/{faulty}/errors")[0] == 200, held)
    expect("line " in teller.text.decode() and "EndToEndId is missing" in teller.text.decode(), teller.text)
    refused(upload(world, message.replace("<NbOfTxs>2", "<NbOfTxs>3").encode()), 400, "batch.pain_count")
    refused(upload(world, message.replace(payer(world)["number"], mine).encode()), 400, "batch.pain_payer")
    same = key()
    first = done(upload(world, roster([line + "once"]), headers=same), 201)
    expect(done(upload(world, roster([line + "once"]), headers=same), 201)["id"] == first["id"], "the same key made another batch")
    refused(upload(world, roster([line + "twice"]), headers=same), 409, "batch.key_reused")
    refused(upload(world, roster([line + "once"])), 409, "batch.file_known")


@case("who uploads does not approve, whatever rights they have; a limit and a short balance are held to")
def four_eyes(world):
    mine = number_of(world, "payee")
    one = done(upload(world, roster([f"{mine},柜试乙,1.01,"]), who="yc.manager"), 201)["id"]
    settled(world, one, "checked")
    done(act(world, one, "submit", "yc.manager"))
    refused(act(world, one, "approve", "yc.manager"), 403, "batch.same_person")
    refused(act(world, one, "refuse", "yc.senior", {"reason": "  "}), 400, "batch.reason_missing")
    refused(act(world, one, "refuse", "yc.teller2", {"reason": "不是我的"}), 403, "staff.not_permitted")
    done(act(world, one, "refuse", "yc.senior", {"reason": "金额不对"}))
    refused(act(world, one, "approve", "yc.senior"), 409, "batch.state")
    expect(batch(world, one)["reason"]["text"]["zh"] == "金额不对", batch(world, one))
    large = done(upload(world, roster([f"{mine},柜试乙,600000,"])), 201)["id"]
    settled(world, large, "checked")
    done(act(world, large, "submit", "yc.teller1"))
    refused(act(world, large, "approve", "yc.senior"), (403, 422), "staff.over_limit")
    done(act(world, large, "refuse", "yc.senior", {"reason": "超过额度"}))
    stop = done(upload(world, roster([f"{mine},柜试乙,1.02,", "x,y,1,"]), choice="stop"), 201)["id"]
    settled(world, stop, "checked")
    refused(act(world, stop, "submit", "yc.teller1"), 422, "batch.has_bad_lines")


@case("a closed account is seen before anything is paid, and the rest of the file with it")
def closed(world):
    shut = world.account("closed")["number"]
    world.rows("yunchuan", "update account set state = 2, closed_at = opened_at, is_default = 0 where number = ?", shut)
    answer = done(upload(world, roster([f"{shut},柜试庚,1.00,", f"{number_of(world, 'payee')},柜试乙,1.00,x"])), 201)
    checked = settled(world, answer["id"], "checked")
    expect([r["code"] for r in checked["reasons"]] == ["batch.account_closed"] and checked["ready"]["lines"] == 1, checked)
    adds_up(checked)
