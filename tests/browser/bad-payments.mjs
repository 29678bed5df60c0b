// SPDX-License-Identifier: Apache-2.0
// Bad input on every page that pays, field by field: it is refused beside the field with what to do next, what was typed stays, no
// money moves and nothing is written on the console. Then what interrupts a payment: back, reload, a double tap.
//   node tests/browser/bad-payments.mjs http://localhost:8080 [--phone 16400000001] [--pictures DIR] [--elder] [--english] [--dark]
import { call, choose, codeFor, settled, signInByPassword } from './lib/customer.mjs';
import { staffSession } from './lib/cases.mjs';
import { base, browser, device, expect, flag, institution, option, part, step } from './lib/run.mjs';

const phone = option('--phone', '16400000001');
const password = 'Yungui-2026';
const english = flag('--english');
const say = (zh, en) => (english ? en : zh);
const page = await device({ width: Number(option('--width', '390')) });
const main = page.locator('main');
const sheet = page.locator('[role=dialog]:visible').last();
const apart = 500; // Two taps further apart than a double tap.
const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const tap = async (what) => {
  await page.waitForTimeout(apart);
  await what.click();
};

/** What a page writes on the console or asks of the bank that could move money. */
const faults = [];
const moved = [];
const moves = /^\/v1\/(proofs|transfers|outgoing-payments|payment-orders|bills|wallets|wallet-top-ups|wallet-withdrawals|credit-card-repayments|payee-book|staff\/batches)\b/;
function watch(one) {
  one.on('console', (message) => message.type() === 'error' && !/Failed to load resource|WebSocket/.test(message.text()) && faults.push(message.text()));
  one.on('dialog', (dialog) => faults.push(`a dialog: ${dialog.message()}`) && dialog.dismiss());
  one.on('request', (request) => request.method() !== 'GET' && moves.test(new URL(request.url()).pathname) && moved.push(`${request.method()} ${new URL(request.url()).pathname}`));
}
watch(page);

const attacks = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' or '1'='1", '{{7*7}}', '1; DROP TABLE account; --', '../../etc/passwd'];
const written = /100\.50/;
/** What is typed as an amount, and what is said. */
const amounts = [
  ['', /请填写金额|enter an amount/], ['0', /大于零|more than zero/], ['0.00', /大于零|more than zero/], ['-1', written], ['0.001', /小数点后两位|two decimals/], ['1e3', written],
  ['9999999999999.99', /太大|very large|超过|more than|上限|above|比还要还的多/], ['1.2,5', written], ['1,50', written], ['12 50', written], ['一百', written], ['1２.3.4', written], ...attacks.map((one) => [one, written]),
];
const same = (says, ...inputs) => inputs.map((one) => [one, says]);
const numbers = [...attacks, '收款人', '12', '１２', '9'.repeat(33), '1e10', '1.6400000001', '٣٤٥٦٧٨٩٠'];
const next = /请|可以|Please|please|At most/;

/** The field by its label, with the refusal that belongs to it. */
const labelled = (zh, en, at = main) => at.getByLabel(say(zh, en)).first();
const refusalAt = (field) => field.locator('xpath=ancestor::*[contains(concat(" ", @class, " "), " field ")][1]').locator('.error, .wrong');

/** Each input is refused at the field in a sentence with what to do, and stays; nothing is asked of the bank. */
async function refuses(name, field, inputs, { submit = 'Enter' } = {}) {
  await field.waitFor();
  const path = page.url();
  for (const [typed, says] of inputs) {
    await field.fill(typed);
    if (submit === 'Enter') await field.press('Enter');
    else await field.evaluate((one) => one.form?.requestSubmit());
    const said = refusalAt(field).filter({ hasText: says }).first();
    await said.waitFor({ timeout: 3000 }).catch(() => expect(false, `${name}: “${typed.slice(0, 40)}” is not refused with ${says}`));
    expect(next.test(await said.innerText()), `${name}: “${await said.innerText()}” does not say what to do`);
    expect((await field.inputValue()) === typed, `${name}: “${typed.slice(0, 40)}” became “${await field.inputValue()}”`);
    expect((await field.getAttribute('aria-invalid')) === 'true', `${name}: the refusal is not told to who hears the page`);
  }
  expect(page.url() === path, `${name}: the page went on to ${page.url()}`);
  expect(moved.length === 0, `${name}: asked of the bank: ${moved.splice(0).join()}`);
  expect(faults.length === 0, `${name}: on the console: ${faults.splice(0).join(' | ')}`);
  await step(`${name}: ${inputs.length} refused`);
}

