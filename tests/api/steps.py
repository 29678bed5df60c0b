# SPDX-License-Identifier: Apache-2.0
"""The steps of an opening that several cases take."""
from harness import done, expect, until


def applicant(world, phone):
    """A visitor with a case that was just begun."""
    client = world.visitor(phone)
    return client, world.start_case(client)


def give_card(world, client, case_id, identity, **changed):
    """Uploads and submits a card; the case once the bank has looked at it."""
    done(world.submit(client, case_id, "id-card", world.card(client, case_id, identity, **changed)), 200, "the card")
    return until(lambda: (view := done(client("GET", f"/v1/cases/{case_id}")))["state"] != "bank" and view, about="a look at the card")


def give_face(world, client, case_id):
    """Shows the face of identity 1; the case once it waits again."""
    shown = world.show_face(client, case_id)
    expect(shown["state"] == "passed", "the genuine face failed:", shown)
    done(world.submit(client, case_id, "face", {"liveness": shown["id"]}), 200, "the face")
    return world.settled(client, case_id)


def to_details(world, phone, identity, **changed):
    """An applicant who is asked for the details, without having shown a face that counts."""
    client, case_id = applicant(world, phone)
    view = give_card(world, client, case_id, identity, **changed)
    expect(view.get("step", {}).get("code") == "face", "the face was not asked for:", view)
    world.no_face(client, case_id)
    return client, case_id, world.settled(client, case_id, leaving="face")


def give_details(world, client, case_id, details):
    done(world.submit(client, case_id, "details", details), 200, "the details")
    return world.settled(client, case_id)


def decide(world, who, task, outcome, **more):
    return world.staff(who)("POST", f"/v1/staff/tasks/{task['id']}/complete", {"outcome": outcome, **more})


def claim(world, who, task):
    return world.staff(who)("POST", f"/v1/staff/tasks/{task['id']}/claim")


def over(view, reason):
    expect(view["state"] == "refused" and view.get("reason") == reason, f"not refused with {reason}:", view)


def told(world, phone, word):
    until(lambda: any(word in m["text"] for m in world.handset(phone)), about=f"a message with “{word}” for {phone}")
