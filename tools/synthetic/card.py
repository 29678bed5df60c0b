# SPDX-License-Identifier: Apache-2.0
"""Draws both sides of a sample ID card in the proportions of ID-1 (85.6 x 54 mm, 300 dots an inch).

The layout follows public descriptions; the emblem is left out and a corner says 样本 SPECIMEN.
"""
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1012, 638
NOTO = "/usr/share/fonts/opentype/noto/"
TRUETYPE = "/usr/share/fonts/truetype/"
# (text font, index in the collection, number font, index). Tuning uses TUNE only; the bench uses HELD_OUT only.
TUNE = [
    (NOTO + "NotoSansCJK-Regular.ttc", 2, NOTO + "NotoSansCJK-Regular.ttc", 7),
    (NOTO + "NotoSansCJK-Bold.ttc", 2, TRUETYPE + "dejavu/DejaVuSansMono-Bold.ttf", 0),
    (NOTO + "NotoSerifCJK-Regular.ttc", 2, TRUETYPE + "dejavu/DejaVuSans.ttf", 0),
]
HELD_OUT = [
    (TRUETYPE + "wqy/wqy-zenhei.ttc", 0, TRUETYPE + "liberation/LiberationMono-Bold.ttf", 0),
    (TRUETYPE + "wqy/wqy-microhei.ttc", 0, TRUETYPE + "wqy/wqy-microhei.ttc", 1),
    (TRUETYPE + "arphic/uming.ttc", 0, TRUETYPE + "liberation/LiberationSans-Regular.ttf", 0),
    (TRUETYPE + "arphic-gbsn00lp/gbsn00lp.ttf", 0, TRUETYPE + "liberation/LiberationMono-Regular.ttf", 0),
]
LABEL, INK = (38, 104, 160), (22, 22, 26)


@lru_cache(maxsize=64)
def font(path, index, size):
    return ImageFont.truetype(path, size, index=index)


@lru_cache(maxsize=4)
def _ground(kind):
    """Pale guilloche: waves of two tints on a light gradient."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    left, right = (np.array([214, 230, 240.0]), np.array([238, 226, 232.0])) if kind == "front" else (
        np.array([232, 226, 232.0]), np.array([214, 232, 236.0]))
    t = (x / WIDTH * 0.8 + y / HEIGHT * 0.2)[..., None]
    picture = left * (1 - t) + right * t
    for k in range(5):
        wave = np.sin((y + 26 * np.sin(x / (70 + 13 * k) + k) + 9 * np.sin(x / 23 + 2 * k)) / (4.6 + 0.7 * k))
        picture -= (np.clip(wave - 0.72, 0, 1) / 0.28 * 5)[..., None] * np.array([1.0, 0.6 + 0.1 * k, 0.45])
    return np.clip(picture, 0, 255).astype(np.uint8)


def _spread(draw, xy, text, fnt, pitch, fill):
    """Text with a fixed pitch between characters, as the card's number has it."""
    x, y = xy
    for character in text:
        w = draw.textlength(character, font=fnt)
        draw.text((x + (pitch - w) / 2, y), character, font=fnt, fill=fill, anchor="ls")
        x += pitch


def wrap(text, per_line=11):
    """Breaks an address as the card does: by width, digits count half."""
    lines, line, width = [], "", 0.0
    for character in text:
        w = 0.55 if character.isascii() else 1.0
        if width + w > per_line:
            lines.append(line)
            line, width = "", 0.0
        line, width = line + character, width + w
    return lines + [line]


def _specimen(draw, fonts):
    f = font(fonts[0], fonts[1], 17)
    draw.text((WIDTH - 22, 30), "样本 SPECIMEN", font=f, fill=(196, 120, 120), anchor="rs")


