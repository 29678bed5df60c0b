// SPDX-License-Identifier: Apache-2.0
// Every page of the customer side, the workbench and the handset against axe, on the real server: {360, 1280} px × {light, dark} ×
// {zh, en}, the customer side also in elder mode. Also no sideways scrolling, no error in the console, targets as large as the mode
// asks for. A line for each page and combination.
//   node tests/browser/axe.mjs http://localhost:8080 [--pictures DIR] [--only PART-OF-A-NAME] [--combination elder-zh] [--quiet]
// Pages are walked through as a person does, without loading each anew; dark differs from light by its colours only, so there the
// rules about colours are run.
import { mkdirSync } from 'node:fs';
import { apply, person, staffSession } from './lib/cases.mjs';
import { call, signInByCode, signInByPassword, useSettings } from './lib/customer.mjs';
import { axeSource, launch } from './lib/tools.mjs';

const base = (process.argv[2] ?? 'http://localhost:8080').replace(/\/$/, '');
const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const [pictures, only, wanted, quiet] = [option('--pictures'), option('--only'), option('--combination'), process.argv.includes('--quiet')];
const widths = [360, 1280];
const everyRule = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] };
const colourRules = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }, resultTypes: ['violations'] };
const institution = 'lanwan';
const customer = { institution: 'yunchuan', phone: '16400000001', password: 'Yungui-2026' };
if (pictures) mkdirSync(pictures, { recursive: true });

const browser = await launch(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']);
let [checked, failed] = [0, 0];
const began = Date.now();

function report(name, faults) {
  checked++;
  if (faults.length > 0) failed++;
  if (faults.length > 0 || !quiet) console.log(faults.length > 0 ? `not ok axe ${name}: ${faults.join('; ')}` : `ok axe ${name}`);
}

/** Runs before the page's own scripts: counts what it waits for, and a moment more: what an answer is read for may ask the next. */
function countRequests() {
  const own = window.fetch;
  window.__pending = 0;
  window.fetch = (...given) => {
    window.__pending++;
    return own(...given).finally(() => setTimeout(() => window.__pending--, 25));
  };
}

/** Until the page has what it asked for and has drawn it. */
async function still(page) {
  await page.waitForFunction(() => window.__pending === 0 && !document.querySelector('.shape') && [...document.images].every((one) => one.complete || one.loading === 'lazy'), undefined, { polling: 30, timeout: 15_000 });
  // A page that is loaded on demand comes with its heading; one without is found by axe.
  await page.waitForFunction(() => document.querySelector('h1'), undefined, { polling: 30, timeout: 2000 }).catch(() => undefined);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** What a person could not use: sideways scrolling, targets too small. */
function usable(least) {
  const faults = [];
  if (document.documentElement.scrollWidth > window.innerWidth + 1) faults.push(`scrolls sideways (${document.documentElement.scrollWidth} px)`);
  const small = [...document.querySelectorAll('button, a[href], select, input:not([type=radio]):not([type=checkbox]):not(.visually-hidden)')]
    .filter((one) => least > 0 && one.checkVisibility() && !one.closest('p, .visually-hidden, .skip') && !one.matches('.skip, .visually-hidden'))
    .filter((one) => {
      const box = one.getBoundingClientRect();
      const inner = one.closest('form[role=search], .line')?.getBoundingClientRect().height ?? 0;
      return box.width > 0 && Math.max(box.height, inner) < least - 0.5;
    })
    .map((one) => `target ${one.className || one.tagName} is ${Math.round(one.getBoundingClientRect().height)} px high`);
  return [...faults, ...new Set(small)];
}

/** The rules of axe that the page breaks, each with the first places and, of colours, which. */
async function broken(rules) {
  const { violations } = await window.axe.run(document, rules);
  const colours = ({ any: [found] }) => (found?.data?.contrastRatio ? ` (${found.data.fgColor} on ${found.data.bgColor}: ${found.data.contrastRatio})` : '');
  return violations.map((one) => `${one.id} at ${one.nodes.slice(0, 3).map((node) => node.target.join(' ') + colours(node)).join(' | ')}`);
}

/** Looks at the page as it stands in both widths and both themes. */
async function audit(page, name) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: width === 360 ? 780 : 860 });
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.waitForFunction((now) => document.documentElement.dataset.theme === now, theme, { polling: 20 });
      // Colours turn within 200 ms; what is looked at is where they come to rest.
      await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => undefined))));
      const faults = page.errors.splice(0);
      const violations = await page.evaluate(broken, theme === 'light' ? everyRule : colourRules);
      faults.push(...violations);
      if (theme === 'light') faults.push(...await page.evaluate(usable, page.least));
      if (pictures) await page.screenshot({ path: `${pictures}/${name.replaceAll(' ', '-')}--${width}-${page.combination}-${theme}.png`, fullPage: true });
      report(`${name} ${width}-${page.combination}-${theme}`, faults);
    }
  }
}

