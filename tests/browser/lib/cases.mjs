// SPDX-License-Identifier: Apache-2.0
// Account openings driven through the API: the same calls as the page makes, with a filmed face, without a browser.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeCamera } from '../fake-camera.mjs';
import { call, signInByCode } from './customer.mjs';

const identities = join(import.meta.dirname, '../../data/identities');
const agreement = '2026-11';
const boundAccounts = { '01': '9988000000000002011', '02': '9988000000000002029', '03': '9988000000000002037', '04': '9988000000000002045', '05': '9988000000000002052', '06': '9988000000000002060' };

/** The person of tests/data/identities/NN, with the phone and the bound account that the sandbox knows. */
export function person(identity) {
  const folder = join(identities, identity);
  return { identity, folder, truth: JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')), phone: `164000020${identity}`, boundAccount: boundAccounts[identity] };
}

async function giveSide(context, base, session, id, side, file) {
  const response = await context.request.fetch(`${base}/v1/cases/${id}/id-card/${side}`, {
    method: 'POST', data: readFileSync(file), headers: { 'Content-Type': 'image/jpeg', 'X-CSRF-Token': session.csrf_token },
  });
  if (!response.ok()) throw new Error(`${side}: ${response.status()} ${await response.text()}`);
  return response.json();
}

const frameMs = 100;
const perBatch = 6;

/** The three challenges, answered with the acts that the camera filmed, each picture once. Answers the check as judged. */
async function showFace(context, base, session, id, camera) {
  let live = await call(context, base, session, 'POST', `/v1/cases/${id}/liveness`);
  let at = 0;
  const sent = new Set();
  const fresh = (jpeg) => !sent.has(jpeg) && sent.add(jpeg);
  const calm = [...camera.clips.get('neutral')];
  while (live.state === 'running') {
    const challenge = live.current;
    const frames = [...calm.splice(0, perBatch), ...camera.clips.get(live.challenges[challenge])].filter(fresh);
    while (live.state === 'running' && live.current === challenge) {
      if (frames.length === 0) throw new Error(`the act ${live.challenges[challenge]} was not seen: ${live.hint}`);
      const batch = frames.splice(0, perBatch).map((jpeg) => ({ at_ms: (at += frameMs), jpeg }));
      live = await call(context, base, session, 'POST', `/v1/cases/${id}/liveness/${live.id}/frames`, { nonce: live.nonce, challenge, frames: batch });
    }
    at += Math.min(frames.length + perBatch, 10) * frameMs; // The head goes back to rest before it is asked again.
  }
  return live;
}

/** Until the case waits for somebody else than the bank's own steps. */
async function settledCase(context, base, session, id) {
  for (let tries = 0; tries < 100; tries++) {
    const one = await call(context, base, session, 'GET', `/v1/cases/${id}`);
    if (one.state !== 'bank' || one.due_at) return one;
    await new Promise((done) => setTimeout(done, 150));
  }
  throw new Error(`case ${id} stays with the bank`);
}

async function submit(context, base, session, id, step, data) {
  await call(context, base, session, 'POST', `/v1/cases/${id}/steps/${step}`, { data });
  return settledCase(context, base, session, id);
}

/**
 * An application up to where the decision table sends it: by default to a teller, since the applicant is tax resident elsewhere
 * too. One person may apply from several phones. Answers the session's context, the session and the case.
 */
export async function apply(browser, base, who, { institution = 'yunchuan', phone = who.phone, taxResidence = 'both', accountClass = '2' } = {}) {
  const context = await browser.newContext();
  const session = await signInByCode(context, base, { institution, phone });
  const { id } = await call(context, base, session, 'POST', '/v1/cases', { service: 'account-opening' });
  await submit(context, base, session, id, 'consent', { agreement_privacy: agreement, agreement_face: agreement });
  const front = await giveSide(context, base, session, id, 'front', join(who.folder, 'front.jpg'));
  const back = await giveSide(context, base, session, id, 'back', join(who.folder, 'back.jpg'));
  const { truth } = who;
  await submit(context, base, session, id, 'id-card', {
    front: front.evidence, back: back.evidence, name: truth.name, sex: truth.gender, ethnicity: truth.ethnicity, number: truth.number,
    birth_date: truth.birth, address: truth.address, issuer: truth.issuer, valid_from: truth.valid_from, valid_until: truth.valid_until,
  });
  const camera = await FakeCamera.make({ identity: truth.identity });
  const live = await showFace(context, base, session, id, camera);
  if (live.state !== 'passed') throw new Error(`the face check of ${who.identity} ended as ${live.state}: ${live.reason}`);
  const faced = await submit(context, base, session, id, 'face', { liveness: live.id });
  if (faced.step?.code !== 'details') throw new Error(`after the face the case of ${who.identity} stands at ${faced.state} ${faced.step?.code} ${JSON.stringify(faced.step?.note)} ${faced.reason}`);
  const one = await submit(context, base, session, id, 'details', {
    class: accountClass, bound_bank: '云岭商业银行', bound_account: who.boundAccount, bound_phone: who.phone, occupation: 'teacher',
    address: '云岭省云川市白塔区云柜路100号', purpose: 'daily', tax_residence: taxResidence, agreement_account: agreement,
  });
  return { context, session, id, case: one };
}

/** A member of the staff's session in a context, with password and authenticator's code. */
export async function staffSession(context, base, username) {
  const ticket = await (await context.request.post(`${base}/v1/staff/sessions`, { data: { username, password: 'Yungui-2026-staff' } })).json();
  const code = await authenticatorCode(context, base, username);
  const response = await context.request.post(`${base}/v1/staff/sessions/second-factor`, { data: { ticket: ticket.ticket, code } });
  if (!response.ok()) throw new Error(`${username}: ${await response.text()}`);
  return response.json();
}

/** What the person's authenticator shows now. */
export async function authenticatorCode(context, base, username) {
  const { authenticators } = await (await context.request.get(`${base}/v1/demo/handset`)).json();
  return authenticators.find((one) => one.username === username).code;
}
