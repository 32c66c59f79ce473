import { hkdfSync } from 'node:crypto';

/** Derives the key for one purpose (RFC 5869). A leaked key is of no use for another purpose. */
export function deriveKey(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', purpose, 32));
}
