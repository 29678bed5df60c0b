// SPDX-License-Identifier: Apache-2.0
// The books as the staff see them: payments that have no answer yet, a business date closed by hand, its end of day, trial balance and
// general ledger, and what billers say of that day: what differs is noted and settled.
//   node tests/browser/books.mjs http://localhost:8080 [--pictures DIR] [--english] [--dark]
import { randomUUID } from 'node:crypto';
import { accessible } from './lib/accessible.mjs';
import { call, signInByPassword } from './lib/customer.mjs';
import { base, browser, device, expect, flag, institution, part } from './lib/run.mjs';
import { colleague } from './lib/workbench.mjs';

const say = (zh, en) => (flag('--english') ? en : zh);
const phone = '16400000013';
const password = 'Yungui-2026';
/** Which the sandbox's water works list wrongly: not at all, and with a yuan more. */
const numbers = { missing: '100000000011', other: '100000000012' };
const biller = 'tap-water.yunchuan';
const operations = await colleague('yc.operations');
const manager = await colleague('yc.manager');
const page = await operations.context.newPage();
const theirs = await manager.context.newPage();
const main = () => page.locator('main');
const dialog = page.locator('.el-dialog:visible');
const fen = (text) => Math.round(Number(text.replace(/[^\d.-]/g, '')) * 100);

const customer = await device();
const session = await signInByPassword(customer.context(), base, { institution, phone, password });
const ask = (method, path, data) => call(customer.context(), base, session, method, path, data);
const { id: account } = (await ask('GET', '/v1/accounts')).items[0];

async function proven(order) {
  const proof = await ask('POST', '/v1/proofs', order);
  expect(proof.method === 'password', `a ${proof.method} is asked for so little`);
  return (await ask('POST', `/v1/proofs/${proof.id}`, { password })).token;
}

async function made(path, order) {
  const [[kind, what]] = Object.entries(order);
  const response = await customer.context().request.post(`${base}${path}`, {
    data: { [kind === 'outgoing' ? 'payment' : kind]: what, proof: await proven(order) }, headers: { 'X-CSRF-Token': session.csrf_token, 'Idempotency-Key': randomUUID() },
  });
  expect(response.ok(), `${path}: ${await response.text()}`);
  return response.json();
}

/** Asks until there is an answer that fits. */
async function until(path, fits) {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await ask('GET', path);
    if (fits(answer)) return answer;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`${path} does not come to what is waited for`);
}

async function payWater(number) {
  const { id } = await ask('POST', `/v1/bill-items/${biller}.baita/inquiries`, { data: { number } });
  await until(`/v1/bill-inquiries/${id}`, (one) => one.state === 'due');
  const bill = await made('/v1/bills', { bill: { inquiry: id, from: account } });
  await until(`/v1/bills/${bill.id}`, (one) => one.state === 'paid');
  return bill.id;
}

await part('a payment without an answer', () => theirs, async () => {
  const { id } = await made('/v1/outgoing-payments', {
    outgoing: { from: account, bank: 'beiling', number: '9989020000000000010', name: '北无声', amount: { amount: '17.00', currency: 'CNY' } },
  });
  await theirs.goto(`${base}/staff/clearing`);
  const shown = theirs.locator('main');
  const row = shown.locator('tbody tr').filter({ hasText: id });
  await row.waitFor();
  const words = await row.innerText();
  expect(words.includes('17.00') && words.includes('**'), `the row says ${words}`);
  expect((await shown.locator('.sentence').innerText()).includes(say('笔付款还没有结果', 'have no end yet')), 'how many there are is not said');
  const network = shown.locator('table').last().locator('tbody tr').filter({ hasText: say('支付清算系统', 'Clearing system') }).first();
  expect(fen(await network.locator('td').nth(3).innerText()) >= 1700, `the clearing account shows ${await network.innerText()}`);
  await accessible(theirs, 'a payment without an answer');
  await row.locator('a').click();
  await theirs.waitForURL(/\/staff\/accounts\//);
});

let closed;
await part('a business date closed by hand', () => page, async () => {
  for (const number of Object.values(numbers)) await payWater(number);
  await page.goto(`${base}/staff/books`);
  const open = (await call(operations.context, base, operations.session, 'GET', '/v1/staff/end-of-day')).business_date;
  await main().getByRole('button', { name: say('立即日切', 'Close it now') }).click();
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('.wrong').waitFor();
  await dialog.locator('textarea').fill(say('月末提前日切', 'The month ends early'));
  await accessible(page, 'why the date is closed');
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'hidden' });
  await main().locator('.tag.good').first().waitFor({ timeout: 30_000 });
  const run = main().locator('tbody tr').first();
  expect((await run.innerText()).includes(say('手工', 'by hand')), `the run says ${await run.innerText()}`);
  closed = open;
  await accessible(page, 'the end of the day');
  await main().getByRole('button', { name: say('立即日切', 'Close it now') }).click();
  await dialog.locator('textarea').fill(say('再来一次', 'Once more'));
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('.note').waitFor(); // The new date has only begun.
  await dialog.locator('button').last().click();
});

await part('the books of that day', () => page, async () => {
  await main().getByRole('link', { name: say('试算平衡', 'Trial balance') }).click();
  await main().locator('.sides h3').first().waitFor();
  const [debit, credit] = (await main().locator('.sides h3').allInnerTexts()).map(fen);
  expect(debit === credit && debit > 0, `debits ${debit}, credits ${credit}`);
  const [download] = await Promise.all([page.waitForEvent('download'), main().getByRole('button', { name: 'CSV' }).first().click()]);
  expect(download.suggestedFilename() === `trial-balance-${institution}-${closed}.csv`, download.suggestedFilename());
  await accessible(page, 'the trial balance');
  await main().getByRole('link', { name: say('总账', 'General ledger') }).click();
  const fold = main().locator('button.fold').first();
  await fold.waitFor();
  const rows = await main().locator('tbody tr').count();
  await fold.click();
  expect((await main().locator('tbody tr').count()) < rows && (await fold.getAttribute('aria-expanded')) === 'false', 'a heading does not fold');
  await fold.click();
  await accessible(page, 'the general ledger');
});

await part('what a biller says of that day', () => page, async () => {
  await page.goto(`${base}/staff/bills/days?day=${closed}&state=different`);
  const row = main().locator('tbody tr').filter({ hasText: say('自来水', 'Water') }).first();
  await row.waitFor({ timeout: 60_000 });
  await accessible(page, 'days that differ');
  await row.locator('a').click();
  const cards = main().locator('section.card').filter({ has: page.locator('h3') });
  const missing = cards.filter({ hasText: say('对方没有这一笔', 'They do not have it') });
  await missing.first().waitFor();
  await accessible(page, 'what differs');
  await missing.first().getByRole('button', { name: say('记录或了结', 'Note or settle') }).click();
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('.wrong').waitFor();
  await dialog.locator('textarea').fill(say('对方承认漏列，今天补上', 'They left it out and add it today'));
  await dialog.locator('.el-radio').nth(1).click();
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'hidden' });
  await missing.first().locator('.tag.good').waitFor();
  expect((await missing.first().innerText()).includes(say('对方承认漏列', 'They left it out')), 'what was found out is not shown');
  expect((await cards.filter({ hasText: '33.00' }).count()) === 1, 'another amount is not listed with both sums');
  await accessible(page, 'one settled, one open');
});
await browser.close();
