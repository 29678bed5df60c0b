# SPDX-License-Identifier: Apache-2.0
"""The police, the other bank and the sanctions list, where they say no or nothing."""
from harness import case, done, expect, refused
from steps import applicant, give_card, give_details, over, to_details
from world import SILENT, id_number


@case("what the police know under another name, or not at all, is refused")
def police_says_no(world):
    for phone, name, number, reason in (("16400004605", "林甲名", "330999199309092109", "identity.police_mismatch"),
                                        ("16400004606", "林无人", id_number(951), "identity.police_unknown")):
        client, case_id = applicant(world, phone)
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        view = give_card(world, client, case_id, 6, name=name, number=number, birth_date=born)
        expect(view["step"]["code"] == "face", view)
        world.no_face(client, case_id)
        over(world.settled(client, case_id, leaving="face"), reason)


@case("where the police are silent or answer with a letter that nobody signed, a teller looks")
def police_silent(world):
    waiting = []
    for place, (mode, number) in enumerate(SILENT.items()):
        client, case_id = applicant(world, f"1640000420{place}")
        give_card(world, client, case_id, 6, number=number)
        world.no_face(client, case_id)
        waiting.append((place, mode, client, case_id))
    for place, mode, client, case_id in waiting:
        view = world.settled(client, case_id, leaving="face")
        expect(view.get("step", {}).get("code") == "details", mode, view)
        give_details(world, client, case_id, world.details(bound_account=f"998800000000000910{place}", bound_phone=f"1640000420{place}"))
        task = world.waits_for_staff(case_id)
        expect(task, mode, "no teller looks")
        detail = done(world.staff("yc.senior")("GET", f"/v1/staff/tasks/{task['id']}"))
        expect("没有答复" in str(detail["prompts"]), mode, "the teller is not told:", detail["prompts"])
        done(client("POST", f"/v1/cases/{case_id}/cancel"))


@case("a name on the sanctions list is refused, a name like one is looked at")
def sanctions(world):
    for phone, name, number, account in (("16400001006", "厉不通", "330999197101010013", "9988000000000000262"),
                                         ("16400001007", "莫须有", "330999198802292070", "9988000000000000270")):
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        client, case_id, view = to_details(world, phone, 6, name=name, number=number, birth_date=born)
        expect(view["step"]["code"] == "details", view)
        view = give_details(world, client, case_id, world.details(bound_account=account, bound_phone=phone))
        if name == "厉不通":
            over(view, "account.sanctions")
        else:
            expect(world.waits_for_staff(case_id), "nobody looks:", view)
            done(client("POST", f"/v1/cases/{case_id}/cancel"))


@case("details are refused field by field, and a bound account of another, of Class II or of another phone the third time")
def details(world):
    client, case_id, _ = to_details(world, "16400004621", 6)
    good = world.details(6)
    for field in good:
        if field not in ("class",):
            problem = refused(world.submit(client, case_id, "details", {k: v for k, v in good.items() if k != field}), 400, "form.invalid", field)
            expect(field in [e["field"] for e in problem["errors"]], field, problem)
    for changed in ({"class": "4"}, {"class": 2}, {"occupation": "king"}, {"agreement_face": "2020-01"}, {"agreement_privacy": False}, {"limit_day": "0"},
                    {"limit_day": "10000.01"}, {"limit_day": "-5"}, {"class": "3", "limit_day": "2000.01"}, {"bound_account": "12"}, {"bound_phone": "2"},
                    {"purpose": "other"}, {"address": "x" * 201}, {"admin": 1}, {"tax_residence": None}):
        refused(world.submit(client, case_id, "details", {**good, **changed}), 400, "form.invalid", changed)
    for wrong in (world.details(5), world.details(6, bound_phone="16400009999"), world.details(6, bound_account="9988000000000000296")):
        view = give_details(world, client, case_id, wrong)
    over(view, "account.bound_account_mismatch")
