import { kinds } from '../kinds/kinds.ts';
import type { Change } from '../records/change.ts';
import type { FormerMember } from '../records/erasure-rule.ts';

const deleteOutcomes = 'DELETE FROM idempotency_key WHERE "tenantId" = $1 AND "actorId" = $2 RETURNING 1';

/** Deletes the rows of a former member that are erased immediately. @returns the number of rows. */
export async function eraseRows(tx: Change, member: FormerMember): Promise<number> {
  let count = 0;
  for (const { records } of Object.values(kinds)) {
    const rule = records.erasure;
    if (rule !== 'KEPT' && typeof rule.rows === 'function') count += await rule.rows(tx, member);
  }
  const outcomes = await tx.query('erase-outcomes', deleteOutcomes, [member.tenantId, member.userId]);
  return count + outcomes.length;
}
