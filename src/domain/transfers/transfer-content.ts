import type { Transfer } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { changeAsMember } from '../records/change.ts';
import { StaleRecordError, saveIfCurrent } from '../records/save-records.ts';
import { enqueueNow, jobsOf } from '../work/work.ts';
import { dropContent, inChunks, readContent } from './chunks.ts';
import { readTransfer } from './read-transfers.ts';
import { transferRecords } from './store.ts';
import { authorizeTransfer, transferJob } from './terms.ts';

/**
 * The file of an export of the viewer. @throws AppError `NOT_FOUND`; `CONFLICT` for an import, or while the file is
 * incomplete.
 */
export async function openContent(
  acting: Acting,
  id: string,
): Promise<{ transfer: Transfer; content: AsyncGenerator<Buffer> }> {
  authorizeTransfer(acting.viewer, 'EXPORT');
  const transfer = await readTransfer(acting, id);
  if (transfer.kind !== 'EXPORT')
    throw conflict('This transfer is an import. Only the file of an export can be downloaded.');
  if (transfer.status !== 'SUCCEEDED')
    throw conflict(`The export is ${transfer.status}. Its file is available when it is SUCCEEDED.`);
  return { transfer, content: readContent(acting.app.db, transfer) };
}

/**
 * Stores the uploaded file of an import of the viewer, and starts the import. Of several concurrent uploads, the last
 * one to start is used; after a broken upload, another can follow. @throws AppError `NOT_FOUND`; `CONFLICT` if the
 * import accepts no file, or another upload was started later.
 */
export async function takeContent(
  acting: Acting,
  { id, content }: { id: string; content: AsyncIterable<Buffer> },
): Promise<Transfer> {
  authorizeTransfer(acting.viewer, 'IMPORT');
  const begun = await beginUpload(acting, await readTransfer(acting, id));
  let bytes = 0;
  for await (const chunk of inChunks(content)) {
    await keepChunk(acting, begun, { bytes, chunk });
    bytes += chunk.length;
  }
  const transfer = await queue(acting, begun, bytes);
  enqueueNow(acting.app, jobsOf(transferJob, [transfer]));
  return transfer;
}

async function queue(acting: Acting, begun: Transfer, bytes: number): Promise<Transfer> {
  const change = { event: 'transfer.queued', changes: { bytes } } as const;
  try {
    return (
      await changeAsMember(acting, async (tx) => ({
        transfer: await saveIfCurrent(tx, transferRecords, begun, change),
      }))
    ).transfer;
  } catch (error) {
    throw error instanceof StaleRecordError ? overtaken() : error;
  }
}

function overtaken() {
  return conflict('The import was cancelled, or another upload of its file was started.');
}

/** A newer version makes every older upload fail, so that its content can be deleted. */
const begin = `UPDATE transfer SET version = version + 1 WHERE id = $1 AND status = 'AWAITING_CONTENT' RETURNING version`;

async function beginUpload(acting: Acting, transfer: Transfer): Promise<Transfer> {
  const { begun } = await changeAsMember(acting, async (tx) => {
    const [begun] = await tx.query<{ version: number }>('begin-upload', begin, [transfer.id]);
    if (!begun) throw conflict(`The transfer is ${transfer.status}, so no file can be uploaded.`);
    await dropContent(tx, transfer.id);
    return { begun };
  });
  return { ...transfer, ...begun };
}

/** The lock makes it wait for an upload that is just starting. */
const keep = `
  WITH held AS (
    SELECT "tenantId", id FROM transfer WHERE id = $1 AND version = $2 AND status = 'AWAITING_CONTENT' FOR SHARE
  )
  INSERT INTO transfer_chunk ("tenantId", "transferId", "startsAtByte", content) SELECT "tenantId", id, $3, $4 FROM held`;

async function keepChunk(
  { app }: Acting,
  { id, version }: Transfer,
  { bytes, chunk }: { bytes: number; chunk: Buffer },
): Promise<void> {
  const { rowCount } = await app.db.query({ name: 'keep-chunk', text: keep, values: [id, version, bytes, chunk] });
  if (rowCount === 0) throw overtaken();
}
