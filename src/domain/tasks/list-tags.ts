import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { readWithin } from '../lists/limited-read.ts';
import { type PageArgs, pageSize } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { parametersOf, seenRows } from './list-statement.ts';
import { folded, foldedSql } from './words.ts';

/** A tag, and on how many open tasks it is. */
export type TagCount = { tag: string; count: number };

/** So many open tasks are counted of each place (made by the viewer, assigned to them, in projects), the newest first: the cost has a bound. */
const counted = 100_000;

/**
 * The tags of the open tasks that the viewer sees, the commonest first. A prefix is compared as search compares words,
 * without regard to case and accents. @throws AppError `INVALID_INPUT`; `QUERY_TOO_EXPENSIVE`.
 */
export async function listTags(
  { app, viewer }: Acting,
  { first, prefix }: Pick<PageArgs, 'first'> & { prefix?: string | null },
): Promise<TagCount[]> {
  authorize(viewer, 'task:read');
  const beginning = folded(prefix ?? '').trim();
  return readWithin<TagCount>(app, tagsStatement(viewer, app.clock.now(), { beginning, limit: pageSize({ first }) }));
}

function tagsStatement(viewer: Viewer, now: Date, { beginning, limit }: { beginning: string; limit: number }) {
  const { values, add } = parametersOf(viewer);
  const moment = { now, timeZone: viewer.timeZone };
  const open = { viewer, filter: { status: 'ACTIVE' }, moment, reading: 'ORDER' } as const;
  const having = beginning ? `HAVING starts_with(${foldedSql('tag')}, ${add(beginning)})` : '';
  const text = `SELECT tag, count(*)::int AS count
    FROM (SELECT DISTINCT id, tags FROM (${seenRows(open, add, 'id, tags', String(counted))}) found) task
      CROSS JOIN unnest(tags) tag
    GROUP BY tag ${having} ORDER BY count DESC, tag LIMIT ${add(limit)}`;
  return { text, values };
}
