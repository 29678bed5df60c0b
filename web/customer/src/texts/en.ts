// SPDX-License-Identifier: Apache-2.0
import type { SameKeys } from '@yungui/shared';
import { accountsEn } from './accounts.en';
import { billsEn } from './bills.en';
import { casesEn } from './cases.en';
import { frameEn } from './frame.en';
import { identityEn } from './identity.en';
import { moneyEn } from './money.en';
import { paymentsEn } from './payments.en';
import type { zh } from './zh';

export const en: SameKeys<typeof zh> = { ...accountsEn, ...billsEn, ...casesEn, ...frameEn, ...identityEn, ...moneyEn, ...paymentsEn };
