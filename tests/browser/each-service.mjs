// SPDX-License-Identifier: Apache-2.0
// Every service of the bank's folder from its own page to its end: the form filled in as a person would, the proof, the staff's tasks
// on their page, and what the customer sees then. Every second one in English; with --swap the others.
//   node tests/browser/each-service.mjs http://localhost:8080 --sandbox 8081 --data DIR [--database URL] [--bank DIR] [--pictures DIR] [--swap] [--only CODE,CODE]
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FakeCamera } from './fake-camera.mjs';
import { accessible } from './lib/accessible.mjs';
import { apply, person, staffSession } from './lib/cases.mjs';
import { call, codeFor, settled, signInByPassword, useSettings } from './lib/customer.mjs';
import { walks } from './lib/each-service.mjs';
import { confirmCard, giveCard, showFace } from './lib/opening.mjs';
import { base, browser, device, expect, flag, institution, option, part, settings, step } from './lib/run.mjs';

const services = join(option('--bank', join(import.meta.dirname, '../../banks/demo')), 'services');
const photo = join(import.meta.dirname, '../data/identities/01/front.jpg');
const password = 'Yungui-2026';
const apart = 500; // Two taps further apart than a double tap.
const halfAYear = 184 * 86_400_000_000; // In microseconds; an account that nobody used for so long sleeps.
/** The journey opens accounts. */
const elsewhere = new Set(['account-opening']);

async function press(page, button) {
  await page.waitForTimeout(apart);
  await button.click();
}

/** One sign-in a colleague: an authenticator's code counts once. */
const colleagues = new Map();
async function desk(username, language) {
  if (!colleagues.has(username)) {
    const context = await browser.newContext();
    const session = await staffSession(context, base, username);
    colleagues.set(username, { context, session, cookies: await context.cookies(), pages: new Map() });
  }
  const colleague = colleagues.get(username);
  if (!colleague.pages.has(language)) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
    await useSettings(context, { ...settings, mode: 'standard', language });
    await context.addCookies(colleague.cookies);
    context.setDefaultTimeout(10_000);
    colleague.pages.set(language, await context.newPage());
  }
  return { ...colleague, page: colleague.pages.get(language) };
}

/** The task from the list to its end, on the page; `words` where the outcome asks for some. */
async function work(walk, [, username, code, outcome, words]) {
  const { context, session, page } = await desk(username, walk.language);
  let task;
  for (let tries = 0; !task && tries < 50; tries++) {
    const { items } = await call(context, base, session, 'GET', `/v1/staff/tasks?service=${walk.code}&state=all&limit=100`);
    task = items.find((one) => one.case === walk.case && one.state !== 'done');
    if (!task) await new Promise((done) => setTimeout(done, 200));
  }
  expect(task, `${walk.code}: ${username} finds no task ${code}`);
  await page.goto(`${base}/staff/tasks?service=${walk.code}`);
  await page.locator(`main a[href$="${task.id}"]`).first().click();
  await press(page, page.locator('main aside .el-button--primary').first()); // Claim
  await page.locator('main button.outcome').first().waitFor();
  if (outcome === 'send back') return sendBack(walk, page, code, words);
  if (outcome === 'over limit') return overLimit(walk, page, code);
  const { outcomes } = await call(context, base, session, 'GET', `/v1/staff/tasks/${task.id}`);
  const chosen = outcomes.find((one) => one.code === outcome);
  expect(chosen, `${code} has no outcome ${outcome}`);
  await step(`${walk.code}: the staff's ${code}`, page);
  await press(page, page.locator('main button.outcome').filter({ hasText: chosen.name[walk.language] }).first());
  if (words) await page.locator('main #comment').fill(words);
  await press(page, page.locator('main form.questions button[type=submit]'));
  await page.locator('main button.outcome').first().waitFor({ state: 'detached' });
  await settled(page);
}

/** To the step before, which stands chosen where there is only one; not without a word. */
async function sendBack(walk, page, code, words) {
  await press(page, page.getByRole('button', { name: walk.language === 'en' ? 'Send it back' : '驳回', exact: true }));
  const dialog = page.locator('.el-dialog:visible');
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('.wrong').first().waitFor();
  await dialog.locator('textarea').fill(words);
  await step(`${walk.code}: the staff send back ${code}`, page);
  await press(page, dialog.locator('button[type=submit]'));
  await dialog.waitFor({ state: 'hidden' });
  await settled(page);
}

/** Somebody whose limit is lower than the sum sees so, and gives the task back. */
async function overLimit(walk, page, code) {
  const first = page.locator('main button.outcome').first();
  expect(await first.isDisabled(), `${walk.code}: ${code} is open to who may not grant so much`);
  const why = await page.locator(`#${await first.getAttribute('aria-describedby')}`).innerText();
  expect(/权限|may grant/.test(why), `what is written under it is "${why}"`);
  await step(`${walk.code}: the sum is above a limit`, page);
  await press(page, page.getByRole('button', { name: walk.language === 'en' ? 'Give it back' : '退回任务池', exact: true }));
  await first.waitFor({ state: 'detached' });
}

