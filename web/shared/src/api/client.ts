// SPDX-License-Identifier: Apache-2.0
import createClient, { type Middleware } from 'openapi-fetch';
import { ProblemError, toProblem, unreachable } from './problem-error';
import type { paths } from './schema';

export interface ClientOptions {
  /** Read at each call: the language that the person reads now. */
  language: () => string;
  /** The session's token; undefined where nobody is signed in. */
  csrfToken: () => string | undefined;
  /** Called when the server says that the session is over. */
  onSignedOut?: () => void;
  baseUrl?: string;
  fetch?: typeof fetch;
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The API's paths and types as openapi-fetch gives them; adds the language and the CSRF token to what needs them. */
export function createApi(options: ClientOptions) {
  const client = createClient<paths>({
    baseUrl: options.baseUrl ?? '',
    credentials: 'same-origin',
    fetch: (request: Request) => (options.fetch ?? fetch)(request),
  });
  const headers: Middleware = {
    onRequest({ request }) {
      request.headers.set('Accept-Language', options.language());
      const token = options.csrfToken();
      if (token && !safe.has(request.method)) request.headers.set('X-CSRF-Token', token);
      return request;
    },
    onResponse({ response }) {
      if (response.status === 401) options.onSignedOut?.();
      return undefined;
    },
  };
  client.use(headers);
  return client;
}

export type Api = ReturnType<typeof createApi>;

/** What a call answered, or a ProblemError: never half of each. A broken connection is the problem `web.unreachable`. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let outcome: { data?: T; error?: unknown; response: Response };
  try {
    outcome = await call;
  } catch (error) {
    throw new ProblemError(unreachable(error));
  }
  if (!outcome.response.ok) throw new ProblemError(toProblem(outcome.error, outcome.response));
  return outcome.data as T;
}
