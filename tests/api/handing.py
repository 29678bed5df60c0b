# SPDX-License-Identifier: Apache-2.0
"""Tasks between people of the staff: taken together, handed over, signed by others, in somebody's stead; and what stands still."""
import time

from harness import case, done, expect, refused
from steps import claim, decide


def act(world, who, task, what, body):
    return world.staff(who)("POST", f"/v1/staff/tasks/{task['id']}/{what}", body)


@case("several tasks are taken in one go, each by itself")
def claimed_together(world):
    _, _, task = world.review()
    unknown, lanwan = "0000000000000", world.staff("lw.teller1")
    answer = done(world.staff("yc.teller1")("POST", "/v1/staff/task-claims", {"tasks": [task["id"], unknown]}))["items"]
    expect("reason" not in answer[0] and answer[1]["reason"] == "task.unknown", answer)
    answer = done(lanwan("POST", "/v1/staff/task-claims", {"tasks": [task["id"]]}))["items"]
    expect(answer[0]["reason"] == "task.unknown", "another institution's task:", answer)
    for wrong in ({"tasks": []}, {"tasks": [unknown] * 51}, {"tasks": ["nonsense"]}, {}):
        refused(world.staff("yc.teller1")("POST", "/v1/staff/task-claims", wrong), 400, about=wrong)
    done(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task['id']}/release"))


@case("a task is handed to a colleague who may do it, with a reason; both are in the audit trail")
def handed_over(world):
    _, _, task = world.review()
    give = {"to": "yc.teller3", "reason": "I go home"}
    refused(act(world, "yc.teller1", task, "hand-over", give), 409, "task.not_claimed")
    done(claim(world, "yc.teller1", task))
    refused(act(world, "yc.teller3", task, "hand-over", give), 409, "task.already_claimed")
    for to in ("yc.teller4", "lw.teller1", "yc.relations", "nobody", ""):
        refused(act(world, "yc.teller1", task, "hand-over", {**give, "to": to}), 422, "task.not_for_them", to)
    refused(act(world, "yc.teller1", task, "hand-over", {**give, "reason": ""}), 400)
    refused(act(world, "yc.teller1", task, "hand-over", {**give, "reason": "  "}), 400, "task.reason_missing")
    shown = done(act(world, "yc.teller1", task, "hand-over", give))
    expect(shown["task"]["claimed_by"] == "yc.teller3", shown["task"])
    expect(any("转办" in entry["text"]["zh"] and entry.get("comment") == "I go home" for entry in shown["history"]), shown["history"])
    refused(decide(world, "yc.teller1", task, "open"), 409, about="deciding what was given away")
    expect(world.audit("yunchuan", action="task.hand-over"), "not in the audit trail")
    done(world.staff("yc.teller3")("POST", f"/v1/staff/tasks/{task['id']}/release"))


@case("who has a task is reminded once before its deadline passes, and everybody's list says so")
def reminded(world):
    _, _, task = world.review()
    done(claim(world, "yc.teller1", task))
    look = lambda: next(t for t in done(world.staff("yc.teller3")("GET", "/v1/staff/tasks?state=all&limit=100"))["items"] if t["id"] == task["id"])
    row = world.rows("yunchuan", "select remind_at, due_at from process_task where claimed_by = 'yc.teller1' and state = 'claimed'")[-1]
    expect(row[0] is None or row[1] - row[0] == 3_600_000_000, "an hour before:", row)
    world.rows("yunchuan", "update process_task set remind_at = 1, reminded = 0 where claimed_by = 'yc.teller1' and state = 'claimed'")
    expect(until(lambda: look().get("due_soon")), "nobody is reminded")
    told = [entry for entry in done(world.staff("yc.teller1")("GET", f"/v1/staff/tasks/{task['id']}"))["history"] if "临近时限" in entry["text"]["zh"]]
    expect(len(told) == 1, "told once:", told)
    world.rows("yunchuan", "update process_task set reminded = 0 where claimed_by = 'yc.teller1' and state = 'claimed'")
    done(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task['id']}/release"))


