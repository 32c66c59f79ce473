import { z } from 'zod';
import { authorize, permissions } from '../../auth/permissions.ts';
import { isLive } from '../../auth/tokens.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { LoggedToken } from '../../events/contract.ts';
import { instantSchema } from '../../shared/date-range.ts';
import { type AppError, conflict, invalidInput } from '../../shared/errors.ts';
import { textOf } from '../../shared/maximum.ts';
import { validate, visibleText } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import type { Change, Keyed } from '../records/change.ts';
import { changeWithSecret } from '../records/change-with-secret.ts';
import { issueToken } from './access-tokens.ts';
import { requireLiveCredential } from './lock-credentials.ts';

export const tokenNameLength = textOf(100, 'The name');

const inputSchema = z.object({
  name: visibleText('The name', tokenNameLength),
  scopes: z.array(z.enum(permissions)).nullish(),
  expiresAt: instantSchema.nullish(),
});
type CreateTokenInput = z.input<typeof inputSchema>;

/**
 * Creates a token for the viewer. Created with another token, it has no more permissions than that one, expires no later
 * and is revoked with it. Only this result has its text: a repeated call with the same idempotency key gets null.
 * @throws AppError `INVALID_INPUT`; `FORBIDDEN` for a scope that the viewer does not have; `CONFLICT` when the member
 * has too many tokens; `UNAUTHENTICATED` when the token of the viewer was revoked in the meantime.
 */
export async function createToken(
  acting: Acting,
  { input, idempotencyKey }: Keyed<CreateTokenInput>,
): Promise<{ accessToken: LoggedToken; token: string | null; changeId: string }> {
  const { app, viewer } = acting;
  authorize(viewer, 'token:write');
  const { name, expiresAt, ...wanted } = validate(inputSchema, input);
  // An empty list would mean no restriction, so it becomes the scopes of the viewer.
  const scopes = [...new Set(wanted.scopes?.length ? wanted.scopes : viewer.scopes)];
  for (const scope of scopes) authorize(viewer, scope);
  const { secret, ...made } = await changeWithSecret(
    acting,
    { operation: 'createToken', input, idempotencyKey },
    async (tx) => {
      const limits = { name, scopes, expiresAt: expiryOf(expiresAt ?? null, viewer, tx.now) };
      await requireLiveCredential(tx, viewer);
      await requireFewTokens(tx, viewer, app.config.limits.tokensPerUser);
      const { tenantId, userId, tokenId: parentId } = viewer;
      const issued = await issueToken(tx, app, { tenantId, userId, parentId, ...limits });
      return { accessToken: issued.accessToken, secret: issued.text };
    },
  );
  return { ...made, token: secret };
}

/** A JWT proves who signs in, and expires within minutes: it does not limit how long the tokens of the user are valid. */
function expiryOf(wanted: Date | null, viewer: Pick<Viewer, 'tokenId' | 'expiresAt'>, now: Date): Date | null {
  const latest = viewer.tokenId === null ? null : viewer.expiresAt;
  if (!wanted) return latest;
  if (wanted <= now) throw wrongExpiry('This time has passed.');
  if (latest && wanted > latest) {
    throw wrongExpiry(
      `A token expires no later than the token that it is created with, which expires at ${latest.toISOString()}.`,
    );
  }
  return wanted;
}

function wrongExpiry(message: string): AppError {
  return invalidInput([{ path: ['input', 'expiresAt'], message }]);
}

const selectTokens = `SELECT FROM access_token
  WHERE "tenantId" = $1 AND "userId" = $2 AND ${isLive('access_token', '$3')} LIMIT $4`;

async function requireFewTokens(tx: Change, { tenantId, userId }: Viewer, most: number): Promise<void> {
  const live = await tx.query('live-tokens', selectTokens, [tenantId, userId, tx.now, most]);
  if (live.length < most) return;
  throw conflict(
    `You can have at most ${most} access tokens in this tenant. Revoke one that you no longer need with revokeToken; me { tokens } lists them.`,
  );
}
