// SPDX-License-Identifier: Apache-2.0
import type { operations } from '@yungui/shared';

type Handset = operations['getHandset']['responses']['200']['content']['application/json'];
export type Message = Handset['messages'][number];
export type Authenticator = Handset['authenticators'][number];

export interface Phone {
  number: string;
  messages: Message[];
}

/** One handset a number, the one that rang last first; on each the oldest message above, as phones show them. */
export function phonesOf(messages: readonly Message[], mostPerPhone = 20): Phone[] {
  const phones = new Map<string, Message[]>();
  const newestFirst = [...messages].sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id));
  for (const one of newestFirst) {
    const list = phones.get(one.phone) ?? [];
    if (list.length < mostPerPhone) list.push(one);
    phones.set(one.phone, list);
  }
  return [...phones].map(([number, list]) => ({ number, messages: list.reverse() }));
}

/** The code in a message, if it holds one: six digits that are not part of a longer number or an amount. */
export function codeIn(text: string): string | undefined {
  return /(?:验证码|[Cc]ode)\D{0,12}(?<![\d.,])(\d{6})(?![\d.])/.exec(text)?.[1];
}
