// SPDX-License-Identifier: Apache-2.0
// The staff's way in, for programs that need a teller beside the customer.

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
