// SPDX-License-Identifier: Apache-2.0
import { sentence, type Problem } from '@yungui/shared';
import type { Language } from '@yungui/shared';
import { i18n } from './texts';

/** What to say to a member of staff about a refusal: the workbench's own words where it has them, otherwise those of all pages. */
export function said(problem: Problem, language: Language): { what: string; next: string } {
  const { t, te } = i18n.global;
  const key = `problems.${problem.reason.replace('.', '_')}`;
  if (!te(`${key}.what`)) return sentence(problem, language);
  const wait = problem.retry_after_seconds ? t('problems.wait', { minutes: Math.ceil(problem.retry_after_seconds / 60) }) : '';
  return { what: t(`${key}.what`), next: wait || t(`${key}.next`) };
}