@case("a task is lent to a colleague who gives it back; meanwhile neither decides it, and its owner may take it back")
def lent(world):
    _, _, task = world.review()
    give = {"to": "yc.teller3", "reason": "Please look at the card first"}
    refused(act(world, "yc.teller1", task, "lend", give), 409, "task.not_claimed")
    refused(act(world, "yc.teller1", task, "give-back", {}), 409, "task.not_lent")
    done(claim(world, "yc.teller1", task))
    for to in ("yc.teller4", "lw.teller1", "yc.relations", "nobody", "yc.teller1"):
        refused(act(world, "yc.teller1", task, "lend", {**give, "to": to}), 422, "task.not_for_them", to)
    refused(act(world, "yc.teller1", task, "lend", {**give, "reason": "  "}), 400, "task.reason_missing")
    shown = done(act(world, "yc.teller1", task, "lend", give))
    expect(shown["task"]["claimed_by"] == "yc.teller3" and shown["task"]["lent_by"] == "yc.teller1", shown["task"])
    listed = lambda who, state: [each["id"] for each in done(world.staff(who)("GET", f"/v1/staff/tasks?state={state}&limit=100"))["items"]]  # noqa: E731
    expect(task["id"] in listed("yc.teller1", "lent") and task["id"] in listed("yc.teller3", "mine") and task["id"] not in listed("yc.teller3", "lent"), "the lists")
    counts = done(world.staff("yc.teller3")("GET", "/v1/staff/tasks"))["counts"]
    expect(counts["most"] == 1000 and 0 < counts["mine"] == len(listed("yc.teller3", "mine")) <= counts["claimed"] == len(listed("yc.teller3", "claimed")), f"counted {counts}")
    refused(decide(world, "yc.teller1", task, "open"), 409, "task.already_claimed")
    refused(decide(world, "yc.teller3", task, "open"), 409, "task.lent")
    refused(act(world, "yc.teller3", task, "hand-over", {**give, "to": "yc.teller1"}), 409, "task.lent")
    refused(act(world, "yc.teller3", task, "release", None), 409, "task.lent")
    refused(act(world, "yc.senior", task, "give-back", {}), 409, "task.already_claimed")
    shown = done(act(world, "yc.teller3", task, "give-back", {"comment": "The card is good"}))
    expect(shown["task"]["claimed_by"] == "yc.teller1" and "lent_by" not in shown["task"], shown["task"])
    expect(any("交回" in entry["text"]["zh"] and entry.get("comment") == "The card is good" for entry in shown["history"]), shown["history"])
    done(act(world, "yc.teller1", task, "lend", give))
    expect(done(act(world, "yc.teller1", task, "give-back", {}))["task"]["claimed_by"] == "yc.teller1", "its owner does not get it back")
    expect(world.audit("yunchuan", action="task.lend") and world.audit("yunchuan", action="task.give-back"), "not in the audit trail")
    done(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task['id']}/release"))


@case("who is asked signs in his turn; before all have, nothing is decided")
def signed(world):
    _, _, task = world.review()
    ask = {"signers": ["yc.teller3", "yc.senior"], "in_order": True, "reason": "two more eyes"}
    refused(act(world, "yc.teller1", task, "ask-to-sign", ask), 409, "task.not_claimed")
    done(claim(world, "yc.teller1", task))
    refused(act(world, "yc.teller1", task, "ask-to-sign", {**ask, "signers": ["lw.teller1"]}), 422, "task.not_for_them")
    refused(act(world, "yc.teller1", task, "ask-to-sign", {**ask, "signers": ["yc.teller1"]}), 400, "task.signers_missing")
    shown = done(act(world, "yc.teller1", task, "ask-to-sign", ask))
    expect([s["state"] for s in shown["signatures"]] == ["asked", "waiting"], shown["signatures"])
    refused(decide(world, "yc.teller1", task, "open"), 409, "task.signatures_missing")
    refused(act(world, "yc.senior", task, "sign", {"agrees": True}), 403, "task.not_asked_to_sign", "before his turn")
    asked = done(world.staff("yc.teller3")("GET", "/v1/staff/tasks?state=to_sign"))["items"]
    expect([t["id"] for t in asked] == [task["id"]], asked)
    refused(act(world, "yc.teller3", task, "sign", {"agrees": False}), 400, "task.comment_missing")
    done(act(world, "yc.teller3", task, "sign", {"agrees": True}))
    shown = done(act(world, "yc.senior", task, "sign", {"agrees": False, "comment": "the card looks old"}))
    expect([s["state"] for s in shown["signatures"]] == ["signed", "not-signed"], shown["signatures"])
    expect(shown["signatures"][1]["comment"] == "the card looks old", shown["signatures"])
    refused(act(world, "yc.teller1", task, "send-back", {"to": "face", "reason": "again"}), 400, "task.send_back_unknown")
    done(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task['id']}/release"))