/** What the bank refuses after it was asked is said in the form, and what was typed stays. */
async function bankRefuses(name, field, inputs) {
  for (const typed of inputs) {
    await field.fill(typed);
    await field.press('Enter');
    await page.locator('form [role=alert] .note').first().waitFor({ timeout: 5000 }).catch(() => expect(false, `${name}: nothing is said of “${typed}”`));
    expect((await field.inputValue()) === typed, `${name}: “${typed}” became “${await field.inputValue()}”`);
  }
  moved.splice(0);
  await step(`${name}: ${inputs.length} refused by the bank`, page);
}

const session = await signInByPassword(page.context(), base, { institution, phone, password });
const get = (path) => call(page.context(), base, session, 'GET', path);
const post = (path, data) => call(page.context(), base, session, 'POST', path, data);
const [mine] = (await get('/v1/accounts')).items;
const held = async () => (await get(`/v1/accounts/${mine.id}`)).balance.amount;
const before = await held();
const payee = '16400000005';

/** Anew to the page of the amount; `another`: of an account at another bank. */
async function toAmount(another) {
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(`${base}/pay${another ? '' : `?to=${payee}`}`);
  if (another) {
    await main.locator('form input').first().fill('9989 0100 0000 0000 011');
    await main.locator('form input').first().press('Enter');
    await labelled('收款人姓名', 'full name').fill('星河测');
    await labelled('收款人姓名', 'full name').press('Enter');
  }
  await page.locator('input.amount').waitFor();
}

await part('whom to pay', () => page, async () => {
  await page.goto(`${base}/pay`);
  await refuses('whom to pay', labelled('转给谁', 'To whom'), [['', /请填写|enter an account/], ...same(/8 (到|to) 32/, ...numbers)]);
  await bankRefuses('whom to pay', labelled('转给谁', 'To whom'), ['19999999999', '9901010000000099']);
  await labelled('转给谁', 'To whom').fill('9989 0100 0000 0000 011');
  await labelled('转给谁', 'To whom').press('Enter');
  await labelled('收款人姓名', 'full name').waitFor();
  moved.splice(0);
  await refuses('the name at another bank', labelled('收款人姓名', 'full name'), [['', next], ['   ', next], ['云'.repeat(141), /140/]]);
});

await part('the amount of a payment', () => page, async () => {
  await toAmount();
  moved.splice(0);
  await refuses('the amount', page.locator('input.amount'), amounts);
  await page.locator('input.amount').fill('1');
  await refuses('the purpose', labelled('用途', 'Purpose'), [['用'.repeat(201), /200/], ['x'.repeat(5000), /200/]]);
  await labelled('用途', 'Purpose').fill('');
  await tap(main.locator('label.option').filter({ hasText: say('定期', 'egular') }).first());
  const submit = { submit: 'form' }; // In a date the key opens the calendar.
  await refuses('the first date', labelled('第一次', 'First date'), [['', next], ...same(next, '2020-01-01', day(0)), ['2099-12-31', /五年|five years/]], submit);
  await labelled('第一次', 'First date').fill(day(10));
  await tap(main.locator('label.option').filter({ hasText: say('到某一天', 'A date') }).last());
  await refuses('the last date', labelled('最后日期', 'Last date'), same(next, '', '2020-01-01', day(9)), submit);
  await tap(main.locator('label.option').filter({ hasText: say('付若干次', 'A number of times') }).first());
  await refuses('how many times', labelled('次数', 'How many times'), same(/1200/, '', '0', '-1', '1.5', '1201', '99999', '1e3', '十', ...attacks));
  await refuses('the purpose of an order for later', labelled('用途', 'Purpose'), [['用'.repeat(141), /140/]]);
  await step('an order with all its fields', page);
});