/** Several entries, each in a card of its own. */
async function answerAll(walk, page, field, entries) {
  const group = page.locator('main .group').filter({ has: page.getByRole('heading', { name: field.label[walk.language] }) });
  for (const [index, entry] of entries.entries()) {
    if ((await group.locator('fieldset.entry').count()) <= index) await press(page, group.locator('button.add'));
    const card = group.locator('fieldset.entry').nth(index);
    for (const [name, given] of Object.entries(entry)) await answer(walk, page, field.fields.find((one) => one.name === name), given, card);
  }
}

/** Types or chooses an answer where the form asks for it, or one of its cards. */
async function answer(walk, page, field, given, within = page.locator('main')) {
  if (given.entries) return answerAll(walk, page, field, given.entries);
  const label = field.label[walk.language];
  const begins = new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
  const at = within.locator('.field').filter({ has: page.locator('legend, label:not(.option)').filter({ hasText: begins }) }).first();
  await at.waitFor();
  const radios = at.locator('input[type=radio]');
  if (given === true) await at.locator('input[type=checkbox]').check();
  else if (given.picture) {
    await at.locator('input[type=file]').setInputFiles(photo);
    await at.locator('.pictures img').first().waitFor();
  } else if (await radios.count()) await (given.nth === undefined ? at.locator(`input[type=radio][value='${given}']`) : radios.nth(given.nth)).check();
  else if (await at.locator('select').count()) await at.locator('select').selectOption(given.nth === undefined ? given : { index: given.nth + 1 });
  else await at.locator('input, textarea').first().fill(await words(walk, page, given));
}

const rows = (sql) => JSON.parse(execFileSync('python3', ['tests/lib/rows.py', option('--data'), option('--database', ''), institution, sql], { encoding: 'utf8' }));

async function words(walk, page, given) {
  if (given.codeTo) return codeFor(page.context(), base, given.codeTo, walk.began);
  if (given.newCard) {
    const [[number]] = rows("select number from card where state = 'ordered'");
    return number.slice(-4);
  }
  return given;
}

/** Both sides of the person's card, what was read of them, and what is written over it. */
async function giveIdCard(walk, page, fields, answers) {
  const { folder, truth } = person(walk.person);
  await giveCard(page, join(folder, 'front.jpg'), join(folder, 'back.jpg'));
  for (const [name, given] of Object.entries(answers)) await page.getByLabel(fields.find((one) => one.name === name).label[walk.language]).fill(given);
  await step(`${walk.code}: the card is read`, page);
  await confirmCard(page, truth);
}

async function giveFace(walk, page) {
  let face = await showFace(page);
  for (let tries = 1; face === 'failed' && tries < 3; tries++) face = await showFace(page);
  expect(face === 'passed', `${walk.code}: the face check failed three times`);
}

async function prove(walk, page) {
  const form = page.locator('main form.proof');
  await form.locator('input').waitFor();
  const byPassword = (await form.locator('input[type=password]').count()) > 0;
  await form.locator('input').fill(byPassword ? password : await codeFor(page.context(), base, walk.phone, walk.asked));
  if (byPassword) await press(page, form.locator('button[type=submit]')); // A code goes by itself.
}

async function give(walk, page, [section, answers]) {
  const { fields, widget } = walk.form.sections.find((one) => one.code === section);
  const current = async () => (await call(page.context(), base, walk.session, 'GET', `/v1/cases/${walk.case}`)).step?.code;
  for (let tries = 0; (await current()) !== section; tries++) {
    expect(tries < 60, `${walk.code} does not come to ${section}, but stands at ${await current()}`);
    await page.waitForTimeout(200);
  }
  walk.asked ??= Date.now();
  if (!answers) return prove(walk, page);
  if (widget === 'id-card') return giveIdCard(walk, page, fields, answers);
  if (widget === 'face') return giveFace(walk, page);
  await page.locator('main form button[type=submit]').waitFor({ timeout: 15_000 });
  if (section === walk.walk[0][0]) await accessible(page, `${walk.code} in ${walk.language}: the form`);
  for (const [name, given] of Object.entries(answers)) await answer(walk, page, fields.find((one) => one.name === name), given);
  walk.asked = Date.now();
  await press(page, page.locator('main form button[type=submit]'));
  for (let tries = 0; (await current()) === section; tries++) {
    const wrong = (await page.locator('main .error, main [role=alert], main .note').allInnerTexts()).filter((one) => one.trim()).join('; ');
    expect(tries < 40 && !wrong, `${section} is not taken: ${wrong}`);
    await page.waitForTimeout(150);
  }
}

