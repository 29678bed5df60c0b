# SPDX-License-Identifier: Apache-2.0
"""Renders made-up heads in front of a camera: pose, eyelids, distance, light and background are free."""
from dataclasses import dataclass

import cv2
import numpy as np

from face import Identity, Lids, asset, eyeball, target
from hair import CENTRE, COLUMNS, LAYERS, Hair
from raster import Camera, interpolate, vertex_normals, visible
from skin import Skin, to_linear

EYES = np.array([0.0, 7.28, 1.40])  # between the eyes in base coordinates, dm
NECK = np.array([0.0, 6.25, 0.15])  # the head turns about this point


@dataclass
class Pose:
    """Degrees; yaw > 0 turns to the person's left, pitch > 0 looks up, roll > 0 leans to the person's left.

    closed: 0 eyes open, 1 shut. distance: camera to eyes in cm. x, y: shift of the head in cm.
    """
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    closed: float = 0.0
    distance: float = 55.0
    x: float = 0.0
    y: float = 0.0
    smile: float = 0.0


@dataclass
class Light:
    """Direction towards the key light in camera space, its colour and strength, and the light from all around."""
    direction: tuple = (0.35, 0.55, 0.75)
    key: float = 0.75
    ambient: float = 0.55
    warmth: float = 0.0
    gain: float = 1.0

    @staticmethod
    def random(rng):
        return Light((float(rng.uniform(-0.8, 0.8)), float(rng.uniform(0.2, 0.9)), float(rng.uniform(0.5, 1.0))),
                     float(rng.uniform(0.55, 0.85)), float(rng.uniform(0.42, 0.62)), float(rng.uniform(-0.06, 0.10)),
                     float(rng.uniform(0.85, 1.1)))


def turn(yaw, pitch, roll):
    """Rotation matrix of the head; degrees, as in Pose."""
    y, p, r = np.radians([yaw, -pitch, -roll])
    ry = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    rx = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    rz = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return rz @ ry @ rx


_TIPS = None


def _lash_tips():
    """For each vertex how far out on a lash it is: 0 at the lid, 1 at the tip."""
    global _TIPS
    if _TIPS is None:
        a = asset()
        lashes = np.unique(a["triangles"][a["material"] == 2])
        body = np.unique(a["triangles"][a["material"] == 0])
        near = body[np.abs(a["points"][body] - EYES).max(1) < 0.75]
        gap = np.linalg.norm(a["points"][lashes][:, None] - a["points"][near][None], axis=2).min(1)
        _TIPS = np.zeros(len(a["points"]), np.float32)
        _TIPS[lashes] = np.clip(gap / np.percentile(gap, 90), 0, 1)
    return _TIPS


def _unit(rows):
    return rows / np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), 1e-6)[:, None]


def _curve():
    x = np.linspace(0, 4, 8192)
    x = np.where(x > 0.7, 0.7 + 0.3 * (1 - np.exp(-(x - 0.7) / 0.3)), x)
    return np.round(255 * np.power(x, 1 / 2.2)).astype(np.uint8)


ENCODED = _curve()
DECODED = to_linear(np.arange(256))


def encode(linear):
    """Linear light to 8-bit sRGB with a soft shoulder."""
    return ENCODED[np.clip(linear * (8191 / 4), 0, 8191).astype(np.uint16)]


