// SPDX-License-Identifier: Apache-2.0
import type { SameKeys } from '../i18n';
import type { zh } from './zh';

export const en: SameKeys<typeof zh> = {
  common: {
    back: 'Back',
    cancel: 'Cancel',
    close: 'Close',
    confirm: 'Confirm',
    copied: 'Copied',
    copy: 'Copy',
    loading: 'Loading',
    retry: 'Try again',
    more: 'Load more',
    yes: 'Yes',
    no: 'No',
  },
};
