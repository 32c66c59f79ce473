import type { Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { inBatches } from '../work/batches.ts';
import type { PeriodicWork } from '../work/work.ts';
import { maxSearchedComments } from './store.ts';
import { commentWords, taskWords } from './words.ts';

const batchSize = 100;

const selectTenants = 'SELECT DISTINCT "tenantId" FROM (SELECT "tenantId" FROM search_backlog LIMIT 1000) waiting';

/**
 * In the order of ids, like all changes that lock several tasks. A change of a task stores its words by the newest
 * rule.
 */
const lockBatch = `SELECT task.id, task.title, task.notes FROM task
  WHERE task."tenantId" = $1
    AND task.id = ANY (ARRAY(SELECT "taskId" FROM search_backlog WHERE "tenantId" = $1 ORDER BY "taskId" LIMIT ${batchSize}))
  ORDER BY task.id FOR UPDATE`;

const selectComments = `SELECT comment."taskId", comment.text FROM unnest($2::uuid[]) AS wanted(id), LATERAL (
    SELECT * FROM comment WHERE "tenantId" = $1 AND "taskId" = wanted.id AND "deletedAt" IS NULL
    ORDER BY id LIMIT ${maxSearchedComments}) comment`;

const saveWords = `WITH done AS (DELETE FROM search_backlog WHERE "tenantId" = $1 AND "taskId" = ANY($2))
  UPDATE task SET "ownWords" = words.own, "commentWords" = words.comments
  FROM unnest($2::uuid[], $3::tsvector[], $4::tsvector[]) AS words(id, own, comments)
  WHERE task."tenantId" = $1 AND task.id = words.id`;

/**
 * Rebuilds the searched words of the tasks in the backlog by the rule of this version. It writes no event, because no
 * visible data changes.
 */
export const searchWork: PeriodicWork = {
  name: 'search.rebuild',
  everyMs: 60_000,
  run: (context) =>
    inBatches(context, { tenants: { name: 'tenants-of-search-backlog', text: selectTenants }, batch: rebuildBatch }),
};

async function rebuildBatch(tx: Change, tenantId: string): Promise<void> {
  const tasks = await tx.query<Pick<Task, 'id' | 'title' | 'notes'>>('lock-search-backlog', lockBatch, [tenantId]);
  const ids = tasks.map(({ id }) => id);
  type Said = { taskId: string; text: string };
  const comments = await tx.query<Said>('comments-of-search-backlog', selectComments, [tenantId, ids]);
  const saidOf = (task: string) => comments.filter(({ taskId }) => taskId === task).map(({ text }) => text);
  await tx.query('save-rebuilt-words', saveWords, [
    tenantId,
    ids,
    tasks.map(taskWords),
    ids.map((id) => commentWords(saidOf(id))),
  ]);
}
