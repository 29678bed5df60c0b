# SPDX-License-Identifier: Apache-2.0
"""Versions of services in a running bank: deployed, compared, tried by some, rolled back; cases under another version; the same on the command line."""
import os
import subprocess
import time

from harness import case, done, expect, refused, until
from lib.bank import PROGRAM, ROOT

SERVICE = "paper-request"
FOLDER = ROOT / "tests/data/services" / SERVICE
PATH = f"/v1/staff/services/{SERVICE}"
WHY = {"reason": "a test"}


def files(*changes):
    """The folder's files, with (name, was, is) done to them."""
    found = {each.name: each.read_text() for each in FOLDER.iterdir()}
    for name, was, now in changes:
        assert was in found[name], was
        found[name] = found[name].replace(was, now)
    return found


NAMED = ("service.yaml", "Ask for a paper receipt", "Paper")
STAMPED = [("process.bpmn", '<exclusiveGateway id="g"', '<manualTask id="stamp" name="Stamp it"/><exclusiveGateway id="g"'),
           ("process.bpmn", 'sourceRef="print" targetRef="tell"', 'sourceRef="print" targetRef="stamp"'),
           ("process.bpmn", "</process>", '<sequenceFlow id="f9" sourceRef="stamp" targetRef="tell"/></process>')]
MOVED = [("process.bpmn", 'id="print"', 'id="printing"'), ("process.bpmn", 'targetRef="print"', 'targetRef="printing"'),
         ("process.bpmn", 'sourceRef="print"', 'sourceRef="printing"')]


def propose(world, found, **more):
    return world.staff("group.admin")("POST", PATH + "/versions", {"files": found, **WHY, **more})


def deploy(world, found, **more):
    """Proposed by one and, where it was taken, confirmed by another; the answer of the first."""
    answer = propose(world, found, **more)
    if answer[0] == 200 and answer[1]["deployed"]:
        world.confirm_release(SERVICE)
    return answer


def release(world, **body):
    """Proposed by one and confirmed by another: the versions then, or the refusal."""
    answer = world.staff("group.admin")("POST", PATH + "/release", {**WHY, **body})
    if answer[0] != 201:
        return answer
    world.confirm_release(SERVICE)
    return world.staff("group.admin")("GET", PATH + "/versions")


def releases(world, service=SERVICE):
    return done(world.staff("group.admin")("GET", f"/v1/staff/service-releases?service={service}"))["items"]


def decide(world, who, item, confirm=True, comment="seen"):
    return world.staff(who)("POST", f"/v1/staff/services/{item['service']}/release/{item['id']}/decision", {"confirm": confirm, "comment": comment})


def offered(answer):
    return next(each["version"] for each in answer["items"] if each["on_offer"])


def begin(world, key, institution="yunchuan"):
    """A case of somebody's that waits for a teller; its id and version's name."""
    who = world.customer(key, institution)
    started = done(who("POST", "/v1/cases", {"service": SERVICE}), 201)
    done(who("POST", f"/v1/cases/{started['id']}/steps/ask", {"data": {"copies": 5}}))
    return started["id"]


def running(world):
    return {each["version"]: each["running"] for each in done(world.staff("group.admin")("GET", PATH + "/versions"))["items"]}