class Head:
    """One made-up person, ready to be rendered."""

    def __init__(self, identity):
        self.identity = identity if isinstance(identity, Identity) else Identity(int(identity))
        self.points = self.identity.points()
        self.lids = Lids(self.points)
        self.skin = Skin(self.identity)
        self.hair = Hair(self.identity, self.points)
        rng = np.random.default_rng([13, int(self.identity.look[2])])
        self.cloth = to_linear(rng.choice([[40, 52, 84], [225, 226, 228], [70, 74, 80], [120, 40, 46], [58, 90, 76],
                                           [28, 28, 32], [150, 160, 178], [196, 180, 150]]))
        self.neckline = float(rng.uniform(5.80, 5.98))
        strands = np.random.default_rng(self.hair.seed)
        fine = cv2.resize(strands.normal(size=(10, 1400)).astype(np.float32), (1400, 512), interpolation=cv2.INTER_CUBIC)
        broad = cv2.resize(strands.normal(size=(5, 90)).astype(np.float32), (1400, 512), interpolation=cv2.INTER_CUBIC)
        self.strands = (0.7 * fine + 0.8 * broad).astype(np.float32)
        self.eyes = [eyeball(asset()["points"], side) for side in (0, 1)]
        colours = np.random.default_rng([17, int(self.identity.look[3])])
        self.iris_noise = cv2.resize(colours.normal(size=(64, 2)).astype(np.float32), (24, 256))

    def _placed(self, pose):
        """The vertices of skin and hair in camera space."""
        points = self.lids.close(self.points, pose.closed)
        if pose.smile:
            for unit in ("mouthSmileLeft", "mouthSmileRight"):
                index, delta = target("unit/" + unit)
                points[index] += pose.smile * delta
        inflated = points.copy()
        cloth = self._worn(asset()["points"])
        normals = vertex_normals(points, asset()["triangles"][asset()["material"] == 0])
        inflated += normals * (0.07 * cloth)[:, None]
        rotation, body = turn(pose.yaw, pose.pitch, pose.roll), turn(pose.yaw * 0.15, 0, pose.roll * 0.1)
        camera = np.array([pose.x / 10, pose.y / 10, -pose.distance / 10])
        anchor = (EYES - NECK)

        def place(p, follow):
            d = p - NECK
            follow = follow[:, None]
            return d @ body.T * (1 - follow) + d @ rotation.T * follow

        eyes_now = rotation @ anchor
        shift = camera - np.array([anchor[0] * 0 + 0.35 * eyes_now[0], anchor[1], anchor[2]]) \
            - np.array([0, 0, 0.25 * (eyes_now[2] - anchor[2])])
        skin = place(inflated, asset()["follow"]) + shift
        hairs = [place(layer, self.hair.follow) + shift for layer in self.hair.layers]
        return skin, hairs, rotation, shift

    def render(self, pose=Pose(), size=(640, 480), fov=60.0, light=Light(), background=None, quality=1.5):
        """An 8-bit RGB picture. background: RGB picture of that size (8 bit) or None for a plain light wall."""
        scale = quality
        width, height = int(size[0] * scale), int(size[1] * scale)
        camera = Camera(width, height, width / (2 * np.tan(np.radians(fov) / 2)))
        if background is None:
            picture = np.full((height, width, 3), 0.78, np.float32)
        else:
            picture = DECODED[cv2.resize(background, (width, height))]
        skin, hairs, rotation, shift = self._placed(pose)
        depth_map = np.full((height, width), 1e9, np.float32)
        self._draw_body(picture, depth_map, camera, skin, rotation, light, pose)
        self._draw_lashes(picture, depth_map, camera, skin, pose)
        for k, layer in enumerate(hairs):
            self._draw_hair(picture, depth_map, camera, layer, k, light)
        picture = picture * light.gain * np.array([1 + light.warmth, 1, 1 - light.warmth], np.float32)
        out = encode(picture)
        return cv2.resize(out, size, interpolation=cv2.INTER_AREA) if scale != 1 else out

    def _draw_body(self, picture, depth_map, camera, points, rotation, light, pose):
        a = asset()
        triangles = a["triangles"][a["material"] < 2]
        material = a["material"][a["material"] < 2]
        screen, depth = camera.project(points)
        image = visible(screen, depth, triangles, (camera.width, camera.height), np.where(material == 1, 0.05, 0))
        normals = vertex_normals(points, triangles)
        attributes = np.concatenate([normals, points, a["points"], np.stack(
            [a["ao"], a["lips"], a["ears"], a["mouth"]], 1)], 1)
        rows, columns, at = interpolate(image, screen, depth, triangles, attributes)
        depth_map[rows, columns] = -at[:, 5]
        normal = _unit(at[:, :3])
        position, base = at[:, 3:6], at[:, 6:9]
        ao, lips, ears, mouth = at[:, 9:13].T
        cloth = self._worn(base)
        eye = material[image[rows, columns]] == 1
        colour = self.skin.sample(base)
        lip = np.clip(lips * 1.5 - 0.1, 0, 1)[:, None]
        streak = self.skin.sample(base * [3.0, 0.4, 1] + [0, 4.2, 0]) / self.skin.tone
        colour = colour * (1 - lip * 0.9) + self.skin.lips.astype(np.float32) * (0.5 + 0.5 * np.clip(streak, 0.6, 1.2)) * lip * 0.9
        colour = colour * (1 + ears[:, None] * np.array([0.04, -0.10, -0.10], np.float32))
        colour *= (1 - 0.85 * np.clip(mouth * 2 - lip[:, 0] * 2, 0, 1))[:, None]
        scalp = self._scalp(base)[:, None]
        colour = colour * (1 - scalp) + self.skin.hair * scalp
        weave = (0.94 + 0.12 * ((np.sin(base[:, :1] * 190) * np.sin(base[:, 1:2] * 190)) > 0))
        worn = np.clip(cloth * 3 - 1, 0, 1)[:, None]
        rib = 1 - 0.25 * (np.abs(cloth - 0.7) < 0.22)[:, None]
        colour = colour * (1 - worn) + self.cloth * weave * rib * worn
        ao = ao + (1 - ao) * 0.6 * worn[:, 0]
        self._shade_skin(picture, rows, columns, colour, normal, position, ao, lip[:, 0], worn[:, 0], light, ~eye)
        self._shade_eyes(picture, rows[eye], columns[eye], base[eye], position[eye], rotation, light, pose)

    def _worn(self, base):
        """How far each base position is below the neckline of the clothes: 0 skin, 1 cloth."""
        line = self.neckline - 0.42 * np.clip(base[:, 2], -0.4, 0.8) + 0.5 * np.clip(np.abs(base[:, 0]) - 0.45, 0, 1)
        return np.clip((line - base[:, 1]) / 0.08, 0, 1)

    def _scalp(self, base):
        d = base - CENTRE
        azimuth = np.arctan2(d[:, 0], d[:, 2])
        y = np.where(np.abs(azimuth) > 0.9, np.maximum(self.hair.end(azimuth), 6.5), self.hair.end(azimuth))
        above = base[:, 1] - y
        grain = 0.05 * np.sin(azimuth * 300) * np.sin(base[:, 1] * 90 + azimuth * 40)
        shown = np.clip((above + 0.02 + grain) / 0.14, 0, 1)
        return np.where(d[:, 1] > -1.2, shown, 0) * 0.92

    def _shade_skin(self, picture, rows, columns, colour, normal, position, ao, lip, worn, light, use):
        rows, columns, colour, normal, position = (v[use] for v in (rows, columns, colour, normal, position))
        ao, lip, worn = ao[use], lip[use], worn[use]
        key = (np.array(light.direction) / np.linalg.norm(light.direction)).astype(np.float32)
        cosine = normal @ key
        wrap = np.array([0.34, 0.16, 0.11], np.float32) * (1 - worn[:, None])
        diffuse = np.clip((cosine[:, None] + wrap) / (1 + wrap), 0, 1) ** 1.15
        occluded = np.power(np.clip(ao, 0.02, 1)[:, None], np.array([0.75, 0.95, 1.0], np.float32)) * np.float32(1.05)
        ambient = light.ambient * (0.72 + 0.28 * normal[:, 1:2]) * occluded
        fill = 0.16 * np.clip(normal @ np.array([-0.6, 0.1, 0.75], np.float32), 0, 1)[:, None] * occluded
        shadowed = np.clip(0.35 + 0.75 * ao, 0, 1)[:, None]
        lit = colour * (ambient + fill + light.key * diffuse * shadowed)
        view = -_unit(position)
        half = _unit(view + key)
        h = np.clip((normal * half).sum(1), 0, 1)
        facing = np.clip((normal * view).sum(1), 0, 1)
        fresnel = 0.03 + 0.5 * (1 - facing) ** 5
        gloss = (0.10 * h**22 + 0.05 * h**70 * (1 + 2 * lip)) * self.skin.shine + 0.10 * fresnel * np.clip(cosine, 0, 1)
        gloss = gloss * light.key * (1 - worn) * np.clip(ao * 1.3, 0, 1)
        picture[rows, columns] = lit + gloss[:, None]

    def _shade_eyes(self, picture, rows, columns, base, position, rotation, light, pose):
        """Eyeballs as spheres: sclera, iris that looks towards the camera, pupil, and the light in the cornea."""
        key = (np.array(light.direction) / np.linalg.norm(light.direction)).astype(np.float32)
        for side in (0, 1):
            centre, radius, _ = self.eyes[side]
            mine = (base[:, 0] > 0) == (side == 0)
            if not mine.any():
                continue
            n = (base[mine] - centre) / radius
            n /= np.linalg.norm(n, axis=1, keepdims=True)
            to_camera = -position[mine].mean(0)
            gaze = rotation.T @ (to_camera / np.linalg.norm(to_camera))
            gaze = np.clip(gaze, [-0.34, -0.25, 0], [0.34, 0.25, 1])
            gaze += np.array([0.02 if side else -0.02, 0, 0])
            gaze /= np.linalg.norm(gaze)
            across = np.cross([0, 1, 0], gaze)
            across /= np.linalg.norm(across)
            u, v = n @ across, n @ np.cross(gaze, across)
            r = np.arccos(np.clip(n @ gaze, -1, 1))
            angle = ((np.arctan2(v, u) / (2 * np.pi) + 0.5) * 255).astype(int)
            rough = self.iris_noise[angle, np.clip(r / 0.5 * 23, 0, 23).astype(int)]
            sclera = np.array([0.70, 0.66, 0.63]) * (1 - 0.25 * np.clip(np.abs(n[:, :1]) * 1.2, 0, 1) ** 2)
            iris = self.skin.iris * (1.1 + 0.35 * rough + 0.5 * np.clip((r - 0.3) / 0.2, 0, 1))[:, None]
            limbus = np.clip((r - 0.40) / 0.10, 0, 1)[:, None]
            colour = iris * (1 - 0.6 * limbus) * (1 - np.clip((r[:, None] - 0.46) / 0.05, 0, 1)) \
                + sclera * np.clip((r[:, None] - 0.46) / 0.05, 0, 1)
            colour *= np.clip((r[:, None] - 0.17) / 0.05, 0.04, 1)
            world = n @ rotation.T
            shade = light.ambient * 0.75 + light.key * np.clip(world @ key * 0.7 + 0.3, 0, 1)
            lid = 1 - 0.62 * np.clip((n[:, 1] - 0.05) / 0.35, 0, 1)  # the upper lid's shadow
            corner = 1 - 0.35 * np.clip((np.abs(n[:, 0]) - 0.45) / 0.3, 0, 1)
            colour = colour * (shade * lid * corner)[:, None]
            view = np.array([0, 0, 1.0])
            half = (view + key) / np.linalg.norm(view + key)
            cornea = world + 0.35 * (rotation @ gaze)
            cornea /= np.linalg.norm(cornea, axis=1, keepdims=True)
            glint = np.clip((cornea @ half - 0.985) / 0.010, 0, 1)
            colour += 0.85 * light.key * glint[:, None] * (r < 0.6)[:, None]
            picture[rows[mine], columns[mine]] = colour

    def _draw_lashes(self, picture, depth_map, camera, points, pose):
        """A dark line at the roots that thins out towards the tips."""
        a = asset()
        triangles = a["triangles"][a["material"] == 2]
        screen, depth = camera.project(points)
        image = visible(screen, depth, triangles, (camera.width, camera.height), two_sided=True)
        attributes = np.stack([_lash_tips(), depth], 1)
        rows, columns, at = interpolate(image, screen, depth, triangles, attributes)
        front = at[:, 1] < depth_map[rows, columns] + 0.06
        rows, columns, tip = rows[front], columns[front], at[front, 0]
        strength = 0.55 if self.identity.gender == "male" else 0.72
        spread = 1 - (0.5 + 0.8 * pose.closed) * tip
        picture[rows, columns] *= 1 - strength * np.clip(spread, 0, 1)[:, None]

    def _draw_hair(self, picture, depth_map, camera, points, layer, light):
        hair = self.hair
        screen, depth = camera.project(points)
        image = visible(screen, depth, hair.triangles, (camera.width, camera.height), two_sided=layer < LAYERS - 1)
        normals = vertex_normals(points, hair.triangles)
        along = np.roll(points.reshape(-1, COLUMNS + 1, 3), -1, 0).reshape(-1, 3) - points
        attributes = np.concatenate([normals, along, hair.strand, hair.base_y[:, None],
                                     np.sin(hair.azimuth)[:, None], np.cos(hair.azimuth)[:, None], depth[:, None]], 1)
        rows, columns, at = interpolate(image, screen, depth, hair.triangles, attributes)
        front = at[:, 11] < depth_map[rows, columns] + 0.02
        rows, columns, at = rows[front], columns[front], at[front]
        azimuth, tilt = at[:, 6], at[:, 7]
        u = (((azimuth + np.pi) / (2 * np.pi) * 1400).astype(np.float32) + 37 * layer) % 1400
        v = np.clip(tilt / np.radians(150) * 511, 0, 511).astype(int)
        grain = self.strands[v, u.astype(int)]
        alpha = hair.alpha(np.arctan2(at[:, 9], at[:, 10]), at[:, 8], grain, layer)
        if layer == LAYERS - 1:  # loose hairs over the closed surface
            alpha = alpha * np.clip(0.15 + 0.5 * grain, 0, 1)
        normal = _unit(at[:, :3])
        normal = np.where(normal[:, 2:] < 0, 0.2 * normal, normal)  # the inside of the far side lies in the dark
        tangent = _unit(at[:, 3:6])
        key = (np.array(light.direction) / np.linalg.norm(light.direction)).astype(np.float32)
        half = key + np.array([0, 0, 1.0])
        half /= np.linalg.norm(half)
        shine = np.clip(1 - (tangent @ half + 0.06 * grain) ** 2, 0, 1) ** 40
        body = light.ambient * (0.7 + 0.3 * normal[:, 1]) + 0.5 * light.key * np.clip(normal @ key * 0.6 + 0.4, 0, 1)
        deep = 0.55 + 0.45 * layer / (LAYERS - 1)
        colour = self.skin.hair * (body * deep * (1 + 0.35 * grain))[:, None]
        colour = np.clip(colour, 0, None) + (0.055 * light.key * shine * np.clip(normal @ key + 0.3, 0, 1)
                                             * np.clip(1 + 0.5 * grain, 0, 2))[:, None]
        keep = alpha > 0.02
        rows, columns, alpha, colour = rows[keep], columns[keep], alpha[keep, None], colour[keep]
        picture[rows, columns] = picture[rows, columns] * (1 - alpha) + colour * alpha
        solid = alpha[:, 0] > 0.6
        depth_map[rows[solid], columns[solid]] = np.minimum(depth_map[rows[solid], columns[solid]],
                                                            at[keep][solid, 11] + 0.15)
