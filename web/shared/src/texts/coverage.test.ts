// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemTexts } from './problems';

const source = join(import.meta.dirname, '../../../../src');

/** The reasons with which a module's sources refuse: literals handed to base's makers of errors. */
function reasonsOf(folder: string): Set<string> {
  const found = new Set<string>();
  for (const name of readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.cpp') || name.endsWith('_test.cpp')) continue;
    const code = readFileSync(join(source, folder, name), 'utf8');
    for (const [, reason] of code.matchAll(/base::[a-z_]+\(\s*"([a-z_]+\.[a-z_]+)"/g)) {
      if (reason) found.add(reason);
    }
  }
  return found;
}

/** Refusals that no customer's page can meet: other programs', the staff's, the operators', and our own mistakes. */
const elsewhere = /^(?:partner\.|server\.|api\.local_only|authentication\.(?:totp_|second_factor|login_exists|method_unknown|name_malformed)|account\.(?:holder_missing|key_|product_unknown|not_empty|class_limit)|customer\.(?!phone_malformed)|evidence\.un|batch\.|biller\.(?!amount_changed|bill_paid|bill_unknown|not_live)|end_of_day\.|letter\.|staff\.|supply\.|task\.|incident\.|service\.|case\.cursor_|contract\.|scenario\.|message\.|payment\.(?:top_up_|unit_mismatch)|risk\.)/;

test.each(['bank/authentication', 'bank/account', 'bank/payment', 'bank/statement', 'bank/payee', 'bank/paycode', 'bank/credit_card', 'bank/wallet', 'bank/spending', 'bank/biller', 'bank/identity', 'bank/evidence', 'bank/counter', 'api'])('every refusal of %s has a sentence', (folder) => {
  const missing = [...reasonsOf(folder)].filter((reason) => !elsewhere.test(reason) && !problemTexts[reason] && !problemTexts[reason.replace(/\..*$/, '.*')]);
  expect(missing).toEqual([]);
});

test('the search for reasons finds them', () => expect(reasonsOf('bank/account').has('account.number_mistyped')).toBe(true));
