// SPDX-License-Identifier: Apache-2.0
export interface Place {
  code: string;
  icon: string;
  /** Any of these lets one in. */
  permissions: readonly string[];
}

/** The places of the workbench in the order in which they stand on the left. */
export const places: readonly Place[] = [
  { code: 'tasks', icon: 'check', permissions: ['task.view'] },
  { code: 'customers', icon: 'me', permissions: ['customer.view'] },
  { code: 'batches', icon: 'document', permissions: ['batch.view'] },
  { code: 'bills', icon: 'statement', permissions: ['bill.view'] },
  { code: 'clearing', icon: 'pay', permissions: ['account.view'] },
  { code: 'campaigns', icon: 'services', permissions: ['campaign.view'] },
  { code: 'supplies', icon: 'box', permissions: ['supply.manage', 'figures.view'] },
  { code: 'organisation', icon: 'bank', permissions: ['organisation.view'] },
  { code: 'figures', icon: 'statement', permissions: ['figures.view'] },
  { code: 'community', icon: 'health', permissions: ['figures.view', 'task.work'] },
  { code: 'books', icon: 'document', permissions: ['books.view'] },
  { code: 'incidents', icon: 'help', permissions: ['incident.work'] },
  { code: 'services', icon: 'services', permissions: ['task.view', 'service.view'] },
];
