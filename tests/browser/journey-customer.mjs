// SPDX-License-Identifier: Apache-2.0
// The customer's side in a real browser, as section by section a person goes through it: search, phone, consent, card, face, details,
// (review), password, passkey, first money, three payments, receipt, history, statement, and the next day on another device; with
// reload, back button and a double tap on every button.
//   node tests/browser/journey-customer.mjs http://localhost:8080 --identity 01 --phone 16400002001 --bound-account NUMBER
//     [--payee PHONE:PASSWORD] [--pictures DIR] [--elder] [--english] [--short] [--review-seconds 60]
// --short leaves out the reloads, the other devices and the second half of the payments. Where the table asks for a teller, whoever
// runs the workbench decides; the program waits for it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeCamera } from './fake-camera.mjs';
import { signInByPassword } from './lib/customer.mjs';
import {
  addAuthenticator, addPasskey, agree, begin, choosePassword, confirmCard, fillDetails, findService, giveCard, openAccount, orderPayment, prove, provePhone,
  seesBalance, showFace, shownBalance, signIn, tap, topUp,
} from './lib/opening.mjs';
import { base, browser, device, expect, flag, institution, option, part, settings, step } from './lib/run.mjs';

const reviewMs = Number(option('--review-seconds', '60')) * 1000;
const short = flag('--short');
const folder = join(import.meta.dirname, '../data/identities', option('--identity', '01'));
const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
const phone = option('--phone', '16400002001');
const password = 'Celadon-rain-2026';
const [payeePhone, payeePassword] = option('--payee', '16400000002:Yungui-2026').split(':');
const words = settings.language === 'en' ? 'I want to open an account' : '我想开个户';
const submit = (page) => page.locator('main form button[type=submit]');
/** What the table of proofs asks for, by amount. */
const payments = [
  { amount: '12.50', asks: 'password' },
  { amount: '1500', asks: 'sms' },
  { amount: '6000', asks: 'passkey' },
].slice(0, short ? 2 : 3);
const broughtIn = '9000';
const fen = (amount) => Math.round(Number(amount) * 100);

const began = Date.now();
const camera = await FakeCamera.make({ identity: truth.identity });
let page = await device({ camera, motion: true });
let payee;

async function open() {
  await findService(page, base, words);
  await step('the search finds the service', page);
  const id = await begin(page, base, phone);
  await step('the phone is proven and the case begun', page);

  if (!short) {
    await page.reload();
    expect(page.url().endsWith(id), 'a reload loses the case');
    await page.goBack();
    await page.goForward();
  }
  await agree(page);
  await step('consent comes before card and face', page);

  await giveCard(page, join(folder, 'front.jpg'), join(folder, 'back.jpg'));
  await step('both sides of the card are read', page);
  if (!short) {
    await page.reload();
    await page.getByLabel(/^(姓名|Name)/).waitFor();
    expect((await page.getByLabel(/^(公民身份号码|ID number)/).inputValue()) === truth.number, 'a reload loses what was read of the front');
    expect((await page.getByLabel(/^(签发机关|Issued by)/).inputValue()) !== '', 'a reload loses what was read of the back');
    await step('a reload keeps what was read');
  }
  await confirmCard(page, truth);
  await page.locator('.mirror').waitFor();
  await step('the card is confirmed');

  let face = await showFace(page);
  for (let tries = 1; face === 'failed' && tries < 3; tries++) face = await showFace(page);
  expect(face === 'passed', 'the face check failed three times');
  await page.locator('input[type=radio][value="2"]').waitFor({ timeout: 30_000 });
  await step('the face is shown', page);

  if (!short) {
    // The next day, on another device: the phone is proven anew, and the case stands where it was.
    await page.context().close();
    page = await device({ camera, motion: true });
    await page.goto(`${base}/cases/${id}`);
    await provePhone(page, base, phone);
    await page.locator('input[type=radio][value="2"]').waitFor();
    await step('the next day it goes on, on another device', page);
  }
  const given = { bank: '他行（沙箱）', account: option('--bound-account'), phone };
  await fillDetails(page, given);
  if (!short) {
    await page.reload();
    await page.getByLabel(/绑定账户账号|Number of the bound/).waitFor();
    await page.waitForTimeout(300);
    expect((await page.getByLabel(/常住地址|Where you live/).inputValue()) !== '', 'a reload loses what was typed');
    // Numbers are not kept in a browser that others may use.
    await fillDetails(page, given);
  }
  await step('the details are filled in', page);
  await tap(submit(page));
  await page.locator('input[autocomplete=new-password], .result, .waiting').first().waitFor({ timeout: 30_000 });
  if (await page.locator('.waiting').count()) await step('the application is looked at', page);
  await page.locator('input[autocomplete=new-password], .result').first().waitFor({ timeout: reviewMs });
  expect((await page.locator('.result').count()) === 0, 'the account was not opened');
  await step('the account may be opened');

  await addAuthenticator(page);
  await choosePassword(page, password);
  await page.waitForFunction(() => !document.querySelector('input[autocomplete=new-password]'));
  await step('the password is set', page);
  await addPasskey(page);
  await page.locator('.result').waitFor({ timeout: 20_000 });
  await step('the account is open', page);
}

