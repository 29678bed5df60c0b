// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from 'vitest';
import { guardDoubleTaps, isDoubled } from './double-tap';

const tap = (timeStamp: number, detail = 1) => ({ timeStamp, detail }) as MouseEvent;

test('the second half of a double tap does nothing, whatever button it hits', () => {
  expect(isDoubled(tap(1000))).toBe(false);
  expect(isDoubled(tap(1150, 2))).toBe(true);
  expect(isDoubled(tap(1300))).toBe(true);
  expect(isDoubled(tap(2000))).toBe(false);
});

test('the keyboard is left alone', () => {
  expect(isDoubled(tap(5000))).toBe(false);
  expect(isDoubled(tap(5100, 0))).toBe(false);
});

test('a button that takes the place of the one that was tapped is not hit by the same tap', () => {
  const listeners: ((event: object) => void)[] = [];
  guardDoubleTaps({ addEventListener: (_: string, listener: (event: object) => void) => listeners.push(listener) } as unknown as Document);
  class Place {
    constructor(readonly button: object) {}
    closest() {
      return this.button;
    }
  }
  vi.stubGlobal('Element', Place);
  let swallowed = 0;
  const click = (button: object, detail: number) =>
    listeners[0]?.({ target: new Place(button), detail, preventDefault: () => undefined, stopImmediatePropagation: () => swallowed++ });
  const claim = {};
  const release = {};
  click(claim, 1);
  click(release, 2);
  expect(swallowed).toBe(1);
  click(claim, 1);
  click(release, 1);
  click(release, 2);
  expect(swallowed).toBe(1);
  vi.unstubAllGlobals();
});
