import type pg from 'pg';
import type { App } from '../app.ts';
import type { Role } from '../generated/prisma/enums.ts';
import { AppError } from '../shared/errors.ts';
import { isId } from '../shared/ids.ts';
import { bearerToken } from './bearer-token.ts';
import { bindMemberByEmail, findBoundUser, refuseOtherAccount } from './identities.ts';
import { invitationOf, isInvitationCode } from './invitation-codes.ts';
import type { JwtClaims } from './jwt.ts';
import { isPermission } from './permissions.ts';
import { isLive, isPersonalToken, storedToken } from './tokens.ts';
import type { Viewer } from './viewer.ts';

/** The credentials of a caller: HTTP headers, or the connectionParams of a WebSocket. */
export type Credentials = {
  /** `Bearer` and a personal token, a JWT, or the code of an invitation. */
  authorization: string | undefined;
  /** The tenant's id, for a JWT that names none. */
  tenant: string | undefined;
};
type AuthApp = Pick<App, 'config' | 'db' | 'clock' | 'tokenKey'>;

/** Adds the user of a JWT to the tenant of the JWT, if that is configured and allowed. */
export type Provision = (claims: JwtClaims) => Promise<void>;

/**
 * The viewer that the credentials belong to. @throws AppError `UNAUTHENTICATED` with what is wrong with the
 * credentials, but not whose they are.
 */
export async function authenticate(
  app: AuthApp,
  { authorization, tenant }: Credentials,
  provision?: Provision,
): Promise<Viewer> {
  const token = bearerToken(authorization);
  if (!token) throw new AppError('UNAUTHENTICATED', 'Send a token: Authorization: Bearer <token>.');
  if (isPersonalToken(token)) return byPersonalToken(app, token);
  if (isInvitationCode(token)) return byInvitation(app, token);
  if (!app.config.jwt) throw new AppError('UNAUTHENTICATED', 'The token is not a token of this server.');
  const now = app.clock.now();
  // Loaded here, because few servers accept JWTs.
  const { verifyJwt } = await import('./jwt.ts');
  const claims = await verifyJwt(app.config.jwt, token, now);
  return byJwt(app, claims, { asked: tenant, provision });
}

type MemberRow = { tenantId: string; userId: string; role: Role; timeZone: string };
type TokenRow = MemberRow & { id: string; scopes: string[]; expiresAt: Date | null };

const selectToken = `
  SELECT t.id, t."tenantId", t."userId", t.scopes, t."expiresAt", m.role, u."timeZone"
  FROM access_token t
  JOIN membership m ON m."tenantId" = t."tenantId" AND m."userId" = t."userId"
  JOIN "user" u ON u.id = t."userId"
  WHERE t.hash = $1 AND ${isLive('t', '$2')} AND m."removedAt" IS NULL`;

async function byPersonalToken({ db, clock, tokenKey }: AuthApp, text: string): Promise<Viewer> {
  const values = [storedToken(tokenKey, text).hash, clock.now()];
  const { rows } = await db.query<TokenRow>({ name: 'authenticate-token', text: selectToken, values });
  const row = rows[0];
  if (!row) throw new AppError('UNAUTHENTICATED', 'The token is unknown, revoked or expired.');
  return {
    tenantId: row.tenantId,
    userId: row.userId,
    role: row.role,
    timeZone: row.timeZone,
    scopes: row.scopes.length ? new Set(row.scopes.filter(isPermission)) : null,
    tokenId: row.id,
    invitationId: null,
    expiresAt: row.expiresAt,
  };
}

const selectInvitation = `
  SELECT "tenantId", "expiresAt" FROM invitation WHERE id = $1 AND "revokedAt" IS NULL AND "expiresAt" > $2`;

/** The code of an accepted invitation still authenticates, so that a repeated call gets the right error. */
async function byInvitation({ db, clock, tokenKey }: AuthApp, code: string): Promise<Viewer> {
  const invitationId = invitationOf(tokenKey, code);
  const { rows } = await db.query<Pick<Viewer, 'tenantId' | 'expiresAt'>>({
    name: 'authenticate-invitation',
    text: selectInvitation,
    values: [invitationId, clock.now()],
  });
  if (!invitationId || !rows[0]) {
    throw new AppError('UNAUTHENTICATED', 'The invitation is unknown, revoked or expired.');
  }
  const nobody = { userId: invitationId, role: 'VIEWER', timeZone: 'UTC', scopes: new Set<never>() } as const;
  return { ...rows[0], ...nobody, tokenId: null, invitationId };
}

const selectMemberships = `
  SELECT m."tenantId", m."userId", m.role, u."timeZone" FROM user_identity i
  JOIN "user" u ON u.id = i."userId" JOIN membership m ON m."userId" = u.id
  WHERE i.issuer = $1 AND i.subject = $2 AND m."removedAt" IS NULL AND ($3::uuid IS NULL OR m."tenantId" = $3) LIMIT 2`;

/**
 * The tenant is the claim of the token, or the one that the caller selects among their memberships, or their only one.
 */
async function byJwt(
  app: AuthApp,
  claims: JwtClaims,
  { asked, provision }: { asked: string | undefined; provision: Provision | undefined },
): Promise<Viewer> {
  const tenantId = chosenTenant(claims, asked);
  const find = () => memberships(app.db, claims, tenantId);
  let members = await find();
  if (members.length === 0) {
    await bindMemberByEmail(app, claims);
    members = await find();
  }
  if (members.length === 0 && claims.tenantId && provision) {
    await provision(claims);
    members = await find();
  }
  if (members.length > 1)
    throw new AppError(
      'UNAUTHENTICATED',
      'You are a member of several tenants. Set the header x-errand-tenant to the id of one of them.',
    );
  const member = members[0];
  if (member) return { ...member, scopes: null, tokenId: null, invitationId: null, expiresAt: claims.expiresAt };
  if (!(await findBoundUser(app, claims))) await refuseOtherAccount(app, claims);
  throw new AppError('UNAUTHENTICATED', 'The user of the token is not a member of the tenant.');
}

function chosenTenant(claims: JwtClaims, asked: string | undefined): string | null {
  if (asked === undefined) return claims.tenantId;
  if (!isId(asked)) throw new AppError('UNAUTHENTICATED', 'The header x-errand-tenant is not the id of a tenant.');
  if (claims.tenantId && claims.tenantId !== asked.toLowerCase()) {
    throw new AppError(
      'UNAUTHENTICATED',
      'The token is for another tenant than the one in the header x-errand-tenant.',
    );
  }
  return asked;
}

async function memberships(db: pg.Pool, claims: JwtClaims, tenantId: string | null): Promise<MemberRow[]> {
  const values = [claims.issuer, claims.subject, tenantId];
  const { rows } = await db.query<MemberRow>({ name: 'authenticate-jwt', text: selectMemberships, values });
  return rows;
}
