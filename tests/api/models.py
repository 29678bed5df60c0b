# SPDX-License-Identifier: Apache-2.0
"""Models that would hang, fill the memory or mean nothing: refused in under a second with the place, by every way into the program."""
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

from harness import case, done, expect
from lib.bank import PROGRAM, ROOT

SERVICE = "bad-model"
FOLDER = ROOT / "tests/faults/parcel"
PATH = f"/v1/staff/services/{SERVICE}/versions"
# An unoptimised program may take as many times longer.
SECONDS = 1 if "release" in str(PROGRAM) else 15
BOMB = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + "]>\n"
DEEP = "<definitions>\n" + "<a>\n" * 5000 + "</a>\n" * 5000 + "</definitions>"
ENDLESS = "count(for a in 1..100000, b in 1..100000 return a) = 1"


def process(was=None, now=None):
    text = (FOLDER / "process.bpmn").read_text()
    assert was is None or was in text, was
    return text if was is None else text.replace(was, now)


def script(feel):
    """The process with a script in place of its decision."""
    return process('<businessRuleTask id="way" yungui:decision="way" yungui:result="way"/>',
                   f'<scriptTask id="way" scriptFormat="feel" yungui:result="way"><script>{feel}</script></scriptTask>')


# What it is called, process.bpmn, what is said: the file with a line, and words of the finding.
PROCESSES = [
    ("no XML", process("<parallelGateway id=\"fork\"/>", "<parallelGateway id=\"fork\">"), ("process.bpmn:", "")),
    ("an entity bomb", BOMB + process().split("\n", 1)[1], ("process.bpmn:2:", "document type")),
    ("deep nesting", DEEP, ("process.bpmn:", "deeper than 100")),
    ("10 MB", process("</process>", "<!--" + "x" * 10_000_000 + "--></process>"), ("process.bpmn: ", "more than 1048576 bytes")),
    ("an unknown element", process('<parallelGateway id="fork"/>', '<complexGateway id="fork"/>'), ("process.bpmn:19:", "complexGateway fork")),
    ("calls in circles", process('calledElement="ask-partner"', 'calledElement="ring-a"'), ("processes/ring-b.bpmn:", 'callActivity pay: calls "ring-a"')),
    ("an expression that never ends", script(ENDLESS), ("process.bpmn:48:", "way: ")),
    ("a function that calls itself for ever", script("{f: function(g, x) g(g, x), r: f(f, 1)}.r"), ("process.bpmn:48:", "way: ")),
    ("a million elements", script("for i in 1..1000000 return i"), ("process.bpmn:48:", "way: process.too_much_data")),
    ("an expression of 200 brackets", script("(" * 200 + "1" + ")" * 200), ("process.bpmn:48:", "1:101")),
]


def run(*words):
    """Output of the program and the CPU seconds that it took: what else the machine does is no part of them."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run([str(PROGRAM), *map(str, words)], capture_output=True, text=True, timeout=120, env={**os.environ, "YUNGUI_HOME": str(ROOT)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.returncode, ended.stdout + ended.stderr, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def files_of(bpmn):
    found = {each.name: each.read_text().replace("code: parcel", f"code: {SERVICE}") for each in FOLDER.iterdir()}
    first = found["scenario.yaml"].partition("\n\n")[0] + "\n"  # One way through is enough to see what is wrong.
    return {**found, "scenario.yaml": first, "process.bpmn": bpmn}


@case("a process that would hang, fill the memory or mean nothing is refused by `process test` in under a second with the place")
def processes_by_word(world):
    place = pathlib.Path(tempfile.mkdtemp(prefix="yungui-models-"))
    try:
        shutil.copytree(ROOT / "banks/demo", place / "bank")
        for one, other in (("a", "b"), ("b", "a")):
            ring = (ROOT / "banks/demo/processes/ask-partner.bpmn").read_text()
            call = (f'<callActivity id="pay" calledElement="ring-{other}" yungui:result="answer"><extensionElements>'
                    + "".join(f'<yungui:in name="{each}">{each}</yungui:in>' for each in ("partner", "question", "correlation", "content")) + "</extensionElements></callActivity>")
            ring = ring.replace('<endEvent id="end_silent"/>', call + '<sequenceFlow id="f_ring" sourceRef="pay" targetRef="end_silent"/><endEvent id="end_silent"/>')
            (place / f"bank/processes/ring-{one}.bpmn").write_text(ring.replace('sourceRef="silence" targetRef="end_silent"', 'sourceRef="silence" targetRef="pay"'))
        folder = place / "bank/services" / SERVICE
        folder.mkdir()
        for what, bpmn, (where, words) in PROCESSES:
            for name, text in files_of(bpmn).items():
                (folder / name).write_text(text)
            status, said, took = run("process", "test", folder)
            expect(status == 1 and any(where in line and words in line for line in said.splitlines()), what, said)
            expect(took < SECONDS, what, f"took {took:.2f} s")
    finally:
        shutil.rmtree(place)


@case("the same is refused by a running bank, which goes on serving")
def processes_by_route(world):
    for what, bpmn, (where, words) in PROCESSES:
        if what in ("10 MB", "calls in circles"):
            continue  # The first is too large a request; the second needs files of the bank's folder.
        began = time.monotonic()
        answer = done(world.staff("group.admin")("POST", PATH, {"files": files_of(bpmn), "reason": "a test"}), about=what)
        took = time.monotonic() - began
        said = [f"{each['file']}:{each['line']}: {each['message']}" for each in answer["errors"]]
        expect(answer["deployed"] == [] and any(where in line and words in line for line in said), what, said)
        expect(took < 3 * SECONDS, what, f"took {took:.2f} s")  # Beside whatever else goes on here.
    status, _ = world.staff("group.admin")("POST", PATH, {"files": files_of(PROCESSES[3][1]), "reason": "a test"})
    expect(status == 413, "10 MB:", status)
    world.staff("group.admin").hang_up()
    expect(world.client()("GET", "/healthz")[0] == 200, "it does not serve any more")


DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">
  <decision id="d" name="d"><variable name="d"/>
    <literalExpression><text>1</text></literalExpression>
  </decision>
</definitions>
"""
ONE, TEXT = "<text>1</text>", "<text>{}</text>"
DECISIONS = [
    ("no XML", DECISION.replace("</decision>", ""), ("m.dmn:6:",)),
    ("an entity bomb", BOMB + DECISION.split("\n", 1)[1], ("m.dmn:2:", "document type")),
    ("deep nesting", DEEP, ("m.dmn:", "deeper than 100")),
    ("10 MB", DECISION.replace("</decision>", "<!--" + "x" * 10_000_000 + "--></decision>"), ("m.dmn: ", "more than 4194304 bytes")),
    ("decisions in circles", DECISION.replace('<variable name="d"/>', '<variable name="d"/><informationRequirement id="i"><requiredDecision href="#d"/></informationRequirement>'), ("m.dmn:3:",)),
    ("an expression that never ends", DECISION.replace(ONE, TEXT.format(ENDLESS)), ("1:7 ", "too")),
    ("a million elements", DECISION.replace(ONE, TEXT.format("for i in 1..3000000 return i")), ("1:1 ", "too")),
    ("a function that calls itself for ever", DECISION.replace(ONE, TEXT.format("{f: function(g, x) g(g, x), r: f(f, 1)}.r")), ("1:", "too deeply")),
]


