import { cancelTransfer } from '../../domain/transfers/cancel-transfer.ts';
import { listTransfers, readTransfer } from '../../domain/transfers/read-transfers.ts';
import { startExport, startImport } from '../../domain/transfers/start-transfer.ts';
import type { TransferStreamItem } from '../../domain/transfers/watch-transfer.ts';
import { watchTransfer } from '../../domain/transfers/watch-transfer.ts';
import { byId, call } from '../../resolvers/call.ts';
import { connection } from '../../resolvers/connection.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { pageCost, pageOf } from '../connection.ts';
import { addSubscription, streamPayload } from '../stream.ts';
import { TaskFilter } from '../tasks/task-inputs.ts';
import { Transfer, TransferFormatType } from './transfer-types.ts';

builder.queryFields((t) => ({
  transfer: t.field({
    permission: 'task:read',
    type: Transfer,
    nullable: true,
    description:
      'Finds an export or import of yours by its id. Null, with a NOT_FOUND error, if you have no such transfer.',
    args: { id: t.arg.id({ for: Transfer, required: true, description: 'The id of the transfer.' }) },
    resolve: byId(readTransfer),
  }),
  transfers: t.connection(
    {
      permission: 'task:read',
      type: Transfer,
      nullable: true,
      description: 'Your exports and imports, the newest first. A page has 50 transfers by default and at most 200.',
      complexity: pageCost,
      resolve: connection(listTransfers),
    },
    ...pageOf('Transfer', 'transfers'),
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

const changedTransfer = { transfer: { type: Transfer, description: 'The transfer after the change.' } };

builder.mutationFields((t) => ({
  startExport: t.field({
    permission: ['task:read', 'member:read'],
    type: payload('startExport', changedTransfer),
    description:
      'Starts an export of tasks that you can see to a file. CONFLICT if you have a transfer that has not ended.',
    args: {
      input: t.arg({ type: StartExportInput, required: true, description: 'The options of the export.' }),
      ...idempotencyKey,
    },
    resolve: call(startExport),
  }),
  startImport: t.field({
    permission: 'task:write',
    type: payload('startImport', changedTransfer),
    description:
      'Starts an import of tasks. Then upload the file to its `contentPath`. A task is created from each valid row; invalid rows are listed in `rowErrors`. CONFLICT if you have a transfer that has not ended.',
    args: {
      input: t.arg({ type: StartImportInput, required: true, description: 'The options of the import.' }),
      ...idempotencyKey,
    },
    resolve: call(startImport),
  }),
  cancelTransfer: t.field({
    permission: 'task:read',
    type: payload('cancelTransfer', changedTransfer),
    description: 'Cancels a transfer. Tasks that an import has created are kept. CONFLICT if it has already ended.',
    args: {
      id: t.arg.id({ for: Transfer, required: true, description: 'The id of the transfer.' }),
      ...idempotencyKey,
    },
    resolve: call(cancelTransfer),
  }),
}));

type Delivered<K> = Extract<TransferStreamItem, { kind: K }>;

const TransferChanged = streamPayload<Delivered<'CHANGED'>>('TransferChanged', {
  description:
    'The transfer made progress. If its status is final, this is the last payload and the subscription completes.',
  fields: (t) => ({
    transfer: t.expose('transfer', { type: Transfer, description: 'The transfer at this point.' }),
  }),
});

addSubscription('transferUpdated', {
  permission: 'task:read',
  description:
    'The progress of a transfer of yours, reported after every few hundred tasks. The subscription completes after the final status, even if the transfer has already ended.',
  args: builder.args((t) => ({ id: t.id({ for: Transfer, required: true, description: 'The id of the transfer.' }) })),
  payloads: { CHANGED: TransferChanged },
  watch: watchTransfer,
});
