import type { Erasure } from '../../generated/prisma/client.ts';
import { erasureRecords } from '../kinds/erasure-records.ts';
import type { Change } from '../records/change.ts';
import { quoted } from '../records/quoted.ts';

const columns = erasureRecords.readFields as (keyof Erasure)[];

const lock = `SELECT ${quoted(columns)} FROM erasure WHERE "tenantId" = $1 AND "userId" = $2 FOR UPDATE`;

/** An existing row belongs to an earlier membership. */
const save = `
  INSERT INTO erasure (${quoted(columns)}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})
  ON CONFLICT ("tenantId", "userId") DO UPDATE SET ${columns.map((column) => `"${column}" = excluded."${column}"`).join(', ')}`;

export async function lockErasure(
  tx: Change,
  { tenantId, userId }: Pick<Erasure, 'tenantId' | 'userId'>,
): Promise<Erasure | null> {
  const [found] = await tx.query<Erasure>('lock-erasure', lock, [tenantId, userId]);
  return found ?? null;
}

export async function saveErasure(tx: Change, erasure: Erasure): Promise<void> {
  await tx.write(
    'save-erasure',
    save,
    columns.map((column) => erasure[column]),
  );
}