/** An audit firm's letter about the company that the customer acts for, as the partner sends it. */
async function letter(number) {
  const body = { notice: `${number}-${Date.now()}`.padEnd(16, '0'), institution, type: 'letter', content: { number, company: '91330999MA0GUI001X', as_of: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10) } };
  const response = await fetch(`http://localhost:${option('--sandbox')}/control/calls/auditor`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ path: '/v1/partner/confirmation-letters', body }),
  });
  const told = await response.json();
  expect(told.body?.status === 'waiting', `the letter is ${JSON.stringify(told)}`);
}

/** Opens an account by card and face, once; answers the camera that films the person. */
const cameras = new Map();
async function cameraOf(holder) {
  if (!cameras.has(holder.identity)) {
    const { context, session, ...opened } = await apply(browser, base, holder, { institution, taxResidence: 'china' });
    expect(opened.case.step?.code === 'password', `the account of ${holder.identity} is not open: ${opened.case.state} ${opened.case.step?.code}`);
    const set = await context.request.put(`${base}/v1/me/password`, { data: { password }, headers: { 'X-CSRF-Token': session.csrf_token } });
    expect(set.ok(), `no password is set: ${await set.text()}`);
    cameras.set(holder.identity, await FakeCamera.make({ identity: holder.truth.identity }));
  }
  return cameras.get(holder.identity);
}

/** The customer's page, signed in, and filmed where card and face are asked for. */
async function customerPage(walk) {
  const holder = walk.person ? person(walk.person) : { phone: walk.phone };
  const camera = walk.person ? await cameraOf(holder) : undefined;
  const page = await device({ language: walk.language, camera, motion: Boolean(camera) });
  const session = await signInByPassword(page.context(), base, { institution, phone: holder.phone, password });
  if (walk.asleep) await putToSleep(page.context(), session);
  return { page, session };
}

/** The customer's one account was opened half a year ago, and nobody has used it. */
async function putToSleep(context, session) {
  rows(`update account set opened_at = opened_at - ${halfAYear} where id = (select max(id) from account)`);
  const accounts = async () => (await call(context, base, session, 'GET', '/v1/accounts')).items;
  for (let tries = 0; (await accounts())[0].state !== 'dormant'; tries++) {
    expect(tries < 50, `the account does not fall asleep: ${JSON.stringify(await accounts())}`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

async function walked(code, language) {
  const walk = { code, language, began: Date.now(), form: JSON.parse(readFileSync(join(services, code, 'form.json'), 'utf8')), ...walks[code] };
  const { page, session } = await customerPage(walk);
  walk.session = session;
  page.setDefaultTimeout(10_000);
  if (walk.letter) await letter(`${walk.letter}-${language}`.toUpperCase());
  await part(`${code} in ${language}`, () => page, async () => {
    await page.goto(`${base}/services`);
    await page.locator(`main a[href="/services/${code}"]`).first().click();
    await press(page, page.locator('main button.primary').last());
    await page.waitForURL(/\/cases\//);
    walk.case = page.url().split('/').pop();
    for (const one of walk.walk) await (one[0] === 'staff' ? work(walk, one) : give(walk, page, one));
    await page.locator('main .result').waitFor({ timeout: 40_000 });
    await accessible(page, `${code} in ${language}: the end`);
    expect((await page.locator('main .result .ring.good').count()) === 1, `the end is not a good one: ${await page.locator('main .result').innerText()}`);
    expect(!/账号|Account number/.test(await page.locator('main .result').innerText()), 'a number of something else is called an account’s');
    if (walk.document) {
      await press(page, page.locator('main .result a.primary'));
      const [download] = await Promise.all([page.waitForEvent('download', { timeout: 10_000 }), press(page, page.locator('main a[href*="/document"]').first())]);
      expect(readFileSync(await download.path()).subarray(0, 5).toString() === '%PDF-', 'the document is no PDF');
    }
    await page.goto(`${base}/cases`);
    const row = page.locator(`main a[href="/cases/${walk.case}"]`);
    await row.waitFor();
    expect((await row.innerText()).includes(language === 'en' ? 'Done' : '已办好'), `among the applications it reads ${await row.innerText()}`);
    const { items } = await call(page.context(), base, walk.session, 'GET', '/v1/messages?limit=20');
    expect(items.some((one) => Date.parse(one.at) >= walk.began - 1000), 'no message tells how it ended');
  });
  await page.context().close();
}

const folders = readdirSync(services).filter((code) => !elsewhere.has(code));
const unknown = folders.filter((code) => !walks[code]);
if (unknown.length) {
  console.log(`not ok each service is walked: ${unknown.join(', ')} has no walk`);
  process.exitCode = 1;
}
const only = option('--only')?.split(',');
for (const [place, code] of folders.entries())
  if (walks[code] && (!only || only.includes(code))) await walked(code, (place % 2 === 1) === flag('--swap') ? 'zh' : 'en');
await browser.close();
