# SPDX-License-Identifier: Apache-2.0
"""What somebody holds in front of the camera instead of a face: prints and screens, in true perspective."""
import cv2
import numpy as np

from motion import Habits, swell
from raster import Camera, interpolate, vertex_normals, visible
from render import Light, Pose, turn
from scene import room

# name: what is held up and how it answers
KINDS = {
    "flat-still": "a print held still, no answer to any act",
    "flat-moved": "a print that is turned, brought closer, and swapped for one with shut eyes",
    "flat-barred": "as flat-moved, but a dark bar is moved over the eyes for the blink",
    "flat-warped": "a print that is bent for the turns and rolled for the blink",
    "flat-mirrored": "a print of the half-turned face that is mirrored for the other side",
    "flat-swapped": "prints of the face in front, turned, and with shut eyes, swapped as asked",
    "replay": "a genuine recording of another order of acts, filmed from a screen",
    "replay-direct": "the same recording fed in by a virtual camera",
    "replay-chosen": "genuine recordings of each act, chosen as asked, filmed from a screen",
    "other-person": "a living person, but another one",
}
REPLAYED = (("neutral", 0.8), ("come-closer", 1.8), ("turn-right", 1.6), ("neutral", 0.5), ("blink", 1.2),
            ("turn-left", 1.6), ("neutral", 0.7))
COLUMNS, ROWS = 36, 28


class Sheet:
    """A rectangle of paper or glass with a picture on it. Lengths in dm."""

    def __init__(self, size, seed, screen=False, width=3.0):
        self.size, self.screen = size, screen
        rng = np.random.default_rng([81, seed])
        self.background = room(rng, size)
        self.light = Light.random(rng)
        self.width, self.height = width, width * 0.75
        u, v = np.meshgrid(np.linspace(0, 1, COLUMNS + 1), np.linspace(0, 1, ROWS + 1))
        self.u, self.v = u.reshape(-1), v.reshape(-1)
        i = (np.arange(ROWS)[:, None] * (COLUMNS + 1) + np.arange(COLUMNS)[None]).reshape(-1)
        self.triangles = np.concatenate([np.stack([i, i + COLUMNS + 1, i + 1], 1),
                                         np.stack([i + 1, i + COLUMNS + 1, i + COLUMNS + 2], 1)])
        self.print_gain = rng.uniform(0.85, 1.0) * (1 + rng.normal(size=3) * 0.03)
        self.moire = rng.uniform(1.6, 2.6), rng.uniform(0, np.pi), rng.uniform(0.008, 0.03)

    def render(self, picture, pose, bend=0.0, curl=0.0, bar=0.0):
        """The sheet in front of the camera. bend and curl: radians over its width and height; bar: 0 away, 1 over the eyes."""
        x, y = (self.u - 0.5) * self.width, (0.5 - self.v) * self.height
        z = np.zeros_like(x)
        if abs(bend) > 1e-3:
            r = self.width / bend
            x, z = r * np.sin(x / r), r * (np.cos(x / r) - 1)
        if abs(curl) > 1e-3:
            r = self.height / curl
            y, z = r * np.sin(y / r), z + r * (np.cos(y / r) - 1)
        points = np.stack([x, y, z], 1) @ turn(pose.yaw, pose.pitch, pose.roll).T
        points += [pose.x / 10, pose.y / 10, -pose.distance / 10]
        width, height = self.size
        camera = Camera(width, height, width / (2 * np.tan(np.radians(30))))
        screen, depth = camera.project(points)
        image = visible(screen, depth, self.triangles, self.size, two_sided=True)
        normals = vertex_normals(points, self.triangles)
        rows, columns, at = interpolate(image, screen, depth, self.triangles,
                                        np.concatenate([np.stack([self.u, self.v], 1), normals], 1))
        out = self.background.astype(np.float32)
        out[rows, columns] = self._surface(picture, at, rows, columns, bar)
        return np.clip(out, 0, 255).astype(np.uint8)

    def _surface(self, picture, at, rows, columns, bar):
        height, width = picture.shape[:2]
        edge = 0.03
        u, v = (at[:, 0] - edge) / (1 - 2 * edge), (at[:, 1] - edge) / (1 - 2 * edge)
        pad = (-len(u)) % 2048
        mx, my = (np.pad(a * b, (0, pad)).reshape(-1, 2048).astype(np.float32) for a, b in ((u, width - 1), (v, height - 1)))
        colour = cv2.remap(picture, mx, my, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).reshape(-1, 3)[: len(u)]
        colour = colour.astype(np.float32)
        margin = (np.minimum(u, v) < 0) | (np.maximum(u, v) > 1)
        key = np.array(self.light.direction) / np.linalg.norm(self.light.direction)
        normal = at[:, 2:5] / np.maximum(np.linalg.norm(at[:, 2:5], axis=1, keepdims=True), 1e-6)
        normal = np.where(normal[:, 2:] < 0, -normal, normal)
        if self.screen:
            period, angle, depth = self.moire
            grid = np.sin((columns * np.cos(angle) + rows * np.sin(angle)) * 2 * np.pi / period / 2)
            colour = colour * (0.96 + depth * grid[:, None]) * np.array([0.96, 1.0, 1.06]) + 6
            colour[margin] = 14
        else:
            colour = 18 + colour * self.print_gain * 0.9
            colour[margin] = 236
            colour = colour * (0.62 + 0.42 * np.clip(normal @ key, 0, 1))[:, None]
        if bar > 0:
            over = np.abs(at[:, 1] - (0.15 + 0.30 * bar)) < 0.05
            colour[over] = 24
        return colour


