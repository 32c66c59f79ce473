import { Prisma, type Recurrence, type Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { defineRecords } from '../records/record-kind.ts';
import { taskRecords } from '../tasks/store.ts';
import { transitions } from './transitions.ts';
import { seenSeriesSql } from './visibility.ts';

/** Recurrences. What locks tasks of one too locks them before, as completing one does. */
export const recurrenceRecords = defineRecords<'recurrence', Recurrence>({
  kind: 'recurrence',
  table: 'recurrence',
  noun: 'recurrence',
  fields: Prisma.RecurrenceScalarFieldEnum,
  fixed: ['creatorId'],
  seen: seenSeriesSql,
  transitions,
});

export type RecurrenceChanges = Partial<Omit<Recurrence, 'id' | 'tenantId' | 'creatorId' | 'createdAt'>>;

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
