// SPDX-License-Identifier: Apache-2.0
/** Passkeys in the browser, in the JSON forms of WebAuthn Level 3; browsers without the JSON functions are served by our own. */
export type Json = Record<string, unknown>;

export function passkeysSupported(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && !!navigator.credentials && isSecureContext;
}

export function toBase64Url(buffer: ArrayBuffer): string {
  let text = '';
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export function fromBase64Url(text: string): ArrayBuffer {
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes.buffer;
}

type Described = { id: string };

function withIds(list: unknown): PublicKeyCredentialDescriptor[] {
  return ((list as Described[] | undefined) ?? []).map(
    (one) => ({ ...one, id: fromBase64Url(one.id) }) as unknown as PublicKeyCredentialDescriptor,
  );
}

/** Both kinds of options come bare or within `publicKey`. */
function bare(options: Json): Json {
  return (options.publicKey as Json | undefined) ?? options;
}

function ceremonyOf(options: Json): { ceremony?: string } {
  return typeof options.ceremony === 'string' ? { ceremony: options.ceremony } : {};
}

export function creationOptions(options: Json): PublicKeyCredentialCreationOptions {
  const json = bare(options);
  const parse = PublicKeyCredential.parseCreationOptionsFromJSON as ((json: unknown) => PublicKeyCredentialCreationOptions) | undefined;
  if (parse) return parse.call(PublicKeyCredential, json);
  const user = json.user as { id: string };
  return {
    ...json,
    challenge: fromBase64Url(json.challenge as string),
    user: { ...user, id: fromBase64Url(user.id) },
    excludeCredentials: withIds(json.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
}

export function requestOptions(options: Json): PublicKeyCredentialRequestOptions {
  const json = bare(options);
  const parse = PublicKeyCredential.parseRequestOptionsFromJSON as ((json: unknown) => PublicKeyCredentialRequestOptions) | undefined;
  if (parse) return parse.call(PublicKeyCredential, json);
  return {
    ...json,
    challenge: fromBase64Url(json.challenge as string),
    allowCredentials: withIds(json.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
}

export interface CredentialJson {
  /** Of the options, where they named one: the bank finds its challenge by it. */
  ceremony?: string;
  id: string;
  rawId: string;
  type: 'public-key';
  response: Record<string, never>;
}

/** The members that the contract names. Some password managers lack toJSON or throw in it. */
export function credentialJson(credential: PublicKeyCredential): CredentialJson {
  const response: Json = { clientDataJSON: toBase64Url(credential.response.clientDataJSON) };
  if ('attestationObject' in credential.response) {
    const attestation = credential.response as AuthenticatorAttestationResponse;
    response.attestationObject = toBase64Url(attestation.attestationObject);
    response.transports = attestation.getTransports?.() ?? [];
  } else {
    const assertion = credential.response as AuthenticatorAssertionResponse;
    response.authenticatorData = toBase64Url(assertion.authenticatorData);
    response.signature = toBase64Url(assertion.signature);
    if (assertion.userHandle) response.userHandle = toBase64Url(assertion.userHandle);
  }
  return {
    id: credential.id,
    rawId: toBase64Url(credential.rawId),
    type: 'public-key',
    response: response as Record<string, never>,
  };
}

/** Makes a passkey. Throws the browser's NotAllowedError where the person turns away, InvalidStateError where there is one already. */
export async function createPasskey(options: Json): Promise<CredentialJson> {
  const credential = await navigator.credentials.create({ publicKey: creationOptions(options) });
  if (!credential) throw new DOMException('no credential', 'NotAllowedError');
  return { ...credentialJson(credential as PublicKeyCredential), ...ceremonyOf(options) };
}

export async function usePasskey(options: Json): Promise<CredentialJson> {
  const credential = await navigator.credentials.get({ publicKey: requestOptions(options) });
  if (!credential) throw new DOMException('no credential', 'NotAllowedError');
  return { ...credentialJson(credential as PublicKeyCredential), ...ceremonyOf(options) };
}

/** Why the browser gave no passkey, as a reason with a text of its own. */
export function passkeyRefusal(error: unknown): string | undefined {
  if (!(error instanceof DOMException)) return undefined;
  if (error.name === 'InvalidStateError') return 'web.passkey_exists';
  if (error.name === 'NotAllowedError' || error.name === 'AbortError') return 'web.passkey_cancelled';
  // The page stands at another name than the bank's passkeys are kept under: an address without a name, for example.
  if (error.name === 'SecurityError') return 'web.passkey_address';
  return 'web.passkey_failed';
}
