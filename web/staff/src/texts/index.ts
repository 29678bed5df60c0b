// SPDX-License-Identifier: Apache-2.0
import { createTexts } from '@yungui/shared';
import { en } from './en';
import { zh } from './zh';

export const i18n = createTexts({ zh, en });
