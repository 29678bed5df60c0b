// SPDX-License-Identifier: Apache-2.0
import type { Problem } from './api/problem-error';
import type { Language } from './money';
import { problemTexts } from './texts/problems';

/** What to say about a refusal: what happened and why, what to do next. */
export interface Said {
  what: string;
  next: string;
}

const general: Record<string, string> = {
  '0': 'web.unreachable',
  '401': 'web.signed_out',
  '403': 'web.forbidden',
  '404': 'web.not_found',
  '409': 'web.conflict',
  '413': 'web.too_large',
  '429': 'web.too_many',
};

function generalReason(status: number): string {
  return general[String(status)] ?? (status >= 500 ? 'web.bank_unavailable' : 'web.refused');
}

/** A reason's own text, or that of its whole module where one says it all. */
function textOf(reason: string) {
  return problemTexts[reason] ?? problemTexts[reason.replace(/\..*$/, '.*')];
}

/** Whether a detail is in the language that is read: a sentence in another language helps nobody. */
function readable(detail: string | undefined, language: Language): detail is string {
  return !!detail && /[\u3400-\u9fff]/.test(detail) === (language === 'zh');
}

function waiting(seconds: number, language: Language): string {
  const minutes = Math.ceil(seconds / 60);
  if (language === 'zh') return seconds < 90 ? `请在 ${seconds} 秒后再试。` : `请在 ${minutes} 分钟后再试。`;
  return seconds < 90 ? `Please try again in ${seconds} seconds.` : `Please try again in ${minutes} minutes.`;
}

/**
 * The sentence for a problem document, by its reason; where the reason is new to this page the server's detail is said, and where
 * that is not in the language read, what its status means.
 */
export function sentence(problem: Problem, language: Language): Said {
  const known = textOf(problem.reason);
  const fallback = problemTexts[generalReason(problem.status)];
  const what = known?.[language].what ?? (readable(problem.detail, language) ? problem.detail : fallback?.[language].what) ?? '';
  const next = problem.retry_after_seconds
    ? waiting(problem.retry_after_seconds, language)
    : ((known ?? fallback)?.[language].next ?? '');
  return { what, next };
}

export function sayProblem(problem: Problem, language: Language): string {
  const said = sentence(problem, language);
  return language === 'zh' ? said.what + said.next : `${said.what} ${said.next}`.trim();
}

/** The refusals of single fields, by field name; of what stands inside a field also by its whole path ("people/0/name"). */
export function fieldProblems(problem: Problem, language: Language): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { field, reason, detail } of problem.errors ?? []) {
    const path = field.replace(/^\/?data\//, '').replace(/^\//, '');
    const name = path.split(/[./]/)[0] ?? field;
    const known = textOf(reason)?.[language];
    found[path] ??= known
      ? sayProblem({ ...problem, reason, retry_after_seconds: undefined }, language)
      : readable(detail, language)
        ? detail
        : (problemTexts['web.field_refused']?.[language].what ?? '');
    found[name] ??= found[path];
  }
  return found;
}
