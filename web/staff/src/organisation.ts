// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from './api';

export type Unit = Schemas['OrganisationUnit'];

/** The unit of a code anywhere in the tree. */
export function unitOf(roots: readonly Unit[], code: string): Unit | undefined {
  for (const root of roots) {
    const found = root.code === code ? root : unitOf(root.children, code);
    if (found) return found;
  }
  return undefined;
}

/** How many people work in a unit and below it. */
export function headcount(unit: Unit): number {
  return unit.children.reduce((sum, child) => sum + headcount(child), unit.staff.length);
}

/** The first unit, from the top down, where somebody works. */
export function firstStaffed(roots: readonly Unit[]): Unit | undefined {
  for (const root of roots) {
    const found = root.staff.length > 0 ? root : firstStaffed(root.children);
    if (found) return found;
  }
  return undefined;
}
