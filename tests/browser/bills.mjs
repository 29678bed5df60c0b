// SPDX-License-Identifier: Apache-2.0
// Bills and vouchers as a customer meets them: a voucher claimed, a bill found by the first letters of its pinyin, looked up, paid with
// the voucher and a proof, its receipt; and a number that the biller does not know.
//   node tests/browser/bills.mjs http://localhost:8080 [--phone 16400000011] [--pictures DIR] [--elder] [--english] [--dark]
import { accessible } from './lib/accessible.mjs';
import { codeFor, signInByPassword } from './lib/customer.mjs';
import { base, browser, device, expect, flag, institution, option, part, step } from './lib/run.mjs';

const page = await device({ width: Number(option('--width', '390')) });
const phone = option('--phone', '16400000011');
const begun = Date.now();
const english = flag('--english');
const number = `2${String(Date.now()).slice(-9)}`;
const action = () => page.locator('main button.primary, main button[type=submit]').last();

await part('bills', () => page, async () => {
  await signInByPassword(page.context(), base, { institution, phone, password: 'Yungui-2026' });
  await page.goto(`${base}/campaigns`);
  const campaign = page.locator('article').filter({ hasText: english ? 'Winter' : '冬暖' });
  await campaign.waitFor();
  if (await campaign.getByRole('button').count()) await campaign.getByRole('button').click();
  await campaign.locator('.note.good').waitFor();
  await accessible(page, 'a voucher is claimed');

  await page.goto(`${base}/bills`);
  await page.locator('.categories').waitFor();
  await accessible(page, 'the bill hall');
  await page.getByRole('searchbox').fill('btsf');
  await page.locator('a[href="/bills/items/tap-water.yunchuan.baita"]').waitFor();
  await accessible(page, 'found by first letters');

  await page.locator('a[href="/bills/items/tap-water.yunchuan.baita"]').click();
  await page.locator('main form input:not([type=search])').waitFor();
  await page.locator('main form input:not([type=search])').fill('12');
  await action().click();
  await page.locator('.error').first().waitFor();
  await page.locator('main form input:not([type=search])').fill('900000000000');
  await accessible(page, 'the form of an item');
  await action().click();
  await page.locator('.note.attention').waitFor();
  await accessible(page, 'a number that the biller does not know');
  await page.locator('main a.button').click();
  await page.locator('main form input:not([type=search])').fill(number);
  await action().click();
  await page.locator('main dl').waitFor();
  await accessible(page, 'what is due');
  const choice = page.locator('main fieldset').last().locator('label').nth(1);
  if (await choice.count()) await choice.click();
  await action().click();
  await page.locator('main form input:not([type=search])').waitFor();
  // More than 200 yuan is proven by a code.
  const code = (await page.locator('input[type=password]').count()) === 0;
  await page.locator('main form input:not([type=search])').fill(code ? await codeFor(page.context(), base, phone, begun) : 'Yungui-2026');
  await accessible(page, 'the proof');
  if (await action().isVisible()) await action().click().catch(() => undefined); // A whole code is sent by itself.
  await page.locator('.note.good').waitFor({ timeout: 15_000 });
  await accessible(page, 'the receipt');
});
await browser.close();
