import type { EventTypeOf } from '../../events/contract.ts';
import type { TransferStatus } from '../../generated/prisma/enums.ts';

type TransferEvent = EventTypeOf<'transfer'>;
export type TransferTransition = Exclude<TransferEvent, 'transfer.created'>;

/**
 * The legal transitions of a transfer. An import first waits for its file; QUEUED waits for a worker; RUNNING is
 * claimed by a worker, and is claimed again if the worker died. The last three are final.
 */
export const transitions: Record<TransferTransition, { from: readonly TransferStatus[]; to: TransferStatus }> = {
  'transfer.queued': { from: ['AWAITING_CONTENT'], to: 'QUEUED' },
  'transfer.started': { from: ['QUEUED', 'RUNNING'], to: 'RUNNING' },
  'transfer.checked': { from: ['RUNNING'], to: 'RUNNING' },
  'transfer.progressed': { from: ['RUNNING'], to: 'RUNNING' },
  'transfer.succeeded': { from: ['RUNNING'], to: 'SUCCEEDED' },
  'transfer.failed': { from: ['AWAITING_CONTENT', 'QUEUED', 'RUNNING'], to: 'FAILED' },
  'transfer.cancelled': { from: ['AWAITING_CONTENT', 'QUEUED', 'RUNNING'], to: 'CANCELLED' },
};

const finalStatuses: readonly TransferStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

export function isFinal(status: TransferStatus): boolean {
  return finalStatuses.includes(status);
}

/** The events with which a transfer ends. */
export const endEvents = (Object.keys(transitions) as TransferTransition[]).filter((event) =>
  isFinal(transitions[event].to),
);
