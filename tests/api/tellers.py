# SPDX-License-Identifier: Apache-2.0
"""Tellers who decide about openings, and customers who book, give up and write what they like."""
import json
import re
from datetime import date, timedelta

from harness import at_once, case, done, expect, refused, until
from inputs import ATTACKS
from steps import applicant, claim, decide, give_details, over, to_details, told
from world import PEOPLE, id_number


@case("two tellers claim one task at the same moment: one has it, the other does nothing with it")
def claimed_once(world):
    client, case_id, task = world.to_review(5, "16400002005")
    refused(decide(world, "yc.teller1", task, "open"), (403, 409), about="deciding without a claim")
    tellers = ["yc.teller1", "yc.teller3", "yc.senior"]
    for who in tellers:
        world.staff(who)
    answers = at_once(3, lambda i: claim(world, tellers[i], task))
    expect(sorted(a[0] for a in answers) == [200, 409, 409], [(a[0], a[1].get("reason")) for a in answers])
    winner = tellers[[a[0] for a in answers].index(200)]
    loser = next(t for t in tellers[:2] if t != winner)
    done(claim(world, winner, task), 200, "claiming again what one has")
    refused(decide(world, loser, task, "open"), (403, 409), about="deciding another's task")
    refused(world.staff(loser)("POST", f"/v1/staff/tasks/{task['id']}/release"), (403, 409), about="releasing another's task")
    for outcome, more in (("open-it", {}), ("", {}), ("refuse", {}), ("refuse", {"reason": "account.because"}), ("more-material", {}), ("more-material", {"comment": ""}),
                          ("more-material", {"comment": " \t\n"})):
        refused(decide(world, winner, task, outcome, **more), (400, 409, 422), about=(outcome, more))
    copies = [world.again(world.staff(winner)) for _ in range(3)]
    answers = at_once(3, lambda i: copies[i]("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "open"}))
    expect({a[0] for a in answers} <= {200, 409} and 200 in {a[0] for a in answers}, answers)
    view = world.settled(client, case_id)
    expect(view["step"]["code"] == "password", view)
    refused(decide(world, winner, task, "refuse", reason="account.identity_doubtful"), 409, about="deciding again")
    expect(sum(case_id in record["details"] for record in world.audit("yunchuan", action="account.open")) == 1, "opened more than once")


@case("who lacks the skill claims no review, and a task that was released can be claimed by another")
def skills(world):
    _, _, task = world.review()
    before = len(world.audit("yunchuan", object_kind="task"))
    refused(claim(world, "yc.teller4", task), (403, 409), about="a teller without the skill")
    done(claim(world, "yc.teller3", task))
    done(world.staff("yc.teller3")("POST", f"/v1/staff/tasks/{task['id']}/release"))
    done(claim(world, "yc.teller1", task))
    done(world.staff("yc.manager")("POST", f"/v1/staff/tasks/{task['id']}/release"), 200, "the manager takes it back")
    expect([record["action"] for record in world.audit("yunchuan", object_kind="task")[before:]] == ["task.claim", "task.release"] * 2, "the audit trail says otherwise")


@case("more material is asked for once; then it must be decided")
def material(world):
    client, case_id, task = world.to_review(2, "16400002002")
    done(claim(world, "yc.teller3", task))
    comment = "请说明用途 <script>alert(1)</script> \u202etxt.exe"
    done(decide(world, "yc.teller3", task, "more-material", comment=comment))
    view = world.settled(client, case_id)
    expect(view["step"]["code"] == "material" and view["step"]["note"]["zh"] == comment, "the comment is not there:", view)
    told(world, "16400002002", "补充一次资料")
    explanation = "工资卡 💼 <b>é</b> " + "长" * 100
    done(world.submit(client, case_id, "material", {"explanation": explanation}))
    world.settled(client, case_id, leaving="material")
    again = until(lambda: (t := world.waits_for_staff(case_id)) and t["id"] != task["id"] and t, about="the second look")
    detail = done(claim(world, "yc.teller3", again))
    expect(explanation in json.dumps(detail["facts"], ensure_ascii=False), "what the customer wrote is not there as it was")
    more = next(o for o in detail["outcomes"] if o["code"] == "more-material")
    expect(not more["available"], more)
    refused(decide(world, "yc.teller3", again, "more-material", comment="noch einmal"), (409, 422), "task.outcome_unavailable")
    done(decide(world, "yc.teller3", again, "refuse", reason="account.purpose_doubtful"))
    over(world.settled(client, case_id), "account.purpose_doubtful")


@case("names in any script and direction, and whatever stands in an address, are kept and come back exactly")
def scripts(world):
    for place, (key, name) in enumerate(PEOPLE.items()):
        number, phone = id_number(801 + 2 * place, "19850412"), f"1640000410{place}"
        client, case_id, view = to_details(world, phone, 6, name=name, number=number, birth_date="1985-04-12")
        expect(view.get("step", {}).get("code") == "details", key, view)
        address = ATTACKS["script"] + ATTACKS["right to left"] + ATTACKS["zero width"] + ATTACKS["emoji"] + ATTACKS["SQL"] + ATTACKS["FEEL"] + ATTACKS["template"]
        give_details(world, client, case_id, world.details(bound_account=f"998800000000000900{place}", bound_phone=phone, address=address, bound_bank=ATTACKS["image"],
                                                           purpose="other", purpose_text=ATTACKS["XML"]))
        task = world.waits_for_staff(case_id)
        expect(task, key, "no teller is asked")
        done(claim(world, "yc.teller1", task))
        done(decide(world, "yc.teller1", task, "open"))
        view = world.settled(client, case_id)
        expect(view.get("step", {}).get("code") == "password", key, view)
        teller = world.staff("yc.senior")
        customer = done(teller("GET", f"/v1/staff/customers?q={phone}"))["items"][0]
        shown = done(teller("POST", f"/v1/staff/customers/{customer['id']}/reveal", {"reason": "the test compares"}))
        kept = {f["name"]: f["value"] for f in shown["fields"]}
        expect(kept["name"] == name, key, repr(kept["name"]), "instead of", repr(name))
        expect(kept["address"] == address, key, repr(kept["address"]), "instead of", repr(address))


@case("Class I is an appointment: at a branch that there is, within thirty days, and received by who may")
def appointment(world):
    client, case_id, _ = to_details(world, "16400004630", 6)
    done(world.submit(client, case_id, "details", {"class": "1"}))
    view = world.settled(client, case_id, leaving="details")
    expect(view["step"]["code"] == "appointment", view)
    day = re.match(r"\d{4}-\d\d-\d\d", view["started_at"])[0]
    good = {"branch": "P-YC-BT", "date": str(date.fromisoformat(day) + timedelta(days=3)), "time": "10:00"}
    for wrong in ({"branch": "P-XX"}, {"branch": "P-LW-GT"}, {"date": day}, {"date": "2020-01-01"}, {"date": "2099-01-01"}, {"time": "03:00"}):
        refused(world.submit(client, case_id, "appointment", {**good, **wrong}), 400, "form.invalid", wrong)
    refused(world.submit(client, case_id, "appointment", {}), 400, "form.invalid")
    done(world.submit(client, case_id, "appointment", good))


@case("a case that was given up stays so, and a new one begins afresh")
def cancelled(world):
    client, case_id = applicant(world, "16400004631")
    for _ in range(2):
        expect(done(client("POST", f"/v1/cases/{case_id}/cancel"))["state"] == "cancelled")
    refused(world.submit(client, case_id, "id-card", {}), 409, "case.ended")
    refused(client("POST", f"/v1/cases/{case_id}/liveness"), 409, "case.ended")
    expect(world.start_case(client) != case_id)
    refused(client("POST", "/v1/cases", {"service": "no-such-service"}), 404, "case.service_unknown")


@case("after all that no case hangs: nothing waits for a person to mend it")
def no_incidents(world):
    for institution in ("yunchuan", "lanwan", "qingxi"):
        stuck = world.rows(institution, "select element, reason, detail from process_incident where state = 'open'")
        expect(not stuck, institution, stuck)
