// SPDX-License-Identifier: Apache-2.0
// Every page of the customer side in {360, 1280} px × {standard, elder} × {zh, en}: no axe violation, no sideways scrolling, no error in
// the console, targets as large as the mode asks for.
//   node tests/browser/axe-customer.mjs http://127.0.0.1:8080 [--pictures DIR] [--only PART-OF-A-NAME] [--combination 360-elder]
import { mkdirSync } from 'node:fs';
import { AxeBuilder, launch } from './lib/tools.mjs';
import { call, settled, signInByCode, signInByPassword, useSettings } from './lib/customer.mjs';

const base = (process.argv[2] ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const [pictures, only, wanted] = [option('--pictures'), option('--only'), option('--combination')];
const person = { institution: 'yunchuan', phone: process.env.YUNGUI_PHONE ?? '16400000001', password: process.env.YUNGUI_PASSWORD ?? 'Yungui-2026' };
const newcomer = { institution: 'yunchuan', phone: process.env.YUNGUI_NEW_PHONE ?? `1649${String(Date.now()).slice(-7)}` };
if (pictures) mkdirSync(pictures, { recursive: true });

const browser = await launch(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']);
let checked = 0;
const failures = [];
failures.push = (...found) => {
  for (const one of found) console.log(`FAILED ${one}`);
  return Array.prototype.push.apply(failures, found);
};

/** Cookies of a customer and of a phone are made once: codes are capped. */
async function prepare() {
  const context = await browser.newContext();
  const session = await signInByPassword(context, base, person);
  const accounts = (await call(context, base, session, 'GET', '/v1/accounts')).items;
  const entries = (await call(context, base, session, 'GET', `/v1/accounts/${accounts[0].id}/entries`)).items;
  const customer = { state: await context.storageState(), account: accounts[0].id, entry: entries[0]?.id, transfer: entries.find((one) => one.transfer)?.transfer };
  await context.close();
  const other = await browser.newContext();
  const phone = await signInByCode(other, base, newcomer);
  const started = await call(other, base, phone, 'POST', '/v1/cases', { service: 'account-opening' });
  const { form } = await call(other, base, phone, 'GET', '/v1/services/account-opening');
  const visitor = { state: await other.storageState(), case: started, sections: form.sections };
  await other.close();
  return { customer, visitor };
}

async function audit(page, name, combination) {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  for (const one of violations) failures.push(`${combination} ${name}: ${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`);
  const small = combination.includes('elder') ? 60 : 44;
  const found = await page.evaluate((least) => {
    const sideways = document.documentElement.scrollWidth > window.innerWidth + 1;
    const targets = [...document.querySelectorAll('button, a[href], select, input:not([type=radio]):not([type=checkbox]):not(.visually-hidden)')]
      .filter((one) => one.checkVisibility() && !one.closest('p, .visually-hidden, .skip') && !one.matches('.skip, .visually-hidden'))
      .filter((one) => {
        const box = one.getBoundingClientRect();
        const inner = one.closest('form[role=search], .line')?.getBoundingClientRect().height ?? 0;
        return box.width > 0 && Math.max(box.height, inner) < least - 0.5;
      })
      .map((one) => `${one.className || one.tagName} (${Math.round(one.getBoundingClientRect().height)} px)`);
    return { sideways, targets: [...new Set(targets)] };
  }, small);
  if (found.sideways) failures.push(`${combination} ${name}: scrolls sideways`);
  for (const one of found.targets) failures.push(`${combination} ${name}: target below ${small} px: ${one}`);
  if (pictures) await page.screenshot({ path: `${pictures}/${name}--${combination}.png`, fullPage: true });
  checked++;
}

/** A page with its ways: what it shows and what it says on the console. */
async function open(context, combination) {
  const page = await context.newPage();
  page.on('console', (message) => {
    // A refused call is an answer, not an error of the page.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket/.test(message.text())) failures.push(`${combination} ${page.url()}: console: ${message.text().slice(0, 200)}`);
  });
  page.on('pageerror', (error) => failures.push(`${combination} ${page.url()}: ${error.message}`));
  const visit = async (name, path) => {
    if (only && !name.includes(only)) return;
    await page.goto(base + path);
    await audit(page, name, combination);
  };
  return { page, visit };
}

async function asNobody(context, combination) {
  const { visit } = await open(context, combination);
  await visit('home', '/');
  await visit('services', '/services');
  await visit('service', '/services/account-opening');
  await visit('search', '/search?q=%E6%88%91%E6%83%B3%E5%BC%80%E4%B8%AA%E6%88%B7');
  await visit('search-none', '/search?q=zzzz');
  await visit('messages-nobody', '/messages');
  await visit('me-nobody', '/me');
  await visit('elder', '/me/elder');
  await visit('help', '/help');
  await visit('sign-in', '/sign-in');
  await visit('sign-in-password', '/sign-in?for=customer');
  await visit('not-found', '/nowhere');
}

async function asCustomer(context, combination, { account, entry, transfer }) {
  const { page, visit } = await open(context, combination);
  await visit('customer-home', '/');
  await visit('accounts', '/accounts');
  await visit('account', `/accounts/${account}`);
  if (entry) await visit('entry', `/accounts/${account}/entries/${entry}`);
  await visit('statement', `/accounts/${account}/statement`);
  await visit('top-up', `/accounts/${account}/top-up`);
  await visit('payees', '/payees');
  await visit('messages', '/messages');
  await visit('me', '/me');
  await visit('password', '/me/password');
  await visit('passkeys', '/me/passkeys');
  await visit('cases', '/cases');
  if (transfer) await visit('receipt', `/receipts/${transfer}?new=1`);
  await visit('pay', '/pay');
  if (only && !'pay-amount pay-confirm'.includes(only)) return;
  await page.goto(`${base}/pay`);
  await page.locator('form input').first().fill(process.env.YUNGUI_PAYEE ?? '16400000002');
  await page.locator('form button[type=submit]').click();
  await page.locator('input.amount').fill('12.50');
  await audit(page, 'pay-amount', combination);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL(/step=confirm/);
  await audit(page, 'pay-confirm', combination);
}

/** Each step of the opening as its section draws it; the case's answer is replaced, since its presentation is what is looked at. */
async function asVisitor(context, combination, { case: one, sections }) {
  const { page, visit } = await open(context, combination);
  let shown = one;
  await page.route(`**/v1/cases/${one.id}`, (route) => route.fulfill({ json: shown }));
  for (const section of sections) {
    shown = { ...one, state: 'customer', step: { code: section.code, section, prefill: section.code === 'id-card' ? { front: one.id, back: one.id } : {} } };
    if (section.widget !== 'result') await visit(`case-${section.code}`, `/cases/${one.id}`);
  }
  shown = { ...one, step: undefined, state: 'bank', due_at: new Date(Date.now() + 7.2e6).toISOString() };
  await visit('case-waiting', `/cases/${one.id}`);
  shown = { ...one, step: undefined, state: 'done', result: { account: one.id, account_number: '9901010000000018' } };
  await visit('case-done', `/cases/${one.id}`);
  shown = { ...one, step: undefined, state: 'refused', reason: 'identity.card_expired' };
  await visit('case-refused', `/cases/${one.id}`);
}

const { customer, visitor } = await prepare();
for (const width of [360, 1280]) {
  for (const mode of ['standard', 'elder']) {
    for (const language of ['zh', 'en']) {
      const combination = `${width}-${mode}-${language}`;
      if (wanted && !combination.includes(wanted)) continue;
      for (const [who, state] of [[asNobody, undefined], [asCustomer, customer], [asVisitor, visitor]]) {
        const context = await browser.newContext({ viewport: { width, height: width === 360 ? 780 : 860 }, storageState: state?.state, serviceWorkers: 'block' });
        await useSettings(context, { language, mode, theme: 'light', size: 'normal' });
        try {
          await who(context, combination, state);
        } catch (error) {
          failures.push(`${combination} ${who.name}: ${error.message.split('\n')[0]}`);
        }
        await context.close();
      }
      console.log(`${combination}: ${checked} pages so far, ${failures.length} failures`);
    }
  }
}
await browser.close();
console.log(`${checked} pages, ${failures.length} failures`);
process.exit(failures.length ? 1 : 0);
