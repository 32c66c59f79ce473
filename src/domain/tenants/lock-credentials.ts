import type { Viewer } from '../../auth/viewer.ts';
import type { Membership } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import type { Asker } from '../records/record-kind.ts';

const lockMember = 'SELECT "removedAt" FROM membership WHERE "tenantId" = $1 AND "userId" = $2 FOR NO KEY UPDATE';

/**
 * Whatever creates or revokes credentials of a member does it one after the other: otherwise a token could be created
 * while the one that it is created with is revoked. @returns whether they are a member.
 */
export async function lockCredentials(tx: Change, { tenantId, userId }: Asker): Promise<boolean> {
  const [member] = await tx.query<Pick<Membership, 'removedAt'>>('lock-credentials', lockMember, [tenantId, userId]);
  return member?.removedAt === null;
}

const selectLive = `SELECT FROM access_token WHERE "tenantId" = $1 AND id = $2 AND "revokedAt" IS NULL`;

/**
 * Locks the credentials of the viewer. Their membership and their token may have ended since they were authenticated.
 * @throws AppError `FORBIDDEN`, `UNAUTHENTICATED`.
 */
export async function requireLiveCredential(tx: Change, viewer: Viewer): Promise<void> {
  const isMember = await lockCredentials(tx, viewer);
  if (!isMember) throw new AppError('FORBIDDEN', 'You are no longer a member of the tenant.');
  if (viewer.tokenId === null) return;
  const [own] = await tx.query('own-token', selectLive, [viewer.tenantId, viewer.tokenId]);
  if (!own) throw new AppError('UNAUTHENTICATED', 'Your token was revoked.');
}
