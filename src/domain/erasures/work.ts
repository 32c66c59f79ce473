import { z } from 'zod';
import type { Erasure } from '../../generated/prisma/client.ts';
import type { Job } from '../../queues/contract.ts';
import { erasureRecords } from '../kinds/erasure-records.ts';
import { type Change, changeAsSystem } from '../records/change.ts';
import { recordEvent } from '../records/record-event.ts';
import type { Work, WorkContext } from '../work/work.ts';
import { eraseComments } from './erase-comments.ts';
import { eraseEvents } from './erase-events.ts';
import { lockErasure, saveErasure } from './store.ts';

type FormerMember = Pick<Erasure, 'tenantId' | 'userId'>;

const unfinished = 'FROM erasure WHERE "finishedAt" IS NULL';
const find = `SELECT "tenantId", "userId" ${unfinished} ORDER BY "startedAt" LIMIT 100`;

const formerMember: z.ZodType<FormerMember> = z.strictObject({ tenantId: z.uuid(), userId: z.uuid() });
const job: Job<FormerMember> = { name: 'erasure.run', queue: 'erasures', payload: formerMember };

/** Finishes erasures, even after a crash. Every step locks the row, so no lease is needed. */
export const erasureWork: Work<FormerMember> = {
  name: 'erasure',
  jobs: [job],
  isDue: () => `EXISTS (SELECT ${unfinished})`,
  findDue: async ({ app }) => {
    const { rows } = await app.db.query<FormerMember>({ name: 'find-erasures', text: find });
    return rows.map((payload) => ({ job, payload }));
  },
  attempt: finishErasure,
};

/**
 * Continues an erasure to its end. Each step is a transaction that locks the row of the erasure, so each step is done
 * once, even after a crash or with two workers.
 */
async function finishErasure(
  { app, requestId, signal }: WorkContext,
  { tenantId, userId }: FormerMember,
): Promise<void> {
  for (let isFinished = false; !isFinished && !signal.aborted; ) {
    const step = await changeAsSystem({ app, tenantId, requestId }, async (tx) => {
      const erasure = await lockErasure(tx, { tenantId, userId });
      if (!erasure || erasure.finishedAt) return { isFinished: true };
      const after = { ...erasure, ...(await takeStep(tx, erasure)) };
      await saveErasure(tx, after);
      if (after.finishedAt) recordEvent(tx, erasureRecords, { event: 'erasure.finished', before: erasure, after });
      return { isFinished: after.finishedAt !== null };
    });
    isFinished = step.isFinished;
  }
}

/** First the comments, because changing them writes events; then the log up to its end at that time; the user last. */
async function takeStep(tx: Change, erasure: Erasure): Promise<Partial<Erasure>> {
  if (erasure.lastEventId === null) {
    const comments = await eraseComments(tx, erasure);
    return comments > 0 ? { rows: erasure.rows + comments } : { lastEventId: await lastEventId(tx) };
  }
  const { position, count } = await eraseEvents(tx, erasure);
  if (position !== null) return { position, events: erasure.events + count };
  return { rows: erasure.rows + (await eraseUserRow(tx, erasure)), finishedAt: tx.now };
}

async function lastEventId(tx: Change): Promise<bigint> {
  const [last] = await tx.query<{ id: bigint | null }>('last-event-id', 'SELECT max(id) AS id FROM event', []);
  return last?.id ?? 0n;
}

const lockUser = 'SELECT FROM "user" WHERE id = $1 FOR UPDATE';

/** Not while the user is a member of any tenant, or was one of a tenant that has not erased them. */
const eraseUser = `
  UPDATE "user" SET name = 'Erased user', email = 'erased-' || id || '@invalid', "timeZone" = 'UTC',
    "defaultReminders" = '[]', "wantsReminderMails" = false, "updatedAt" = $3
  WHERE id = $2 AND NOT EXISTS (
    SELECT FROM membership LEFT JOIN erasure USING ("tenantId", "userId")
    WHERE "userId" = $2 AND ("removedAt" IS NULL OR "startedAt" IS NULL OR "startedAt" < "removedAt"
      OR "finishedAt" IS NULL AND "tenantId" <> $1))
  RETURNING id`;

const releaseAccounts = 'DELETE FROM user_identity WHERE "userId" = $1 RETURNING 1';

/** If two tenants finish at the same time, the second finds the first one finished. @returns the number of rows. */
async function eraseUserRow(tx: Change, { tenantId, userId }: FormerMember): Promise<number> {
  await tx.write('lock-user-to-erase', lockUser, [userId]);
  const [erased] = await tx.query('erase-user', eraseUser, [tenantId, userId, tx.now]);
  if (!erased) return 0;
  return 1 + (await tx.query('release-accounts', releaseAccounts, [userId])).length;
}
