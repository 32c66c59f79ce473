import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Acting } from '../acting.ts';
import { type PageArgs, pageSize } from '../page.ts';
import { parametersOf, seenRows } from './list-statement.ts';

/** A tag, and on how many open tasks it is. */
export type TagCount = { tag: string; count: number };

/** So many of the open tasks the viewer made, was assigned and sees in projects are looked at: the cost has a bound. */
const counted = 10_000;

/** The tags of the open tasks that the viewer sees, the commonest first. @throws AppError `INVALID_INPUT`. */
export async function listTags(
  { app, viewer }: Acting,
  { first, prefix }: Pick<PageArgs, 'first'> & { prefix?: string | null },
): Promise<TagCount[]> {
  authorize(viewer, 'task:read');
  const beginning = (prefix ?? '').trim().toLowerCase();
  const { text, values } = tagsStatement(viewer, app.clock.now(), { beginning, limit: pageSize({ first }) });
  return (await app.db.query<TagCount>({ name: 'tags', text, values })).rows;
}

function tagsStatement(viewer: Viewer, now: Date, { beginning, limit }: { beginning: string; limit: number }) {
  const { values, add } = parametersOf(viewer);
  const moment = { now, timeZone: viewer.timeZone };
  const open = { viewer, filter: { status: 'ACTIVE' }, moment, reading: 'ORDER' } as const;
  const text = `SELECT tag, count(*)::int AS count
    FROM (SELECT DISTINCT id, tags FROM (${seenRows(open, add, 'id, tags', String(counted))}) found) task
      CROSS JOIN unnest(tags) tag
    WHERE starts_with(tag, ${add(beginning)}) GROUP BY tag ORDER BY count DESC, tag LIMIT ${add(limit)}`;
  return { text, values };
}
