// SPDX-License-Identifier: Apache-2.0

export interface Step {
  at: string;
  count: number;
}

/** Steps in time as the points of a line in a box `width` by `height`, zero at the bottom, `most` at the top. */
export function linePoints(steps: readonly Step[], from: number, to: number, most: number, width: number, height: number): string {
  const x = (at: string) => (to > from ? ((Date.parse(at) - from) / (to - from)) * width : 0);
  const y = (count: number) => height - (most > 0 ? (count / most) * height : 0);
  const round = (value: number) => Math.round(value * 10) / 10;
  const points = steps.map((step) => `${round(x(step.at))},${round(y(step.count))}`);
  const last = steps.at(-1);
  if (last) points.push(`${width},${round(y(last.count))}`);
  return points.join(' ');
}
