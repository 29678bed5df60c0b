// SPDX-License-Identifier: Apache-2.0
// First load of the customer page: index.html and every script and style sheet that it pulls in before anyone taps, as brotli sends
// them and as gzip does. Fails above 200 KB (200,000 bytes) of gzip.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const limit = 200_000;
const dist = join(import.meta.dirname, '../customer/dist');

/** Files that the page loads at once: those index.html names, what they import statically, and the pages that home shows first. */
function firstLoad() {
  const found = new Set(['index.html']);
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const add = (file) => {
    if (found.has(file)) return;
    found.add(file);
    if (!file.endsWith('.js')) return;
    const code = readFileSync(join(dist, file), 'utf8');
    for (const [, path] of code.matchAll(/(?:from|import)\s*"(\.[^"]+\.js)"/g)) add(normalize(join(dirname(file), path)));
  };
  for (const [, path] of html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)) add(path);
  return [...found];
}

function bytes(file, kind) {
  try {
    return statSync(join(dist, `${file}.${kind}`)).size;
  } catch {
    return statSync(join(dist, file)).size;
  }
}

let files;
try {
  files = firstLoad();
} catch {
  console.error('size: build first (npm run build)');
  process.exit(2);
}
const total = { gz: 0, br: 0 };
for (const file of files) {
  const [gz, br] = [bytes(file, 'gz'), bytes(file, 'br')];
  total.gz += gz;
  total.br += br;
  console.log(`${String(gz).padStart(8)} gz ${String(br).padStart(8)} br  ${file}`);
}
console.log(`${String(total.gz).padStart(8)} gz ${String(total.br).padStart(8)} br  first load, limit ${limit}`);
if (total.gz > limit) {
  console.error('size: the first load is too large');
  process.exit(1);
}