/** A page of a context, with what it says on the console and the smallest target that it may have. */
async function open(context, combination, least) {
  const page = await context.newPage();
  Object.assign(page, { errors: [], combination, least });
  page.on('console', (message) => {
    // A refused call is an answer, not an error of the page.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket/.test(message.text())) page.errors.push(`console: ${message.text().slice(0, 200)}`);
  });
  page.on('pageerror', (error) => page.errors.push(error.message));
  return page;
}

/** Goes to a page of the same application as its links do; loads it the first time. */
async function go(page, path) {
  if (page.url() === 'about:blank') await page.goto(base + path);
  else {
    await page.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate', { state: null }));
    }, path);
    await page.waitForFunction(() => !document.querySelector('.route-leave-active'), undefined, { polling: 20 });
  }
  await still(page);
}

async function visit(page, name, path, then) {
  if (only && !name.includes(only)) return;
  try {
    await go(page, path);
    if (then) {
      await then(page);
      await still(page);
    }
    await audit(page, name);
  } catch (error) {
    report(`${name} ${page.combination}`, [error.message.split('\n')[0]]);
  }
}

async function nobody(page) {
  const pages = { home: '/', services: '/services', service: '/services/account-opening', 'service of a card': '/services/card-pin', search: '/search?q=%E6%88%91%E6%83%B3%E5%BC%80%E4%B8%AA%E6%88%B7', 'search without result': '/search?q=zzzz', 'messages of nobody': '/messages', 'me of nobody': '/me', 'elder mode': '/me/elder', help: '/help', branches: '/branches', branch: '/branches/P-YC-BT', 'no such branch': '/branches/P-NOWHERE', verify: '/verify#S20261122-0000000000000/2222-2222', 'sign in': '/sign-in', 'sign in by password': '/sign-in?for=customer', 'not found': '/nowhere' };
  for (const [name, path] of Object.entries(pages)) await visit(page, name, path);
}

async function asCustomer(page, { account, entry, transfer, complaint, order, outgoing, item, bill, card, wallet }) {
  const pages = { 'customer home': '/', accounts: '/accounts', account: `/accounts/${account}`, entry: entry && `/accounts/${account}/entries/${entry}`, statement: `/accounts/${account}/statement`, 'top up': `/accounts/${account}/top-up`, payees: '/payees', 'credit cards': '/cards', wallets: '/wallets', orders: '/orders', messages: '/messages', me: '/me', password: '/me/password', passkeys: '/me/passkeys', cases: '/cases', 'service hall': '/services', 'case of a complaint': `/cases/${complaint}`, receipt: transfer && `/receipts/${transfer}?new=1`, certificates: '/certificates', spending: `/accounts/${account}/spending`, receive: `/accounts/${account}/receive`, scan: '/scan', order: `/orders/${order}`, outgoing: `/outgoing/${outgoing}`, bills: '/bills', 'bill item': `/bills/items/${item}`, bill: bill && `/bills/${bill}`, 'credit card': card && `/cards/${card}`, wallet: wallet && `/wallets/${wallet}`, campaigns: '/campaigns' };
  for (const [name, path] of Object.entries(pages)) if (path) await visit(page, name, path);
  await visit(page, 'statement file', `/accounts/${account}/statement`, async () => {
    await page.locator('.formats button').first().click();
    await page.locator('a[download]').waitFor();
  });
  const next = () => page.locator('main form button[type=submit]');
  await visit(page, 'pay', '/pay');
  if (only && !'pay amount pay confirm'.includes(only)) return;
  await page.goto(`${base}/pay`);
  await page.locator('form input').first().fill('16400000002');
  await next().click();
  await page.locator('input.amount').fill('12.50');
  await still(page);
  await audit(page, 'pay amount');
  await next().click();
  await page.waitForURL(/step=confirm/);
  await still(page);
  await audit(page, 'pay confirm');
}

