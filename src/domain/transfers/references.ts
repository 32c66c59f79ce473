import type { Viewer } from '../../auth/viewer.ts';
import type { Transfer } from '../../generated/prisma/client.ts';
import type { Change } from '../change.ts';
import { seenProjectSql } from '../projects/visibility.ts';
import type { FieldName } from './fields.ts';
import type { FileRow } from './read-file.ts';

/** What the words of a file may mean; each word as it stands there, but for spaces around it. */
export type References = {
  /** Members by their e-mail address, whatever its case. */
  members: ReadonlyMap<string, string>;
  /** The projects of a name that the user sees and that take tasks. */
  projects: ReadonlyMap<string, readonly string[]>;
  /** The tasks that rows before became, by the id that the file gives them. */
  rows: Map<string, string>;
};

const selectMembers = `
  SELECT word, u.id FROM unnest($2::text[]) word JOIN "user" u ON lower(u.email) = lower(word)
    JOIN membership m ON m."tenantId" = $1 AND m."userId" = u.id AND m."removedAt" IS NULL`;

const selectProjects = `
  SELECT name, array_agg(id) AS ids FROM project
  WHERE "tenantId" = $1 AND name = ANY($2) AND "archivedAt" IS NULL AND ${seenProjectSql('$3')} GROUP BY name`;

const selectRows = `SELECT "rowId", "taskId" FROM transfer_row WHERE "transferId" = $1 AND "rowId" = ANY($2)`;

/** Looks up everything that rows refer to, by one statement for each kind. */
export async function findReferences(
  tx: Change,
  { tenantId, userId }: Viewer,
  { id, rows }: { id: string; rows: readonly FileRow[] },
): Promise<References> {
  const [emails, names, parents] = [wordsIn(rows, 'assignee'), wordsIn(rows, 'project'), wordsIn(rows, 'parent')];
  const members = emails.length
    ? await tx.query<{ word: string; id: string }>('members-by-email', selectMembers, [tenantId, emails])
    : [];
  const projects = names.length
    ? await tx.query<{ name: string; ids: string[] }>('projects-by-name', selectProjects, [tenantId, names, userId])
    : [];
  const before = parents.length
    ? await tx.query<{ rowId: string; taskId: string }>('rows-by-id', selectRows, [id, parents])
    : [];
  return {
    members: new Map(members.map(({ word, id }) => [word, id])),
    projects: new Map(projects.map(({ name, ids }) => [name, ids])),
    rows: new Map(before.map(({ rowId, taskId }) => [rowId, taskId])),
  };
}

function wordsIn(rows: readonly FileRow[], field: FieldName): string[] {
  const words = rows.map((row) => ('cells' in row ? row.cells[field] : undefined));
  return [...new Set(words.flatMap((word) => (typeof word === 'string' ? word.trim() : [])))];
}

const insertRows = `
  INSERT INTO transfer_row ("tenantId", "transferId", "rowId", "taskId")
  SELECT $1, $2, "rowId", "taskId" FROM unnest($3::text[], $4::uuid[]) AS r("rowId", "taskId") ON CONFLICT DO NOTHING`;

/** Keeps what rows became for those that come later; of two rows with one id the first counts. */
export async function keepRows(
  tx: Change,
  { tenantId, id }: Transfer,
  made: ReadonlyMap<string, string>,
): Promise<void> {
  if (made.size === 0) return;
  await tx.query('keep-rows', insertRows, [tenantId, id, [...made.keys()], [...made.values()]]);
}

export async function dropRows(tx: Change, id: string): Promise<void> {
  await tx.query('drop-rows', 'DELETE FROM transfer_row WHERE "transferId" = $1', [id]);
}
