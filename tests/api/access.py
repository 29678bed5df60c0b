# SPDX-License-Identifier: Apache-2.0
"""Who may call what: every operation of the contract, by everybody who may not."""
import re
import socket

from harness import case, done, expect, refused
from world import PASSWORD, PHONES

MONEY = {"amount": "1.00", "currency": "CNY"}
CREDENTIAL = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}
FRAME = {"nonce": "0" * 32, "challenge": 0, "frames": [{"at_ms": 0, "jpeg": "AAAA"}]}

CAMPAIGN = {"institution": "yunchuan", "code": "access-test", "name": {"zh": "试", "en": "Test"}, "stock": 1, "value": MONEY, "least_bill": MONEY,
            "audience": "everybody", "starts_at": "2028-01-01T00:00:00Z", "ends_at": "2028-02-01T00:00:00Z", "use_until": "2028-03-01T00:00:00Z"}

# Every operation of the contract: who may call it (open, phone, customer, staff, partner: signed, key: a biller's, socket), a body that keeps to the
# contract, and a role of the demo bank's staff that lacks its permission. Whoever adds an operation says here who may not call it.
RULES = {
    "health": ("open", None, None),
    "metrics": ("open", None, None),
    "contract": ("open", None, None),
    "getBank": ("open", None, None),
    "listServices": ("open", None, None),
    "getService": ("open", None, None),
    "listBranches": ("open", None, None),
    "getBranch": ("open", None, None),
    "search": ("open", None, None),
    "sendCode": ("open", {"institution": "yunchuan", "phone": "16400004999"}, None),
    "signInWithCode": ("open", {"institution": "yunchuan", "phone": "16400004999", "code": "000000"}, None),
    "signInWithPassword": ("open", {"institution": "yunchuan", "phone": "16400004999", "password": "nobody-has-this"}, None),
    "passkeySignInOptions": ("open", {"institution": "yunchuan"}, None),
    "signInWithPasskey": ("open", CREDENTIAL, None),
    "getSession": ("phone", None, None),
    "signOut": ("phone", None, None),
    "setPassword": ("phone", {"password": "Some-other-2026", "present_password": "wrong"}, None),
    "passkeyRegistrationOptions": ("phone", None, None),
    "listPasskeys": ("phone", None, None),
    "addPasskey": ("phone", CREDENTIAL, None),
    "getMe": ("phone", None, None),
    "setLanguage": ("phone", {"language": "zh"}, None),
    "listCases": ("phone", None, None),
    "startCase": ("phone", {"service": "account-opening"}, None),
    "getCase": ("phone", None, None),
    "submitStep": ("phone", {"data": {}}, None),
    "cancelCase": ("phone", None, None),
    "uploadIdCard": ("phone", b"no picture", None),
    "rateCase": ("phone", {"stars": 5}, None),
    "uploadPicture": ("phone", b"no picture", None),
    "startLiveness": ("phone", None, None),
    "addLivenessFrames": ("phone", FRAME, None),
    "listAccounts": ("customer", None, None),
    "listDebitCards": ("customer", None, None),
    "getAccount": ("customer", None, None),
    "listEntries": ("customer", None, None),
    "getStatement": ("customer", None, None),
    "listTopUps": ("customer", None, None),
    "topUp": ("customer", {"amount": MONEY}, None),
    "getSpending": ("customer", None, None),
    "listSpending": ("customer", None, None),
    "makePaycode": ("customer", {}, None),
    "readPaycode": ("customer", {"text": "000201"}, None),
    "getPayeeBook": ("customer", None, None),
    "addPayee": ("customer", {"to": {"phone": "16400000002"}}, None),
    "changePayee": ("customer", {"favourite": True}, None),
    "removePayee": ("customer", None, None),
    "lookUpPayee": ("customer", {"phone": "16400000002"}, None),
    "listPayees": ("customer", None, None),
    "startProof": ("customer", {"transfer": {"from": "{account}", "to": {"phone": "16400000002"}, "amount": MONEY}}, None),
    "answerProof": ("customer", {"password": PASSWORD}, None),
    "transfer": ("customer", {"transfer": {"from": "{account}", "to": {"phone": "16400000002"}, "amount": MONEY}}, None),
    "getTransfer": ("customer", None, None),
    "listBanks": ("customer", None, None),
    "lookUpOutsidePayee": ("customer", {"bank": "lanwan", "number": "9901020000000012"}, None),
    "listOutgoing": ("customer", None, None),
    "payOut": ("customer", {"payment": {"from": "{account}", "bank": "xinghai", "number": "9989010000000000011", "name": "星河测", "amount": MONEY}}, None),
    "getOutgoing": ("customer", None, None),
    "listClearing": ("staff", None, "yc.operations"),
    "listPaymentOrders": ("customer", None, None),
    "createPaymentOrder": ("customer", {"order": {"from": "{account}", "to": {"phone": "16400000002"}, "amount": MONEY, "rhythm": "once", "first": "2027-11-01"}}, None),
    "getPaymentOrder": ("customer", None, None),
    "changePaymentOrder": ("customer", {"change": {"amount": MONEY}}, None),
    "setPaymentOrderState": ("customer", {"state": "paused"}, None),
    "beginStatementDocument": ("customer", {"from": "2026-11-01", "to": "2026-11-02", "format": "csv"}, None),
    "getStatementDocument": ("customer", None, None),
    "getStatementDocumentContent": ("customer", None, None),
    "getReceiptDocument": ("customer", None, None),
    "listCertificates": ("customer", None, None),
    "getCertificateDocument": ("customer", None, None),
    "giveBackCertificate": ("customer", None, None),
    "verifyDocument": ("open", {"number": "none", "code": "none"}, None),
    "listBillCategories": ("open", None, None),
    "searchBillItems": ("open", None, None),
    "getBillItem": ("open", None, None),
    "askBiller": ("customer", {"data": {"number": "1234567"}}, None),
    "getBillInquiry": ("customer", None, None),
    "listBills": ("customer", None, None),
    "payBill": ("customer", {"bill": {"inquiry": "{inquiry}", "from": "{account}"}}, None),
    "getBill": ("customer", None, None),
    "getOutgoingDocument": ("customer", None, None),
    "listCreditCards": ("customer", None, None),
    "keepCreditCard": ("customer", {"number": "9989050000000000012"}, None),
    "getCreditCard": ("customer", None, None),
    "askForCreditCardBill": ("customer", None, None),
    "removeCreditCard": ("customer", None, None),
    "repayCreditCard": ("customer", {"repayment": {"card": "{card}", "from": "{account}", "amount": MONEY}}, None),
    "listWallets": ("customer", None, None),
    "bindWallet": ("customer", {"wallet": {"provider": "suixin", "account": "{account}", "per_payment": MONEY, "per_day": MONEY}}, None),
    "getWallet": ("customer", None, None),
    "setWalletLimits": ("customer", {"limits": {"per_payment": MONEY, "per_day": MONEY}}, None),
    "unbindWallet": ("customer", None, None),
    "withdrawFromWallet": ("customer", {"withdrawal": {"wallet": "{wallet}", "amount": MONEY}}, None),
    "topUpWallet": ("customer", {"top_up": {"wallet": "{wallet}", "amount": MONEY}}, None),
    "partnerConfirmationLetter": ("partner", {"institution": "yunchuan", "type": "letter", "content": {}}, None),
    "partnerWalletDebit": ("partner", {"institution": "yunchuan", "type": "debit", "content": {}}, None),
    "listCampaigns": ("customer", None, None),
    "getCampaign": ("customer", None, None),
    "claimVoucher": ("customer", None, None),
    "listVouchers": ("customer", None, None),
    "listMessages": ("phone", None, None),
    "live": ("socket", None, None),
    "staffSignIn": ("open", {"username": "nobody", "password": "nobody-has-this"}, None),
    "staffSecondFactor": ("open", {"ticket": "none", "code": "000000"}, None),
    "getStaffSession": ("staff", None, None),
    "staffSignOut": ("staff", None, None),
    "getServiceDiagram": ("staff", None, None),
    "listTasks": ("staff", None, "group.admin"),
    "getTask": ("staff", None, "group.admin"),
    "claimTask": ("staff", None, "yc.relations"),
    "releaseTask": ("staff", None, "yc.relations"),
    "completeTask": ("staff", {"outcome": "open"}, "yc.relations"),
    "sendBackTask": ("staff", {"to": "nowhere", "reason": "a test"}, "yc.relations"),
    "handOverTask": ("staff", {"to": "yc.teller2", "reason": "a test"}, "yc.relations"),
    "lendTask": ("staff", {"to": "yc.teller2", "reason": "a test"}, "yc.relations"),
    "giveBackTask": ("staff", {}, "yc.relations"),
    "askToSignTask": ("staff", {"signers": ["yc.teller2"], "reason": "a test"}, "yc.relations"),
    "signTask": ("staff", {"agrees": True}, "yc.relations"),
    "claimTasks": ("staff", {"tasks": ["0000000000000"]}, None),
    "getAbsence": ("staff", None, "yc.relations"),
    "setAbsence": ("staff", {}, "yc.relations"),
    "listIncidents": ("staff", None, "yc.teller1"),
    "retryIncident": ("staff", None, "yc.teller1"),
    "skipIncident": ("staff", {"reason": "a test"}, "yc.teller1"),
    "cancelIncident": ("staff", {"reason": "a test"}, "yc.teller1"),
    "listIdleCases": ("staff", None, "yc.teller1"),
    "cancelIdleCase": ("staff", {"reason": "a test"}, "yc.teller1"),
    "getEvidence": ("staff", None, "yc.relations"),
    "findCustomers": ("staff", None, "yc.operations"),
    "getCustomer": ("staff", None, "yc.operations"),
    "revealCustomer": ("staff", {"reason": "a test looks"}, "yc.relations"),
    "getStaffAccount": ("staff", None, "yc.operations"),
    "listStaffEntries": ("staff", None, "yc.operations"),
    "getOrganisation": ("staff", None, "yc.teller1"),
    "getFigures": ("staff", None, "yc.teller1"),
    "getCommunityFigures": ("staff", None, "yc.teller1"),
    "checkVisitorPass": ("staff", {"pass": "AAAA-AAAA"}, "yc.relations"),
    "traceContacts": ("staff", {"reason": "a test looks"}, "yc.teller1"),
    "listDeployedServices": ("staff", None, None),
    "reloadServices": ("staff", {"reason": "a test"}, "yc.operations"),
    "listStaffChanges": ("staff", None, "yc.teller1"),
    "proposeStaffChange": ("staff", {"username": "yc.teller2", "works_here": False, "reason": "a test"}, "yc.teller1"),
    "decideStaffChange": ("staff", {"confirm": False}, "yc.teller1"),
    "listTaskFilters": ("staff", None, "group.admin"),
    "saveTaskFilter": ("staff", {"name": "a test", "state": "open"}, "group.admin"),
    "renameTaskFilter": ("staff", {"name": "a test"}, "group.admin"),
    "removeTaskFilter": ("staff", None, "group.admin"),
    "listColleagues": ("staff", None, "yc.operations"),
    "simulateTable": ("staff", {"table": "review.dmn", "xml": "<x/>"}, "yc.teller1"),
    "listServiceVersions": ("staff", None, "yc.teller1"),
    "compareServiceVersions": ("staff", None, "yc.teller1"),
    "deployService": ("staff", {"files": {"service.yaml": "code: x"}, "reason": "a test"}, "yc.operations"),
    "listReleases": ("staff", None, "yc.teller1"),
    "decideRelease": ("staff", {"confirm": False}, "yc.operations"),
    "releaseService": ("staff", {"action": "roll-back", "reason": "a test"}, "yc.operations"),
    "moveCases": ("staff", {"institution": "yunchuan", "from": 1, "to": 2, "reason": "a test"}, "yc.operations"),
    "listStaffCampaigns": ("staff", None, "yc.teller1"),
    "holdCampaign": ("staff", {"holding": "running", "reason": "a test"}, "yc.teller1"),
    "createCampaign": ("staff", CAMPAIGN, "yc.teller1"),
    "listSupplies": ("staff", None, "yc.teller1"),
    "putInSupplies": ("staff", {"institution": "yunchuan", "pieces": 1, "reason": "a test"}, "yc.teller1"),
    "listBatchPayers": ("staff", None, "yc.operations"),
    "getBatchSample": ("staff", None, "yc.operations"),
    "listBatches": ("staff", None, "yc.operations"),
    "uploadBatch": ("staff", b"no file", "yc.operations"),
    "getBatch": ("staff", None, "yc.operations"),
    "listBatchLines": ("staff", None, "yc.operations"),
    "getBatchErrors": ("staff", None, "yc.operations"),
    "getBatchResult": ("staff", None, "yc.operations"),
    "submitBatch": ("staff", None, "yc.operations"),
    "approveBatch": ("staff", None, "yc.operations"),
    "refuseBatch": ("staff", {"reason": "a test refuses"}, "yc.operations"),
    "stopBatch": ("staff", {"reason": "a test stops"}, "yc.operations"),
    "resumeBatch": ("staff", None, "yc.operations"),
    "getEndOfDay": ("staff", None, "yc.teller1"),
    "getEndOfDayRun": ("staff", None, "yc.teller1"),
    "actOnEndOfDay": ("staff", {"institution": "yunchuan", "action": "retry", "day": "2026-01-01"}, "yc.manager"),
    "getTrialBalance": ("staff", None, "yc.teller1"),
    "getGeneralLedger": ("staff", None, "yc.teller1"),
    "getBillFigures": ("staff", None, "yc.teller1"),
    "listStaffBills": ("staff", None, "yc.teller1"),
    "listBillerDays": ("staff", None, "yc.teller1"),
    "getBillerDay": ("staff", None, "yc.teller1"),
    "getBillerDayFile": ("staff", None, "yc.teller1"),
    "askBillerListAgain": ("staff", None, "yc.manager"),
    "actOnPayout": ("staff", {"action": "approve"}, "yc.operations"),
    "actOnBillerDifference": ("staff", {"text": "a test notes"}, "yc.manager"),
    "listJoinedBillers": ("staff", None, "yc.teller1"),
    "actOnJoinedBiller": ("staff", {"action": "propose"}, "yc.manager"),
    "applyAsBiller": ("open", {"institution": "yunchuan", "code": "access", "name": {"zh": "试", "en": "Test"}, "category": "home", "city": "nowhere", "contact": "1"}, None),
    "getOwnBiller": ("key", None, None),
    "makeBillerKey": ("key", {"mode": "test"}, None),
    "listOwnItems": ("key", None, None),
    "getOwnPayoutAccount": ("key", None, None),
    "putOwnPayoutAccount": ("key", {"bank": "xinghai", "number": "9989010000000000011", "name": "试"}, None),
    "putOwnItem": ("key", {"name": {"zh": "试", "en": "Test"}, "district": "baita"}, None),
    "listOwnBills": ("key", None, None),
    "pushBills": ("key", {"bills": [{"reference": "1", "withdrawn": True}]}, None),
    "payTestBill": ("key", {"reference": "1"}, None),
    "listBillerPayments": ("key", None, None),
    "getDailyFile": ("key", None, None),
    "tellDailyList": ("key", {"page": 0, "last": True, "lines": []}, None),
    "partnerCredit": ("partner", {"institution": "yunchuan", "type": "credit", "content": {}}, None),
    "partnerClearing": ("partner", {"institution": "yunchuan", "type": "status", "content": {}}, None),
    "partnerWalletAnswer": ("partner", {"institution": "yunchuan", "type": "answer", "content": {}}, None),
    "partnerBillAnswer": ("partner", {"institution": "yunchuan", "type": "answer", "content": {}}, None),
    "partnerReceipt": ("partner", {"institution": "yunchuan", "type": "receipt", "content": {}}, None),
    "partnerIdentityAnswer": ("partner", {"institution": "yunchuan", "type": "answer", "content": {}}, None),
    "getHandset": ("open", None, None),
    "getDemoSignIns": ("open", None, None),
}
QUERIES = {"uploadBatch": "payer={payer}&on_bad_line=go_on", "search": "q=x", "getStatement": "from=2026-01-01&to=2026-12-31", "listBillerPayments": "day=2026-01-01"}
HEADERS = {"topUp": {"Idempotency-Key": "access-test"}, "uploadBatch": {"Idempotency-Key": "access-test"}, "transfer": {"Idempotency-Key": "access-test"},
           "payOut": {"Idempotency-Key": "access-test"}, "createPaymentOrder": {"Idempotency-Key": "access-test"},
           "payBill": {"Idempotency-Key": "access-test"}, "repayCreditCard": {"Idempotency-Key": "access-test"},
           "withdrawFromWallet": {"Idempotency-Key": "access-test"}, "putInSupplies": {"Idempotency-Key": "access-test"},
           "topUpWallet": {"Idempotency-Key": "access-test"}}
