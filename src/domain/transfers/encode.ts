import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { TransferFormat } from '../../generated/prisma/enums.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { csvList, csvRow } from './csv.ts';
import { commentRecord, readDetails, rulesRecord } from './details.ts';
import { fieldNames, type TaskRecord, toRecord } from './fields.ts';
import { readRelated } from './related.ts';

/** Tasks that the viewer can see, and their position in the file. */
type Part = { tasks: readonly Task[]; isFirst: boolean; isLast: boolean };

type Encode = (app: { db: Database }, viewer: Viewer, part: Part) => AsyncGenerator<string>;

/** Encodes tasks as part of a file. Each text is short, so that other work can run before the next one is made. */
export const encodings: Record<TransferFormat, Encode> = { CSV: encodeCsv, JSON: encodeJson };

async function* encodeCsv(app: { db: Database }, viewer: Viewer, { tasks, isFirst }: Part): AsyncGenerator<string> {
  const related = await readRelated(app, viewer, { tasks, authors: [] });
  if (isFirst) yield csvLine(fieldNames);
  for (const task of tasks) {
    const record = toRecord(task, related);
    yield csvLine(fieldNames.map((name) => cell(record[name])));
  }
}

function csvLine(cells: readonly string[]): string {
  return `${csvRow(cells)}\r\n`;
}

function cell(value: TaskRecord[keyof TaskRecord]): string {
  return Array.isArray(value) ? csvList(value) : ((value as string | null) ?? '');
}

/** One entry per line, so that files can be read and compared. */
async function* encodeJson(app: { db: Database }, viewer: Viewer, part: Part): AsyncGenerator<string> {
  const { tasks, isFirst, isLast } = part;
  const details = await readDetails(app, viewer, tasks);
  const authors = [...details.comments.values()].flat().map(({ authorId }) => authorId);
  const related = await readRelated(app, viewer, { tasks, authors });
  if (isFirst) yield '[';
  for (const [index, task] of tasks.entries()) {
    yield isFirst && index === 0 ? '\n' : ',\n';
    const record = JSON.stringify({ ...toRecord(task, related), ...rulesRecord(task, details, related) });
    // The comments are the last property, and may be long.
    yield `${record.slice(0, -1)},"comments":[`;
    for (const [place, comment] of (details.comments.get(task.id) ?? []).entries()) {
      yield `${place > 0 ? ',' : ''}${JSON.stringify(commentRecord(comment, related))}`;
    }
    yield ']}';
  }
  if (isLast) yield '\n]\n';
}
