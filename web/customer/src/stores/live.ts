// SPDX-License-Identifier: Apache-2.0
import { LiveConnection } from '@yungui/shared';
import { defineStore } from 'pinia';
import { ref } from 'vue';

/** The live connection of the signed-in person; `beat` rises whenever something may have changed. */
export const useLive = defineStore('live', () => {
  const beat = ref(0);
  const connected = ref(false);
  const online = ref(navigator.onLine);
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Several events of one change become one reading. */
  function stir(): void {
    clearTimeout(timer);
    timer = setTimeout(() => beat.value++, 150);
  }

  const connection = new LiveConnection({
    onEvent: stir,
    onOpen: stir,
    onState: (state) => (connected.value = state),
  });
  addEventListener('online', () => {
    online.value = true;
    stir();
  });
  addEventListener('offline', () => (online.value = false));

  return { beat, connected, online, start: () => connection.start(), stop: () => connection.stop() };
});
