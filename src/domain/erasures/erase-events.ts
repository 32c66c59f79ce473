import type { Erasure } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { erasureRules } from './rules.ts';

const batchSize = 5_000;

/** Of a kind that only a later version knows, it is what they did themselves. */
const isTheirs = (payload: 'before' | 'after') => `(
  CASE split_part(type, '.', 1)
    ${Object.entries(erasureRules)
      .map(([kind, rule]) => `WHEN '${kind}' THEN ${rule === 'KEPT' ? false : rule.isTheirs(payload)}`)
      .join('\n    ')}
    ELSE "actorId" = $2::uuid
  END AND ${payload} IS NOT NULL)`;

/** The events stay, with who did what when; the ids between two positions are looked at once. */
const erase = `
  WITH batch AS MATERIALIZED (SELECT id FROM event WHERE id > $3 AND id <= $4 ORDER BY id LIMIT ${batchSize}),
    erased AS (
      UPDATE event SET before = CASE WHEN ${isTheirs('before')} THEN NULL ELSE before END,
        after = CASE WHEN ${isTheirs('after')} THEN NULL ELSE after END
      FROM batch WHERE event.id = batch.id AND "tenantId" = $1 AND (${isTheirs('before')} OR ${isTheirs('after')})
      RETURNING 1)
  SELECT (SELECT max(id) FROM batch) AS position, (SELECT count(*)::int FROM erased) AS count`;

/** Removes a former member's words from the next events. @returns how far it is, null when there are no more. */
export async function eraseEvents(
  tx: Change,
  { tenantId, userId, position, lastEventId }: Erasure,
): Promise<{ position: bigint | null; count: number }> {
  const values = [tenantId, userId, position, lastEventId];
  const [done] = await tx.query<{ position: bigint | null; count: number }>('erase-events', erase, values);
  return done ?? { position: null, count: 0 };
}
