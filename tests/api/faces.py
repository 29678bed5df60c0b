# SPDX-License-Identifier: Apache-2.0
"""The face: of another, held still, recorded, printed."""
from harness import case, done, expect, refused
from steps import applicant, give_card, give_details


@case("another person's face, a face held still, and a recording of another check do not pass; the teller sees it")
def faces(world):
    client, case_id = applicant(world, "16400004622")
    give_card(world, client, case_id, 2)
    path = f"/v1/cases/{case_id}/liveness"
    shown = world.show_face(client, case_id)
    expect(shown["state"] == "passed", shown)
    done(world.submit(client, case_id, "face", {"liveness": shown["id"]}))
    view = world.settled(client, case_id)
    expect(view["step"]["code"] == "face" and view["step"].get("note"), "another's face went through:", view)
    # Held still: neutral frames whatever is asked.
    live = done(client("POST", path), 201)
    frames = world.films("neutral")
    for index in range(3):
        batch = [{"at_ms": 1000 * index + 100 * i, "jpeg": f} for i, f in enumerate(frames[10 * index:10 * index + 10])]
        seen = done(client("POST", f"{path}/{live['id']}/frames", {"nonce": live["nonce"], "challenge": index, "frames": batch}))
        expect(seen["state"] == "running" and not (index == 2 and seen["state"] == "passed"), seen)
    done(world.submit(client, case_id, "face", {"liveness": live["id"]}))
    expect(world.settled(client, case_id)["step"]["code"] == "face", "a face held still went through")
    # A recording: the acts in another order than asked.
    live = done(client("POST", path), 201)
    at = 0
    for index in range(3):
        act = live["challenges"][(index + 1) % 3]
        batch = []
        for frame in world.films(act)[1:13]:
            batch.append({"at_ms": at, "jpeg": frame})
            at += 100
        seen = done(client("POST", f"{path}/{live['id']}/frames", {"nonce": live["nonce"], "challenge": index, "frames": batch}))
        expect(seen["state"] != "passed", "a recording passed:", seen)
    done(world.submit(client, case_id, "face", {"liveness": live["id"]}))
    expect(world.settled(client, case_id)["step"]["code"] == "face", "a recording went through")
    done(world.submit(client, case_id, "face", {"liveness": "1S0KQ8Z0M0001"}))
    view = world.settled(client, case_id, leaving="face")
    give_details(world, client, case_id, world.details(2))
    task = world.waits_for_staff(case_id)
    expect(task, "no teller looks:", view)
    detail = done(world.staff("yc.senior")("GET", f"/v1/staff/tasks/{task['id']}"))
    rows = [row for group in detail["facts"] if group["group"] == "face" for row in group["rows"]]
    expect(any(row.get("state") == "bad" for row in rows), "the teller does not see it:", rows)
    done(client("POST", f"/v1/cases/{case_id}/cancel"))


@case("a print that is bent for the turns, or mirrored for the other side, does not pass for a face")
def attacks(world):
    client, case_id = applicant(world, "16400004628")
    give_card(world, client, case_id, 1)
    for kind in ("flat-warped", "flat-mirrored"):
        seen = world.show_face(client, case_id, kind)
        expect(seen["state"] != "passed", kind, "passed:", seen)
        done(world.submit(client, case_id, "face", {"liveness": seen["id"]}))
        view = world.settled(client, case_id)
        expect(view["step"]["code"] == "face" and view["step"].get("note"), kind, "went through:", view)
    done(client("POST", f"/v1/cases/{case_id}/cancel"))


@case("a liveness check takes its own nonce, frames that go on in time, pictures only, and ends once")
def liveness(world):
    client, case_id = applicant(world, "16400004623")
    path = f"/v1/cases/{case_id}/liveness"
    old, new = done(client("POST", path), 201), done(client("POST", path), 201)
    frame = world.films("neutral")[0]

    def send(live, nonce=None, challenge=0, frames=None, to=None):
        return client("POST", f"{to or path}/{live['id']}/frames", {"nonce": nonce or live["nonce"], "challenge": challenge, "frames": frames or [{"at_ms": 1, "jpeg": frame}]})
    refused(send(new, nonce=old["nonce"]), 409, "identity.liveness_nonce")
    refused(send(new, nonce="0" * 32), 409, "identity.liveness_nonce")
    refused(send(new, challenge=1), 409, "identity.liveness_order")
    refused(send(new, challenge=9), (400, 409), "identity.liveness_order")
    refused(send(new, frames=[{"at_ms": 5, "jpeg": frame}, {"at_ms": 5, "jpeg": frame}]), 409, "identity.liveness_order")
    refused(send(new, frames=[{"at_ms": 1, "jpeg": "not base64!"}]), 400, "identity.frame_malformed")
    refused(send(new, frames=[{"at_ms": 1, "jpeg": "AAAA"}]), (400, 422), about="no picture")
    refused(send(new, frames=[{"at_ms": i, "jpeg": frame} for i in range(13)]), 400, "api.contract")
    refused(send(new, frames=[{"at_ms": -1, "jpeg": frame}]), 400, "api.contract")
    refused(send({**new, "id": "1S0KQ8Z0M0001"}), 404, "identity.liveness_nonce")
    done(send(new, frames=[{"at_ms": 5000, "jpeg": frame}]))
    refused(send(new, frames=[{"at_ms": 4000, "jpeg": world.films("neutral")[1]}]), 409, "identity.liveness_order")
    stranger, strange_case = applicant(world, "16400004624")
    answer = stranger("POST", f"/v1/cases/{strange_case}/liveness/{new['id']}/frames", {"nonce": new["nonce"], "challenge": 0, "frames": [{"at_ms": 6000, "jpeg": frame}]})
    refused(answer, 404, "identity.liveness_nonce")
    while done(client("POST", path), 201)["attempts_left"]:
        pass
    refused(client("POST", path), 422, "identity.liveness_attempts")
