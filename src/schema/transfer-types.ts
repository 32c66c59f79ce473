import type { TransferRowError as RowErrorRow } from '../generated/prisma/client.ts';
import { TransferFormat, TransferKind, TransferStatus } from '../generated/prisma/enums.ts';
import * as transfers from '../resolvers/transfers.ts';
import { builder } from './builder.ts';

export const TransferFormatType = builder.enumType(TransferFormat, {
  name: 'TransferFormat',
  description: 'What a file of tasks looks like.',
  values: {
    CSV: { description: 'Rows of UTF-8 text (RFC 4180) under a first line that names the columns.' },
    JSON: { description: 'An array of flat objects with the same names.' },
  },
});

const TransferKindType = builder.enumType(TransferKind, {
  name: 'TransferKind',
  description: 'Which way tasks go.',
  values: { EXPORT: { description: 'Out of Errand.' }, IMPORT: { description: 'Into Errand.' } },
});

const TransferStatusType = builder.enumType(TransferStatus, {
  name: 'TransferStatus',
  description: 'How far a transfer is. The last three are final.',
  values: {
    AWAITING_CONTENT: { description: 'An import waits for its file: put it to contentPath within an hour.' },
    QUEUED: { description: 'It waits for a worker.' },
    RUNNING: { description: 'A worker is at it.' },
    SUCCEEDED: { description: 'It is done; the file of an export can be fetched from contentPath.' },
    FAILED: { description: 'It could not go on; see its error. What an import made until then stays.' },
    CANCELLED: { description: 'It was cancelled. What an import made until then stays.' },
  },
});

const TransferError = builder.objectRef<transfers.TransferFaultShape>('TransferError').implement({
  description: 'Why a transfer failed.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'What kind of failure: one of the codes that errors have.' }),
    message: t.exposeString('message', { description: 'What happened, in words.' }),
  }),
});

const RowFault = builder.objectRef<ReturnType<typeof transfers.rowFaults>[number]>('TransferRowFault').implement({
  description: 'One thing that is wrong with a row.',
  fields: (t) => ({
    column: t.exposeString('column', { nullable: true, description: 'Where; null when the whole row is meant.' }),
    message: t.exposeString('message', { description: 'What, and what would be right.' }),
  }),
});

const TransferRowError = builder.objectRef<RowErrorRow>('TransferRowError').implement({
  description: 'A row that an import refused. Nothing was made of it.',
  fields: (t) => ({
    line: t.exposeInt('line', {
      description: 'The line of the file on which the row begins, the header being 1; in JSON the number of the entry.',
    }),
    faults: t.field({ type: [RowFault], description: 'All that is wrong with it.', resolve: transfers.rowFaults }),
  }),
});

export const Transfer = builder.node(builder.objectRef<transfers.TransferShape>('Transfer'), {
  description:
    'An export or import of tasks, seen by who started it. It is removed with its file a week after its end.',
  id: { resolve: ({ id }) => id, description: 'Its id.' },
  fields: (t) => ({
    kind: t.expose('kind', { type: TransferKindType, description: 'Which way tasks go.' }),
    format: t.expose('format', { type: TransferFormatType, description: 'What the file looks like.' }),
    status: t.expose('status', { type: TransferStatusType, description: 'How far it is.' }),
    total: t.exposeInt('total', {
      nullable: true,
      description: 'How many tasks or rows there are; null while that is not known.',
    }),
    done: t.exposeInt('done', { description: 'How many of them are behind it, refused rows among them.' }),
    failed: t.exposeInt('failed', { description: 'How many rows were refused.' }),
    bytes: t.exposeInt('bytes', { description: 'The size of the file so far.' }),
    ignoredColumns: t.exposeStringList('ignoredColumns', {
      description: 'Columns of the file that an import takes nothing from, as they are written there.',
    }),
    error: t.field({ type: TransferError, nullable: true, description: 'Why it failed.', resolve: transfers.fault }),
    contentPath: t.string({
      description:
        'Where its file is, on this server: GET the file of an export, PUT that of an import, with your token as on every request.',
      resolve: transfers.contentPath,
    }),
    changeIds: t.idList({
      description:
        'The changes in which an import made its tasks, at most 200 in each, the latest first. Give each to undo, in this order, to take all back.',
      complexity: { field: 1, multiplier: 20 },
      resolve: transfers.changeIds,
    }),
    rowErrors: t.connection(
      {
        type: TransferRowError,
        description: 'The rows that were refused, in the order of the file; the first 1,000. Pages of 50, at most 200.',
        complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
        resolve: transfers.rowErrors,
      },
      { name: 'TransferRowErrorConnection', description: 'A page of refused rows.' },
      { name: 'TransferRowErrorEdge', description: 'A refused row in a page.' },
    ),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was started.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a worker first took it up.',
    }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is removed; sooner when you have nine newer ones that have ended.',
    }),
  }),
});
