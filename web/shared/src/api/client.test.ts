// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from 'vitest';
import { answer, createApi } from './client';
import { ProblemError } from './problem-error';

function apiWith(response: () => Response | Promise<Response>, token?: string) {
  const sent: Request[] = [];
  const signedOut = vi.fn();
  const api = createApi({
    baseUrl: 'http://bank.test',
    language: () => 'zh',
    csrfToken: () => token,
    onSignedOut: signedOut,
    fetch: (async (request: Request) => {
      sent.push(request);
      return response();
    }) as typeof fetch,
  });
  return { api, sent, signedOut };
}

const json = (status: number, body: unknown, type = 'application/json') =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } });

test('an unsafe call carries the CSRF token and the language, a safe one no token', async () => {
  const { api, sent } = apiWith(() => json(200, { items: [] }), 'token-1');
  await answer(api.GET('/v1/accounts'));
  await answer(api.POST('/v1/cases', { body: { service: 'account-opening' } }));
  expect(sent[0]?.headers.get('X-CSRF-Token')).toBeNull();
  expect(sent[1]?.headers.get('X-CSRF-Token')).toBe('token-1');
  expect(sent[1]?.headers.get('Accept-Language')).toBe('zh');
});

test('a refusal is thrown as its problem document', async () => {
  const { api, signedOut } = apiWith(() =>
    json(409, { type: 'about:blank', title: 'Conflict', status: 409, reason: 'payment.no_funds' }, 'application/problem+json'),
  );
  await expect(answer(api.GET('/v1/accounts'))).rejects.toMatchObject({ problem: { reason: 'payment.no_funds' } });
  expect(signedOut).not.toHaveBeenCalled();
});

test('an answer without a problem document still has a reason, and its Retry-After is kept', async () => {
  const { api } = apiWith(() => new Response('busy', { status: 503, headers: { 'Retry-After': '7' } }));
  const error = await answer(api.GET('/v1/accounts')).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  expect((error as ProblemError).problem).toMatchObject({ reason: 'web.status_503', retry_after_seconds: 7 });
});

test('a broken connection is told from a refusal', async () => {
  const { api } = apiWith(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(answer(api.GET('/v1/accounts'))).rejects.toMatchObject({ problem: { reason: 'web.unreachable' } });
});

test('an ended session is announced', async () => {
  const { api, signedOut } = apiWith(() => json(401, { type: '', title: '', status: 401, reason: 'authentication.no_session' }));
  await expect(answer(api.GET('/v1/session'))).rejects.toBeInstanceOf(ProblemError);
  expect(signedOut).toHaveBeenCalledOnce();
});
