import type { Task } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import type { TaskFilter } from '../tasks/filter.ts';
import { listTasks } from '../tasks/list-tasks.ts';
import { appendContent, inChunks } from './chunks.ts';
import { withinBytes } from './comment-bytes.ts';
import { encodings } from './encode.ts';
import { completeStep, type TransferAttempt } from './run.ts';

const pageSize = 200;
/** The number of tasks in one step, which is one event. */
const stepSize = 1_000;
/** The maximum size of a file, because PostgreSQL stores it and a user downloads it. */
const maxBytes = 1_000_000_000;
const tooLarge = 'The file would be larger than one gigabyte. Add conditions to the filter.';

type Step = { tasks: Task[]; position: string | null; isLast: boolean };

/**
 * Writes the tasks that the user can see to the content of the transfer, in the order of creation, up to the start of
 * the export. Each task is written in its state at that time.
 */
export async function runExport(run: TransferAttempt): Promise<void> {
  for (let isLast = false; !isLast; ) {
    const step = await readStep(run);
    const content = await encode(run, step);
    await completeStep(run, async (tx) => {
      const bytes = await appendContent(tx, run.lease.row, content);
      if (bytes > maxBytes) throw new AppError('INVALID_INPUT', tooLarge);
      const done = run.lease.row.done + step.tasks.length;
      const changes = { bytes, done, position: step.position, ...(step.isLast && { total: done }) };
      return { event: step.isLast ? 'transfer.succeeded' : 'transfer.progressed', changes };
    });
    isLast = step.isLast;
  }
}

async function encode(run: TransferAttempt, { tasks, isLast }: Step): Promise<Buffer[]> {
  const { app, viewer } = run.acting;
  const { format, bytes } = run.lease.row;
  const texts = encodings[format](app, viewer, { tasks, isFirst: bytes === 0, isLast });
  const chunks: Buffer[] = [];
  for await (const chunk of inChunks(asBytes(texts))) chunks.push(chunk);
  return chunks;
}

async function* asBytes(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  const slice = new TimeSlice();
  for await (const text of texts) {
    yield Buffer.from(text);
    await slice.pause();
  }
}

async function readStep(run: TransferAttempt): Promise<Step> {
  const { places, position, isLast } = await readTasks(run);
  const tasks = places.map(({ task }) => task);
  const count = run.lease.row.format === 'CSV' ? tasks.length : await withinBytes(run.acting, tasks);
  if (count === tasks.length) return { tasks, position, isLast };
  // The other tasks are read again in the next step.
  return { tasks: tasks.slice(0, count), position: places[count - 1]?.cursor ?? position, isLast: false };
}

type Tasks = { places: { task: Task; cursor: string }[]; position: string | null; isLast: boolean };

async function readTasks({ acting, lease: { row } }: TransferAttempt): Promise<Tasks> {
  // Instants in it are already texts, which SQL accepts too.
  const filter = row.filter as TaskFilter;
  const places: Tasks['places'] = [];
  let position = row.position;
  while (places.length < stepSize) {
    const orderBy = { field: 'CREATED', direction: 'ASC' } as const;
    const page = await listTasks(acting, { filter, orderBy, first: pageSize, after: position });
    const older = page.rows.filter((task) => task.createdAt <= row.createdAt);
    places.push(...older.map((task) => ({ task, cursor: page.cursorOf(task) })));
    position = places.at(-1)?.cursor ?? position;
    if (!page.hasNextPage || older.length < page.rows.length) return { places, position, isLast: true };
  }
  return { places, position, isLast: false };
}
