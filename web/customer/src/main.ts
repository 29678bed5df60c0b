// SPDX-License-Identifier: Apache-2.0
import { startSettings } from '@yungui/shared';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import '@yungui/shared/styles/tokens.css';
import './styles/vant.css';
import './styles/app.css';
import App from './App.vue';
import { router } from './router';
import { i18n } from './texts';

startSettings();
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app');

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => {
    // Without it the pages work as well; they only do not open offline.
    navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  });
}
