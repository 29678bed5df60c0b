# SPDX-License-Identifier: Apache-2.0
"""Paints a made-up person's skin, brows, stubble, hairline and irises, from seeds alone.

The skin is a picture over the base mesh's own x and y (dm), so that it moves with every shape of the face.
Colours are linear light, red first.
"""
import cv2
import numpy as np

PX = 400               # pixels a decimetre
X0, Y1 = -1.25, 8.75   # left edge and top of the picture in base coordinates
WIDTH, HEIGHT = 1000, 1360


def to_linear(srgb):
    return np.power(np.asarray(srgb, np.float32) / 255, 2.2)


def _at(x, y):
    """Pixel of base coordinates."""
    return (x - X0) * PX, (Y1 - y) * PX


def noise(rng, size, scale, octaves=4):
    """Smooth noise around 0, about unit spread; scale in pixels of the coarsest octave."""
    out = np.zeros(size, np.float32)
    for k in range(octaves):
        cell = max(scale / 2**k, 1)
        grid = rng.normal(size=(int(size[0] / cell) + 3, int(size[1] / cell) + 3)).astype(np.float32)
        out += cv2.resize(grid, (size[1], size[0]), interpolation=cv2.INTER_CUBIC) / 1.7**k
    return out / out.std()


def blob(x, y, rx, ry):
    """A soft spot, 1 in its middle, as (rows, columns, mask of that part); radii in dm."""
    cx, cy = _at(x, y)
    columns = slice(max(int(cx - 2.6 * rx * PX), 0), min(int(cx + 2.6 * rx * PX) + 1, WIDTH))
    rows = slice(max(int(cy - 2.6 * ry * PX), 0), min(int(cy + 2.6 * ry * PX) + 1, HEIGHT))
    gx = np.arange(columns.start, columns.stop, dtype=np.float32)
    gy = np.arange(rows.start, rows.stop, dtype=np.float32)
    return rows, columns, np.outer(np.exp(-((gy - cy) / (ry * PX)) ** 2), np.exp(-((gx - cx) / (rx * PX)) ** 2))


def tint(skin, spot, rgb, amount):
    """Multiplies the skin under a spot by a colour, as far as amount says."""
    rows, columns, mask = spot
    skin[rows, columns] *= 1 + (np.array(rgb, np.float32) - 1) * (mask * amount)[..., None]


