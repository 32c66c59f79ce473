import { isLive } from '../../auth/tokens.ts';
import type { LoggedToken } from '../../events/contract.ts';
import { conflict } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { onRecord } from '../records/on-record.ts';
import { recordEvent } from '../records/record-event.ts';
import { tokenRecords } from './access-tokens.ts';

/**
 * Revokes a token of the viewer immediately, with all that were created with it, and ends their live subscriptions.
 * @throws AppError `NOT_FOUND`, `CONFLICT`.
 */
export const revokeToken = onRecord(
  tokenRecords,
  { operation: 'revokeToken', permission: 'token:write' },
  async (tx, before) => {
    if (before.revokedAt) throw conflict('The token is already revoked.');
    await revokeTokens(tx, before);
    return { accessToken: { ...before, revokedAt: tx.now } };
  },
);

/** Tokens that have expired lead nowhere: what was created with them has expired too. */
const revoke = `
  WITH RECURSIVE revoked AS (
    SELECT id FROM access_token WHERE "tenantId" = $1 AND "userId" = $2 AND "revokedAt" IS NULL
      AND (id = $5 OR $5::uuid IS NULL AND ($4::text IS NULL OR name = $4) AND ${isLive('access_token', '$3')})
    UNION
    SELECT child.id FROM revoked JOIN access_token child ON child."parentId" = revoked.id
    WHERE child."tenantId" = $1 AND ${isLive('child', '$3')}
  )
  UPDATE access_token SET "revokedAt" = $3 FROM revoked
  WHERE access_token."tenantId" = $1 AND access_token.id = revoked.id
  RETURNING ${tokenRecords.columns}`;

type Doomed = { tenantId: string; userId: string; name?: string; id?: string };

/**
 * Revokes tokens of a member as part of a larger change, with all that were created with them: one token, those with a
 * name, or all. The credentials of the member are locked.
 */
export async function revokeTokens(tx: Change, { tenantId, userId, name, id }: Doomed): Promise<void> {
  const values = [tenantId, userId, tx.now, id ? null : (name ?? null), id ?? null];
  const revoked = await tx.query<LoggedToken>('revoke-tokens', revoke, values);
  for (const after of revoked) {
    const before = { ...after, revokedAt: null };
    recordEvent(tx, tokenRecords, { event: 'accessToken.revoked', before, after });
  }
}
