// SPDX-License-Identifier: Apache-2.0
// The workbench in a real browser, on applications that came through the API: sign-in, list, claim, decide, ask for material once,
// customers, accounts, organisation, figures, services, other institutions, deadlines.
//   node tests/browser/workbench.mjs http://localhost:PORT --data DIR --bank DIR [--pictures DIR]
// The bank runs on a copy of banks/demo in which qingxi works day and night; its account opening is given a shorter limit here.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply, authenticatorCode, person, staffSession } from './lib/cases.mjs';
import { call, choose, settled, signInByPassword, useSettings } from './lib/customer.mjs';
import { launch } from './lib/tools.mjs';

const base = process.argv[2].replace(/\/$/, '');
const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const [data, database, bankFolder, pictures] = [option('--data'), option('--database'), option('--bank'), option('--pictures')];
if (pictures) mkdirSync(pictures, { recursive: true });
const password = 'Yungui-2026-staff';
const browser = await launch();
const errors = [];
let last = Date.now();

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

/** One case of the test; the next goes on where it failed. */
async function test(name, body) {
  try {
    await body();
    console.log(`ok ${name} (${((Date.now() - last) / 1000).toFixed(1)} s)`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`not ok ${name}: ${error.message.split('\n')[0]}`);
  }
  last = Date.now();
}

