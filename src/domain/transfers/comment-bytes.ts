import type { Task } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import { excerpt } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';

/** The size of comments in memory at once; it is exceeded only if a single task has more. */
const maxBytes = 2_000_000;
/** More than an import accepts, and few enough for the memory. */
const maxBytesOfTask = 20_000_000;

const select = `SELECT "taskId", sum(octet_length(text))::int AS bytes FROM comment
  WHERE "tenantId" = $1 AND "taskId" = ANY($2) AND "deletedAt" IS NULL GROUP BY "taskId"`;

/**
 * @returns the number of tasks, from the first on, whose comments fit into one step of an export; at least one.
 * @throws AppError `INVALID_INPUT` if those of the first task are too large.
 */
export async function withinBytes({ app, viewer }: Acting, tasks: readonly Task[]): Promise<number> {
  const { rows } = await app.db.query<{ taskId: string; bytes: number }>({
    name: 'comment-bytes',
    text: select,
    values: [viewer.tenantId, tasks.map(({ id }) => id)],
  });
  const bytesOf = new Map(rows.map(({ taskId, bytes }) => [taskId, bytes]));
  const [first] = tasks;
  if (first && (bytesOf.get(first.id) ?? 0) > maxBytesOfTask) throw tooLarge(first);
  let bytes = 0;
  const last = tasks.findIndex(({ id }) => {
    bytes += bytesOf.get(id) ?? 0;
    return bytes > maxBytes;
  });
  return last === -1 ? tasks.length : Math.max(1, last);
}

function tooLarge({ title }: Task): AppError {
  const task = `the task "${excerpt(title, 100)}"`;
  return new AppError(
    'INVALID_INPUT',
    `The comments of ${task} are larger than 20 MB. Export it as CSV, or filter it out.`,
  );
}
