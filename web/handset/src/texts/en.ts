// SPDX-License-Identifier: Apache-2.0
import type { SameKeys } from '@yungui/shared';
import type { zh } from './zh';

export const en: SameKeys<typeof zh> = {
  title: 'Demonstration phones',
  lead: 'What the demonstration bank sent by SMS and notice, and the staff’s one-time codes. All people here are made up.',
  language: '中文',
  phone: 'Only this phone',
  all: 'All phones',
  none: 'Nothing yet',
  noneText: 'Ask for a code on the customer page; the SMS appears here at once.',
  gone: 'The bank cannot be reached; trying again.',
  copyCode: 'Copy code {code}',
  channel: { sms: 'SMS', push: 'Notice', mail: 'Mail' },
  staff: 'Staff’s one-time codes',
  seconds: 'changes in {seconds} s',
  signIns: 'Demonstration sign-ins',
  customers: 'Customers',
  employees: 'Staff',
  password: 'Password',
  cards: 'Made-up ID cards',
  cardsText: 'Save the pictures and choose them when you open an account.',
  front: 'Portrait side',
  back: 'Emblem side',
  open: 'Open the customer page',
  workbench: 'Open the workbench',
};