@case("a folder's files become a version of a running bank, by who may, with a scenario that passes")
def deployed(world):
    refused(world.staff("group.admin")("GET", PATH + "/versions"), 404, "service.unknown")
    refused(release(world, action="roll-back"), 404, "service.unknown")
    refused(world.staff("yc.operations")("POST", PATH + "/versions", {"files": files(), **WHY}), 403, "staff.not_permitted")
    for wrong in ({"files": files()}, {"files": [], **WHY}, {"files": {"a": 1}, **WHY}, {**WHY}):
        refused(world.staff("group.admin")("POST", PATH + "/versions", wrong), 400)
    for changes, where in (([("scenario.yaml", "state: done", "state: refused")], "scenario.yaml"), ([("process.bpmn", "<exclusiveGateway", "<complexGateway")], "process.bpmn"),
                           ([("copies.dmn", "&gt; 3", "&gt; 2")], "copies.dmn"), ([("form.json", "{", "")], "form.json")):
        answer = done(deploy(world, files(*changes)))
        expect(answer["deployed"] == [] and answer["errors"][0]["file"].endswith(where) and answer["errors"][0]["line"] > 0, where, answer)
    overlap = done(deploy(world, files(("copies.dmn", "&gt; 3", "&gt; 2"))))["errors"][0]["message"]
    expect("1" in overlap and "2" in overlap, "which rules overlap is not said:", overlap)
    without = files()
    del without["scenario.yaml"]
    expect(done(deploy(world, without))["errors"], "deployed without a scenario")
    refused(deploy(world, files(), trial={"percent": 0}), 400)
    refused(deploy(world, files(), trial={"institutions": ["nowhere"]}), 400, "service.institution_unknown")
    expect(done(deploy(world, files(), trial={"percent": 5}))["errors"], "a trial without a version for everybody else")
    answer = done(propose(world, files()))
    expect(answer["deployed"] == [SERVICE + "@1"] and answer["warnings"] == [], answer)
    expect(SERVICE not in [one["code"] for one in done(world.customer("rich")("GET", "/v1/services"))["items"]], "one person alone put it in the menu")
    world.confirm_release(SERVICE)
    expect(SERVICE in [one["code"] for one in done(world.customer("rich")("GET", "/v1/services"))["items"]], "it is not in the menu")
    refused(world.staff("group.admin")("POST", "/v1/staff/services/reload", {}), 400)
    done(world.staff("group.admin")("POST", "/v1/staff/services/reload", WHY))
    expect(offered(done(world.staff("group.admin")("GET", PATH + "/versions"))) == 1, "reading the folder again took it away")
    expect(any(f"{SERVICE}@1" in record["details"] for record in world.audit("house", action="service.propose")), "not in the audit trail")


@case("a version is compared in words, rolled back at once, put on offer again and taken away; cases stay on theirs")
def rolled_back(world):
    first = begin(world, "rich")
    expect(done(deploy(world, files(NAMED, *STAMPED)))["deployed"] == [SERVICE + "@2"])
    items = done(world.staff("yc.operations")("GET", PATH + "/versions/2/changes"))["items"]
    texts = [each["text"]["en"] for each in items]
    expect(any("Step “Stamp it” was added" in text for text in texts) and any("Ask for a paper receipt" in text for text in texts), texts)
    expect(any(each.get("element") == "stamp" for each in items) and all(each["text"]["zh"] != each["text"]["en"] for each in items), items)
    refused(world.staff("yc.operations")("GET", PATH + "/versions/7/changes"), 404, "service.version_unknown")
    refused(world.staff("yc.operations")("GET", PATH + "/versions/0/changes"), 400)
    refused(world.staff("yc.operations")("GET", PATH + "/versions/2/changes?from=no"), 400)
    second = begin(world, "payee")
    expect(running(world) == {1: 1, 2: 1}, running(world))

    back = done(world.staff("group.admin")("POST", PATH + "/release", {"action": "roll-back", **WHY}), 201)
    expect(back["version"] == 1 and offered(done(world.staff("group.admin")("GET", PATH + "/versions"))) == 2, back)
    world.staff("group.admin2")
    began = time.monotonic()
    done(decide(world, "group.admin2", back))
    took = time.monotonic() - began
    expect(took < 1, f"rolling back took {took:.2f} s")
    expect(offered(done(world.staff("group.admin")("GET", PATH + "/versions"))) == 1)
    refused(release(world, action="roll-back"), 409, "service.no_former_version")
    expect(offered(done(release(world, action="offer", version=2))) == 2)
    answer = done(release(world, action="withdraw", version=2))
    expect(offered(answer) == 1 and answer["items"][0]["withdrawn"], answer)
    refused(release(world, action="offer", version=2), 409, "service.version_withdrawn")
    refused(release(world, action="offer", version=9), 404, "service.version_unknown")
    refused(release(world, action="offer"), 404, "service.version_unknown")
    refused(release(world, action="withdraw", version=1), 409, "service.no_former_version")
    refused(release(world, action="burn"), 400)
    refused(release(world, action="roll-back", reason=""), 400)
    refused(world.staff("yc.operations")("POST", PATH + "/release", {"action": "roll-back", **WHY}), 403, "staff.not_permitted")
    expect(running(world) == {1: 1, 2: 1}, "cases did not stay on their version")
    for action in ("roll-back", "offer", "withdraw"):
        expect(any("a test" in record["details"] for record in world.audit("house", action=f"service.{action}")), action, "is not in the audit trail")
    for who, key in ((first, "rich"), (second, "payee")):
        done(world.customer(key)("POST", f"/v1/cases/{who}/cancel"))


