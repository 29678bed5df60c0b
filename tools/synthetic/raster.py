# SPDX-License-Identifier: Apache-2.0
"""A small software rasteriser: which triangle is seen at each pixel, and attributes interpolated there.

Painter's order with back faces culled; fine for the dense, closed meshes drawn here. Perspective is true.
"""
import cv2
import numpy as np


class Camera:
    """A pinhole at the origin that looks along -z; x to the right of the picture, y up. Lengths in decimetres."""

    def __init__(self, width, height, focal_px):
        self.width, self.height, self.focal = width, height, focal_px

    def project(self, points):
        """Screen coordinates (pixels, y down) and positive depth of points in camera space."""
        depth = np.maximum(-points[:, 2], 0.05)
        x = self.width / 2 + self.focal * points[:, 0] / depth
        y = self.height / 2 - self.focal * points[:, 1] / depth
        return np.stack([x, y], 1), depth


def visible(screen, depth, triangles, size, bias=None, two_sided=False):
    """Index of the triangle seen at each pixel (-1 for none). bias is added to a triangle's depth for the order."""
    a, b, c = (screen[triangles[:, k]] for k in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    inside = (np.minimum(np.minimum(a, b), c) < [size[0], size[1]]).all(1) & (np.maximum(np.maximum(a, b), c) > 0).all(1)
    near = depth[triangles].min(1) > 0.06
    shown = np.flatnonzero((np.abs(area) > 1e-6 if two_sided else area < 0) & inside & near)
    key = depth[triangles[shown]].mean(1)
    if bias is not None:
        key = key + bias[shown]
    order = shown[np.argsort(-key)]
    image = np.full((size[1], size[0]), -1, np.int32)
    corners = np.round(screen[triangles[order]] * 16 - 8).astype(np.int32)
    for polygon, index in zip(corners, order.tolist()):
        cv2.fillConvexPoly(image, polygon, index, lineType=8, shift=4)
    return image


def interpolate(image, screen, depth, triangles, attributes):
    """Rows and columns of the covered pixels, and the attributes there, perspective-correct."""
    rows, columns = np.nonzero(image >= 0)
    tri = triangles[image[rows, columns]]
    px, py = columns + 0.5, rows + 0.5
    ax, ay = screen[tri[:, 0]].T
    bx, by = screen[tri[:, 1]].T
    cx, cy = screen[tri[:, 2]].T
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    w0 = ((bx - px) * (cy - py) - (by - py) * (cx - px)) / area
    w1 = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) / area
    weights = np.clip(np.stack([w0, w1, 1 - w0 - w1], 1), 0, 1) / depth[tri]
    weights = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    attributes = attributes.astype(np.float32)
    out = attributes[tri[:, 0]] * weights[:, :1]
    out += attributes[tri[:, 1]] * weights[:, 1:2]
    out += attributes[tri[:, 2]] * weights[:, 2:]
    return rows, columns, out


def vertex_normals(points, triangles):
    """Unit normals, weighted by area."""
    face = np.cross(points[triangles[:, 1]] - points[triangles[:, 0]], points[triangles[:, 2]] - points[triangles[:, 0]])
    normals = np.stack([sum(np.bincount(triangles[:, k], face[:, axis], len(points)) for k in range(3))
                        for axis in range(3)], 1)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
