# SPDX-License-Identifier: Apache-2.0
"""Rooms behind the person."""
import cv2
import numpy as np


def room(rng, size):
    """A blurred room: wall, a window or shelf, some things. 8-bit RGB."""
    width, height = size
    wall = np.array([[206, 200, 190], [180, 188, 196], [222, 214, 196], [150, 158, 150], [196, 178, 168]][rng.integers(5)], np.float32)
    picture = np.ones((height, width, 3), np.float32) * wall
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :, None]
    picture *= 1 + x * rng.uniform(-0.3, 0.3)
    for _ in range(int(rng.integers(2, 7))):
        x0, y0 = rng.uniform(-0.1, 0.95) * width, rng.uniform(-0.1, 0.8) * height
        w, h = rng.uniform(0.08, 0.35) * width, rng.uniform(0.1, 0.5) * height
        colour = rng.uniform(50, 215) + rng.uniform(-30, 30, 3)
        cv2.rectangle(picture, (int(x0), int(y0)), (int(x0 + w), int(y0 + h)), colour.tolist(), -1)
        for k in range(int(rng.integers(0, 6))):
            cv2.line(picture, (int(x0 + w * k / 6), int(y0)), (int(x0 + w * k / 6), int(y0 + h)), rng.uniform(30, 200, 3).tolist(), 2)
    picture = cv2.GaussianBlur(picture, (0, 0), width / 160)
    return np.clip(picture, 0, 255).astype(np.uint8)
