// SPDX-License-Identifier: Apache-2.0
// What tests of the customer page do again and again: settings before the page starts, and sessions without clicking.

/** Language and mode as the page keeps them; to be called before the first visit of a context. */
export function useSettings(context, settings) {
  return context.addInitScript((kept) => {
    if (!localStorage.getItem('yungui.settings')) localStorage.setItem('yungui.settings', JSON.stringify(kept));
  }, settings);
}

async function json(response, what) {
  if (!response.ok()) throw new Error(`${what}: ${response.status()} ${await response.text()}`);
  return response.json();
}

/** A customer's session in the context; answers the session. */
export async function signInByPassword(context, base, { institution, phone, password }) {
  return json(await context.request.post(`${base}/v1/sessions/password`, { data: { institution, phone, password } }), 'sign in');
}

/**
 * The code in the newest message that a phone received since a moment (milliseconds; the same clock as the server's). `names`: what
 * the message must say besides.
 */
export async function codeFor(context, base, phone, since = 0, names = '') {
  for (let tries = 0; tries < 75; tries++) {
    const { messages } = await json(await context.request.get(`${base}/v1/demo/handset?phone=${phone}`), 'handset');
    const fresh = messages.filter((one) => one.phone === phone && Date.parse(one.at) >= since - 1000).sort((a, b) => b.at.localeCompare(a.at));
    const code = fresh.map((one) => /(?:验证码|[Cc]ode)\D{0,12}(\d{6})(?!\d)/.exec(one.text)?.[1]).find(Boolean);
    if (code) {
      const text = fresh.find((one) => one.text.includes(code)).text;
      if (!text.replaceAll(',', '').includes(names)) throw new Error(`the message with the code does not name ${names}: ${text}`);
      return code;
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`no code for ${phone}`);
}

/** The session of a proven phone in the context. */
export async function signInByCode(context, base, { institution, phone }) {
  const since = Date.now();
  await json(await context.request.post(`${base}/v1/codes`, { data: { institution, phone } }), 'ask for a code');
  const code = await codeFor(context, base, phone, since);
  return json(await context.request.post(`${base}/v1/sessions/phone`, { data: { institution, phone, code } }), 'sign in by code');
}

/** A call with the session's token. */
export async function call(context, base, session, method, path, data) {
  const response = await context.request.fetch(base + path, { method, data, headers: { 'X-CSRF-Token': session.csrf_token } });
  return json(response, `${method} ${path}`);
}

/** Chooses the option with these words in a list that opens; once it has opened, as a person's eye does: what still grows under the pointer is missed. */
export async function choose(select, words) {
  const page = select.page();
  await select.click();
  const option = page.locator('.el-select-dropdown__item:visible', words ? { hasText: words } : {}).first();
  await option.waitFor();
  await option.evaluate(async (item) => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
    await Promise.allSettled(item.closest('.el-popper').getAnimations({ subtree: true }).map((one) => one.finished));
  });
  await option.click();
}

/** Until the page has what it asked for, and nothing comes, goes or fades any more. */
export async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => !document.querySelector('.shape'), undefined, { timeout: 5000 }).catch(() => undefined);
  await page.waitForTimeout(120);
  const still = () => !document.getAnimations().some((one) => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity);
  await page.waitForFunction(still, undefined, { timeout: 5000 }).catch(() => undefined);
}
