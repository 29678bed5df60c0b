#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Films a made-up head, or an attack on its owner, as a camera would see it.

  head.py --identity 7 --script "neutral:0.5,turn-left:1.5,blink:1,come-closer:1.5" --out film.mjpeg
  head.py --identity 7 --script ... --attack flat-moved --out DIR        (DIR/0000.jpg … and DIR/frames.json)
  head.py --identity 7 --picture "yaw=20,closed=1,distance=40" --out one.jpg
  head.py --serve            answers JSON lines, see README.md
"""
import argparse
import json
import sys
from pathlib import Path

import cv2

from attack import KINDS
from degrade import jpeg
from motion import ACTS, parse
from session import Session, head_of, version


def film(arguments):
    """Writes an .mjpeg (JPEGs one after another) or a folder of frames."""
    size = tuple(int(x) for x in arguments.size.split("x"))
    session = Session(arguments.identity, arguments.attack, arguments.seed, arguments.fps, arguments.seamless, size,
                      arguments.quality)
    frames = [f for act, seconds in parse(arguments.script) for f in session.frames(act, seconds)]
    out = Path(arguments.out)
    if out.suffix == ".mjpeg":
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(b"".join(data for _, _, data in frames))
    else:
        out.mkdir(parents=True, exist_ok=True)
        for k, (_, _, data) in enumerate(frames):
            (out / f"{k:04d}.jpg").write_bytes(data)
        (out / "frames.json").write_text(json.dumps(
            [{"file": f"{k:04d}.jpg", "ms": ms, "act": act} for k, (ms, act, _) in enumerate(frames)], indent=0) + "\n")
    print(f"{out}: {len(frames)} frames, {sum(len(d) for _, _, d in frames) / 1e6:.1f} MB")


def picture(arguments):
    """One picture at a given pose, without sensor noise."""
    values = {k: float(v) for k, v in (part.split("=") for part in arguments.picture.split(",") if part)}
    session = Session(arguments.identity, "", arguments.seed)
    from render import Pose
    shot = head_of(arguments.identity).render(Pose(**values), session.size, 60, session.light, session.wall, 1.5)
    Path(arguments.out).write_bytes(jpeg(shot, 90))


def serve():
    """One JSON request a line on standard input; for each frame a line, then {"done": true}."""
    sessions = {}
    for line in sys.stdin:
        try:
            ask = json.loads(line)
            key = (int(ask["identity"]), ask.get("attack", ""), int(ask.get("seed", 0)), float(ask.get("fps", 10)),
                   bool(ask.get("seamless", False)))
            if ask.get("restart") or key not in sessions:
                sessions[key] = Session(*key)
            for act, seconds in parse(ask["script"]):
                for value in sessions[key].lines(act, seconds):
                    print(json.dumps(value), flush=True)
            print('{"done": true}', flush=True)
        except (KeyError, ValueError, TypeError) as problem:
            print(json.dumps({"error": str(problem)}), flush=True)


def main():
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="attacks: " + "; ".join(f"{k}: {v}" for k, v in KINDS.items())
                                     + ". acts: " + ", ".join(ACTS))
    parser.add_argument("--identity", type=int, default=1)
    parser.add_argument("--script", default="neutral:0.8,turn-left:1.6,blink:1.2,come-closer:1.8,neutral:0.4")
    parser.add_argument("--attack", default="", choices=["", *KINDS])
    parser.add_argument("--seed", type=int, default=0, help="of room, light and habits")
    parser.add_argument("--fps", type=float, default=10)
    parser.add_argument("--seamless", action="store_true", help="each act begins and ends in the same pose")
    parser.add_argument("--version", action="store_true", help="print a hash of what decides the pictures")
    parser.add_argument("--size", default="640x480")
    parser.add_argument("--quality", type=float, default=1.0, help="supersampling; 1.5 is finer and twice as slow")
    parser.add_argument("--picture", help="one picture at a pose: yaw, pitch, roll, closed, distance, x, y, smile")
    parser.add_argument("--out")
    parser.add_argument("--serve", action="store_true")
    arguments = parser.parse_args()
    if arguments.version:
        return print(version())
    if arguments.serve:
        return serve()
    if not arguments.out:
        parser.error("--out is missing")
    try:
        picture(arguments) if arguments.picture is not None else film(arguments)
    except ValueError as problem:
        parser.error(str(problem))


if __name__ == "__main__":
    main()
