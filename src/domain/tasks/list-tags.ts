import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { readWithin } from '../lists/limited-read.ts';
import { type PageArgs, pageSize } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { parametersOf } from './parameters.ts';
import { seenRows } from './task-statements.ts';
import { folded, foldedSql } from './words.ts';

/** A tag and the number of open tasks that have it. */
export type TagCount = { tag: string; count: number };

/**
 * The number of open tasks that are counted in each place (created by the viewer, assigned to them, in projects), the
 * newest first. It limits the cost.
 */
const counted = 100_000;

/**
 * The tags of the open tasks that the viewer can see, the most frequent first. A prefix ignores case and accents, like
 * search. @throws AppError `INVALID_INPUT`; `QUERY_TOO_EXPENSIVE`.
 */
export async function listTags(
  { app, viewer }: Acting,
  { first, prefix }: Pick<PageArgs, 'first'> & { prefix?: string | null },
): Promise<TagCount[]> {
  authorize(viewer, 'task:read');
  const beginning = folded(prefix ?? '').trim();
  return readWithin<TagCount>(
    { app, viewer },
    tagsStatement(viewer, app.clock.now(), { beginning, limit: pageSize({ first }) }),
  );
}

function tagsStatement(viewer: Viewer, now: Date, { beginning, limit }: { beginning: string; limit: number }) {
  const parameters = parametersOf(viewer, { isPrepared: false });
  const moment = { now, timeZone: viewer.timeZone };
  const open = { viewer, filter: { status: 'ACTIVE' }, moment, reading: 'ORDER' } as const;
  const having = beginning ? `HAVING starts_with(${foldedSql('tag')}, ${parameters.add(beginning, 'text')})` : '';
  const text = `SELECT tag, count(*)::int AS count
    FROM (SELECT DISTINCT id, tags FROM (${seenRows(open, parameters, { columns: 'id, tags', limit: counted })}) found) task
      CROSS JOIN unnest(tags) tag
    GROUP BY tag ${having} ORDER BY count DESC, tag LIMIT ${limit}`;
  return { text, values: parameters.values };
}
