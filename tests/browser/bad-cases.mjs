// SPDX-License-Identifier: Apache-2.0
// What goes wrong, as a customer sees it: each refusal says what happened and what to do next, and nothing that was typed is lost.
//   node tests/browser/bad-cases.mjs http://localhost:8080 [--pictures DIR] [--has-class PHONE:IDENTITY:BOUND-ACCOUNT]
// --has-class: a customer who holds as many accounts of Class II as the bank allows; opens another, then books a visit for Class I.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeCamera } from './fake-camera.mjs';
import { apply, person } from './lib/cases.mjs';
import { codeFor, signInByPassword, useSettings } from './lib/customer.mjs';
import { agree, begin, confirmCard, findService, giveCard, giveDetails, provePhone, showFace, tap } from './lib/opening.mjs';
import { base, browser, device, expect, institution, option, part, settings, step } from './lib/run.mjs';

const identities = join(import.meta.dirname, '../data/identities');
const truthOf = (identity) => JSON.parse(readFileSync(join(identities, identity, 'truth.json'), 'utf8'));
const submit = (page) => page.locator('main form button[type=submit]');
let page;

/** A refusal in words: what happened, and what to do next; no code, and in Chinese no Latin sentence. */
function saysWhatNext(text, what) {
  const sentences = text.split(/[。！？；]/).filter((one) => one.trim().length > 3);
  expect(sentences.length >= 2 || /请|可以/.test(text), `${what} does not say what to do next: “${text}”`);
  expect(!/[a-z]+[._][a-z]+/.test(text), `${what} shows a code: “${text}”`);
  expect(!/[a-z]{4,} [a-z]{2,} [a-z]{2,}/i.test(text), `${what} speaks English: “${text}”`);
}

/** The refusal that stands on the page now. */
async function refusal(where, what) {
  const note = where.locator('[role=alert] .note').first();
  await note.waitFor({ timeout: 60_000 });
  const text = await note.innerText();
  saysWhatNext(text, what);
  return text;
}

async function giveSide(side, file) {
  await page.locator(`input[type=file][data-side=${side}]`).setInputFiles(file);
  await page.waitForFunction((which) => document.querySelector(`[data-side=${which}]`)?.closest('section')?.getAttribute('aria-busy') === 'true', side, { timeout: 5000 }).catch(() => undefined);
  await page.waitForFunction((which) => document.querySelector(`[data-side=${which}]`)?.closest('section')?.getAttribute('aria-busy') !== 'true', side, { timeout: 60_000 });
}

async function beginAgain(phone) {
  await findService(page, base);
  await begin(page, base, phone);
  await agree(page);
}

await part('codes', () => page, async () => {
  page = await device();
  await page.goto(`${base}/sign-in`);
  const phone = '16490000002';
  await page.locator('input[type=tel]').fill('1649000');
  await tap(submit(page));
  saysWhatNext(await page.locator('[id$=error], .error').first().innerText(), 'a phone that is too short');
  expect((await page.locator('input[type=tel]').inputValue()) === '1649000', 'the phone typed is lost');
  await page.locator('input[type=tel]').fill(phone);
  const since = Date.now();
  await tap(submit(page));
  const field = page.locator('input[autocomplete=one-time-code]');
  await field.waitFor();
  const code = await codeFor(page.context(), base, phone, since);
  const wrong = code === '111111' ? '222222' : '111111';
  for (let tries = 1; tries <= 5; tries++) {
    await field.fill(wrong);
    await page.waitForFunction(() => document.querySelector('input[autocomplete=one-time-code]')?.value === '');
    await refusal(page.locator('main'), `a wrong code, try ${tries}`);
  }
  // After the fifth the right one does not serve any more.
  await field.fill(code);
  await page.waitForFunction(() => document.querySelector('input[autocomplete=one-time-code]')?.value === '');
  const said = await refusal(page.locator('main'), 'a code that was void');
  expect(/重新获取/.test(said), `a void code does not lead to a new one: “${said}”`);
  expect((await page.locator('input[type=tel]').inputValue()) === phone, 'the phone typed is lost');
  expect(page.url().includes('/sign-in'), 'a void code signs in');
  await step('a code that was wrong five times is void', page);
  await page.context().close();
});

