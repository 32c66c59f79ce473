import type pg from 'pg';
import type { Transfer } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';

/** The maximum size of a part of a file in one row. */
export const chunkBytes = 1_000_000;

const insert = `INSERT INTO transfer_chunk ("tenantId", "transferId", "startsAtByte", content) VALUES ($1, $2, $3, $4)`;

/** Appends content to a transfer, as part of the change that makes its next step. @returns its new size. */
export async function appendContent(tx: Change, { tenantId, id, bytes }: Transfer, content: Buffer): Promise<number> {
  for (let at = 0; at < content.length; at += chunkBytes) {
    const chunk = content.subarray(at, at + chunkBytes);
    await tx.query('append-content', insert, [tenantId, id, bytes + at, chunk]);
  }
  return bytes + content.length;
}

export async function dropContent(tx: Change, id: string): Promise<void> {
  await tx.query('drop-content', 'DELETE FROM transfer_chunk WHERE "transferId" = $1', [id]);
}

const select = `SELECT content FROM transfer_chunk WHERE "transferId" = $1 AND "startsAtByte" = $2`;

/** Streams the whole file of a transfer. @throws Error if it is removed in the meantime. */
export async function* readContent(db: pg.Pool, { id, bytes }: Pick<Transfer, 'id' | 'bytes'>): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; ) {
    const { rows } = await db.query<{ content: Buffer }>({ name: 'read-content', text: select, values: [id, at] });
    const content = rows[0]?.content;
    if (!content?.length) throw new Error(`The file of the transfer ${id} ends at byte ${at} of ${bytes}.`);
    at += content.length;
    yield content;
  }
}
