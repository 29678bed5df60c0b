// SPDX-License-Identifier: Apache-2.0
/** Fails the build where a page would need 'unsafe-inline': inline scripts, style elements, style attributes, event attributes. */
export function strictPolicy() {
  return {
    name: 'yungui:strict-policy',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (!file.fileName.endsWith('.html')) continue;
        const html = String(file.source);
        const amiss = [
          [/<script(?![^>]*\bsrc=)/i, 'an inline script'],
          [/<style[\s>]/i, 'a style element'],
          [/\sstyle=/i, 'a style attribute'],
          [/\son[a-z]+=/i, 'an event attribute'],
        ].find(([pattern]) => pattern.test(html));
        if (amiss) this.error(`${file.fileName} holds ${amiss[1]}, which the Content-Security-Policy forbids`);
      }
    },
  };
}