def _strokes(rng, count, root, direction, length, width):
    """A mask of fine hairs. root(t)->(x, y), direction(t)->angle; in dm and radians."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for t in rng.random(count):
        x, y = root(t)
        angle = direction(t) + rng.normal() * 0.16
        steps, bend = 5, rng.normal() * 0.25
        points = [(x, y)]
        for k in range(steps):
            angle += bend / steps
            x, y = x + np.cos(angle) * length / steps, y + np.sin(angle) * length / steps
            points.append((x, y))
        pixels = np.array([[_at(*p)] for p in points])
        cv2.polylines(mask, [np.round(pixels * 16).astype(np.int32)], False, int(rng.integers(120, 235)), width,
                      cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


class Skin:
    """The painted picture of one identity and the numbers its shading needs."""

    def __init__(self, identity):
        rng = np.random.default_rng([7, int(identity.look[0])])
        male, age = identity.gender == "male", identity.age
        tan = float(np.clip(rng.beta(1.3, 1.8) * 1.25 + (0.06 if male else -0.08), 0, 1.15))
        light, dark = np.array([240, 205, 182.0]), np.array([196, 144, 112.0])
        tone = light + (dark - light) * tan + rng.normal(size=3) * [3, 4, 6]
        self.tone = to_linear(np.clip(tone, 60, 250))
        self.lips = self.tone * np.array([0.84, 0.50, 0.52]) * rng.uniform(0.7, 1.1) * (1 + rng.normal(size=3) * [0.03, 0.08, 0.08])
        if not male and rng.random() < 0.35:
            self.lips = self.lips * np.array([0.9, 0.62, 0.7])
        self.shine = float(rng.uniform(0.5, 1.2))
        self.iris = to_linear(np.array([[58, 36, 22], [78, 50, 30], [44, 28, 20], [92, 62, 38]])[rng.integers(4)])
        self.hair = to_linear(np.array([24, 20, 19]) + rng.uniform(0, 22) * np.array([1, 0.7, 0.55]))
        grey = float(np.clip((age - 45) / 30 + rng.normal() * 0.2, 0, 0.85))
        self.hair = self.hair + (to_linear([165, 162, 158]) - self.hair) * grey
        self.brow = self.hair * 0.8 + to_linear([40, 30, 26]) * 0.4
        self.picture = self._paint(rng, male, age)

    def _paint(self, rng, male, age):
        size = (HEIGHT, WIDTH)
        everywhere = (slice(None), slice(None))
        skin = np.ones(size + (3,), np.float32) * self.tone.astype(np.float32)
        flush = rng.uniform(0.2, 1.1)
        for side in (1, -1):
            tint(skin, blob(side * 0.52, 6.95, 0.34, 0.26), [1.06, 0.84, 0.84], flush)
        tint(skin, blob(0, 6.93, 0.2, 0.16), [1.05, 0.83, 0.83], flush * 0.9)
        tint(skin, blob(0, 6.35, 0.3, 0.16), [1.03, 0.9, 0.9], flush * 0.6)
        tint(skin, blob(0, 7.95, 0.7, 0.3), [1.05, 1.03, 1.0], 0.5)
        shadow = rng.uniform(0.1, 0.7) + 0.25 * np.clip((age - 45) / 25, 0, 1)
        liner = rng.uniform(0.0, 0.25) if male else rng.uniform(0.1, 0.45)
        for side in (1, -1):
            tint(skin, blob(side * 0.31, 7.10, 0.20, 0.07), [0.78, 0.70, 0.74], shadow)
            tint(skin, blob(side * 0.30, 7.38, 0.24, 0.10), [0.90, 0.82, 0.80], 0.3 + rng.uniform(0, 0.3))
            tint(skin, blob(side * 0.33, 7.315, 0.20, 0.035), [0.5, 0.43, 0.43], liner)
            tint(skin, blob(side * 0.13, 6.80, 0.06, 0.05), [0.80, 0.62, 0.60], 0.6)  # beside the nostrils
        tint(skin, (*everywhere, noise(rng, size, 170)), [0.97, 0.93, 0.92], 0.35)
        tint(skin, (*everywhere, noise(rng, size, 40)), [0.98, 0.95, 0.95], 0.30)
        tint(skin, (*everywhere, noise(rng, size, 5, 2)), [0.985, 0.975, 0.97], 0.9)
        if rng.random() < 0.5:
            self._freckles(rng, skin, int(rng.integers(10, 60) + (age > 50) * 30))
        for _ in range(rng.poisson(1.8)):
            rows, columns, mask = blob(rng.uniform(-0.65, 0.65), rng.uniform(6.3, 7.9), *[rng.uniform(0.008, 0.020)] * 2)
            tint(skin, (rows, columns, np.minimum(mask * 1.6, 1)), [0.36, 0.26, 0.22], 0.85)
        self._wrinkles(rng, skin, np.clip((age - 35) / 35, 0, 1))
        if male:
            self._beard(rng, skin)
        self._brows(rng, skin, male)
        return np.clip(skin, 0.002, 0.95)

    def _beard(self, rng, skin):
        """The shade of shaven stubble."""
        strength = rng.uniform(0.05, 0.6)
        area = np.zeros((HEIGHT, WIDTH), np.float32)
        for x, y, rx, ry, amount in ((0, 6.52, 0.42, 0.13, 1), (0, 6.30, 0.62, 0.24, 1), (0.62, 6.55, 0.2, 0.35, 0.7),
                                     (-0.62, 6.55, 0.2, 0.35, 0.7)):
            rows, columns, mask = blob(x, y, rx, ry)
            area[rows, columns] += amount * mask
        grain = np.clip(0.6 + 0.4 * noise(rng, area.shape, 3, 1), 0, 1.5)
        tint(skin, (slice(None), slice(None), np.clip(area, 0, 1) * grain), [0.70, 0.72, 0.78], strength)
        wears = rng.random()
        if wears < 0.22:
            self._hairs(rng, skin, [(side * u, 6.765 - 0.06 * u) for side in (1, -1) for u in np.linspace(0.02, 0.24, 30)], 0.05)
        if wears < 0.14 or 0.22 < wears < 0.3:
            self._hairs(rng, skin, [(u, 6.33 + 0.5 * u * u) for u in np.linspace(-0.2, 0.2, 60)], 0.10)
        if 0.3 < wears < 0.38:
            self._hairs(rng, skin, [(np.sin(a) * 0.62, 6.52 - 0.36 * np.cos(a)) for a in np.linspace(-1.75, 1.75, 160)], 0.12)
            self._hairs(rng, skin, [(side * u, 6.765 - 0.06 * u) for side in (1, -1) for u in np.linspace(0.02, 0.24, 30)], 0.045)

    def _hairs(self, rng, skin, line, half):
        """A grown beard along a line of base coordinates."""
        line = np.array(line)

        def root(t):
            return line[int(t * len(line))] + rng.normal(size=2) * [0.02, half * 0.45]

        mask = np.maximum(_strokes(rng, 26 * len(line), root, lambda t: -np.pi / 2, 0.05, 2),
                          _strokes(rng, 12 * len(line), root, lambda t: -np.pi / 2, 0.06, 2))
        skin += (self.brow - skin) * (0.85 * mask)[..., None]

    def _freckles(self, rng, skin, count):
        layer = np.zeros((HEIGHT, WIDTH), np.float32)
        for _ in range(count):
            side = rng.choice([-1, 1])
            x, y = _at(side * abs(rng.normal(0.4, 0.22)), rng.normal(7.0, 0.16))
            cv2.circle(layer, (int(x), int(y)), int(rng.integers(1, 4)), float(rng.uniform(0.3, 1)), -1, cv2.LINE_AA)
        layer = cv2.GaussianBlur(layer, (0, 0), 1.4)
        skin *= 1 - layer[..., None] * np.array([0.22, 0.32, 0.36], np.float32)

    def _wrinkles(self, rng, skin, amount):
        layer = np.zeros((HEIGHT, WIDTH), np.float32)

        def line(points, strength, width):
            pixels = np.array([_at(*p) for p in points])
            t = np.linspace(0, 1, 24)
            known = np.linspace(0, 1, len(points))
            curve = np.stack([np.interp(t, known, pixels[:, k]) for k in range(2)], 1)
            curve = cv2.GaussianBlur(curve.astype(np.float32), (1, 9), 0)
            cv2.polylines(layer, [np.round(curve * 16).astype(np.int32)], False, float(strength), width, cv2.LINE_AA, 4)

        fold = 0.10 + 0.35 * amount + rng.uniform(0, 0.15)
        for side in (1, -1):
            line([(side * 0.19, 6.93), (side * 0.255, 6.87), (side * 0.31, 6.78), (side * 0.345, 6.68), (side * 0.355, 6.60)],
                 fold, 9)
            for k in range(int(amount * 4)):
                y = 7.32 - 0.05 * k
                line([(side * 0.52, y), (side * 0.60, y + 0.02 - 0.03 * k), (side * 0.67, y + 0.03 - 0.05 * k)], 0.5, 2)
        for k in range(int(amount * 5)):
            y = 7.72 + 0.085 * k + rng.normal() * 0.01
            line([(-0.42, y - 0.02), (-0.2, y), (0, y - 0.012), (0.2, y), (0.42, y - 0.02)], rng.uniform(0.3, 0.6), 3)
        soft = 0.9 * cv2.GaussianBlur(layer, (0, 0), 6.0) + 0.25 * cv2.GaussianBlur(layer, (0, 0), 2.0)
        skin *= 1 - np.clip(soft, 0, 1)[..., None] * np.array([0.34, 0.42, 0.44], np.float32)

    def _brows(self, rng, skin, male):
        lift, arch = rng.normal() * 0.02, rng.uniform(0.01, 0.07) * (0.6 if male else 1.1)
        thick = rng.uniform(0.03, 0.085) * (1.1 if male else 0.7)
        inner, outer = rng.uniform(0.09, 0.16), rng.uniform(0.50, 0.60)
        slant = rng.normal(0.02, 0.03)
        full = rng.uniform(0.55, 1.0) * (1.0 if male else 0.85)
        total = np.zeros((HEIGHT, WIDTH), np.float32)
        for side in (1, -1):
            def spine(t):
                x = inner + (outer - inner) * t
                return x, 7.485 + lift + slant * t + arch * np.sin(np.pi * min(t * 0.85 + 0.05, 1)) - 0.05 * t**3

            def root(t):
                x, y = spine(t)
                half = thick * (1 - 0.72 * t**1.5) * (0.55 + 0.45 * min(t * 8, 1))
                return side * x, y + rng.uniform(-0.6, 0.4) * half

            def direction(t):
                angle = np.radians(62 - 78 * min(t * 1.3, 1))
                return angle if side > 0 else np.pi - angle

            hairs = _strokes(rng, int(520 * full), root, direction, 0.075, 2)
            under = np.zeros_like(hairs)
            for t in np.linspace(0.02, 0.98, 80):
                x, y = spine(t)
                px, py = _at(side * x, y - 0.1 * thick)
                cv2.circle(under, (int(px), int(py)), int(PX * thick * 0.42 * (1 - 0.7 * t**1.5)), 1.0, -1)
            under = cv2.GaussianBlur(under, (0, 0), 6) * 0.7 * full
            total = np.maximum(total, np.clip(0.85 * hairs + under, 0, 0.93))
        skin += (self.brow - skin) * total[..., None]

    def sample(self, position):
        """Skin colour at base positions (n x 3, dm)."""
        x = ((position[:, 0] - X0) * PX).astype(np.float32)
        y = ((Y1 - position[:, 1]) * PX).astype(np.float32)
        n = len(x)
        columns = 4096
        pad = (-n) % columns
        x, y = (np.pad(v, (0, pad)).reshape(-1, columns) for v in (x, y))
        out = cv2.remap(self.picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return out.reshape(-1, 3)[:n]
