// SPDX-License-Identifier: Apache-2.0
import { createTexts, startSettings } from '@yungui/shared';
import { createApp } from 'vue';
import '@yungui/shared/styles/tokens.css';
import App from './App.vue';
import { en } from './texts/en';
import { zh } from './texts/zh';

startSettings();
createApp(App).use(createTexts({ zh, en })).mount('#app');
