// SPDX-License-Identifier: Apache-2.0
// A stand-in for the bank while pages are drawn: serves the built page under the strict policy of the real server and plausible
// answers kept in memory. It checks nothing and is never shipped; journeys and accessibility are tested against the real server too.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const web = join(import.meta.dirname, '../..');
const form = JSON.parse(readFileSync(join(web, '../banks/demo/services/account-opening/form.json'), 'utf8'));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json', '.json': 'application/json' };
const policy = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const cny = (amount) => ({ amount, currency: 'CNY' });
let counter = 0;
const id = () => `1S0KQ8Z0M${String(++counter).padStart(4, '0')}`;
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

const sessions = new Map();
const handset = [];
const sockets = new Set();
const cases = new Map();
const accounts = [
  { id: id(), number: '9901010000000018', institution: 'yunchuan', product: { zh: '个人Ⅱ类账户', en: 'Personal account, Class II' }, class: '2', state: 'open', currency: 'CNY', balance: cny('12800.50'), available: cny('12800.50'), opened_at: ago(60_000), bound_account: { bank: '云岭商业银行', number: '6200 **** **** 0018' }, inflow_from_others: false, limits: [{ code: 'out_day', name: { zh: '今日对外转出', en: 'Paid to others today' }, limit: cny('10000.00'), used: cny('2500.00') }, { code: 'out_year', name: { zh: '今年对外转出', en: 'Paid to others this year' }, limit: cny('200000.00'), used: cny('186000.00') }] },
  { id: id(), number: '9901010000000026', institution: 'yunchuan', product: { zh: '个人Ⅲ类账户', en: 'Personal account, Class III' }, class: '3', state: 'open', currency: 'CNY', balance: cny('320.00'), available: cny('320.00'), opened_at: ago(30_000), limits: [] },
];
const names = ['柜**', '云*', '**古丽', '柜*'];
const entries = Array.from({ length: 34 }, (_, i) => ({
  id: id(), at: ago(300 + i * 1900), direction: i % 3 === 1 ? 'in' : 'out', kind: i % 6 === 1 ? 'top-up' : 'transfer',
  amount: cny((((i * 7919) % 300000) / 100 + 1).toFixed(2)), balance: cny((12800.5 + i * 17.3).toFixed(2)), counterparty: i % 6 === 1 ? undefined : names[i % 4],
  purpose: i % 4 === 0 ? '房租' : undefined, transfer: id(),
}));
const transfers = new Map();
const topUps = [{ id: id(), amount: cny('500.00'), state: 'credited', requested_at: ago(4000), ended_at: ago(3999) }, { id: id(), amount: cny('90000.00'), state: 'failed', requested_at: ago(9000), ended_at: ago(8999), reason: 'partner.no_funds' }];
const proofs = new Map();
const messages = Array.from({ length: 5 }, (_, i) => ({ id: id(), at: ago(400 + i * 2500), channel: i % 2 ? 'sms' : 'push', state: 'delivered', text: `【云川农商】您尾号0018的账户于11月${20 - i}日转出${(i + 1) * 120}.00元，收款人${names[i % 4]}，余额12,800.50元。` }));
const service = { code: 'account-opening', name: { zh: '开立账户', en: 'Open an account' }, summary: { zh: '在家用身份证和面部识别开立Ⅱ、Ⅲ类账户；Ⅰ类账户可预约到网点办理。', en: 'Open a Class II or III account from home with your ID card and your face; book a branch visit for Class I.' }, category: 'accounts', icon: 'account-opening', audience: 'visitor' };
const order = ['id-card', 'face', 'details', 'decision', 'password', 'passkey'];
const stepTitles = { 'id-card': { zh: '身份证', en: 'ID card' }, face: { zh: '面部识别', en: 'Face' }, details: { zh: '账户与资料', en: 'Account and details' }, decision: { zh: '审核', en: 'Review' }, password: { zh: '密码', en: 'Password' }, passkey: { zh: '通行密钥', en: 'Passkey' } };
service.steps = order.map((code) => ({ code, title: stepTitles[code] }));

