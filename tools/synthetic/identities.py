# SPDX-License-Identifier: Apache-2.0
"""The small committed set: a few people with their cards, a selfie, and the pictures that must be refused."""
import json
from dataclasses import replace

import cv2
import numpy as np

from card import TUNE, back, front
from degrade import degrade, jpeg
from face import Identity
from people import bad_check, make_person

# number, seed of the face, gender, age, what is wrong with the card
PEOPLE = [(1, 11, "female", 36, ""), (2, 10, "male", 29, ""), (3, 13, "female", 24, ""), (4, 20, "male", 27, ""),
          (5, 8, "male", 68, ""), (6, 15, "female", 41, ""), (7, 12, "male", 52, "expired"), (8, 1, "female", 14.2, "under-16"),
          (9, 21, "female", 33, "check-digit")]


def identity_of(number):
    """The person of the committed set with that number, else the one whose seed it is."""
    for known, seed, gender, age, _ in PEOPLE:
        if known == number:
            return Identity(seed, gender, age)
    return Identity(number)


def receipt(rng):
    """A till receipt: text, but no ID card."""
    from PIL import Image, ImageDraw
    from card import font
    image = Image.new("RGB", (700, 1000), (244, 242, 236))
    draw = ImageDraw.Draw(image)
    text = font(TUNE[0][0], TUNE[0][1], 34)
    for k, line in enumerate(["样本便利店", "收银小票 No. 000217", "矿泉水  x2      4.00", "面包    x1      7.50", "苹果    x3     12.80",
                              "", "合计           24.30", "现金           30.00", "找零            5.70", "", "谢谢惠顾"]):
        draw.text((90, 60 + 80 * k), line, font=text, fill=(40, 40, 44))
    return np.asarray(image)


def fur(rng):
    """A furry texture with two eyes: an animal-like picture without any text."""
    height, width = 700, 900
    layers = sum(cv2.resize(rng.normal(size=(height // s, width // (3 * s))).astype(np.float32), (width, height),
                            interpolation=cv2.INTER_CUBIC) / k for k, s in enumerate((24, 10, 4), 1))
    picture = np.array([176, 132, 84.0]) * (1 + 0.2 * layers[..., None])
    for x in (330, 570):
        cv2.ellipse(picture, (x, 320), (62, 50), 0, 0, 360, (170, 190, 70), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (x, 320), (14, 46), 0, 0, 360, (14, 14, 14), -1, cv2.LINE_AA)
    cv2.fillConvexPoly(picture, np.array([[420, 430], [480, 430], [450, 465]]), (190, 110, 110), cv2.LINE_AA)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _shrink(data, width):
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    height = round(picture.shape[0] * width / picture.shape[1])
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)[..., ::-1]


def make_identities(out):
    from generate import portrait, selfie
    from render import Head
    index = []
    for number, _, gender, age, flaw in PEOPLE:
        head = Head(identity_of(number))
        person = make_person(number, gender, age, expired=flaw == "expired")
        if flaw == "check-digit":
            person = replace(person, number=bad_check(person))
        fonts = TUNE[number % 2]
        folder = out / f"{number:02d}"
        folder.mkdir(parents=True, exist_ok=True)
        level = "phone" if number % 2 else "clean"
        for j, (side, card) in enumerate((("front", front(person, portrait(head), fonts)), ("back", back(person, fonts)))):
            data, _ = degrade(card, level, np.random.default_rng([51, number, j]))
            if level == "phone":
                data = jpeg(_shrink(data, 1280), 82)
            (folder / f"{side}.jpg").write_bytes(data)
        (folder / "selfie.jpg").write_bytes(jpeg(selfie(head, number), 88))
        truth = {**person.truth(), "identity": number, "flaw": flaw, "level": level}
        (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n")
        index.append(truth)
        print(folder, person.name, person.number, flaw)
    bad = out / "refused"
    bad.mkdir(exist_ok=True)
    rng = np.random.default_rng(61)
    good = cv2.imread(str(out / "01" / "front.jpg"))[..., ::-1]
    (bad / "receipt.jpg").write_bytes(jpeg(receipt(rng), 80))
    (bad / "fur.jpg").write_bytes(jpeg(fur(rng), 70))
    (bad / "blurred.jpg").write_bytes(jpeg(cv2.GaussianBlur(good, (0, 0), 14), 80))
    (bad / "black.jpg").write_bytes(jpeg(np.clip(good * 0.02 + rng.normal(size=good.shape) * 1.5, 0, 255).astype(np.uint8), 70))
    (bad / "tiny.jpg").write_bytes(jpeg(cv2.resize(good, (96, 72), interpolation=cv2.INTER_AREA), 80))
    (bad / "broken.jpg").write_bytes((out / "01" / "front.jpg").read_bytes()[:3000])
    (out / "index.json").write_text(json.dumps(index, ensure_ascii=False, indent=1) + "\n")
