// SPDX-License-Identifier: Apache-2.0
import { front } from '@yungui/shared/vite';
import { defineConfig } from 'vite';

export default defineConfig(front({ base: '/staff/' }));
