# SPDX-License-Identifier: Apache-2.0
"""Turns a drawn card into the picture that a scanner or a phone would make: three published levels."""
import cv2
import numpy as np

from card import HEIGHT, WIDTH, rounded

LEVELS = ("clean", "phone", "poor")


def jpeg(picture, quality):
    """JPEG bytes of an RGB picture."""
    ok, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    assert ok
    return data.tobytes()


def _desk(rng, size):
    """A blurred desk: wood, cloth or plain."""
    width, height = size
    colour = np.array([[150, 110, 74], [92, 96, 104], [205, 198, 186], [60, 66, 60], [176, 140, 104]][rng.integers(5)], np.float32)
    base = np.ones((height, width, 3), np.float32) * colour
    grain = cv2.resize(rng.normal(size=(height // 3, 10)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.5:
        grain = cv2.resize(rng.normal(size=(12, width // 3)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    base += grain[..., None] * rng.uniform(3, 12)
    base += rng.normal(size=(height, width, 1)).astype(np.float32) * rng.uniform(1, 5)
    for _ in range(rng.integers(0, 3)):  # things that lie about
        points = np.array([rng.uniform(-0.1, 1.1) * width, rng.uniform(-0.1, 1.1) * height]) + rng.normal(size=(4, 2)) * width * 0.12
        cv2.fillConvexPoly(base, cv2.convexHull(points.astype(np.int32)), rng.uniform(40, 230, 3).tolist(), cv2.LINE_AA)
    return cv2.GaussianBlur(base, (0, 0), rng.uniform(1.5, 4))


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
    """The card with its shadow on the desk."""
    size = (ground.shape[1], ground.shape[0])
    source = np.float32([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]])
    matrix = cv2.getPerspectiveTransform(source, np.float32(corners))
    scale = np.linalg.norm(corners[1] - corners[0]) / WIDTH
    soft = cv2.GaussianBlur(card, (0, 0), max(0.45 / scale - 0.3, 0.01)) if scale < 1 else card
    warped = cv2.warpPerspective(soft.astype(np.float32), matrix, size, flags=cv2.INTER_LINEAR)
    alpha = cv2.warpPerspective(rounded(card), matrix, size, flags=cv2.INTER_LINEAR)
    shift = np.float32([[1, 0, rng.uniform(-8, 8)], [0, 1, rng.uniform(2, 10)]])
    shadow = cv2.GaussianBlur(cv2.warpAffine(alpha, shift, size), (0, 0), 7) * dark
    ground = ground * (1 - shadow[..., None])
    return ground * (1 - alpha[..., None]) + warped * alpha[..., None]


def _light(rng, picture, strength):
    """Uneven light and, with some luck, a soft shadow edge of a hand or phone."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    a = rng.uniform(0, 2 * np.pi)
    ramp = ((x / width - 0.5) * np.cos(a) + (y / height - 0.5) * np.sin(a)) * strength
    factor = 1 + ramp - strength * 0.3
    if rng.random() < 0.6:
        b, c = rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 0.3)
        edge = (x / width - 0.5) * np.cos(b) + (y / height - 0.5) * np.sin(b) - c
        factor *= 1 - strength * 0.8 / (1 + np.exp(-edge * rng.uniform(12, 60)))
    tint = 1 + rng.normal(size=3) * 0.035
    return picture * factor[..., None] * tint


def _glare(rng, picture, corners, strength):
    """A lamp's reflection on the foil."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    centre = corners.mean(0) + rng.uniform(-0.45, 0.45, 2) * (corners.max(0) - corners.min(0))
    long, short = rng.uniform(0.10, 0.24) * width, rng.uniform(0.03, 0.07) * width
    a = rng.uniform(0, np.pi)
    u = (x - centre[0]) * np.cos(a) + (y - centre[1]) * np.sin(a)
    v = -(x - centre[0]) * np.sin(a) + (y - centre[1]) * np.cos(a)
    spot = np.exp(-(u / long) ** 2 - (v / short) ** 2) * strength
    return picture + (255 - picture).clip(0) * spot[..., None] * 0.95


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
    desk = _desk(rng, size)
    corners = _pose(rng, size, rng.uniform(0.62, 0.86) if not poor else rng.uniform(0.52, 0.78),
                    14 if not poor else 30, 5 if not poor else 22)
    picture = _place(card, desk, corners, rng, 0.45)
    picture = _light(rng, picture, rng.uniform(0.08, 0.30) if not poor else rng.uniform(0.25, 0.55))
    if poor and rng.random() < 0.7:
        picture = _glare(rng, picture, corners, rng.uniform(0.4, 0.85))
    picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 1.1) if not poor else rng.uniform(0.9, 1.7))
    if poor and rng.random() < 0.7:
        picture = _motion(rng, picture, rng.uniform(2.0, 6.0))
    gain = rng.uniform(0.85, 1.08) if not poor else rng.uniform(0.42, 0.85)
    noise = rng.uniform(2, 5) if not poor else rng.uniform(5, 11)
    picture = picture * gain + rng.standard_normal(picture.shape[:2] + (1,), np.float32) * noise \
        + rng.standard_normal(picture.shape, np.float32) * noise * 0.5
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    return jpeg(picture, rng.uniform(78, 90) if not poor else rng.uniform(38, 60)), corners


def _clean(card, rng):
    size = (WIDTH + 60, HEIGHT + 60)
    ground = np.full((size[1], size[0], 3), 246, np.float32)
    a = np.radians(rng.uniform(-0.6, 0.6))
    half = np.array([WIDTH, HEIGHT]) / 2
    corners = (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half) @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    corners = corners + np.array(size) / 2
    picture = _place(card, ground, corners, rng, 0.25)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.6) + rng.standard_normal(picture.shape, np.float32) * 1.5
    return jpeg(np.clip(picture, 0, 255).astype(np.uint8), 92), corners