/** A page of the workbench in a browser context of its own. */
async function desk() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
  await useSettings(context, { language: 'zh', mode: 'standard', theme: 'light', size: 'normal' });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|WebSocket/.test(message.text())) errors.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`));
  return page;
}

async function shot(page, name) {
  await settled(page);
  if (pictures) await page.screenshot({ path: join(pictures, `workbench-${name}.png`), fullPage: true });
}

/** A page of somebody signed in already. */
async function deskOf(username, path) {
  const page = await desk();
  page.session = await staffSession(page.context(), base, username);
  await page.goto(`${base}/staff${path}`);
  await settled(page);
  return page;
}

const audit = (institution, action) =>
  JSON.parse(execFileSync('python3', ['tests/lib/rows.py', data, database, institution, 'audit'], { encoding: 'utf8' })).filter((record) => record.action === action);

const button = (page, name) => page.getByRole('button', { name });
const text = (page, words) => page.getByText(words).first();
const listOf = (page, label) => page.locator('.el-select', { has: page.getByLabel(label) });
const seen = (page, words, timeout = 8000) => text(page, words).waitFor({ timeout });
const tasksOf = async (page, query = '') => (await call(page.context(), base, page.session, 'GET', `/v1/staff/tasks?limit=100${query}`)).items;
const detailOf = (page, task) => call(page.context(), base, page.session, 'GET', `/v1/staff/tasks/${task}`);
const taskOf = async (page, id) => (await tasksOf(page, '&state=all')).find((one) => one.case === id)?.id;
/** How often something stands in a task's history. */
const times = (detail, words) => detail.history.filter((entry) => entry.text.zh.startsWith(words)).length;

const applicant = person('01');
const phoneOf = (n) => `1649${String(Date.now()).slice(-6)}${n}`;
const cases = {};
await test('four applications come to where a person looks at them', async () => {
  for (const [n, [name, institution]] of [['opened', 'yunchuan'], ['refused', 'yunchuan'], ['material', 'yunchuan'], ['elsewhere', 'lanwan']].entries()) {
    cases[name] = { phone: phoneOf(n), ...(await apply(browser, base, applicant, { institution, phone: phoneOf(n) })) };
    expect(cases[name].case.state === 'bank' && cases[name].case.due_at, `${name} waits as ${cases[name].case.state}`);
  }
});

const first = await desk();
await test('a wrong password and a wrong code are refused with a sentence, the right ones let in', async () => {
  await first.goto(`${base}/staff/`);
  await first.getByLabel('用户名').fill('yc.teller1');
  await first.getByLabel('密码', { exact: true }).fill('wrong');
  await button(first, '下一步').dblclick();
  await seen(first, '用户名或密码不对');
  await first.getByLabel('密码', { exact: true }).fill(password);
  await button(first, '下一步').dblclick();
  const code = await authenticatorCode(first.context(), base, 'yc.teller1');
  await first.getByLabel('动态验证码').fill(code === '000000' ? '000001' : '000000');
  await shot(first, 'sign-in-code');
  await button(first, '进入工作台').dblclick();
  await seen(first, '验证码不对');
  expect((await first.context().request.get(`${base}/v1/staff/session`)).status() === 401, 'a wrong code opened a session');
  await first.getByLabel('动态验证码').fill(await authenticatorCode(first.context(), base, 'yc.teller1'));
  await button(first, '进入工作台').click();
  await first.waitForURL(/\/tasks$/);
  first.session = await (await first.context().request.get(`${base}/v1/staff/session`)).json();
});

const rows = (page) => page.locator('tbody tr');
await test('the list holds the institution’s tasks with masked names and deadlines, and its filters filter', async () => {
  await settled(first);
  expect((await rows(first).count()) === 3, `${await rows(first).count()} tasks are listed`);
  expect(!(await first.content()).includes(applicant.truth.name), 'a name is not masked');
  expect((await rows(first).locator('time').count()) === 3, 'a deadline is missing');
  await shot(first, 'tasks');
  await text(first, '只看超时').click();
  await seen(first, '没有符合条件的任务');
  await text(first, '只看超时').click();
  await choose(listOf(first, '业务'), '开立账户');
  await first.waitForURL(/service=account-opening/);
  await settled(first);
  expect((await rows(first).count()) === 3, 'the filter by service loses tasks');
  await text(first, '我的').click();
  await seen(first, '没有符合条件的任务');
});

const second = await deskOf('yc.teller2', '/tasks');
let winner, loser;
await test('two tellers claim the same task: one has it, the other reads who was faster', async () => {
  const task = await taskOf(first, cases.opened.id);
  for (const page of [first, second]) {
    await page.goto(`${base}/staff/tasks/${task}`);
    await button(page, '领取任务').waitFor();
  }
  await Promise.all([first, second].map((page) => button(page, '领取任务').dblclick().catch(() => undefined)));
  const taken = () => /由您处理中|正在处理这项任务/.test(document.body.innerText);
  await Promise.all([first, second].map((page) => page.waitForFunction(taken, undefined, { polling: 100 }).catch(async () => {
    throw new Error(`it is not taken: ${(await page.locator('main').innerText()).replaceAll('\n', ' | ').slice(0, 400)}`);
  })));
  const mine = (await text(first, '由您处理中').count()) === 1;
  [winner, loser] = mine ? [first, second] : [second, first];
  await seen(winner, '由您处理中');
  await seen(loser, /正在处理这项任务/);
  expect((await winner.getByText('刚被其他同事领取').count()) === 0, 'the winner is told that a colleague has it');
  await shot(loser, 'task-held');
  const sentence = (await loser.getByText('刚被其他同事领取').count()) === 1;
  const live = (await button(loser, '领取任务').count()) === 0;
  expect(sentence || live, 'the other teller is not told');
  expect((await button(loser, '同意开户').count()) === 0, 'the other teller can decide');
  const detail = await detailOf(winner, task);
  expect(times(detail, '领取任务') === 1, `it was taken ${times(detail, '领取任务')} times`);
  const refused = await loser.context().request.post(`${base}/v1/staff/tasks/${task}/claim`, { headers: { 'X-CSRF-Token': loser.session.csrf_token } });
  expect(refused.status() === 409 && (await refused.json()).reason === 'task.already_claimed', `the second claim is answered ${refused.status()}`);
});

await test('card, face, scores and the partners’ answers stand side by side, in words', async () => {
  await winner.locator('li button img').nth(3).waitFor();
  await winner.waitForFunction(() => [...document.querySelectorAll('li button img')].every((one) => one.naturalWidth > 0));
  const tops = await winner.locator('li button img').evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
  expect(tops.length === 4 && new Set(tops).size === 1, `the pictures stand at ${tops}`);
  for (const words of ['与证件照相似度', '活体检测', '公安核验', '绑定账户', '名单筛查', '既是中国又是其他国家（地区）税收居民', '其他国家（地区）税收居民', '教师']) await seen(winner, words);
  expect((await winner.getByRole('img', { name: /得分 0\.\d\d，门槛 0\.\d\d/ }).count()) === 1, 'there is no score with its threshold');
  const shown = await winner.locator('main').innerText();
  for (const raw of ['police_reply', 'ask_bank', 'account.tax_residence', 'match', 'teacher', 'daily', 'check_face', applicant.truth.name, applicant.truth.number]) expect(!shown.includes(raw), `“${raw}” is shown`);
  await shot(winner, 'task-mine');
  await winner.locator('li button').first().click();
  await winner.locator('.el-dialog img.large').waitFor();
  await winner.keyboard.press('Escape');
});

/** Decides the task that the page shows; the confirmation is tapped twice. */
async function decide(page, name, { reason, comment } = {}) {
  await button(page, name).click();
  if (reason) await choose(listOf(page, '理由'), reason);
  if (comment) await page.getByLabel(/^说明/).fill(comment);
  await button(page, `确认：${name}`).dblclick();
  await seen(page, '已作出决定');
}

await test('a case is opened, once, however often the button is tapped', async () => {
  const task = await taskOf(winner, cases.opened.id);
  await decide(winner, '同意开户');
  expect(times(await detailOf(winner, task), '完成 · 开户审核') === 1, 'it was decided more than once');
  const { context, session, id } = cases.opened;
  const one = await call(context, base, session, 'GET', `/v1/cases/${id}`);
  expect(one.step?.code === 'password', `the case stands at ${one.state} ${one.step?.code}`);
  expect(audit('yunchuan', 'task.complete').length === 1, 'the audit trail does not hold the decision once');
  cases.opened.customer = (await detailOf(winner, task)).customer;
  cases.opened.task = task;
});

await test('a task that was taken can be given back and taken again', async () => {
  const task = await taskOf(second, cases.refused.id);
  await second.goto(`${base}/staff/tasks/${task}`);
  await button(second, '领取任务').dblclick();
  await button(second, '退回任务池').dblclick();
  await seen(second, '尚未领取');
  await button(second, '领取任务').click();
  await seen(second, '由您处理中');
  const detail = await detailOf(second, task);
  expect(times(detail, '退回任务池') === 1, 'it was given back more than once');
});

await test('a refusal needs a reason; the customer reads it in words', async () => {
  await button(second, '拒绝').click();
  await button(second, '确认：拒绝').click();
  await seen(second, '请选择一个理由');
  await shot(second, 'refuse');
  await choose(listOf(second, '理由'), '开户用途存疑');
  await button(second, '确认：拒绝').dblclick();
  await seen(second, '已作出决定');
  const { context, session, id } = cases.refused;
  const one = await call(context, base, session, 'GET', `/v1/cases/${id}`);
  expect(one.state === 'refused' && one.message.zh.includes('当面了解开户用途'), `${one.state}: ${JSON.stringify(one.message)}`);
});

/** What a phone received, by words; waits for it. */
async function received(phone, words) {
  for (let tries = 0; tries < 150; tries++) {
    const { messages } = await (await first.context().request.get(`${base}/v1/demo/handset?phone=${phone}`)).json();
    if (messages.some((one) => one.text.includes(words))) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`no message “${words}” came to ${phone}`);
}

const question = '请说明为什么在境外也是税收居民。';
await test('more material is asked for with words; the customer gets a message, reads the question and answers', async () => {
  const task = await taskOf(first, cases.material.id);
  await first.goto(`${base}/staff/tasks/${task}`);
  await button(first, '领取任务').dblclick();
  await button(first, '请客户补充资料（仅一次）').click();
  await button(first, '确认：请客户补充资料（仅一次）').click();
  await seen(first, '请填写说明');
  await first.getByLabel('说明').fill(question);
  await button(first, '确认：请客户补充资料（仅一次）').dblclick();
  await seen(first, '已作出决定');
  await received(cases.material.phone, '需要补充一次资料');

  await second.goto(`${base}/staff/tasks`);
  await settled(second);
  const before = await rows(second).count();
  const { context, id } = cases.material;
  await useSettings(context, { language: 'zh', mode: 'standard', theme: 'light', size: 'normal' });
  const page = await context.newPage();
  await page.goto(`${base}/cases/${id}`);
  await seen(page, question);
  await page.locator('main textarea').fill('在国外工作过两年，附完税证明。');
  if (pictures) await page.screenshot({ path: join(pictures, 'workbench-customer-material.png'), fullPage: true });
  await page.locator('main form button[type=submit]').dblclick();
  await seen(page, '工作人员正在审核');
  await page.close();
  await second.waitForFunction((count) => document.querySelectorAll('tbody tr').length > count, before);
});

await test('material cannot be asked for a second time, on the page and past it', async () => {
  const task = await taskOf(second, cases.material.id);
  await second.goto(`${base}/staff/tasks/${task}`);
  await button(second, '领取任务').click();
  await seen(second, '已经用过，不能再次使用');
  expect(await button(second, '请客户补充资料（仅一次）').isDisabled(), 'it is offered again');
  await seen(second, '在国外工作过两年');
  await seen(second, '客户已补充过一次资料');
  await shot(second, 'task-after-material');
  const again = await second.context().request.post(`${base}/v1/staff/tasks/${task}/complete`, { headers: { 'X-CSRF-Token': second.session.csrf_token }, data: { outcome: 'more-material', comment: '再补' } });
  expect(again.status() === 422 && (await again.json()).reason === 'task.outcome_unavailable', `past the page it is answered ${again.status()}`);
  await decide(second, '拒绝', { reason: '资料不足', comment: '没有附完税证明。' });
  await received(cases.material.phone, '没有通过');
});

const why = '核对客户来电咨询的身份';
await test('a customer is masked until a reason is given, and the reason is in the audit trail', async () => {
  await first.goto(`${base}/staff/tasks/${cases.opened.task}`);
  await text(first, '查看客户').click();
  await seen(first, '资料已遮蔽');
  expect(!(await first.content()).includes(applicant.truth.number), 'the number is not masked');
  await shot(first, 'customer-masked');
  await button(first, '显示完整资料').dblclick();
  await first.getByLabel(/^理由/).fill('看');
  await button(first, '记录并显示').click();
  await seen(first, '请写明理由');
  await first.getByLabel(/^理由/).fill(why);
  await button(first, '记录并显示').dblclick();
  await seen(first, '正在显示完整资料');
  await first.locator('.el-dialog').waitFor({ state: 'hidden' });
  expect((await first.content()).includes(applicant.truth.number), 'the number is not shown');
  await shot(first, 'customer-revealed');
  const found = audit('yunchuan', 'customer.reveal');
  expect(found.length === 1 && found[0].reason === why, `the trail says ${JSON.stringify(found)}`);
  await first.reload();
  await seen(first, '资料已遮蔽');
});

await test('an account is found by its customer’s phone and shows what came and went', async () => {
  await first.goto(`${base}/staff/customers`);
  await first.getByLabel('按手机号、证件号或账号查找').fill('16400000001');
  await button(first, '查找').dblclick();
  await seen(first, '查找结果');
  await rows(first).first().getByRole('link').click();
  await seen(first, '身份资料');
  await rows(first).first().getByRole('link').click();
  await first.waitForURL(/\/accounts\//);
  await first.getByRole('heading', { name: '明细' }).waitFor();
  await first.locator('td.figure').first().waitFor();
  expect(!first.url().includes('16400000001'), 'the phone is in the address');
  await shot(first, 'account');
  cases.account = first.url().split('/').at(-1);
});

const manager = await deskOf('yc.manager', '/organisation');
await test('the organisation shows units and who works there', async () => {
  await seen(manager, '白塔区支行');
  await seen(manager, '云知秋');
  expect((await manager.getByText('岚湾').count()) === 0, 'another institution’s unit is shown');
  await shot(manager, 'organisation');
});

await test('the live figures move when somebody pays: sentence, table and chart, without a reload', async () => {
  await manager.goto(`${base}/staff/figures`);
  await manager.locator('canvas').nth(1).waitFor();
  await settled(manager);
  await shot(manager, 'figures');
  const look = () => manager.evaluate(() => ({ words: document.querySelector('main').innerText, chart: [...document.querySelectorAll('canvas')].map((one) => one.toDataURL()).join() }));
  const before = await look();
  const context = await browser.newContext();
  const payer = { institution: 'yunchuan', phone: '16400000003', password: 'Yungui-2026' };
  const session = await signInByPassword(context, base, payer);
  const accounts = (await call(context, base, session, 'GET', '/v1/accounts')).items;
  await pay(context, session, { from: accounts[0].id, to: { phone: '16400000002' }, amount: { amount: '8.88', currency: 'CNY' } }, payer.password);
  await manager.waitForFunction((words) => document.querySelector('main').innerText !== words, before.words, { timeout: 10_000 });
  await manager.waitForTimeout(500);
  const after = await look();
  expect(after.chart !== before.chart, 'the chart stands still');
  expect(/付了 \d+ 笔/.test(after.words), 'the sentence does not say what was paid');
});

async function pay(context, session, transfer, secret) {
  const proof = await call(context, base, session, 'POST', '/v1/proofs', { transfer });
  const given = await call(context, base, session, 'POST', `/v1/proofs/${proof.id}`, { password: secret });
  const response = await context.request.post(`${base}/v1/transfers`, { data: { transfer, proof: given.token }, headers: { 'X-CSRF-Token': session.csrf_token, 'Idempotency-Key': `workbench-${Date.now()}` } });
  expect(response.ok(), `the payment is answered ${response.status()} ${await response.text()}`);
}

await test('a payroll goes from a dropped file over its list of faults and a second person to the last line', async () => {
  const context = await browser.newContext();
  const session = await signInByPassword(context, base, { institution: 'yunchuan', phone: '16400000003', password: 'Yungui-2026' });
  const [account] = (await call(context, base, session, 'GET', '/v1/accounts')).items;
  const own = account.number;
  const roster = `姓名,账号,金额,备注\n柜惊蛰,${own},66.60,11月工资\n柜惊蛰,${own},66.60,11月工资\n别人,${own},1.00,\n`;
  await first.goto(`${base}/staff/batches/new`);
  await seen(first, '云川柜山机械有限公司');
  await button(first, '上传并核对').click();
  await seen(first, '请选择文件');
  await first.locator('#file').setInputFiles({ name: '11月工资.csv', mimeType: 'text/csv', buffer: Buffer.from('账号,金额\n1,2\n') });
  await button(first, '上传并核对').click();
  await seen(first, '缺少必要的列');
  await first.locator('#file').setInputFiles({ name: '11月工资.csv', mimeType: 'text/csv', buffer: Buffer.from(roster) });
  await shot(first, 'payroll-upload');
  await button(first, '上传并核对').dblclick();
  await first.waitForURL(/batches\/\w{13}$/);
  await button(first, '提交审批').waitFor();
  await seen(first, '2 笔有问题');
  await seen(first, '姓名与账户户名不一致');
  expect(!(await first.locator('table').innerText()).includes(own), 'an account number is not masked');
  const [list] = await Promise.all([first.waitForEvent('download'), text(first, '下载问题清单').click()]);
  expect(readFileSync(await list.path(), 'utf8').split('\r\n').length === 4, 'the list of faults has other lines');
  await shot(first, 'payroll-checked');
  await button(first, '提交审批').click();
  await seen(first, '上传的人不能自己审批');
  expect((await button(first, '审批').count()) === 0, 'who uploaded may approve');
  await manager.goto(first.url());
  await button(manager, '审批').click();
  await seen(manager, '付完后余额');
  await shot(manager, 'payroll-approve');
  await button(manager, '确认付款').dblclick();
  await seen(manager, '每一笔都有结果');
  await seen(first, '已完成');
  await shot(first, 'payroll-done');
  const entries = (await call(context, base, session, 'GET', `/v1/accounts/${account.id}/entries`)).items;
  expect(entries.filter((one) => one.kind === 'wages' && one.amount.amount === '66.60').length === 1, 'the wages are not there once');
});

const stranger = await deskOf('lw.teller1', '/tasks');
await test('a teller of another institution sees and opens nothing of it', async () => {
  expect((await rows(stranger).count()) === 1, `${await rows(stranger).count()} tasks are listed`);
  const detail = await detailOf(winner, cases.opened.task);
  for (const path of [`/tasks/${cases.opened.task}`, `/customers/${cases.opened.customer}`, `/accounts/${cases.account}`]) {
    await stranger.goto(`${base}/staff${path}`);
    await stranger.getByRole('alert').getByText('不在您的范围内').first().waitFor();
  }
  for (const path of [`tasks/${cases.opened.task}`, `customers/${cases.opened.customer}`, `accounts/${cases.account}`, `accounts/${cases.account}/entries`, `evidence/${detail.evidence[0].id}`]) {
    const status = (await stranger.context().request.get(`${base}/v1/staff/${path}`)).status();
    expect(status === 404, `${path} is answered ${status}`);
  }
  const headers = { 'X-CSRF-Token': stranger.session.csrf_token };
  for (const [path, body] of [[`tasks/${cases.opened.task}/claim`], [`tasks/${cases.opened.task}/complete`, { outcome: 'open' }], [`customers/${cases.opened.customer}/reveal`, { reason: 'because I like' }]]) {
    const status = (await stranger.context().request.post(`${base}/v1/staff/${path}`, { headers, data: body })).status();
    expect(status === 404, `${path} is answered ${status}`);
  }
});

const admin = await deskOf('group.admin', '/services');
await test('an administrator has the folder read again, once; its change goes live when a second one confirms it', async () => {
  await seen(admin, '开立账户');
  const file = join(bankFolder, 'services/account-opening/service.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('decide_within_business_hours: 4', 'decide_within_business_hours: 0'));
  const say = async (page, reason) => {
    await page.locator('[role=dialog] #why').fill(reason);
    await page.locator('[role=dialog] button[type=submit]').dblclick();
  };
  await button(admin, '重新读取业务目录').first().click();
  await say(admin, '复核时限改短');
  await seen(admin, '已保存并提议上线：account-opening@2', 30_000);
  await seen(admin, '您提出的，由另一位有权限的同事确认。');
  await shot(admin, 'services');
  const second = await deskOf('group.admin2', '/services');
  await button(second, '确认并执行').click();
  await say(second, '看过，同意');
  await second.locator('article.waiting').waitFor({ state: 'detached' });
  await shot(second, 'services, confirmed');
});

await test('a case that is late is marked, filtered, and passed up', async () => {
  const late = await apply(browser, base, applicant, { institution: 'qingxi', phone: phoneOf(9) });
  expect(Date.parse(late.case.due_at) <= Date.now(), `it is due at ${late.case.due_at}`);
  const boss = await deskOf('qx.manager', '/tasks');
  await seen(boss, '已超时', 15_000);
  await seen(boss, '已升级');
  await text(boss, '只看超时').click();
  await boss.waitForURL(/late=yes/);
  await settled(boss);
  expect((await rows(boss).count()) === 1, 'the filter does not find it');
  await shot(boss, 'late');
  await rows(boss).first().getByRole('link').click();
  await seen(boss, '超过时限');
  await seen(boss, /已升级 · .*(柜面主管|网点负责人)/);
  await button(boss, '领取任务').click();
  await seen(boss, '由您处理中');
});

await test('the group’s auditor sees the tasks of all institutions, the most pressing first, and decides nothing', async () => {
  const auditor = await deskOf('group.audit', '/tasks?state=claimed');
  const open = await tasksOf(auditor, '&state=all');
  expect(new Set(open.map((one) => one.institution)).size === 2, `tasks of ${open.map((one) => one.institution)}`);
  expect(open.every((one, i) => i === 0 || open[i - 1].due_at <= one.due_at), `in the order ${open.map((one) => `${one.institution} ${one.due_at}`)}`);
  const pages = [];
  let cursor = '';
  do {
    const page = await call(auditor.context(), base, auditor.session, 'GET', `/v1/staff/tasks?state=all&limit=1${cursor && `&cursor=${cursor}`}`);
    pages.push(...page.items.map((one) => one.id));
    cursor = page.next_cursor ?? '';
  } while (cursor);
  expect(pages.join() === open.map((one) => one.id).join(), 'page by page the list is another');
  expect((await auditor.context().request.post(`${base}/v1/staff/tasks/${open[0].id}/claim`, { headers: { 'X-CSRF-Token': auditor.session.csrf_token } })).status() === 403, 'the auditor may claim');
  await auditor.goto(`${base}/staff/tasks/${open[0].id}`);
  await seen(auditor, '影像仅限经办岗位查看');
  await shot(auditor, 'auditor');
});

await test('signing out ends the session', async () => {
  await button(second, '退出').dblclick();
  await second.waitForURL(/sign-in/);
  expect((await second.context().request.get(`${base}/v1/staff/session`)).status() === 401, 'the session goes on');
});

await test('nothing went wrong in the pages', async () => expect(errors.length === 0, errors.slice(0, 3).join(' | ')));
await browser.close();
