# SPDX-License-Identifier: Apache-2.0
"""Whole openings: who may open what, once, from wherever; what the account then takes and pays."""
from harness import at_once, case, done, expect, refused, until
from money import pay
from steps import applicant, claim, decide, give_card, give_details, give_face, over, to_details, told
from world import PHONES


PASSWORD = "Opening-2026"


@case("a whole opening, begun on one phone and gone on with on another, with every button tapped twice")
def journey(world):
    client, case_id = applicant(world, "16400002001")
    answers = at_once(4, lambda i: world.again(client)("POST", "/v1/cases", {"service": "account-opening"}))
    expect({a[0] for a in answers} == {200} and {a[1]["id"] for a in answers} == {case_id}, "a second case:", answers)
    refused(world.submit(client, case_id, "details", world.details(1)), 409, "case.step_not_current")
    refused(world.submit(client, case_id, "../../x", {}), (400, 404, 409), about="a step that is none")
    data = world.card(client, case_id, 1)
    answers = at_once(3, lambda i: world.submit(world.again(client), case_id, "id-card", data))
    expect({a[0] for a in answers} == {200}, answers)
    world.settled(client, case_id, leaving="id-card")

    world.age_codes()
    other = world.visitor("16400002001")
    expect(done(other("GET", "/v1/cases"))["items"][0]["id"] == case_id, "the other device does not find the case")
    view = done(other("GET", f"/v1/cases/{case_id}"))
    expect(view["step"]["code"] == "face", "the other device is at another step:", view)
    expect(done(world.submit(other, case_id, "id-card", data))["step"]["code"] == "face", "a done step is not answered with where the case stands")
    world.partner("police", mode="twice")
    world.partner("bank", mode="twice")
    try:
        expect(give_face(world, other, case_id)["step"]["code"] == "details")
        answers = at_once(3, lambda i: world.submit(world.again(other), case_id, "details", world.details(1, limit_day="300")))
        expect({a[0] for a in answers} == {200}, answers)
        view = world.settled(other, case_id, leaving="details")
    finally:
        world.partner("police")
        world.partner("bank")
    expect(view["step"]["code"] == "password", "no account was opened:", view)
    refused(other("POST", f"/v1/cases/{case_id}/cancel"), 422, "case.cannot_cancel")
    done(world.submit(other, case_id, "password", {}))
    expect(world.settled(other, case_id)["step"]["code"] == "password", "went on without a password")
    refused(other("PUT", "/v1/me/password", {"password": "Ab-19900731-x"}), 400, "authentication.password_personal")
    done(other("PUT", "/v1/me/password", {"password": PASSWORD}), 204)
    done(world.submit(other, case_id, "password", {}))
    world.settled(other, case_id, leaving="password")
    done(world.submit(other, case_id, "passkey", {"added": False}))
    view = until(lambda: (v := done(other("GET", f"/v1/cases/{case_id}")))["state"] == "done" and v, about="the end")
    expect(view["result"]["number"], view)
    refused(world.submit(other, case_id, "material", {"explanation": "later"}), 409, "case.ended")
    refused(world.picture(other, case_id, "front", "01/front.jpg"), 409, "case.ended")
    refused(other("POST", "/v1/me/passkeys/options"), 403, "authentication.sign_in_fully")
    refused(other("PUT", "/v1/me/password", {"password": "Taken-over-2026"}), 403, "authentication.sign_in_fully")
    opened = world.customers["16400002001"] = world.client().sign_in("16400002001", password=PASSWORD)
    accounts = done(opened("GET", "/v1/accounts"))["items"]
    expect(len(accounts) == 1 and accounts[0]["class"] == "2" and accounts[0]["balance"]["amount"] == "0.00", accounts)
    told(world, "16400002001", "已开立")


@case("a Class II account opened from afar takes nothing from unbound accounts, and pays no more than its holder's own limit")
def class_2_from_afar(world):
    number = world.account("16400002001")["number"]
    expect(not world.account("16400002001")["inflow_from_others"])
    for to in ({"phone": "16400002001"}, {"account_number": number}):
        refused(pay(world, "rich", to, "1.00"), 422, "payment.payee_takes_no_inflow")
    expect(world.client_balance("16400002001") == "0.00", "money came in")


