import { readContent } from './chunks.ts';
import { finishSeries } from './finish-series.ts';
import { importRows } from './import-rows.ts';
import { linkParents } from './link-parents.ts';
import { type FileRow, readFile } from './read-file.ts';
import { completeStep, type TransferAttempt } from './run.ts';

/** The number of rows in one step: one transaction, one change that can be undone, one event of progress. */
const stepSize = 200;
/** Fewer rows if they have many comments and reminders. */
const maxDetails = 2_000;

/**
 * Creates a task from every valid row, on behalf of the user of the transfer. The whole file is read before the first
 * task is created: a file that cannot be read completely imports nothing.
 */
export async function runImport(run: TransferAttempt): Promise<void> {
  if (run.lease.row.total === null) await checkFile(run);
  let rows: FileRow[] = [];
  let details = 0;
  let number = 0;
  for await (const row of rowsOf(run, new Set())) {
    number += 1;
    if (number <= run.lease.row.done) continue;
    rows.push(row);
    details += detailsOf(row);
    if (rows.length < stepSize && details < maxDetails) continue;
    await importRows(run, rows);
    rows = [];
    details = 0;
  }
  if (rows.length > 0) await importRows(run, rows);
  await linkParents(run);
  await finishSeries(run);
  await completeStep(run, async () => ({ event: 'transfer.succeeded', changes: {} }));
}

async function checkFile(run: TransferAttempt): Promise<void> {
  const ignored = new Set<string>();
  let total = 0;
  for await (const _ of rowsOf(run, ignored)) total += 1;
  await completeStep(run, async () => ({
    event: 'transfer.checked',
    changes: { total, ignoredColumns: [...ignored] },
  }));
}

async function* rowsOf(run: TransferAttempt, ignored: Set<string>): AsyncGenerator<FileRow> {
  const { app } = run.acting;
  const options = { format: run.lease.row.format, maxRows: app.config.limits.importRows };
  for await (const row of readFile(readContent(app.db, run.lease.row), options, ignored)) {
    if (run.lease.signal.aborted) run.lease.check();
    yield row;
  }
}

function detailsOf(row: FileRow): number {
  if (!('cells' in row)) return 0;
  const { comments, reminders } = row.cells;
  return [comments, reminders].reduce<number>((count, list) => count + (Array.isArray(list) ? list.length : 0), 0);
}
