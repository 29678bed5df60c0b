// SPDX-License-Identifier: Apache-2.0
import { ref } from 'vue';

/** The present instant, to the half minute: what relative times are counted from. */
export const now = ref(new Date());

setInterval(() => (now.value = new Date()), 30_000);