class Attacker:
    """Holds a sheet up and answers acts as far as the kind of attack allows."""

    def __init__(self, head, kind, seed, size, seamless=False):
        self.kind, self.size, self.seed = kind, size, seed
        self.habits = Habits(seed + 900, seamless)
        self.sheet = Sheet(size, seed, kind.startswith("replay"))
        self.rest = float(np.random.default_rng([83, seed]).uniform(40, 48))
        rng = np.random.default_rng([85, seed])
        wall, light = room(rng, size), Light.random(rng)
        shot = lambda **pose: head.render(Pose(distance=70, **pose), size, 36, light, wall, 1.5)
        yaw = 14 if kind == "flat-mirrored" else 0
        self.stills = {"neutral": shot(yaw=yaw), "blink": shot(yaw=yaw, closed=1)}
        if kind == "flat-swapped":
            self.stills.update({"turn-left": shot(yaw=30), "turn-right": shot(yaw=-30)})

    def frame(self, act, share, seconds, t):
        """An RGB picture of the sheet at a moment of an act."""
        s = self.habits.sway(t, share) * (0.25 if self.kind == "flat-still" else 1)
        pose = Pose(yaw=2.5 * s[0], pitch=2 * s[1], roll=1.5 * s[2], x=0.8 * s[3], y=0.6 * s[4],
                    distance=self.rest + 1.0 * s[5])
        picture, extra, amount = self.stills["neutral"], {}, swell(share)
        side = {"turn-left": 1, "turn-right": -1}.get(act, 0)
        if self.kind == "flat-still":
            return self.sheet.render(picture, pose)
        if act == "come-closer":
            pose.distance += (0.58 * self.rest - pose.distance) * swell(share, 0.45, 0.8)
        if self.kind == "flat-swapped":
            if side or act == "blink":
                picture = self.stills[act] if 0.3 < share < 0.8 else picture
            return self.sheet.render(picture, pose)
        if act == "blink":
            shut = abs(share * seconds - seconds / 2) < 0.25
            if self.kind == "flat-barred":
                extra["bar"] = swell(share, 0.45, 0.55)
            elif self.kind == "flat-warped":
                extra["curl"] = 1.3 * amount
                picture = self.stills["blink"] if shut else picture
            elif shut:
                picture = self.stills["blink"]
        if self.kind == "flat-warped":
            pose.yaw += side * 18 * amount
            extra["bend"] = 1.5 * amount * (1 if side else 0)
        elif self.kind == "flat-mirrored":
            pose.yaw += side * 14 * amount
            if side < 0 and 0.15 < share < 0.9:
                picture = np.ascontiguousarray(picture[:, ::-1])
        else:
            pose.yaw += side * 38 * amount
            pose.x += side * 2 * amount
        return self.sheet.render(picture, pose, **extra)
