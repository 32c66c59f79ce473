import { createHmac, randomBytes } from 'node:crypto';

/** A new secret of 256 random bits for the address of a calendar. It is shown once and never stored. */
export function newCalendarSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of it. Keyed, as the hash of a token is, and for no other purpose. */
export function calendarHash(tokenKey: Buffer, secret: string): Buffer {
  return createHmac('sha256', tokenKey).update(`calendar ${secret}`).digest();
}
