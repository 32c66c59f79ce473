import { authorize } from '../../auth/permissions.ts';
import { isLive, newToken } from '../../auth/tokens.ts';
import type { LoggedToken } from '../../events/contract.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import { erase, erasedText } from '../records/erasure-rule.ts';
import { insertRecords } from '../records/insert-records.ts';
import { type Asker, defineRecords, type Locked } from '../records/record-kind.ts';
import { lockCredentials } from './lock-credentials.ts';

const eraseNames = `UPDATE access_token SET name = '${erasedText}' WHERE "tenantId" = $1 AND "userId" = $2`;

/** Access tokens without their hashes, which are never read. */
export const tokenRecords = defineRecords<'accessToken', LoggedToken>({
  kind: 'accessToken',
  table: 'access_token',
  noun: 'token',
  fields: Prisma.AccessTokenScalarFieldEnum,
  fixed: ['userId', 'prefix', 'scopes', 'expiresAt', 'parentId'],
  seen: (user) => `access_token."userId" = ${user}`,
  // They are already revoked; only their names are personal.
  erasure: {
    isTheirs: (payload) => `${payload}->>'userId' = $2::text`,
    rows: (tx, member) => erase(tx, member, { name: 'erase-tokens', sql: eraseNames }),
  },
  unread: { fields: ['hash'] },
  lockWith: lockOwn,
});

/** The credentials of the member are locked first. A token that is not theirs is not locked. */
async function lockOwn(tx: Change, asker: Asker, ids: readonly string[]): Promise<Locked<LoggedToken>[]> {
  await lockCredentials(tx, asker);
  const { tenantId, userId } = asker;
  const rows = await tx.query<LoggedToken>(
    'lock-access-tokens',
    `SELECT ${tokenRecords.columns} FROM access_token WHERE "tenantId" = $1 AND id = ANY($2) AND "userId" = $3
     ORDER BY id FOR UPDATE`,
    [tenantId, ids, userId],
  );
  return rows.map((row) => ({ row, isSeen: true }));
}

type NewToken = Pick<LoggedToken, 'tenantId' | 'userId' | 'name' | 'scopes' | 'expiresAt' | 'parentId'>;

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

const ownTokens = (condition: string) => `(
  SELECT ${tokenRecords.columns} FROM access_token WHERE "tenantId" = $1 AND "userId" = $2 AND ${condition}
  ORDER BY "createdAt" DESC, id DESC LIMIT 200)`;

/** Not only the newest: however many have ended since, a token that gives access can be found to be revoked. */
const selectTokens = `${ownTokens('true')} UNION ${ownTokens(isLive('access_token', '$3'))}
  ORDER BY "createdAt" DESC, id DESC`;

/** The viewer's own tokens, newest first: the latest 200, and as many that give access. */
export async function listTokens({ app, viewer }: Acting): Promise<LoggedToken[]> {
  authorize(viewer, 'token:write');
  const values = [viewer.tenantId, viewer.userId, app.clock.now()];
  return (await app.db.query<LoggedToken>({ name: 'list-tokens', text: selectTokens, values })).rows;
}
