// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const template = join(import.meta.dirname, 'worker.js');

/** Adds sw.js: the page's shell is kept on the device; what the bank says never is. */
export function serviceWorker() {
  let base = '/';
  return {
    name: 'yungui:service-worker',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      base = config.base;
    },
    generateBundle(_, bundle) {
      const shell = Object.values(bundle)
        .filter((file) => /\.(?:html|js|css)$/.test(file.fileName))
        .map((file) => ({ name: file.fileName, content: file.type === 'chunk' ? file.code : file.source }));
      const hash = createHash('sha256');
      for (const file of shell) hash.update(file.name).update(file.content);
      const files = shell.map((file) => base + (file.name === 'index.html' ? '' : file.name));
      const source = readFileSync(template, 'utf8')
        .replace("'VERSION'", JSON.stringify(hash.digest('hex').slice(0, 16)))
        .replace("['FILES']", JSON.stringify(files));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
