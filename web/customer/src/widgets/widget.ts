// SPDX-License-Identifier: Apache-2.0
import type { Problem } from '@yungui/shared';
import type { Schemas } from '../api';

/** What every widget of a case is given; it answers with `submit`, the data of its section. */
export interface WidgetProps {
  case: Schemas['Case'];
  step: NonNullable<Schemas['Case']['step']>;
  busy: boolean;
  problem?: Problem;
}

export interface WidgetEvents {
  submit: [data: Record<string, unknown>];
}
