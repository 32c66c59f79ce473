import type { TaskVersion } from '../tasks/list-tasks.ts';
import type { CalendarEntry } from './calendar-text.ts';

type Cut = { firstLeftOut: TaskVersion | null; hasMoreSeries: boolean };
type Limits = { maxTasks: number; maxSeries: number };

const contents = 'Your open tasks that have a due, from 30 days ago on, and the dates to come of your active series.';

/** What a calendar says of what it has, and the event that stands where its tasks end; null when none is left out. */
export function leftOut(
  { firstLeftOut, hasMoreSeries }: Cut,
  { maxTasks, maxSeries }: Limits,
): { description: string; entry: CalendarEntry | null } {
  const tasks = `Only the first ${maxTasks.toLocaleString('en')} tasks by due are in this calendar.`;
  const series = `Only the first ${maxSeries} series are in this calendar.`;
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
    summary: 'Errand: this calendar ends here. Tasks that are due from now on are not in it.',
    description,
    priority: 1,
    categories: [],
    url: null,
    alarms: [],
    version: 1,
    updatedAt: at,
  };
}
