// SPDX-License-Identifier: Apache-2.0
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useBank } from '../stores/bank';
import { useSession } from '../stores/session';

/** Whose books are looked at, and of which day; both are in the address. */
export function useBooks() {
  const route = useRoute();
  const router = useRouter();
  const bank = useBank();
  const session = useSession();
  const asked = (name: string) => {
    const value = route.query[name];
    return typeof value === 'string' ? value : '';
  };
  const ask = (name: string, value: string) => void router.replace({ query: { ...route.query, [name]: value || undefined } });
  const choices = computed(() => {
    const seen = session.session?.institutions ?? [];
    return (bank.bank?.institutions ?? []).filter((one) => seen.includes(one.code));
  });
  const institution = computed({ get: () => asked('institution') || (choices.value[0]?.code ?? ''), set: (code) => ask('institution', code) });
  const day = computed({ get: () => asked('day'), set: (value) => ask('day', value) });
  /** What the calls take. */
  const query = computed(() => ({ ...(institution.value && { institution: institution.value }), ...(day.value && { day: day.value }) }));
  return { institution, day, choices, query };
}