/** Each step of the opening as its section draws it; the case's answer is replaced, since its presentation is what is looked at. */
async function asVisitor(page, { case: one, sections }) {
  let shown = one;
  await page.route(`**/v1/cases/${one.id}`, (route) => route.fulfill({ json: shown }));
  const look = async (name, changes) => {
    shown = { ...one, ...changes };
    await go(page, '/help');
    await visit(page, `case ${name}`, `/cases/${one.id}`);
  };
  for (const section of sections) {
    if (section.widget === 'result') continue;
    await look(section.code, { state: 'customer', step: { code: section.code, task: one.id, section, prefill: section.code === 'id-card' ? { front: one.id, back: one.id } : {} } });
  }
  await look('waiting', { step: undefined, state: 'bank', due_at: new Date(Date.now() + 7.2e6).toISOString() });
  await look('done', { step: undefined, state: 'done', result: { account: one.id, account_number: '9901010000000018' } });
  await look('refused', { step: undefined, state: 'refused', reason: 'identity.card_expired' });
}

async function asNoStaff(page) {
  await visit(page, 'staff sign in', '/staff/sign-in');
  await visit(page, 'staff sign in code', '/staff/sign-in', async () => {
    await page.locator('#username').fill('lw.teller1');
    await page.locator('#password').fill('Yungui-2026-staff');
    await page.locator('form button').first().click();
    await page.locator('#code').waitFor();
  });
}

async function asStaff(page, { tasks, customer: person, account, batch }) {
  const pages = { 'staff tasks': '/tasks', 'staff tasks to sign': '/tasks?state=to_sign', 'staff tasks lent': '/tasks?state=lent', 'staff tasks stranded': '/tasks?state=stranded', 'staff absence': '/tasks/absence', 'staff tasks none': '/tasks?late=yes&state=done', 'staff task open': `/tasks/${tasks[1]}`, 'staff task claimed': `/tasks/${tasks[0]}`, 'staff customers': '/customers', 'staff customer': `/customers/${person}`, 'staff account': `/accounts/${account}`, 'staff organisation': '/organisation', 'staff figures': '/figures', 'staff clearing': '/clearing', 'staff books': '/books', 'staff trial balance': '/books/trial-balance', 'staff general ledger': '/books/general-ledger', 'staff bills': '/bills', 'staff biller days': '/bills/days', 'staff joined billers': '/bills/joined', 'staff supplies': '/supplies', 'staff campaigns': '/campaigns', 'staff campaign new': '/campaigns/new', 'staff community': '/community', 'staff services': '/services', 'staff service': '/services/account-opening', 'staff incidents': '/incidents', 'staff batches': '/batches', 'staff batch upload': '/batches/new', 'staff batch': `/batches/${batch}`, 'staff unknown task': `/tasks/${person}`, 'staff not found': '/nowhere' };
  for (const [name, path] of Object.entries(pages)) await visit(page, name, `/staff${path}`);
  await visit(page, 'staff refuse', `/staff/tasks/${tasks[0]}`, async () => {
    await page.locator('button.outcome').last().click();
    await page.locator('form.questions button').first().click();
  });
  await visit(page, 'staff reveal', `/staff/customers/${person}`, async () => {
    await page.locator('main .line button.push').click();
    await page.locator('.el-dialog form').waitFor();
  });
}

