// SPDX-License-Identifier: Apache-2.0
// The build that all fronts share: `export default front({ base, root: import.meta.dirname })`.
import vue from '@vitejs/plugin-vue';
import { compress } from './compress.mjs';
import { serviceWorker } from './service-worker.mjs';
import { strictPolicy } from './strict-policy.mjs';

/** @param {{ base: string, offline?: boolean, config?: import('vite').UserConfig }} options */
export function front({ base, offline = false, config = {} }) {
  return {
    base,
    ...config,
    define: {
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      __VUE_I18N_FULL_INSTALL__: 'false',
      __VUE_I18N_LEGACY_API__: 'false',
      __INTLIFY_PROD_DEVTOOLS__: 'false',
      ...config.define,
    },
    plugins: [vue(), ...(config.plugins ?? []), strictPolicy(), ...(offline ? [serviceWorker()] : []), compress()],
    build: {
      target: 'es2022',
      // Nothing inlined: the Content-Security-Policy has no data: for scripts, styles and fonts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      ...config.build,
    },
    server: {
      proxy: {
        '/v1': { target: process.env.YUNGUI_SERVER ?? 'http://127.0.0.1:8080', ws: true },
        '/demo': { target: process.env.YUNGUI_SERVER ?? 'http://127.0.0.1:8080' },
      },
      ...config.server,
    },
  };
}