STAFF_IDS = ("task", "evidence", "customer", "account", "batch", "sheet", "difference", "joined")
MEDIA = {"uploadIdCard": "image/jpeg", "uploadPicture": "image/jpeg", "uploadBatch": "text/csv"}


def operations(world):
    """(operationId, method, path template, the contract's operation) of the whole contract."""
    for path, item in world.contract["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                yield item[method]["operationId"], method.upper(), path, item[method]


def bill_of_rich(world):
    """A bill that was looked up, and one that was paid."""
    from bills import ask, fresh_number, order_of, pay
    paid = done(pay(world, "rich", order_of(world, "rich", ask(world, "rich", fresh_number()))), 201)
    return ask(world, "rich", fresh_number())["id"], paid["id"]


def belongings(world):
    """Ids of what belongs to the customer "rich" and to the visitor whose opening waits for a teller."""
    if not hasattr(world, "belongings"):
        rich = world.customer("rich")
        order = world.order("rich", "payee", "1.00")
        paid = done(world.transfer("rich", order, world.prove("rich", order)), 201, "a payment")
        proof = done(rich("POST", "/v1/proofs", {"transfer": order}), 201)
        outside = {"from": order["from"], "bank": "xinghai", "number": "9989010000000000011", "name": "星河测", "amount": MONEY}
        asked = done(rich("POST", "/v1/proofs", {"outgoing": outside}), 201)
        token = done(rich("POST", f"/v1/proofs/{asked['id']}", {"password": PASSWORD}), 200)["token"]
        going = done(rich("POST", "/v1/outgoing-payments", {"payment": outside, "proof": token}, {"Idempotency-Key": world.key()}), 202)
        later = {**order, "rhythm": "once", "first": "2027-11-01"}
        asked = done(rich("POST", "/v1/proofs", {"standing": later}), 201)
        token = done(rich("POST", f"/v1/proofs/{asked['id']}", {"password": PASSWORD}), 200)["token"]
        made = done(rich("POST", "/v1/payment-orders", {"order": later, "proof": token}, {"Idempotency-Key": world.key()}), 201)
        day = {"from": "2026-11-01", "to": "2026-11-02", "format": "csv"}
        document = done(rich("POST", f"/v1/accounts/{order['from']}/statement-documents", day), 202)
        teller = world.staff("yc.teller1")
        payer = next(p for p in done(teller("GET", "/v1/staff/batch-payers"))["items"] if p["institution"] == "yunchuan")["account"]
        batch = done(teller("POST", f"/v1/staff/batches?payer={payer}&on_bad_line=go_on", "账号,姓名,金额\n1,测,1.00\n".encode(),
                            {"Idempotency-Key": world.key()}, media="text/csv"), 201)
        campaign = done(rich("GET", "/v1/campaigns"))["items"][0]
        inquiry, bill = bill_of_rich(world)
        card = done(rich("POST", "/v1/credit-cards", {"number": "9989050000000000012"}), 202)
        from wallets import bind
        wallet = bind(world, "rich")
        visitor, case_id, task = world.review()
        live = done(visitor("POST", f"/v1/cases/{case_id}/liveness"), 201)
        detail = done(world.staff("yc.senior")("GET", f"/v1/staff/tasks/{task['id']}"))
        customer = done(world.staff("yc.senior")("GET", f"/v1/staff/customers?q={PHONES['rich']}"))["items"][0]["id"]
        kept = done(rich("POST", "/v1/payee-book", {"to": {"phone": PHONES["class3"]}}), 201)
        world.belongings = {"payee": kept["id"], "month": "2026-11", "account": world.account("rich")["id"], "transfer": paid["id"], "payment": going["id"], "order": made["id"], "inquiry": inquiry, "bill": bill, "item": "tap-water.yunchuan.baita", "proof": proof["id"], "case": case_id,
                            "liveness": live["id"], "task": task["id"], "evidence": detail["evidence"][0]["id"], "customer": customer,
                            "service": "account-opening", "side": "front", "field": "pictures", "step": "details", "document": document["id"],
                            "batch": batch["id"], "payer": payer, "campaign": campaign["id"], "goods": "mask", "card": card["id"], "wallet": wallet["id"], "format": "csv",
                            "day": "2026-01-01", "incident": task["id"], "filter": task["id"], "change": task["id"], "release": task["id"], "own_item": "fee", "version": "1", "branch": "P-YC-BT", "instance": task["id"],
                            # None of theirs is needed to see who may not: an id tells the institution.
                            "sheet": payer, "difference": payer, "joined": payer, "certificate": payer}
    return world.belongings


def filled(value, ids):
    """`value` with every "{name}" as the id of that name."""
    if isinstance(value, dict):
        return {k: filled(v, ids) for k, v in value.items()}
    return value.format(**ids) if isinstance(value, str) and re.fullmatch(r"\{\w+\}", value) else value


def call(world, client, operation, ids=None, headers=None, **ways):
    """Calls an operation with a request that keeps to the contract."""
    name, method, path, _ = operation
    ids = ids or belongings(world)
    body = RULES[name][1]
    media = MEDIA.get(name, "application/json")
    path = path.format(**ids) + ("?" + QUERIES[name].format(**ids) if name in QUERIES else "")
    return client(method, path, filled(body, ids), {**HEADERS.get(name, {}), **(headers or {})}, media, **ways)


@case("every operation of the contract is in the table of who may call it, and the reverse")
def table_is_whole(world):
    named = {name for name, *_ in operations(world)}
    expect(named == set(RULES), "not in the table:", named - set(RULES), "not in the contract:", set(RULES) - named)


@case("every operation of the contract has a route, and every route is in the contract")
def routes_are_the_contract(world):
    for operation in operations(world):
        name, method, path, _ = operation
        client = world.client()
        answer = call(world, client, operation)
        expect(answer[1].get("reason") not in ("http.not_found", "http.method_not_allowed"), name, "has no route:", answer)
    figures = world.client()
    figures("GET", "/metrics")
    served = set(re.findall(r'http_requests_total\{[^}]*route="(/[^"]*)"|http_request_seconds_count\{method="\w+",route="(/[^"]*)"', figures.text.decode()))
    served = {a or b for a, b in served}
    told = set(world.contract["paths"])
    expect(served and served - told <= {"/"}, "served and not in the contract:", served - told)
    expect(told - served <= {"/v1/live"}, "in the contract and not served:", told - served)


@case("without a session nothing is told that needs one")
def nobody(world):
    for operation in operations(world):
        name, kind = operation[0], RULES[operation[0]][0]
        answer = call(world, world.client(), operation)
        if kind in ("phone", "customer", "staff"):
            refused(answer, 401, "authentication.session_missing", name)
            expect("set-cookie" not in str(answer).lower(), name)
        elif kind == "key":
            refused(answer, 401, "biller.key_missing", name)
        elif kind == "partner":
            refused(answer, (400, 401, 403), about=name)
        else:
            expect(answer[0] < 500 and answer[0] != 401, name, answer)


@case("a session that is none, or another's cookie name, opens nothing")
def false_sessions(world):
    rich, teller = world.customer("rich"), world.staff("yc.senior")
    tokens = {"none": "A" * 43, "empty": "", "customer": rich.cookies["yungui_session"], "staff": teller.cookies["yungui_staff"],
              "attack": "' or 1=1 --", "long": "A" * 3000}
    for operation in operations(world):
        name, kind = operation[0], RULES[operation[0]][0]
        for what, token in tokens.items():
            if kind in ("phone", "customer") and what != "customer":
                cookie, csrf = f"yungui_session={token}", teller.csrf
            elif kind == "staff" and what != "staff":
                cookie, csrf = f"yungui_staff={token}", rich.csrf
            else:
                continue
            answer = call(world, world.client(), operation, headers={"Cookie": cookie, "X-CSRF-Token": csrf})
            refused(answer, (401, 403), about=f"{name} with the cookie of {what}")


@case("a phone alone reads no accounts and moves no money")
def visitor_on_customer_routes(world):
    visitor = world.review()[0]
    for operation in operations(world):
        if RULES[operation[0]][0] == "customer":
            refused(call(world, visitor, operation), 403, "authentication.sign_in_fully", operation[0])


@case("staff are nobody on customer routes, and customers nobody on staff routes")
def wrong_side(world):
    for operation in operations(world):
        name, kind = operation[0], RULES[operation[0]][0]
        if kind in ("phone", "customer"):
            refused(call(world, world.staff("yc.senior"), operation), 401, about=name)
        if kind == "staff":
            refused(call(world, world.customer("rich"), operation), 401, about=name)


@case("a password without the second factor opens no workbench")
def first_factor_only(world):
    client = world.client()
    ticket = done(client("POST", "/v1/staff/sessions", {"username": "yc.teller3", "password": "Yungui-2026-staff"}))["ticket"]
    for operation in operations(world):
        if RULES[operation[0]][0] == "staff":
            answer = call(world, world.client(), operation, headers={"Cookie": f"yungui_staff={ticket}"})
            refused(answer, 401 if operation[1] == "GET" else (401, 403), about=operation[0])


@case("what changes something needs the session's CSRF token and a page of ours")
def cross_site(world):
    rich, teller, visitor = world.customer("rich"), world.staff("yc.senior"), world.review()[0]
    for operation in operations(world):
        name, method = operation[:2]
        kind = RULES[name][0]
        if method == "GET" or kind not in ("phone", "customer", "staff"):
            continue
        whole = {"phone": visitor, "customer": rich, "staff": teller}[kind]
        for token, reason in ((None, "http.csrf_token_missing"), ("A" * 43, "http.csrf_token_wrong"), (teller.csrf if kind != "staff" else rich.csrf, "http.csrf_token_wrong")):
            client = world.again(whole)
            client.csrf = token
            refused(call(world, client, operation), 403, reason, name)
        for header in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            refused(call(world, world.again(whole), operation, headers=header), 403, "http.cross_origin", f"{name} {header}")


@case("another customer's ids are as good as none")
def other_customer(world):
    for institution, who in (("yunchuan", "payee"), ("lanwan", "16400000031")):
        other = world.customer(who, institution)
        for operation in operations(world):
            name, _, path, _ = operation
            if "{" not in path and "{account}" not in str(RULES[name][1]) or RULES[name][0] not in ("phone", "customer") or "{campaign}" in path or "{item}" in path:
                continue
            if name in ("getTransfer", "getReceiptDocument") and institution == "yunchuan":
                continue  # The payee's too.
            answer = call(world, other, operation)
            refused(answer, (400, 404) if name in MEDIA else 404, about=f"{name} by {who}")
            expect("测" not in other.text.decode() and "500000" not in other.text.decode(), name, "tells of it:", answer)


@case("a receipt is for payer and payee, and only the payer sees the balance")
def receipts(world):
    path = f"/v1/transfers/{belongings(world)['transfer']}"
    expect("balance_after" in done(world.customer("rich")("GET", path)), "the payer does not see the balance")
    expect("balance_after" not in done(world.customer("payee")("GET", path)), "the payee sees the payer's balance")
    refused(world.customer("poor")("GET", path), 404, "payment.unknown")
    refused(world.customer("16400000031", "lanwan")("GET", path), 404)


@case("lists hold one's own only")
def own_lists(world):
    visitor, case_id, _ = world.review()
    ids = belongings(world)
    for who in ("payee", "poor"):
        client = world.customer(who)
        for path in ("/v1/cases", "/v1/accounts", "/v1/messages", "/v1/payees", "/v1/me", "/v1/me/passkeys"):
            done(client("GET", path), 200, path)
            text = client.text.decode()
            expect(case_id not in text and ids["account"] not in text, path, "of", who, "holds another's:", text)
    expect(done(visitor("GET", "/v1/cases"))["items"][0]["id"] == case_id)


@case("a teller of another institution sees, claims, decides and looks at nothing here")
def other_institution(world):
    teller, lender = world.staff("lw.teller1"), world.staff("lw.manager")
    for operation in operations(world):
        name, _, path, _ = operation
        if RULES[name][0] == "staff" and any("{" + i + "}" in path for i in STAFF_IDS):
            for who in (teller, lender):
                refused(call(world, who, operation), 404, about=name)
    refused(teller("GET", "/v1/staff/tasks?state=all&institution=yunchuan"), 403, "staff.out_of_scope")
    for path in ("/v1/staff/tasks?state=all&limit=100", "/v1/staff/customers?limit=100", f"/v1/staff/customers?q={PHONES['rich']}",
                 "/v1/staff/customers?q=16400002004"):
        items = done(teller("GET", path), 200, path)["items"]
        expect(all(i["institution"] == "lanwan" for i in items), path, "tells of", {i["institution"] for i in items})
    roots = done(lender("GET", "/v1/staff/organisation"))["roots"]
    expect("yc." not in str(roots), "the tree shows another institution's staff")


@case("a role without the permission is refused")
def permissions(world):
    for operation in operations(world):
        who = RULES[operation[0]][2]
        if who:
            refused(call(world, world.staff(who), operation), 403, about=f"{operation[0]} by {who}")


@case("everything is masked for staff until a reason is given, and that is recorded")
def masked(world):
    teller, ids = world.staff("yc.senior"), belongings(world)
    number = world.account("rich")["number"]
    for path in (f"/v1/staff/customers/{ids['customer']}", f"/v1/staff/customers?q={PHONES['rich']}", f"/v1/staff/accounts/{ids['account']}",
                 f"/v1/staff/tasks/{ids['task']}", "/v1/staff/tasks?state=all"):
        done(teller("GET", path), 200, path)
        text = teller.text.decode()
        for secret in (PHONES["rich"], "柜试甲", number, "16400002004", "530102199908096173", "测勇山"):
            expect(secret not in text, path, "holds", secret)
    refused(teller("POST", f"/v1/staff/customers/{ids['customer']}/reveal", {"reason": "x"}), 400)
    refused(teller("POST", f"/v1/staff/customers/{ids['customer']}/reveal", {"reason": "     "}), 400)
    before = len(world.audit("yunchuan", action="customer.reveal"))
    revealed = done(teller("POST", f"/v1/staff/customers/{ids['customer']}/reveal", {"reason": "the customer asks by phone"}))
    expect("柜试甲" in str(revealed["fields"]), revealed)
    expect(len(world.audit("yunchuan", action="customer.reveal")) == before + 1, "the look was not recorded")


@case("the socket of events takes no other site's page, no session that is none and no first factor")
def sockets(world):
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    ticket = done(world.client()("POST", "/v1/staff/sessions", {"username": "yc.teller3", "password": "Yungui-2026-staff"}))["ticket"]
    rich, teller = world.customer("rich").cookies["yungui_session"], world.staff("yc.senior").cookies["yungui_staff"]
    own = {"Origin": f"http://localhost:{world.bank.port}"}
    for path, headers, expected in (
            ("/v1/live", {}, (401, 403)),
            ("/v1/live", {"Cookie": "yungui_session=none"}, (401, 403)),
            ("/v1/live", {"Cookie": f"yungui_session={rich}", "Origin": "https://evil.example"}, (403,)),
            ("/v1/live", {"Cookie": f"yungui_session={teller}", **own}, (401, 403)),
            ("/v1/live?as=staff", {"Cookie": f"yungui_staff={ticket}", **own}, (401, 403)),
            ("/v1/live?as=staff", {"Cookie": f"yungui_staff={rich}", **own}, (401, 403)),
            ("/v1/live", {"Cookie": f"yungui_session={rich}", **own}, (101,)),
            ("/v1/live?as=staff", {"Cookie": f"yungui_staff={teller}", **own}, (101,))):
        client = world.client()
        status, problem = client("GET", path, headers={**upgrade, **headers})
        client.connection.close()
        expect(status in expected, path, headers, "answered", status, problem)


@case("signing out closes the session's socket of events and no other")
def sockets_close(world):
    def listening(client):
        line = socket.create_connection(("localhost", world.bank.port), timeout=5)
        line.sendall(("GET /v1/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                      f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: http://localhost:{world.bank.port}\r\n"
                      f"Cookie: yungui_session={client.cookies['yungui_session']}\r\n\r\n").encode())
        expect(b" 101 " in line.recv(4096), "not upgraded")
        return line

    leaving, staying = (world.client().sign_in(PHONES["double"]) for _ in range(2))
    ended, kept = listening(leaving), listening(staying)
    done(leaving("DELETE", "/v1/session"), 204)
    expect(ended.recv(64)[:4] == b"\x88\x0c\x03\xf0", "no closing frame with code 1008")
    kept.settimeout(0.3)
    try:
        expect(False, "the other session's socket was told", kept.recv(64))
    except TimeoutError:
        pass
    done(staying("DELETE", "/v1/session"), 204)


@case("a session that was ended is none any more")
def signed_out(world):
    client = world.client().sign_in(PHONES["double"])
    copy = world.again(client)
    done(copy("GET", "/v1/me"))
    done(client("DELETE", "/v1/session"), 204)
    refused(copy("GET", "/v1/me"), 401, "authentication.session_unknown")
    refused(copy("POST", "/v1/cases", {"service": "account-opening"}), 401, "authentication.session_unknown")


@case("what is answered to a session is kept by no cache, and cookies are out of scripts' reach")
def headers(world):
    client = world.client().sign_in(PHONES["double"])
    cookie = client.answer.getheader("Set-Cookie")
    expect("HttpOnly" in cookie and re.search("SameSite=(Strict|Lax)", cookie) and "Path=/" in cookie, cookie)
    done(client("GET", "/v1/me"))
    expect(client.answer.getheader("Cache-Control") == "no-store", client.answer.getheaders())
    expect("default-src 'none'" in client.answer.getheader("Content-Security-Policy"))
    expect(client.answer.getheader("X-Content-Type-Options") == "nosniff")
