// SPDX-License-Identifier: Apache-2.0
// What a browser program needs: its options, steps with times and pictures, devices, and a word on how it ended.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { settled, useSettings } from './customer.mjs';
import { launch } from './tools.mjs';

export const base = (process.argv[2] ?? 'http://localhost:8080').replace(/\/$/, '');
export const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
export const flag = (name) => process.argv.includes(name);
export const institution = option('--institution', 'yunchuan');
const pictures = option('--pictures');
if (pictures) mkdirSync(pictures, { recursive: true });

export const settings = {
  language: flag('--english') ? 'en' : 'zh',
  mode: flag('--elder') ? 'elder' : 'standard',
  theme: flag('--dark') ? 'dark' : 'light',
  size: 'normal',
};
export const browser = await launch();

let number = Number(option('--first-picture', '0'));
let last = Date.now();
/** Faults that pages reported by themselves; no journey may leave one. */
const faults = [];

/** A phone of its own: nothing is kept from another. `camera` films whoever sits before it; `motion`: its owner has not asked for less. */
export async function device({ camera, width = 390, height = 844, motion = false, ...changed } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: motion ? 'no-preference' : 'reduce' });
  await useSettings(context, { ...settings, ...changed });
  await context.addInitScript((code) => localStorage.setItem('yungui.institution', code), institution);
  await camera?.install(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
  return page;
}

export async function picture(page, name) {
  if (pictures) await page.screenshot({ path: join(pictures, `${String(++number).padStart(2, '0')}-${name}.png`), fullPage: true });
}

/** Says that a step is done, with its time; a picture of the page where one is given. */
export async function step(name, page) {
  if (page) {
    await settled(page);
    await picture(page, name.replace(/[^a-z0-9.]+/gi, '-'));
  }
  console.log(`ok ${name} (${((Date.now() - last) / 1000).toFixed(1)} s)`);
  last = Date.now();
}

export function expect(holds, what) {
  if (!holds) throw new Error(what);
}

/** Runs a part of a program; a failure ends the part, with a picture, and makes the program's end a bad one. */
export async function part(name, pages, work) {
  try {
    await work();
    if (faults.length) throw new Error(`a page reported: ${faults.splice(0).join(' | ')}`);
    return true;
  } catch (error) {
    const page = pages();
    if (page && pictures) await page.screenshot({ path: join(pictures, `failed-${name.replace(/\W+/g, '-')}.png`), fullPage: true }).catch(() => undefined);
    console.log(`not ok ${name}: ${error.message.split('\n')[0]} at ${page?.url() ?? ''}`);
    console.error(error.stack);
    process.exitCode = 1;
    last = Date.now();
    return false;
  }
}
