// SPDX-License-Identifier: Apache-2.0
/** By how many characters a text is longer than the bank keeps; 0 where it fits. Nothing is cut off: whoever wrote it shortens it. */
export const overBy = (text: string, most: number): number => Math.max([...text.trim()].length - most, 0);
