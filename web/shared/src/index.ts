// SPDX-License-Identifier: Apache-2.0
export * from './api/client';
export * from './api/problem-error';
export type { components, operations, paths } from './api/schema';
export * from './brand';
export * from './contrast';
export * from './dates';
export * from './feel';
export * from './i18n';
export * from './key';
export * from './live';
export * from './money';
export * from './problem';
export * from './settings';
export * from './speech';
export * from './texts/compare';
export * from './webauthn';
export { default as AppIcon } from './components/AppIcon.vue';
