// SPDX-License-Identifier: Apache-2.0
/** A fresh Idempotency-Key: one per attempt that the person makes, kept for its repetitions. 128 random bits in hexadecimal. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The key of an attempt. The same content has the same key however often it is sent (double tap, lost answer); other content,
 * or a finished attempt, has a new one.
 */
export class Attempt {
  private key = newKey();
  private content = '';

  keyFor(content: unknown): string {
    const text = JSON.stringify(content);
    if (text !== this.content) {
      this.content = text;
      this.key = newKey();
    }
    return this.key;
  }

  /** To be called when an answer, good or bad, has arrived: the next tap is a new attempt. */
  finish(): void {
    this.content = '';
  }
}