@case("a changed table is tried on real cases before it goes live: what would be different, and nothing is done")
def simulated(world):
    operations, table = world.staff("yc.operations"), files()["copies.dmn"]
    tried = lambda xml, who=operations, **more: who("POST", PATH + "/simulations", {"table": "copies.dmn", "xml": xml, **more})  # noqa: E731
    same = done(tried(table))
    expect(same["decided"] >= 2 and same["different"] == 0 and same["changed"] == [], same)
    expect(same["turns"] == [{"decision": "who prints", "before": "person", "after": "person", "count": same["decided"]}], same)
    before = running(world)
    turned = done(tried(table.replace("3", "7"), days=90))
    expect(turned["different"] == turned["decided"] == same["decided"] and turned["unanswered"] == 0, turned)
    expect(turned["changed"][0]["before"] == "person" and turned["changed"][0]["after"] == "machine", turned)
    gap = done(tried(table.replace("&gt; 3", "&gt; 7")))
    expect(gap["unanswered"] == gap["different"] == same["decided"] and gap["changed"][0]["after"] == "", gap)
    elsewhere = done(tried(table.replace("3", "7"), world.staff("lw.operations")))
    expect(elsewhere["decided"] == 0, "cases of another institution are seen:", elsewhere)
    expect(running(world) == before, "something was done")
    problem = refused(tried(table.replace("UNIQUE", "SOMEHOW")), 400, "service.table_broken")
    expect("copies.dmn:" in problem["detail"], "where it is broken is not said:", problem)
    refused(tried("<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>"), 400, "service.table_broken")
    refused(tried(table.replace("who prints", "who reads")), 400, "service.table_unasked")
    refused(tried(table, days=91), 400)
    refused(tried(""), 400)
    refused(tried(table, world.staff("yc.teller1")), 403, "staff.not_permitted")
    refused(operations("POST", "/v1/staff/services/nothing/simulations", {"table": "a.dmn", "xml": table}), 404, "case.service_unknown")


@case("a former version is drawn as it was")
def drawn(world):
    operations = world.staff("yc.operations")
    drawing = lambda version: done(operations("GET", f"/v1/staff/services/{SERVICE}/diagram?version={version}"))["processes"][0]["xml"]  # noqa: E731
    expect("Stamp it" not in drawing(1) and "Stamp it" in drawing(2), "the drawings are not those of the versions")
    refused(operations("GET", f"/v1/staff/services/{SERVICE}/diagram?version=99"), 404, "service.version_unknown")


@case("a table that leaves a gap is deployed with a warning that says which values")
def gaps(world):
    before = offered(done(world.staff("group.admin")("GET", PATH + "/versions")))
    answer = done(deploy(world, files(("copies.dmn", "&gt; 3", "&gt; 7")), trial={"percent": 1}))
    expect(len(answer["deployed"]) == 1 and any(each["file"].endswith("copies.dmn") and each["line"] > 0 and "3" in each["message"] and "7" in each["message"]
                                                for each in answer["warnings"]), answer)
    expect(offered(done(world.staff("group.admin")("GET", PATH + "/versions"))) == before, "a trial took the place of the version on offer")
    done(release(world, action="withdraw", version=int(answer["deployed"][0].split("@")[1])))


@case("a version is tried by some institutions or a share of the customers, always the same ones")
def tried(world):
    expect(done(deploy(world, files(NAMED), trial={"institutions": ["lanwan"]}))["deployed"] == [SERVICE + "@4"])
    mine = begin(world, "double")
    expect(running(world)[4] == 0, running(world))
    answer = done(release(world, action="try", version=4, institutions=["yunchuan"]))
    expect(answer["items"][0]["trial"]["institutions"] == ["yunchuan"], answer)
    other = begin(world, "top-up")
    expect(running(world)[4] == 1, running(world))
    refused(release(world, action="try", version=1), 409, "service.trial_is_on_offer")
    refused(release(world, action="try", version=4, percent=101), 400)
    refused(release(world, action="try", version=4, institutions=["nowhere"]), 400, "service.institution_unknown")
    done(release(world, action="end-trial"))
    refused(release(world, action="end-trial"), 409, "service.no_trial")
    for case_id, key in ((mine, "double"), (other, "top-up")):
        done(world.customer(key)("POST", f"/v1/cases/{case_id}/cancel"))