function caseShape(one) {
  const at = order.indexOf(one.at);
  const section = form.sections.find((each) => each.code === one.at);
  return {
    id: one.id, service: 'account-opening', service_name: service.name, started_at: one.started, state: one.state,
    steps: order.map((code, i) => ({ code, title: stepTitles[code], state: one.state === 'done' || i < at ? 'done' : i === at ? 'current' : 'ahead' })),
    ...(one.state === 'customer' ? { step: { code: one.at, section, prefill: one.at === 'details' ? { address: '云岭省云川市白塔区云柜路1号' } : {} } } : {}),
    ...(one.state === 'bank' ? { due_at: ago(-180), message: { zh: '柜员正在审核您的申请。', en: 'A teller is looking at your application.' } } : {}),
    ...(one.state === 'done' ? { ended_at: ago(0), message: { zh: '账户已经开好。', en: 'Your account is open.' }, result: { account: accounts[0].id, account_number: accounts[0].number } } : {}),
    ...(one.state === 'refused' ? { ended_at: ago(0), reason: 'account.material_insufficient', message: { zh: '资料不足，这次没有开成。您可以备齐资料后重新申请，或到网点办理。', en: 'The material was not sufficient. You can apply again with all of it, or visit a branch.' } } : {}),
  };
}

function tell(type) {
  const text = Buffer.from(JSON.stringify({ type }));
  for (const socket of sockets) socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
}

function say(phone, text) {
  handset.unshift({ id: id(), phone, channel: 'sms', text, at: ago(0) });
}

class Refusal extends Error {
  constructor(status, reason, more = {}) {
    super(reason);
    this.problem = { type: 'about:blank', title: reason, status, reason, detail: 'Refused by the stand-in.', ...more };
  }
}

function open(response, kind, phone) {
  const token = randomBytes(12).toString('hex');
  const session = { kind, institution: 'yunchuan', phone: `${phone.slice(0, 3)}****${phone.slice(-4)}`, name: kind === 'customer' ? '柜**' : undefined, customer_known: phone === '16400000001', csrf_token: randomBytes(8).toString('hex'), expires_at: ago(-600) };
  sessions.set(token, { ...session, fullPhone: phone });
  response.setHeader('Set-Cookie', `yungui_session=${token}; Path=/; HttpOnly; SameSite=Strict`);
  return [201, session];
}