@case("a look at a task is part of its history, once for each person")
def seen(world):
    _, _, task = world.review()
    for _ in range(3):
        shown = done(world.staff("yc.senior")("GET", f"/v1/staff/tasks/{task['id']}"))
    looks = [entry for entry in shown["history"] if "查看" in entry["text"]["zh"]]
    expect(len({entry["who"] for entry in looks}) == len(looks) and any(entry["who"] == "云望舒" for entry in looks), looks)


@case("colleagues are those who work on tasks of one's institution, oneself left out")
def colleagues(world):
    found = {one["username"]: one for one in done(world.staff("yc.teller1")("GET", "/v1/staff/colleagues"))["items"]}
    expect({"yc.teller2", "yc.senior", "yc.manager"} <= set(found) and not {"yc.teller1", "yc.operations", "lw.teller1"} & set(found), sorted(found))
    expect(found["yc.senior"]["name"] == "云望舒" and found["yc.senior"]["roles"][0]["zh"] and found["yc.senior"]["unit_name"]["zh"], found["yc.senior"])
    refused(world.staff("yc.operations")("GET", "/v1/staff/colleagues"), 403, "staff.not_permitted")
    refused(world.staff("yc.teller1")("GET", "/v1/staff/colleagues?institution=lanwan"), (403, 404))


@case("a stand-in is a colleague for a time that makes sense")
def absence(world):
    teller = world.staff("yc.teller4")
    away = {"stand_in": "yc.teller1", "from": "2027-01-01T00:00:00Z", "until": "2027-01-08T00:00:00Z"}
    put = lambda body: teller("PUT", "/v1/staff/absence", body)  # noqa: E731
    refused(put({**away, "stand_in": "yc.teller4"}), 400, "absence.stand_in_invalid")
    refused(put({**away, "until": away["from"]}), 400, "absence.dates_invalid")
    refused(put({"stand_in": "yc.teller1"}), 400, about="no time")
    refused(put({**away, "stand_in": "lw.teller1"}), 422, "task.not_for_them")
    expect(done(put(away))["stand_in"] == "yc.teller1", "not kept")
    expect(done(teller("GET", "/v1/staff/absence")) == away, done(teller("GET", "/v1/staff/absence")))
    expect(done(put({})) == {}, "it does not end")