await part('payees', () => page, async () => {
  await page.goto(`${base}/payees`);
  await tap(main.getByRole('button', { name: say('添加收款人', 'Add a payee') }));
  await refuses('a payee', labelled('转给谁', 'To whom', sheet), [['', /请填写|enter an account/], ...same(/8 (到|to) 32/, ...numbers)]);
  await labelled('转给谁', 'To whom', sheet).fill(payee);
  await refuses('the name of a payee', labelled('对方姓名', 'Their name', sheet), [['云'.repeat(61), /60/]]);
  await bankRefuses('another’s name', labelled('对方姓名', 'Their name', sheet), ['不是他', ...attacks.slice(0, 3)]);
  await labelled('对方姓名', 'Their name', sheet).fill('');
  await refuses('the nickname', labelled('昵称', 'Nickname', sheet), [['云'.repeat(61), /60/]]);
  await labelled('昵称', 'Nickname', sheet).fill(attacks[0]);
  await tap(sheet.locator('button[type=submit]'));
  const row = main.locator('li.kept').filter({ hasText: attacks[0] });
  await row.waitFor();
  moved.splice(0);
  await step('what looks like a script is a name like others', page);
  await tap(row.locator('button.edit'));
  await tap(sheet.locator('button.danger'));
  await tap(sheet.locator('button.danger'));
  await row.waitFor({ state: 'detached' });
  moved.splice(0);
});

await part('codes', () => page, async () => {
  await page.goto(`${base}/scan`);
  for (const typed of ['', ...attacks, '000201', '0'.repeat(1999), '０００２０１']) {
    await main.locator('textarea').fill(typed);
    await main.locator('form').evaluate((form) => form.requestSubmit());
    await main.locator('form .note').waitFor();
    expect((await main.locator('textarea').inputValue()) === typed, `the pasted “${typed.slice(0, 20)}” is lost`);
  }
  await step('pasted texts that are no codes', page);
  await page.goto(`${base}/accounts/${mine.id}/receive`);
  await tap(main.getByRole('button', { name: say('设置金额', 'Set an amount') }));
  await refuses('the amount of a code', page.locator('input.amount'), amounts.slice(1));
  await page.locator('input.amount').fill('');
  await refuses('the purpose of a code', labelled('用途', 'Purpose', sheet), [['用'.repeat(21), /20/], ['x'.repeat(61), /20/]]);
});

await part('money from elsewhere', () => page, async () => {
  const bound = (await get('/v1/accounts')).items.find((one) => one.bound_account) ?? mine;
  await page.goto(`${base}/accounts/${bound.id}/top-up`);
  await settled(page);
  if (await page.locator('input.amount').count()) await refuses('money brought in', page.locator('input.amount'), amounts);
});

await part('bills', () => page, async () => {
  await page.goto(`${base}/bills`);
  for (const typed of [...attacks, '%', '_', '\\', '水'.repeat(60), '😀']) {
    await page.getByRole('searchbox').fill(typed);
    await main.getByText(say('没有找到', 'Nothing')).or(main.getByText(/找到 \d+ 项|found/)).first().waitFor();
  }
  await step('what no bill is called', page);
  const shape = /格式|does not look right/;
  await page.goto(`${base}/bills/items/tap-water.yunchuan.baita`);
  const number = main.locator('form input:not([type=search])').first();
  await refuses('the number of a bill', number, [['', /请填写|fill this in/], ...same(shape, '12', '收水费', '1'.repeat(17), '1e10', '-123456', ...attacks)]);
  await number.fill('12');
  await page.reload();
  await number.waitFor();
  expect((await number.inputValue()) === '12', 'a reload loses the number');
  await page.goto(`${base}/bills/items/parking.yunchuan.baita`);
  await refuses('a plate', labelled('车牌号', 'Plate'), same(shape, '1', '云', '云A1234', '云A123456789', ...attacks));
  await page.goto(`${base}/bills/items/tuition.yunchuan.baita`);
  await refuses('a name that is too long or too short', labelled('学生姓名', /Student.s name/), [['', /请填写|fill this in/], ['云', /太短|too short/], ['云'.repeat(31), /30/]]);
});

await part('credit cards', () => page, async () => {
  await page.goto(`${base}/cards`);
  const number = labelled('信用卡卡号', 'number');
  await refuses('the number of a card', number, same(/12 (到|to) 19/, '', '1', '9'.repeat(20), '卡号', '9989-0700-x', ...attacks));
  await bankRefuses('the number of a card', number, ['9989 0700 0000 0000 019', '99010100000000018']);
  await number.fill('９９８９ 0700 0000 0000 018');
  await number.press('Enter');
  await main.locator('.bill').waitFor();
  await tap(main.locator('label.option').filter({ hasText: say('其他金额', 'Another amount') }));
  await refuses('what is paid on a card', page.locator('input.amount'), amounts);
  await page.locator('input.amount').fill('3.21');
  await page.reload();
  await page.locator('input.amount').waitFor();
  expect((await page.locator('input.amount').inputValue()) === '3.21', 'a reload loses what was to be paid on the card');
});