const routes = [
  ['GET', '/v1/bank', () => [200, { name: { zh: '云柜示范银行集团', en: 'Yungui Demonstration Banking Group' }, short_name: { zh: '云柜银行', en: 'Yungui Bank' }, service_phone: '95999-0', demo: true, languages: ['zh', 'en'], brand: {}, institutions: [{ code: 'yunchuan', name: { zh: '云川农村商业银行', en: 'Yunchuan Rural Commercial Bank' }, short_name: { zh: '云川农商', en: 'Yunchuan Rural' }, time_zone: 'Asia/Shanghai' }, { code: 'lanwan', name: { zh: '岚湾银行', en: 'Lanwan Bank' }, short_name: { zh: '岚湾银行', en: 'Lanwan' }, time_zone: 'Asia/Shanghai' }] }]],
  ['GET', '/v1/services', () => [200, { items: [service, { ...service, code: 'card-pin', name: { zh: '重置密码', en: 'Reset a PIN' }, summary: { zh: '刷脸重置银行卡密码', en: 'Reset your card’s PIN with your face' }, category: 'cards', icon: 'lock', audience: 'customer' }] }]],
  ['GET', '/v1/services/:service', () => [200, { ...service, form }]],
  ['GET', '/v1/search', ({ query }) => [200, { items: /开|户|open/.test(query.get('q')) ? [{ kind: 'service', id: 'account-opening', title: service.name, summary: service.summary, score: 1 }] : [] }]],
  ['POST', '/v1/codes', ({ body }) => { const code = String(Math.floor(Math.random() * 1e6)).padStart(6, '0'); say(body.phone, `【云川农商】您的登录验证码是${code}，5分钟内有效。银行工作人员不会向您索要验证码。`); proofs.set(body.phone, code); return [202, { expires_at: ago(-5), resend_after_seconds: 60 }]; }],
  ['POST', '/v1/sessions/phone', ({ body, response }) => { if (proofs.get(body.phone) !== body.code) throw new Refusal(422, 'authentication.code_wrong'); return open(response, 'phone', body.phone); }],
  ['POST', '/v1/sessions/password', ({ body, response }) => { if (body.password !== 'Yungui-2026') throw new Refusal(401, 'authentication.password_wrong'); return open(response, 'customer', body.phone); }],
  ['GET', '/v1/session', ({ session }) => (session ? [200, session] : [401, { type: 'about:blank', title: '', status: 401, reason: 'authentication.session_missing' }])],
  ['DELETE', '/v1/session', ({ token }) => (sessions.delete(token), [204])],
  ['GET', '/v1/me', ({ session }) => [200, { name: '柜**', phone: '164****0001', id_number: '330***********1000', has_password: session?.kind === 'customer', passkeys: 1 }]],
  ['PUT', '/v1/me/password', () => [204]],
  ['POST', '/v1/me/passkeys/options', () => [200, { ceremony: id(), challenge: randomBytes(16).toString('base64url'), rp: { id: 'localhost', name: '云柜银行' }, user: { id: 'AQ', name: '164****0001', displayName: '柜**' }, pubKeyCredParams: [{ type: 'public-key', alg: -7 }], authenticatorSelection: { residentKey: 'required', userVerification: 'required' } }]],
  ['POST', '/v1/me/passkeys', () => [201, { id: 'k2', created_at: ago(0) }]],
  ['GET', '/v1/me/passkeys', () => [200, { items: [{ id: 'k1', created_at: ago(5000), last_used_at: ago(60) }] }]],
  ['GET', '/v1/cases', () => [200, { items: [...cases.values()].reverse().map(caseShape) }]],
  ['POST', '/v1/cases', () => { const made = { id: id(), at: 'id-card', state: 'customer', started: ago(0) }; cases.set(made.id, made); return [201, caseShape(made)]; }],
  ['GET', '/v1/cases/:case', ({ path }) => [200, caseShape(cases.get(path.case) ?? raise(404, 'case.unknown'))]],
  ['POST', '/v1/cases/:case/steps/:step', ({ path, body }) => {
    const one = cases.get(path.case);
    if (body.data.number && body.data.number.endsWith('9')) throw new Refusal(422, 'form.wrong', { errors: [{ field: 'number', reason: 'identity.number_check_digit' }] });
    const next = order[order.indexOf(path.step) + 1];
    if (!next) one.state = 'done';
    else one.at = next;
    if (next === 'decision') { one.state = 'bank'; setTimeout(() => { one.state = 'customer'; one.at = 'password'; tell('case'); }, 4000); }
    return [200, caseShape(one)];
  }],
  ['POST', '/v1/cases/:case/cancel', ({ path }) => { const one = cases.get(path.case); one.state = 'cancelled'; return [200, caseShape(one)]; }],
  ['POST', '/v1/cases/:case/id-card/:side', async ({ path }) => {
    await new Promise((done) => setTimeout(done, 600));
    const field = (name, value, confidence = 0.98, read = true) => ({ name, value, confidence, read });
    return [200, { evidence: '1S0KQ8Z0M0000', side: path.side, fields: path.side === 'front' ? [field('name', '柜立春'), field('sex', '女'), field('ethnicity', '汉', 0.72), field('birth_date', '1946-01-01'), field('address', '', 0.2, false), field('number', '330999194601011000')] : [field('issuer', '云川市公安局白塔分局'), field('valid_from', '2020-01-01'), field('valid_until', '长期', 0.8)] }];
  }],
  ['POST', '/v1/cases/:case/liveness', () => { const made = { id: id(), nonce: 'n', challenges: ['turn-left', 'blink', 'come-closer'], current: 0, state: 'running', attempts_left: 3, expires_at: ago(-2), batches: 0 }; proofs.set(made.id, made); return [201, made]; }],
  ['POST', '/v1/cases/:case/liveness/:liveness/frames', ({ path }) => { const one = proofs.get(path.liveness); one.batches++; one.hint = one.batches % 3 ? 'turn-more' : undefined; if (one.batches % 3 === 0) one.current++; if (one.current >= 3) Object.assign(one, { state: 'passed', current: 2 }); return [200, one]; }],
  ['GET', '/v1/accounts', () => [200, { items: accounts }]],
  ['GET', '/v1/accounts/:account', ({ path }) => [200, accounts.find((one) => one.id === path.account) ?? raise(404, 'account.unknown')]],
  ['GET', '/v1/accounts/:account/entries', ({ query }) => { const at = Number(query.get('cursor') ?? 0); const limit = Number(query.get('limit') ?? 20); return [200, { items: entries.slice(at, at + limit), ...(at + limit < entries.length ? { next_cursor: String(at + limit) } : {}) }]; }],
  ['GET', '/v1/accounts/:account/statement', ({ query }) => { const [from, to] = [query.get('from'), query.get('to')]; const list = entries.filter((one) => one.at.slice(0, 10) >= from && one.at.slice(0, 10) <= to); const sum = (direction) => list.filter((one) => one.direction === direction).reduce((all, one) => all + Math.round(Number(one.amount.amount) * 100), 0); const money = (fen) => cny((fen / 100).toFixed(2)); return [200, { from, to, opening: cny('9120.00'), closing: money(912000 + sum('in') - sum('out')), in: money(sum('in')), out: money(sum('out')), entries: list }]; }],
  ['GET', '/v1/accounts/:account/top-ups', () => [200, { items: topUps }]],
  ['POST', '/v1/accounts/:account/top-ups', ({ body }) => { const made = { id: id(), amount: body.amount, state: 'requested', requested_at: ago(0) }; topUps.unshift(made); setTimeout(() => { made.state = 'credited'; tell('top-up'); }, 1500); return [202, made]; }],
  ['POST', '/v1/payees/lookup', ({ body }) => { if (body.phone === '16400000099') throw new Refusal(404, 'payment.payee_unknown'); return [200, { masked_name: '柜**', account_number: '9901 **** **** 0034' }]; }],
  ['GET', '/v1/payees', () => [200, { items: [{ account_number: '9901010000000034', masked_name: '柜**', last_paid_at: ago(2000) }, { account_number: '9901020000000042', masked_name: '**古丽', last_paid_at: ago(40_000) }] }]],
  ['POST', '/v1/proofs', ({ body, session }) => { const sum = Number(body.transfer.amount.amount); say(phoneOf(session), `【云川农商】您正在向柜**转账${sum}元，验证码123456，5分钟内有效。`); const made = { id: id(), method: sum <= 500 ? 'password' : sum <= 5000 ? 'sms' : 'passkey', state: 'waiting', expires_at: ago(-5), sent_to: '164****0001', options: { challenge: 'AQID' }, payee: { masked_name: '柜**', account_number: '9901 **** **** 0034' } }; return [201, made]; }],
  ['POST', '/v1/proofs/:proof', ({ path, body }) => { if (body.code === '000000') throw new Refusal(422, 'authentication.code_wrong'); return [200, { id: path.proof, method: 'password', state: 'given', expires_at: ago(-5), token: 't' }]; }],
  ['POST', '/v1/transfers', ({ body }) => { const made = { id: id(), receipt_number: 'YC202611210000018', verification_code: '7Q4K9M', from: body.transfer.from, from_account: '9901 **** **** 0018', to_account: '9901 **** **** 0034', payee_name: '柜**', amount: body.transfer.amount, balance_after: cny('12300.50'), purpose: body.transfer.purpose, at: ago(0), state: 'posted' }; transfers.set(made.id, made); tell('account'); return [201, made]; }],
  ['GET', '/v1/transfers/:transfer', ({ path }) => [200, transfers.get(path.transfer) ?? { id: path.transfer, receipt_number: 'YC202611210000018', verification_code: '7Q4K9M', from: accounts[0].id, from_account: '9901 **** **** 0018', to_account: '9901 **** **** 0034', payee_name: '柜**', amount: cny('12000.00'), balance_after: cny('800.50'), purpose: '房租', at: ago(300), state: 'posted' }]],
  ['GET', '/v1/messages', () => [200, { items: messages }]],
  ['GET', '/v1/demo/handset', () => [200, { messages: handset, authenticators: ['yc.teller1', 'yc.teller2', 'yc.manager'].map((username, i) => ({ username, name: ['云知秋', '云见月', '云长明'][i], code: String(100000 + Math.floor(Date.now() / 30_000) % 800000 + i * 7), seconds_left: 30 - (Math.floor(Date.now() / 1000) % 30) })) }]],
  ['GET', '/v1/demo/sign-ins', () => [200, { password: 'Yungui-2026', customers: [{ name: '柜立春', phone: '16400000001', institution: 'yunchuan' }], staff: [{ username: 'yc.teller1' }], id_cards: [] }]],
];

