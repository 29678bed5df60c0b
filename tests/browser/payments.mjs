// SPDX-License-Identifier: Apache-2.0
// The payment pages as a customer meets them: the payee book, codes (pasted and from a picture), a payment to another bank with its
// receipt, an order that is set up, changed, paused and cancelled, spending, and statements to take home.
//   node tests/browser/payments.mjs http://localhost:8080 --data DIR [--database URL] [--pictures DIR] [--elder] [--english] [--dark] [--width 390]
import { execFileSync } from 'node:child_process';
import { call, codeFor, settled, signInByPassword } from './lib/customer.mjs';
import { base, browser, device, expect, flag, institution, option, part, settings, step } from './lib/run.mjs';

const page = await device({ width: Number(option('--width', '390')) });
const [phone, payeePhone] = ['16400000001', '16400000005'];
const password = 'Yungui-2026';
const english = flag('--english');
const main = page.locator('main');
const say = (zh, en) => (english ? en : zh);
const apart = 500; // Two taps further apart than a double tap.
const tap = async (what) => {
  await page.waitForTimeout(apart);
  await what.click();
};
const next = () => main.locator('form button[type=submit]').first();
const button = (zh, en, at = main) => at.getByRole('button', { name: say(zh, en), exact: true });

/** Whatever proof the bank asks for, and the tap that sends it. */
async function prove(since) {
  await page.waitForURL(/step=proof/);
  await main.locator('form input').first().waitFor();
  const byCode = (await page.locator('input[type=password]').count()) === 0;
  await main.locator('form input').first().fill(byCode ? await codeFor(page.context(), base, phone, since) : password);
  if (byCode) return; // A whole code is sent by itself.
  await tap(next());
}

/** From the amount on to the page that shows what came of it. */
async function pay(amount) {
  if (amount) await page.locator('input.amount').fill(amount);
  const since = Date.now();
  await tap(next());
  await page.waitForURL(/step=confirm/);
  await tap(main.locator('button.primary').last());
  await prove(since);
}

const session = await signInByPassword(page.context(), base, { institution, phone, password });
const [mine] = (await call(page.context(), base, session, 'GET', '/v1/accounts')).items;
const other = await device();
const theirs = await signInByPassword(other.context(), base, { institution, phone: payeePhone, password });
const [account] = (await call(other.context(), base, theirs, 'GET', '/v1/accounts')).items;

await part('payee book', () => page, async () => {
  await page.goto(`${base}/payees`);
  await tap(button('添加收款人', 'Add a payee').or(main.locator('button.plain')).first());
  const sheet = page.locator('[role=dialog]:visible').last();
  await sheet.locator('input').nth(0).fill('123');
  await tap(sheet.locator('button[type=submit]'));
  await sheet.locator('.error').first().waitFor();
  await sheet.locator('input').nth(0).fill(payeePhone);
  await sheet.locator('input').nth(2).fill('清清');
  await tap(sheet.locator('button[type=submit]'));
  const row = main.locator('li.kept').filter({ hasText: '清清' });
  await row.waitFor();
  await step('somebody is kept in the payee book', page);
  await tap(row.locator('button.edit'));
  await tap(sheet.locator('button.danger'));
  await tap(sheet.locator('button.danger'));
  await row.waitFor({ state: 'detached' });
  await step('and kept no longer', page);
  await tap(button('添加收款人', 'Add a payee').or(main.locator('button.plain')).first());
  await sheet.locator('input').nth(0).fill('9989 0100 0000 0000 011');
  await sheet.locator('input').nth(2).fill('外地');
  await tap(sheet.locator('button[type=submit]'));
  await sheet.locator('select').waitFor();
  await tap(sheet.locator('button[type=submit]'));
  await sheet.locator('.error').first().waitFor();
  await step('another bank needs the name', page);
  await sheet.locator('input').nth(1).fill('星河测');
  await tap(sheet.locator('button[type=submit]'));
  const far = main.locator('li.kept').filter({ hasText: '外地' });
  await far.waitFor();
  await step('a payee at another bank is kept', page);
  await tap(far.locator('a').first());
  await page.waitForURL(/step=amount/);
  await main.getByText('星河测').first().waitFor();
  await step('and paid from the book without typing anything', page);
  await page.goto(`${base}/payees`);
  await tap(far.locator('button.edit'));
  await tap(sheet.locator('button.danger'));
  await tap(sheet.locator('button.danger'));
  await far.waitFor({ state: 'detached' });
});

await part('codes', () => page, async () => {
  await other.goto(`${base}/accounts/${account.id}/receive`);
  const code = other.locator('main section.card').first();
  await code.locator('canvas, svg[role=img], [role=img]').first().waitFor();
  await step('a code to be paid by', other);
  const picture = await code.screenshot();
  await page.goto(`${base}/scan`);
  await main.locator('textarea').fill('hello');
  await tap(next());
  await main.getByText(say('这不是收款码', 'This is neither a payment code')).first().waitFor();
  await main.locator('input[type=file]').setInputFiles({ name: 'no-code.png', mimeType: 'image/png', buffer: await main.locator('h1, header').first().screenshot() });
  await step('what is no code is refused', page);
  await main.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });
  await page.waitForURL(/\/pay\?step=amount/);
  await pay('8.80');
  await page.waitForURL(/\/receipts\//);
  await step('paid by the picture of a code', page);
  const { text } = await call(other.context(), base, theirs, 'POST', `/v1/accounts/${account.id}/paycode`, { amount: { amount: '3.20', currency: 'CNY' }, minutes: 10 });
  await page.goto(`${base}/scan`);
  await main.locator('textarea').fill(text);
  await tap(next());
  await page.waitForURL(/\/pay\?step=amount/);
  expect((await page.locator('input.amount').inputValue()).startsWith('3.2'), 'the amount of the code is not filled in');
  await pay();
  await page.waitForURL(/\/receipts\//);
  await step('paid by a code that was pasted', page);
});

