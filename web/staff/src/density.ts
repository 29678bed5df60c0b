// SPDX-License-Identifier: Apache-2.0
import { ref, watch } from 'vue';

const storageKey = 'yungui.staff.density';

/** How close the rows stand; kept on this device. */
export const density = ref<'roomy' | 'compact'>('roomy');

/** Applies the density to the page now and whenever it changes. Once per page. */
export function startDensity(): void {
  try {
    if (localStorage.getItem(storageKey) === 'compact') density.value = 'compact';
  } catch {
    // Storage is closed to us: roomy serves.
  }
  watch(density, (now) => {
    document.documentElement.dataset.density = now;
    try {
      localStorage.setItem(storageKey, now);
    } catch {
      // The choice then lasts for this visit.
    }
  }, { immediate: true });
}
