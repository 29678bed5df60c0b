// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { creationOptions, credentialJson, fromBase64Url, passkeyRefusal, requestOptions, toBase64Url, usePasskey } from './webauthn';

afterEach(() => vi.unstubAllGlobals());

test('base64url goes there and back for every length', () => {
  for (let length = 0; length < 40; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
    const text = toBase64Url(bytes.buffer);
    expect(text).not.toMatch(/[+/=]/);
    expect(new Uint8Array(fromBase64Url(text))).toEqual(bytes);
  }
});

test('without the browser’s JSON functions the options are read by our own', () => {
  vi.stubGlobal('PublicKeyCredential', {});
  const made = creationOptions({ challenge: 'AQID', user: { id: 'BAU', name: 'n', displayName: 'n' }, excludeCredentials: [{ type: 'public-key', id: 'Bg' }] });
  expect(new Uint8Array(made.challenge as ArrayBuffer)).toEqual(new Uint8Array([1, 2, 3]));
  expect(new Uint8Array(made.user.id as ArrayBuffer)).toEqual(new Uint8Array([4, 5]));
  expect(made.excludeCredentials).toHaveLength(1);
  const asked = requestOptions({ publicKey: { challenge: 'AQID' } });
  expect(new Uint8Array(asked.challenge as ArrayBuffer)).toEqual(new Uint8Array([1, 2, 3]));
  expect(asked.allowCredentials).toEqual([]);
});

test('with them they are used', () => {
  const parse = vi.fn(() => ({ challenge: new ArrayBuffer(1) }));
  vi.stubGlobal('PublicKeyCredential', { parseRequestOptionsFromJSON: parse });
  requestOptions({ challenge: 'AQ' });
  expect(parse).toHaveBeenCalledWith({ challenge: 'AQ' });
});

test('an assertion is written as the contract names it', () => {
  const buffer = new Uint8Array([1]).buffer;
  const credential = { id: 'AQ', rawId: buffer, response: { clientDataJSON: buffer, authenticatorData: buffer, signature: buffer, userHandle: null } };
  expect(credentialJson(credential as unknown as PublicKeyCredential)).toEqual({
    id: 'AQ',
    rawId: 'AQ',
    type: 'public-key',
    response: { clientDataJSON: 'AQ', authenticatorData: 'AQ', signature: 'AQ' },
  });
});

test('the ceremony that the options name travels with the answer', async () => {
  const buffer = new Uint8Array([1]).buffer;
  const credential = { id: 'AQ', rawId: buffer, response: { clientDataJSON: buffer, authenticatorData: buffer, signature: buffer, userHandle: null } };
  vi.stubGlobal('PublicKeyCredential', { parseRequestOptionsFromJSON: (json: unknown) => json });
  vi.stubGlobal('navigator', { credentials: { get: async () => credential } });
  expect((await usePasskey({ challenge: 'AQ', ceremony: '1S0KQ8Z0M0000' })).ceremony).toBe('1S0KQ8Z0M0000');
  expect(await usePasskey({ challenge: 'AQ' })).not.toHaveProperty('ceremony');
});

test('turning away is told from having one already', () => {
  expect(passkeyRefusal(new DOMException('', 'NotAllowedError'))).toBe('web.passkey_cancelled');
  expect(passkeyRefusal(new DOMException('', 'InvalidStateError'))).toBe('web.passkey_exists');
  expect(passkeyRefusal(new DOMException('', 'SecurityError'))).toBe('web.passkey_address');
  expect(passkeyRefusal(new Error('x'))).toBeUndefined();
});