await part('another bank', () => page, async () => {
  await page.goto(`${base}/pay`);
  await main.locator('form input').first().fill('9989 0100 0000 0000 011');
  await tap(next());
  await main.locator('form select, form fieldset').first().waitFor();
  await main.locator('form input:not([type=radio])').last().fill('星河测');
  await tap(next());
  await page.waitForURL(/step=amount/);
  await pay('5');
  await page.waitForURL(/\/outgoing\//);
  await main.locator('a[download]').waitFor({ timeout: 15_000 });
  const receipt = await page.context().request.get(base + (await main.locator('a[download]').getAttribute('href')));
  expect((await receipt.body()).subarray(0, 4).toString() === '%PDF', 'the receipt is no PDF');
  await step('a payment to another bank, arrived, with its receipt', page);
});

await part('orders', () => page, async () => {
  await page.goto(`${base}/pay?to=${payeePhone}`);
  await page.waitForURL(/step=amount/);
  await tap(main.locator('label.option').filter({ hasText: say('定期', 'egular') }).first());
  const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  await main.locator('input[type=date]').first().fill(day);
  await pay('6.00');
  await page.waitForURL(/\/orders\//);
  await button('修改', 'Change').waitFor();
  await step('a standing order', page);
  await tap(button('修改', 'Change'));
  const sheet = page.locator('[role=dialog]:visible').last();
  await sheet.locator('input.amount').fill('7.5');
  await sheet.locator('input[type=date]').first().fill('2020-01-01');
  await tap(sheet.locator('button[type=submit]'));
  await sheet.locator('.error').first().waitFor();
  const later = new Date(Date.now() + 12 * 86_400_000).toISOString().slice(0, 10);
  await sheet.locator('input[type=date]').first().fill(later);
  await step('changing it', page);
  const since = Date.now();
  await tap(sheet.locator('button[type=submit]'));
  await prove(since);
  await page.waitForURL(/changed=1/);
  await main.getByText('7.50').first().waitFor();
  await step('changed', page);
  await tap(button('暂停', 'Pause'));
  await button('恢复', 'Let it go on').waitFor();
  await tap(button('恢复', 'Let it go on'));
  await button('暂停', 'Pause').waitFor();
  await tap(main.locator('button.quiet'));
  await tap(sheet.locator('button').last());
  await button('修改', 'Change').waitFor({ state: 'detached' });
  await page.goto(`${base}/orders`);
  await step('paused, resumed and cancelled', page);
});

await part('between own accounts', () => page, async () => {
  const third = await device();
  const someone = await signInByPassword(third.context(), base, { institution, phone: '16400000012', password });
  const [given] = (await call(third.context(), base, someone, 'GET', '/v1/accounts')).items;
  await third.context().close();
  // The bank has no page yet on which one person opens a second account of the first class.
  execFileSync('python3', ['tests/lib/rows.py', option('--data'), option('--database', ''), institution,
    `update account set holder = (select holder from account where number = '${mine.number}') where number = '${given.number}'`]);
  await page.waitForTimeout(100);
  const balance = async (id) => Number((await call(page.context(), base, session, 'GET', `/v1/accounts/${id}`)).balance.amount);
  const before = [await balance(mine.id), await balance(given.id)];
  await page.goto(`${base}/pay`);
  const own = main.locator('section').filter({ has: page.getByRole('heading', { name: say('转到自己的账户', 'To an account of your own') }) });
  await own.locator('button').nth(1).waitFor();
  await step('own accounts are offered', page);
  await tap(own.locator('button').filter({ hasText: mine.number.replace(/(\d{4})(?=\d)/g, '$1 ') }));
  await page.locator('input.amount').waitFor();
  expect((await main.locator('input[type=radio], option').filter({ hasText: mine.number.slice(-4) }).count()) === 0, 'an account may pay itself');
  await pay('25.00');
  await page.waitForURL(/\/receipts\//);
  await step('from one own account to the other', page);
  const after = [await balance(mine.id), await balance(given.id)];
  expect(Math.abs(after[0] - before[0] - 25) < 0.005 && Math.abs(before[1] - after[1] - 25) < 0.005, `${before} became ${after}`);
});

await part('spending and statements', () => page, async () => {
  await page.goto(`${base}/accounts/${mine.id}/spending`);
  await tap(main.locator('.slice-row').first());
  await page.locator('[role=dialog] a[href*="/entries/"]').first().waitFor();
  await step('what money was spent on', page);
  await page.goto(`${base}/accounts/${mine.id}/statement`);
  await main.locator('a[href*="/entries/"]').first().waitFor();
  const begins = [/^%PDF/, /^\uFEFF?.+,/, /^<\?xml/];
  for (let place = 0; place < (settings.mode === 'elder' ? 1 : 3); place++) {
    await tap(main.locator('.formats button').nth(place));
    const link = main.locator(`a[download$="${['.pdf', '.csv', '.xml'][place]}"]`);
    await link.waitFor({ timeout: 15_000 });
    const file = await page.context().request.get(base + (await link.getAttribute('href')));
    expect(begins[place].test((await file.body()).toString('utf8').slice(0, 200)), `file ${place} of the statement is none`);
  }
  await step('the statement as PDF, CSV and camt.053', page);
});
await settled(page);
await browser.close();
