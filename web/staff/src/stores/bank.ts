// SPDX-License-Identifier: Apache-2.0
import { answer, say, useBrand, useTimeZone } from '@yungui/shared';
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { api, type Schemas } from '../api';

/** The bank group: its name, colours and institutions. */
export const useBank = defineStore('bank', () => {
  const bank = ref<Schemas['Bank']>();
  const groupName = computed(() => say(bank.value?.short_name ?? bank.value?.name));

  async function load(): Promise<void> {
    bank.value = await answer(api.GET('/v1/bank'));
    useBrand(bank.value.brand);
    useTimeZone(bank.value.institutions[0]?.time_zone);
  }

  function institutionName(code: string | undefined): string {
    const found = bank.value?.institutions.find((one) => one.code === code);
    return found ? say(found.short_name ?? found.name) : (code ?? '');
  }

  return { bank, groupName, load, institutionName };
});
