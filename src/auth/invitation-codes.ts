import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '../shared/ids.ts';

const scheme = 'errandinvite_';
const idBytes = 16;

/**
 * The code of an invitation: its id, and a MAC with the key of the server. It is not stored, so a repeated e-mail has
 * the same code.
 */
export function invitationCode(tokenKey: Buffer, id: string): string {
  return (
    scheme + Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), proofOf(tokenKey, id)]).toString('base64url')
  );
}

export function isInvitationCode(text: string): boolean {
  return text.startsWith(scheme);
}

/** The invitation id in a code of this server; null for any other text. */
export function invitationOf(tokenKey: Buffer, code: string): string | null {
  const bytes = Buffer.from(code.slice(scheme.length), 'base64url');
  if (bytes.length !== idBytes + 32) return null;
  const id = bytes.toString('hex', 0, idBytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isId(id) && timingSafeEqual(bytes.subarray(idBytes), proofOf(tokenKey, id)) ? id : null;
}

/** No token begins with this prefix; see tokens.ts. */
function proofOf(tokenKey: Buffer, id: string): Buffer {
  return createHmac('sha256', tokenKey).update(`invitation ${id}`).digest();
}
