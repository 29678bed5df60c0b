// SPDX-License-Identifier: Apache-2.0
// Services of the hall as a customer meets them, and the workbench where colleagues share the work and versions are looked at.
//   node tests/browser/services.mjs http://localhost:8080 [--phone 16400000003] [--pictures DIR] [--elder] [--english] [--dark] [--width 390]
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { accessible } from './lib/accessible.mjs';
import { call, choose, settled, signInByCode, signInByPassword } from './lib/customer.mjs';
import { base, browser, device, expect, flag, institution, option, part, picture, step } from './lib/run.mjs';
import { colleague } from './lib/workbench.mjs';

const phone = option('--phone', '16400000003');
const english = flag('--english');
const apart = 500; // Two taps further apart than a double tap.
const photo = join(import.meta.dirname, '../data/identities/01/front.jpg');
const folder = join(import.meta.dirname, '../data/services/paper-request');
let page = await device({ width: Number(option('--width', '390')) });
const main = () => page.locator('main');
const submit = () => main().locator('form button[type=submit]');

async function press(button) {
  await page.waitForTimeout(apart);
  await button.click();
}

const session = await signInByPassword(page.context(), base, { institution, phone, password: 'Yungui-2026' });
const senior = await colleague('yc.senior');
const other = await colleague('yc.manager');
const teller = await colleague('yc.teller3');