@case("money comes in once from the bound account, whatever the other bank says, does or says twice")
def top_ups(world):
    client, account = world.customer("16400002001"), world.account("16400002001")["id"]
    path = f"/v1/accounts/{account}/top-ups"

    def top_up(amount, key, caller=client):
        return caller("POST", path, {"amount": {"amount": amount, "currency": "CNY"}}, {"Idempotency-Key": key})

    def ended(id_):
        return until(lambda: next((t for t in done(client("GET", path))["items"] if t["id"] == id_ and t["state"] in ("credited", "failed")), None), 30, "an end of the top-up")
    key = world.key()
    answers = at_once(4, lambda i: top_up("500.00", key, world.again(client)))
    expect({a[0] for a in answers} == {202} and len({a[1]["id"] for a in answers}) == 1, answers)
    refused(top_up("500.01", key), 409, "ledger.client_id_reused")
    expect(ended(answers[0][1]["id"])["state"] == "credited")
    expect(world.client_balance("16400002001") == "500.00", world.client_balance("16400002001"))
    try:
        for mode, expected, state in (("twice", "600.00", "credited"), ("lost", "700.00", "credited"), ("refuse", "700.00", "failed")):
            world.partner("bank", mode=mode, **({"reason": "account_frozen"} if mode == "refuse" else {}))
            asked = done(top_up("100.00", world.key()), 202, mode)
            if mode == "lost":
                until(lambda: next(t for t in done(client("GET", path))["items"] if t["id"] == asked["id"])["state"] != "requested", 10, "sending")
                world.partner("bank")
            end = ended(asked["id"])
            expect(end["state"] == state, mode, end)
            expect(world.client_balance("16400002001") == expected, mode, world.client_balance("16400002001"))
    finally:
        world.partner("bank")
    end = ended(done(top_up("100000000.00", world.key()), 202)["id"])
    expect(end["state"] == "failed" and end["reason"], end)
    order = {"from": account, "to": {"phone": PHONES["payee"]}, "amount": {"amount": "300.01", "currency": "CNY"}}
    refused(client("POST", "/v1/proofs", {"transfer": order}), 422, "payment.over_day_limit")


@case("who has as many accounts of a class as the law allows opens no other (here one Class III)")
def class_limit(world):
    world.age_codes()
    client = world.visitor("16400002001")
    for attempt in range(2):
        case_id = world.start_case(client)
        view = give_card(world, client, case_id, 1)
        expect(view["step"]["code"] == "face", view)
        if attempt:
            world.no_face(client, case_id)
            world.settled(client, case_id, leaving="face")
        else:
            world.partner("police", mode="later", seconds=1)
            world.partner("bank", mode="slow", seconds=1)
            expect(give_face(world, client, case_id)["step"]["code"] == "details", "the police's late answer did not come")
        view = give_details(world, client, case_id, world.details(1, **{"class": "3"}))
        world.partner("police")
        world.partner("bank")
        if attempt:
            over(view, "account.class_limit")
        else:
            expect(view["step"]["code"] == "password", "no second account of another class:", view)
            done(world.submit(client, case_id, "password", {}))
            world.settled(client, case_id, leaving="password")
            done(world.submit(client, case_id, "passkey", {"added": False}))
            until(lambda: done(client("GET", f"/v1/cases/{case_id}"))["state"] == "done", about="the end")
    expect(len(done(client("GET", "/v1/cases"))["items"]) == 3)


@case("a Class III account takes in no more than it may hold, also from the bound account")
def class_3_top_up(world):
    client = world.customer("16400002001")
    account = next(a for a in done(client("GET", "/v1/accounts"))["items"] if a["class"] == "3")["id"]
    answer = client("POST", f"/v1/accounts/{account}/top-ups", {"amount": {"amount": "2000.01", "currency": "CNY"}}, {"Idempotency-Key": world.key()})
    refused(answer, 422, "payment.over_balance_limit")
    answers = at_once(3, lambda i: world.again(client)("POST", f"/v1/accounts/{account}/top-ups", {"amount": {"amount": "1000.00", "currency": "CNY"}},
                                                          {"Idempotency-Key": world.key()}))
    expect(sorted(a[0] for a in answers) == [202, 202, 422], answers)


@case("a person known under one phone opens nothing under another")
def other_phone(world):
    client, case_id = applicant(world, "16400004625")
    over(give_card(world, client, case_id, 1), "identity.known_under_other_phone")


@case("a person who applies under two phones at the same moment becomes one customer; the other case ends with a reason")
def two_phones_at_once(world):
    people = [to_details(world, phone, 3) for phone in ("16400004626", "16400004627")]
    for client, case_id, _ in people:
        done(world.submit(client, case_id, "details", world.details(3)))
    tasks = [until(lambda: world.waits_for_staff(case_id), about="a task") for _, case_id, _ in people]
    for who, task in zip(("yc.teller1", "yc.senior"), tasks):
        done(claim(world, who, task))
    at_once(2, lambda i: decide(world, ("yc.teller1", "yc.senior")[i], tasks[i], "open"))
    views = [world.settled(client, case_id) for client, case_id, _ in people]
    ends = sorted((v["state"], v.get("reason", "")) for v in views)
    expect(ends[0] == ("customer", "") and ends[1][0] == "refused" and ends[1][1], "two customers, or a case that hangs:", ends)


@case("a phone that belongs to a customer opens no account with another person's card, and changes nothing of the customer's")
def phone_of_another(world):
    client, case_id = applicant(world, PHONES["reassigned"])
    over(give_card(world, client, case_id, 2), "identity.phone_of_other_person")
    expect(done(world.customer("reassigned")("GET", "/v1/me"))["id_number"][-4:] == "".join(done(client("GET", "/v1/me"))["id_number"][-4:]))
    teller = world.staff("yc.senior")
    row = done(teller("GET", f"/v1/staff/customers?q={PHONES['reassigned']}"))["items"]
    expect(len(row) == 1 and row[0]["name"].startswith("柜"), row)
