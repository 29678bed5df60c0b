# SPDX-License-Identifier: Apache-2.0
"""Cases and what they expect. A case is a function that takes the World; its name is its sentence."""
import threading
import time
import traceback

CASES = []


def case(sentence):
    """Registers a function as a case of its module."""
    def register(function):
        CASES.append((function.__module__, sentence, function))
        return function
    return register


class Wrong(Exception):
    """What was seen is not what must be."""


def expect(condition, *seen):
    if not condition:
        raise Wrong(" ".join(str(s)[:600] for s in seen))


def refused(answer, status, reason=None, about=""):
    """A problem document with that status (or one of them) and reason; answers the document."""
    seen, problem = answer
    statuses = status if isinstance(status, tuple) else (status,)
    expect(seen in statuses, about, f"answered {seen} instead of {status}:", problem)
    expect(isinstance(problem, dict) and problem.get("reason") and problem.get("status") == seen, about, "is no problem document:", problem)
    reasons = reason if isinstance(reason, tuple) else (reason,)
    expect(reason is None or problem["reason"] in reasons, about, f"refused with {problem['reason']} instead of {reason}:", problem)
    return problem


def done(answer, status=200, about=""):
    """The body of an answer with that status."""
    expect(answer[0] == status, about, f"answered {answer[0]} instead of {status}:", answer[1])
    return answer[1]


def until(ask, seconds=20, about="it"):
    """What `ask` gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(0.05)
    raise Wrong(f"{about} did not come in {seconds} s")


def at_once(count, work):
    """What `work(i)` answers for each i, all begun together."""
    answers, gate = [None] * count, threading.Barrier(count)

    def one(place):
        gate.wait()
        answers[place] = work(place)
    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def run(world, only=()):
    """Runs the cases of the modules named, or all; returns how many failed."""
    failed = 0
    for module, sentence, function in CASES:
        if only and module not in only:
            continue
        began = time.monotonic()
        try:
            function(world)
        except Exception as wrong:  # A case that ends any other way has failed too.
            failed += 1
            print(f"not ok {module}: {sentence}")
            text = str(wrong) if isinstance(wrong, Wrong) else traceback.format_exc()
            print("    " + text.strip().replace("\n", "\n    "), flush=True)
        else:
            print(f"ok {module}: {sentence} ({time.monotonic() - began:.1f} s)", flush=True)
    return failed
