import type { App } from '../../src/app.ts';
import { taskWords } from '../../src/domain/tasks/words.ts';
import type { Task } from '../../src/generated/prisma/client.ts';
import { newId } from '../../src/shared/ids.ts';
import type { Person } from './test-app.ts';

/** Puts tasks of `creator` straight into the table, without events. What is not given is as for a plain task. */
export async function insertTasks(
  { db }: Pick<App, 'db'>,
  { viewer }: Person,
  tasks: readonly Partial<Task>[],
): Promise<Task[]> {
  const rows = tasks.map((task) => ({ ...plainTask(viewer), ...task }));
  const kept = rows.map((task) => ({ ...task, ownWords: taskWords(task), commentWords: '' }));
  await db.query('INSERT INTO task SELECT * FROM jsonb_populate_recordset(null::task, $1)', [JSON.stringify(kept)]);
  return rows;
}

function plainTask({ tenantId, userId }: Person['viewer']): Task {
  const now = new Date();
  return {
    id: newId(),
    tenantId,
    creatorId: userId,
    assigneeId: null,
    projectId: null,
    parentId: null,
    title: 'a task',
    notes: null,
    status: 'ACTIVE',
    priority: 'MEDIUM',
    tags: [],
    dueAt: null,
    dueDate: null,
    dueTimeZone: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    completedAt: null,
    deletedAt: null,
    recurrenceId: null,
    occurrenceAt: null,
  };
}
