import { createHash } from 'node:crypto';
import { authorize } from '../../auth/permissions.ts';
import type { Recurrence } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';
import { taskLink } from '../reminders/links.ts';
import { findCalendarSeries, maxSeries, seriesState, seriesTexts } from './calendar-series.ts';
import { type CalendarTasks, findCalendarTasks, maxTasks, taskTexts } from './calendar-tasks.ts';
import { calendarBegin, calendarEnd, entryText } from './calendar-text.ts';
import { leftOut } from './left-out.ts';

/** Changes when the text for the same tasks changes. */
const formatVersion = 2;

type Found = CalendarTasks & { series: readonly Recurrence[]; hasMoreSeries: boolean };

/** A calendar as a stream. Its tag changes with its text. `rows` is how many tasks and recurrences were read for it. */
type Calendar = { tag: string; text: AsyncGenerator<string>; rows: number };

/**
 * The viewer's calendar as an iCalendar object: the future dates of their recurrences, and open tasks with a due date
 * after 30 days ago that are assigned to them, or that they created outside of projects and that are unassigned. Both
 * numbers are limited, and the calendar says if some are left out.
 */
export async function openCalendar(acting: Acting): Promise<Calendar> {
  authorize(acting.viewer, 'task:read');
  const [due, series] = await Promise.all([findCalendarTasks(acting), findCalendarSeries(acting)]);
  const found = { ...due, series: series.slice(0, maxSeries), hasMoreSeries: series.length > maxSeries };
  const rows = found.tasks.length + found.series.length;
  return { tag: await tagOf(acting, found), text: calendarText(acting, found), rows };
}

async function* calendarText(acting: Acting, found: Found): AsyncGenerator<string> {
  const cut = leftOut(found, { maxTasks, maxSeries });
  yield calendarBegin({ name: 'Errand', description: cut.description });
  yield* seriesTexts(acting, found.series);
  yield* taskTexts(acting, found.tasks);
  if (cut.entry) yield entryText(cut.entry);
  yield calendarEnd;
}

const selectReminders = `
  SELECT count(*)::text || ' ' || coalesce(sum(hashtextextended(id::text || ' ' || version, 0)), 0) AS state FROM reminder
  WHERE "tenantId" = $1 AND "userId" = $2 AND NOT "isWithdrawn"`;

/** Computed from the inputs of the text, which costs much less than the text itself. */
async function tagOf({ app, viewer }: Acting, { tasks, firstLeftOut, series, hasMoreSeries }: Found): Promise<string> {
  const values = [viewer.tenantId, viewer.userId];
  const { rows } = await app.db.query<{ state: string }>({ name: 'state-of-reminders', text: selectReminders, values });
  const now = app.clock.now();
  const hash = createHash('sha256');
  hash.update(JSON.stringify([formatVersion, now.getUTCFullYear(), taskLink(app.config, ''), rows, hasMoreSeries]));
  for (const one of series) hash.update(`${seriesState(one, now)}\n`);
  for (const { id, version } of tasks) hash.update(`${id} ${version}\n`);
  hash.update(JSON.stringify(firstLeftOut));
  return hash.digest('base64url');
}
