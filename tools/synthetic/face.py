# SPDX-License-Identifier: Apache-2.0
"""Made-up people: the parameters of a face from a seed, and its shape."""
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

_ASSET = None


def asset():
    """The head mesh and its targets (see make_asset.py), read once."""
    global _ASSET
    if _ASSET is None:
        with np.load(Path(__file__).parent / "data" / "head.npz") as file:
            _ASSET = {k: file[k] for k in file.files}
        a = _ASSET
        a["triangles"] = a["triangles"].astype(np.int32)
        a["row"] = {str(n): i for i, n in enumerate(a["names"])}
        for mask in ("ao", "follow", "lips", "lids", "ears", "mouth"):
            a[mask] = a[mask].astype(np.float32) / 255
    return _ASSET


def target(name):
    """Indices and deltas (dm) of one shape target."""
    a = asset()
    i = a["row"][name]
    rows = slice(a["offset"][i], a["offset"][i + 1])
    return a["index"][rows], a["delta"][rows].astype(np.float32) / 4000


# How far the axes of each part of the face spread, in units of MakeHuman's own range.
SPREAD = {"head": 0.22, "eyes": 0.46, "nose": 0.45, "mouth": 0.44, "chin": 0.48, "forehead": 0.22, "cheek": 0.54,
          "eyebrows": 0.55, "ears": 0.32, "neck": 0.08}
WIDE = 0.18
CALM = ("scale", "septumangle", "jaw-drop", "prognathism", "cleft", "nubian", "double", "triangle", "lowerlip-middle",
        "upperlip-middle", "lowerlip-ext", "upperlip-ext", "eyefold", "push")


@dataclass
class Identity:
    """A made-up person. The same seed always gives the same face; gender and age may be asked for."""
    seed: int
    gender: str = ""
    age: float = 0.0
    shape: dict = field(default_factory=dict)

    def __post_init__(self):
        rng = np.random.default_rng([20261121, self.seed])
        gender, age = ("female", "male")[int(rng.integers(2))], float(rng.uniform(19, 68))
        self.gender, self.age = self.gender or gender, self.age or age
        for name in asset()["names"]:
            name = str(name)
            if name[0] == "+":
                amount = rng.normal() * SPREAD[name[1:].split("/")[0]]
                amount *= 0.55 if any(word in name for word in CALM) else 1.0
                amount = float(np.clip(amount, -0.95, 0.95))
                if "eye-height" in name:
                    amount = max(amount, -0.25)  # narrower eyes could not be told from shut ones
                opposite = "-" + name[1:]
                if amount < 0 and opposite not in asset()["row"]:
                    continue
                self.shape[name if amount > 0 else opposite] = abs(amount)
            elif name[0] == "*":
                self.shape[name] = float(rng.uniform(0, 0.25))
        self.shape["unit/mouthSmileLeft"] = self.shape["unit/mouthSmileRight"] = float(rng.uniform(0.02, 0.28))
        if self.gender == "female":  # a little less of what makes a face look male
            for name in self.shape:
                if name.startswith(("+chin", "-chin", "+nose", "-nose", "+forehead", "-forehead", "+eyebrows", "-eyebrows")):
                    self.shape[name] *= 0.75
            self.shape.pop("-eyes/l-eye-scale-incr", None)
            self.shape["+eyes/l-eye-scale-incr"] = float(rng.uniform(0.05, 0.35))
        weight = float(np.clip(rng.normal() * 0.5, -0.9, 0.9))
        self.shape[f"base/{self.gender}-{'max' if weight > 0 else 'min'}weight"] = abs(weight)
        self.shape[f"base/{self.gender}-caucasian"] = float(np.clip(rng.normal(0.12, 0.28), 0, 0.8))
        self.shape[f"base/{self.gender}-african"] = float(np.clip(rng.normal(0.0, 0.15), 0, 0.4))
        self.shape.update(self._ages())
        self.look = rng.integers(0, 2**31, 4)  # seeds of skin, hair, clothes, habits

    def _ages(self):
        child = float(np.clip((24 - self.age) / 14, 0, 1))
        old = float(np.clip((self.age - 25) / 65, 0, 1))
        return {f"base/{self.gender}-child": child, f"base/{self.gender}-old": old,
                f"base/{self.gender}-young": 1 - child - old}

    def points(self):
        """Vertices (dm) of the neutral face, eyes open."""
        out = asset()["points"].copy()
        for name, amount in self.shape.items():
            if amount:
                index, delta = target(name)
                out[index] += amount * delta
        for unit in ("eyeBlinkLeft", "eyeBlinkRight"):  # eyes that look into a camera are open wide
            index, delta = target("unit/" + unit)
            out[index] -= WIDE * delta
        return out


def eyeball(points, side):
    """Centre and radius (dm) of the eyeball of side 0 (the person's left) or 1."""
    a = asset()
    eyes = np.unique(a["triangles"][a["material"] == 1])
    eyes = eyes[(a["points"][eyes, 0] > 0) == (side == 0)]
    centre = (points[eyes].max(0) + points[eyes].min(0)) / 2
    return centre, float(np.linalg.norm(points[eyes] - centre, axis=1).mean()), eyes


class Lids:
    """Closing of the eyelids, fitted to one person's eyes so that they do close."""

    def __init__(self, points):
        base = asset()["points"]
        self.moves = []
        for side, unit in enumerate(("eyeBlinkLeft", "eyeBlinkRight")):
            index, delta = target("unit/" + unit)
            index = index.astype(int)
            centre, radius, eyes = eyeball(base, side)
            upper = index[delta[:, 1] < -0.6 * np.abs(delta[:, 1]).max()]
            moved = np.zeros_like(base)
            moved[index] = delta
            still = np.setdiff1d(np.flatnonzero(np.linalg.norm(base - centre, axis=1) < 1.6 * radius),
                                 np.concatenate([upper, eyes]))
            landed = base[upper] + moved[upper]
            partner = still[np.argmin(np.linalg.norm(landed[:, None] - (base + moved)[still][None], axis=2), axis=1)]
            gap = (points[upper] - points[partner])[:, 1] - (base[upper] - base[partner])[:, 1]
            factor = np.clip(1 - np.median(gap / moved[upper, 1]), 0.75, 1.7)
            self.moves.append((index, delta * factor, side))

    def close(self, points, amount):
        """Vertices with the eyes closed by amount (0 open, 1 closed)."""
        out = points.copy()
        if amount <= 0:
            return out
        for index, delta, side in self.moves:
            centre, radius, _ = eyeball(points, side)
            out[index] += amount * delta
            d = out[index] - centre
            length = np.linalg.norm(d, axis=1, keepdims=True)
            front = (d[:, 2:] > 0.2 * radius) & (length < radius * 1.06) & (np.abs(delta).max(1, keepdims=True) > 0.01)
            out[index] = np.where(front, centre + d / np.maximum(length, 1e-6) * radius * 1.06, out[index])
        return out
