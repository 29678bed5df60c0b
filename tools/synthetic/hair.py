# SPDX-License-Identifier: Apache-2.0
"""Hair as a cap grown over the scalp: a grid in spherical directions around the skull, with strands painted on."""
import numpy as np

from face import asset

CENTRE = np.array([0.0, 7.55, 0.28])   # middle of the skull in base coordinates, dm
CROWN = np.radians(-14)                # the whorl lies behind the top
COLUMNS, ROWS = 72, 32
LAYERS = 3

# name: (who, front edge y, temple y, side y, nape y, thickness at the top, at the sides, length below the skull)
STYLES = {
    "crop": ("male", 8.08, 7.75, 7.30, 6.75, 0.10, 0.05, 0.0),
    "short": ("male", 8.02, 7.70, 7.26, 6.62, 0.20, 0.08, 0.0),
    "parted": ("male", 7.98, 7.72, 7.20, 6.55, 0.26, 0.10, 0.0),
    "fringe": ("male", 7.70, 7.58, 7.15, 6.50, 0.24, 0.13, 0.0),
    "receding": ("male", 8.30, 7.95, 7.28, 6.65, 0.07, 0.06, 0.0),
    "tied": ("female", 8.08, 7.80, 7.30, 6.70, 0.12, 0.07, 0.0),
    "bob": ("female", 8.05, 7.62, 6.45, 6.10, 0.22, 0.20, 1.0),
    "bangs": ("female", 7.66, 7.50, 6.40, 6.10, 0.22, 0.20, 1.0),
    "long": ("female", 8.06, 7.66, 5.6, 5.2, 0.18, 0.17, 1.0),
    "pixie": ("female", 7.80, 7.60, 7.12, 6.50, 0.20, 0.12, 0.0),
}


def smooth(lo, hi, x):
    t = np.clip((x - lo) / (hi - lo), 0, 1)
    return t * t * (3 - 2 * t)


_NEAREST = None


def _nearest(directions, unit):
    """The six scalp vertices nearest to each direction of the grid and their weights; the same for everyone."""
    global _NEAREST
    if _NEAREST is None:
        cosine = (directions.astype(np.float32) @ unit.T.astype(np.float32))
        near = np.argpartition(-cosine, 6, axis=1)[:, :6]
        weight = 1 / (0.002 + 1 - np.take_along_axis(cosine, near, 1))
        _NEAREST = near, weight / weight.sum(1, keepdims=True)
    return _NEAREST


