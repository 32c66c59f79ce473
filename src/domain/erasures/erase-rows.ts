import type { Erasure } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { erasedText } from './store.ts';

type FormerMember = Pick<Erasure, 'tenantId' | 'userId'>;

/** What nobody but its creator could see. A task or series of theirs that was handed over is the heir's. */
const isPrivate = `"tenantId" = $1 AND "creatorId" = $2 AND "projectId" IS NULL AND coalesce("assigneeId", $2) = $2`;
const isOwn = '"tenantId" = $1 AND "userId" = $2';

/** What is a former member's alone, and goes with all that hangs on it. A token is revoked already; only its name is a word. */
const statements: readonly { name: string; sql: string }[] = [
  { name: 'erase-conversations', sql: `DELETE FROM conversation WHERE ${isOwn}` },
  { name: 'erase-reminders', sql: `DELETE FROM reminder WHERE ${isOwn}` },
  { name: 'erase-filters', sql: `DELETE FROM saved_filter WHERE ${isOwn}` },
  { name: 'erase-webhook', sql: `DELETE FROM webhook WHERE ${isOwn}` },
  { name: 'erase-feed', sql: `DELETE FROM calendar_feed WHERE ${isOwn}` },
  { name: 'erase-transfers', sql: `DELETE FROM transfer WHERE ${isOwn}` },
  {
    name: 'erase-invitations',
    sql: `DELETE FROM invitation WHERE "tenantId" = $1 AND email = (SELECT email FROM "user" WHERE id = $2)`,
  },
  { name: 'erase-tokens', sql: `UPDATE access_token SET name = '${erasedText}' WHERE ${isOwn}` },
  { name: 'erase-outcomes', sql: 'DELETE FROM idempotency_key WHERE "tenantId" = $1 AND "actorId" = $2' },
];

const deleteTasks = `WITH private AS (SELECT id FROM task WHERE ${isPrivate} ORDER BY id FOR UPDATE)
  DELETE FROM task USING private WHERE task."tenantId" = $1 AND task.id = private.id RETURNING task.id`;

/** Tasks that others have may be of such a series, so it stays, without its words. */
const emptySeries = `UPDATE recurrence SET title = '${erasedText}', notes = NULL, tags = '{}', version = version + 1,
  "updatedAt" = $3 WHERE ${isPrivate} RETURNING id`;

/** Removes the rows of a former member but their comments. @returns how many. */
export async function eraseRows(tx: Change, { tenantId, userId }: FormerMember): Promise<number> {
  const of = [tenantId, userId];
  const tasks = await tx.query<{ id: string }>('erase-tasks', deleteTasks, of);
  for (const { id } of tasks) tx.record({ type: 'task.purged', objectId: id, before: null, after: null });
  const series = await tx.query<{ id: string }>('erase-series', emptySeries, [...of, tx.now]);
  for (const { id } of series) tx.record({ type: 'recurrence.updated', objectId: id, before: null, after: null });
  let rows = tasks.length + series.length;
  for (const { name, sql } of statements) {
    const counted = `WITH erased AS (${sql} RETURNING 1) SELECT count(*)::int FROM erased`;
    rows += (await tx.query<{ count: number }>(name, counted, of))[0]?.count ?? 0;
  }
  return rows;
}