/** The account page's address and what it shows, brought up to the first money. */
async function bringIn() {
  await signIn(page, base, { phone, password });
  const account = await openAccount(page, base);
  expect((await shownBalance(page)) === 0, 'a new account holds money');
  await step('signed in, the account is empty', page);
  await topUp(page, base, account, broughtIn);
  await step('the first money has arrived', page);
  await page.goto(base + account);
  await seesBalance(page, fen(broughtIn));
  return account;
}

/** Payments, each seen by both on pages that stay open and are never loaded again. */
async function pay(account) {
  payee = await device({ motion: true });
  await signInByPassword(payee.context(), base, { institution, phone: payeePhone, password: payeePassword });
  await openAccount(payee, base);
  let theirs = await shownBalance(payee);
  const own = await page.context().newPage();
  await own.goto(base + account);
  let ours = await shownBalance(own);
  await own.evaluate(() => (window.neverLoadedAgain = true));
  await payee.evaluate(() => (window.neverLoadedAgain = true));
  let transfer = '';
  for (const { amount, asks } of payments) {
    await page.bringToFront();
    const asked = await orderPayment(page, base, { to: payeePhone, amount });
    expect(asked.method === asks, `a payment of ${amount} asks for ${asked.method}, not ${asks}`);
    await step(`a payment of ${amount} asks for ${asks}`, page);
    transfer = await prove(page, base, asked, { password, phone, names: amount });
    theirs += fen(amount);
    ours -= fen(amount);
    const [payeeMs, payerMs] = await Promise.all([seesBalance(payee, theirs), seesBalance(own, ours)]);
    for (const one of [own, payee]) expect(await one.evaluate(() => window.neverLoadedAgain === true), 'a page was loaded again');
    await step(`paid; both open pages show it, ${Math.max(payeeMs, payerMs)} ms after the receipt`, page);
  }
  await step('what the payee sees', payee);
  await own.close();
  return { transfer, ours };
}

/** Receipt, history, statement; and that nothing was done twice. */
async function lookBack(account, { transfer, ours }) {
  await page.goto(`${base}/receipts/${transfer}`);
  await page.locator('.paper dl').waitFor();
  await page.goto(base + account);
  await page.locator('a[href*="/entries/"]').first().waitFor();
  expect((await page.locator('a[href*="/entries/"]').count()) === payments.length + 1, 'the history is not what was done');
  expect((await shownBalance(page)) === ours, 'the balance is not what is left');
  await step('the history has each of them once', page);
  await page.goto(`${base}${account}/statement`);
  await page.locator('a[href*="/entries/"]').first().waitFor();
  expect((await page.locator('a[href*="/entries/"]').count()) === payments.length + 1, 'the statement is not what was done');
  await step('the statement', page);
  const { items } = await (await page.context().request.get(`${base}/v1/cases`)).json();
  expect(items.length === 1, `${items.length} cases were begun by double taps`);
}

async function nextDay(account, { ours }) {
  await page.context().close();
  page = await device({ motion: true });
  await signIn(page, base, { phone, password });
  await step('signed in the next day on another device', page);
  await page.goto(base + account);
  expect((await shownBalance(page)) === ours, 'another device shows another balance');
  await page.locator('a[href*="/entries/"]').first().click();
  await page.waitForURL(/\/entries\//);
  await page.goBack();
  await page.waitForURL((url) => url.pathname === account);
  await page.goto(`${base}/messages`);
  await page.locator('main li').first().waitFor();
  await step('the messages', page);
  const own = settings.language === 'en' ? /Your account|left your account/ : /您/;
  expect(own.test(await page.locator('main').innerText()), 'the messages are not in the customer’s language');
}

const well = await part('the journey', () => page, async () => {
  await open();
  const account = await bringIn();
  const paid = await pay(account);
  await lookBack(account, paid);
  if (!short) await nextDay(account, paid);
});
if (well) console.log(`journey done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
await browser.close();
