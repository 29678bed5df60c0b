// SPDX-License-Identifier: Apache-2.0
// The journey to be looked at: a customer opens an account from home, a teller looks, the first money comes, somebody is paid.
//   node tests/browser/demo.mjs http://localhost:8080 --pictures build/demo
// One line a step with its time; tests/browser/demo.py runs it against a bank of its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeCamera } from './fake-camera.mjs';
import { settled, signInByPassword } from './lib/customer.mjs';
import {
  addAuthenticator, addPasskey, agree, begin, choosePassword, confirmCard, fillDetails, findService, giveCard, openAccount, orderPayment, prove, seesBalance,
  showFace, shownBalance, signIn, tap, topUp,
} from './lib/opening.mjs';
import { base, browser, device, expect, institution, part, step } from './lib/run.mjs';
import { signInStaff } from './lib/workbench.mjs';

const identity = '01';
const folder = join(import.meta.dirname, '../data/identities', identity);
const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
const phone = '16400002001';
const bound = '9988000000000002011';
const password = 'Celadon-rain-2026';
const payeePhone = '16400000002';
const submit = (page) => page.locator('main form button[type=submit]');
let page;

async function open() {
  page = await device({ camera: await FakeCamera.make({ identity: truth.identity }), motion: true });
  await page.goto(base);
  await step('The bank on the phone', page);
  await findService(page, base);
  await step('“我想开个户” finds the service', page);
  await begin(page, base, phone);
  await step('The phone is proven by a code; consent is asked first', page);
  await agree(page);
  await giveCard(page, join(folder, 'front.jpg'), join(folder, 'back.jpg'));
  await step('Both sides of the ID card are read', page);
  // She moved: what the card says is changed, and so a teller looks.
  await page.getByLabel(/^住址/).fill(`${truth.address}（已迁）`);
  await confirmCard(page, truth);
  await page.locator('.mirror').waitFor();
  await step('The face is asked for', page);
  let face = await showFace(page);
  for (let tries = 1; face === 'failed' && tries < 3; tries++) face = await showFace(page);
  expect(face === 'passed', 'the face check failed three times');
  await page.locator('input[type=radio][value="2"]').waitFor({ timeout: 30_000 });
  await step('Turned, blinked, came closer: a living face, and the card’s', page);
  await fillDetails(page, { bank: '他行（沙箱）', account: bound, phone });
  await step('The details of a Class II account', page);
  await tap(submit(page));
  await page.locator('.waiting').waitFor({ timeout: 30_000 });
  await step('The other bank confirmed the account; a teller is asked', page);
}

async function review() {
  const teller = await device({ width: 1280, height: 860, motion: true });
  await signInStaff(teller, base, 'yc.teller3');
  await teller.goto(`${base}/staff/tasks`);
  const task = teller.getByRole('link', { name: '开户审核' }).first();
  await task.waitFor();
  await step('The teller’s tasks', teller);
  await task.click();
  await teller.getByRole('button', { name: '领取任务', exact: true }).click();
  await teller.getByRole('button', { name: '同意开户' }).first().waitFor();
  await teller.waitForTimeout(600);
  await step('Card, face, scores and the partners’ answers side by side', teller);
  await teller.getByRole('button', { name: '同意开户' }).first().click();
  await teller.locator('form.questions button[type=submit]').click();
  await page.locator('input[autocomplete=new-password]').first().waitFor({ timeout: 20_000 });
  await step('The teller opens the account', teller);
  await teller.context().close();
}

async function secure() {
  await addAuthenticator(page);
  await step('The phone goes on by itself: a password', page);
  await choosePassword(page, password);
  await page.waitForFunction(() => !document.querySelector('input[autocomplete=new-password]'));
  await step('A passkey', page);
  await addPasskey(page);
  await page.locator('.result').waitFor({ timeout: 20_000 });
  await step('The account is open', page);
}

async function money() {
  await signIn(page, base, { phone, password });
  const account = await openAccount(page, base);
  await topUp(page, base, account, '9000');
  await step('The first money has come from the bound account', page);
  const payee = await device({ motion: true });
  await signInByPassword(payee.context(), base, { institution, phone: payeePhone, password: 'Yungui-2026' });
  await openAccount(payee, base);
  let theirs = await shownBalance(payee);
  for (const [amount, by] of [['12.50', 'a password'], ['1500', 'a code that names payee and amount'], ['6000', 'a passkey bound to both']]) {
    const asked = await orderPayment(page, base, { to: payeePhone, amount });
    await step(`${amount}: proven by ${by}`, page);
    await prove(page, base, asked, { password, phone, names: amount });
    theirs += Math.round(Number(amount) * 100);
    await step(`Paid; the payee’s open page showed it in ${await seesBalance(payee, theirs)} ms`, page);
  }
  await step('The payee’s account', payee);
  await page.goto(base + account);
  await step('The history', page);
  await page.goto(`${base}${account}/statement`);
  await settled(page);
  await step('The statement', page);
}

await part('the demonstration', () => page, async () => {
  await open();
  await review();
  await secure();
  await money();
});
await browser.close();
