// SPDX-License-Identifier: Apache-2.0
// The browser tests' tools, taken from the web workspace so that there is one lock file.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../web/package.json', import.meta.url));
export const { chromium } = require('playwright-core');
export const { AxeBuilder } = require('@axe-core/playwright');

/** Debian's Chromium; `args` are added, for example a fake camera's. */
export function launch(args = []) {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', ...args] });
}