@case("a release takes two people: who proposed it does not confirm it, who refuses says why, what has changed meanwhile is overtaken")
def by_two(world):
    admin = world.staff("group.admin")
    now = offered(done(admin("GET", PATH + "/versions")))
    done(propose(world, files(("service.yaml", "Ask for a paper receipt", "By two"))))
    item = releases(world)[0]
    expect(item["state"] == "proposed" and item["action"] == "offer" and item["reason"] == "a test" and not item["alone"], item)
    expect(offered(done(admin("GET", PATH + "/versions"))) == now, "one person alone put it on offer")
    refused(propose(world, files()), 409, "proposal.open")
    refused(admin("POST", PATH + "/release", {"action": "offer", "version": 1, **WHY}), 409, "proposal.open" if now != 1 else "service.on_offer_already")
    refused(decide(world, "group.admin", item), 403, "proposal.same_person")
    refused(decide(world, "yc.operations", item), 403, "staff.not_permitted")
    refused(decide(world, "group.admin2", {**item, "id": "0000000000000"}), 404, "proposal.unknown")
    refused(decide(world, "group.admin2", {**item, "service": "complaint"}), 404, "proposal.unknown")
    refused(decide(world, "group.admin2", item, False, "  "), 400, "proposal.reason_missing")
    no = done(decide(world, "group.admin2", item, False, "the name is unclear"))
    expect(no["state"] == "refused" and no["comment"] == "the name is unclear" and no["decided_by"] == "group.admin2", no)
    refused(decide(world, "group.admin2", item), 409, "proposal.decided")
    expect(offered(done(admin("GET", PATH + "/versions"))) == now)
    again = done(admin("POST", PATH + "/release", {"action": "offer", "version": item["version"], **WHY}), 201)
    expect(done(decide(world, "group.admin", again, False, ""))["state"] == "refused", "it is not taken back")
    for reason in ("", " "):
        refused(admin("POST", PATH + "/release", {"action": "offer", "version": item["version"], "reason": reason}), 400)
    refused(admin("POST", PATH + "/release", {"action": "offer", "version": item["version"], "alone": True, **WHY}), 422, "release.not_alone")
    for action in ("service.propose", "service.refuse"):
        expect(any(f"{SERVICE}@{item['version']}" in record["details"] for record in world.audit("house", action=action)), action, "is not in the audit trail")


@case("what cannot wait is rolled back by one person at once; it shows, another confirms it afterwards, and until then nobody does it again")
def alone(world):
    admin, other = world.staff("group.admin"), world.staff("group.admin2")
    before = offered(done(admin("GET", PATH + "/versions")))
    done(deploy(world, files(("service.yaml", "Ask for a paper receipt", "Broken"))))
    done(propose(world, files(("service.yaml", "Ask for a paper receipt", "Mended"))))
    waiting = releases(world)[0]
    began = time.monotonic()
    did = done(admin("POST", PATH + "/release", {"action": "roll-back", "alone": True, "reason": "customers cannot go on"}), 201)
    took = time.monotonic() - began
    expect(took < 1, f"rolling back alone took {took:.2f} s")
    expect(did["alone"] and did["state"] == "proposed" and offered(done(admin("GET", PATH + "/versions"))) == before == did["version"], did)
    overtaken = next(each for each in releases(world) if each["id"] == waiting["id"])
    expect(overtaken["state"] == "overtaken" and overtaken["comment"] == "customers cannot go on", overtaken)
    refused(decide(world, "group.admin2", waiting), 409, "proposal.decided")
    refused(decide(world, "group.admin", did), 403, "proposal.same_person")
    refused(decide(world, "group.admin", did, False), 403, "proposal.same_person")
    done(deploy(world, files(("service.yaml", "Ask for a paper receipt", "Mended twice"))))
    refused(other("POST", PATH + "/release", {"action": "roll-back", "alone": True, **WHY}), 409, "proposal.open")
    expect(done(decide(world, "group.admin2", did))["state"] == "confirmed")
    expect(offered(done(release(world, action="roll-back"))) == before, "what was rolled back or never confirmed came back")
    records = world.audit("house", action="service.confirm")
    expect(any("customers cannot go on" in record["details"] for record in records), "the confirmation is not in the audit trail")
    expect(any('"alone":true' in record["details"].replace(" ", "") for record in world.audit("house", action="service.roll-back")), "that it was done alone is not in the audit trail")


