import type { Comment, Task } from '../../generated/prisma/client.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import type { Change } from '../records/change.ts';
import { type Batches, inBatches } from '../work/batches.ts';
import type { PeriodicWork } from '../work/work.ts';
import { collectCommentWords } from './comment-words.ts';
import { taskWords, wordsOfComment } from './words.ts';

const batchSize = 100;

const commentsWithoutWords: Batches = {
  tenants: {
    name: 'tenants-of-comments-without-words',
    text: `SELECT DISTINCT "tenantId" FROM (
      SELECT "tenantId" FROM comment WHERE words IS NULL AND "deletedAt" IS NULL LIMIT 1000) waiting`,
  },
  batch: rebuildComments,
};

const tasksInBacklog: Batches = {
  tenants: {
    name: 'tenants-of-search-backlog',
    text: 'SELECT DISTINCT "tenantId" FROM (SELECT "tenantId" FROM search_backlog LIMIT 1000) waiting',
  },
  batch: rebuildTasks,
};

/**
 * Computes the searched words that are missing or were made by an earlier rule: of comments without words, and of the
 * tasks in the backlog. It writes no event, because no visible data changes.
 */
export const searchWork: PeriodicWork = {
  name: 'search.rebuild',
  everyMs: 60_000,
  run: async (context) => {
    await inBatches(context, commentsWithoutWords);
    await inBatches(context, tasksInBacklog);
  },
};

/** In the order of ids, like all changes that lock several tasks. Their comments are written only with this lock. */
const lockCommented = `SELECT task.id FROM task
  WHERE task."tenantId" = $1
    AND task.id = ANY (ARRAY(
      SELECT "taskId" FROM comment WHERE "tenantId" = $1 AND words IS NULL AND "deletedAt" IS NULL LIMIT ${batchSize}))
  ORDER BY task.id FOR UPDATE`;

const selectTexts = `SELECT id, text FROM comment
  WHERE "tenantId" = $1 AND "taskId" = ANY($2) AND words IS NULL AND "deletedAt" IS NULL LIMIT ${batchSize}`;

const saveComments = `UPDATE comment SET words = computed.words
  FROM unnest($2::uuid[], $3::tsvector[]) AS computed(id, words)
  WHERE comment."tenantId" = $1 AND comment.id = computed.id`;

async function rebuildComments(tx: Change, tenantId: string): Promise<void> {
  const tasks = await tx.query<Pick<Task, 'id'>>('lock-tasks-of-comments-without-words', lockCommented, [tenantId]);
  const taskIds = tasks.map(({ id }) => id);
  type Said = Pick<Comment, 'id' | 'text'>;
  const comments = await tx.query<Said>('comments-without-words', selectTexts, [tenantId, taskIds]);
  const words = await computed(comments, ({ text }) => wordsOfComment(text));
  await tx.write('save-words-of-comments', saveComments, [tenantId, comments.map(({ id }) => id), words]);
  await collectCommentWords(tx, tenantId, taskIds);
}

/** A change of a task stores its words by the newest rule. */
const lockTasks = `SELECT task.id, task.title, task.notes FROM task
  WHERE task."tenantId" = $1
    AND task.id = ANY (ARRAY(SELECT "taskId" FROM search_backlog WHERE "tenantId" = $1 ORDER BY "taskId" LIMIT ${batchSize}))
  ORDER BY task.id FOR UPDATE`;

const saveTasks = `WITH done AS (DELETE FROM search_backlog WHERE "tenantId" = $1 AND "taskId" = ANY($2))
  UPDATE task SET "ownWords" = computed.words FROM unnest($2::uuid[], $3::tsvector[]) AS computed(id, words)
  WHERE task."tenantId" = $1 AND task.id = computed.id`;

async function rebuildTasks(tx: Change, tenantId: string): Promise<void> {
  const tasks = await tx.query<Pick<Task, 'id' | 'title' | 'notes'>>('lock-search-backlog', lockTasks, [tenantId]);
  const ids = tasks.map(({ id }) => id);
  await tx.write('save-rebuilt-words', saveTasks, [tenantId, ids, await computed(tasks, taskWords)]);
  await collectCommentWords(tx, tenantId, ids);
}

async function computed<T>(all: readonly T[], words: (one: T) => string): Promise<string[]> {
  const slice = new TimeSlice();
  const found: string[] = [];
  for (const one of all) {
    found.push(words(one));
    await slice.pause();
  }
  return found;
}