@case("a decision that would hang, fill the memory or mean nothing is refused by `dmn test` in under a second with the place")
def decisions_by_word(world):
    place = pathlib.Path(tempfile.mkdtemp(prefix="yungui-models-"))
    try:
        folder = place / "compliance-level-3/0001-bad"
        folder.mkdir(parents=True)
        (folder / "m-test-01.xml").write_text('<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
                                              '<modelName>m.dmn</modelName><testCase id="1"><resultNode name="d" type="decision"><expected><value>1</value></expected></resultNode>'
                                              "</testCase></testCases>")
        for what, dmn, words in DECISIONS:
            (folder / "m.dmn").write_text(dmn)
            status, said, took = run("dmn", "test", place)
            expect(status == 1 and any(all(each in line for each in words) for line in said.splitlines()), what, status, said)
            expect(took < SECONDS, what, f"took {took:.2f} s")
    finally:
        shutil.rmtree(place)


@case("an expression is answered by `feel` from what a file knows; a name that it does not know is refused with its place")
def expressions_of_a_file(world):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write('{"age": 30, "full name": "Li", "paid": [1.10, 2.20], "born": null}')
        file.flush()
        for expression, answer in (("sum(paid) * 2 + age", "36.6"), ('"Hello " + full name', "Hello Li"), ("born", "null"), ("paid[1]", "1.1"), ("count(paid) > 2", "false")):
            status, said, _ = run("feel", expression, "--context", file.name)
            expect(status == 0 and said.strip() == answer, expression, status, said)
        status, said, _ = run("feel", "age + height", "--context", file.name)
        expect(status != 0 and "1:7" in said and "height" in said, status, said)


@case("an expression that would hang, fill the memory or mean nothing is refused by `feel` in under a second with the place")
def expressions_by_word(world):
    for expression, words in ((ENDLESS, "1:7 "), ("some x in 1..10000000000 satisfies x < 0", "1:1 The expression takes too many steps"),
                              ("for i in 1..3000000 return i", "1:1 The expression"), ("{f: function(g, x) g(g, x), r: f(f, 1)}.r", "too deeply"),
                              ("(" * 5000 + "1" + ")" * 5000, "1:101 More than 100 levels"), ("1 +\n  foo(", "2:3 "), ("\"" + "a" * 100_000 + "\"", "1:1 More than 64 KiB"),
                              ('matches("' + "a" * 40 + 'b", "(a+)+$")', "1:")):
        status, said, took = run("feel", expression)
        expect(words in said, expression[:60], status, said)
        expect(took < SECONDS, expression[:60], f"took {took:.2f} s")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as context:
        context.write('{"price": 12}')
        context.flush()
        for words, answer in ((("-1 + 2",), "1"), (("-(3)",), "-3"), (("-price", "--context", context.name), "-12"), (("--context", context.name, "-price"), "-12"),
                              (("--", "-2"), "-2")):
            status, said, _ = run("feel", *words)
            expect((status, said) == (0, f"{answer}\n"), words, status, said)
        expect(run("feel", "-1", "--contxt", "x")[0] == 2, "an option that is none is taken for an expression")
