// SPDX-License-Identifier: Apache-2.0
import { answer, say } from '@yungui/shared';
import { computed } from 'vue';
import { api } from '../api';
import { useReading } from './reading';

/** Who else works on tasks, as choices; of one institution where it is given. */
export function useColleagues(institution?: () => string | undefined) {
  const found = useReading(async () => {
    const only = institution?.();
    return (await answer(api.GET('/v1/staff/colleagues', { params: { query: only ? { institution: only } : {} } }))).items;
  }, institution ? { anew: [institution] } : {});
  const choices = computed(() =>
    (found.data.value ?? []).map((one) => ({ value: one.username, label: one.name, hint: [say(one.unit_name), ...one.roles.map((role) => say(role))].filter(Boolean).join(' · ') })),
  );
  return { choices, problem: found.problem };
}
