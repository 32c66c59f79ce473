import type { Erasure } from '../../generated/prisma/client.ts';
import { lockWhoever, saveComment, writeComment } from '../comments/store.ts';
import type { Change } from '../records/change.ts';
import { erasedText } from './store.ts';

const batchSize = 100;

const find = `SELECT id FROM comment
  WHERE "tenantId" = $1 AND "authorId" = $2 AND text <> '${erasedText}' AND "createdAt" <= $3
  ORDER BY id LIMIT ${batchSize}`;

/**
 * Empties and deletes a batch of what a former member said about tasks of others, who are told that it was deleted.
 * @returns how many they were; none when all are done.
 */
export async function eraseComments(tx: Change, erasure: Erasure): Promise<number> {
  const { tenantId, userId, startedAt } = erasure;
  const found = await tx.query<{ id: string }>('find-comments-to-erase', find, [tenantId, userId, startedAt]);
  const ids = found.map(({ id }) => id);
  for (const { row } of await lockWhoever(tx, { tenantId, userId }, ids)) {
    const emptied = { ...row, text: erasedText };
    if (row.deletedAt) await writeComment(tx, { ...emptied, version: row.version + 1 });
    else await saveComment(tx, emptied, { event: 'comment.deleted', changes: { deletedAt: tx.now } });
  }
  return ids.length;
}
