import { Temporal } from 'temporal-polyfill';
import type { Reminder, Task } from '../../generated/prisma/client.ts';

/** When an all-day task reminds, on the wall clock of its due's zone. */
const allDayTime = '09:00';

/** When a relative reminder of this task is due; null when the task has no due. A gap of DST moves it forward. */
export function relativeMoment(task: Pick<Task, 'dueAt' | 'dueDate' | 'dueTimeZone'>): Date | null {
  if (!task.dueAt || !task.dueDate || !task.dueTimeZone) return task.dueAt;
  const date = Temporal.PlainDate.from(task.dueDate.toISOString().slice(0, 10));
  const moment = date.toZonedDateTime({ timeZone: task.dueTimeZone, plainTime: allDayTime });
  return new Date(moment.epochMilliseconds);
}

/** Whether it keeps to the task's due. */
export function isRelative({ trigger }: Pick<Reminder, 'trigger'>): boolean {
  return trigger !== 'ABSOLUTE';
}
