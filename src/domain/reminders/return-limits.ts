import type { Reminder } from '../../generated/prisma/client.ts';
import { maxOpenPerTask } from '../reminder-rules/input.ts';
import type { ReminderChange } from './store.ts';

/** A reminder, and the change by which it follows its task; null when it stays as it is. */
type Followed = { reminder: Reminder; change: ReminderChange | null };

/** The open reminders of a task: their number, and their times, users and channels. */
type Open = { count: number; moments: Set<string> };

/**
 * Excludes reminders that would become pending although another one reaches the same user through the same channel at
 * the same time, or although the task has the maximum number of open ones. A task keeps all its reminders, so there may
 * be many; the newest have priority.
 */
export function withinLimits(followed: readonly Followed[]): Followed[] {
  const openOf = new Map<string, Open>();
  for (const one of followed) if (staysOpen(one)) add(openOf, one);
  const refused = new Set<Followed>();
  for (const one of followed.filter(isReturning).reverse()) {
    if (hasRoom(openOf, one)) add(openOf, one);
    else refused.add(one);
  }
  return followed.filter((one) => !refused.has(one));
}

function isReturning({ change }: Followed): boolean {
  return change?.event === 'reminder.restored';
}

function staysOpen({ reminder: { status }, change }: Followed): boolean {
  return change ? change.event === 'reminder.moved' : status === 'PENDING' || status === 'SENDING';
}

function hasRoom(openOf: ReadonlyMap<string, Open>, one: Followed): boolean {
  const open = openOf.get(one.reminder.taskId);
  return !open || (open.count < maxOpenPerTask && !open.moments.has(momentOf(one)));
}

function add(openOf: Map<string, Open>, one: Followed): void {
  const open = openOf.get(one.reminder.taskId) ?? { count: 0, moments: new Set() };
  openOf.set(one.reminder.taskId, { count: open.count + 1, moments: open.moments.add(momentOf(one)) });
}

function momentOf({ reminder, change }: Followed): string {
  const { userId, channel, remindAt } = { ...reminder, ...change?.changes };
  return `${userId} ${channel} ${remindAt.toISOString()}`;
}
