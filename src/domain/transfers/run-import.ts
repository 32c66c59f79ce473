import type { Viewer } from '../../auth/viewer.ts';
import { AppError } from '../../shared/errors.ts';
import { excerpt } from '../../shared/validate.ts';
import type { Change } from '../change.ts';
import { createTaskWithin } from '../tasks/create-task.ts';
import { readContent } from './chunks.ts';
import { type FileRow, readFile } from './read-file.ts';
import { type Meaning, type RowFault, readRow } from './read-row.ts';
import { findReferences, keepRows } from './references.ts';
import { advance, keepAlive, type Run } from './run.ts';

/** So many rows are one step: one transaction, one change that can be undone, one event of progress. */
const stepSize = 200;
/** So many refused rows are told one by one; all are counted. */
const keptErrors = 1_000;
/** What is told of a row may quote it. */
const maxMessageLength = 300;

/**
 * Makes a task of every good row, in the name of the transfer's user. The whole file is read before the first one is
 * made: a file that cannot be read to its end makes nothing.
 */
export async function runImport(run: Run): Promise<void> {
  if (run.held.total === null) await checkFile(run);
  let rows: FileRow[] = [];
  let number = 0;
  for await (const row of rowsOf(run, new Set())) {
    number += 1;
    if (number <= run.held.done) continue;
    rows.push(row);
    if (rows.length < stepSize) continue;
    await importRows(run, rows);
    rows = [];
  }
  if (rows.length > 0) await importRows(run, rows);
  await advance(run, async () => ({ event: 'transfer.succeeded', changes: {} }));
}

async function checkFile(run: Run): Promise<void> {
  const ignored = new Set<string>();
  let total = 0;
  for await (const _ of rowsOf(run, ignored)) total += 1;
  await advance(run, async () => ({ event: 'transfer.checked', changes: { total, ignoredColumns: [...ignored] } }));
}

async function* rowsOf(run: Run, ignored: Set<string>): AsyncGenerator<FileRow> {
  for await (const row of readFile(readContent(run.acting.app.db, run.held), run.held.format, ignored)) {
    await keepAlive(run);
    yield row;
  }
}

async function importRows(run: Run, rows: readonly FileRow[]): Promise<void> {
  await advance(run, async (tx, viewer) => {
    const references = await findReferences(tx, viewer, { id: run.held.id, rows });
    const meaning = { ...references, timeZone: viewer.timeZone, now: tx.now };
    const made = new Map<string, string>();
    const refused: { line: number; faults: RowFault[] }[] = [];
    for (const row of rows) {
      const result = await importRow(tx, viewer, { row, meaning });
      if ('faults' in result) refused.push({ line: row.line, faults: result.faults });
      else if (result.rowId !== null && !meaning.rows.has(result.rowId)) {
        made.set(result.rowId, result.taskId);
        meaning.rows.set(result.rowId, result.taskId);
      }
    }
    await keepRows(tx, run.held, made);
    await keepErrors(tx, run, refused);
    const changes = { done: run.held.done + rows.length, failed: run.held.failed + refused.length };
    return { event: 'transfer.progressed', changes };
  });
}

type Result = { rowId: string | null; taskId: string } | { faults: RowFault[] };

async function importRow(
  tx: Change,
  viewer: Viewer,
  { row, meaning }: { row: FileRow; meaning: Meaning },
): Promise<Result> {
  if ('fault' in row) return { faults: [{ column: null, message: row.fault }] };
  const read = readRow(row.cells, meaning);
  if ('faults' in read) return read;
  try {
    const { id: taskId } = await createTaskWithin(tx, viewer, { ...read, reminders: [] }, []);
    return { rowId: read.rowId, taskId };
  } catch (error) {
    // It refuses before it writes anything.
    if (!(error instanceof AppError)) throw error;
    return { faults: [{ column: null, message: error.message }] };
  }
}

const insertErrors = `
  INSERT INTO transfer_row_error ("tenantId", "transferId", position, line, faults)
  SELECT $1, $2, $3::int + n, line, faults
  FROM unnest($4::int[], $5::jsonb[]) WITH ORDINALITY AS e(line, faults, n) WHERE $3::int + n <= ${keptErrors}`;

async function keepErrors(tx: Change, { held }: Run, refused: { line: number; faults: RowFault[] }[]): Promise<void> {
  if (refused.length === 0) return;
  const told = (faults: RowFault[]) =>
    faults.map(({ column, message }) => ({ column, message: excerpt(message, maxMessageLength) }));
  await tx.query('keep-row-errors', insertErrors, [
    held.tenantId,
    held.id,
    held.failed,
    refused.map(({ line }) => line),
    refused.map(({ faults }) => JSON.stringify(told(faults))),
  ]);
}