await part('a complaint', () => page, async () => {
  await page.goto(`${base}/services`);
  await main().getByRole('link', { name: english ? /Complaints and suggestions/ : /投诉与建议/ }).click();
  await accessible(page, 'a service before it begins');
  await press(main().getByRole('button', { name: english ? 'Begin' : '开始办理' }));
  await page.waitForURL(/\/cases\//);
  const at = page.url();
  await submit().waitFor();
  await press(submit());
  await main().locator('.error').first().waitFor();
  await accessible(page, 'what is missing is said at each field');
  await main().locator('select').first().selectOption('app');
  await main().locator('textarea').first().fill('转账页面点“下一步”没有反应，附上截图。');
  await main().locator('input[type=file]').setInputFiles({ name: 'words.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
  await main().locator('.bare [role=alert], .bare .note').first().waitFor();
  await main().locator('input[type=file]').setInputFiles(photo);
  await main().locator('.pictures img').waitFor();
  await accessible(page, 'with a picture');

  // Left in the middle, found again in the hall, gone on with.
  await page.goto(`${base}/services`);
  await main().locator('section').filter({ hasText: english ? 'Under way' : '正在办理' }).locator('a[href^="/cases/"]').first().waitFor();
  await accessible(page, 'what runs stands in the hall');
  await page.goto(at);
  await main().locator('textarea').first().waitFor();
  await page.waitForTimeout(300);
  expect((await main().locator('textarea').first().inputValue()).includes('下一步'), 'what was typed is lost');
  expect((await main().locator('.pictures li').count()) === 1, 'the picture is lost');
  await press(submit());
  await main().locator('.waiting').waitFor();
  await accessible(page, 'it is with the bank');

  const id = at.split('/').pop();
  const { items } = await call(senior.context, base, senior.session, 'GET', '/v1/staff/tasks?state=all&limit=100');
  const task = items.find((one) => one.case === id);
  await call(senior.context, base, senior.session, 'POST', `/v1/staff/tasks/${task.id}/claim`);
  const desk = await senior.context.newPage();
  await desk.goto(`${base}/staff/tasks/${task.id}`);
  await desk.waitForFunction(() => document.querySelector('main li button img')?.naturalWidth > 0);
  await picture(desk, 'the staff see the picture');
  await desk.close();
  await call(senior.context, base, senior.session, 'POST', `/v1/staff/tasks/${task.id}/complete`, { outcome: 'settled', comment: '已修复，请更新后再试。' });
  await main().locator('.result').waitFor({ timeout: 15_000 });
  await main().getByText('已修复').waitFor();
  await press(main().locator('.rating label').nth(3));
  await main().locator('[role=status]').filter({ hasText: english ? 'Thank you' : '谢谢您的评价' }).waitFor();
  await accessible(page, 'answered in words, and rated');
  await page.reload();
  await main().locator('.rating input:checked').waitFor({ state: 'attached' });
  expect((await main().locator('.rating input:checked').inputValue()) === '4', 'the stars are forgotten');
});

await part('at a branch’s door', () => page, async () => {
  const own = page;
  page = await device({ width: Number(option('--width', '390')) }); // Somebody without an account.
  await page.goto(`${base}/branches`);
  await main().getByRole('searchbox').fill(english ? 'Baita District' : '白塔区支行');
  expect((await main().locator('.list li').count()) === 1, 'the search finds more, or nothing');
  await accessible(page, 'branches found by name');
  await main().locator('.list a').click();
  await page.waitForURL(/\/branches\/P-YC-BT$/);
  await accessible(page, 'a branch');
  const visit = async (fields, answers) => {
    await main().getByRole('link', { name: english ? /Register a visit/ : /到访登记/ }).click();
    await press(main().getByRole('button', { name: english ? /^(Begin|Start)/ : /开始办理/ }));
    await page.waitForURL(/\/cases\//);
    await submit().waitFor();
    expect((await main().locator('.field, fieldset').count()) === fields, `${await main().locator('.field, fieldset').count()} fields instead of ${fields}`);
    expect((await main().locator('input:checked').first().inputValue()) === 'P-YC-BT', 'the branch has to be chosen again');
    for (const [label, value] of answers) await main().getByLabel(label).first().fill(value);
  };
  await signInByCode(page.context(), base, { institution, phone: `1649${String(Date.now()).slice(-7)}` });
  await page.reload();
  await visit(5, [[english ? 'Your name' : '您的姓名', '到访人'], [english ? 'Temperature' : '体温', '36.5']]);
  await main().locator('label').filter({ hasText: english ? 'Delivery' : '送货' }).click();
  await accessible(page, 'the first visit asks for everything');
  await press(submit());
  await main().locator('.result').waitFor({ timeout: 15_000 });
  await accessible(page, 'a pass to show at the door');
  await page.goto(`${base}/branches/P-YC-BT`);
  await visit(2, [[english ? 'Temperature' : '体温', '36.4']]);
  await accessible(page, 'the second visit asks for the temperature');
  await press(submit());
  await main().locator('.result').waitFor({ timeout: 15_000 });
  await page.context().close();
  page = own;
});

await part('a card', () => page, async () => {
  const [account] = (await call(page.context(), base, session, 'GET', '/v1/accounts')).items;
  await page.goto(`${base}/accounts/${account.id}`);
  await main().getByRole('link', { name: english ? 'Report it lost' : '挂失' }).waitFor();
  await accessible(page, 'an account with its card');
  await press(main().getByRole('link', { name: english ? 'Set a new PIN' : '重置密码' }));
  await press(main().getByRole('button', { name: english ? 'Begin' : '开始办理' }));
  await page.waitForURL(/\/cases\//);
  await submit().waitFor();
  await press(submit()); // The only card is chosen already.
  await main().locator('input[type=password]').first().fill('123456');
  await main().locator('input[type=password]').last().fill('123456');
  await press(submit());
  await main().locator('.error').first().waitFor();
  await accessible(page, 'a PIN that is too easy');
  await main().locator('input[type=password]').first().fill('739164');
  await main().locator('input[type=password]').last().fill('739164');
  await press(submit());
  await main().locator('form.proof input').waitFor();
  // A proof that is forged by the time it comes in: the step is asked again, and says why.
  await page.route('**/v1/proofs/*', (route) => route.fulfill({ json: { token: 'forged-forged-forged' } }), { times: 1 });
  await main().locator('form.proof input').fill('000000');
  await main().locator('.note').filter({ hasText: english ? 'does not count' : '核实无效' }).waitFor();
  await accessible(page, 'a refused proof says why');
  await press(main().getByRole('button', { name: english ? 'Give up this application' : '放弃办理' }));
  await press(page.locator('[role=dialog]:visible').getByRole('button', { name: english ? 'Yes, give up' : '确定放弃' }).first());
  await main().locator('.result').waitFor();
  await accessible(page, 'given up');
});

await part('a box is rented', () => page, async () => {
  const staff = async (who, code, outcome) => {
    const id = page.url().split('/').pop();
    const { items } = await call(who.context, base, who.session, 'GET', '/v1/staff/tasks?service=box-rental&state=all&limit=100');
    const task = items.find((one) => one.case === id && one.state !== 'done');
    await call(who.context, base, who.session, 'POST', `/v1/staff/tasks/${task.id}/claim`);
    const desk = await who.context.newPage();
    await desk.goto(`${base}/staff/tasks/${task.id}`);
    await desk.locator('main').getByText(english ? 'Rental' : '租用').first().waitFor();
    await settled(desk);
    await picture(desk, `the staff, ${code}`);
    await desk.close();
    await call(who.context, base, who.session, 'POST', `/v1/staff/tasks/${task.id}/complete`, { outcome });
  };
  await page.goto(`${base}/services/box-rental`);
  await press(main().getByRole('button', { name: english ? 'Begin' : '开始办理' }));
  await page.waitForURL(/\/cases\//);
  await submit().waitFor();
  for (const value of ['P-YC-BT', 'small', '24']) await main().locator(`input[type=radio][value='${value}']`).check();
  await main().locator('fieldset, [role=radiogroup]').filter({ hasText: english ? 'Pay the fee from' : '从哪个账户付费用' }).last().locator('input[type=radio]').first().check();
  await main().locator('input[type=checkbox]').check();
  await press(submit());
  await main().locator('.error').first().waitFor();
  await accessible(page, 'a keeper besides needs a name');
  await main().locator('input[type=text]').last().fill('王小云');
  await press(submit());
  await main().locator('.waiting').waitFor();
  await accessible(page, 'a box is kept');
  await staff(senior, 'confirm', 'confirm');
  await submit().waitFor({ timeout: 15_000 });
  await accessible(page, 'the box is the customer’s');
  await main().locator('input[type=radio][value=moving]').check();
  await press(submit());
  await main().locator('.waiting').waitFor();
  await accessible(page, 'to be returned');
  await staff(teller, 'return', 'returned');
  await main().locator('.result').waitFor({ timeout: 15_000 });
  await accessible(page, 'the rental has ended');
});

await part('work shared', () => page, async () => {
  for (const words of ['第一件：短信费扣了两次，请核对。', '第二件：短信费扣了两次，请核对。']) {
    const begun = await call(page.context(), base, session, 'POST', '/v1/cases', { service: 'complaint' });
    await call(page.context(), base, session, 'POST', `/v1/cases/${begun.id}/steps/report`, { data: { about: 'fee', text: words } });
  }
  await page.context().close();
  page = await senior.context.newPage();
  await page.goto(`${base}/staff/tasks?service=complaint`);
  await main().locator('td .el-checkbox').nth(1).waitFor();
  for (const place of [0, 1]) await main().locator('td .el-checkbox').nth(place).click();
  // One of them is taken by somebody quicker.
  const { items } = await call(other.context, base, other.session, 'GET', '/v1/staff/tasks?service=complaint');
  await accessible(page, 'two tasks are chosen');
  await page.route('**/v1/staff/task-claims', async (route) => {
    await call(other.context, base, other.session, 'POST', `/v1/staff/tasks/${items[0].id}/claim`);
    await route.continue();
  }, { times: 1 });
  await main().getByRole('button', { name: english ? /^Take/ : /^领取/ }).click();
  await main().locator('.card .wrong').waitFor();
  await accessible(page, 'one is taken, of the other it is said why not');

  await page.goto(`${base}/staff/tasks?state=mine&service=complaint`);
  await main().locator('td a').first().click();
  await page.waitForURL(/\/tasks\/\w{13}/);
  const task = page.url().split('/').pop();
  await main().getByRole('button', { name: english ? 'Ask for signatures' : '加签' }).click();
  const dialog = page.locator('.el-dialog:visible');
  await choose(dialog.locator('.el-select'), '云长明');
  await page.keyboard.press('Escape');
  await dialog.locator('textarea').fill('涉及退费，请一起看。');
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'hidden' });
  await main().locator('li').filter({ hasText: '云长明' }).waitFor();
  const theirs = await other.context.newPage();
  await theirs.goto(`${base}/staff/tasks?state=to_sign`);
  await theirs.locator(`main a[href$="${task}"]`).click();
  await theirs.getByRole('button', { name: english ? 'Sign' : '同意签署', exact: true }).click();
  await theirs.locator('.el-dialog:visible button[type=submit]').click();
  await theirs.locator('.el-dialog').waitFor({ state: 'hidden' });
  await theirs.close();
  await main().getByText(english ? 'Signed' : '已同意').first().waitFor();
  await accessible(page, 'a colleague has signed');

  await main().getByRole('button', { name: english ? 'Lend' : '委派', exact: true }).click();
  await choose(dialog.locator('.el-select'), '云长明');
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('.wrong').first().waitFor();
  await dialog.locator('textarea').fill('请先核对流水。');
  await dialog.locator('button[type=submit]').click();
  await main().getByRole('button', { name: english ? 'Take back' : '收回' }).waitFor();
  expect((await main().locator('button.outcome').count()) === 0, 'a lent task can be decided');
  await accessible(page, 'lent to a colleague');
  const borrowed = await other.context.newPage();
  await borrowed.goto(`${base}/staff/tasks/${task}`);
  await borrowed.getByRole('button', { name: english ? 'Give back' : '交回' }).click();
  await borrowed.locator('.el-dialog:visible textarea').fill('流水核对无误。');
  await borrowed.locator('.el-dialog:visible button[type=submit]').click();
  await borrowed.locator('.el-dialog').waitFor({ state: 'hidden' });
  await borrowed.close();
  await main().locator('button.outcome').first().waitFor();
  await accessible(page, 'given back');
});

await part('filters of one’s own', () => page, async () => {
  await page.goto(`${base}/staff/tasks?service=complaint&late=yes`);
  const row = main().locator('.chips');
  await row.getByRole('button', { name: english ? 'Save this filter' : '保存当前筛选' }).click();
  const dialog = page.locator('.el-dialog:visible');
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('.wrong').waitFor();
  await accessible(page, 'a filter without a name');
  await dialog.locator('input').fill('迟了的投诉');
  await dialog.locator('button[type=submit]').click();
  await row.locator('.chip[aria-pressed=true]').filter({ hasText: '迟了的投诉' }).waitFor();
  await accessible(page, 'a filter is saved');
  await page.goto(`${base}/staff/tasks`);
  await row.locator('.chip').first().click();
  await page.waitForURL(/late=yes/);
  expect(new URL(page.url()).searchParams.get('service') === 'complaint', `the filter leads to ${page.url()}`);
  await row.getByRole('button', { name: english ? 'Rename' : '重命名' }).click();
  await dialog.locator('input').fill('超时投诉');
  await dialog.locator('button[type=submit]').click();
  await row.locator('.chip').filter({ hasText: '超时投诉' }).waitFor();
  await row.getByRole('button', { name: english ? 'Delete' : '删除' }).click();
  await row.locator('.chip').waitFor({ state: 'detached' });
});

await part('away', () => page, async () => {
  await page.goto(`${base}/staff/tasks/absence`);
  await main().locator('form button[type=submit]').click();
  expect((await main().locator('form .wrong').count()) === 3, 'what is missing is not said at each field');
  await main().locator('#from').fill('2026-01-02T09:00');
  await main().locator('#until').fill('2026-01-01T09:00');
  await accessible(page, 'an absence that is past');
  const local = (days) => new Date(Date.now() + days * 86_400_000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  await main().locator('#from').fill(local(-1));
  await main().locator('#until').fill(local(2));
  await choose(main().locator('form .el-select'), '云长明');
  await main().locator('form button[type=submit]').click();
  await main().locator('.sentence').filter({ hasText: '云长明' }).waitFor();
  await accessible(page, 'somebody stands in');
  await main().getByRole('button', { name: english ? 'End it now' : '提前结束' }).click();
  await main().locator('.sentence').filter({ hasText: english ? 'Nobody' : '没有安排' }).waitFor();
});

await part('versions', () => page, async () => {
  const admin = await colleague('group.admin');
  const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const second = await colleague('group.admin2');
  const waiting = async () => (await call(second.context, base, second.session, 'GET', '/v1/staff/service-releases?service=paper-request')).items[0];
  const deploy = async (given) => {
    await call(admin.context, base, admin.session, 'POST', '/v1/staff/services/paper-request/versions', { files: given, reason: 'a test' });
    await call(second.context, base, second.session, 'POST', `/v1/staff/services/paper-request/release/${(await waiting()).id}/decision`, { confirm: true });
  };
  await deploy(files);
  const customer = await device();
  const theirs = await signInByPassword(customer.context(), base, { institution, phone, password: 'Yungui-2026' });
  const { id } = await call(customer.context(), base, theirs, 'POST', '/v1/cases', { service: 'paper-request' });
  const stamped = files['process.bpmn']
    .replace('<exclusiveGateway id="g"', '<manualTask id="stamp" name="Stamp it"/><exclusiveGateway id="g"')
    .replace('sourceRef="print" targetRef="tell"', 'sourceRef="print" targetRef="stamp"')
    .replace('</process>', '<sequenceFlow id="f9" sourceRef="stamp" targetRef="tell"/></process>');
  await deploy({ ...files, 'process.bpmn': stamped });
  await page.close();
  page = await admin.context.newPage();
  await page.goto(`${base}/staff/services/paper-request/versions`);
  await main().getByRole('button', { name: english ? 'Compare with 1' : '与第 1 版比较' }).click();
  await main().locator('.djs-shape.added[data-element-id=stamp]').waitFor();
  expect((await main().locator('.djs-connection.changed').count()) === 1, 'the flow that leads elsewhere is not coloured');
  await accessible(page, 'two versions on the drawing and in words');
  const moves = main().getByRole('region', { name: english ? 'Move running cases' : '移动在办业务' });
  await moves.getByRole('button', { name: english ? 'What would happen' : '看看会怎样' }).click();
  await moves.locator('tr').filter({ hasText: id }).filter({ hasText: english ? 'Can move' : '可以移动' }).waitFor();
  await accessible(page, 'what moving would do to each case');
  await moves.getByRole('button', { name: english ? 'Move 1' : '移动 1 笔' }).click();
  await page.locator('.el-dialog:visible textarea').fill('换到新版');
  await page.locator('.el-dialog:visible button[type=submit]').click();
  await moves.locator('tr').filter({ hasText: id }).filter({ hasText: english ? 'Moved' : '已移动' }).waitFor();
  await main().getByRole('button', { name: english ? 'Roll back to 1' : '退回第 1 版' }).click();
  await page.locator('.el-dialog:visible textarea').fill('新版盖章出错');
  await page.locator('.el-dialog:visible button[type=submit]').click();
  const releases = main().getByRole('region', { name: english ? 'Waiting for a second person' : '待第二人确认' });
  await releases.locator('article').waitFor();
  expect((await releases.getByRole('button', { name: english ? 'Confirm and do it' : '确认并执行' }).count()) === 0, 'who proposed it can confirm it');
  await accessible(page, 'a release that waits for a second person');
  const colleagues = await second.context.newPage();
  const theirs2 = colleagues.getByRole('region', { name: english ? 'Waiting for a second person' : '待第二人确认' });
  await colleagues.goto(`${base}/staff/services`);
  await theirs2.getByRole('link').click();
  await colleagues.waitForURL(/versions$/);
  await press(theirs2.getByRole('button', { name: english ? 'Refuse' : '拒绝' }));
  await colleagues.locator('.el-dialog:visible textarea').fill('先看看日志');
  await colleagues.locator('.el-dialog:visible button[type=submit]').click();
  await releases.locator('tr').filter({ hasText: '先看看日志' }).waitFor();
  await main().getByRole('button', { name: english ? 'Roll back to 1' : '退回第 1 版' }).click();
  await page.locator('.el-dialog:visible textarea').fill('客户办不下去');
  await page.locator('.el-dialog:visible .el-checkbox').click();
  await accessible(page, 'what cannot wait');
  await page.locator('.el-dialog:visible button[type=submit]').click();
  await main().locator('.sentence').filter({ hasText: english ? 'version 1' : '第 1 版' }).waitFor();
  await accessible(page, 'rolled back by one person');
  await press(theirs2.getByRole('button', { name: english ? 'Confirm afterwards' : '补确认' }));
  await colleagues.locator('.el-dialog:visible textarea').fill('看过，同意');
  await colleagues.locator('.el-dialog:visible button[type=submit]').click();
  await releases.locator('tr').filter({ hasText: '看过，同意' }).waitFor();
  await colleagues.close();
  await step('rolled back', page);

  await page.goto(`${base}/staff/services/paper-request/trial`);
  await main().locator('form button[type=submit]').click();
  await main().locator('.wrong').waitFor();
  await page.setInputFiles('#table', { name: 'copies.dmn', mimeType: 'application/xml', buffer: Buffer.from('<no table') });
  await main().locator('form button[type=submit]').click();
  await main().locator('.note').waitFor();
  await accessible(page, 'a table that cannot be read');
  await page.setInputFiles('#table', join(folder, 'copies.dmn'));
  await main().locator('form button[type=submit]').click();
  await main().locator('.sentence').waitFor();
  await accessible(page, 'a table tried on real cases');
});
await browser.close();
