// SPDX-License-Identifier: Apache-2.0
import { answer, say, useBrand, useTimeZone } from '@yungui/shared';
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { api, type Schemas } from '../api';

const storageKey = 'yungui.institution';

/** What the bank is, and with which of its institutions this person banks. */
export const useBank = defineStore('bank', () => {
  const bank = ref<Schemas['Bank']>();
  const chosen = ref(readChoice());

  const institution = computed(
    () => bank.value?.institutions.find((one) => one.code === chosen.value) ?? bank.value?.institutions[0],
  );
  const name = computed(() => say(institution.value?.short_name ?? institution.value?.name));
  const groupName = computed(() => say(bank.value?.short_name ?? bank.value?.name));

  async function load(): Promise<void> {
    bank.value = await answer(api.GET('/v1/bank'));
    useBrand(bank.value.brand);
    useTimeZone(institution.value?.time_zone);
  }

  function choose(code: string): void {
    chosen.value = code;
    try {
      localStorage.setItem(storageKey, code);
    } catch {
      // The choice then lasts for this visit.
    }
  }

  return { bank, institution, name, groupName, load, choose };
});

function readChoice(): string {
  try {
    return localStorage.getItem(storageKey) ?? '';
  } catch {
    return '';
  }
}
