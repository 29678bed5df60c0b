// SPDX-License-Identifier: Apache-2.0
// Steps that stand still, as the staff see and settle them: on the list of incidents, on the drawing of the service with its counts, and
// in the case's history; and the tables of a service as they are drawn.
//   node tests/browser/incidents.mjs http://localhost:8080 [--pictures DIR] [--english] [--dark]
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { accessible } from './lib/accessible.mjs';
import { call, signInByPassword } from './lib/customer.mjs';
import { base, browser, device, expect, flag, institution, part } from './lib/run.mjs';
import { colleague } from './lib/workbench.mjs';

const english = flag('--english');
const say = (zh, en) => (english ? en : zh);
const folder = join(import.meta.dirname, '../data/services/paper-request');
const service = 'paper-asked';
const phones = ['16400000004', '16400000005', '16400000006', '16400000013'];
const cases = [];
const operations = await colleague('yc.operations');
const page = await operations.context.newPage();
const main = () => page.locator('main');
const incident = (id) => main().locator('li').filter({ hasText: id });

/** The paper request, with a partner to be asked before the teller's task whom nobody knows: its name is put together on the way. */
function broken() {
  const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  files['service.yaml'] = files['service.yaml'].replace('code: paper-request', `code: ${service}`).replace('申请纸质回单', '查询纸质回单').replace('Ask for a paper receipt', 'Look up a paper receipt');
  const asks =
    '<serviceTask id="asked" name="Ask them" yungui:name-zh="询问对方" yungui:operation="partner.ask"><extensionElements>' +
    '<yungui:in name="partner">"po" + "lise"</yungui:in><yungui:in name="question">"status"</yungui:in><yungui:in name="correlation">case.id</yungui:in></extensionElements></serviceTask>';
  files['process.bpmn'] = files['process.bpmn']
    .replace('<exclusiveGateway', `${asks}<exclusiveGateway`)
    .replace('targetRef="print"', 'targetRef="asked"')
    .replace('</process>', '<sequenceFlow id="f10" sourceRef="asked" targetRef="print"/></process>');
  files['scenario.yaml'] = files['scenario.yaml'].replace('institution: yunchuan,', 'institution: yunchuan, partners: {polise: silent},');
  return files;
}

await part('steps that stand still', () => page, async () => {
  const [admin, second] = [await colleague('group.admin'), await colleague('group.admin2')];
  await call(admin.context, base, admin.session, 'POST', `/v1/staff/services/${service}/versions`, { files: broken(), reason: 'a test' });
  const [waiting] = (await call(second.context, base, second.session, 'GET', `/v1/staff/service-releases?service=${service}`)).items;
  await call(second.context, base, second.session, 'POST', `/v1/staff/services/${service}/release/${waiting.id}/decision`, { confirm: true });
  for (const phone of phones) {
    const customer = await device();
    const theirs = await signInByPassword(customer.context(), base, { institution, phone, password: 'Yungui-2026' });
    const { id } = await call(customer.context(), base, theirs, 'POST', '/v1/cases', { service });
    await call(customer.context(), base, theirs, 'POST', `/v1/cases/${id}/steps/ask`, { data: { copies: 5 } });
    cases.push(id);
    await customer.context().close();
  }
  await page.goto(`${base}/staff/incidents`);
  for (const id of cases) await incident(id).waitFor();
  expect((await incident(cases[0]).textContent()).includes(say('询问对方', 'Ask them')), 'the step is not named');
  await accessible(page, 'steps that stand still');
});

await part('the service with its cases drawn on it', () => page, async () => {
  await page.goto(`${base}/staff/services/${service}`);
  const badge = (kind, element) => main().locator(`.djs-overlays[data-container-id=${element}] .badge.${kind}`);
  await badge('incident', 'asked').filter({ hasText: '! 4' }).waitFor();
  expect((await badge('standing', 'asked').textContent()) === '4', 'how many stand there is not drawn');
  const row = main().locator('tbody tr').filter({ hasText: say('询问对方', 'Ask them') });
  expect((await row.locator('td').allTextContents()).slice(1, 4).join() === '4,4,4', `the row says ${await row.locator('td').allTextContents()}`);
  await accessible(page, 'incidents on the drawing');
  await main().locator('.el-radio-button').filter({ hasText: 'copies.dmn' }).click();
  await main().locator('.tjs-table, .decision-table').first().waitFor();
  expect((await main().locator('td.output-cell, td.input-cell').count()) >= 4, 'the table has no rules');
  await accessible(page, 'a decision table as it is drawn');
});

await part('settled', () => page, async () => {
  await page.goto(`${base}/staff/incidents`);
  await incident(cases[0]).getByRole('button', { name: say('重试', 'Try again') }).click();
  await main().locator('.note.attention').filter({ hasText: say('询问对方', 'Ask them') }).waitFor();
  await incident(cases[0]).waitFor();
  await accessible(page, 'tried again in vain');
  const dialog = page.locator('.el-dialog:visible');
  for (const [id, way, why] of [[cases[1], say('跳过这一步', 'Go on without it'), say('已电话核实', 'Asked by telephone')], [cases[2], say('终止业务', 'Give the case up'), say('客户不办了', 'The customer does not want it any more')]]) {
    await incident(id).getByRole('button', { name: way }).click();
    await dialog.locator('button[type=submit]').click();
    await dialog.locator('.wrong').waitFor();
    await dialog.locator('textarea').fill(why);
    await dialog.locator('button[type=submit]').click();
    await incident(id).waitFor({ state: 'detached' });
  }
  expect((await incident(cases[3]).count()) === 1, 'an incident that nobody touched is gone');
  await accessible(page, 'what is left');

  const teller = await colleague('yc.teller2');
  const { items } = await call(teller.context, base, teller.session, 'GET', `/v1/staff/tasks?state=open&service=${service}`);
  expect(items.length === 1 && items[0].case === cases[1], `tasks of ${items.map((one) => one.case)}`);
  const theirs = await teller.context.newPage();
  await theirs.goto(`${base}/staff/tasks/${items[0].id}`);
  await theirs.getByText(say('已电话核实', 'Asked by telephone')).waitFor();
  await accessible(theirs, 'the history says who passed it over and why');
  await teller.context.close();
  for (const id of [cases[0], cases[3]]) {
    await incident(id).getByRole('button', { name: say('终止业务', 'Give the case up') }).click();
    await dialog.locator('textarea').fill(say('测试结束', 'Tidied up'));
    await dialog.locator('button[type=submit]').click();
    await incident(id).waitFor({ state: 'detached' });
  }
});
await browser.close();
