# SPDX-License-Identifier: Apache-2.0
"""The set that liveness is measured on: each act of each person filmed once, genuine and under each attack.

DIR/PPP/KIND/ACT/NNNN.jpg at 8 frames a second. Each act begins and ends in the same pose, so that a test plays them in the
order that a session asks for. `replay` and `replay-direct` answer nothing: they have one folder `tape` instead of acts.
"""
import json
from multiprocessing import Pool

import cv2

from attack import KINDS, REPLAYED
from degrade import jpeg
from session import Session, clip

FIRST = 700_000  # seeds of the people, used nowhere else
FPS = 8.0
SECONDS = {"neutral": 1.0, "turn-left": 1.5, "turn-right": 1.5, "blink": 1.2, "come-closer": 1.6}


def _write(folder, pictures):
    folder.mkdir(parents=True, exist_ok=True)
    for k, picture in enumerate(pictures):
        (folder / f"{k:04d}.jpg").write_bytes(jpeg(picture, 84))


def _person(job):
    number, out = job
    cv2.setNumThreads(1)
    who, seed = FIRST + number, number
    for act, seconds in SECONDS.items():
        _write(out / "genuine" / act, clip(who, seed, FPS, act, seconds))
    for kind in KINDS:
        if kind == "other-person":  # the next person's genuine acts are that
            continue
        session = Session(who, kind, seed, FPS, seamless=True)
        if kind in ("replay", "replay-direct"):
            acts = [(act, SECONDS[act]) for act, _ in REPLAYED]
            session.tape = (p for act, seconds in acts for p in session._recorded(act, seconds))
            _write(out / kind / "tape", [p for act, seconds in acts for _, p in session._pictures(act, seconds)])
            continue
        for act, seconds in SECONDS.items():
            _write(out / kind / act, [p for _, p in session._pictures(act, seconds)])
    (out / "session.json").write_text(json.dumps({"identity": who, "fps": FPS}) + "\n")
    return number


def liveness_set(out, people, jobs):
    with Pool(jobs) as pool:
        for done, _ in enumerate(pool.imap_unordered(_person, [(n, out / f"{n:03d}") for n in range(people)]), 1):
            print(f"\r{done}/{people} people", end="", flush=True)
    print()