@case("running cases are put under another version, after a dry run that says of each what would happen")
def moved(world):
    admin, case_id = world.staff("group.admin"), begin(world, "sender")
    version = offered(done(admin("GET", PATH + "/versions")))
    latest = int(done(deploy(world, files(("service.yaml", "Ask for a paper receipt", "Printing"), *MOVED)))["deployed"][0].split("@")[1])
    order = {"institution": "yunchuan", "from": version, "to": latest, **WHY}
    item = next(each for each in done(admin("POST", PATH + "/moves", order))["items"] if each["case"] == case_id)
    expect(item["state"] == "stays" and item["obstacles"] == [{"element": "print", "reason": "process.element_missing"}] and item["elements"] == ["print"], item)
    stays = done(admin("POST", PATH + "/moves", {**order, "dry_run": False}))["items"]
    expect(all(each["state"] == "stays" for each in stays), stays)

    better = int(done(deploy(world, files(("service.yaml", "Ask for a paper receipt", "Stamped"), *STAMPED)))["deployed"][0].split("@")[1])
    order["to"] = better
    plan = done(admin("POST", PATH + "/moves", order))
    expect(plan["dry_run"] and [each["state"] for each in plan["items"] if each["case"] == case_id] == ["can-move"], plan)
    expect(running(world)[better] == 0, "a dry run moved something")
    answer = done(admin("POST", PATH + "/moves", {**order, "dry_run": False}))
    expect([each["state"] for each in answer["items"] if each["case"] == case_id] == ["moved"], answer)
    expect(running(world)[better] == len(answer["items"]), running(world))
    expect(world.audit("yunchuan", action="case.move"), "not in the audit trail")
    refused(admin("POST", PATH + "/moves", {**order, "to": version}), 400, "service.same_version")
    refused(admin("POST", PATH + "/moves", {**order, "to": 99}), 404, "service.version_unknown")
    refused(admin("POST", PATH + "/moves", {**order, "cursor": "nonsense"}), 400)
    refused(world.staff("yc.operations")("POST", PATH + "/moves", order), 403, "staff.not_permitted")

    teller = world.staff("yc.teller1")
    task = next(each for each in done(teller("GET", f"/v1/staff/tasks?state=open&service={SERVICE}"))["items"])
    done(teller("POST", f"/v1/staff/tasks/{task['id']}/claim"))
    shown = done(teller("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "printed"}))
    expect(shown, "no answer")
    ended = until(lambda: done(world.customer("sender")("GET", f"/v1/cases/{case_id}"))["state"] == "done", about="the end of the moved case")
    expect(ended)


def other_service(world, code, name, *changes):
    """Deploys a relation of the service under another code; the version's name."""
    found = files(("service.yaml", f"code: {SERVICE}", f"code: {code}"), ("service.yaml", "Ask for a paper receipt", name), ("service.yaml", "申请纸质回单", name), *changes)
    answer = done(world.staff("group.admin")("POST", f"/v1/staff/services/{code}/versions", {"files": found, **WHY}))
    expect(len(answer["deployed"]) == 1, answer)
    world.confirm_release(code)
    return int(answer["deployed"][0].split("@")[1])


def asking(partner):
    """Before the teller's task a partner is asked; its name is put together, so that deploying cannot know it."""
    return [("process.bpmn", "<exclusiveGateway", '<serviceTask id="police" name="Ask" yungui:operation="partner.ask"><extensionElements>'
             f'<yungui:in name="partner">"{partner[:2]}" + "{partner[2:]}"</yungui:in><yungui:in name="question">"status"</yungui:in>'
             '<yungui:in name="correlation">case.id</yungui:in></extensionElements></serviceTask><exclusiveGateway'),
            ("process.bpmn", 'targetRef="print"', 'targetRef="police"'),
            ("process.bpmn", "</process>", '<sequenceFlow id="f10" sourceRef="police" targetRef="print"/></process>'),
            ("scenario.yaml", "institution: yunchuan,", "institution: yunchuan, partners: {police: silent, polise: silent},")]


@case("money that a step of a case holds is free again when the case is taken back, once")
def undone(world):
    code, who = "paper-deposit", "top-up"
    account = world.account(who)["id"]
    step = ('<serviceTask id="hold" name="Keep a deposit" yungui:operation="fee.hold" yungui:result="charged"><extensionElements>'
            f'<yungui:in name="application">{{account: "{account}"}}</yungui:in><yungui:in name="settings">{{fee_income: "box-rental"}}</yungui:in>'
            '<yungui:in name="fee">"3.00"</yungui:in></extensionElements></serviceTask>'
            '<boundaryEvent id="undo" attachedToRef="hold"><compensateEventDefinition/></boundaryEvent>'
            '<serviceTask id="free" name="Let it go" isForCompensation="true" yungui:operation="fee.let-go"><extensionElements>'
            '<yungui:in name="charged">compensated</yungui:in></extensionElements></serviceTask><association id="a1" sourceRef="undo" targetRef="free"/>'
            '<intermediateThrowEvent id="back"><compensateEventDefinition/></intermediateThrowEvent>')
    other_service(world, code, "Deposit",
                  ("process.bpmn", "<exclusiveGateway", step + "<exclusiveGateway"),
                  ("process.bpmn", 'sourceRef="g" targetRef="print"', 'sourceRef="g" targetRef="hold"'),
                  ("process.bpmn", 'sourceRef="print" targetRef="tell"', 'sourceRef="print" targetRef="back"'),
                  ("process.bpmn", "</process>", '<sequenceFlow id="f8" sourceRef="hold" targetRef="print"/><sequenceFlow id="f9" sourceRef="back" targetRef="tell"/></process>'),
                  ("scenario.yaml", "institution: yunchuan,", "institution: yunchuan, answers: {fee.hold: {status: ok}, fee.let-go: {status: ok}},"))
    available = lambda: round(float(done(world.customer(who)("GET", f"/v1/accounts/{account}"))["available"]["amount"]), 2)  # noqa: E731
    before, client = available(), world.customer(who)
    case_id = done(client("POST", "/v1/cases", {"service": code}), 201)["id"]
    done(client("POST", f"/v1/cases/{case_id}/steps/ask", {"data": {"copies": 5}}))
    until(lambda: available() == round(before - 3, 2), about="the deposit")
    teller = world.staff("yc.teller1")
    task = until(lambda: next((t for t in done(teller("GET", f"/v1/staff/tasks?state=open&service={code}"))["items"] if t["case"] == case_id), None), about="the task")
    done(teller("POST", f"/v1/staff/tasks/{task['id']}/claim"))
    done(teller("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "printed"}))
    until(lambda: done(client("GET", f"/v1/cases/{case_id}"))["state"] == "done", about="the end")
    expect(available() == before, "the deposit is not free again, or twice:", before, available())
    history = [line["text"]["en"] for line in done(teller("GET", f"/v1/staff/tasks/{task['id']}"))["history"]]
    expect(sum("Let it go" in line or "Undo" in line or "undo" in line for line in history) >= 1, "the undoing is not in the history:", history)


@case("a case that only a message can wake is listed after a while, and can be given up with a reason")
def idle(world):
    operations, code, letter = world.staff("yc.operations"), "paper-letter", "paper.letter"
    other_service(world, code, "Letter",
                  ("process.bpmn", "<process ", f'<message id="letter" name="{letter}"/><process '),
                  ("process.bpmn", '<sequenceFlow id="f5"', '<receiveTask id="letter_in" name="The letter" yungui:name-zh="来信" messageRef="letter"><extensionElements>'
                   '<yungui:correlation>case.id</yungui:correlation></extensionElements></receiveTask>'
                   '<sequenceFlow id="f8" sourceRef="g" targetRef="letter_in"><conditionExpression>ask.copies = 4</conditionExpression></sequenceFlow>'
                   '<sequenceFlow id="f9" sourceRef="letter_in" targetRef="print"/><sequenceFlow id="f5"'))
    who = world.customer("sender")
    case_id = done(who("POST", "/v1/cases", {"service": code}), 201)["id"]
    path = "/v1/staff/idle-cases"
    mine = lambda query="?hours=0&limit=100", by=operations: [one for one in done(by("GET", path + query))["items"] if one["case"] == case_id]  # noqa: E731
    expect(mine() == [], "it waits for its customer")
    done(who("POST", f"/v1/cases/{case_id}/steps/ask", {"data": {"copies": 4}}))
    found = until(mine, about="the case in the list")[0]
    expect([place["name"]["zh"] for place in found["places"]] == ["来信"] and found["institution"] == "yunchuan" and found["service_name"]["en"] == "Letter", found)
    expect(mine("") == [] and mine("?hours=1") == [], "it has not stood for long")
    expect(mine(by=world.staff("lw.operations")) == [], "another institution's")
    expect(done(operations("GET", f"{path}?hours=0&limit=1"))["items"], "one a page")
    for query in ("?hours=-1", "?hours=x", "?cursor=nonsense", "?limit=0"):
        refused(operations("GET", path + query), 400, about=query)
    refused(world.staff("yc.teller1")("GET", path), 403, "staff.not_permitted")
    end = f"{path}/{found['id']}/cancel"
    refused(world.staff("lw.operations")("POST", end, {"reason": "not mine"}), 404, "process.unknown")
    refused(operations("POST", end, {"reason": ""}), 400)
    refused(operations("POST", f"{path}/{'0' * 13}/cancel", {"reason": "nothing"}), 404)
    done(operations("POST", end, {"reason": "the letter was lost"}))
    expect(done(who("GET", f"/v1/cases/{case_id}"))["state"] == "cancelled", "it goes on")
    expect(mine() == [] and world.audit("yunchuan", action="case.cancel"), "it is listed still, or not in the audit trail")
    refused(operations("POST", end, {"reason": "twice"}), 409, "process.not_idle")


@case("a step that fails is an incident: tried again in vain, mended by a new version of the service, passed over with a reason, or the case given up")
def incident(world):
    operations, code = world.staff("yc.operations"), "paper-check"
    wrong = other_service(world, code, "Check", *asking("polise"))
    cases = {}
    for key in ("sender", "later", "receiver"):
        who = world.customer(key)
        cases[key] = done(who("POST", "/v1/cases", {"service": code}), 201)["id"]
        done(who("POST", f"/v1/cases/{cases[key]}/steps/ask", {"data": {"copies": 5}}))
    items = {each["case"]: each for each in done(operations("GET", "/v1/staff/incidents"))["items"]}
    ids = {}
    for key, case_id in cases.items():
        found = items.get(case_id)
        expect(found and found["reason"] == "partner.unknown" and found["element"] == "police" and found["open"], key, items)
        ids[key] = found["id"]
    act = lambda key, what, body=None, who=operations: who("POST", f"/v1/staff/incidents/{ids[key]}/{what}", body)  # noqa: E731
    refused(act("sender", "retry", who=world.staff("lw.operations")), 404, "incident.unknown")
    refused(act("sender", "retry", who=world.staff("yc.teller1")), 403, "staff.not_permitted")

    done(act("sender", "retry"))
    again = {each["case"]: each for each in done(operations("GET", "/v1/staff/incidents"))["items"]}
    expect(again[cases["sender"]]["id"] != ids["sender"], "tried in vain it is a new incident:", again)
    refused(act("sender", "retry"), 409, "incident.closed")
    ids["sender"] = again[cases["sender"]]["id"]

    right = other_service(world, code, "Check", *asking("police"))
    order = {"institution": "yunchuan", "from": wrong, "to": right, "dry_run": False, **WHY}
    moved = done(world.staff("group.admin")("POST", f"/v1/staff/services/{code}/moves", order))["items"]
    expect(sorted(each["state"] for each in moved) == ["moved"] * 3, moved)
    done(act("sender", "retry"))
    refused(act("later", "skip", {"reason": ""}), 400)
    refused(act("later", "skip", {"reason": "   "}), 400)
    done(act("later", "skip", {"reason": "asked by telephone"}))
    done(act("receiver", "cancel", {"reason": "the customer is gone"}))
    expect(not set(cases.values()) & {each["case"] for each in done(operations("GET", "/v1/staff/incidents"))["items"]}, "incidents are left")
    teller = world.staff("yc.teller1")
    tasks = done(teller("GET", f"/v1/staff/tasks?state=open&service={code}"))["items"]
    expect(len(tasks) == 2, "those that went on wait for a teller:", tasks)
    history = [line["text"]["en"] + line.get("comment", "") for task in tasks for line in done(teller("GET", f"/v1/staff/tasks/{task['id']}"))["history"]]
    for said in ("Retried", "Skipped", "Incident", "Moved to another version"):
        expect(any(said in line for line in history), said, "is not in the history:", history)
    expect(done(world.customer("receiver")("GET", f"/v1/cases/{cases['receiver']}"))["state"] == "cancelled")
    for action in ("retry", "skip", "cancel"):
        expect(world.audit("yunchuan", action=f"incident.{action}"), action, "is not in the audit trail")
    for key in ("sender", "later"):
        done(world.customer(key)("POST", f"/v1/cases/{cases[key]}/cancel"))


@case("a case begins by the clock, and another by the message that it sends; where the version is taken away nothing begins any more")
def begun_by_themselves(world):
    code = "paper-round"
    once = other_service(world, code, "Round")
    begins = [("process.bpmn", '<sequenceFlow id="f6" sourceRef="print" targetRef="tell"/>', '<sequenceFlow id="f6" sourceRef="print" targetRef="e"/>'),  # Nobody is told.
              ("scenario.yaml", "state: done, messages: [ready]", "state: done"), ("process.bpmn", "<process ", '<message id="m" name="paper.round"/><process '),
              ("process.bpmn", "</process>", """<startEvent id="clock"><timerEventDefinition><timeCycle>R1/PT2S</timeCycle></timerEventDefinition></startEvent>
<endEvent id="said"><extensionElements><yungui:correlation>case.id</yungui:correlation></extensionElements><messageEventDefinition messageRef="m"/></endEvent>
<startEvent id="heard"><messageEventDefinition messageRef="m"/></startEvent><sequenceFlow id="f20" sourceRef="clock" targetRef="said"/>
<sequenceFlow id="f21" sourceRef="heard" targetRef="print"/></process>""")]
    version = other_service(world, code, "Round", *begins)
    teller = world.staff("yc.teller1")
    task = until(lambda: done(teller("GET", f"/v1/staff/tasks?state=open&service={code}"))["items"], 30, "the task of a case that began by itself")[0]
    expect(running_of(world, code)[version] == 1, running_of(world, code))
    done(teller("POST", f"/v1/staff/tasks/{task['id']}/claim"))
    done(teller("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": "printed"}))
    until(lambda: running_of(world, code)[version] == 0, about="its end")
    starts = lambda: world.rows("yunchuan", f"select element from process_start where service = '{code}'")  # noqa: E731
    expect(starts(), "the message would start it again")
    done(world.staff("group.admin")("POST", f"/v1/staff/services/{code}/release", {"action": "withdraw", "version": version, **WHY}), 201)
    world.confirm_release(code)
    expect(offered(done(world.staff("group.admin")("GET", f"/v1/staff/services/{code}/versions"))) == once)
    until(lambda: not starts(), about="the starts' going")


def running_of(world, code):
    """Cases of one institution by version: what the clock starts it starts in each."""
    return {each["version"]: each["running"] for each in done(world.staff("yc.operations")("GET", f"/v1/staff/services/{code}/versions"))["items"]}


@case("the command line does the same in somebody's name; rolling back is one command of less than a second")
def by_command(world):
    def code_of(who):
        return next(each["code"] for each in done(world.client()("GET", "/v1/demo/handset"))["authenticators"] if each["username"] == who)

    def run(who, code, *words):
        began = time.monotonic()
        ended = subprocess.run([PROGRAM, "service", *words, "--url", f"http://127.0.0.1:{world.bank.port}", "--staff", who, "--code", code], capture_output=True, text=True,
                               timeout=60, env={**os.environ, "YUNGUI_HOME": str(ROOT), "YUNGUI_STAFF_PASSWORD": "Yungui-2026-staff"})
        return ended.returncode, ended.stdout, ended.stderr, time.monotonic() - began

    status, _, said, _ = run("group.audit", "000000", "roll-back", SERVICE)
    expect(status == 1 and "--reason" in said and said.count("\n") == 1, said)
    status, _, said, _ = run("group.audit", "000000", "burn", SERVICE)
    expect(status == 2 and said.count("\n") == 1, said)
    status, _, said, _ = run("lw.compliance", "000000", "versions", SERVICE)
    expect(status == 1 and said.count("\n") == 1, said)
    status, _, said, _ = run("qx.manager", code_of("qx.manager"), "roll-back", SERVICE, "--reason", "a test")
    expect(status == 1 and "staff.not_permitted" in said and said.count("\n") == 1, "qx.manager:", said)
    used = code_of("group.admin")  # Those who have signed in wait for another.
    until(lambda: code_of("group.admin") != used, 40, "another code of the authenticator")
    status, told, said, _ = run("lw.operations", code_of("lw.operations"), "versions", SERVICE)
    expect(status == 0 and f"{SERVICE}@1 " in told and "on offer" in told, "lw.operations:", told, said)
    before = offered(done(world.staff("group.admin")("GET", PATH + "/versions")))
    status, told, said, took = run("group.admin", code_of("group.admin"), "roll-back", SERVICE, "--reason", "a test", "--alone")
    expect(status == 0 and "done alone" in told, "group.admin:", told, said)
    expect(offered(done(world.staff("group.admin")("GET", PATH + "/versions"))) < before)
    expect(took < 1, f"took {took:.2f} s")
    used = code_of("group.admin2")
    until(lambda: code_of("group.admin2") != used, 40, "another code of the authenticator")
    status, told, said, _ = run("group.admin2", code_of("group.admin2"), "confirm", SERVICE, "--reason", "seen")
    expect(status == 1 and "--proposal" in said, told, said)
    status, told, said, _ = run("group.admin2", code_of("group.admin2"), "confirm", SERVICE, "--reason", "seen", "--proposal", releases(world)[0]["id"])
    expect(status == 0 and "confirmed" in told, told, said)
