import type { Task } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { TaskFilter } from '../tasks/filter.ts';
import { listTasks } from '../tasks/list-tasks.ts';
import { appendContent } from './chunks.ts';
import { encodings } from './encode.ts';
import { toRecords } from './fields.ts';
import { advance, type Run } from './run.ts';

const pageSize = 200;
/** So many tasks are one step, and one event. */
const stepSize = 1_000;
/** A file beyond this is refused: PostgreSQL keeps it, and somebody has to fetch it. */
const maxBytes = 1_000_000_000;

type Step = { tasks: Task[]; position: string | null; isLast: boolean };

/**
 * Writes the tasks that its user sees into the transfer's content, in the order in which they were made, up to when the
 * export began. A task is in it as it is when its turn comes.
 */
export async function runExport(run: Run): Promise<void> {
  for (let isLast = false; !isLast; ) {
    const step = await readStep(run);
    const { format } = run.held;
    const records = await toRecords(run.acting.app, step.tasks);
    const text = encodings[format](records, { isFirst: run.held.bytes === 0, isLast: step.isLast });
    const content = Buffer.from(text);
    await advance(run, async (tx) => {
      const bytes = await appendContent(tx, run.held, content);
      if (bytes > maxBytes)
        throw new AppError('INVALID_INPUT', 'The file is larger than a gigabyte. Narrow the filter.');
      const done = run.held.done + step.tasks.length;
      const changes = { bytes, done, position: step.position, ...(step.isLast && { total: done }) };
      return { event: step.isLast ? 'transfer.succeeded' : 'transfer.progressed', changes };
    });
    isLast = step.isLast;
  }
}

async function readStep({ acting, held }: Run): Promise<Step> {
  // Instants in it are texts by now, which SQL takes as well.
  const filter = held.filter as TaskFilter;
  const tasks: Task[] = [];
  let position = held.position;
  while (tasks.length < stepSize) {
    const orderBy = { field: 'CREATED', direction: 'ASC' } as const;
    const page = await listTasks(acting, { filter, orderBy, first: pageSize, after: position });
    const older = page.rows.filter((task) => task.createdAt <= held.createdAt);
    const last = older.at(-1);
    tasks.push(...older);
    position = last ? page.cursorOf(last) : position;
    if (!page.hasNextPage || older.length < page.rows.length) return { tasks, position, isLast: true };
  }
  return { tasks, position, isLast: false };
}
