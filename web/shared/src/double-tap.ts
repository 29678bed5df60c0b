// SPDX-License-Identifier: Apache-2.0

const doubleTapMs = 400;
let last = -Infinity;

/**
 * Whether a tap is the second half of a double tap. It counts for all buttons together: where the first half brought the next page,
 * the second would otherwise hit that page's button, unseen. The keyboard does not tap twice, and is left alone.
 */
export function isDoubled(event: MouseEvent): boolean {
  if (event.detail === 0) return false;
  const doubled = event.timeStamp - last < doubleTapMs;
  last = event.timeStamp;
  return doubled;
}

/**
 * Holds all buttons of a page to it: the second half of a double tap is swallowed where it hits another button than the first did,
 * as when the first made the page show another one in its place.
 */
export function guardDoubleTaps(page: Document): void {
  let pressed: Element | null = null;
  page.addEventListener(
    'click',
    (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (button === null) return;
      const other = button !== pressed;
      pressed = button;
      // Here the browser counts: taps at one place, quickly. Two buttons that stand apart may be clicked as fast as one likes.
      if (event.detail < 2 || !other) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
}
