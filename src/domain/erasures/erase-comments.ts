import type { Erasure } from '../../generated/prisma/client.ts';
import { commentRecords } from '../comments/store.ts';
import type { Change } from '../records/change.ts';
import { erasedText } from '../records/erasure-rule.ts';
import { lockRecords } from '../records/lock-records.ts';
import { saveRecords, writeRecords } from '../records/save-records.ts';

const batchSize = 100;

const find = `SELECT id FROM comment
  WHERE "tenantId" = $1 AND "authorId" = $2 AND text <> '${erasedText}' AND "createdAt" <= $3
  ORDER BY id LIMIT ${batchSize}`;

/**
 * Empties and deletes a batch of a former member's comments on tasks of others. Subscribers get the deletion. @returns
 * the number of comments; 0 when all are done.
 */
export async function eraseComments(tx: Change, erasure: Erasure): Promise<number> {
  const { tenantId, userId, startedAt } = erasure;
  const found = await tx.query<{ id: string }>('find-comments-to-erase', find, [tenantId, userId, startedAt]);
  const ids = found.map(({ id }) => id);
  const locked = await lockRecords(tx, commentRecords, { tenantId, userId }, ids);
  const emptied = locked.map(({ row }) => ({ ...row, text: erasedText }));
  const deleted = emptied.filter(({ deletedAt }) => deletedAt);
  await writeRecords(
    tx,
    commentRecords,
    deleted.map((before) => ({ before, after: { ...before, version: before.version + 1 } })),
  );
  const living = emptied.filter(({ deletedAt }) => !deletedAt);
  const changes = { deletedAt: tx.now };
  await saveRecords(
    tx,
    commentRecords,
    living.map((before) => ({ before, event: 'comment.deleted', changes })),
  );
  return ids.length;
}