/** Sends an order of any kind with the proof that it asks for; the answer. */
async function prove(context, session, path, kind, order, as = kind) {
  const asked = await call(context, base, session, 'POST', '/v1/proofs', { [kind]: order });
  const { token } = asked.state === 'given' ? { token: asked.token ?? asked.id } : await call(context, base, session, 'POST', `/v1/proofs/${asked.id}`, { password: customer.password });
  const sent = await context.request.post(`${base}${path}`, { data: { [as]: order, proof: token }, headers: { 'X-CSRF-Token': session.csrf_token, 'Idempotency-Key': `axe-${kind}-${Date.now()}` } });
  if (!sent.ok()) throw new Error(`the ${kind} is answered ${sent.status()} ${await sent.text()}`);
  return sent.json();
}

/** A payment, so that a receipt is there to look at. */
const pay = (context, session, from) => prove(context, session, '/v1/transfers', 'transfer', { from, to: { phone: '16400000002' }, amount: one });
const one = { amount: '1.00', currency: 'CNY' };

/** Sessions are made once: codes are capped. */
async function prepareCustomer() {
  const context = await browser.newContext();
  const session = await signInByPassword(context, base, customer);
  const accounts = (await call(context, base, session, 'GET', '/v1/accounts')).items;
  const history = async () => (await call(context, base, session, 'GET', `/v1/accounts/${accounts[0].id}/entries`)).items;
  let entries = await history();
  if (!entries.some((one) => one.transfer)) {
    await pay(context, session, accounts[0].id);
    entries = await history();
  }
  const complaint = (await call(context, base, session, 'POST', '/v1/cases', { service: 'complaint' })).id;
  const from = accounts[0].id;
  const nextWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  const order = await prove(context, session, '/v1/payment-orders', 'standing', { from, to: { phone: '16400000002' }, amount: one, rhythm: 'once', first: nextWeek }, 'order');
  const outgoing = await prove(context, session, '/v1/outgoing-payments', 'outgoing', { from, bank: 'xinghai', number: '9989010000000000011', name: '星河测', amount: one }, 'payment');
  const first = async (path) => (await call(context, base, session, 'GET', path)).items[0]?.id;
  // Bills, cards and wallets are there after the walks that make them.
  const made = { bill: await first('/v1/bills'), card: await first('/v1/credit-cards'), wallet: await first('/v1/wallets') };
  const [item] = (await call(context, base, session, 'GET', '/v1/bill-items?limit=1')).items;
  return { complaint, state: await context.storageState(), account: from, entry: entries[0]?.id, transfer: entries.find((one) => one.transfer)?.transfer, order: order.id, outgoing: outgoing.id, item: item.code, ...made };
}

async function prepareVisitor() {
  const context = await browser.newContext();
  const session = await signInByCode(context, base, { institution: 'yunchuan', phone: `1649${String(Date.now()).slice(-7)}` });
  const started = await call(context, base, session, 'POST', '/v1/cases', { service: 'account-opening' });
  const { form } = await call(context, base, session, 'GET', '/v1/services/account-opening');
  return { state: await context.storageState(), case: started, sections: form.sections };
}

/** A payroll whose lines all have faults. */
async function payroll(context, session) {
  const { items } = await call(context, base, session, 'GET', '/v1/staff/batch-payers');
  const headers = { 'X-CSRF-Token': session.csrf_token, 'Idempotency-Key': `axe-${Date.now()}`, 'Content-Type': 'text/csv' };
  const data = Buffer.from(`账号,姓名,金额\n1,甲,x\n${items[0].number},乙,${Date.now() % 100000}\n`);
  const made = await context.request.post(`${base}/v1/staff/batches?payer=${items[0].account}&on_bad_line=stop&title=axe`, { headers, data });
  if (!made.ok()) throw new Error(`the payroll is answered ${made.status()}`);
  return (await made.json()).id;
}