/** A wallet is bound as the page does it, without the page. */
async function boundWallet() {
  const list = await get('/v1/wallets');
  const found = list.items.find((one) => one.state === 'bound');
  if (found) return found.id;
  const money = (amount) => ({ amount, currency: 'CNY' });
  const wallet = { provider: list.providers[0].code, account: mine.id, per_payment: money('50.00'), per_day: money('120.00') };
  const since = Date.now();
  const asked = await post('/v1/proofs', { wallet });
  const given = await post(`/v1/proofs/${asked.id}`, { code: await codeFor(page.context(), base, phone, since) });
  return (await post('/v1/wallets', { wallet, proof: given.token ?? given.id })).id;
}

await part('wallets', () => page, async () => {
  await page.goto(`${base}/wallets`);
  const [payment, perDay] = [main.locator('input.amount').first(), main.locator('input.amount').last()];
  await payment.waitFor();
  await refuses('a wallet’s limit for a payment', payment, amounts);
  await payment.fill('50');
  await refuses('a wallet’s limit for a day', perDay, amounts);
  await perDay.fill('40');
  await refuses('limits that are turned', payment, [['50', /不能大于|above/]]);
  await page.reload();
  await payment.waitFor();
  expect((await perDay.inputValue()) === '40', 'a reload loses the limits');
  const wallet = await boundWallet();
  await page.goto(`${base}/wallets/${wallet}`);
  await main.getByRole('button', { name: say('充值到钱包', 'Top up the wallet') }).waitFor({ timeout: 15_000 });
  await tap(main.getByRole('button', { name: say('充值到钱包', 'Top up the wallet') }));
  await refuses('what a wallet is topped up by', sheet.locator('input.amount'), amounts.filter(([one]) => one !== '9999999999999.99'));
  await page.keyboard.press('Escape');
  await tap(main.getByRole('button', { name: say('提现到账户', 'Withdraw') }).first());
  await refuses('what is withdrawn from a wallet', sheet.locator('input.amount'), amounts.filter(([one]) => one !== '9999999999999.99'));
  await page.keyboard.press('Escape');
  await tap(main.getByRole('button', { name: say('修改限额', 'Change the limits') }));
  await refuses('a changed limit', sheet.locator('input.amount').last(), amounts);
  await call(page.context(), base, session, 'DELETE', `/v1/wallets/${wallet}`);
});

await part('statements and papers', () => page, async () => {
  await page.goto(`${base}/accounts/${mine.id}/statement`);
  const [from, to] = [labelled('从', 'From'), labelled('到', 'To')];
  const submit = { submit: 'form' };
  await from.waitFor();
  for (const [name, field, inputs] of [['the first day of a statement', from, same(next, '')], ['the last day of a statement', to, same(next, '', '2020-01-01', '2099-12-31')]]) {
    const kept = await field.inputValue();
    await field.fill(inputs[0][0]);
    for (const [typed, says] of inputs) {
      await field.fill(typed);
      await refusalAt(field).filter({ hasText: says }).first().waitFor();
    }
    await field.fill(kept);
    await step(`${name}: ${inputs.length} refused`);
  }
  await from.fill('0001-01-01');
  await refusalAt(to).filter({ hasText: '366' }).waitFor();
  await page.goto(`${base}/accounts/${mine.id}/statement?from=%3Cscript%3E&to=2026-99-99`);
  await main.locator('.error').first().waitFor();
  await page.goto(`${base}/verify`);
  await refuses('the number of a paper', labelled('编号', 'Number'), same(next, '', '   '), submit);
  for (const typed of attacks) {
    await labelled('编号', 'Number').fill(typed);
    await labelled('验证码', 'code').fill(typed);
    await labelled('验证码', 'code').press('Enter');
    await main.locator('.note').first().waitFor();
  }
  await step('papers that are none', page);
});