await part('pictures', () => page, async () => {
  page = await device();
  const phone = '16490000001';
  await beginAgain(phone);
  const front = page.locator('section:has(> .ways [data-side=front])');
  for (const name of ['black', 'blurred', 'tiny', 'broken', 'receipt', 'fur']) {
    await giveSide('front', join(identities, 'refused', `${name}.jpg`));
    await refusal(front, `the picture ${name}`);
  }
  await step('pictures that are none of a card', page);
  await giveSide('front', join(identities, '02/back.jpg'));
  expect(/另一面/.test(await refusal(front, 'the wrong side')), 'the wrong side is not said to be that');
  await step('the wrong side', page);

  for (const [identity, says] of [['09', /号码/], ['07', /有效期/], ['08', /16/]]) {
    const truth = truthOf(identity);
    if (identity === '08') await beginAgain(phone);
    await giveCard(page, join(identities, identity, 'front.jpg'), join(identities, identity, 'back.jpg'));
    await page.getByLabel(/^住址/).fill(truth.address);
    await confirmCard(page, truth);
    if (identity === '09') {
      const note = page.locator('main .note, main [class*=attention]').filter({ hasText: says }).first();
      await note.waitFor();
      saysWhatNext(await note.innerText(), 'a wrong check digit');
      expect((await page.getByLabel(/^住址/).inputValue()) === truth.address, 'what was typed is lost');
      await step('a wrong check digit', page);
    } else {
      await page.locator('.result').waitFor({ timeout: 30_000 });
      const text = await page.locator('.result').innerText();
      expect(says.test(text), `identity ${identity}: “${text}”`);
      saysWhatNext(text, `identity ${identity}`);
      await step(identity === '07' ? 'an expired card' : 'under sixteen', page);
    }
  }
  await page.context().close();
});

await part('faces', () => page, async () => {
  const { identity } = truthOf('01');
  const toFace = async (phone, attack) => {
    page = await device({ camera: await FakeCamera.make({ identity, attack }) });
    await beginAgain(phone);
    await giveCard(page, join(identities, '04/front.jpg'), join(identities, '04/back.jpg'));
    await confirmCard(page, truthOf('04'));
    await page.locator('.mirror').waitFor();
    return showFace(page);
  };
  // Another living person: every movement is right, and the face is not the card's.
  let face = await toFace('16490000003', '');
  for (let tries = 1; face === 'failed' && tries < 3; tries++) face = await showFace(page);
  const note = page.getByText('不是同一个人').first();
  await note.waitFor({ timeout: 30_000 });
  saysWhatNext(await note.innerText(), 'another person’s face');
  await page.locator('main .face button.primary').waitFor();
  await step('another person’s face', page);
  await page.context().close();

  // A print of a face, bent for each turn.
  expect((await toFace('16490000004', 'flat-warped')) === 'failed', 'a print passed for a face');
  await refusal(page.locator('main .face'), 'a print of a face');
  await step('a print of a face', page);
  await page.context().close();
});

await part('an account elsewhere', () => page, async () => {
  const own = person('05');
  const made = await apply(browser, base, { ...own, boundAccount: person('04').boundAccount });
  await useSettings(made.context, settings);
  page = await made.context.newPage();
  await page.goto(`${base}/cases/${made.id}`);
  await submit(page).waitFor({ timeout: 15_000 });
  const said = await page.locator('main .note.attention, main [role=alert] .note').first().innerText();
  saysWhatNext(said, 'an account of somebody else');
  expect(/账户|账号/.test(said), `it is not said what is wrong: “${said}”`);
  const account = page.locator('main form').getByLabel('账号');
  expect((await account.inputValue()).replaceAll(' ', '') === person('04').boundAccount, 'what was typed is lost');
  await step('an account elsewhere that is somebody else’s', page);
  await account.fill(own.boundAccount);
  await tap(submit(page));
  await page.waitForFunction(() => !document.querySelector('main form button[type=submit]'), undefined, { timeout: 30_000 });
  expect(!(await page.locator('main').innerText()).includes('没有办成'), 'the right account is refused too');
  await step('the right account goes on', page);
  await made.context.close();
});