@case("a stand-in takes over what a colleague who is away has taken")
def taken_over(world):
    _, _, task = world.review()
    done(claim(world, "yc.teller1", task))
    refused(claim(world, "yc.teller2", task), 409, "task.already_claimed")
    away = {"stand_in": "yc.teller2", "from": "2020-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}
    done(world.staff("yc.teller1")("PUT", "/v1/staff/absence", away))
    for who, offered in (("yc.teller2", True), ("yc.senior", None), ("yc.teller1", None)):
        expect(done(world.staff(who)("GET", f"/v1/staff/tasks/{task['id']}")).get("take_over") == offered, who, "sees otherwise")
    refused(claim(world, "yc.senior", task), 409, "task.already_claimed")
    shown = done(claim(world, "yc.teller2", task))
    expect(shown["task"]["claimed_by"] == "yc.teller2" and any("代请假同事接手" in entry["text"]["zh"] for entry in shown["history"]), shown)
    done(world.staff("yc.teller2")("POST", f"/v1/staff/tasks/{task['id']}/release"))
    done(world.staff("yc.teller1")("PUT", "/v1/staff/absence", {}))


def until(what, seconds=20):
    """The bank looks at its people every second once the organisation has changed."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.3)
    return found


@case("who is moved by two colleagues loses the tasks that are not his any more; what nobody may take shows")
def moved(world):
    operations, admin, path = world.staff("yc.operations"), world.staff("group.admin"), "/v1/staff/organisation/changes"
    _, _, task = world.review()
    done(claim(world, "yc.teller3", task))
    propose = {"username": "yc.teller3", "skills": ["branch-visit"], "reason": "works at the counter now"}
    refused(operations("POST", path, {**propose, "username": "lw.teller1"}), 404, "staff.unknown")
    refused(operations("POST", path, {**propose, "username": "yc.operations"}), 403, "staff.own_change")
    refused(operations("POST", path, {**propose, "unit": "NOWHERE"}), 400, "staff.unit_unknown")
    refused(operations("POST", path, {**propose, "unit": "P-LW-GT"}), 403, "staff.out_of_scope")
    refused(operations("POST", path, {**propose, "roles": ["emperor"]}), 400, "staff.role_unknown")
    refused(operations("POST", path, {**propose, "skills": ["juggling"]}), 400, "staff.skill_unknown")
    refused(operations("POST", path, {**propose, "reason": " "}), 400, "proposal.reason_missing")
    change = done(operations("POST", path, propose), 201)
    expect(change["after"]["skills"] == ["branch-visit"] and change["after"]["unit"] == change["before"]["unit"], change)
    refused(operations("POST", path, propose), 409, "proposal.open")
    decide_it = lambda who, confirm=True, which=change["id"]: who("POST", f"{path}/{which}/decision", {"confirm": confirm})  # noqa: E731
    refused(decide_it(operations), 403, "proposal.same_person")
    refused(decide_it(world.staff("lw.operations")), 404, "proposal.unknown")
    refused(decide_it(admin, which="0000000000000"), 404, "proposal.unknown")
    expect(done(world.staff("yc.senior")("GET", f"/v1/staff/tasks/{task['id']}"))["task"]["claimed_by"] == "yc.teller3", "it counts before it is confirmed")
    expect(done(decide_it(admin))["state"] == "confirmed", "not confirmed")
    refused(decide_it(admin), 409, "proposal.decided")
    look = lambda: done(world.staff("yc.senior")("GET", f"/v1/staff/tasks/{task['id']}"))  # noqa: E731
    expect(until(lambda: look()["task"]["state"] == "open"), look()["task"])
    expect(any("退回任务池" in entry["text"]["zh"] for entry in look()["history"]), look()["history"])
    refused(claim(world, "yc.teller3", task), 403, "task.not_for_you")
    refused(operations("POST", path, {**propose, "skills": ["branch-visit"]}), 400, "staff.nothing_changes")
    back = done(operations("POST", path, {**propose, "skills": change["before"]["skills"]}), 201)
    done(decide_it(admin, which=back["id"]))
    expect([each["state"] for each in done(admin("GET", path))["items"]][:2] == ["confirmed", "confirmed"], "the list of changes")
    done(claim(world, "yc.teller3", task))
    done(world.staff("yc.teller3")("POST", f"/v1/staff/tasks/{task['id']}/release"))
    expect(done(world.staff("yc.senior")("GET", "/v1/staff/tasks?state=stranded"))["items"] == [], "somebody may take each")


@case("nobody decides his own case, nor that of somebody who reports to him")
def own_case(world):
    client = world.customer("told")
    case_id = world.start_case(client, "complaint")
    done(world.submit(client, case_id, "report", {"about": "fee", "text": "短信费扣了两次，请核对。"}))
    task = until(lambda: next((one for one in world.tasks() if one["case"] == case_id), None))
    refused(claim(world, "yc.teller2", task), 403, "task.own_case")
    refused(claim(world, "yc.manager", task), 403, "task.of_your_staff")
    many = done(world.staff("yc.teller2")("POST", "/v1/staff/task-claims", {"tasks": [task["id"]]}))["items"]
    expect(many[0].get("reason") == "task.own_case", many)
    done(claim(world, "yc.teller1", task))
    for way in ("hand-over", "lend"):
        refused(act(world, "yc.teller1", task, way, {"to": "yc.teller2", "reason": "yours"}), 422, "task.their_own_case", way)
        refused(act(world, "yc.teller1", task, way, {"to": "yc.manager", "reason": "yours"}), 422, "task.of_their_staff", way)
    for signer, reason in (("yc.teller2", "task.their_own_case"), ("yc.manager", "task.of_their_staff")):
        refused(act(world, "yc.teller1", task, "ask-to-sign", {"signers": [signer], "reason": "look"}), 422, reason)
    for who, reason in (("yc.teller2", "task.own_case"), ("yc.manager", "task.of_your_staff")):
        refused(act(world, who, task, "sign", {"agrees": True}), 403, reason)
        refused(decide(world, who, task, "answer"), 403, reason)
    done(world.staff("yc.teller1")("POST", f"/v1/staff/tasks/{task['id']}/release"))


@case("a filter of the task list is kept for whom it belongs to, under a name that makes sense")
def filters(world):
    teller, other = world.staff("yc.teller4"), world.staff("yc.teller3")
    path = "/v1/staff/task-filters"
    wish = {"name": " 迟了的投诉 ", "state": "open", "service": "complaint", "late": True}
    kept = done(teller("POST", path, wish), 201)
    expect(kept["name"] == "迟了的投诉" and kept["service"] == "complaint" and kept["late"], kept)
    expect(done(teller("GET", path))["items"] == [kept] and done(other("GET", path))["items"] == [], "shared with others")
    refused(teller("POST", path, wish), 409, "filter.name_taken")
    for name in ("", "   ", "字" * 41, "two\nlines"):
        refused(teller("POST", path, {**wish, "name": name}), 400, "filter.name_invalid", name)
    refused(teller("POST", path, {**wish, "name": "x", "service": "no-such-service"}), 404, "service.unknown")
    for wrong in ({**wish, "state": "anything"}, {"name": "x"}, {**wish, "name": "x" * 101}, {**wish, "more": 1}):
        refused(teller("POST", path, wrong), 400, about=wrong)
    own = f"{path}/{kept['id']}"
    for method, body in (("PUT", {"name": "mine now"}), ("DELETE", None)):
        refused(other(method, own, body), 404, "filter.unknown")
        refused(teller(method, f"{path}/0000000000000", body), 404, "filter.unknown")
    refused(teller("PUT", own, {"name": " "}), 400, "filter.name_invalid")
    expect(done(teller("PUT", own, {"name": "Late complaints"}))["name"] == "Late complaints", "not renamed")
    for number in range(19):
        done(teller("POST", path, {"name": f"filter {number}", "state": "mine"}), 201)
    refused(teller("POST", path, {"name": "one more", "state": "mine"}), 409, "filter.too_many")
    for each in done(teller("GET", path))["items"]:
        done(teller("DELETE", f"{path}/{each['id']}"), 204)
    expect(done(teller("GET", path))["items"] == [], "not forgotten")


@case("incidents are for operations, within their institution")
def incidents(world):
    operations = world.staff("yc.operations")
    items = done(operations("GET", "/v1/staff/incidents"))["items"]
    expect(all(one["institution"] == "yunchuan" for one in items), items)
    unknown = "0000000000000"
    refused(operations("POST", f"/v1/staff/incidents/{unknown}/retry"), 404, "incident.unknown")
    for way in ("skip", "cancel"):
        refused(operations("POST", f"/v1/staff/incidents/{unknown}/{way}", {"reason": "a test"}), 404, "incident.unknown")
        refused(operations("POST", f"/v1/staff/incidents/{unknown}/{way}", {"reason": ""}), 400)
