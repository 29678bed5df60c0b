// SPDX-License-Identifier: Apache-2.0
/** The four places of the bottom bar. */
export const places = [
  { tab: 'home', path: '/' },
  { tab: 'services', path: '/services' },
  { tab: 'messages', path: '/messages' },
  { tab: 'me', path: '/me' },
] as const;
