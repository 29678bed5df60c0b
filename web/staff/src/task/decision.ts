// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '../api';

export interface Decision {
  outcome: string;
  reason?: string;
  comment?: string;
}

/** What an outcome asks for and has not been given. */
export function missing(outcome: Schemas['TaskDetail']['outcomes'][number], reason: string, comment: string): ('reason' | 'comment')[] {
  const lacks: ('reason' | 'comment')[] = [];
  if (outcome.needs_reason && !outcome.reasons?.some((one) => one.code === reason)) lacks.push('reason');
  if (outcome.needs_comment && comment.trim() === '') lacks.push('comment');
  return lacks;
}
