import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { JwtConfig } from '../config/config.ts';
import { AppError } from '../shared/errors.ts';
import { isId } from '../shared/ids.ts';

/** The claims of a verified JWT. */
export type JwtClaims = { email: string; name: string | null; tenantId: string | null; expiresAt: Date };

const keys = new WeakMap<JwtConfig, JWTVerifyGetKey>();

/**
 * Checks a JWT (RFC 7519) against the pinned algorithms, issuer and audience; `exp` and an e-mail address are required.
 * @throws AppError `UNAUTHENTICATED`; `UNAVAILABLE` when the issuer's keys cannot be fetched.
 */
export async function verifyJwt(config: JwtConfig, token: string, now: Date): Promise<JwtClaims> {
  const { payload } = await jwtVerify(token, keyOf(config), {
    algorithms: [...config.algorithms],
    issuer: config.issuer,
    audience: config.audience,
    requiredClaims: ['exp'],
    clockTolerance: 5,
    currentDate: now,
  }).catch((error: unknown) => {
    throw refusal(error);
  });
  return {
    email: emailOf(payload),
    name: typeof payload.name === 'string' && payload.name.trim() ? payload.name.trim().slice(0, 200) : null,
    tenantId: tenantOf(payload, config.tenantClaim),
    expiresAt: new Date((payload.exp ?? 0) * 1000),
  };
}

/** The keys of a JWKS are cached for ten minutes. An unknown key id fetches them again, at most every 30 seconds. */
function keyOf(config: JwtConfig): JWTVerifyGetKey {
  const known = keys.get(config);
  if (known) return known;
  const key =
    'secret' in config.key ? sharedSecret(config.key.secret) : createRemoteJWKSet(new URL(config.key.jwksUrl));
  keys.set(config, key);
  return key;
}

function sharedSecret(secret: string): JWTVerifyGetKey {
  const bytes = new TextEncoder().encode(secret);
  return async () => bytes;
}

/** An e-mail address that the issuer marks as unverified may belong to somebody else. */
function emailOf({ email, sub, email_verified }: JWTPayload): string {
  const text = typeof email === 'string' ? email : sub;
  if (email_verified === false || !text || !/^[^\s@]+@[^\s@]+$/.test(text)) {
    throw new AppError('UNAUTHENTICATED', 'The token has no verified e-mail address.');
  }
  return text.trim().toLowerCase();
}

function tenantOf(payload: JWTPayload, claim: string): string | null {
  const value = payload[claim];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && isId(value)) return value.toLowerCase();
  throw new AppError('UNAUTHENTICATED', `The claim ${claim} of the token is not the id of a tenant.`);
}

function refusal(error: unknown): AppError {
  if (error instanceof errors.JWTExpired) return new AppError('UNAUTHENTICATED', 'The token has expired.');
  const isOfIssuer =
    error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError) || isFetchFailure(error);
  return isOfIssuer
    ? new AppError('UNAVAILABLE', 'The keys of the issuer of the token could not be fetched. Try again.', {
        cause: error,
      })
    : new AppError('UNAUTHENTICATED', 'The token is not valid on this server.');
}

/** jose has no error class for a response with a status other than 200. */
function isFetchFailure(error: errors.JOSEError): boolean {
  return error.constructor === errors.JOSEError;
}
