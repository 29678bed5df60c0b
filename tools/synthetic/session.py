# SPDX-License-Identifier: Apache-2.0
"""What the camera delivers in one session: frame after frame, of a living head or of an attack."""
import base64
import hashlib
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from attack import KINDS, REPLAYED, Attacker
from degrade import jpeg, noise_field
from identities import identity_of
from motion import ACTS, Habits
from render import Head, Light, Pose
from scene import room


@lru_cache(maxsize=8)
def head_of(seed):
    """The head of an identity, kept: see identity_of."""
    return Head(identity_of(seed))


@lru_cache(maxsize=16)
def clip(identity, seed, fps, act, seconds):
    """Genuine pictures of one act that begins and ends in the person's pose of rest."""
    session = Session(identity, "", seed, fps, seamless=True)
    session.t = 10.0 * ACTS.index(act)
    session.noise = np.random.default_rng([93, session.seed, ACTS.index(act)])  # No camera gives one picture twice.
    return [picture for _, picture in session._pictures(act, seconds)]


class Session:
    """One take of a camera. Time goes on from act to act; the same arguments give the same frames.

    seamless: each act begins and ends in the same pose, so that acts filmed once can be played in any order.
    """

    def __init__(self, identity, attack="", seed=0, fps=10.0, seamless=False, size=(640, 480), quality=1.0):
        if attack and attack not in KINDS:
            raise ValueError(f"no attack {attack!r}; there are {', '.join(KINDS)}")
        self.identity, self.attack, self.fps, self.size, self.quality = identity, attack, fps, size, quality
        self.seed = seed * 100_003 + identity
        self.t = 0.0
        rng = np.random.default_rng([91, self.seed])
        self.light, self.wall = Light.random(rng), room(rng, size)
        self.noise = np.random.default_rng([93, self.seed])
        self.grain = float(rng.uniform(1.5, 4.0))
        self.habits = Habits(self.seed, seamless)
        self.head = head_of(identity + 1 if attack == "other-person" else identity)
        self.attacker = None
        if attack.startswith("flat"):
            self.attacker = Attacker(self.head, attack, self.seed, size, seamless)
        elif attack.startswith("replay"):
            self.attacker = Attacker(self.head, attack, self.seed, size, seamless)
            self.recording = seed if seamless else seed + 7919
            self.recorded = Session(identity, "", self.recording, fps, seamless, size, quality)
            self.tape = self._tape() if attack != "replay-chosen" else None

    def _tape(self):
        """Endless genuine frames of a fixed order of acts."""
        while True:
            for act, seconds in REPLAYED:
                yield from self._recorded(act, seconds)

    def _recorded(self, act, seconds):
        if self.habits.seamless:
            return iter(clip(self.identity, self.recording, self.fps, act, seconds))
        return (picture for _, picture in self.recorded._pictures(act, seconds))

    def _pictures(self, act, seconds):
        count = max(int(round(seconds * self.fps)), 1)
        replayed = None
        if self.attack == "replay-chosen":
            replayed = self._recorded(act, seconds)
        for k in range(count):
            share = k / max(count - 1, 1)
            yield self.t, self._picture(act, share, seconds, replayed)
            self.t += 1 / self.fps

    def _picture(self, act, share, seconds, replayed):
        if self.attack.startswith("replay"):
            picture = next(replayed or self.tape)
            if self.attack == "replay-direct":
                return picture
            s = self.habits.sway(self.t, share) * 0.5
            pose = Pose(yaw=2 * s[0], pitch=2 * s[1], roll=s[2], x=0.5 * s[3], y=0.5 * s[4], distance=27 + s[5])
            picture = self.attacker.sheet.render(picture, pose)
        elif self.attacker:
            picture = self.attacker.frame(act, share, seconds, self.t)
        else:
            picture = self.head.render(self.habits.pose(act, share, seconds, self.t), self.size, 60, self.light,
                                       self.wall, self.quality)
        return self._sensor(picture)

    def _sensor(self, picture):
        soft = cv2.GaussianBlur(picture, (0, 0), 0.65)
        return cv2.addWeighted(soft, 1.0, noise_field(self.noise, self.size), self.grain, 0, dtype=cv2.CV_8U)

    def frames(self, act, seconds):
        """(milliseconds since the session began, act, JPEG bytes) for each frame of an act."""
        for t, picture in self._pictures(act, seconds):
            yield round(1000 * t), act, jpeg(picture, 84)

    def lines(self, act, seconds):
        """The same as values for JSON."""
        for ms, name, data in self.frames(act, seconds):
            yield {"ms": ms, "act": name, "jpeg": base64.b64encode(data).decode()}


def version():
    """A short hash of everything that decides what is rendered: names caches."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*here.glob("*.py"), here / "data" / "head.npz"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
