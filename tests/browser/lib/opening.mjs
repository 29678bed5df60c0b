// SPDX-License-Identifier: Apache-2.0
// The customer's ways through the page, as a person takes them; each function is one step, so that tests can break off between any two.
import { codeFor } from './customer.mjs';

const next = (page) => page.locator('main form button[type=submit]');

/** A person's double tap on a button: it must do what one tap does. Waits until a double tap before it is over. */
export async function tap(button) {
  await button.waitFor();
  await button.page().waitForTimeout(410);
  await button.dblclick();
}

/** From the search box to the service's page. */
export async function findService(page, base, words = '我想开个户') {
  await page.goto(base);
  const search = page.locator('form[role=search] input');
  const services = page.locator('main a[href="/services"]');
  await search.or(services).first().waitFor();
  // Elder mode's home has one large way to each thing; the search stands among the services.
  if (!(await search.count())) await services.first().click();
  await search.fill(words);
  await page.keyboard.press('Enter');
  await page.locator('a.row[href^="/services/"]').first().click();
  await page.waitForURL(/\/services\//);
}

/** On the sign-in page: phone, code from the handset. */
export async function provePhone(page, base, phone) {
  const since = Date.now();
  await page.locator('input[type=tel]').fill(phone);
  const code = page.locator('input[autocomplete=one-time-code]');
  // A second code within a minute is refused; a person waits and asks again.
  for (let tries = 0; tries < 16 && !(await code.isVisible()); tries++) {
    await tap(next(page));
    await code.waitFor({ timeout: 5000 }).catch(() => undefined);
  }
  await code.waitFor({ timeout: 1000 });
  await page.locator('input[autocomplete=one-time-code]').fill(await codeFor(page.context(), base, phone, since));
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** From a service's page into its case; proves the phone on the way where that is asked. Answers the case's id. */
export async function begin(page, base, phone) {
  await tap(page.locator('main button.primary'));
  await page.waitForURL(/\/(sign-in|cases)/);
  if (page.url().includes('/sign-in')) {
    await provePhone(page, base, phone);
  }
  await page.waitForURL(/\/cases\/[0-9A-Z]{13}$/);
  return page.url().split('/').at(-1);
}

/** Agrees to how card and face are used, before either is asked for. */
export async function agree(page) {
  await page.locator('main input[type=checkbox]').first().waitFor();
  for (const box of await page.locator('main input[type=checkbox]').all()) await box.check();
  await tap(next(page));
  await page.locator('input[type=file]').first().waitFor({ state: 'attached' });
}

/** Both sides of the card from files; waits until both were read. */
export async function giveCard(page, front, back) {
  for (const [side, file] of [['front', front], ['back', back]]) {
    await page.locator(`input[type=file][data-side=${side}]`).setInputFiles(file);
    await page.waitForFunction((which) => document.querySelector(`[data-side=${which}]`)?.closest('section')?.querySelector('.state, [role=alert] .note'), side, { timeout: 60_000 });
  }
}

/** What was read of the card, corrected by the truth where it could not be read, and sent. */
export async function confirmCard(page, truth) {
  const fields = [
    [/^(姓名|Name)/, truth.name],
    [/^(公民身份号码|ID number)/, truth.number],
    [/^(出生日期|Date of birth)/, truth.birth],
    [/^(住址|Address)/, truth.address],
    [/^(签发机关|Issued by)/, truth.issuer],
    [/^(有效期起|Valid from)/, truth.valid_from],
    [/^(有效期至|Valid until)/, truth.valid_until],
  ];
  const read = {};
  for (const [label, value] of fields) {
    const field = page.getByLabel(label);
    read[label.source] = await field.inputValue();
    if (value && !read[label.source]) await field.fill(value);
  }
  await tap(next(page));
  return read;
}

/** Starts the face check and waits for its end: "passed" or "failed". */
export async function showFace(page) {
  await tap(page.locator('main .face button.primary'));
  await page.waitForFunction(() => document.querySelector('.mirror.failed, .mirror.passed') ?? !document.querySelector('.mirror'), undefined, { timeout: 120_000 });
  return (await page.locator('.mirror.failed').count()) ? 'failed' : 'passed';
}

/** The details of a Class II or III account with the agreements; without sending them. */
export async function fillDetails(page, { accountClass = '2', bank, account, phone, address = '云岭省云川市白塔区云柜路100号' }) {
  await page.locator(`input[type=radio][value="${accountClass}"]`).check();
  await page.getByLabel(/开户银行|Bank of the bound/).fill(bank);
  await page.getByLabel(/绑定账户账号|Number of the bound/).fill(account);
  await page.getByLabel(/预留手机号|Phone kept/).fill(phone);
  await page.getByLabel(/^(职业|Occupation)/).selectOption('teacher');
  await page.getByLabel(/常住地址|Where you live/).fill(address);
  await page.getByLabel(/开户用途|What the account is for/).selectOption('daily');
  await page.locator('input[type=radio][value=china]').check();
  for (const box of await page.locator('main input[type=checkbox]').all()) await box.check();
}

export async function giveDetails(page, given) {
  await fillDetails(page, given);
  await tap(next(page));
}

export async function choosePassword(page, password) {
  await page.locator('input[autocomplete=new-password]').nth(0).fill(password);
  await page.locator('input[autocomplete=new-password]').nth(1).fill(password);
  await tap(next(page));
}

/** A virtual authenticator of Chromium's, kept for the page: passkeys without a finger. */
export async function addAuthenticator(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return { session, authenticatorId };
}

export async function addPasskey(page) {
  await tap(page.locator('main button.primary'));
}

/** Signs in by password; waits for the page that comes next. */
export async function signIn(page, base, { phone, password }) {
  await page.goto(`${base}/sign-in?for=customer`);
  await page.locator('input[type=tel]').fill(phone);
  await page.locator('input[type=password]').fill(password);
  await tap(next(page));
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** The first account of whoever is signed in, from the page that lists them; its address. */
export async function openAccount(page, base) {
  await page.goto(`${base}/accounts`);
  await page.locator('main a[href^="/accounts/"]').first().click();
  await page.waitForURL(/\/accounts\/[0-9A-Z]{13}$/);
  return new URL(page.url()).pathname;
}

/** Runs in the page: the balance that an account page shows, in fen, without the hint below it. */
const fenShown = () => Math.round(Number((document.querySelector('.balance .sum')?.firstChild?.textContent ?? '').replace(/[^\d.-]/g, '')) * 100);

/** The balance that an open account page shows, in fen. */
export async function shownBalance(page) {
  await page.locator('.balance .sum').waitFor();
  return page.evaluate(fenShown);
}

/** Waits until an open page shows that balance by itself; answers after how many milliseconds. */
export async function seesBalance(page, fen, timeout = 15_000) {
  const began = Date.now();
  for (;;) {
    const shown = await page.evaluate(fenShown);
    if (shown === fen) return Date.now() - began;
    if (Date.now() - began > timeout) throw new Error(`the open page shows ${shown} fen, not ${fen}`);
    await page.waitForTimeout(50);
  }
}

/** Brings money in from the bound account; waits until it has arrived. */
export async function topUp(page, base, account, amount) {
  await page.goto(`${base}${account}/top-up`);
  await page.locator('input.amount').fill(amount);
  await tap(next(page));
  await page.locator('.list .tag.good').first().waitFor({ timeout: 30_000 });
}

/** Pays up to the page that asks for the proof; answers its method and when it was asked for. */
export async function orderPayment(page, base, { to, amount, purpose }) {
  await page.goto(`${base}/pay`);
  await page.locator('main form input').first().fill(to);
  await tap(next(page));
  await page.locator('input.amount').fill(amount);
  if (purpose) await page.getByLabel(/^(用途|Purpose)/).fill(purpose);
  await tap(next(page));
  await page.waitForURL(/step=confirm/);
  const since = Date.now();
  await tap(page.locator('main button.primary'));
  await page.waitForURL(/step=proof|receipts/);
  if (await page.locator('input[autocomplete=current-password]').count()) return { method: 'password', since };
  return { method: (await page.locator('input[autocomplete=one-time-code]').count()) ? 'sms' : 'passkey', since };
}

/** Gives the proof asked for and waits for the receipt; answers the transfer's id. */
export async function prove(page, base, { method, since }, { password, phone, names }) {
  if (method === 'password') await page.locator('input[autocomplete=current-password]').fill(password);
  // Six digits are sent by themselves.
  if (method === 'sms') await page.locator('input[autocomplete=one-time-code]').fill(await codeFor(page.context(), base, phone, since, names));
  else await tap(next(page));
  await page.waitForURL(/\/receipts\//);
  return new URL(page.url()).pathname.split('/').at(-1);
}
