import type { Erasure } from '../../generated/prisma/client.ts';
import { kinds } from '../kinds/kinds.ts';
import type { Change } from '../records/change.ts';

const batchSize = 5_000;

/** For a kind of a later version: the events of the user's own changes. */
const isTheirs = (payload: 'before' | 'after') => `(
  CASE split_part(type, '.', 1)
    ${Object.entries(kinds)
      .map(
        ([
          kind,
          {
            records: { erasure },
          },
        ]) => `WHEN '${kind}' THEN ${erasure === 'KEPT' ? false : erasure.isTheirs(payload)}`,
      )
      .join('\n    ')}
    ELSE "actorId" = $2::uuid
  END AND ${payload} IS NOT NULL)`;

/** The events stay, without their payloads. One statement handles the events between two positions. */
const erase = `
  WITH batch AS MATERIALIZED (SELECT id FROM event WHERE id > $3 AND id <= $4 ORDER BY id LIMIT ${batchSize}),
    erased AS (
      UPDATE event SET before = CASE WHEN ${isTheirs('before')} THEN NULL ELSE before END,
        after = CASE WHEN ${isTheirs('after')} THEN NULL ELSE after END
      FROM batch WHERE event.id = batch.id AND "tenantId" = $1 AND (${isTheirs('before')} OR ${isTheirs('after')})
      RETURNING 1)
  SELECT (SELECT max(id) FROM batch) AS position, (SELECT count(*)::int FROM erased) AS count`;

/**
 * Erases the personal data of a former member from the next events. @returns the new position; null when there are no
 * more.
 */
export async function eraseEvents(
  tx: Change,
  { tenantId, userId, position, lastEventId }: Erasure,
): Promise<{ position: bigint | null; count: number }> {
  const values = [tenantId, userId, position, lastEventId];
  const [done] = await tx.query<{ position: bigint | null; count: number }>('erase-events', erase, values);
  return done ?? { position: null, count: 0 };
}