class Hair:
    """Grid points bound to one person's scalp, their strand coordinates and the edge where the hair ends."""

    def __init__(self, identity, points):
        rng = np.random.default_rng([11, int(identity.look[1])])
        fitting = [n for n, s in STYLES.items() if s[0] == identity.gender]
        if identity.gender == "male" and identity.age < 38:
            fitting.remove("receding")
        self.style = str(rng.choice(fitting))
        _, *numbers = STYLES[self.style]
        self.edge = np.array(numbers[:4]) + rng.normal(size=4) * [0.05, 0.04, 0.03, 0.04]
        self.thick = np.array(numbers[4:6]) * rng.uniform(0.8, 1.25, 2)
        self.falls = numbers[6] > 0
        self.seed = int(rng.integers(2**31))
        self.part = float(rng.choice([-1, 1]) * rng.uniform(0.15, 0.45))
        self.wave = float(rng.uniform(0.0, 0.05))
        base = asset()["points"]
        body = np.unique(asset()["triangles"][asset()["material"] == 0])
        body = body[(base[body, 1] > 6.2) & (asset()["ears"][body] < 0.1)]
        self._grid(base, body, points)

    def end(self, azimuth):
        """Height (base y) at which the hair ends, by direction: 0 front, pi back."""
        a = np.abs(azimuth)
        front, temple, side, nape = self.edge
        if self.falls:
            return np.interp(a, [0, 0.45, 0.66, 0.86, 1.75, np.pi], [front, front - 0.02, temple, side, side, nape])
        return np.interp(a, [0, 0.55, 0.95, 1.30, 1.75, 2.3, np.pi],
                         [front, front - 0.02, temple, (temple + side) / 2, side, (side + nape) / 2 - 0.1, nape])

    def _grid(self, base, body, points):
        azimuth = np.linspace(-np.pi, np.pi, COLUMNS + 1)
        tilt = np.linspace(0.0, np.radians(150), ROWS)
        az, ti = np.meshgrid(azimuth, tilt)
        d = np.stack([np.sin(ti) * np.sin(az), np.cos(ti), np.sin(ti) * np.cos(az)], -1).reshape(-1, 3)
        c, s = np.cos(CROWN), np.sin(CROWN)
        fade = 1 - smooth(np.radians(40), np.radians(85), ti.reshape(-1, 1))
        turned = np.stack([d[:, 0], c * d[:, 1] - s * d[:, 2], s * d[:, 1] + c * d[:, 2]], 1)
        d = turned * fade + d * (1 - fade)
        d /= np.linalg.norm(d, axis=1, keepdims=True)
        local = base[body] - CENTRE
        near, weight = _nearest(d, local / np.linalg.norm(local, axis=1, keepdims=True))
        radius = (np.linalg.norm(local, axis=1)[near] * weight).sum(1)
        shape = ((points - base)[body][near] * weight[..., None]).sum(1)
        y = CENTRE[1] + d[:, 1] * radius
        az_d = np.arctan2(d[:, 0], d[:, 2])
        scalp = CENTRE + d * radius[:, None]
        top = smooth(7.3, 8.2, y)
        thickness = self.thick[1] + (self.thick[0] - self.thick[1]) * top
        edge_gap = np.clip((y - self.end(az_d)) / 0.45, 0, 1) ** 1.6
        if not self.falls:
            thickness = thickness * np.sqrt(edge_gap)
        else:
            sides = smooth(0.6, 0.85, np.abs(az_d))
            thickness = thickness * (np.sqrt(edge_gap) * (1 - sides) + sides)
            below = (y < 7.7) & (np.abs(az_d) > 0.6)  # from the ears down the hair hangs instead of following the neck
            ring = CENTRE + np.stack([0.93 * np.sin(az_d), 0 * y, np.where(np.cos(az_d) > 0, 0.75, 1.0) * np.cos(az_d)], 1)
            hang = (1 - smooth(7.1, 7.7, y))[:, None] * np.clip(sides, 0, 1)[:, None]
            fall = ring.copy()
            fall[:, 1] = y - np.maximum(7.0 - y, 0) * 0.5
            scalp = np.where(below[:, None], scalp * (1 - hang) + fall * hang, scalp)
            shape = np.where(below[:, None], shape * 0.6, shape)
        wobble = self.wave * np.sin(9 * az_d + 5 * y)
        self.base_y, self.azimuth = scalp[:, 1], az_d
        self.layers = []
        for k in range(LAYERS):
            lift = (thickness + wobble * (thickness > 0.05)) * (0.15, 0.8, 0.92)[k] + 0.012
            self.layers.append(scalp + shape + d * lift[:, None])
        self.strand = np.stack([az.reshape(-1), ti.reshape(-1)], 1)
        i = (np.arange(ROWS - 1)[:, None] * (COLUMNS + 1) + np.arange(COLUMNS)[None]).reshape(-1)
        right, down = i + 1, i + COLUMNS + 1
        self.triangles = np.concatenate([np.stack([i, down, right], 1), np.stack([right, down, down + 1], 1)])
        self.follow = smooth(5.2, 6.3, self.base_y)

    def alpha(self, azimuth, y, strand_noise, layer):
        """How much hair covers, by direction and base height; noise in -1..1 frays the edge."""
        fray = (0.02 if self.style == "tied" else 0.05) + 0.03 * layer
        return smooth(-0.02, 0.05, y - self.end(azimuth) + fray * strand_noise)
