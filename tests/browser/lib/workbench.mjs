// SPDX-License-Identifier: Apache-2.0
// The staff's way in, for programs that need a teller beside the customer.
import { authenticatorCode } from './cases.mjs';
import { useSettings } from './customer.mjs';
import { base, browser, expect, settings } from './run.mjs';

/** Signs in with both factors; the second is the demonstration's, from the handset page. */
export async function signInStaff(page, base, username, password = 'Yungui-2026-staff') {
  await page.goto(`${base}/staff/sign-in`);
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('form button[type=submit]').click();
  await page.locator('#code').waitFor();
  const { authenticators } = await (await page.context().request.get(`${base}/v1/demo/handset`)).json();
  await page.locator('#code').fill(authenticators.find((one) => one.username === username).code);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));
}

/** A colleague's session; a code of the authenticator counts once, so whoever has just used one waits for
 * the next; five wrong ones would lock the account. */
export async function colleague(username) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
  await useSettings(context, { ...settings, mode: 'standard' });
  for (let tries = 0; ; tries++) {
    const { ticket } = await (await context.request.post(`${base}/v1/staff/sessions`, { data: { username, password: 'Yungui-2026-staff' } })).json();
    const answer = await context.request.post(`${base}/v1/staff/sessions/second-factor`, { data: { ticket, code: await authenticatorCode(context, base, username) } });
    if (answer.ok()) return { context, session: await answer.json() };
    expect(tries < 4, `${username} cannot sign in: ${await answer.text()}`);
    await new Promise((done) => setTimeout(done, 10_000));
  }
}
