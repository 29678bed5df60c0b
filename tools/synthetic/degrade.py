# SPDX-License-Identifier: Apache-2.0
"""Turns a drawn card into the picture that a scanner or a phone would make: three published levels."""
from functools import lru_cache

import cv2
import numpy as np

from card import HEIGHT, WIDTH, rounded

LEVELS = ("clean", "phone", "poor")


def jpeg(picture, quality):
    """JPEG bytes of an RGB picture."""
    ok, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    assert ok
    return data.tobytes()


def _enlarge(small, size):
    return cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)


def noise_field(rng, size):
    """Sensor noise: a random window of one fixed field of normal numbers, in three channels."""
    global _NOISE
    if _NOISE is None:
        _NOISE = np.random.default_rng(5).standard_normal((1700, 2300, 3), np.float32)
    width, height = size
    y, x = int(rng.integers(0, 1700 - height)), int(rng.integers(0, 2300 - width))
    return _NOISE[y:y + height, x:x + width]


_NOISE = None


def _desk(rng, size):
    """A blurred desk: wood, cloth or plain. 8-bit RGB."""
    width, height = size[0] // 2, size[1] // 2
    colour = np.array([[150, 110, 74], [92, 96, 104], [205, 198, 186], [60, 66, 60], [176, 140, 104]][rng.integers(5)], np.float32)
    grain = cv2.resize(rng.normal(size=(height // 2, 10)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.5:
        grain = cv2.resize(rng.normal(size=(12, width // 2)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    base = colour + grain[..., None] * np.float32(rng.uniform(3, 12))
    base += noise_field(rng, (width, height)) * np.float32(rng.uniform(1, 5))
    for _ in range(rng.integers(0, 3)):  # things that lie about
        points = np.array([rng.uniform(-0.1, 1.1) * width, rng.uniform(-0.1, 1.1) * height]) + rng.normal(size=(4, 2)) * width * 0.12
        cv2.fillConvexPoly(base, cv2.convexHull(points.astype(np.int32)), rng.uniform(40, 230, 3).tolist(), cv2.LINE_AA)
    base = np.clip(base, 0, 255).astype(np.uint8)
    return _enlarge(cv2.GaussianBlur(base, (0, 0), rng.uniform(0.8, 2)), size)


def _pose(rng, size, share, tilt, spin):
    """Corners of the card in the picture: a true perspective of a tilted plane. Angles in degrees."""
    width, height = size
    rx, ry, rz = np.radians([rng.uniform(-tilt, tilt), rng.uniform(-tilt, tilt), rng.uniform(-spin, spin)])
    corners = np.array([[-1, -HEIGHT / WIDTH, 0], [1, -HEIGHT / WIDTH, 0], [1, HEIGHT / WIDTH, 0], [-1, HEIGHT / WIDTH, 0]])
    mx = np.array([[1, 0, 0], [0, np.cos(rx), -np.sin(rx)], [0, np.sin(rx), np.cos(rx)]])
    my = np.array([[np.cos(ry), 0, np.sin(ry)], [0, 1, 0], [-np.sin(ry), 0, np.cos(ry)]])
    mz = np.array([[np.cos(rz), -np.sin(rz), 0], [np.sin(rz), np.cos(rz), 0], [0, 0, 1]])
    placed = corners @ (mz @ my @ mx).T + [0, 0, 4.2]
    flat = placed[:, :2] / placed[:, 2:]
    low, high = flat.min(0), flat.max(0)
    scale = min(share * width / (high - low)[0], 0.94 * height / (high - low)[1])
    flat = (flat - (low + high) / 2) * scale
    room = np.array([width, height]) / 2 - np.abs(flat).max(0) - 6
    return flat + np.array([width, height]) / 2 + rng.uniform(-0.6, 0.6, 2) * np.clip(room, 0, None)


def _place(card, ground, corners, rng, dark):
    """The card with its shadow on the desk, 8-bit RGB."""
    size = (ground.shape[1], ground.shape[0])
    source = np.float32([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]])
    matrix = cv2.getPerspectiveTransform(source, np.float32(corners))
    scale = np.linalg.norm(corners[1] - corners[0]) / WIDTH
    soft = cv2.GaussianBlur(card, (0, 0), 0.45 / scale - 0.3) if 0.45 / scale > 0.6 else card
    warped = cv2.warpPerspective(soft, matrix, size, flags=cv2.INTER_LINEAR)
    alpha = cv2.warpPerspective(_mask(), matrix, size, flags=cv2.INTER_LINEAR)
    small = (size[0] // 4, size[1] // 4)
    shift = np.float32([[1, 0, rng.uniform(-2, 2)], [0, 1, rng.uniform(0.5, 2.5)]])
    shadow = cv2.GaussianBlur(cv2.warpAffine(cv2.resize(alpha, small), shift, small), (0, 0), 1.8)
    keep = _enlarge(255 - (shadow * dark).astype(np.uint8), size)
    ground = cv2.multiply(ground, cv2.cvtColor(keep, cv2.COLOR_GRAY2RGB), scale=1 / 255)
    blend = cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGB)
    return cv2.add(cv2.multiply(ground, 255 - blend, scale=1 / 255), cv2.multiply(warped, blend, scale=1 / 255))


@lru_cache(maxsize=1)
def _mask():
    return np.round(rounded() * 255).astype(np.uint8)


def _grid(size):
    """Coordinates -0.5 to 0.5 of an eighth of the picture's pixels."""
    return np.meshgrid(np.linspace(-0.5, 0.5, size[0] // 8, dtype=np.float32),
                       np.linspace(-0.5, 0.5, size[1] // 8, dtype=np.float32))


def _light(rng, size, strength):
    """Factors (height x width x 3) of uneven light and, with some luck, the soft shadow edge of a hand or phone."""
    x, y = _grid(size)
    a = rng.uniform(0, 2 * np.pi)
    factor = 1 + (x * np.cos(a) + y * np.sin(a)) * strength - strength * 0.3
    if rng.random() < 0.6:
        b, c = rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 0.3)
        edge = x * np.cos(b) + y * np.sin(b) - c
        factor *= 1 - strength * 0.8 / (1 + np.exp(-edge * rng.uniform(12, 60)))
    tint = 1 + rng.normal(size=3) * 0.035
    return factor[..., None] * tint.astype(np.float32)


def _glare(rng, size, corners, strength):
    """Shares (0 to 1) of white that a lamp's reflection adds on the foil."""
    x, y = _grid(size)
    centre = corners.mean(0) + rng.uniform(-0.45, 0.45, 2) * (corners.max(0) - corners.min(0))
    long, short = rng.uniform(0.10, 0.24), rng.uniform(0.03, 0.07)
    a = rng.uniform(0, np.pi)
    dx, dy = x - (centre[0] / size[0] - 0.5), (y - (centre[1] / size[1] - 0.5)) * size[1] / size[0]
    u, v = dx * np.cos(a) + dy * np.sin(a), -dx * np.sin(a) + dy * np.cos(a)
    return np.exp(-(u / long) ** 2 - (v / short) ** 2) * strength * 0.95


def _motion(rng, picture, length):
    size = 2 * int(np.ceil(length)) + 3
    kernel = np.zeros((size, size), np.float32)
    a = rng.uniform(0, np.pi)
    d = np.array([np.cos(a), np.sin(a)]) * length / 2
    p0, p1 = np.array([size // 2] * 2) - d, np.array([size // 2] * 2) + d
    cv2.line(kernel, np.round(p0 * 16).astype(int).tolist(), np.round(p1 * 16).astype(int).tolist(), 1.0, 1, cv2.LINE_AA, 4)
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def degrade(card, level, rng):
    """JPEG bytes and the card's corners (pixels; top left first, clockwise) of a card at a level."""
    if level == "clean":
        return _clean(card, rng)
    poor = level == "poor"
    size = (1600, 1200)
    corners = _pose(rng, size, rng.uniform(0.56, 0.80) if poor else rng.uniform(0.62, 0.86), 30 if poor else 14,
                    22 if poor else 5)
    picture = _place(card, _desk(rng, size), corners, rng, 0.45)
    gain = rng.uniform(0.50, 0.90) if poor else rng.uniform(0.85, 1.08)
    factor = _light(rng, size, rng.uniform(0.25, 0.55) if poor else rng.uniform(0.08, 0.30)) * np.float32(gain)
    white = np.zeros(factor.shape[:2], np.float32)
    if poor and rng.random() < 0.7:
        white = _glare(rng, size, corners, rng.uniform(0.35, 0.75))[..., None]
        factor, white = factor * (1 - white), white * gain * 255
    picture = cv2.multiply(picture, _enlarge(factor.astype(np.float32), size), dtype=cv2.CV_8U)
    if white.any():
        picture = cv2.add(picture, _enlarge(np.repeat(white, 3, 2).astype(np.uint8), size))
    picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.9, 1.7) if poor else rng.uniform(0.5, 1.1))
    if poor and rng.random() < 0.7:
        picture = _motion(rng, picture, rng.uniform(2.0, 6.0))
    noise = rng.uniform(5, 11) if poor else rng.uniform(2, 5)
    picture = cv2.addWeighted(picture, 1.0, noise_field(rng, size), noise, 0, dtype=cv2.CV_8U)
    return jpeg(picture, rng.uniform(38, 60) if poor else rng.uniform(78, 90)), corners


def _clean(card, rng):
    size = (WIDTH + 60, HEIGHT + 60)
    ground = np.full((size[1], size[0], 3), 246, np.uint8)
    a = np.radians(rng.uniform(-0.6, 0.6))
    half = np.array([WIDTH, HEIGHT]) / 2
    corners = (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half) @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    corners = corners + np.array(size) / 2
    picture = cv2.GaussianBlur(_place(card, ground, corners, rng, 0.25), (0, 0), 0.6)
    return jpeg(cv2.addWeighted(picture, 1.0, noise_field(rng, size), 1.5, 0, dtype=cv2.CV_8U), 92), corners
