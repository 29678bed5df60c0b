// SPDX-License-Identifier: Apache-2.0
// Credit cards and wallets as a customer meets them.
//   node tests/browser/money.mjs http://localhost:8080 [--phone 16400000001] [--pictures DIR] [--elder] [--english] [--dark] [--width 390]
import { accessible } from './lib/accessible.mjs';
import { call, codeFor, settled, signInByPassword } from './lib/customer.mjs';
import { base, browser, device, expect, flag, institution, option, part, step } from './lib/run.mjs';

const page = await device({ width: Number(option('--width', '390')) });
const phone = option('--phone', '16400000001');
const english = flag('--english');
const main = page.locator('main');
const apart = 500; // Two taps further apart than a double tap.
const action = () => main.locator('button.primary, button[type=submit]').last();

/** Whatever proof the bank asks for. */
async function prove(since) {
  await main.locator('form input').first().waitFor();
  const byCode = (await page.locator('input[type=password]').count()) === 0;
  await main.locator('form input').first().fill(byCode ? await codeFor(page.context(), base, phone, since) : 'Yungui-2026');
  if (byCode) return; // A whole code is sent by itself.
  await page.waitForTimeout(apart);
  await action().click();
}

await part('credit card', () => page, async () => {
  await signInByPassword(page.context(), base, { institution, phone, password: 'Yungui-2026' });
  await page.goto(`${base}/cards`);
  await main.locator('form input').fill('9989 0700 0000 0000 019');
  await action().click();
  await main.getByText(english ? 'A digit of the card number is wrong' : '卡号里有数字填错了').waitFor();
  await accessible(page, 'cards, with a mistyped number');
  await main.locator('form input').fill('9989 0700 0000 0000 018');
  await action().click();
  await main.locator('.bill').waitFor();
  const before = (await main.locator('.bill .amount').textContent()).replace(/[^\d.]/g, '');
  await accessible(page, 'the bill of a card');
  await main.locator('label.option').filter({ hasText: english ? 'Another amount' : '其他金额' }).click();
  await main.locator('input.amount').fill(String(Number(before) + 0.01));
  await main.locator('button[type=submit]').click();
  await main.locator('.error').first().waitFor();
  await main.locator('input.amount').fill('60');
  await accessible(page, 'another amount');
  const since = Date.now();
  await main.locator('button[type=submit]').click();
  await page.waitForURL(/step=proof/);
  await accessible(page, 'the proof of a repayment');
  await prove(since);
  await page.waitForURL(/\/outgoing\//);
  await main.locator('.note.good').waitFor({ timeout: 15_000 });
  await accessible(page, 'a repayment that arrived');
  await page.goto(`${base}/cards`);
  await main.locator('.card-line').first().click();
  await main.getByText('60.00').first().waitFor();
  await main.getByRole('button', { name: english ? 'Look the bill up again' : '重新查询账单' }).click();
  await main.locator('.bill').getByText((Number(before) - 60).toFixed(2)).first().waitFor();
  await accessible(page, 'the bill after it');
  await page.goto(`${base}/cards`);
  await accessible(page, 'the list of cards');
});
await part('wallet', () => page, async () => {
  const session = await signInByPassword(page.context(), base, { institution, phone, password: 'Yungui-2026' });
  await page.goto(`${base}/wallets`);
  await settled(page);
  if (!(await main.locator('form').count())) { // Bound by a run before: it is let go first.
    const { items } = await call(page.context(), base, session, 'GET', '/v1/wallets');
    for (const one of items.filter((wallet) => wallet.state === 'bound')) await call(page.context(), base, session, 'DELETE', `/v1/wallets/${one.id}`);
    await page.reload();
  }
  await main.locator('form input[inputmode=decimal]').first().fill('600');
  await main.locator('button[type=submit]').click();
  await main.locator('.error').first().waitFor();
  await accessible(page, 'binding a wallet, with limits that do not work');
  await main.locator('form input[inputmode=decimal]').first().fill('50');
  await main.locator('form input[inputmode=decimal]').last().fill('120');
  let since = Date.now();
  await main.locator('button[type=submit]').click();
  await page.waitForURL(/step=proof/);
  await accessible(page, 'the proof of binding');
  await prove(since);
  await page.waitForURL(/\/wallets\/\w+/);
  await main.locator('.note.good').waitFor({ timeout: 15_000 });
  await accessible(page, 'a bound wallet');
  await main.getByRole('button', { name: english ? 'Change the limits' : '修改限额' }).click();
  const sheet = page.locator('[role=dialog]:visible').last();
  await sheet.locator('input').last().fill('100');
  await page.waitForTimeout(apart);
  await sheet.locator('button[type=submit]').click();
  await main.getByText('100.00').first().waitFor();
  await accessible(page, 'lower limits need no proof');
  await main.getByRole('button', { name: english ? 'Top up the wallet' : '充值到钱包' }).click();
  await sheet.locator('input').last().fill('12.5');
  since = Date.now();
  await page.waitForTimeout(apart);
  await sheet.locator('button[type=submit]').click();
  await page.waitForURL(/step=proof/);
  await prove(since);
  await page.waitForURL(/\/outgoing\//);
  await main.locator('.note.good').waitFor({ timeout: 15_000 });
  await step('a top-up that arrived', page);
  await page.goto(`${base}/wallets`);
  await main.locator('a[href^="/wallets/"]').first().click();
  const withdraw = main.getByRole('button', { name: english ? 'Withdraw to the account' : '提现到账户' });
  await withdraw.click();
  await page.waitForTimeout(apart);
  await sheet.locator('button[type=submit]').click(); // Without an amount.
  await sheet.locator('.error').first().waitFor();
  await step('a withdrawal without an amount', page);
  await sheet.locator('input').last().fill('7.5');
  await page.waitForTimeout(apart);
  await sheet.locator('button[type=submit]').click();
  await main.locator('.note.good').getByText(english ? 'has arrived' : '已到账').waitFor({ timeout: 20_000 });
  await accessible(page, 'a withdrawal that arrived');
  await withdraw.click();
  await sheet.locator('input').last().fill('9000');
  await page.waitForTimeout(apart);
  await sheet.locator('button[type=submit]').click();
  await main.locator('.note.attention').getByText(english ? 'not enough money in the wallet' : '余额不够').waitFor({ timeout: 20_000 });
  await step('a withdrawal beyond what the wallet holds', page);
  await main.getByRole('button', { name: english ? 'Unbind' : '解绑', exact: true }).click();
  await page.waitForTimeout(apart);
  await sheet.getByRole('button', { name: english ? 'Yes, unbind it' : '确认解绑' }).click();
  await main.getByText(english ? 'can take nothing any more' : '不能再扣款').waitFor();
  await accessible(page, 'an unbound wallet');
});
await browser.close();
