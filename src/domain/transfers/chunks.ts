import type { Transfer } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';
import type { Change } from '../records/change.ts';

/** The size of a part of a file in one row. */
const chunkBytes = 1_000_000;

const insert = `INSERT INTO transfer_chunk ("tenantId", "transferId", "startsAtByte", content) VALUES ($1, $2, $3, $4)`;

/** Appends content to a transfer, as part of the change that makes its next step. @returns its new size. */
export async function appendContent(
  tx: Change,
  { tenantId, id, bytes }: Transfer,
  chunks: readonly Buffer[],
): Promise<number> {
  let at = bytes;
  for (const chunk of chunks) {
    await tx.write('append-content', insert, [tenantId, id, at, chunk]);
    at += chunk.length;
  }
  return at;
}

/** Joins parts of any size to parts of about a megabyte. */
export async function* inChunks(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of content) {
    parts.push(part);
    size += part.length;
    if (size < chunkBytes) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}

export async function dropContent(tx: Change, id: string): Promise<void> {
  await tx.write('drop-content', 'DELETE FROM transfer_chunk WHERE "transferId" = $1', [id]);
}

const select = `SELECT content FROM transfer_chunk WHERE "transferId" = $1 AND "startsAtByte" = $2`;

/** Streams the whole file of a transfer. @throws Error if it is removed in the meantime. */
export async function* readContent(
  db: Database,
  { id, bytes }: Pick<Transfer, 'id' | 'bytes'>,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; ) {
    const { rows } = await db.query<{ content: Buffer }>({ name: 'read-content', text: select, values: [id, at] });
    const content = rows[0]?.content;
    if (!content?.length) throw new Error(`The file of the transfer ${id} ends at byte ${at} of ${bytes}.`);
    at += content.length;
    yield content;
  }
}
