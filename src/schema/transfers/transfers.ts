import type { TransferStreamItem } from '../../domain/transfers/watch-transfer.ts';
import * as transfers from '../../resolvers/transfers/transfers.ts';
import { builder } from '../builder.ts';
import { ChangePayload, idempotencyKey } from '../change.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from '../stream.ts';
import { TaskFilter } from '../tasks/task-inputs.ts';
import { Transfer, TransferFormatType } from './transfer-types.ts';

builder.queryFields((t) => ({
  transfer: t.field({
    type: Transfer,
    nullable: true,
    description:
      'Finds an export or import of yours by its id. Null, with a NOT_FOUND error, if you have no such transfer.',
    args: { id: t.arg.id({ required: true, description: 'The id of the transfer.' }) },
    resolve: transfers.transfer,
  }),
  transfers: t.connection(
    {
      type: Transfer,
      nullable: true,
      description: 'Your exports and imports, the newest first. A page has 50 transfers by default and at most 200.',
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: transfers.transfers,
    },
    { name: 'TransferConnection', description: 'A page of transfers.' },
    { name: 'TransferEdge', description: 'An entry of a page of transfers.' },
  ),
}));

const StartExportInput = builder.inputType('StartExportInput', {
  description: 'The options of an export.',
  fields: (t) => ({
    format: t.field({ type: TransferFormatType, required: true, description: 'The format of the file.' }),
    filter: t.field({
      type: TaskFilter,
      description:
        'Exports only tasks that match this filter. By default, all tasks that you can see are exported, except those in the trash.',
    }),
  }),
});

const StartImportInput = builder.inputType('StartImportInput', {
  description: 'The options of an import.',
  fields: (t) => ({
    format: t.field({ type: TransferFormatType, required: true, description: 'The format of the file.' }),
    timeZone: t.string({
      description: 'The IANA name of the time zone of dates in the file that have none. Your time zone by default.',
    }),
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
    type: transferPayload('StartExportPayload', 'The result of startExport.'),
    description:
      'Starts an export of tasks that you can see to a file. CONFLICT if you have a transfer that has not ended.',
    args: {
      input: t.arg({ type: StartExportInput, required: true, description: 'The options of the export.' }),
      ...idempotencyKey,
    },
    resolve: transfers.startExport,
  }),
  startImport: t.field({
    type: transferPayload('StartImportPayload', 'The result of startImport.'),
    description:
      'Starts an import of tasks. Then upload the file to its `contentPath`. A task is created from each valid row; invalid rows are listed in `rowErrors`. CONFLICT if you have a transfer that has not ended.',
    args: {
      input: t.arg({ type: StartImportInput, required: true, description: 'The options of the import.' }),
      ...idempotencyKey,
    },
    resolve: transfers.startImport,
  }),
  cancelTransfer: t.field({
    type: transferPayload('CancelTransferPayload', 'The result of cancelTransfer.'),
    description: 'Cancels a transfer. Tasks that an import has created are kept. CONFLICT if it has already ended.',
    args: { id: t.arg.id({ required: true, description: 'The id of the transfer.' }), ...idempotencyKey },
    resolve: transfers.cancelTransfer,
  }),
}));

type Delivered<K> = Extract<TransferStreamItem, { kind: K }>;

const TransferChanged = builder.objectRef<Delivered<'CHANGED'>>('TransferChanged').implement({
  description:
    'The transfer made progress. If its status is final, this is the last payload and the subscription completes.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    transfer: t.expose('transfer', { type: Transfer, description: 'The transfer at this point.' }),
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
      description: 'A payload of the subscription `transferUpdated`.',
      types: [StreamReady, StreamCheckpoint, StreamResync, TransferChanged],
      resolveType: (item) => typenames[item.kind],
    }),
    description:
      'The progress of a transfer of yours, reported after every few hundred tasks. The subscription completes after the final status, also if the transfer had ended before.',
    args: { id: t.arg.id({ required: true, description: 'The id of the transfer.' }), ...afterCursor },
    subscribe: transfers.transferUpdated,
    resolve: (item) => item,
  }),
);
