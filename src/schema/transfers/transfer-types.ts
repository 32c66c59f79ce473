import type { TransferRowError as RowErrorRow } from '../../generated/prisma/client.ts';
import { TransferFormat, TransferKind, TransferStatus } from '../../generated/prisma/enums.ts';
import * as transfers from '../../resolvers/transfers/transfers.ts';
import { builder } from '../builder.ts';
import { pageCost, pageOf } from '../connection.ts';

export const TransferFormatType = builder.enumType(TransferFormat, {
  name: 'TransferFormat',
  description: 'The format of a file of tasks.',
  values: {
    CSV: { description: 'Comma-separated values (RFC 4180) in UTF-8. The first line has the names of the columns.' },
    JSON: {
      description:
        'A JSON array with one object for each task. The fields have the same names as the columns of CSV; `series` (the recurrence), `comments` and `reminders` are in JSON only.',
    },
  },
});

const TransferKindType = builder.enumType(TransferKind, {
  name: 'TransferKind',
  description: 'The kind of a transfer.',
  values: {
    EXPORT: { description: 'An export of tasks from Errand.' },
    IMPORT: { description: 'An import of tasks into Errand.' },
  },
});

const TransferStatusType = builder.enumType(TransferStatus, {
  name: 'TransferStatus',
  description: 'The status of a transfer. SUCCEEDED, FAILED and CANCELLED are final.',
  values: {
    AWAITING_CONTENT: { description: 'The import is waiting for its file. Upload it to `contentPath` within an hour.' },
    QUEUED: { description: 'The transfer is waiting for a worker.' },
    RUNNING: { description: 'A worker is running the transfer.' },
    SUCCEEDED: { description: 'The transfer is complete. The file of an export can be downloaded from `contentPath`.' },
    FAILED: { description: 'The transfer failed; see `error`. Tasks that an import created before are kept.' },
    CANCELLED: { description: 'The transfer was cancelled. Tasks that an import created before are kept.' },
  },
});

const TransferError = builder.objectRef<transfers.TransferFaultShape>('TransferError').implement({
  permission: 'task:read',
  description: 'The reason why a transfer failed.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The error code, as in `extensions.code`.' }),
    message: t.exposeString('message', { description: 'An explanation for people.' }),
  }),
});

const RowFault = builder.objectRef<ReturnType<typeof transfers.rowFaults>[number]>('TransferRowFault').implement({
  permission: 'task:read',
  description: 'A fault in a row of an imported file.',
  fields: (t) => ({
    column: t.exposeString('column', {
      nullable: true,
      description:
        'The column with the fault, as it is named in the file; in JSON the path in the entry, such as `comments[2].text`. Null if the fault is in the row as a whole, or in a column that the file does not have.',
    }),
    message: t.exposeString('message', { description: 'What is wrong and what is expected.' }),
  }),
});

const TransferRowError = builder.objectRef<RowErrorRow>('TransferRowError').implement({
  permission: 'task:read',
  description: 'A row that an import refused. No task was created from it.',
  fields: (t) => ({
    line: t.exposeInt('line', {
      description:
        'In CSV, the line of the file on which the row begins, where the header is line 1. In JSON, the number of the entry.',
    }),
    faults: t.field({ type: [RowFault], description: 'All faults in the row.', resolve: transfers.rowFaults }),
  }),
});

export const Transfer = builder.node(builder.objectRef<transfers.TransferShape>('Transfer'), {
  permission: 'task:read',
  description:
    'An export or import of tasks. Only the user who started it can see it. It is deleted with its file one week after its end.',
  id: { resolve: ({ id }) => id, description: 'The global id of the transfer.' },
  fields: (t) => ({
    kind: t.expose('kind', { type: TransferKindType, description: 'The kind of a transfer.' }),
    format: t.expose('format', { type: TransferFormatType, description: 'The format of the file.' }),
    status: t.expose('status', { type: TransferStatusType, description: 'The status.' }),
    total: t.exposeInt('total', {
      nullable: true,
      description: 'The number of tasks to export or rows to import. Null while it is not known.',
    }),
    done: t.exposeInt('done', {
      description: 'The number of tasks or rows that were processed, including refused rows.',
    }),
    failed: t.exposeInt('failed', { description: 'The number of rows that were refused.' }),
    bytes: t.exposeInt('bytes', { description: 'The current size of the file, in bytes.' }),
    ignoredColumns: t.exposeStringList('ignoredColumns', {
      description: 'The columns of the file that the import does not use, as they are written in the file.',
    }),
    error: t.field({
      type: TransferError,
      nullable: true,
      description: 'Why the transfer failed. Null if it did not.',
      resolve: transfers.fault,
    }),
    contentPath: t.string({
      description:
        'The path of the file on this server. Use GET to download the file of an export, and PUT to upload the file of an import. Both need your token, like every request.',
      resolve: transfers.contentPath,
    }),
    changeIds: t.idList({
      description:
        'The ids of the changes in which an import created its tasks, at most 200 tasks in each, the latest first. To undo the import, pass each of them to `undo` in this order.',
      complexity: { field: 1, multiplier: 20 },
      resolve: transfers.changeIds,
    }),
    rowErrors: t.connection(
      {
        type: TransferRowError,
        description:
          'The rows that were refused, in the order of the file. At most 1,000 are stored. A page has 50 rows by default and at most 200.',
        complexity: pageCost,
        resolve: transfers.rowErrors,
      },
      ...pageOf('TransferRowError', 'refused rows'),
    ),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the transfer was created.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a worker first started it. Null if none has.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended. Null if it has not ended.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the transfer and its file will be deleted. They are deleted earlier when you have nine newer transfers that have ended. Null if it has not ended.',
    }),
  }),
});
