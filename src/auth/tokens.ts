import { createHmac, randomBytes } from 'node:crypto';
import { deriveKey } from './derive-key.ts';

/** How a token is stored: a keyed hash to find it by, and the first characters to recognise it by. */
type StoredToken = { hash: Buffer; prefix: string };

const scheme = 'errand_';

/** A new personal access token of 256 random bits. Its text is shown once and never stored. */
export function newToken(tokenKey: Buffer): StoredToken & { text: string } {
  const text = scheme + randomBytes(32).toString('base64url');
  return { text, ...storedToken(tokenKey, text) };
}

export function storedToken(tokenKey: Buffer, text: string): StoredToken {
  const hash = createHmac('sha256', tokenKey).update(text).digest();
  return { hash, prefix: text.slice(0, scheme.length + 6) };
}

/** Personal tokens and JWTs share the Authorization header; the scheme tells them apart. */
export function isPersonalToken(text: string): boolean {
  return text.startsWith(scheme);
}

/** SQL: whether a row of tokens gives access at this time (a parameter). */
export function isLive(token: string, now: string): string {
  return `(${token}."revokedAt" IS NULL AND (${token}."expiresAt" IS NULL OR ${token}."expiresAt" > ${now}))`;
}

/** Hashes are keyed, so that write access to the database alone cannot plant a token. */
export function deriveTokenKey(masterKey: Buffer): Buffer {
  return deriveKey(masterKey, 'errand access tokens');
}
