import { authorize } from '../../auth/permissions.ts';
import { Prisma, type Recurrence, type Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { erase, erasedText, isPrivatePayload, isPrivateRow } from '../records/erasure-rule.ts';
import { type Reading, readRecord } from '../records/read-records.ts';
import { defineRecords } from '../records/record-kind.ts';
import { taskRecords } from '../tasks/store.ts';
import { transitions } from './transitions.ts';
import { recurrenceSight } from './visibility.ts';

/** Tasks of others may belong to such a recurrence, so it stays, without its texts. */
const eraseTexts = `UPDATE recurrence SET title = '${erasedText}', notes = NULL, tags = '{}', version = version + 1,
  "updatedAt" = $3 WHERE ${isPrivateRow}`;

/** Recurrences. What locks tasks of one too locks them before, as completing one does. */
export const recurrenceRecords = defineRecords<'recurrence', Recurrence>({
  kind: 'recurrence',
  table: 'recurrence',
  noun: 'recurrence',
  fields: Prisma.RecurrenceScalarFieldEnum,
  fixed: ['creatorId'],
  seen: recurrenceSight.sql,
  erasure: {
    isTheirs: isPrivatePayload,
    rows: (tx, member) => {
      const event = 'recurrence.updated';
      return erase(tx, member, { name: 'erase-recurrences', sql: eraseTexts, event, values: [tx.now] });
    },
  },
  transitions,
});

export type RecurrenceChanges = Partial<Omit<Recurrence, 'id' | 'tenantId' | 'creatorId' | 'createdAt'>>;

/** A recurrence the viewer sees, whatever its status. @throws AppError `NOT_FOUND`. */
export function readRecurrence(reading: Reading, id: string): Promise<Recurrence> {
  authorize(reading.viewer, 'task:read');
  return readRecord(reading, recurrenceRecords, id);
}

const lockOpen = `SELECT ${taskRecords.columns} FROM task
  WHERE "tenantId" = $1 AND "recurrenceId" = $2 AND status = 'ACTIVE' AND "deletedAt" IS NULL
  ORDER BY id FOR UPDATE`;

/** The open occurrences of a recurrence by their dates, locked. */
export async function lockOpenOccurrences(
  tx: Change,
  { tenantId, id }: Pick<Recurrence, 'tenantId' | 'id'>,
): Promise<Task[]> {
  const open = await tx.query<Task>('lock-open-occurrences', lockOpen, [tenantId, id]);
  return open.sort((a, b) => Number(a.occurrenceAt) - Number(b.occurrenceAt));
}
