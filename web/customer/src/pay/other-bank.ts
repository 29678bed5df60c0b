// SPDX-License-Identifier: Apache-2.0
import { answer, say } from '@yungui/shared';
import { computed, ref } from 'vue';
import { api, type Schemas } from '../api';

/** Which bank keeps an account: recognised by its number, or chosen from the list. */
export function useOtherBank() {
  const banks = ref<Schemas['OtherBank'][]>([]);
  /** The number that is another bank's; what is typed after it is asked for anew. */
  const asked = ref('');

  /** The bank that gives out such numbers: undefined where it is this one, '' where it is not known and must be chosen. */
  async function bankOf(number: string): Promise<string | undefined> {
    const found = (await answer(api.GET('/v1/banks', { params: { query: { number } } }))).items[0];
    if (found?.reach === 'own') return undefined;
    banks.value = (await answer(api.GET('/v1/banks'))).items.filter((one) => one.reach !== 'own');
    return found?.code ?? '';
  }

  return {
    asked,
    bankOf,
    choices: computed(() => banks.value.map((one) => ({ value: one.code, label: say(one.name) }))),
    nameOf: (code: string) => say(banks.value.find((one) => one.code === code)?.name),
    has: (code: string) => banks.value.some((one) => one.code === code),
  };
}
