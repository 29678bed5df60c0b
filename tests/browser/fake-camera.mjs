// SPDX-License-Identifier: Apache-2.0
// A camera for browser tests: a synthetic head, or an attack on its owner, that does what the page asks.
//
//   const camera = await FakeCamera.make({ identity: 1 });            // films the acts once, then from .cache/faces
//   const context = await browser.newContext();
//   await camera.install(context);                                    // before the page is opened
//
// In the page getUserMedia({video}) then gives a canvas stream. The page marks what it asks for by an attribute,
// <p data-challenge="turn-left">; the camera sees the change, waits a person's moment and plays the act, again after a
// pause while the same challenge stands. `camera.act(page, "blink")` plays an act unasked.
//
// Chromium's own --use-file-for-fake-video-capture loops one file and cannot answer a random order of challenges; it
// serves for a replayed recording only (tools/synthetic/head.py writes the .mjpeg).
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const python = process.env.YUNGUI_PYTHON ?? "/usr/bin/python3";
const headProgram = join(root, "tools", "synthetic", "head.py");
const cache = process.env.YUNGUI_FACES ?? join(root, ".cache", "faces");

/** Seconds of each act as filmed. */
export const actSeconds = { neutral: 3, "turn-left": 1.8, "turn-right": 1.8, blink: 1.4, "come-closer": 2 };
const framesPerSecond = 10;
const tapeScript = "neutral:0.8,come-closer:1.8,turn-right:1.6,neutral:0.5,blink:1.2,turn-left:1.6,neutral:0.7";

function head(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [headProgram, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "", err = "";
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (err += d));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(out.trim()) : reject(new Error(`head.py: ${err.trim()}`))));
  });
}

async function filmed(folder, ...args) {
  if (!existsSync(join(folder, "frames.json"))) {
    const draft = `${folder}.${process.pid}`;
    await mkdir(dirname(folder), { recursive: true });
    await head(...args, "--fps", String(framesPerSecond), "--out", draft);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  }
  const names = (await readdir(folder)).filter((n) => n.endsWith(".jpg")).sort();
  return Promise.all(names.map(async (n) => (await readFile(join(folder, n))).toString("base64")));
}

/** Runs in the page: replaces getUserMedia by a canvas fed with the frames of acts. */
function inPage({ actNames, framesPerSecond, answers }) {
  if (!navigator.mediaDevices) return;
  const clips = new Map();
  let playing = { act: "neutral", from: 0 }, asked = "", due = Infinity, canvas = null;

  async function clip(act) {
    const frames = await window.__fakeCameraFrames(act);
    const bitmaps = await Promise.all(frames.map((text) => {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      return createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
    }));
    clips.set(act, bitmaps);
  }

  function start(act) {
    playing = { act, from: performance.now() };
  }

  function watch(now) {
    const shown = document.querySelector("[data-challenge]")?.getAttribute("data-challenge") ?? "";
    if (shown !== asked) {
      asked = shown;
      due = actNames.includes(shown) && shown !== "neutral" ? now + 450 : Infinity;
    }
    if (playing.act === "neutral" && now >= due) {
      start(asked);
      due = Infinity;
    }
  }

  function draw() {
    const now = performance.now();
    if (answers) watch(now);
    const frames = clips.get(playing.act);
    let at = Math.max(0, Math.floor(((now - playing.from) / 1000) * framesPerSecond));
    if (playing.act === "neutral") {
      const turn = 2 * frames.length - 2;  // To and fro, so that there is no jump.
      at %= turn;
      if (answers && at >= frames.length) at = turn - at;
      else if (!answers) at %= frames.length;
    } else if (at >= frames.length) {
      if (asked === playing.act) due = now + 700;
      start("neutral");
      at = 0;
    }
    const frame = clips.get(playing.act)[at];
    const t = now / 1000;  // A hand-held phone's drift: no two pictures are the same.
    const scale = 1.012 + 0.004 * Math.sin(t * 1.7) + 0.002 * Math.sin(t * 4.1);
    const x = 1.6 * Math.sin(t * 1.3) + 0.7 * Math.sin(t * 5.3), y = 1.3 * Math.sin(t * 1.9 + 1) + 0.6 * Math.sin(t * 4.7);
    const pen = canvas.getContext("2d", { alpha: false });
    pen.setTransform(scale, 0, 0, scale, (canvas.width * (1 - scale)) / 2 + x, (canvas.height * (1 - scale)) / 2 + y);
    pen.drawImage(frame, 0, 0);
  }

  async function open(constraints) {
    if (!constraints?.video) throw new DOMException("the fake camera has no microphone", "NotFoundError");
    if (!canvas) {
      await Promise.all(actNames.map(clip));
      canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [640, 480];
      start("neutral");
      draw();
      setInterval(draw, 50);
    }
    return canvas.captureStream(20);
  }

  navigator.mediaDevices.getUserMedia = open;
  navigator.mediaDevices.enumerateDevices = async () => [
    { kind: "videoinput", deviceId: "synthetic", groupId: "", label: "synthetic camera", toJSON() { return this; } }];
  window.__fakeCamera = { act: start, playing: () => playing.act };
}

export class FakeCamera {
  /** Films the acts, or takes them from the cache. attack: "" or a kind that `head.py --help` lists. */
  static async make({ identity = 1, attack = "", seed = 0 } = {}) {
    const camera = new FakeCamera();
    const folder = join(cache, await head("--version"), [identity, attack || "genuine", seed].join("-"));
    const who = ["--identity", String(identity), "--seed", String(seed), ...(attack ? ["--attack", attack] : [])];
    camera.answers = attack !== "replay" && attack !== "replay-direct";
    camera.clips = new Map();
    if (camera.answers) {
      for (const [act, seconds] of Object.entries(actSeconds)) {
        const script = ["--script", `${act}:${seconds}`, "--seamless"];
        camera.clips.set(act, await filmed(join(folder, act), ...who, ...script));
      }
    } else {
      camera.clips.set("neutral", await filmed(join(folder, "tape"), ...who, "--script", tapeScript));
    }
    return camera;
  }

  /** Gives every page of a Playwright context this camera. */
  async install(context) {
    await context.exposeFunction("__fakeCameraFrames", (act) => this.clips.get(act) ?? []);
    await context.addInitScript(inPage, { actNames: [...this.clips.keys()], framesPerSecond, answers: this.answers });
  }

  /** Plays an act once, unasked. */
  async act(page, act) {
    await page.evaluate((name) => window.__fakeCamera.act(name), act);
  }
}
