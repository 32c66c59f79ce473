import { authorize } from '../../auth/permissions.ts';
import type { Acting } from '../acting.ts';
import { type PageArgs, pageSize } from '../page.ts';
import { scansOf } from './list-tasks.ts';

/** A tag, and on how many open tasks it is. */
export type TagCount = { tag: string; count: number };

/** So many of the tasks the viewer made, was assigned and sees in projects are looked at: the cost has a bound. */
const counted = 10_000;

const newest = (condition: string) => `SELECT tags, status FROM task
  WHERE ${condition} AND "tenantId" = $1 AND "deletedAt" IS NULL ORDER BY "createdAt" DESC, id DESC LIMIT ${counted}`;

const scans = scansOf({}, () => '', newest).map((scan) => `(SELECT * FROM (${scan}) scan LIMIT ${counted})`);

const select = `SELECT tag, count(*)::int AS count FROM (${scans.join(' UNION ALL ')}) task CROSS JOIN unnest(tags) tag
  WHERE status = 'ACTIVE' AND starts_with(tag, $3) GROUP BY tag ORDER BY count DESC, tag LIMIT $4`;

/** The tags of the open tasks that the viewer sees, the commonest first. @throws AppError `INVALID_INPUT`. */
export async function listTags(
  { app, viewer }: Acting,
  { first, prefix }: Pick<PageArgs, 'first'> & { prefix?: string | null },
): Promise<TagCount[]> {
  authorize(viewer, 'task:read');
  const values = [viewer.tenantId, viewer.userId, (prefix ?? '').trim().toLowerCase(), pageSize({ first })];
  return (await app.db.query<TagCount>({ name: 'tags', text: select, values })).rows;
}
