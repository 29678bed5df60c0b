// SPDX-License-Identifier: Apache-2.0
import { accountsZh } from './accounts.zh';
import { billsZh } from './bills.zh';
import { casesZh } from './cases.zh';
import { frameZh } from './frame.zh';
import { identityZh } from './identity.zh';
import { moneyZh } from './money.zh';
import { paymentsZh } from './payments.zh';

export const zh = { ...accountsZh, ...billsZh, ...casesZh, ...frameZh, ...identityZh, ...moneyZh, ...paymentsZh };
