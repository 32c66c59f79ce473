import { z } from 'zod';
import { authorize, permissions } from '../../auth/permissions.ts';
import { newToken } from '../../auth/tokens.ts';
import type { LoggedToken } from '../../events/contract.ts';
import { type AccessToken, Prisma } from '../../generated/prisma/client.ts';
import { instantSchema } from '../../shared/date-range.ts';
import { conflict, invalidInput } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { erase, erasedText } from '../records/erasure-rule.ts';
import { insertRecords } from '../records/insert-records.ts';
import { onRecord } from '../records/on-record.ts';
import { recordEvent } from '../records/record-event.ts';
import { defineRecords } from '../records/record-kind.ts';
import { saveRecord } from '../records/save-records.ts';

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
  { input, idempotencyKey }: Keyed<CreateTokenInput>,
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

const eraseNames = `UPDATE access_token SET name = '${erasedText}' WHERE "tenantId" = $1 AND "userId" = $2`;

/** Access tokens without their hashes, which are never read. */
export const tokenRecords = defineRecords<'accessToken', LoggedToken>({
  kind: 'accessToken',
  table: 'access_token',
  noun: 'token',
  fields: Prisma.AccessTokenScalarFieldEnum,
  fixed: ['userId', 'prefix', 'scopes', 'expiresAt'],
  seen: (user) => `access_token."userId" = ${user}`,
  // They are already revoked; only their names are personal.
  erasure: {
    isTheirs: (payload) => `${payload}->>'userId' = $2::text`,
    rows: (tx, member) => erase(tx, member, { name: 'erase-tokens', sql: eraseNames }),
  },
  unread: { fields: ['hash'] },
});

type NewToken = Pick<LoggedToken, 'tenantId' | 'userId' | 'name' | 'scopes' | 'expiresAt'>;

/** Creates a token as part of a larger change. The caller decides who gets the text. */
export async function issueToken(
  tx: Change,
  { tokenKey }: Pick<Acting['app'], 'tokenKey'>,
  wanted: NewToken,
): Promise<{ accessToken: LoggedToken; text: string }> {
  const { text, hash, prefix } = newToken(tokenKey);
  const accessToken: LoggedToken = { ...wanted, id: newId(), prefix, createdAt: tx.now, revokedAt: null };
  await insertRecords(tx, tokenRecords, [accessToken], () => ({ hash: `\\x${hash.toString('hex')}` }));
  return { accessToken, text };
}

/**
 * Revokes a token of the viewer immediately and ends its live subscriptions. @throws AppError `NOT_FOUND`, `CONFLICT`.
 */
export const revokeToken = onRecord(
  tokenRecords,
  { operation: 'revokeToken', permission: 'token:write' },
  async (tx, before) => {
    if (before.revokedAt) throw conflict('The token is already revoked.');
    const changes = { revokedAt: tx.now };
    return { accessToken: await saveRecord(tx, tokenRecords, before, { event: 'accessToken.revoked', changes }) };
  },
);

const revokeAll = `UPDATE access_token SET "revokedAt" = $4
  WHERE "tenantId" = $1 AND "userId" = $2 AND ($3::text IS NULL OR name = $3) AND "revokedAt" IS NULL
  RETURNING ${tokenRecords.columns}`;

/** Revokes the tokens of a member as part of a larger change: all of them, or those with a name. */
export async function revokeTokensOf(
  tx: Change,
  { tenantId, userId, name = null }: { tenantId: string; userId: string; name?: string | null },
): Promise<void> {
  const revoked = await tx.query<LoggedToken>('revoke-tokens', revokeAll, [tenantId, userId, name, tx.now]);
  for (const after of revoked) {
    const before = { ...after, revokedAt: null };
    recordEvent(tx, tokenRecords, { event: 'accessToken.revoked', before, after });
  }
}

/** The viewer's own tokens, newest first. */
export async function listTokens({ app, viewer }: Acting): Promise<AccessToken[]> {
  return app.prisma.accessToken.findMany({
    where: { tenantId: viewer.tenantId, userId: viewer.userId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 200,
  });
}
