import DataLoader from 'dataloader';
import type pg from 'pg';
import {
  type Asked,
  countSubtasks,
  readSeenTasks,
  readSubtasks,
  type SubtaskCounts,
} from '../domain/tasks/subtasks.ts';
import type { Task } from '../generated/prisma/client.ts';

/** Batched reads of what belongs to a task. Subscribers share loaders, so a key says who asks where that matters. */
export type TaskLoaders = {
  seenTask: DataLoader<Asked, Task | null, string>;
  subtasks: DataLoader<Asked, Task[], string>;
  subtaskCounts: DataLoader<Asked, SubtaskCounts, string>;
};

export function createTaskLoaders(db: pg.Pool): TaskLoaders {
  return {
    seenTask: new DataLoader((asked) => readSeenTasks(db, asked), { cacheKeyFn }),
    subtasks: new DataLoader((asked) => readSubtasks(db, asked), { cacheKeyFn }),
    subtaskCounts: new DataLoader((asked) => countSubtasks(db, asked), { cacheKeyFn }),
  };
}

const cacheKeyFn = (key: Asked) => JSON.stringify(key);
