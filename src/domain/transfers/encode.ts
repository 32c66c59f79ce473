import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { TransferFormat } from '../../generated/prisma/enums.ts';
import { csvList, csvRow } from './csv.ts';
import { detailsRecord, readDetails } from './details.ts';
import { fieldNames, type TaskRecord, toRecord } from './fields.ts';
import { readRelated } from './related.ts';

/** Tasks that the viewer can see, and their position in the file. */
export type Part = { tasks: readonly Task[]; isFirst: boolean; isLast: boolean };

type Encode = (app: Pick<App, 'db'>, viewer: Viewer, part: Part) => Promise<string>;

/** Encodes tasks as part of a file. */
export const encodings: Record<TransferFormat, Encode> = { CSV: encodeCsv, JSON: encodeJson };

async function encodeCsv(app: Pick<App, 'db'>, viewer: Viewer, { tasks, isFirst }: Part): Promise<string> {
  const related = await readRelated(app, viewer, { tasks, authors: [] });
  const records = tasks.map((task) => toRecord(task, related));
  const rows = records.map((record) => csvRow(fieldNames.map((name) => cell(record[name]))));
  return (isFirst ? [csvRow(fieldNames), ...rows] : rows).map((row) => `${row}\r\n`).join('');
}

function cell(value: TaskRecord[keyof TaskRecord]): string {
  return Array.isArray(value) ? csvList(value) : ((value as string | null) ?? '');
}

/** One entry per line, so that files can be read and compared. */
async function encodeJson(app: Pick<App, 'db'>, viewer: Viewer, { tasks, isFirst, isLast }: Part): Promise<string> {
  const details = await readDetails(app, viewer, tasks);
  const authors = [...details.comments.values()].flat().map(({ authorId }) => authorId);
  const related = await readRelated(app, viewer, { tasks, authors });
  const records = tasks.map((task) => ({ ...toRecord(task, related), ...detailsRecord(task, details, related) }));
  const entries = records.map((record, index) => `${isFirst && index === 0 ? '\n' : ',\n'}${JSON.stringify(record)}`);
  return `${isFirst ? '[' : ''}${entries.join('')}${isLast ? '\n]\n' : ''}`;
}
