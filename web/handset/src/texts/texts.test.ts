// SPDX-License-Identifier: Apache-2.0
import { differences } from '@yungui/shared';
import { expect, test } from 'vitest';
import { en } from './en';
import { zh } from './zh';

test('both languages have the same texts', () => expect(differences(zh, en)).toEqual([]));
