// SPDX-License-Identifier: Apache-2.0
// The customer's side in a real browser: search, phone, card, face, details, (review), password, passkey, payments; with reload, back,
// another device and double taps on the way.
//   node tests/browser/journey-customer.mjs http://localhost:8080 [--pictures DIR]
// The review in the middle is done by whoever runs the workbench; this test waits for it up to --review-seconds (default 60).
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeCamera } from './fake-camera.mjs';
import { launch } from './lib/tools.mjs';
import { settled, useSettings } from './lib/customer.mjs';
import { addAuthenticator, addPasskey, begin, choosePassword, confirmCard, findService, giveCard, giveDetails, orderPayment, prove, provePhone, showFace } from './lib/opening.mjs';

const base = (process.argv[2] ?? 'http://localhost:8080').replace(/\/$/, '');
const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
const pictures = option('--pictures');
const reviewMs = Number(option('--review-seconds', '60')) * 1000;
const identity = option('--identity', '01');
const folder = join(import.meta.dirname, '../data/identities', identity);
const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
const phone = option('--phone', `1649${String(Date.now()).slice(-7)}`);
const password = 'Celadon-rain-2026';
const institution = option('--institution', 'yunchuan');
if (pictures) mkdirSync(pictures, { recursive: true });

let number = 0;
const began = Date.now();
let last = began;
const browser = await launch();
const camera = await FakeCamera.make({ identity: truth.identity });

async function step(page, name) {
  await settled(page);
  if (pictures) await page.screenshot({ path: join(pictures, `${String(++number).padStart(2, '0')}-${name}.png`), fullPage: true });
  console.log(`ok  ${name}  ${((Date.now() - last) / 1000).toFixed(1)} s`);
  last = Date.now();
}

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

async function device() {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  await useSettings(context, { language: 'zh', mode: 'standard', theme: 'light', size: 'normal' });
  await context.addInitScript((code) => localStorage.setItem('yungui.institution', code), institution);
  await camera.install(context);
  return context.newPage();
}

let page = await device();
try {
  await findService(page, base);
  await step(page, 'service-found');
  const id = await begin(page, base, phone);
  await step(page, 'case-begun');

  await page.reload();
  expect(page.url().endsWith(id), 'a reload loses the case');
  await page.goBack();
  await page.goForward();
  await page.locator('input[type=file]').first().waitFor({ state: 'attached' });
  await step(page, 'reload-and-back-kept-it');

  await giveCard(page, join(folder, 'front.jpg'), join(folder, 'back.jpg'));
  await step(page, 'card-read');
  await confirmCard(page, truth);
  await page.locator('.mirror').waitFor();

  // The next day, on another device: the phone is proven anew, and the case stands where it was.
  await page.context().close();
  page = await device();
  await page.goto(`${base}/cases/${id}`);
  await provePhone(page, base, phone);
  await page.locator('.mirror').waitFor();
  await step(page, 'gone-on-with-elsewhere');

  let face = await showFace(page);
  for (let tries = 1; face === 'failed' && tries < 3; tries++) face = await showFace(page);
  expect(face === 'passed', 'the face check failed three times');
  await page.locator('input[type=radio][value="2"]').waitFor({ timeout: 30_000 });
  await step(page, 'face-shown');

  await giveDetails(page, { bank: '云岭商业银行', account: option('--bound-account', '9988000000000000213'), phone });
  await page.locator('input[autocomplete=new-password], .waiting, .result').first().waitFor({ timeout: 30_000 });
  await step(page, 'applied');
  await page.locator('input[autocomplete=new-password], .result').first().waitFor({ timeout: reviewMs });
  expect((await page.locator('.result').count()) === 0, 'the account was not opened');
  await step(page, 'reviewed');

  await addAuthenticator(page);
  await choosePassword(page, password);
  await page.waitForFunction(() => !document.querySelector('input[autocomplete=new-password]'));
  await step(page, 'password-set');
  await addPasskey(page);
  await page.locator('.result').waitFor({ timeout: 20_000 });
  await step(page, 'account-open');
  console.log(`journey done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
} catch (error) {
  if (pictures) await page.screenshot({ path: join(pictures, 'failed.png'), fullPage: true }).catch(() => undefined);
  console.error(`FAILED at ${page.url()}: ${error.message.split('\n')[0]}`);
  process.exitCode = 1;
}
if (option('--pay-as') && !process.exitCode) {
  // Payments of somebody who holds a Class I account already: small, middle, large.
  const [payer, secret] = option('--pay-as').split(':');
  page = await device();
  try {
    await page.goto(`${base}/sign-in?for=customer`);
    await page.locator('input[type=tel]').fill(payer);
    await page.locator('input[type=password]').fill(secret);
    await page.locator('main form button[type=submit]').click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    for (const amount of (option('--amounts', '12.50,800')).split(',')) {
      const asked = await orderPayment(page, base, { to: option('--pay-to', '16400000002'), amount });
      await step(page, `pay-${amount}-asks-${asked.method}`);
      await prove(page, base, asked, { password: secret, phone: payer });
      await step(page, `paid-${amount}`);
    }
  } catch (error) {
    if (pictures) await page.screenshot({ path: join(pictures, 'failed.png'), fullPage: true }).catch(() => undefined);
    console.error(`FAILED at ${page.url()}: ${error.message.split('\n')[0]}`);
    process.exitCode = 1;
  }
}
await browser.close();
