import { openContent, takeContent } from '../../src/domain/transfers/transfer-content.ts';
import { transferWork } from '../../src/domain/transfers/work.ts';
import { decodeGlobalId } from '../../src/shared/global-id.ts';
import type { StartExportInput, StartImportInput, TransferFieldsFragment, TransferQuery } from './operations.ts';
import { StartExportDocument, StartImportDocument, TransferDocument } from './operations.ts';
import type { Person, TestApp } from './test-app.ts';
import { workContext } from './work.ts';

export type TransferState = NonNullable<TransferQuery['transfer']>;

export function uuidOf(id: string): string {
  return decodeGlobalId('Transfer', id, ['id']);
}

/** Runs a transfer here and now, without a queue, as its next job would. */
export async function runNow({ app }: Pick<TestApp, 'app'>, id: string, signal = new AbortController().signal) {
  const { rows } = await app.db.query<{ version: number }>('SELECT version FROM transfer WHERE id = $1', [uuidOf(id)]);
  const word = { id: uuidOf(id), version: rows[0]?.version ?? 0 };
  await transferWork.attempt(workContext(app, signal), word);
}

export async function read(person: Person, id: string, page: object = {}): Promise<TransferState> {
  return (await person.run(TransferDocument, { id, ...page })).transfer;
}

/** The file of an export that is started and run now. */
export async function exportNow(test: TestApp, person: Person, input: StartExportInput): Promise<string> {
  const { transfer } = (await person.run(StartExportDocument, { input })).startExport;
  await runNow(test, transfer.id);
  return fileOf(test, person, transfer.id);
}

export async function fileOf({ app }: TestApp, { viewer }: Person, id: string): Promise<string> {
  const { content } = await openContent({ app, viewer, requestId: 'test' }, uuidOf(id));
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** An import whose file has come, and which nobody has taken up yet. */
export async function upload(
  { app }: TestApp,
  person: Person,
  { content, ...input }: StartImportInput & { content: string | Buffer },
): Promise<TransferFieldsFragment> {
  const { transfer } = (await person.run(StartImportDocument, { input })).startImport;
  const acting = { app, viewer: person.viewer, requestId: 'test' };
  await takeContent(acting, { id: uuidOf(transfer.id), content: inPieces(Buffer.from(content)) });
  return transfer;
}

/** An import that is started and run now. */
export async function importNow(
  test: TestApp,
  person: Person,
  input: StartImportInput & { content: string | Buffer },
): Promise<TransferState> {
  const { id } = await upload(test, person, input);
  await runNow(test, id);
  return read(person, id);
}

async function* inPieces(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 64_000) yield content.subarray(at, at + 64_000);
}

/** A worker's process that is gone after so many steps: between two of them, as a crash always is. */
export function goneAfter(steps: number): AbortSignal {
  let begun = 0;
  const throwIfAborted = () => {
    begun += 1;
    if (begun > steps) throw new Error('The worker is gone.');
  };
  return Object.defineProperty(new AbortController().signal, 'throwIfAborted', { value: throwIfAborted });
}
