import type { Viewer } from '../../auth/viewer.ts';
import type { Reminder } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { isRelative, relativeTrigger } from '../reminder-rules/moment.ts';
import { reminderRecords } from '../reminders/store.ts';
import { taskSight } from '../tasks/visibility.ts';
import type { Alarm } from './calendar-text.ts';

const selectPending = `SELECT ${reminderRecords.columns} FROM reminder
  WHERE "tenantId" = $1 AND "taskId" = ANY($2) AND "userId" = $3 AND status IN ('PENDING', 'SENDING') ORDER BY id`;

/** The alarms of tasks, by task: the viewer's own future reminders, one per time. */
export async function alarmsOfTasks(
  { db }: { db: Database },
  { tenantId, userId }: Viewer,
  taskIds: readonly string[],
): Promise<Map<string, Alarm[]>> {
  const values = [tenantId, taskIds, userId];
  const { rows } = await db.query<Reminder>({ name: 'alarms-of-tasks', text: selectPending, values });
  return grouped(rows, ({ remindAt }) => remindAt);
}

/**
 * For each recurrence, its newest occurrence and the viewer's own reminders of it, which are copied to further
 * occurrences. An occurrence that the viewer cannot see is passed over: it may have been moved to another project.
 */
const selectOfSeries = `
  SELECT newest."recurrenceId", newest.id AS "newestId", ${reminderRecords.columns}
  FROM unnest($2::uuid[]) series(id),
    LATERAL (SELECT id, "recurrenceId" FROM task
      WHERE "tenantId" = $1 AND "recurrenceId" = series.id AND ${taskSight.sql('$3')} ORDER BY "occurrenceAt" DESC LIMIT 1) newest
    LEFT JOIN reminder ON reminder."tenantId" = $1 AND reminder."taskId" = newest.id AND reminder."userId" = $3
      AND NOT reminder."isWithdrawn"
  ORDER BY reminder.id`;

type OfSeries = { taskId: string; alarms: Alarm[] };

/** The links to recurrences and the alarms of their dates: those that are relative to the due date. */
export async function alarmsOfSeries(
  { db }: { db: Database },
  { tenantId, userId }: Viewer,
  series: readonly { id: string; isAllDay: boolean }[],
): Promise<Map<string, OfSeries>> {
  const values = [tenantId, series.map(({ id }) => id), userId];
  type Row = Reminder & { recurrenceId: string; newestId: string };
  const { rows } = await db.query<Row>({ name: 'alarms-of-series', text: selectOfSeries, values });
  const found = new Map(
    rows.map(({ recurrenceId, newestId }) => [recurrenceId, { taskId: newestId, alarms: [] as Alarm[] }]),
  );
  const kinds = new Map(series.map(({ id, isAllDay }) => [id, isAllDay]));
  const reminders = rows.filter((row) => row.id && isRelative(row));
  const alarms = grouped(reminders, (row) => relativeTrigger(row, kinds.get((row as Row).recurrenceId) ?? false));
  for (const one of found.values()) one.alarms = alarms.get(one.taskId) ?? [];
  return found;
}

/** By task, and one per trigger: two alerts at the same time are of no use. */
function grouped(
  reminders: readonly Reminder[],
  triggerOf: (reminder: Reminder) => Alarm['trigger'],
): Map<string, Alarm[]> {
  const byTask = new Map<string, Map<string, Alarm>>();
  for (const reminder of reminders) {
    const trigger = triggerOf(reminder);
    const alarms = byTask.get(reminder.taskId) ?? new Map<string, Alarm>();
    const key = String(trigger);
    if (!alarms.has(key)) alarms.set(key, { id: `reminder-${reminder.id}@errand`, trigger });
    byTask.set(reminder.taskId, alarms);
  }
  return new Map([...byTask].map(([taskId, alarms]) => [taskId, [...alarms.values()]]));
}
