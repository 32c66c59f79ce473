import { createHmac, randomBytes } from 'node:crypto';

/** A new secret of 256 random bits for the URL of a calendar. It is shown once and never stored. */
export function newCalendarSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The stored hash of a secret. It is keyed like the hash of a token, with a key for this purpose only. */
export function calendarHash(tokenKey: Buffer, secret: string): Buffer {
  return createHmac('sha256', tokenKey).update(`calendar ${secret}`).digest();
}