const phoneOf = (session) => session?.fullPhone ?? '16400000001';

function raise(status, reason) {
  throw new Refusal(status, reason);
}

function find(method, pathname) {
  for (const [verb, pattern, handler] of routes) {
    const [want, got] = [pattern.split('/'), pathname.split('/')];
    if (verb !== method || want.length !== got.length) continue;
    const path = {};
    if (want.every((part, i) => (part.startsWith(':') ? ((path[part.slice(1)] = decodeURIComponent(got[i])), true) : part === got[i]))) return { handler, path };
  }
  return undefined;
}

async function serveApi(request, response, url) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const token = /yungui_session=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1];
  const session = token && sessions.get(token);
  const found = find(request.method, url.pathname);
  const send = (status, body, type = 'application/json') => response.writeHead(status, { 'Content-Type': type }).end(body === undefined ? '' : JSON.stringify(body));
  if (!found) return send(404, { type: 'about:blank', title: '', status: 404, reason: 'http.not_found' }, 'application/problem+json');
  try {
    const body = request.headers['content-type']?.includes('json') && raw.length ? JSON.parse(raw) : undefined;
    return send(...(await found.handler({ path: found.path, query: url.searchParams, body, session, token, response })));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return send(error.problem.status, error.problem, 'application/problem+json');
  }
}

function serveFile(response, url) {
  const [base, folder] = url.pathname.startsWith('/handset') ? ['/handset', 'handset'] : ['', 'customer'];
  const root = join(web, folder, 'dist');
  let file = join(root, normalize(url.pathname.slice(base.length) || '/'));
  if (!file.startsWith(root) || !extname(file) || !statSync(file, { throwIfNoEntry: false })?.isFile()) file = join(root, 'index.html');
  response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': policy }).end(readFileSync(file));
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  if (url.pathname.startsWith('/v1/')) serveApi(request, response, url).catch((error) => (console.error(error), response.writeHead(500).end()));
  else serveFile(response, url);
});
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket)).on('error', () => sockets.delete(socket)).on('data', () => undefined);
});
server.listen(Number(process.env.PORT ?? 5180), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
