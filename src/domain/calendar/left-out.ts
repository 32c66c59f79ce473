import type { TaskVersion } from '../tasks/list-tasks.ts';
import type { CalendarEntry } from './calendar-text.ts';

type Cut = { firstLeftOut: TaskVersion | null; hasMoreSeries: boolean };
type Limits = { maxTasks: number; maxSeries: number };

const contents = 'Your open tasks with a due date after 30 days ago, and the future dates of your active recurrences.';

/**
 * The description of what a calendar contains, and the event that marks the end of its tasks; null if nothing is left
 * out.
 */
export function leftOut(
  { firstLeftOut, hasMoreSeries }: Cut,
  { maxTasks, maxSeries }: Limits,
): { description: string; entry: CalendarEntry | null } {
  const tasks = `This calendar has only the first ${maxTasks.toLocaleString('en')} tasks, ordered by due date.`;
  const series = `This calendar has only the first ${maxSeries} recurrences.`;
  const faults = [...(firstLeftOut ? [tasks] : []), ...(hasMoreSeries ? [series] : [])];
  const description = [contents, ...faults].join(' ');
  return { description, entry: firstLeftOut && endEntry(firstLeftOut, description) };
}

function endEntry({ dueAt }: TaskVersion, description: string): CalendarEntry {
  const at = dueAt ?? new Date(0);
  return {
    uid: 'end@errand',
    start: { at, timeZone: null },
    rule: null,
    summary: 'Errand: this calendar ends here. It does not have tasks that are due later.',
    description,
    priority: 1,
    categories: [],
    url: null,
    alarms: [],
    version: 1,
    updatedAt: at,
  };
}
