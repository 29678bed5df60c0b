#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes sets of sample people: ID cards, portraits and pictures that must be refused.

  generate.py identities             the small committed set, in tests/data/identities
  generate.py bench [--count 200]     cards with held-out fonts and seeds, three levels
  generate.py tune [--count 50]       the same with the fonts and seeds for tuning
  generate.py faces [--count 60]      portraits and selfies of people with held-out seeds
  generate.py liveness [--count 12]   acts of people with held-out seeds, genuine and under attack

Sets go to --out, else to $YUNGUI_FACES or .cache/faces, in a folder named by what decides the pictures; a set that is there is
left alone. The last line printed is the folder.
"""
import argparse
import json
import os
import time
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from card import HELD_OUT, TUNE, back, front
from degrade import LEVELS, degrade, jpeg
from face import Identity
from render import Head, Light, Pose
from scene import room
from people import make_person

BENCH_SEED, FACE_SEED, TUNE_SEED = 500_000, 600_000, 1_000  # identities of the committed set are below 1000
COUNTS = {"bench": 200, "tune": 50, "faces": 60, "liveness": 12}


def portrait(head, size=(358, 441)):
    """A portrait as for documents: from two metres, even light, on a plain light ground."""
    ground = np.full((size[1], size[0], 3), 244, np.uint8)
    rng = np.random.default_rng([41, head.identity.seed])
    pose = Pose(distance=200, y=0.4, yaw=float(rng.normal() * 1.2), pitch=float(rng.normal() * 1.2))
    return head.render(pose, size, 7.6, Light((0.15, 0.45, 0.9), 0.62, 0.62), ground, 2)


def selfie(head, seed, pose=None, size=(640, 480)):
    """What a phone or laptop camera sees of the person."""
    rng = np.random.default_rng([43, seed])
    pose = pose or Pose(yaw=float(rng.normal() * 3), pitch=float(rng.normal() * 3), roll=float(rng.normal() * 2),
                        distance=float(rng.uniform(45, 65)))
    picture = head.render(pose, size, 60, Light.random(rng), room(rng, size))
    noisy = picture + rng.standard_normal(picture.shape) * 3
    return np.clip(cv2.GaussianBlur(noisy, (0, 0), 0.6), 0, 255).astype(np.uint8)


def _write(folder, name, data):
    (folder / name).write_bytes(data)


def _truth(folder, person, extra):
    (folder / "truth.json").write_text(json.dumps({**person.truth(), **extra}, ensure_ascii=False, indent=1) + "\n")


CARDS_A_FACE = 4  # faces are dear to make: in the sets for reading, four people share one


def _card_sets(job):
    """Some people of a tuning or bench set who share a face: both sides of their cards at every level."""
    numbers, first, fonts, out = job
    face = first + numbers[0] // CARDS_A_FACE
    head = Head(Identity(face))
    picture = portrait(head)
    for number in numbers:
        gender, age = head.identity.gender, np.random.default_rng([53, first, number]).uniform(18, 80)
        person = make_person(first + number, gender, age)
        _card_set(person, picture, fonts[number % len(fonts)], out / f"{number:03d}", first + number, face)
    return len(numbers)


def _card_set(person, picture, fonts, folder, seed, face):
    folder.mkdir(parents=True, exist_ok=True)
    sides = {"front": front(person, picture, fonts), "back": back(person, fonts)}
    corners = {}
    for k, level in enumerate(LEVELS):
        for j, (side, card) in enumerate(sides.items()):
            data, at = degrade(card, level, np.random.default_rng([55, seed, k, j]))
            _write(folder, f"{side}-{level}.jpg", data)
            corners[f"{side}-{level}"] = np.round(at, 1).tolist()
    _truth(folder, person, {"identity": face, "font": Path(fonts[0]).name, "corners": corners})


def card_sets(out, count, first, fonts, jobs):
    started = time.time()
    work = [(range(n, min(n + CARDS_A_FACE, count)), first, fonts, out) for n in range(0, count, CARDS_A_FACE)]
    cv2.setNumThreads(1)
    done = 0
    with Pool(jobs) as pool:
        for made in pool.imap_unordered(_card_sets, work):
            done += made
            print(f"\r{done}/{count} people, {time.time() - started:.0f} s", end="", flush=True)
    print()


def _face_set(job):
    """One person: a portrait of the size on a card, and two pictures of a camera."""
    number, folder = job
    head = Head(Identity(FACE_SEED + number))
    folder.mkdir(parents=True, exist_ok=True)
    small = cv2.resize(portrait(head), (218, 268), interpolation=cv2.INTER_AREA)
    _write(folder, "portrait.jpg", jpeg(small, 88))
    for k in range(2):
        _write(folder, f"selfie-{k}.jpg", jpeg(selfie(head, 10 * number + k), 84))
    return number


def face_sets(out, count, jobs):
    cv2.setNumThreads(1)
    with Pool(jobs) as pool:
        for done, _ in enumerate(pool.imap_unordered(_face_set, [(n, out / f"{n:03d}") for n in range(count)]), 1):
            print(f"\r{done}/{count} people", end="", flush=True)
    print()


def make(name, count, out, jobs):
    """Makes one set in out."""
    if name == "identities":
        from identities import make_identities
        return make_identities(out)
    if name == "liveness":
        from liveness import liveness_set
        return liveness_set(out, count, jobs)
    if name == "faces":
        return face_sets(out, count, jobs)
    first, fonts = (BENCH_SEED, HELD_OUT) if name == "bench" else (TUNE_SEED, TUNE)
    return card_sets(out, count, first, fonts, jobs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=["identities", *COUNTS])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--count", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    from session import version
    root = Path(__file__).resolve().parents[2]
    count = arguments.count or COUNTS.get(arguments.set)
    cache = Path(os.environ.get("YUNGUI_FACES") or root / ".cache" / "faces") / version()
    out = arguments.out or (root / "tests/data/identities" if arguments.set == "identities" else
                            cache / f"{arguments.set}-{count}")
    done = out / ".complete"
    if not done.exists() or arguments.out or arguments.set == "identities":
        make(arguments.set, count, out, arguments.jobs)
        if not arguments.out and arguments.set != "identities":
            done.touch()
    print(out)


if __name__ == "__main__":
    main()
