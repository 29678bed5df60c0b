// SPDX-License-Identifier: Apache-2.0
// A page held to the rules of accessibility as it stands in the middle of a journey.
import { settled } from './customer.mjs';
import { expect, step } from './run.mjs';
import { axeSource } from './tools.mjs';

const rules = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] };

/** The page at rest breaks none of axe's rules and does not scroll sideways; a step of the journey with its picture. */
export async function accessible(page, what) {
  await settled(page);
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((asked) => window.axe.run(document, asked), rules);
  expect(violations.length === 0, `${what}: ${violations.map((one) => `${one.id} ${one.nodes[0].html}`).join('; ')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide <= 0, `${what} scrolls sideways by ${wide} px`);
  await step(what, page);
}
