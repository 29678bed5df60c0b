# SPDX-License-Identifier: Apache-2.0
"""How a head moves when its owner does what is asked: acts in time, with the small sway of a living person."""
from dataclasses import replace

import numpy as np

from render import Pose

ACTS = ("neutral", "turn-left", "turn-right", "blink", "come-closer")


def parse(script):
    """[(act, seconds)] of "neutral:0.5,turn-left:1.2"; ValueError names what is wrong."""
    out = []
    for part in script.split(","):
        act, _, seconds = part.strip().partition(":")
        if act not in ACTS:
            raise ValueError(f"no act {act!r}; there are {', '.join(ACTS)}")
        out.append((act, float(seconds or 1.5)))
    return out


def swell(share, rise=0.4, fall=0.75):
    """0 at the ends of an act and 1 in its middle, with soft slopes; share runs from 0 to 1."""
    t = np.clip(min(share / rise, (1 - share) / (1 - fall)), 0, 1)
    return float(t * t * (3 - 2 * t))


class Habits:
    """One person's way to sit and move in one session."""

    def __init__(self, seed, seamless=False):
        rng = np.random.default_rng([71, seed])
        self.seamless = seamless
        self.rest = Pose(distance=float(rng.uniform(46, 58)), yaw=float(rng.normal() * 2), pitch=float(rng.normal() * 3),
                         roll=float(rng.normal() * 2), x=float(rng.normal() * 1.5), y=float(rng.normal() * 1.0))
        self.turn, self.near = float(rng.uniform(26, 36)), float(rng.uniform(29, 34))
        self.dip, self.lean = float(rng.normal() * 2), float(rng.normal() * 2)
        self.tempo = rng.uniform(0.25, 0.9, (6, 2))
        self.phase = rng.uniform(0, 2 * np.pi, (6, 2))
        self.blink_length = float(rng.uniform(0.30, 0.45))

    def sway(self, t, share):
        """Six smooth numbers about -1 to 1 that never repeat within a session."""
        return np.sin(2 * np.pi * self.tempo * t + self.phase).mean(1) * (np.sin(np.pi * share) if self.seamless else 1)

    def pose(self, act, share, seconds, t):
        """The pose when a share of an act of that length is over, t seconds into the session."""
        s = self.sway(t, share)
        pose = replace(self.rest, yaw=self.rest.yaw + 1.6 * s[0], pitch=self.rest.pitch + 1.4 * s[1],
                       roll=self.rest.roll + 0.8 * s[2], x=self.rest.x + 0.5 * s[3], y=self.rest.y + 0.3 * s[4],
                       distance=self.rest.distance + 0.9 * s[5])
        if act in ("turn-left", "turn-right"):
            side, amount = (1 if act == "turn-left" else -1), swell(share)
            pose.yaw += side * self.turn * amount
            pose.pitch += self.dip * amount
            pose.roll += side * self.lean * amount
        elif act == "come-closer":
            amount = swell(share, 0.45, 0.8)
            pose.distance += (self.near - pose.distance) * amount
            pose.pitch += self.dip * amount
        elif act == "blink":
            pose.closed = self._closed(share * seconds, seconds)
        return pose

    def _closed(self, at, seconds):
        """Lids shut in the middle of the act, 70 ms down and 120 ms up."""
        start = max(0.15, (seconds - self.blink_length) / 2)
        down, up = (at - start + 0.07) / 0.07, (start + self.blink_length + 0.12 - at) / 0.12
        return float(np.clip(min(down, up), 0, 1))
