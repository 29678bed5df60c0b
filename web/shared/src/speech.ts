// SPDX-License-Identifier: Apache-2.0
import { settings } from './settings';

export function canSpeak(): boolean {
  return typeof speechSynthesis !== 'undefined' && typeof SpeechSynthesisUtterance !== 'undefined';
}

/** Says a text aloud, a little slower than usual, in the language read; what was being said stops. */
export function speak(text: string): void {
  if (!canSpeak() || !text) return;
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(text);
  words.lang = settings.language === 'zh' ? 'zh-CN' : 'en-GB';
  words.rate = 0.9;
  speechSynthesis.speak(words);
}

export function hush(): void {
  if (canSpeak()) speechSynthesis.cancel();
}
