// SPDX-License-Identifier: Apache-2.0
import { guardDoubleTaps, startSettings } from '@yungui/shared';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import '@yungui/shared/styles/tokens.css';
import './styles/element.css';
import './styles/app.css';
import App from './App.vue';
import { startDensity } from './density';
import { router } from './router';
import { i18n } from './texts';

startSettings();
startDensity();
guardDoubleTaps(document);
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app');
