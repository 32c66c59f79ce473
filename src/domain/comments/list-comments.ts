import type { Comment } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { isId } from '../../shared/ids.ts';
import { answers } from '../lists/answers.ts';
import { encodeKey, type Page, type PageOrder, type PageQuery, toPage } from '../lists/page.ts';
import { type Asked, askedAndSeen, questionsOf } from '../tasks/subtasks.ts';
import { commentRecords } from './store.ts';

/** Ordered by id, which is the order of creation. */
export const oldestFirst: PageOrder = { name: 'comments', isKey: ([, id]) => isId(id) };

const [firstId, lastId] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

const select = (direction: 'ASC' | 'DESC') => `
  SELECT asked.n::int, said.* FROM ${askedAndSeen}
  CROSS JOIN LATERAL (
    SELECT ${commentRecords.columns} FROM comment
    WHERE comment."tenantId" = asked."tenantId" AND comment."taskId" = asked."taskId" AND comment."deletedAt" IS NULL
      AND comment.id > $4 AND comment.id < $5
    ORDER BY comment.id ${direction} LIMIT $6
  ) said ORDER BY asked.n, said.id ${direction}`;
const forward = { name: 'comments', text: select('ASC') };
const backward = { name: 'comments-backward', text: select('DESC') };

/**
 * The comments of tasks, the oldest first; empty for a task that the user cannot see. One statement for pages with the
 * same arguments.
 */
export async function readComments(db: Database, tasks: readonly Asked[], query: PageQuery): Promise<Page<Comment>[]> {
  const { after, before, limit, isBackward } = query;
  const found = await answers<Comment>(db, tasks.length, {
    ...(isBackward ? backward : forward),
    values: [...questionsOf(tasks), after?.[1] ?? firstId, before?.[1] ?? lastId, limit + 1],
  });
  return found.map((rows) => toPage(rows, query, ({ id }) => encodeKey(oldestFirst, ['', id])));
}