await part('a payment that is interrupted', () => page, async () => {
  await toAmount();
  const sum = `1.${String(Date.now()).slice(-2)}`;
  const [amount, purpose] = [page.locator('input.amount'), labelled('用途', 'Purpose')];
  await amount.fill(sum);
  await purpose.fill(attacks[1]);
  await page.reload();
  await amount.waitFor();
  expect((await amount.inputValue()) === sum && (await purpose.inputValue()) === attacks[1], 'a reload loses amount or purpose');
  await purpose.press('Enter');
  await page.waitForURL(/step=confirm/);
  await main.getByText(attacks[1], { exact: true }).waitFor();
  await step('what looks like a script is a purpose like others', page);
  await page.goBack();
  await amount.waitFor();
  expect((await amount.inputValue()) === sum && (await purpose.inputValue()) === attacks[1], 'the back button loses amount or purpose');
  await page.goForward();
  await page.reload();
  await tap(main.locator('button.primary').last());
  await page.waitForURL(/step=proof/);
  await main.locator('form input').first().waitFor();
  await page.reload();
  await tap(main.locator('button.primary').last());
  await main.locator('input[type=password]').fill('not the password');
  await tap(main.locator('form button[type=submit]').first());
  await main.locator('form [role=alert] .note').waitFor();
  moved.splice(0);
  await main.locator('input[type=password]').fill(password);
  await page.waitForTimeout(apart);
  await main.locator('form button[type=submit]').first().dblclick();
  await page.waitForURL(/\/receipts\//);
  expect(moved.filter((one) => one === 'POST /v1/transfers').length === 1, `the double tap asked ${moved.splice(0).join()}`);
  await page.goBack().catch(() => undefined);
  await settled(page);
  const made = (await get(`/v1/accounts/${mine.id}/entries`)).items.filter((one) => one.amount.amount.replace('-', '') === sum && one.purpose === attacks[1]);
  expect(made.length === 1, `it was paid ${made.length} times`);
  expect(Math.abs(Number(before) - Number(sum) - Number(await held())) < 0.005, `of ${before} there is ${await held()} after ${sum}`);
  moved.splice(0);
  await step('read again, back, forth, a wrong password and a double tap: paid once', page);
});

await part('a payment to another bank that is interrupted', () => page, async () => {
  await toAmount(true);
  await page.locator('input.amount').fill('2.22');
  await page.locator('input.amount').press('Enter');
  await page.waitForURL(/step=confirm/);
  await page.reload();
  await main.getByText('星河测').first().waitFor();
  expect(/step=confirm/.test(page.url()) && (await main.locator('button.primary').count()) > 0, 'a reload cannot go on');
  await page.goBack();
  await page.locator('input.amount').press('Enter');
  await page.waitForURL(/step=confirm/);
  await step('another bank’s payee is known after a reload', page);
});

const desk = await device({ width: 1280, height: 860 });
await part('batches', () => desk, async () => {
  watch(desk);
  await staffSession(desk.context(), base, 'yc.teller3');
  moved.splice(0);
  await desk.goto(`${base}/staff/batches/new`);
  const send = () => desk.locator('form button[type=submit]').click();
  const file = desk.locator('input[type=file]');
  const give = (name, text) => file.setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.isBuffer(text) ? text : Buffer.from(text) });
  await desk.locator('form').waitFor();
  await send();
  await desk.locator('.wrong').first().waitFor();
  await file.evaluate((input) => {
    const given = new DataTransfer();
    given.items.add(new File([new Uint8Array(21 * 1024 * 1024)], 'large.csv'));
    input.files = given.files;
    input.dispatchEvent(new Event('change'));
  });
  await desk.locator('.wrong').filter({ hasText: '20 MB' }).waitFor();
  await send();
  expect(moved.length === 0, `asked of the bank: ${moved.splice(0).join()}`);
  if (!(await desk.locator('.el-select__selected-item:not(.is-transparent)').filter({ hasText: '·' }).count())) {
    await choose(desk.locator('#payer'));
  }
  const files = { 'empty.csv': '', 'binary.csv': Buffer.from([0, 255, 254, 1, 2, 3, 0, 0]), 'words.csv': '没有列名的文字\n', 'table.xlsx': 'this is no table', 'entity.xml': '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 'other.xml': '<a/>', '<script>.csv': '一,二\n1,2\n' };
  for (const [name, text] of Object.entries(files)) {
    await give(name, text);
    await desk.getByText(name, { exact: true }).waitFor();
    await send();
    await desk.locator('form .wrong, form [role=alert] .note').first().waitFor({ timeout: 5000 }).catch(() => expect(false, `nothing is said of the file ${name}`));
    expect(desk.url().endsWith('/batches/new'), `the file ${name} is taken`);
    await step(`the file ${name} is refused`, desk);
  }
});
await part('nothing else was paid', () => page, async () => {
  expect(faults.length === 0, `on the console: ${faults.join(' | ')}`);
});
await browser.close();
