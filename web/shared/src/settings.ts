// SPDX-License-Identifier: Apache-2.0
import { reactive, ref, watch } from 'vue';
import { applyBrand } from './brand';
import type { Language } from './money';

export interface Settings {
  language: Language;
  theme: 'system' | 'light' | 'dark';
  mode: 'standard' | 'elder';
  size: 'normal' | 'largest';
}

const storageKey = 'yungui.settings';

function initial(): Settings {
  const fresh: Settings = {
    language: navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en',
    theme: 'system',
    mode: 'standard',
    size: 'normal',
  };
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Settings>;
    if (kept.language === 'zh' || kept.language === 'en') fresh.language = kept.language;
    if (kept.theme === 'light' || kept.theme === 'dark') fresh.theme = kept.theme;
    if (kept.mode === 'elder') fresh.mode = kept.mode;
    if (kept.size === 'largest') fresh.size = kept.size;
  } catch {
    // Storage is closed to us or holds something else: the defaults serve.
  }
  return fresh;
}

/** How this person wants to read; kept on this device. */
export const settings = reactive<Settings>(initial());

let brand: unknown;

/** The theme that is shown now, whether it was chosen or is the system's. */
export const shownTheme = ref<'light' | 'dark'>('light');

function darkNow(): boolean {
  return settings.theme === 'dark' || (settings.theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

function apply(): void {
  const root = document.documentElement;
  const theme = darkNow() ? 'dark' : 'light';
  root.lang = settings.language === 'zh' ? 'zh-CN' : 'en';
  root.dataset.theme = theme;
  shownTheme.value = theme;
  root.dataset.mode = settings.mode;
  root.dataset.size = settings.size;
  applyBrand(root, brand, theme);
}

export function useBrand(given: unknown): void {
  brand = given;
  apply();
}

/** Applies the settings to the page now and whenever they change. Once per page. */
export function startSettings(): void {
  apply();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  watch(settings, () => {
    apply();
    try {
      localStorage.setItem(storageKey, JSON.stringify(settings));
    } catch {
      // Private windows may refuse; the setting then lasts for this visit.
    }
  });
}
