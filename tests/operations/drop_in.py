# SPDX-License-Identifier: Apache-2.0
"""A service that the program never saw is put into the folder of a running bank."""
import pathlib
import shutil
import tempfile
import time

from lib.bank import ROOT, Bank, Client


def texts_on_handset(bank, phone):
    return [m["text"] for m in Client(bank.port)("GET", "/v1/demo/handset?phone=" + phone)[1]["messages"]]


def drop_in(check):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yungui-bank-")) / "demo"
    shutil.copytree(ROOT / "banks/demo", folder)
    bank = Bank(folder=folder)
    bank.start()
    customer = Client(bank.port).sign_in("16400000001")
    admin = Client(bank.port).staff("group.admin")
    found = customer("GET", "/v1/search?q=%E6%89%93%E5%8D%B0%E5%9B%9E%E5%8D%95")[1]
    check("the bank does not know the service before", found.get("items") == [], found)

    shutil.copytree(ROOT / "tests/data/services/paper-request", folder / "services/paper-request")
    (folder / "services/paper-request/messages.yaml").write_text("messages: [\n")
    status, done = admin("POST", "/v1/staff/services/reload", {"reason": "a test"})
    check("a broken folder is refused with file and line, the rest goes on",
          status == 200 and done["deployed"] == [] and done["errors"][0]["file"].endswith("messages.yaml")
          and done["errors"][0]["line"] > 0, done)
    shutil.copy(ROOT / "tests/data/services/paper-request/messages.yaml", folder / "services/paper-request/messages.yaml")
    status, done = admin("POST", "/v1/staff/services/reload", {"reason": "a test"})
    check("a service folder is taken into the running bank and proposed", status == 200 and done["deployed"] == ["paper-request@1"], done)
    second = Client(bank.port).staff("group.admin2")
    waiting = second("GET", "/v1/staff/service-releases")[1]["items"][0]
    status, done = second("POST", f"/v1/staff/services/paper-request/release/{waiting['id']}/decision", {"confirm": True})
    check("another administrator puts it on offer", status == 200 and done["state"] == "confirmed", done)

    menu = [s["code"] for s in customer("GET", "/v1/services")[1]["items"]]
    check("it is in the menu", "paper-request" in menu, menu)
    found = customer("GET", "/v1/search?q=%E6%89%93%E5%8D%B0%E5%9B%9E%E5%8D%95")[1]
    check("it is found by what people say", found["items"] and found["items"][0]["id"] == "paper-request", found)
    status, case = customer("POST", "/v1/cases", {"service": "paper-request"})
    check("a customer starts it and gets its form", status == 201 and case["step"]["section"]["fields"][0]["name"] == "copies", case)
    status, wrong = customer("POST", f"/v1/cases/{case['id']}/steps/ask", {"data": {"copies": 0}})
    check("its form is held to its own rules", status == 400 and wrong["reason"] == "form.invalid", wrong)
    status, case = customer("POST", f"/v1/cases/{case['id']}/steps/ask", {"data": {"copies": 5}})
    check("the form is taken", status == 200, case)

    teller = Client(bank.port).staff("yc.teller1")
    tasks = teller("GET", "/v1/staff/tasks?state=open&service=paper-request")[1]["items"]
    check("its task is on the workbench", len(tasks) == 1, tasks)
    teller("POST", f"/v1/staff/tasks/{tasks[0]['id']}/claim")
    status, done = teller("POST", f"/v1/staff/tasks/{tasks[0]['id']}/complete", {"outcome": "printed"})
    check("a teller completes it", status == 200, done)
    case = customer("GET", f"/v1/cases/{case['id']}")[1]
    check("the customer sees its end", case["state"] == "done", case)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not any("已寄出" in t for t in texts_on_handset(bank, "16400000001")):
        time.sleep(0.2)
    check("its message is on the handset", any("已寄出" in t for t in texts_on_handset(bank, "16400000001")))
    services = {s["service"]["code"]: s for s in teller("GET", "/v1/staff/services")[1]["items"]}
    check("it is counted", services.get("paper-request", {}).get("done") == 1, services.get("paper-request"))
    bank.stop()
    bank.remove()
    shutil.rmtree(folder.parent, ignore_errors=True)
