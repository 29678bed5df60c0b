// SPDX-License-Identifier: Apache-2.0
// Evaluates ../expressions.json for some seconds: {"per_second": …, "answers": […]}. The library reads an expression anew each time; it offers nothing else.
import { readFileSync } from 'node:fs';
import { evaluate } from 'feelin';

const [file, seconds] = process.argv.slice(2);
const all = JSON.parse(readFileSync(file, 'utf8'));
const ask = ({ expression, context }) => evaluate(expression, context).value;
const answers = all.map(ask);
const until = performance.now() + seconds * 1000;
const began = performance.now();
let count = 0;
while (performance.now() < until) {
  for (const each of all) ask(each);
  count += all.length;
}
console.log(JSON.stringify({ per_second: (count * 1000) / (performance.now() - began), answers }));
