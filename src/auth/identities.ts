import type { App } from '../app.ts';
import type { Database } from '../infra/postgres/database.ts';
import { AppError } from '../shared/errors.ts';
import { ensureUser } from './insert-user.ts';
import type { JwtClaims } from './jwt.ts';

/*
 * A user belongs to the account (issuer and subject) that they first signed in with. Their e-mail address only finds
 * them until then: addresses are changed and given to others, an account is not.
 */

type Store = Pick<App, 'clock'> & { db: Database };

/** Waits for an erasure of the user, which changes the address. */
const bindMember = `
  INSERT INTO user_identity (issuer, subject, "userId", "createdAt")
  SELECT $1, $2, u.id, $4 FROM "user" u
  WHERE u.email = $3 AND EXISTS (SELECT FROM membership m WHERE m."userId" = u.id AND m."removedAt" IS NULL)
  FOR KEY SHARE OF u
  ON CONFLICT DO NOTHING`;

/** Binds the member of any tenant who has the verified e-mail address to the account, unless one of them is bound. */
export async function bindMemberByEmail({ db, clock }: Store, { issuer, subject, email }: JwtClaims): Promise<void> {
  await db.query({ name: 'bind-member', text: bindMember, values: [issuer, subject, email, clock.now()] });
}

const bindAnyone = `
  WITH found AS (${ensureUser})
  INSERT INTO user_identity (issuer, subject, "userId", "createdAt") SELECT $6, $7, id, $5 FROM found
  ON CONFLICT DO NOTHING`;

/** Binds the user with the verified e-mail address, who is created if there is none, unless one of them is bound. */
export async function bindUserByEmail({ db, clock }: Store, claims: JwtClaims, newUserId: string): Promise<void> {
  const { issuer, subject, email, name } = claims;
  const values = [newUserId, email, name ?? email.split('@')[0], 'UTC', clock.now(), issuer, subject];
  await db.query({ name: 'bind-user', text: bindAnyone, values });
}

const selectUser = 'SELECT "userId" FROM user_identity WHERE issuer = $1 AND subject = $2';

/** The user who is bound to the account, or null. */
export async function findBoundUser({ db }: Pick<Store, 'db'>, { issuer, subject }: JwtClaims): Promise<string | null> {
  const { rows } = await db.query<{ userId: string }>({
    name: 'bound-user',
    text: selectUser,
    values: [issuer, subject],
  });
  return rows[0]?.userId ?? null;
}

const selectOther = `
  SELECT FROM "user" u JOIN user_identity i ON i."userId" = u.id
  WHERE u.email = $3 AND i.issuer = $1 AND i.subject <> $2`;

/** @throws AppError `UNAUTHENTICATED` when the user with the e-mail address is bound to another account of the issuer. */
export async function refuseOtherAccount({ db }: Pick<Store, 'db'>, claims: JwtClaims): Promise<void> {
  const values = [claims.issuer, claims.subject, claims.email];
  const { rowCount } = await db.query({ name: 'bound-to-other', text: selectOther, values });
  if (!rowCount) return;
  throw new AppError(
    'UNAUTHENTICATED',
    'The user with the e-mail address of the token signs in with another account of the issuer (another claim sub). Use that account, or ask the operator of the server to release the user from it.',
  );
}