await part('payments', () => page, async () => {
  page = await device();
  const own = '16400000004';
  await signInByPassword(page.context(), base, { institution, phone: own, password: 'Yungui-2026' });
  await page.goto(`${base}/pay`);
  const to = page.locator('main form input').first();
  for (const [what, address] of [['a payee who is nobody', '16499999999'], ['an account that is none', '9901010000099999'], ['an address that is none', 'abc'], ['nothing', '']]) {
    await to.fill(address);
    await tap(submit(page));
    const said = page.locator('main [role=alert] .note, main [aria-invalid=true]').first();
    await said.waitFor();
    if (await page.locator('main [role=alert] .note').count()) await refusal(page.locator('main'), what);
    else saysWhatNext(await page.locator('main .error').first().innerText(), what);
    expect((await to.inputValue()) === address, `${what}: what was typed is lost`);
  }
  await step('payees who are nobody', page);

  await page.context().setOffline(true);
  await to.fill('16400000002');
  await tap(submit(page));
  await refusal(page.locator('main'), 'no network');
  expect((await to.inputValue()) === '16400000002', 'no network: what was typed is lost');
  await page.context().setOffline(false);
  await tap(submit(page));
  const amount = page.locator('input.amount');
  await amount.waitFor();
  await step('a network that was gone and came back', page);
  for (const odd of ['', '0', '-1', '0.001', '1e3', '９９', '12,34,5', '9999999999999.99', '1.21']) {
    await amount.fill(odd);
    await tap(submit(page));
    const error = page.locator('main .error').first();
    await error.waitFor();
    saysWhatNext(await error.innerText(), `the amount “${odd}”`);
    expect((await amount.inputValue()).replace(/\s/g, '') === odd, `the amount “${odd}” typed is lost: “${await amount.inputValue()}”`);
    expect(!page.url().includes('confirm'), `the amount “${odd}” is taken`);
  }
  await step('odd amounts, and more than there is', page);

  await page.goto(`${base}/pay`);
  await to.fill(own);
  await tap(submit(page));
  await page.locator('input.amount, main [role=alert] .note').first().waitFor();
  if (await amount.count()) {
    await amount.fill('1');
    await tap(submit(page));
    await page.waitForURL(/step=confirm/);
    await tap(page.locator('main button.primary'));
  }
  const said = await refusal(page.locator('main'), 'a payment to oneself');
  expect(/同一个账户|换一个/.test(said), `a payment to oneself: “${said}”`);
  await step('a payment to oneself', page);
  await page.context().close();
});

const hasClass = option('--has-class');
if (hasClass) {
  const [phone, identity, account] = hasClass.split(':');
  const truth = truthOf(identity);
  const camera = await FakeCamera.make({ identity: truth.identity });
  const toDetails = async () => {
    await beginAgain(phone);
    await giveCard(page, join(identities, identity, 'front.jpg'), join(identities, identity, 'back.jpg'));
    await confirmCard(page, truth);
    await page.locator('.mirror').waitFor();
    let face = await showFace(page);
    for (let tries = 1; face === 'failed' && tries < 3; tries++) face = await showFace(page);
    expect(face === 'passed', 'the face check failed three times');
    await page.locator('input[type=radio][value="1"]').waitFor({ timeout: 30_000 });
  };

  await part('a customer who has the class', () => page, async () => {
    page = await device({ camera });
    await page.goto(`${base}/sign-in`);
    await provePhone(page, base, phone);
    await toDetails();
    await giveDetails(page, { bank: '他行（沙箱）', account, phone });
    await page.locator('.result').waitFor({ timeout: 30_000 });
    const text = await page.locator('.result').innerText();
    expect(/法定数量/.test(text), `as many as allowed: “${text}”`);
    saysWhatNext(text, 'as many as allowed');
    await step('a customer who has as many of the class as allowed', page);
  });

  await part('Class I at a branch', () => page, async () => {
    await toDetails();
    await page.locator('input[type=radio][value="1"]').check();
    await tap(submit(page));
    const branches = page.locator('main form').getByLabel('网点');
    await branches.first().waitFor();
    await page.locator('main form').waitFor();
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    if ((await branches.first().evaluate((one) => one.tagName)) === 'SELECT') await branches.first().selectOption({ index: 1 });
    else await page.locator('main form input[type=radio]').first().check();
    await page.getByLabel('日期').fill('2020-01-01');
    const time = page.getByLabel('时间');
    if (await time.evaluateAll((all) => all.some((one) => one.tagName === 'SELECT'))) await time.first().selectOption('10:00');
    else await page.locator('main form input[type=radio][value="10:00"]').check();
    await tap(submit(page));
    await page.locator('main [aria-invalid=true]').first().waitFor();
    saysWhatNext(await page.locator('main .error').first().innerText(), 'a day that is past');
    await page.getByLabel('日期').fill(day);
    await tap(submit(page));
    await page.waitForFunction(() => /已预约|预约好了/.test(document.querySelector('main')?.textContent ?? ''), undefined, { timeout: 20_000 });
    await step('a visit is booked at a branch', page);
    await page.context().close();
  });
}
await browser.close();
