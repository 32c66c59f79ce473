import { hkdfSync } from 'node:crypto';

/** The key for one purpose. One purpose, one key (RFC 5869): what one of them gives away is of no use for another. */
export function deriveKey(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', purpose, 32));
}
