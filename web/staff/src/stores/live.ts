// SPDX-License-Identifier: Apache-2.0
import { LiveConnection } from '@yungui/shared';
import { defineStore } from 'pinia';
import { ref } from 'vue';

const gatherMs = 600;

/** The workbench's live connection. `beat` rises when something in scope may have changed, at most once in 600 ms. */
export const useLive = defineStore('live', () => {
  const beat = ref(0);
  const connected = ref(false);
  let pending: ReturnType<typeof setTimeout> | undefined;

  function stir(): void {
    pending ??= setTimeout(() => {
      pending = undefined;
      beat.value++;
    }, gatherMs);
  }

  const connection = new LiveConnection({
    as: 'staff',
    onEvent: stir,
    onOpen: stir,
    onState: (state) => (connected.value = state),
  });

  return { beat, connected, start: () => connection.start(), stop: () => connection.stop() };
});
