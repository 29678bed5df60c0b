// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from './api';

export type DayState = Schemas['BillerDayState'];

/** How a biller's day looks: green where both lists say the same, amber while something is open. */
export const dayLook: Record<DayState, 'good' | 'bad' | 'info'> = { making: 'info', made: 'info', delivered: 'info', listed: 'info', balanced: 'good', different: 'bad', settled: 'good' };

export type PayoutState = Schemas['Payout']['state'];

/** How a payout looks: amber where a person has to act. */
export const payoutLook: Record<PayoutState, 'good' | 'bad' | 'info'> = { due: 'info', waiting: 'bad', 'on-the-way': 'info', paid: 'good', 'came-back': 'bad', refused: 'bad', carried: 'good' };

/** Whether a person may propose a payout: what came back or was refused, or a day that is not reconciled and whose file is made. */
export function mayBeProposed(day: Pick<Schemas['BillerDay'], 'state' | 'payout'>): boolean {
  const state = day.payout?.state;
  if (state === 'refused' || state === 'came-back') return true;
  const reconciled = day.state === 'balanced' || day.state === 'settled';
  return !reconciled && day.state !== 'making' && (state === undefined || state === 'due');
}

export interface DaySum {
  day: string;
  billers: number;
  agreed: number;
  different: number;
  waiting: number;
  open: number;
}

/** The latest dates, each with how many of its billers agree, differ or have not answered. */
export function byDay(days: Schemas['BillFigures']['days']): DaySum[] {
  const found = new Map<string, DaySum>();
  for (const one of days) {
    const sum = found.get(one.day) ?? { day: one.day, billers: 0, agreed: 0, different: 0, waiting: 0, open: 0 };
    sum.billers += one.billers;
    sum.open += one.open;
    if (one.state === 'balanced' || one.state === 'settled') sum.agreed += one.billers;
    else if (one.state === 'different') sum.different += one.billers;
    else sum.waiting += one.billers;
    found.set(one.day, sum);
  }
  return [...found.values()].sort((a, b) => b.day.localeCompare(a.day));
}
