// SPDX-License-Identifier: Apache-2.0
// A campaign from its making to its end: described on the workbench (and described wrongly), claimed by a customer, paused, ended. And
// goods that have come, put into the stock.
//   node tests/browser/campaigns.mjs http://localhost:8080 [--phone 16400000012] [--pictures DIR] [--elder] [--english] [--dark]
import { accessible } from './lib/accessible.mjs';
import { signInByPassword } from './lib/customer.mjs';
import { base, browser, device, expect, flag, institution, option, part } from './lib/run.mjs';
import { signInStaff } from './lib/workbench.mjs';

const english = flag('--english');
const say = (zh, en) => (english ? en : zh);
const mark = String(Date.now()).slice(-6);
const name = say(`街市券${mark}`, `Market ${mark}`);
const local = (days) => new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 16); // The bank's clock.
const teller = await device({ width: 1280, height: 900 });
const card = () => teller.locator('section.card').filter({ hasText: name });

await part('a campaign is made', () => teller, async () => {
  await signInStaff(teller, base, 'yc.operations');
  await teller.goto(`${base}/staff/campaigns`);
  await teller.getByRole('button', { name: say('新建活动', 'New campaign') }).click();
  const make = teller.getByRole('button', { name: say('建立活动', 'Make the campaign') });
  await make.click();
  expect((await teller.locator('form .wrong').count()) === 9, 'an empty form does not say what it lacks');
  const fill = async (facts) => {
    for (const [id, value] of Object.entries(facts)) await teller.locator(`#${id}`).fill(value);
  };
  await fill({ 'name-zh': `街市券${mark}`, 'name-en': `Market ${mark}`, 'about-zh': '买菜缴费都能用。', code: 'Winter Warmth', stock: '0', value: '1,50', least: '1', 'time-from': local(-1), 'time-to': local(-2), 'time-use': local(-3) });
  expect((await teller.locator('form .wrong').count()) === 5, `${await teller.locator('form .wrong').allTextContents()}`);
  await accessible(teller, 'a campaign described wrongly');
  await fill({ code: 'winter-warmth', stock: '2', value: '5', least: '4.99', 'time-to': local(2), 'time-use': local(1) });
  expect((await teller.locator('form .wrong').count()) === 2, 'a bill below the value, or a use before the end, is not told');
  await fill({ least: '20', 'time-use': local(9) });
  expect((await teller.locator('form').textContent()).includes('10.00'), 'it does not say what it may cost');
  await make.click();
  await teller.getByText(say('这个代码已被另一个活动使用。', 'Another campaign has this code.')).waitFor();
  await teller.locator('#code').fill(`market-${mark}`);
  await accessible(teller, 'a campaign described');
  await make.click();
  await card().waitFor();
  await accessible(teller, 'the campaign stands in the list');
});

await part('it is claimed', () => teller, async () => {
  const page = await device({ width: 390 });
  await signInByPassword(page.context(), base, { institution, phone: option('--phone', '16400000012'), password: 'Yungui-2026' });
  await page.goto(`${base}/campaigns`);
  const offered = page.locator('article').filter({ hasText: name });
  await offered.getByRole('button').click();
  await offered.locator('.note.good').waitFor();
  await accessible(page, 'the new campaign is claimed');
  await page.context().close();
  await card().filter({ hasText: '1 / 2' }).or(card().filter({ hasText: '1 of 2' })).waitFor(); // The list is live.
});

await part('it is paused and ended', () => teller, async () => {
  for (const [way, state] of [[say('暂停', 'Pause'), say('已暂停', 'Paused')], [say('结束', 'End'), say('已结束', 'Over')]]) {
    await card().getByRole('button', { name: way, exact: true }).click();
    await teller.locator('[role=dialog] textarea').fill(say('核对库存', 'Counting the stock'));
    await teller.locator('[role=dialog] .el-button--primary').click();
    await card().locator('.tag').filter({ hasText: state }).waitFor();
  }
  expect((await card().getByRole('button').count()) === 0, 'what is ended can be opened again');
  await accessible(teller, 'the campaign is over');
});
await part('supplies that have come are put in', () => teller, async () => {
  await teller.getByRole('link', { name: say('物资', 'Supplies') }).click();
  const masks = teller.locator('.shelves li').filter({ hasText: say('口罩', 'Masks') });
  await masks.waitFor();
  const there = async () => Number((await masks.locator('p span').first().textContent()).replace(/\D/g, ''));
  const before = await there();
  await accessible(teller, 'what there is of each kind of goods');
  await masks.getByRole('button').click();
  const dialog = teller.locator('.el-dialog:visible');
  await dialog.locator('#why').fill(say('供应商送货单 118', 'Delivery note 118'));
  await dialog.locator('#pieces').fill('0');
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('.wrong').waitFor();
  await dialog.locator('#pieces').fill('250');
  await accessible(teller, 'goods that have come');
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'detached' });
  expect((await there()) === before + 250, `${before} and 250 are ${await there()}`);
  await accessible(teller, 'they are put in');
});
await browser.close();
