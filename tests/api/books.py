# SPDX-License-Identifier: Apache-2.0
"""The business date and its end: closing by hand, once; what was closed; trial balance and general ledger that balance."""
from decimal import Decimal

from harness import case, done, expect, refused, until


@case("a business date is closed by those who may, once, with a reason, and its books balance")
def end_of_day(world):
    operations = world.staff("lw.operations")
    before = done(operations("GET", "/v1/staff/end-of-day"), 200, "the business date")
    expect(before["institution"] == "lanwan", "another institution:", before)
    day = before["business_date"]
    order = {"institution": "lanwan", "action": "close", "day": day}
    refused(operations("POST", "/v1/staff/end-of-day", order), 400, "end_of_day.reason_missing")
    refused(operations("POST", "/v1/staff/end-of-day", {**order, "day": "2026-02-30", "reason": "a test"}), 400, "api.contract")
    refused(operations("POST", "/v1/staff/end-of-day", {**order, "day": "2001-01-01", "reason": "a test"}), 409, "business_day.not_open")
    refused(operations("POST", "/v1/staff/end-of-day", {**order, "institution": "yunchuan", "reason": "a test"}), 403, "staff.out_of_scope")
    refused(operations("POST", "/v1/staff/end-of-day", {**order, "action": "retry"}), 404, "end_of_day.unknown")
    refused(world.staff("lw.manager")("POST", "/v1/staff/end-of-day", {**order, "reason": "a test"}), 403, "staff.not_permitted")
    refused(operations("GET", "/v1/staff/end-of-day/2001-01-01"), 404, "end_of_day.unknown")
    after = done(operations("POST", "/v1/staff/end-of-day", {**order, "reason": "a test closes early"}), 202, "the closing")
    expect(after["business_date"] > day, "the date did not move:", after)
    refused(operations("POST", "/v1/staff/end-of-day", {**order, "reason": "twice"}), 409, "business_day.not_open")
    refused(operations("POST", "/v1/staff/end-of-day", {**order, "day": after["business_date"], "reason": "too early"}), 422, "end_of_day.too_early")

    def finished():
        run = done(operations("GET", f"/v1/staff/end-of-day/{day}"))
        return run if run["state"] == "done" else None
    run = until(finished, about="the end of day")
    expect(run["by_staff"] and all(step["state"] == "done" for step in run["steps"]), "steps are left:", run)
    refused(operations("POST", "/v1/staff/end-of-day", {**order, "action": "retry"}), 409, "end_of_day.not_failed")

    lines = done(operations("GET", f"/v1/staff/trial-balance?day={day}"))["lines"]
    expect(any(line["kind"] == "product" for line in lines), "no customers in", lines)
    for unit in {line["unit"] for line in lines}:
        expect(sum(Decimal(line["closing"]) for line in lines if line["unit"] == unit) == 0, "does not balance:", lines)
    tree = done(operations("GET", f"/v1/staff/general-ledger?day={day}"))["lines"]
    expect(sum(Decimal(line["closing"]) for line in tree if "parent" not in line) == 0, "the roots do not balance:", tree)
    for parent in tree:
        children = [line for line in tree if line.get("parent") == parent["code"] and line["unit"] == parent["unit"]]
        if children:
            expect(sum(Decimal(line["closing"]) for line in children) == Decimal(parent["closing"]), parent, "is not the sum of", children)
    refused(world.staff("qx.manager")("GET", "/v1/staff/trial-balance?day=2001-01-01"), 404, "end_of_day.unknown")


@case("a piece of a voucher that somebody holds stands in the books: the end of day balances in its unit too")
def held_pieces(world):
    rich, staff = world.customer("rich"), world.staff("yc.operations")
    campaign = next(one for one in done(rich("GET", "/v1/campaigns"))["items"] if one["code"] == "winter-warmth")
    expect(rich("POST", f"/v1/campaigns/{campaign['id']}/claims")[0] in (200, 201), "no piece for whoever asks")  # The second time it is told again.
    day = done(staff("GET", "/v1/staff/end-of-day?institution=yunchuan"))["business_date"]
    done(staff("POST", "/v1/staff/end-of-day", {"institution": "yunchuan", "action": "close", "day": day, "reason": "a test closes"}), 202)

    def ended():
        run = done(staff("GET", f"/v1/staff/end-of-day/{day}?institution=yunchuan"))
        return run if run["state"] in ("done", "failed") else None
    run = until(ended, about="the end of day")
    expect(run["state"] == "done", "the end of day stopped:", run)
    lines = done(staff("GET", f"/v1/staff/trial-balance?day={day}&institution=yunchuan"))["lines"]
    held = [line for line in lines if line["code"] == "voucher/winter-warmth/held"]
    expect(len(held) == 1 and held[0]["unit"] == "voucher/winter-warmth" and held[0]["accounts"] >= 1, "the pieces have no line:", lines)
    for unit in {line["unit"] for line in lines}:
        expect(sum(Decimal(line["closing"]) for line in lines if line["unit"] == unit) == 0, "does not balance:", unit, lines)
