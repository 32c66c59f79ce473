import { isAllowed } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Recurrence, Transfer } from '../../generated/prisma/client.ts';
import { isStorable } from '../../shared/validate.ts';
import { projectSight } from '../projects/visibility.ts';
import type { Change } from '../records/change.ts';
import type { Cells } from './fields.ts';
import type { FileRow } from './read-file.ts';

/** The records that values of a file can refer to, by the trimmed value. */
export type References = {
  /** Members by e-mail address, ignoring case: only the user themselves without the permission to read members. */
  members: ReadonlyMap<string, string>;
  readsMembers: boolean;
  /** The projects with a name that the user can see and that are not archived. */
  projects: ReadonlyMap<string, readonly string[]>;
  /** The tasks of earlier rows, by their id in the file. */
  rows: Map<string, string>;
  /** The recurrences of earlier rows, by their id in the file. */
  series: ReadonlyMap<string, string>;
};

const selectMembers = `
  SELECT word, u.id FROM unnest($2::text[]) word JOIN "user" u ON lower(u.email) = lower(word)
    JOIN membership m ON m."tenantId" = $1 AND m."userId" = u.id AND m."removedAt" IS NULL
  WHERE $3 OR u.id = $4`;

const selectProjects = `
  SELECT name, array_agg(id) AS ids FROM project
  WHERE "tenantId" = $1 AND name = ANY($2) AND "archivedAt" IS NULL AND ${projectSight.sql('$3')} GROUP BY name`;

const selectRows = `SELECT "rowId", "taskId" FROM transfer_row WHERE "transferId" = $1 AND "rowId" = ANY($2)`;

const selectSeries = `SELECT "seriesId", "recurrenceId" FROM transfer_series
  WHERE "transferId" = $1 AND "seriesId" = ANY($2)`;

/** Looks up all references of rows, with one statement per kind. */
export async function findReferences(
  tx: Change,
  viewer: Viewer,
  { id, rows }: { id: string; rows: readonly FileRow[] },
): Promise<References> {
  const { tenantId, userId } = viewer;
  const readsMembers = isAllowed(viewer, 'member:read');
  const emails = distinct(rows, (cells) => [cells.assignee, ofSeries(cells, 'assignee')]);
  const names = distinct(rows, (cells) => [cells.project, ofSeries(cells, 'project')]);
  const parents = distinct(rows, (cells) => [cells.parent]);
  const seriesIds = distinct(rows, (cells) => [ofSeries(cells, 'id')]);
  const members = emails.length
    ? await tx.query<{ word: string; id: string }>('members-by-email', selectMembers, [
        tenantId,
        emails,
        readsMembers,
        userId,
      ])
    : [];
  const projects = names.length
    ? await tx.query<{ name: string; ids: string[] }>('projects-by-name', selectProjects, [tenantId, names, userId])
    : [];
  const before = parents.length
    ? await tx.query<{ rowId: string; taskId: string }>('rows-by-id', selectRows, [id, parents])
    : [];
  const series = seriesIds.length
    ? await tx.query<{ seriesId: string; recurrenceId: string }>('series-by-id', selectSeries, [id, seriesIds])
    : [];
  return {
    readsMembers,
    members: new Map(members.map(({ word, id }) => [word, id])),
    projects: new Map(projects.map(({ name, ids }) => [name, ids])),
    rows: new Map(before.map(({ rowId, taskId }) => [rowId, taskId])),
    series: new Map(series.map(({ seriesId, recurrenceId }) => [seriesId, recurrenceId])),
  };
}

/** Cells are not validated yet: a value that is not a text, or cannot be stored, refers to nothing. */
function distinct(rows: readonly FileRow[], wordsOf: (cells: Cells) => unknown[]): string[] {
  const words = rows.flatMap((row) => ('cells' in row ? wordsOf(row.cells) : []));
  return [...new Set(words.flatMap((word) => (typeof word === 'string' && isStorable(word) ? word.trim() : [])))];
}

function ofSeries({ series }: Cells, field: 'id' | 'assignee' | 'project'): unknown {
  return series instanceof Object ? (series as Record<string, unknown>)[field] : undefined;
}

const insertRows = `
  INSERT INTO transfer_row ("tenantId", "transferId", "rowId", "taskId", "parentRowId")
  SELECT $1, $2, "rowId", "taskId", "parentRowId"
  FROM unnest($3::text[], $4::uuid[], $5::text[]) AS r("rowId", "taskId", "parentRowId") ON CONFLICT DO NOTHING`;

/** The task of a row, and the id of its parent's row if that is still to come. */
export type KeptRow = { rowId: string; taskId: string; parentRowId: string | null };

/** Stores the tasks of rows for later rows; of two rows with the same id, the first is used. */
export async function keepRows(tx: Change, { tenantId, id }: Transfer, rows: readonly KeptRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.write('keep-rows', insertRows, [
    tenantId,
    id,
    rows.map(({ rowId }) => rowId),
    rows.map(({ taskId }) => taskId),
    rows.map(({ parentRowId }) => parentRowId),
  ]);
}

const insertSeries = `
  INSERT INTO transfer_series ("tenantId", "transferId", "seriesId", "recurrenceId", "isActive")
  SELECT $1, $2, "seriesId", "recurrenceId", "isActive"
  FROM unnest($3::text[], $4::uuid[], $5::boolean[]) AS s("seriesId", "recurrenceId", "isActive")`;

/** A created recurrence, its id in the file, and whether it is active in the file. */
export type NewSeries = { seriesId: string; recurrence: Recurrence; isActive: boolean };

/** Stores the created recurrences for later rows. */
export async function keepSeries(tx: Change, { tenantId, id }: Transfer, made: readonly NewSeries[]): Promise<void> {
  if (made.length === 0) return;
  await tx.write('keep-series', insertSeries, [
    tenantId,
    id,
    made.map(({ seriesId }) => seriesId),
    made.map(({ recurrence }) => recurrence.id),
    made.map(({ isActive }) => isActive),
  ]);
}

export async function dropReferences(tx: Change, id: string): Promise<void> {
  await tx.write('drop-rows', 'DELETE FROM transfer_row WHERE "transferId" = $1', [id]);
  await tx.write('drop-series', 'DELETE FROM transfer_series WHERE "transferId" = $1', [id]);
}
