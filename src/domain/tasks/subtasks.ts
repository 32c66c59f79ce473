import type { Task } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { answers } from '../lists/answers.ts';
import { taskRecords } from './store.ts';
import { taskSight } from './visibility.ts';

/** A task and the user who queries it. */
export type Asked = { tenantId: string; taskId: string; userId: string };

const shown = 50;

/** A statement about several tasks, each as one user sees it; `n` is the number of the query. */
const asked = 'unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS asked("tenantId", "taskId", "userId", n)';
const isSeen = taskSight.sql('asked."userId"');

/** The tasks that their user can see, for related objects. The first three parameters are `questionsOf` them. */
export const askedAndSeen = `${asked}
  JOIN task ON task."tenantId" = asked."tenantId" AND task.id = asked."taskId" AND ${isSeen}`;

const selectSeen = `SELECT asked.n::int, ${taskRecords.columns} FROM ${askedAndSeen}`;

const selectSubtasks = `SELECT asked.n::int, subtask.* FROM ${asked} CROSS JOIN LATERAL (
    SELECT ${taskRecords.columns} FROM task
    WHERE task."tenantId" = asked."tenantId" AND task."parentId" = asked."taskId" AND task."deletedAt" IS NULL AND ${isSeen}
    ORDER BY task.id LIMIT ${shown}
  ) subtask ORDER BY asked.n, subtask.id`;

const countThem = `SELECT asked.n::int, count(*) FILTER (WHERE task.status = 'ACTIVE')::int AS open,
    count(*) FILTER (WHERE task.status = 'COMPLETED')::int AS done
  FROM ${asked} JOIN task ON task."tenantId" = asked."tenantId" AND task."parentId" = asked."taskId"
    AND task."deletedAt" IS NULL AND ${isSeen}
  GROUP BY asked.n`;

/** Each task, or null if the user cannot see it. */
export async function readSeenTasks(db: Database, questions: readonly Asked[]): Promise<(Task | null)[]> {
  const found = await ask<Task>(db, 'seen-tasks', selectSeen, questions);
  return found.map(([task]) => task ?? null);
}

/** The first 50 subtasks of each task that the user can see and that are not in the trash, in the order of creation. */
export async function readSubtasks(db: Database, questions: readonly Asked[]): Promise<Task[][]> {
  return ask<Task>(db, 'subtasks', selectSubtasks, questions);
}

/** The number of subtasks that the user can see and that are not in the trash. */
export type SubtaskCounts = { open: number; done: number };

export async function countSubtasks(db: Database, questions: readonly Asked[]): Promise<SubtaskCounts[]> {
  const found = await ask<SubtaskCounts>(db, 'count-subtasks', countThem, questions);
  return found.map(([counts]) => counts ?? { open: 0, done: 0 });
}

function ask<R>(db: Database, name: string, text: string, questions: readonly Asked[]): Promise<R[][]> {
  return answers<R>(db, questions.length, { name, text, values: questionsOf(questions) });
}

/** The parameters of a statement about several tasks. */
export function questionsOf(questions: readonly Asked[]): string[][] {
  return (['tenantId', 'taskId', 'userId'] as const).map((key) => questions.map((question) => question[key]));
}
