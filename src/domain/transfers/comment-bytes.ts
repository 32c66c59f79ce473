import type { Task } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';

/** The size of comments in memory at once; it is exceeded only if a single task has more. */
const maxBytes = 8_000_000;

const select = `SELECT "taskId", sum(octet_length(text))::int AS bytes FROM comment
  WHERE "tenantId" = $1 AND "taskId" = ANY($2) AND "deletedAt" IS NULL GROUP BY "taskId"`;

/** @returns the number of tasks, from the first on, whose comments fit into one step of an export; at least one. */
export async function withinBytes({ app, viewer }: Acting, tasks: readonly Task[]): Promise<number> {
  const { rows } = await app.db.query<{ taskId: string; bytes: number }>({
    name: 'comment-bytes',
    text: select,
    values: [viewer.tenantId, tasks.map(({ id }) => id)],
  });
  const bytesOf = new Map(rows.map(({ taskId, bytes }) => [taskId, bytes]));
  let bytes = 0;
  const last = tasks.findIndex(({ id }) => {
    bytes += bytesOf.get(id) ?? 0;
    return bytes > maxBytes;
  });
  return last === -1 ? tasks.length : Math.max(1, last);
}
