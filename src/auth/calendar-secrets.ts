import { createHmac, randomBytes } from 'node:crypto';

/** A new secret of 256 random bits for the URL of a calendar. It is shown once and never stored. */
export function newCalendarSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The stored hash of a secret. It has the key of access tokens; the prefix keeps the two kinds of hashes apart. */
export function calendarHash(tokenKey: Buffer, secret: string): Buffer {
  return createHmac('sha256', tokenKey).update(`calendar ${secret}`).digest();
}
