// SPDX-License-Identifier: Apache-2.0
import type { components } from './schema';

export type Problem = components['schemas']['Problem'];

/** A refusal or failure, as the server's problem document (RFC 9457). */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.reason);
    this.name = 'ProblemError';
  }
}

/** The problem document of an answer; one of our own where the answer (of a proxy, say) holds none. */
export function toProblem(body: unknown, response: { status: number; headers: Headers }): Problem {
  if (typeof body === 'object' && body !== null && typeof (body as Problem).reason === 'string') return body as Problem;
  const after = Number(response.headers.get('Retry-After'));
  return {
    type: 'about:blank',
    title: '',
    status: response.status,
    reason: `web.status_${response.status}`,
    ...(Number.isFinite(after) && after > 0 ? { retry_after_seconds: after } : {}),
  };
}

export function unreachable(error: unknown): Problem {
  const aborted = error instanceof DOMException && error.name === 'AbortError';
  return { type: 'about:blank', title: '', status: 0, reason: aborted ? 'web.cancelled' : 'web.unreachable' };
}

/** The problem of whatever was thrown; a bug in the page is told as such and written to the console. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  console.error(error);
  return { type: 'about:blank', title: '', status: 0, reason: 'web.page_failed' };
}
