import { setImmediate } from 'node:timers/promises';
import type { Recurrence } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';
import { toStored } from '../recurrences/dates.ts';
import { datesToCome } from '../recurrences/preview-occurrences.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import { recurrenceSight } from '../recurrences/visibility.ts';
import { taskLink } from '../reminders/links.ts';
import { alarmsOfSeries } from './alarms.ts';
import { commonFields } from './calendar-tasks.ts';
import { entryText, zoneText } from './calendar-text.ts';
import { comingOf } from './series-entry.ts';

/** The maximum number of recurrences in a calendar. The calendar says if some are left out. */
export const maxSeries = 500;

const selectMine = `SELECT ${recurrenceRecords.columns} FROM recurrence
  WHERE "tenantId" = $1 AND status = 'ACTIVE' AND ("assigneeId" = $2 OR "assigneeId" IS NULL AND "creatorId" = $2)
    AND (${recurrenceSight.sql('$2')})
  ORDER BY id LIMIT ${maxSeries + 1}`;

/** The viewer's active recurrences, and one more if some are left out. */
export async function findCalendarSeries({ app, viewer }: Acting): Promise<Recurrence[]> {
  const values = [viewer.tenantId, viewer.userId];
  return (await app.db.query<Recurrence>({ name: 'calendar-series', text: selectMine, values })).rows;
}

/** The state that determines the events of a recurrence: they do not change until its next date changes. */
export function seriesState(series: Recurrence, now: Date): string {
  const [next] = datesToCome(series, { now, limit: 1 });
  return `${series.id} ${series.version} ${next ? toStored(next).toISOString() : ''}`;
}

/** The events of future dates, and each time zone before its first event. */
export async function* seriesTexts(acting: Acting, all: readonly Recurrence[]): AsyncGenerator<string> {
  if (all.length === 0) return;
  const now = acting.app.clock.now();
  const details = await alarmsOfSeries(acting.app, acting.viewer, all);
  const zones = new Set<string>();
  for (const series of all) {
    // Computing dates takes milliseconds, so other work may run in between.
    await setImmediate();
    const { taskId, alarms = [] } = details.get(series.id) ?? {};
    const url = taskId ? taskLink(acting.app.config, taskId) : null;
    for (const { start, rule } of comingOf(series, now)) {
      const zone = 'at' in start ? start.timeZone : null;
      if (zone && !zones.has(zone)) yield zoneText(zone, now);
      if (zone) zones.add(zone);
      const date = 'date' in start ? start.date : start.at.toISOString();
      const uid = `series-${series.id}${rule ? '' : `-${date}`}@errand`;
      yield entryText({ ...commonFields(series), uid, start, rule, url, alarms });
    }
  }
}
