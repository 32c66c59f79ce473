import type { Viewer } from '../../auth/viewer.ts';
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
};

const selectMembers = `
  SELECT word, u.id FROM unnest($2::text[]) word JOIN "user" u ON lower(u.email) = lower(word)
    JOIN membership m ON m."tenantId" = $1 AND m."userId" = u.id AND m."removedAt" IS NULL`;

const selectProjects = `
  SELECT name, array_agg(id) AS ids FROM project
  WHERE "tenantId" = $1 AND name = ANY($2) AND "archivedAt" IS NULL AND ${seenProjectSql('$3')} GROUP BY name`;

/** Looks up everything that rows refer to, by one statement for each kind. */
export async function findReferences(
  tx: Change,
  { tenantId, userId }: Viewer,
  rows: readonly FileRow[],
): Promise<References> {
  const [emails, names] = [wordsIn(rows, 'assignee'), wordsIn(rows, 'project')];
  const members = emails.length
    ? await tx.query<{ word: string; id: string }>('members-by-email', selectMembers, [tenantId, emails])
    : [];
  const projects = names.length
    ? await tx.query<{ name: string; ids: string[] }>('projects-by-name', selectProjects, [tenantId, names, userId])
    : [];
  return {
    members: new Map(members.map(({ word, id }) => [word, id])),
    projects: new Map(projects.map(({ name, ids }) => [name, ids])),
  };
}

function wordsIn(rows: readonly FileRow[], field: FieldName): string[] {
  const words = rows.map((row) => ('cells' in row ? row.cells[field] : undefined));
  return [...new Set(words.flatMap((word) => (typeof word === 'string' ? word.trim() : [])))];
}
