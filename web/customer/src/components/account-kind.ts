// SPDX-License-Identifier: Apache-2.0
import { say } from '@yungui/shared';
import { useI18n } from 'vue-i18n';
import type { Schemas } from '../api';

/** What an account is called: its product, or its class where the product is no longer offered. */
export function useAccountKind(): (account: Schemas['Account']) => string {
  const { t } = useI18n();
  return (account) => say(account.product) || (account.class ? t(`account.class.${account.class}`) : '');
}
