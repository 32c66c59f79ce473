import type { TransferStreamItem } from '../domain/transfers/watch-transfer.ts';
import * as transfers from '../resolvers/transfers.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from './stream.ts';
import { TaskFilter } from './task-inputs.ts';
import { Transfer, TransferFormatType } from './transfer-types.ts';

builder.queryFields((t) => ({
  transfer: t.field({
    type: Transfer,
    nullable: true,
    description: 'Your export or import with this id. Null, with an error, when you have no such transfer.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: transfers.transfer,
  }),
  transfers: t.connection(
    {
      type: Transfer,
      description: 'Your exports and imports, the newest first. Pages of 50, at most 200.',
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: transfers.transfers,
    },
    { name: 'TransferConnection', description: 'A page of transfers.' },
    { name: 'TransferEdge', description: 'A transfer in a page.' },
  ),
}));

const StartExportInput = builder.inputType('StartExportInput', {
  description: 'What is exported.',
  fields: (t) => ({
    format: t.field({ type: TransferFormatType, required: true, description: 'What the file shall look like.' }),
    filter: t.field({ type: TaskFilter, description: 'Which tasks; all you see, but the trash, unless given.' }),
  }),
});

const StartImportInput = builder.inputType('StartImportInput', {
  description: 'What is imported.',
  fields: (t) => ({
    format: t.field({ type: TransferFormatType, required: true, description: 'What the file looks like.' }),
    timeZone: t.string({ description: 'The IANA zone of dates that name none; yours unless given.' }),
  }),
});

function transferPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; transfer: transfers.TransferShape }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({
      transfer: t.expose('transfer', { type: Transfer, description: 'The transfer after the change.' }),
    }),
  });
}

builder.mutationFields((t) => ({
  startExport: t.field({
    type: transferPayload('StartExportPayload', 'The export that was started.'),
    description:
      'Has the tasks that you see written into a file. CONFLICT while you have a transfer that has not ended.',
    args: {
      input: t.arg({ type: StartExportInput, required: true, description: 'What is exported.' }),
      ...idempotencyKey,
    },
    resolve: transfers.startExport,
  }),
  startImport: t.field({
    type: transferPayload('StartImportPayload', 'The import, which waits for its file.'),
    description:
      'Begins an import of tasks; then put the file to its contentPath. Good rows become tasks of yours, bad ones are told. CONFLICT while you have a transfer that has not ended.',
    args: {
      input: t.arg({ type: StartImportInput, required: true, description: 'What is imported.' }),
      ...idempotencyKey,
    },
    resolve: transfers.startImport,
  }),
  cancelTransfer: t.field({
    type: transferPayload('CancelTransferPayload', 'The transfer that was cancelled.'),
    description: 'Ends a transfer. What an import has made stays. CONFLICT when it has ended.',
    args: { id: t.arg.id({ required: true, description: 'The transfer.' }), ...idempotencyKey },
    resolve: transfers.cancelTransfer,
  }),
}));

type Delivered<K> = Extract<TransferStreamItem, { kind: K }>;

const TransferChanged = builder.objectRef<Delivered<'CHANGED'>>('TransferChanged').implement({
  description: 'A transfer got further. With a final status it is the last payload, and the subscription completes.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    transfer: t.expose('transfer', { type: Transfer, description: 'The transfer right after this.' }),
  }),
});

const typenames = {
  READY: 'StreamReady',
  CHECKPOINT: 'StreamCheckpoint',
  RESYNC: 'StreamResync',
  CHANGED: 'TransferChanged',
} as const satisfies Record<TransferStreamItem['kind'], string>;

builder.subscriptionField('transferUpdated', (t) =>
  t.field({
    type: builder.unionType('TransferUpdatedPayload', {
      description: 'What a subscriber to a transfer gets.',
      types: [StreamReady, StreamCheckpoint, StreamResync, TransferChanged],
      resolveType: (item) => typenames[item.kind],
    }),
    description:
      'The progress of a transfer of yours, a few hundred tasks at a time. It ends with the final state, also when that was reached before.',
    args: { id: t.arg.id({ required: true, description: 'The transfer.' }), ...afterCursor },
    subscribe: transfers.transferUpdated,
    resolve: (item) => item,
  }),
);