/** A manager's session, two applications, one of them taken, and a customer with an account. */
async function prepareStaff() {
  const context = await browser.newContext();
  const session = await staffSession(context, base, 'lw.manager');
  const waiting = async () => (await call(context, base, session, 'GET', '/v1/staff/tasks?state=all&limit=100')).items;
  while ((await waiting()).length < 2) await apply(browser, base, person('01'), { institution, phone: `1648${String(Date.now()).slice(-7)}` });
  const tasks = (await waiting()).sort((a, b) => Number(b.state === 'claimed') - Number(a.state === 'claimed')).map((one) => one.id);
  await call(context, base, session, 'POST', `/v1/staff/tasks/${tasks[0]}/claim`);
  const customers = (await call(context, base, session, 'GET', '/v1/staff/customers?limit=100')).items;
  const batch = await payroll(context, session);
  for (const { id } of customers) {
    const { accounts } = await call(context, base, session, 'GET', `/v1/staff/customers/${id}`);
    if (accounts.length > 0) return { state: await context.storageState(), tasks, batch, customer: id, account: accounts[0].id };
  }
  throw new Error('no customer has an account');
}

/** Who looks after services: their versions, and tables on trial. */
async function asOperations(page) {
  const pages = { 'staff versions': '/services/account-opening/versions', 'staff table on trial': '/services/account-opening/trial', 'staff service of a card': '/services/card-replacement' };
  for (const [name, path] of Object.entries(pages)) await visit(page, name, `/staff${path}`);
}

async function prepareOperations() {
  const context = await browser.newContext();
  await staffSession(context, base, 'lw.operations');
  return { state: await context.storageState() };
}

const [known, visitor, staff, operations] = [await prepareCustomer(), await prepareVisitor(), await prepareStaff(), await prepareOperations()];
console.log(`# prepared in ${((Date.now() - began) / 1000).toFixed(0)} s`);
const walks = [];
for (const language of ['zh', 'en']) {
  for (const mode of ['standard', 'elder']) {
    for (const [walk, given] of [[nobody], [asCustomer, known], [asVisitor, visitor]]) walks.push({ walk, given, language, mode, least: mode === 'elder' ? 60 : 44 });
  }
  walks.push({ walk: asNoStaff, language, mode: 'standard', least: 0 }, { walk: asStaff, given: staff, language, mode: 'standard', least: 0 }, { walk: asOperations, given: operations, language, mode: 'standard', least: 0 });
  walks.push({ walk: (page) => visit(page, 'handset', '/handset/'), language, mode: 'standard', least: 44 });
}

async function take() {
  for (let next = walks.shift(); next; next = walks.shift()) {
    const { walk, given, language, mode, least } = next;
    const combination = `${mode}-${language}`;
    if (wanted && !combination.includes(wanted)) continue;
    const context = await browser.newContext({ viewport: { width: 360, height: 780 }, storageState: given?.state, serviceWorkers: 'block', colorScheme: 'light', reducedMotion: 'reduce' });
    await useSettings(context, { language, mode, theme: 'system', size: 'normal' });
    await context.addInitScript(countRequests);
    await context.addInitScript({ content: axeSource });
    const page = await open(context, combination, least);
    try {
      await walk(page, given);
    } catch (error) {
      report(`${walk.name} ${combination}`, [error.message.split('\n')[0]]);
    }
    await context.close();
  }
}
await Promise.all([take(), take()]);
await browser.close();
console.log(`# ${checked} pages and combinations, ${failed} with faults, in ${((Date.now() - began) / 1000).toFixed(0)} s`);
process.exit(failed ? 1 : 0);