def front(person, portrait, fonts):
    """RGB picture of the side with the portrait. portrait: RGB picture on a plain light ground."""
    image = Image.fromarray(_ground("front"))
    ground = np.asarray(image).copy()
    box = cv2.resize(portrait, (290, 360), interpolation=cv2.INTER_AREA).astype(np.float32)
    light = np.clip((box.min(2) - 229) / 6, 0, 1)[..., None]  # the plain ground shows the card through
    light = cv2.GaussianBlur(light, (0, 0), 0.8)[..., None] if light.ndim == 3 else light
    place = ground[98:458, 660:950].astype(np.float32)
    ground[98:458, 660:950] = (box * (1 - light) + place * light).astype(np.uint8)
    image = Image.fromarray(ground)
    draw = ImageDraw.Draw(image)
    label, value = font(fonts[0], fonts[1], 31), font(fonts[0], fonts[1], 38)
    small = font(fonts[0], fonts[1], 35)

    def row(y, text):
        draw.text((62, y), text, font=label, fill=LABEL, anchor="ls")

    row(112, "姓  名")
    x = 172
    for character in person.name:
        draw.text((x, 114), character, font=font(fonts[0], fonts[1], 43), fill=INK, anchor="ls")
        x += 50
    row(190, "性  别")
    draw.text((172, 192), person.gender, font=value, fill=INK, anchor="ls")
    draw.text((290, 190), "民  族", font=label, fill=LABEL, anchor="ls")
    draw.text((400, 192), person.ethnicity, font=value, fill=INK, anchor="ls")
    row(268, "出  生")
    year, month, day = person.birth.split("-")
    for x, text, anchor in ((172, year, "ls"), (345, str(int(month)), "ms"), (443, str(int(day)), "ms")):
        draw.text((x, 270), text, font=small, fill=INK, anchor=anchor)
    for x, text in ((272, "年"), (374, "月"), (472, "日")):
        draw.text((x, 268), text, font=label, fill=LABEL, anchor="ls")
    row(346, "住  址")
    for k, line in enumerate(wrap(person.address)):
        draw.text((172, 348 + 50 * k), line, font=small, fill=INK, anchor="ls")
    draw.text((62, 560), "公民身份号码", font=label, fill=LABEL, anchor="ls")
    _spread(draw, (330, 562), person.number, font(fonts[2], fonts[3], 44), 33, INK)
    _specimen(draw, fonts)
    return np.asarray(image)


def back(person, fonts):
    """RGB picture of the side with issuer and validity."""
    image = Image.fromarray(_ground("back"))
    draw = ImageDraw.Draw(image)
    centre = np.array([150, 160])
    for k in range(12):  # a plain rosette where the card has its emblem
        a = k * np.pi / 6
        draw.ellipse([*(centre + 52 * np.array([np.cos(a), np.sin(a)]) - 30),
                      *(centre + 52 * np.array([np.cos(a), np.sin(a)]) + 30)], outline=(196, 70, 60), width=4)
    draw.ellipse([*(centre - 34), *(centre + 34)], fill=(206, 84, 70))
    for text, y, size, pitch in (("中华人民共和国", 152, 58, 88), ("居民身份证", 262, 78, 118)):
        _spread(draw, (WIDTH * 0.585 - len(text) * pitch / 2, y), text, font(fonts[0], fonts[1], size), pitch, INK)
    label, value = font(fonts[0], fonts[1], 33), font(fonts[0], fonts[1], 36)
    dotted = lambda day: day if day == "长期" else day.replace("-", ".")
    for y, name, text in ((470, "签发机关", person.issuer),
                          (550, "有效期限", f"{dotted(person.valid_from)}-{dotted(person.valid_until)}")):
        draw.text((330, y), name, font=label, fill=LABEL, anchor="rs")
        draw.text((380, y + 1), text, font=value, fill=INK, anchor="ls")
    _specimen(draw, fonts)
    return np.asarray(image)


def rounded():
    """The card's alpha: 1 inside, with the rounded corners of ID-1 (3.18 mm)."""
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, WIDTH - 1, HEIGHT - 1], 37, fill=255)
    return np.asarray(mask).astype(np.float32) / 255
