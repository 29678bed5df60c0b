// SPDX-License-Identifier: Apache-2.0
import { watch } from 'vue';
import { createI18n } from 'vue-i18n';
import { settings } from './settings';
import { en } from './texts/en';
import { zh } from './texts/zh';

/** The same tree of keys with any words: what every language must give. */
export type SameKeys<T> = { [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]> };

/** A text of the bank's data, by language tag. */
export type Text = { [language: string]: string | undefined; zh?: string; en?: string };

/** The page's texts over the shared ones. */
export function createTexts(own: { zh: object; en: object }) {
  const i18n = createI18n({
    legacy: false,
    locale: settings.language,
    fallbackLocale: 'zh',
    messages: { zh: { ...zh, ...own.zh }, en: { ...en, ...own.en } },
  });
  watch(
    () => settings.language,
    (language) => (i18n.global.locale.value = language),
  );
  return i18n;
}

/** What the bank's data says, in the language read now; Chinese where it says nothing in it. */
export function say(text: Text | undefined): string {
  return text?.[settings.language] ?? text?.zh ?? text?.en ?? '';
}
