// SPDX-License-Identifier: Apache-2.0
// The browser tests' tools, taken from the web workspace so that there is one lock file.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../web/package.json', import.meta.url));
export const { chromium } = require('playwright-core');
/** axe itself: its builder for Playwright opens a page more for each look. */
export const axeSource = createRequire(require.resolve('@axe-core/playwright'))('axe-core').source;

/** Debian's Chromium; `args` are added, for example a fake camera's. */
export function launch(args = []) {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', ...args] });
}
