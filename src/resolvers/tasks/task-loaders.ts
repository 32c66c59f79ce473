import DataLoader from 'dataloader';
import { readComments } from '../../domain/comments/list-comments.ts';
import type { Page, PageQuery } from '../../domain/lists/page.ts';
import { type Activity, readActivity } from '../../domain/tasks/activity.ts';
import {
  type Asked,
  countSubtasks,
  readSeenTasks,
  readSubtasks,
  type SubtaskCounts,
} from '../../domain/tasks/subtasks.ts';
import type { Comment, Task } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';

/** Pages of objects that belong to tasks; pages with the same arguments are read together. */
type Pages<T> = (query: PageQuery) => DataLoader<Asked, Page<T>, string>;

/** Batched reads of objects that belong to a task. Subscribers share loaders, so the key includes the viewer. */
export type TaskLoaders = {
  seenTask: DataLoader<Asked, Task | null, string>;
  subtasks: DataLoader<Asked, Task[], string>;
  subtaskCounts: DataLoader<Asked, SubtaskCounts, string>;
  commentsOfTask: Pages<Comment>;
  activityOfTask: Pages<Activity>;
};

export function createTaskLoaders(db: Database): TaskLoaders {
  return {
    seenTask: new DataLoader((asked) => readSeenTasks(db, asked), { cacheKeyFn }),
    subtasks: new DataLoader((asked) => readSubtasks(db, asked), { cacheKeyFn }),
    subtaskCounts: new DataLoader((asked) => countSubtasks(db, asked), { cacheKeyFn }),
    commentsOfTask: pages((tasks, query) => readComments(db, tasks, query)),
    activityOfTask: pages((tasks, query) => readActivity(db, tasks, query)),
  };
}

function cacheKeyFn(key: Asked): string {
  return JSON.stringify(key);
}

function pages<T>(read: (tasks: readonly Asked[], query: PageQuery) => Promise<Page<T>[]>): Pages<T> {
  const loaders = new Map<string, ReturnType<Pages<T>>>();
  return (query) => {
    const key = JSON.stringify(query);
    const loader = loaders.get(key) ?? new DataLoader((tasks) => read(tasks, query), { cacheKeyFn });
    loaders.set(key, loader);
    return loader;
  };
}
