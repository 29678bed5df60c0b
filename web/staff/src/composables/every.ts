// SPDX-License-Identifier: Apache-2.0
import { onBeforeUnmount } from 'vue';

/** Does something again and again while the page is looked at, until it is left: for what moves without the bank's telling. */
export function useEvery(milliseconds: number, act: () => unknown): void {
  const timer = setInterval(() => void (document.visibilityState === 'visible' && act()), milliseconds);
  onBeforeUnmount(() => clearInterval(timer));
}
