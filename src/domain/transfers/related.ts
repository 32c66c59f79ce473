import type { Viewer } from '../../auth/viewer.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import { recurrenceSight } from '../recurrences/visibility.ts';
import { taskSight } from '../tasks/visibility.ts';

/** The references of tasks, by id, as values that are valid in another system. */
export type Related = {
  /** The parents of the tasks, as far as the viewer can see them. */
  parents: ReadonlySet<string>;
  emails: ReadonlyMap<string, string>;
  projects: ReadonlyMap<string, string>;
  /**
   * Only visible ones: an occurrence may have been moved to a project that the viewer can see, while its recurrence is
   * in one that they cannot.
   */
  series: ReadonlyMap<string, Recurrence>;
};

const selectParents = `SELECT id FROM task WHERE "tenantId" = $1 AND id = ANY($2) AND ${taskSight.sql('$3')}`;
const selectEmails = 'SELECT id, email AS word FROM "user" WHERE id = ANY($1)';
const selectProjects = 'SELECT id, name AS word FROM project WHERE id = ANY($1)';
const selectSeries = `SELECT ${recurrenceRecords.columns} FROM recurrence
  WHERE "tenantId" = $1 AND id = ANY($2) AND ${recurrenceSight.sql('$3')}`;

/**
 * Reads the references of tasks that the viewer can see, and the e-mail addresses of `authors`. One statement per kind.
 */
export async function readRelated(
  { db }: { db: Database },
  { tenantId, userId }: Viewer,
  { tasks, authors }: { tasks: readonly Task[]; authors: readonly string[] },
): Promise<Related> {
  const seriesIds = distinct(tasks.map(({ recurrenceId }) => recurrenceId));
  const values = [tenantId, seriesIds, userId];
  const series = seriesIds.length > 0 ? (await db.query<Recurrence>(selectSeries, values)).rows : [];
  const parentIds = distinct(tasks.map(({ parentId }) => parentId));
  const parents =
    parentIds.length > 0 ? (await db.query<{ id: string }>(selectParents, [tenantId, parentIds, userId])).rows : [];
  const placed = [...tasks, ...series];
  const words = async (text: string, ids: string[]) => {
    type Row = { id: string; word: string };
    const { rows } = ids.length > 0 ? await db.query<Row>(text, [ids]) : { rows: [] };
    return new Map(rows.map(({ id, word }) => [id, word]));
  };
  return {
    parents: new Set(parents.map(({ id }) => id)),
    emails: await words(selectEmails, distinct([...placed.map(({ assigneeId }) => assigneeId), ...authors])),
    projects: await words(selectProjects, distinct(placed.map(({ projectId }) => projectId))),
    series: new Map(series.map((one) => [one.id, one])),
  };
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.flatMap((id) => id ?? []))];
}
