# SPDX-License-Identifier: Apache-2.0
"""What a stopped soak has ended well already, so that the next one goes on behind it."""
import functools
import hashlib
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACE = ROOT / "build/soak"


@functools.cache
def state():
    """The project as it stands: what is committed and what is not. Anything changed begins a soak anew."""
    git = lambda *words: subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout  # noqa: E731
    return hashlib.sha256(git("rev-parse", "HEAD^{tree}") + git("diff", "HEAD")).hexdigest()[:12]


class Part:
    """A part of a soak, with what it printed. `kept` is that text where the part has ended well in this state of the project, else None."""

    def __init__(self, name):
        self.mark = PLACE / f"{name.replace('/', '-').replace(' ', '-')}.{state()}"
        self.kept = self.mark.read_text() if self.mark.exists() else None

    def ended_well(self, text):
        PLACE.mkdir(parents=True, exist_ok=True)
        before = self.mark.with_suffix(".part")
        before.write_text(text)
        before.rename(self.mark)
