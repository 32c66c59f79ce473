import { z } from 'zod';
import { authorize, permissions } from '../../auth/permissions.ts';
import { newToken } from '../../auth/tokens.ts';
import type { LoggedToken } from '../../events/contract.ts';
import type { AccessToken } from '../../generated/prisma/client.ts';
import { instantSchema } from '../../shared/date-range.ts';
import { conflict, invalidInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';

const inputSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'The name must have at least one character.')
    .max(100, 'The name can have at most 100 characters.'),
  scopes: z.array(z.enum(permissions)).nullish(),
  expiresAt: instantSchema.nullish(),
});
export type CreateTokenInput = z.input<typeof inputSchema>;

/**
 * Creates a token for the viewer. Only this result has its text: a repeated call with the same idempotency key gets
 * null. @throws AppError `INVALID_INPUT`; `FORBIDDEN` for a scope that the viewer does not have.
 */
export async function createToken(
  acting: Acting,
  { input, idempotencyKey }: { input: CreateTokenInput; idempotencyKey?: string | null },
): Promise<{ accessToken: LoggedToken; token: string | null; changeId: string }> {
  authorize(acting.viewer, 'token:write');
  const { name, expiresAt, ...wanted } = validate(inputSchema, input);
  // A token that is created with a scoped token never gets more permissions. An empty list would mean no restriction,
  // so it becomes null.
  const scopes = [...new Set(wanted.scopes?.length ? wanted.scopes : acting.viewer.scopes)];
  for (const scope of scopes) authorize(acting.viewer, scope);
  let text: string | null = null;
  const made = await change(acting, { operation: 'createToken', input, idempotencyKey }, async (tx) => {
    if (expiresAt && expiresAt <= tx.now) {
      throw invalidInput([{ path: ['input', 'expiresAt'], message: 'This time has passed.' }]);
    }
    const { tenantId, userId } = acting.viewer;
    const issued = await issueToken(tx, acting.app, { tenantId, userId, name, scopes, expiresAt: expiresAt ?? null });
    text = issued.text;
    return { accessToken: issued.accessToken };
  });
  return { ...made, token: text };
}

type NewToken = Pick<LoggedToken, 'tenantId' | 'userId' | 'name' | 'scopes' | 'expiresAt'>;

/** Creates a token as part of a larger change. The caller decides who gets the text. */
export async function issueToken(
  tx: Change,
  { tokenKey }: Pick<Acting['app'], 'tokenKey'>,
  wanted: NewToken,
): Promise<{ accessToken: LoggedToken; text: string }> {
  const { text, hash, prefix } = newToken(tokenKey);
  const accessToken: LoggedToken = { ...wanted, id: newId(), prefix, createdAt: tx.now, revokedAt: null };
  await tx.query('insert-token', insert, [...tokenColumns.map((column) => accessToken[column]), hash]);
  tx.record({ type: 'accessToken.created', objectId: accessToken.id, before: null, after: accessToken });
  return { accessToken, text };
}

/**
 * Revokes a token of the viewer immediately and ends its live subscriptions. @throws AppError `NOT_FOUND`, `CONFLICT`.
 */
export async function revokeToken(
  acting: Acting,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null },
): Promise<{ accessToken: LoggedToken; changeId: string }> {
  authorize(acting.viewer, 'token:write');
  return change(acting, { operation: 'revokeToken', input: { id }, idempotencyKey }, async (tx) => {
    const [before] = await tx.query<LoggedToken>('lock-token', lock, [
      acting.viewer.tenantId,
      id,
      acting.viewer.userId,
    ]);
    if (!before) throw notFound('The token');
    if (before.revokedAt) throw conflict('The token is already revoked.');
    const accessToken = { ...before, revokedAt: tx.now };
    await tx.query('revoke-token', 'UPDATE access_token SET "revokedAt" = $2 WHERE id = $1', [id, tx.now]);
    tx.record({ type: 'accessToken.revoked', objectId: id, before, after: accessToken });
    return { accessToken };
  });
}

/** The viewer's own tokens, newest first. */
export async function listTokens({ app, viewer }: Acting): Promise<AccessToken[]> {
  return app.prisma.accessToken.findMany({
    where: { tenantId: viewer.tenantId, userId: viewer.userId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 200,
  });
}

/** All columns except the hash. */
export const tokenColumns = [
  'id',
  'tenantId',
  'userId',
  'name',
  'prefix',
  'scopes',
  'createdAt',
  'expiresAt',
  'revokedAt',
] as const satisfies (keyof LoggedToken)[];
const quoted = tokenColumns.map((column) => `"${column}"`).join(', ');

const insert = `INSERT INTO access_token (${quoted}, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;
const lock = `SELECT ${quoted} FROM access_token WHERE "tenantId" = $1 AND id = $2 AND "userId" = $3 FOR UPDATE`;
