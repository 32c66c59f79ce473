import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { JwtConfig } from '../config/config.ts';
import { foldedEmail, isEmail } from '../shared/email.ts';
import { AppError } from '../shared/errors.ts';
import { isId } from '../shared/ids.ts';
import { excerpt, isStorable } from '../shared/validate.ts';

/** The claims of a verified JWT. `issuer` and `subject` identify the account; its e-mail address may change. */
export type JwtClaims = {
  issuer: string;
  subject: string;
  email: string;
  name: string | null;
  tenantId: string | null;
  expiresAt: Date;
};

const keys = new WeakMap<JwtConfig, JWTVerifyGetKey>();

/**
 * Checks a JWT (RFC 7519) against the pinned algorithms, issuer and audience; `exp`, `sub` and a verified e-mail address
 * are required. @throws AppError `UNAUTHENTICATED`; `UNAVAILABLE` when the issuer's keys cannot be fetched.
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
    issuer: config.issuer,
    subject: subjectOf(payload),
    email: emailOf(payload, config.emailVerified),
    name: typeof payload.name === 'string' && payload.name.trim() ? excerpt(payload.name.trim(), 200) : null,
    tenantId: tenantOf(payload, config.tenantClaim),
    expiresAt: new Date((payload.exp ?? 0) * 1000),
  };
}

/** The keys of a JWKS are cached for ten minutes. An unknown key id fetches them again, at most every 30 seconds. */
function keyOf(config: JwtConfig): JWTVerifyGetKey {
  const known = keys.get(config);
  if (known) return known;
  const key =
    'secret' in config.key
      ? sharedSecret(config.key.secret)
      : createRemoteJWKSet(new URL(config.key.jwksUrl), { [customFetch]: fetchKeys });
  keys.set(config, key);
  return key;
}

/** A set of keys is kept, so its size is limited; it is a few kB. */
const maxKeysBytes = 1_000_000;

async function fetchKeys(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxKeysBytes) throw new Error(`The key set of the issuer is larger than ${maxKeysBytes} bytes.`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), response);
}

function sharedSecret(secret: string): JWTVerifyGetKey {
  const bytes = new TextEncoder().encode(secret);
  return async () => bytes;
}

/** At most 255 characters (OpenID Connect Core 1.0, section 2). */
function subjectOf({ sub }: JWTPayload): string {
  if (typeof sub === 'string' && sub !== '' && sub.length <= 255 && isStorable(sub)) return sub;
  throw new AppError(
    'UNAUTHENTICATED',
    'The token has no subject: the claim sub must be a text of 1 to 255 characters.',
  );
}

/** An address that is not verified may belong to somebody else. Some issuers send "false" as a text. */
function emailOf({ email, email_verified }: JWTPayload, emailVerified: JwtConfig['emailVerified']): string {
  const isVerified = email_verified === true || (emailVerified === 'if-sent' && email_verified === undefined);
  if (!isVerified)
    throw new AppError('UNAUTHENTICATED', 'The e-mail address of the token is not verified (email_verified).');
  if (typeof email !== 'string' || !isEmail(email))
    throw new AppError('UNAUTHENTICATED', 'The token has no e-mail address (email).');
  return foldedEmail(email);
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
